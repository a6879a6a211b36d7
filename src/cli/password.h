// Passwords from people and pipes; never from the command line.
#pragma once

#include <string>
#include <string_view>

#include "cli/console.h"

namespace cli {

/// Asks on the terminal of this process, without echo. WBEM_E_NOT_AVAILABLE without a terminal, WBEM_E_CALL_CANCELLED for Ctrl-C and for
/// Ctrl-D on an empty line.
base::Result<std::string> prompt_password(std::string_view prompt);
/// Asks twice. WBEM_E_INVALID_PARAMETER when the answers differ or are empty.
base::Result<std::string> prompt_new_password(std::string_view name);
/// The first line, without its end. WBEM_E_INVALID_PARAMETER when there is none, or more than 4,096 octets of it.
base::Result<std::string> read_password_line(std::FILE* from);

}  // namespace cli
