// What is written behind `wmi`.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "apps/wmi/access_commands.h"
#include "cli/commands.h"
#include "cli/login.h"

namespace wmi {

/// Options for the commands on other machines.
struct RemoteOptions {
  std::string hosts;  // empty: this machine
  cli::LoginOptions login;
  std::string auth_level = "privacy";
  std::string callback_auth = "verified";
  double connect_timeout = 15;
};

struct Options {
  std::string repository;
  std::string name_space = "root\\cimv2";
  std::string output;
  double timeout = 0;
  bool system = false;
  RemoteOptions remote;
};

struct Commands {
  std::string text;  // query, path, pattern, class, host
  cli::CallArguments call;
  cli::PutArguments put;
  bool create_only = false;
  bool update_only = false;
  bool safe = false;
  bool force = false;
  std::string file;
  AccessCommands access;
};

/// Adds all commands and options to `app`; what they fill must live as long.
void add_arguments(CLI::App& app, Options& options, Commands& commands);
/// nullopt when there is something to do; else the exit status, with what is wrong or asked for printed.
std::optional<int> parse(CLI::App& app, int argc, char** argv, Options& options, Commands& commands);

/// Of --timeout and the like.
std::chrono::milliseconds milliseconds(double seconds);

}  // namespace wmi
