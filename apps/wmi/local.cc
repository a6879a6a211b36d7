#include "apps/wmi/local.h"

#include <cstdlib>

#include "apps/wmi/dispatch.h"
#include "cli/location.h"
#include "manager/manager.h"
#include "providers/standard.h"

namespace wmi {
namespace {

providers::StandardOptions provider_options() {
  providers::StandardOptions options;
  const char* map_cmd = std::getenv("OPENWMI_MAP_CMD");
  options.process.map_cmd = map_cmd == nullptr || std::string_view(map_cmd) != "off";
  return options;
}

}  // namespace

int run_here(const CLI::App& app, cli::Session& session, const Options& options, const Commands& commands) {
  const auto name_space = cli::local_namespace(options.name_space);
  if (!name_space) return cli::finish(session, name_space.error());
  manager::Options manager_options;
  manager_options.directory = cli::repository_directory(options.repository);
  auto manager = manager::Manager::open(std::move(manager_options), providers::standard_providers(provider_options()));
  if (!manager) return cli::finish(session, manager.error());
  auto services = (*manager)->connect(*name_space, (*manager)->local_caller(), "");
  if (!services) return cli::finish(session, services.error());
  session.services = *services;
  const int status = run_command(app, session, commands);
  session.services.reset();
  return status;
}

}  // namespace wmi
