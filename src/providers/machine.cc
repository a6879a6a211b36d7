#include "providers/machine.h"

#include <pwd.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <utmpx.h>

#include <charconv>
#include <mutex>
#include <set>
#include <sstream>
#include <vector>

#include <fmt/format.h>

#include "base/host_name.h"

namespace providers {

std::string read_text(const std::string& path) {
  auto content = base::SystemFiles().read(path, 16U << 20U);
  if (!content) return {};
  while (!content->empty() && (content->back() == '\n' || content->back() == ' ' || content->back() == '\0')) content->pop_back();
  return *std::move(content);
}

std::string host_name() {
  std::string name = base::host_name();
  return name.empty() ? "localhost" : name;
}

std::map<std::string, std::string, std::less<>> os_release(const Roots& roots) {
  std::map<std::string, std::string, std::less<>> values;
  std::istringstream lines(read_text(roots.etc + "/os-release"));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos || line.starts_with('#')) continue;
    std::string value = line.substr(equals + 1);
    if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front())
      value = value.substr(1, value.size() - 2);
    values.emplace(line.substr(0, equals), std::move(value));
  }
  return values;
}

std::string os_caption(const Roots& roots) {
  const auto values = os_release(roots);
  const auto it = values.find("PRETTY_NAME");
  return it == values.end() ? "Linux" : it->second;
}

std::string os_name(const Roots& roots) {
  std::string device;
  std::istringstream mounts(read_text(roots.proc + "/self/mounts"));
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream fields(line);
    std::string source;
    std::string target;
    if (fields >> source >> target && target == "/") device = source;  // the last mount on / is the visible one
  }
  return os_caption(roots) + "|/|" + device;
}

std::string os_version() {
  utsname names{};
  return ::uname(&names) == 0 ? names.release : "";
}

std::unordered_map<std::string, std::uint64_t> memory_info(const Roots& roots) {
  std::unordered_map<std::string, std::uint64_t> values;
  std::istringstream lines(read_text(roots.proc + "/meminfo"));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string name;
    std::uint64_t amount = 0;
    std::string unit;
    if (!(fields >> name >> amount) || name.empty()) continue;
    name.pop_back();  // the colon
    fields >> unit;
    values[name] = unit == "kB" ? amount * 1024 : amount;
  }
  return values;
}

std::int64_t boot_time_microseconds(const Roots& roots) {
  const std::string stat = read_text(roots.proc + "/stat");
  const std::size_t at = stat.find("\nbtime ");
  std::int64_t seconds = 0;
  if (at != std::string::npos) std::from_chars(stat.data() + at + 7, stat.data() + stat.size(), seconds);
  return seconds * 1'000'000;
}

std::uint32_t process_count(const Roots& roots) {
  const auto names = base::SystemFiles().list(roots.proc);
  std::uint32_t count = 0;
  if (!names) return 0;
  for (const std::string& name : *names) {
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::string stat = read_text(roots.proc + "/" + name + "/stat");
    const std::size_t paren = stat.rfind(')');
    if (paren != std::string::npos && paren + 2 < stat.size() && stat[paren + 2] != 'Z' && stat[paren + 2] != 'X') ++count;
  }
  return count;
}

namespace {

std::vector<utmpx> logins() {
  static std::mutex mutex;  // the functions share one position
  const std::lock_guard lock(mutex);
  std::vector<utmpx> entries;
  ::setutxent();
  while (const utmpx* entry = ::getutxent())
    if (entry->ut_type == USER_PROCESS) entries.push_back(*entry);
  ::endutxent();
  return entries;
}

std::string field(const char* text, std::size_t size) { return {text, ::strnlen(text, size)}; }

}  // namespace

std::uint32_t user_count() {
  std::set<std::string> names;
  for (const utmpx& entry : logins()) names.insert(field(entry.ut_user, sizeof entry.ut_user));
  return static_cast<std::uint32_t>(names.size());
}

std::string console_user() {
  for (const utmpx& entry : logins()) {
    const std::string line = field(entry.ut_line, sizeof entry.ut_line);
    if (line.starts_with("tty") || line.starts_with(":")) return field(entry.ut_user, sizeof entry.ut_user);
  }
  return {};
}

std::optional<UserRecord> user_record(std::uint32_t uid) {
  std::vector<char> buffer(4096);
  passwd record{};
  passwd* found = nullptr;
  while (::getpwuid_r(uid, &record, buffer.data(), buffer.size(), &found) == ERANGE) buffer.resize(buffer.size() * 2);
  if (found == nullptr) return std::nullopt;
  return UserRecord{found->pw_name, found->pw_dir, found->pw_shell};
}

std::string user_name(std::uint32_t uid) {
  const auto record = user_record(uid);
  return record ? record->name : std::to_string(uid);
}

std::string user_sid(std::uint32_t uid) { return fmt::format("S-1-22-1-{}", uid); }

}  // namespace providers
