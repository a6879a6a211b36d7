#include "apps/wmi/local.h"

#include <cstdlib>

#include "apps/wmi/dispatch.h"
#include "apps/wmi/remote.h"
#include "cli/location.h"
#include "cli/machines.h"
#include "manager/manager.h"
#include "providers/standard.h"
#include "wmid/places.h"

namespace wmi {
namespace {

providers::StandardOptions provider_options() {
  providers::StandardOptions options;
  const char* map_cmd = std::getenv("OPENWMI_MAP_CMD");
  options.process.map_cmd = map_cmd == nullptr || std::string_view(map_cmd) != "off";
  return options;
}

int run_embedded(const CLI::App& app, cli::Session& session, const Options& options, const Commands& commands,
                 const std::string& name_space) {
  manager::Options manager_options;
  manager_options.directory = cli::repository_directory(options.repository);
  auto manager = manager::Manager::open(std::move(manager_options), providers::standard_providers(provider_options()));
  if (!manager) return cli::finish(session, manager.error());
  auto services = (*manager)->connect(name_space, (*manager)->local_caller(), "");
  if (!services) return cli::finish(session, services.error());
  session.services = *services;
  const int status = run_command(app, session, commands);
  session.services.reset();
  return status;
}

/// The kernel tells the daemon who asks.
int run_by_daemon(const CLI::App& app, cli::Session& session, const Options& options, const Commands& commands,
                  const std::string& name_space, const std::string& socket) {
  remote::ClientOptions client = client_options(options);
  client.machine.local_path = socket;
  rpc::Network network;
  cli::Machines machines(network, std::move(client));
  return run_on_machine(app, session, commands, machines, {socket, {}, 0}, name_space);
}

}  // namespace

int run_here(const CLI::App& app, cli::Session& session, const Options& options, const Commands& commands) {
  const auto name_space = cli::local_namespace(options.name_space);
  if (!name_space) return cli::finish(session, name_space.error());
  const auto daemon = wmid::find_daemon(options.repository);
  if (daemon) return run_by_daemon(app, session, options, commands, *name_space, daemon->socket);
  return run_embedded(app, session, options, commands, *name_space);
}

}  // namespace wmi
