// wmi: queries, calls and puts on the management objects of this machine and of others. As `wmic`: the old Linux program of that name.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "apps/wmi/arguments.h"
#include "apps/wmi/dispatch.h"
#include "apps/wmi/local.h"
#include "apps/wmi/remote.h"
#include "apps/wmi/wmic.h"

namespace {

cli::Session make_session(const wmi::Options& options) {
  cli::Session session;
  session.console = cli::Console::standard();
  session.format_given = !options.output.empty();
  session.rows.format = cli::format_by_name(options.output).value_or(cli::default_format(session.console));
  session.rows.system = options.system;
  if (options.timeout > 0) session.limits.timeout = wmi::milliseconds(options.timeout);
  return session;
}

int run(const CLI::App& app, const wmi::Options& options, const wmi::Commands& commands, cli::Session& session) {
  const bool doctor = app.got_subcommand("doctor");
  const std::string& hosts = doctor && !commands.text.empty() ? commands.text : options.remote.hosts;
  wmi::RemotePlan plan;
  if (!hosts.empty()) {
    auto read = wmi::plan_remote(options, hosts);  // may ask for the password
    if (!read) return cli::finish(session, read.error());
    plan = *std::move(read);
  }
  cli::Interrupt interrupt;  // before the first thread
  session.limits.interrupt = &interrupt;
  if (app.got_subcommand("repository")) return wmi::run_repository(app, session.console, options, commands);
  if (app.got_subcommand("account")) return wmi::run_account(app, session, commands.access);
  if (doctor) return wmi::run_doctor(session, options, plan);
  if (!hosts.empty()) return wmi::run_there(app, session, options, commands, plan);
  return wmi::run_here(app, session, options, commands);
}

/// Without waiting for names that are still being looked up.
[[noreturn]] void leave(int status) {
  std::fflush(stdout);
  std::fflush(stderr);
  ::_exit(status);
}

}  // namespace

int main(int argc, char** argv) {
  cli::Console::hold_streams();
  if (wmi::is_wmic(argv[0])) leave(wmi::run_wmic(argc, argv));
  wmi::Options options;
  wmi::Commands commands;
  CLI::App app("Windows Management Instrumentation on Linux");
  wmi::add_arguments(app, options, commands);
  if (const auto status = wmi::parse(app, argc, argv, options, commands)) return *status;
  cli::Session session = make_session(options);
  const int status = run(app, options, commands, session);
  const base::Status written = session.console.written();
  leave(written.ok() || status != cli::kSuccess ? status : cli::finish(session, written));
}
