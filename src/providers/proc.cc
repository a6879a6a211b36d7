#include "providers/proc.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <sstream>

namespace providers {
namespace {

std::string pid_path(const Roots& roots, std::uint32_t pid, std::string_view file) {
  return roots.proc + "/" + std::to_string(pid) + "/" + std::string(file);
}

std::string quote_argument(std::string_view argument) {
  if (!argument.empty() && argument.find_first_of(" \t\"") == std::string_view::npos) return std::string(argument);
  std::string quoted = "\"";
  for (const char c : argument) {
    if (c == '"') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::vector<std::string> arguments(const Roots& roots, std::uint32_t pid) {
  auto content = base::SystemFiles().read(pid_path(roots, pid, "cmdline"), 4U << 20U);
  std::vector<std::string> words;
  if (!content) return words;
  std::size_t begin = 0;
  while (begin < content->size()) {
    const std::size_t end = std::min(content->find('\0', begin), content->size());
    words.push_back(content->substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

}  // namespace

std::optional<ProcessStat> parse_stat(const std::string& text) {
  const std::size_t open = text.find('(');
  const std::size_t close = text.rfind(')');
  if (open == std::string::npos || close == std::string::npos || close < open) return std::nullopt;
  ProcessStat stat;
  stat.comm = text.substr(open + 1, close - open - 1);
  std::istringstream fields(text.substr(close + 1));
  std::vector<std::int64_t> n;  // n[i] is field i + 4 of proc(5)
  fields >> stat.state;
  for (std::string word; fields >> word;) {
    std::int64_t value = 0;
    std::from_chars(word.data(), word.data() + word.size(), value);  // a value over 2^63 (rsslim) reads as 0 and is not used
    n.push_back(value);
  }
  if (n.size() < 37) return std::nullopt;
  std::from_chars(text.data(), text.data() + open, stat.pid);
  const auto field = [&n](int number) { return n[static_cast<std::size_t>(number - 4)]; };
  stat.parent = static_cast<std::uint32_t>(field(4));
  stat.minor_faults = static_cast<std::uint64_t>(field(10));
  stat.major_faults = static_cast<std::uint64_t>(field(12));
  stat.user_ticks = static_cast<std::uint64_t>(field(14));
  stat.system_ticks = static_cast<std::uint64_t>(field(15));
  stat.nice = field(19);
  stat.threads = static_cast<std::uint32_t>(field(20));
  stat.start_ticks = static_cast<std::uint64_t>(field(22));
  stat.virtual_size = static_cast<std::uint64_t>(field(23));
  stat.resident = static_cast<std::uint64_t>(field(24)) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  stat.realtime_priority = static_cast<std::uint32_t>(field(40));
  return stat;
}

std::optional<ProcessStat> read_stat(const Roots& roots, std::uint32_t pid) {
  const std::string text = read_text(pid_path(roots, pid, "stat"));
  return text.empty() ? std::nullopt : parse_stat(text);
}

bool process_exists(const Roots& roots, std::uint32_t pid) {
  const auto stat = read_stat(roots, pid);
  return stat && !stat->zombie();
}

std::vector<std::uint32_t> process_ids(const Roots& roots) {
  std::vector<std::uint32_t> ids;
  const auto names = base::SystemFiles().list(roots.proc);
  if (!names) return ids;
  for (const std::string& name : *names) {
    std::uint32_t pid = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (error == std::errc() && end == name.data() + name.size()) ids.push_back(pid);
  }
  std::ranges::sort(ids);
  return ids;
}

std::optional<std::uint64_t> status_value(const std::string& status, std::string_view name) {
  const std::string key = std::string(name) + ":";
  std::size_t at = status.starts_with(key) ? 0 : status.find("\n" + key);
  if (at == std::string::npos) return std::nullopt;
  at = status.find(':', at) + 1;
  at = status.find_first_not_of(" \t", at);
  if (at == std::string::npos) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(status.data() + at, status.data() + status.size(), value);
  if (error != std::errc()) return std::nullopt;
  const std::string_view rest(end, static_cast<std::size_t>(status.data() + status.size() - end));
  return rest.starts_with(" kB") ? value * 1024 : value;
}

std::optional<std::uint32_t> process_owner(const Roots& roots, std::uint32_t pid) {
  const auto uid = status_value(read_text(pid_path(roots, pid, "status")), "Uid");
  return uid ? std::optional(static_cast<std::uint32_t>(*uid)) : std::nullopt;
}

std::string command_line(const Roots& roots, std::uint32_t pid) {
  std::string line;
  for (const std::string& word : arguments(roots, pid)) {
    if (!line.empty()) line += ' ';
    line += quote_argument(word);
  }
  return line;
}

std::string process_name(const Roots& roots, const ProcessStat& stat) {
  constexpr std::size_t kCommLength = 15;  // TASK_COMM_LEN less its NUL
  if (stat.comm.size() < kCommLength) return stat.comm;
  for (const std::string& word : arguments(roots, stat.pid)) {  // a script's name is the interpreter's argument
    const std::string name = word.substr(word.rfind('/') + 1);
    if (name.starts_with(stat.comm)) return name;
  }
  return stat.comm;
}

std::uint32_t windows_priority(const ProcessStat& stat) {
  if (stat.realtime_priority > 0) return 24;
  if (stat.nice >= 15) return 4;
  if (stat.nice >= 5) return 6;
  if (stat.nice > -5) return 8;
  if (stat.nice > -10) return 10;
  return stat.nice > -20 ? 13 : 24;
}

std::optional<int> nice_of_priority_class(std::int64_t priority_class) {
  switch (priority_class) {
    case 64: return 19;     // idle
    case 16384: return 10;  // below normal
    case 32: return 0;      // normal
    case 32768: return -5;  // above normal
    case 128: return -10;   // high
    case 256: return -20;   // realtime
    default: return std::nullopt;
  }
}

}  // namespace providers
