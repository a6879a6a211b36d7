#include "cli/location.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>

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

}  // namespace cli
