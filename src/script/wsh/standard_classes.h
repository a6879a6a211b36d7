// The ProgIDs that a host has whatever main() adds.
#pragma once

#include "script/wsh/script_host.h"

namespace script::wsh {

/// Languages VBScript and JScript; Scripting.Dictionary, Scripting.FileSystemObject, VBScript.RegExp, WScript.Shell, WScript.Network.
void add_standard_classes(ScriptHost& host);

}  // namespace script::wsh
