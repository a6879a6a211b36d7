// One command on many machines at once.
#pragma once

#include <functional>
#include <vector>

#include "cli/commands.h"
#include "cli/hosts.h"

namespace cli {

/// Hosts at work at the same time.
inline constexpr unsigned kParallelHosts = 32;

struct FleetCommand {
  /// Opens the namespace on a machine. Several at once, each on a thread that may block.
  std::function<base::Result<cim::ServicesPtr>(const Host&)> connect;
  /// The command; its session has services, console and row options of one host.
  std::function<int(Session&)> run;
  bool prints_text = false;  // more than rows and events: each host's text is printed in one piece, under its name
};

/// Runs it on every host; rows of all go through one writer, in order of arrival, each with its host. Failures are printed as they come and
/// listed at the end. kSuccess when all succeeded, else the worst of the statuses. Ctrl-C ends what runs and starts no more.
int run_on_hosts(const Session& session, const std::vector<Host>& hosts, const FleetCommand& command);

}  // namespace cli
