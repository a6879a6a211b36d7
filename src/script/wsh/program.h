// cscript from its command line to its exit status.
#pragma once

#include <functional>
#include <string>

#include "script/wsh/command_line.h"
#include "script/wsh/constants.h"
#include "script/wsh/script_host.h"

namespace script::wsh {

/// What main() gives. Functions may be empty.
struct Program {
  std::string name = "cscript";  // as which it was called
  std::string path;              // absolute
  Terminal::Options streams;
  DriveMap drives;
  /// Adds ProgIDs, monikers and languages beyond those of add_standard_classes().
  std::function<void(ScriptHost&)> prepare;
  /// At the end of a script that ended by itself: queued events are delivered, what goes on is cancelled.
  std::function<void()> finish;
  /// For <reference>; asked when a .wsf file is run.
  std::function<std::vector<TypeLibrary>()> libraries;
};

/// The exit status: that of WScript.Quit, 1 after an error, 0.
int run_program(const CommandLine& line, const Program& program);

}  // namespace script::wsh
