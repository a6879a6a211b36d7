#include "apps/wmi/remote.h"

#include <unistd.h>

#include "apps/wmi/dispatch.h"
#include "cli/doctor.h"
#include "cli/fleet.h"
#include "remote/client_names.h"
#include "security/tickets.h"
#include "wmid/places.h"

namespace wmi {
namespace {

constexpr std::chrono::milliseconds kGrace{5'000};  // of a call beyond the deadline of its operation

}  // namespace

rpc::Network& network() {
  static rpc::Network* const one = new rpc::Network;
  return *one;
}

remote::ClientOptions client_options(const Options& options) {
  remote::ClientOptions client;
  client.security.provider = cli::provider_of(options.remote.login);
  client.security.level = options.remote.auth_level == "integrity" ? security::Level::kIntegrity : security::Level::kPrivacy;
  client.callback_auth = options.remote.callback_auth == "unverified" ? remote::CallbackAuth::kUnverified : remote::CallbackAuth::kVerified;
  client.timeouts.connect = milliseconds(options.remote.connect_timeout);
  if (options.timeout > 0) client.timeouts.call = std::max(client.timeouts.call, milliseconds(options.timeout) + kGrace);
  // Callbacks of machines that ask on TCP 135 only are told by a daemon of this machine where to go.
  const auto daemon = wmid::find_daemon(options.repository);
  client.resolver_socket = daemon ? daemon->socket : wmid::kSystemSocket;
  return client;
}

base::Result<RemotePlan> plan_remote(const Options& options, const std::string& hosts) {
  RemotePlan plan;
  TRY_ASSIGN(plan.hosts, cli::parse_hosts(hosts));
  plan.client = client_options(options);
  auto credentials = cli::read_credentials(options.remote.login, options.remote.login.kerberos && security::has_kerberos_tickets());
  if (credentials)
    plan.client.security.credentials = *std::move(credentials);
  else
    plan.login = credentials.error();
  return plan;
}

int run_there(const CLI::App& app, cli::Session& session, const Options& options, const Commands& commands, const RemotePlan& plan) {
  if (!plan.login.ok()) return cli::finish(session, plan.login);
  const auto name_space = remote::plain_namespace(options.name_space);
  if (!name_space) return cli::finish(session, name_space.error());
  if (plan.hosts.size() > 1 && app.got_subcommand("put") && commands.put.file == "-") {
    session.console.note("wmi: standard input can be put on one machine only; name a file");
    return cli::kUsage;
  }
  cli::Machines machines(network(), plan.client);
  if (plan.hosts.size() == 1) return run_on_machine(app, session, commands, machines, plan.hosts.front(), *name_space);
  cli::FleetCommand command;
  command.connect = [&](const cli::Host& host) { return machines.connect(host, *name_space, session.limits); };
  command.run = [&](cli::Session& own) { return run_command(app, own, commands); };
  command.prints_text = prints_text(app);
  const int status = cli::run_on_hosts(session, plan.hosts, command);
  leave_if_any_left(session.console, machines.any_left(), status);
  return status;
}

int run_on_machine(const CLI::App& app, cli::Session& session, const Commands& commands, cli::Machines& machines, const cli::Host& host,
                   const std::string& name_space) {
  int status = cli::kSuccess;
  if (auto services = machines.connect(host, name_space, session.limits)) {
    session.services = *std::move(services);
    status = run_command(app, session, commands);
    session.services.reset();
  } else {
    status = cli::finish(session, services.error());
  }
  leave_if_any_left(session.console, machines.any_left(), status);
  return status;
}

int run_doctor(const cli::Session& session, const Options& options, const RemotePlan& plan) {
  const auto name_space = remote::plain_namespace(options.name_space);
  if (!name_space) return cli::finish(session, name_space.error());
  const cli::Machines machines(network(), plan.client);
  cli::BlockingWork work;
  int status = cli::kSuccess;
  for (const cli::Host& host : plan.hosts) {
    if (session.limits.interrupt != nullptr && session.limits.interrupt->came()) break;
    if (plan.hosts.size() > 1 && !session.format_given) session.console.write("== " + host.label + " ==\n");
    status = std::max(status, cli::doctor(session, network(), {host, *name_space, machines.options(host), plan.login}, work));
  }
  leave_if_any_left(session.console, work.any_left(), status);
  return status;
}

void leave_if_any_left(const cli::Console& console, bool any_left, int status) {
  if (!any_left) return;
  console.flush();
  ::_exit(status);
}

}  // namespace wmi
