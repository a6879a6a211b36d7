// wmid: serves this machine's management objects to the network and to local programs.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <map>

#include "wmid/program.h"

namespace {

/// What names a file is named from here, wherever the daemon goes.
std::string value_of(const wmid::KeyHelp& key, const std::string& given) {
  const bool file = key.value == "DIR" || key.value == "FILE" || key.value == "PATH";
  if (!file || given.empty() || given.starts_with('@')) return given;
  return std::filesystem::absolute(given).lexically_normal().string();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Windows Management Instrumentation on Linux: the daemon");
  wmid::Arguments arguments;
  app.set_version_flag("--version", "wmid " OWMI_VERSION);
  app.add_option("--config", arguments.config_file, "Configuration file (" + std::string(wmid::kConfigFile) + ")")->type_name("FILE");
  app.add_flag("--background", arguments.background, "Return when it serves, and go on");
  const std::vector<wmid::KeyHelp> keys = wmid::config_keys();
  std::map<std::string, std::vector<std::string>, std::less<>> given;
  for (const wmid::KeyHelp& key : keys) {
    const std::string name(key.key);
    app.add_option("--" + name, given[name], std::string(key.help))->type_name(std::string(key.value))->allow_extra_args(false);
  }
  app.footer("SIGHUP reads the configuration's limits and the accounts again; SIGTERM ends it.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : wmid::kWrongConfiguration;
  }
  if (!arguments.config_file.empty()) arguments.config_file = std::filesystem::absolute(arguments.config_file).string();
  for (const wmid::KeyHelp& key : keys) {
    const std::string name(key.key);
    for (const std::string& value : given[name]) arguments.flags.push_back({name, value_of(key, value), "--" + name});
  }
  return wmid::run(arguments);
}
