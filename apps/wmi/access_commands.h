// The commands `account` and `security`: their arguments, and which function they are.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/account.h"
#include "cli/security.h"

namespace wmi {

struct AccessCommands {
  cli::AccountArguments account;
  cli::SecurityArguments security;
};

/// Adds both to `app`; `commands` must live as long.
void add_access_commands(CLI::App& app, AccessCommands& commands);

/// Once parsed; for the one that was given. run_security: the session's services are those of security.name_space.
int run_account(const CLI::App& app, const cli::Session& session, const AccessCommands& commands);
int run_security(const CLI::App& app, cli::Session& session, const AccessCommands& commands);

}  // namespace wmi
