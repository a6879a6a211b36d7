// Which function a command is.
#pragma once

#include "apps/wmi/arguments.h"

namespace wmi {

/// A command over the services of the session.
int run_command(const CLI::App& app, cli::Session& session, const Commands& commands);
/// Its output is more than rows and events.
bool prints_text(const CLI::App& app);
/// `repository` and its commands.
int run_repository(const CLI::App& app, const cli::Console& console, const Options& options, const Commands& commands);

}  // namespace wmi
