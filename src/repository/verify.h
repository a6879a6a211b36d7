// Walks a store: every page with plain reads first, then every record of every table against the others.
#pragma once

#include "repository/repository.h"

namespace repository {

/// See Repository::verify.
base::Result<VerifyReport> verify_directory(const std::filesystem::path& directory, const Validator& validate);

}  // namespace repository
