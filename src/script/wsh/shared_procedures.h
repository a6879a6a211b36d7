// Procedures of one language as names of another: the scripts of a job in a .wsf file share them.
#pragma once

#include "script/wsh/script_host.h"

namespace script::wsh {

/// What the engine of `language` gets with global members: each procedure at the top level of the other engines, looked up when it is used.
scripting::DispatchRef make_shared_procedures(ScriptHost& host, std::string language);

/// One procedure by name, called by its default member: for engines that look no names up (JScript).
scripting::DispatchRef make_shared_procedure(ScriptHost& host, std::string language, std::u16string name);

}  // namespace script::wsh
