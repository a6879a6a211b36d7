#include "script/wsh/standard_classes.h"

#include "script/vbscript/library.h"
#include "script/wsh/dictionary.h"
#include "script/wsh/file_system.h"
#include "script/wsh/shell.h"

namespace script::wsh {

void add_standard_classes(ScriptHost& host) {
  host.add_language("VBScript", [](const EngineOptions& options) { return make_vbscript(options); });
  host.add_language("JScript", [](const EngineOptions& options) { return make_jscript(options); });
  host.add_class("Scripting.Dictionary", [] { return make_dictionary(); });
  host.add_class("Scripting.FileSystemObject", [&host] { return make_file_system(host.drives()); });
  host.add_class("VBScript.RegExp", [&host] { return vbscript::make_regexp(&host.stop()); });
  host.add_class("WScript.Shell", [&host] { return make_shell(host); });
  host.add_class("WScript.Network", [] { return make_network(); });
}

}  // namespace script::wsh
