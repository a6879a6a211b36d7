// Commands on other machines.
#pragma once

#include "apps/wmi/arguments.h"
#include "cli/machines.h"

namespace wmi {

/// Everything but the machine. `asked` false: no password could be had, and why stands in `login`.
struct RemotePlan {
  std::vector<cli::Host> hosts;
  remote::ClientOptions client;
  base::Status login;
};
/// Reads hosts and the password, from the terminal if need be: before the first thread. Errors of the hosts; those of the password are in
/// `login`.
base::Result<RemotePlan> plan_remote(const Options& options, const std::string& hosts);

/// Runs the command on one machine, or on many at once.
int run_there(const CLI::App& app, cli::Session& session, const Options& options, const Commands& commands, const RemotePlan& plan);
int run_doctor(const cli::Session& session, const Options& options, const RemotePlan& plan);

/// One for the whole program, and for its whole life: a name that is still being looked up would hold up the end of any other.
rpc::Network& network();

/// What the options say of connections; neither machine nor credentials.
remote::ClientOptions client_options(const Options& options);
/// Opens the namespace on one machine and runs the command.
int run_on_machine(const CLI::App& app, cli::Session& session, const Commands& commands, cli::Machines& machines, const cli::Host& host,
                   const std::string& name_space);

/// Ends the program at once when connections are still being made that nobody waits for; else does nothing.
void leave_if_any_left(const cli::Console& console, bool any_left, int status);

}  // namespace wmi
