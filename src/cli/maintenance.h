// repository verify | backup | restore: on the store itself, without a manager.
#pragma once

#include <filesystem>

#include "cli/console.h"
#include "repository/repository.h"

namespace cli {

/// Each returns an exit status and has printed what there is to say. A store that is not sound is exit status 1.
int repository_verify(const Console& console, const std::filesystem::path& directory);
int repository_backup(const Console& console, const std::filesystem::path& directory, const std::filesystem::path& file);
int repository_restore(const Console& console, const std::filesystem::path& directory, const std::filesystem::path& file);

/// Decodes every class and validates every instance against its class: what verification of a store means. Not thread-safe.
repository::Validator object_validator();

}  // namespace cli
