// Where this user's repository lies.
#pragma once

#include <filesystem>
#include <string>

namespace cli {

/// `given` (a --repository option) or $OPENWMI_REPOSITORY or $XDG_DATA_HOME/openwmi/repository or ~/.local/share/openwmi/repository.
std::filesystem::path repository_directory(const std::string& given);

}  // namespace cli
