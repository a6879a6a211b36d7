// Command lines and paths written for Windows, on Linux: the one place that knows how they map.
//
//   C:\Users\x       /Users/x            the drive C: is the root directory, every backslash a slash
//   D:\x             no mapping          other drives do not exist here
//   cmd.exe /c TEXT  /bin/sh -c TEXT     also cmd, a path to either, %ComSpec%, further switches before /c or /k
//   "a b" c\"d       two words           quotes and backslashes as CommandLineToArgvW reads them
//   'a b' c          two words           a Linux habit: an apostrophe at the start of a word with its partner at the end of one
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace base {

/// The Linux form of a directory or file name. Names without backslash or drive come back unchanged. WBEM_E_NOT_FOUND for a drive other
/// than C:. A relative drive path (`C:x`) is taken from the root.
Result<std::string> linux_path(std::string_view windows_path);

/// Splits into words; the first one is the program. An unclosed quote ends with the text.
std::vector<std::string> split_command_line(std::string_view command_line);

/// What to execute for a command line.
struct LinuxCommand {
  std::vector<std::string> argv;  // argv[0] as written, or /bin/sh
  bool shell = false;             // a cmd.exe line, handed to the shell
};
/// `map_cmd` false leaves cmd.exe lines alone (they then need a program of that name). WBEM_E_INVALID_PARAMETER for a line without
/// a program or with a NUL character; WBEM_E_NOT_FOUND for a program on an unknown drive.
Result<LinuxCommand> linux_command(std::string_view command_line, bool map_cmd = true);

/// The TEXT of `cmd [switches] /c TEXT`, without the quotes around the whole of it; nullopt when the line is none.
std::optional<std::string> cmd_exe_text(std::string_view command_line);

/// The file to execute for a program name: itself when it holds a slash, else the first executable of that name on `path` (colon
/// separated). nullopt when there is none. Names match exactly.
std::optional<std::string> find_program(std::string_view name, std::string_view path);

}  // namespace base
