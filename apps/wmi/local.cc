#include "apps/wmi/local.h"

#include "apps/wmi/dispatch.h"
#include "apps/wmi/remote.h"
#include "cli/location.h"
#include "cli/machines.h"
#include "wmid/embedded.h"
#include "wmid/places.h"

namespace wmi {
namespace {

int run_embedded(const CLI::App& app, cli::Session& session, const Options& options, const Commands& commands,
                 const std::string& name_space) {
  auto manager = wmid::open_embedded(cli::repository_directory(options.repository));
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
  cli::Machines machines(network(), std::move(client));
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
