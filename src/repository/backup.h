// One file that holds a whole store: a head, an LMDB image, and a trailer with its length and checksum.
#pragma once

#include "repository/store.h"

namespace repository {

/// See Repository::backup.
base::Status write_backup(Store& store, const std::filesystem::path& file);
/// See Repository::restore.
base::Status restore_backup(const std::filesystem::path& file, const std::filesystem::path& directory, const Options& options,
                            const Validator& validate);

}  // namespace repository
