#include "base/windows_command.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>

namespace base {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

bool has_drive(std::string_view path) {
  return path.size() >= 2 && path[1] == ':' && std::isalpha(static_cast<unsigned char>(path[0])) != 0 &&
         (path.size() == 2 || path[2] == '\\' || path[2] == '/' || path.find('/') == std::string_view::npos);
}

/// Position behind the apostrophe that closes the word opened at `begin`, or npos: it must stand at the end of a word.
std::size_t closing_apostrophe(std::string_view line, std::size_t begin) {
  for (std::size_t i = begin + 1; i < line.size(); ++i)
    if (line[i] == '\'' && (i + 1 == line.size() || is_space(line[i + 1]))) return i + 1;
  return std::string_view::npos;
}

/// One word from `i` on, by the rules of CommandLineToArgvW: 2n backslashes before a quote are n and the quote toggles, 2n+1 are n and a
/// literal quote, elsewhere a backslash is itself.
std::string next_word(std::string_view line, std::size_t& i, bool program) {
  std::string word;
  if (line[i] == '\'') {
    if (const std::size_t end = closing_apostrophe(line, i); end != std::string_view::npos) {
      word = line.substr(i + 1, end - i - 2);
      i = end;
      return word;
    }
  }
  bool quoted = false;
  while (i < line.size() && (quoted || !is_space(line[i]))) {
    std::size_t backslashes = 0;
    while (i + backslashes < line.size() && line[i + backslashes] == '\\') ++backslashes;
    const bool before_quote = i + backslashes < line.size() && line[i + backslashes] == '"';
    if (backslashes > 0 && (!before_quote || program)) {  // in the program's name a backslash never escapes
      word.append(backslashes, '\\');
      i += backslashes;
    } else if (before_quote) {
      word.append(backslashes / 2, '\\');
      i += backslashes + 1;
      if (backslashes % 2 == 1) {
        word.push_back('"');
      } else if (quoted && i < line.size() && line[i] == '"') {
        word.push_back('"');
        ++i;
      } else {
        quoted = !quoted;
      }
    } else {
      word.push_back(line[i++]);
    }
  }
  return word;
}

void skip_spaces(std::string_view line, std::size_t& i) {
  while (i < line.size() && is_space(line[i])) ++i;
}

bool equals_lower(std::string_view text, std::string_view lower) {
  return std::ranges::equal(text, lower, [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
}

bool is_cmd(std::string_view program) {
  const std::string_view name = program.substr(program.find_last_of("\\/") + 1);  // npos + 1 is 0
  return equals_lower(name, "cmd") || equals_lower(name, "cmd.exe") || equals_lower(name, "%comspec%");
}

bool is_executable(const std::string& path) {
  struct stat info{};
  return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

Result<std::string> linux_path(std::string_view windows_path) {
  std::string_view rest = windows_path;
  std::string path;
  if (has_drive(rest)) {
    if (rest[0] != 'C' && rest[0] != 'c')
      return fail(WBEM_E_NOT_FOUND, "there is no drive " + std::string(rest.substr(0, 2)) + " here; C: is the root directory");
    rest.remove_prefix(2);
    path = "/";
    while (!rest.empty() && (rest.front() == '\\' || rest.front() == '/')) rest.remove_prefix(1);
  }
  path += rest;
  std::ranges::replace(path, '\\', '/');
  return path;
}

std::vector<std::string> split_command_line(std::string_view command_line) {
  std::vector<std::string> words;
  std::size_t i = 0;
  for (skip_spaces(command_line, i); i < command_line.size(); skip_spaces(command_line, i))
    words.push_back(next_word(command_line, i, words.empty()));
  return words;
}

std::optional<std::string> cmd_exe_text(std::string_view command_line) {
  std::size_t i = 0;
  skip_spaces(command_line, i);
  if (i == command_line.size() || !is_cmd(next_word(command_line, i, true))) return std::nullopt;
  for (skip_spaces(command_line, i); i + 1 < command_line.size() && command_line[i] == '/'; skip_spaces(command_line, i)) {
    const char option = static_cast<char>(std::tolower(static_cast<unsigned char>(command_line[i + 1])));
    i += 2;
    if (option != 'c' && option != 'k') {  // /s, /q, /v:on ...
      while (i < command_line.size() && !is_space(command_line[i]) && command_line[i] != '/') ++i;
      continue;
    }
    skip_spaces(command_line, i);
    std::string_view text = command_line.substr(i);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    // cmd takes off the quotes around the whole line, unless they are the only two and hold the name of a program.
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
      const std::string_view inner = text.substr(1, text.size() - 2);
      if (inner.find('"') != std::string_view::npos || !is_executable(std::string(inner))) text = inner;
    }
    return std::string(text);
  }
  return std::nullopt;
}

Result<LinuxCommand> linux_command(std::string_view command_line, bool map_cmd) {
  if (command_line.find('\0') != std::string_view::npos) return fail(WBEM_E_INVALID_PARAMETER, "a command line holds no NUL character");
  LinuxCommand command;
  if (map_cmd) {
    if (std::optional<std::string> text = cmd_exe_text(command_line)) {
      command.argv = {"/bin/sh", "-c", *std::move(text)};
      command.shell = true;
      return command;
    }
  }
  command.argv = split_command_line(command_line);
  if (command.argv.empty() || command.argv[0].empty()) return fail(WBEM_E_INVALID_PARAMETER, "the command line names no program");
  std::string& program = command.argv[0];
  if (has_drive(program) || (program.find('\\') != std::string::npos && !is_executable(program))) {
    TRY_ASSIGN(program, linux_path(program));
  }
  return command;
}

std::optional<std::string> find_program(std::string_view name, std::string_view path) {
  if (name.find('/') != std::string_view::npos) {
    std::string file(name);
    return is_executable(file) ? std::optional(std::move(file)) : std::nullopt;
  }
  while (!path.empty()) {
    const std::size_t colon = std::min(path.find(':'), path.size());
    std::string file(path.substr(0, colon));
    if (!file.empty()) file += '/';
    file += name;
    if (is_executable(file)) return file;
    path.remove_prefix(std::min(colon + 1, path.size()));
  }
  return std::nullopt;
}

}  // namespace base
