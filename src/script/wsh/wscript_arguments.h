// WScript.Arguments with Named and Unnamed.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "scripting/dispatch.h"

namespace script::wsh {

/// TypeName "WshArguments". An argument `/name` or `/name:value` is a named one; what holds another slash before the colon is a path of
/// Linux and thus unnamed. `show_usage` prints.
scripting::DispatchRef make_arguments(std::vector<std::string> words, std::function<void()> show_usage);

}  // namespace script::wsh
