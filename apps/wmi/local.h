// Commands on this machine.
#pragma once

#include "apps/wmi/arguments.h"

namespace wmi {

/// Opens the namespace, at a daemon that runs for the repository or else in this process, and runs the command.
int run_here(const CLI::App& app, cli::Session& session, const Options& options, const Commands& commands);

}  // namespace wmi
