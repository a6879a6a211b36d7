// Programs that scripts start: WScript.Shell's Run and Exec.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/files.h"
#include "script/wsh/script_host.h"

namespace script::wsh {

/// A program that runs; pipes where they were asked for.
struct Started {
  pid_t pid = -1;
  base::FileDescriptor input;   // of the program: to write to
  base::FileDescriptor output;  // to read from
  base::FileDescriptor error;
};

/// Starts a command line written for Windows (base/windows_command.h): a path is mapped by the host's drives, `name.exe` is `name` where
/// there is no such file, cscript and wscript are this program, a script file runs in it, another file that is no program is refused.
/// 0x80070002 when there is no such program.
scripting::Outcome<Started> start_program(ScriptHost& host, const std::string& command_line, bool pipes);

/// WshShell.Run: the exit status when it waits, else 0.
scripting::Outcome<std::int32_t> run_program_of(ScriptHost& host, const std::string& command_line, bool wait);
/// WshShell.Exec: a WshScriptExec.
scripting::Outcome<scripting::DispatchRef> execute_program(ScriptHost& host, const std::string& command_line);

}  // namespace script::wsh
