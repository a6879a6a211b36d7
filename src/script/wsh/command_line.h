// The command line of cscript.
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace script::wsh {

struct CommandLine {
  bool help = false;
  bool logo = true;
  bool batch = false;                              // //B
  bool debug = false;                              // //D, //X: there is no debugger; a note is printed
  bool unicode = false;                            // //U
  std::optional<std::chrono::seconds> time_limit;  // //T:
  std::string engine;                              // //E:
  std::string job;                                 // //Job:
  std::string note;                                // of options that change nothing here
  std::string script;                              // empty: none was given
  std::vector<std::string> arguments;              // behind it
};

/// Words behind the program's name. Options begin with `//`, before or behind the script; what follows the script else is its arguments.
/// The error is the line that Windows prints: `Unknown option "//q" specified.`
std::expected<CommandLine, std::string> parse_command_line(std::span<const std::string> words);

/// What `cscript //?` prints.
std::string usage_text(const std::string& program);

}  // namespace script::wsh
