#include "cli/location.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "base/utf.h"

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

base::Result<std::string> local_namespace(const std::string& given) {
  std::string text = given;
  std::ranges::replace(text, '/', '\\');
  if (!text.starts_with("\\\\")) return text;
  const std::size_t end = std::min(text.find('\\', 2), text.size());
  const std::string server = text.substr(2, end - 2);
  char name[256] = {};
  (void)::gethostname(name, sizeof name - 1);
  const std::string_view host(name);
  const auto is = [&server](std::string_view known) { return base::equal_ignore_case(server, known); };
  if (is(".") || is("localhost") || is(host) || is(host.substr(0, host.find('.')))) return text.substr(std::min(end + 1, text.size()));
  return base::fail(base::WBEM_E_INVALID_NAMESPACE, fmt::format("{} is another machine: --host {} reaches it", server, server));
}

}  // namespace cli
