// The object manager in the process of a door, where no daemon runs.
#pragma once

#include <filesystem>
#include <memory>

#include "manager/manager.h"

namespace wmid {

/// Over a repository's directory, with the providers that OpenWMI ships. $OPENWMI_MAP_CMD=off leaves lines of cmd.exe alone. Errors:
/// Manager::open().
base::Result<std::unique_ptr<manager::Manager>> open_embedded(const std::filesystem::path& directory);

}  // namespace wmid
