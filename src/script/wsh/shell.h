// WScript.Shell and WScript.Network.
#pragma once

#include "script/wsh/script_host.h"

namespace script::wsh {

/// TypeName "IWshShell3". Belongs to the host, which outlives it.
scripting::DispatchRef make_shell(ScriptHost& host);
/// TypeName "IWshNetwork2".
scripting::DispatchRef make_network();

/// RegRead, RegWrite, RegDelete: names are `HKLM\Software\Key\Value`; with a backslash at the end the key's default value (of RegDelete,
/// the key). 0x80070002 for what is not there, 5 for wrong types.
scripting::Outcome<scripting::Variant> registry_read(ScriptHost& host, std::string_view name);
scripting::Outcome<scripting::Variant> registry_write(ScriptHost& host, std::string_view name, const scripting::Variant& value,
                                                      std::string_view type);
scripting::Outcome<scripting::Variant> registry_delete(ScriptHost& host, std::string_view name);

}  // namespace script::wsh
