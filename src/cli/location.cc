#include "cli/location.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "base/host_name.h"
#include "base/utf.h"
#include "cim/path.h"

namespace cli {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

std::string home_directory() {
  if (std::string home = variable("HOME"); !home.empty()) return home;
  const passwd* record = ::getpwuid(::getuid());
  return record != nullptr ? record->pw_dir : "/";
}

}  // namespace

std::filesystem::path repository_directory(const std::string& given) {
  if (!given.empty()) return given;
  if (const std::string directory = variable("OPENWMI_REPOSITORY"); !directory.empty()) return directory;
  const std::string data = variable("XDG_DATA_HOME");
  const std::filesystem::path base = data.empty() ? std::filesystem::path(home_directory()) / ".local/share" : std::filesystem::path(data);
  return base / "openwmi" / "repository";
}

bool names_this_machine(std::string_view server) {
  if (server.empty()) return false;
  const std::string host = base::host_name();
  return cim::is_local_server(server, host) || base::equal_ignore_case(server, base::first_label(host));
}

base::Result<std::string> local_namespace(const std::string& given) {
  std::string text = given;
  std::ranges::replace(text, '/', '\\');
  if (!text.starts_with("\\\\")) return text;
  const std::size_t end = std::min(text.find('\\', 2), text.size());
  const std::string server = text.substr(2, end - 2);
  if (names_this_machine(server)) return text.substr(std::min(end + 1, text.size()));
  return base::fail(base::WBEM_E_INVALID_NAMESPACE, fmt::format("{} is another machine: --host {} reaches it", server, server));
}

}  // namespace cli
