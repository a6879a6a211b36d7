// Where this user's repository lies.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/status.h"

namespace cli {

/// `given` (a --repository option) or $OPENWMI_REPOSITORY or $XDG_DATA_HOME/openwmi/repository or ~/.local/share/openwmi/repository.
std::filesystem::path repository_directory(const std::string& given);

/// Whether `server` is `.`, localhost or the system's name, with or without its domain.
bool names_this_machine(std::string_view server);

/// A namespace as typed (slashes of either kind, with or without `.` or this machine's name in front) without the machine. Errors:
/// WBEM_E_INVALID_NAMESPACE for another machine.
base::Result<std::string> local_namespace(const std::string& given);

}  // namespace cli
