// wmi: queries, calls and puts on the management objects of this machine.
#include <CLI/CLI.hpp>
#include <cstdlib>

#include "cli/commands.h"
#include "cli/location.h"
#include "cli/maintenance.h"
#include "manager/manager.h"
#include "providers/standard.h"

namespace {

struct Options {
  std::string repository;
  std::string name_space = "root\\cimv2";
  std::string output;
  double timeout = 0;
  bool system = false;
};

struct Commands {
  std::string text;  // query, path, pattern, class
  cli::CallArguments call;
  cli::PutArguments put;
  bool create_only = false;
  bool update_only = false;
  bool safe = false;
  bool force = false;
  std::string file;
};

providers::StandardOptions provider_options() {
  providers::StandardOptions options;
  const char* map_cmd = std::getenv("OPENWMI_MAP_CMD");
  options.process.map_cmd = map_cmd == nullptr || std::string_view(map_cmd) != "off";
  return options;
}

void add_global_options(CLI::App& app, Options& options) {
  app.fallthrough();
  app.add_option("-n,--namespace", options.name_space, "Namespace")->capture_default_str();
  app.add_option("-o,--output", options.output, "table, list, json, jsonl, csv, mof or xml (table on a terminal, else jsonl)")
      ->check([](const std::string& name) { return cli::format_by_name(name) ? "" : "no such form: " + name; });
  app.add_flag("--system", options.system, "Show system properties (__PATH, __CLASS ...)");
  app.add_option("--timeout", options.timeout, "Seconds until an operation is given up")->check(CLI::PositiveNumber);
  app.add_option("--repository", options.repository, "Directory of the repository ($OPENWMI_REPOSITORY, else this user's own)");
}

std::uint32_t put_flags(const Commands& c) {
  std::uint32_t flags = 0;
  if (c.create_only) flags |= cim::flag::kCreateOnly;
  if (c.update_only) flags |= cim::flag::kUpdateOnly;
  if (c.safe) flags |= cim::flag::kUpdateSafeMode;
  if (c.force) flags |= cim::flag::kUpdateForceMode;
  return flags;
}

void add_call(CLI::App& app, Commands& c) {
  CLI::App* call = app.add_subcommand("call", "Execute a method");
  call->add_option("path", c.call.path, "Class (static methods) or instance")->required();
  call->add_option("method", c.call.method, "Method")->required();
  call->add_option("parameters", c.call.parameters, "Name=Value; repeat for arrays; Name.Member=Value in an embedded object");
  call->add_flag("--async", c.call.async, "Print the events of the asynchronous call");
  call->add_flag("--status", c.call.status, "Print progress events");
}

void add_put(CLI::App& app, Commands& c) {
  CLI::App* put = app.add_subcommand("put", "Store the classes and instances of a MOF file, each as a put of its own");
  put->add_option("file", c.put.file, "MOF file, - for standard input")->required();
  put->add_flag("--async", c.put.async, "Print the events of the asynchronous calls");
  put->add_flag("--status", c.put.status, "Print progress events");
  CLI::Option* create = put->add_flag("--create-only", c.create_only, "Fail for what exists");
  put->add_flag("--update-only", c.update_only, "Fail for what does not exist")->excludes(create);
  CLI::Option* safe = put->add_flag("--safe", c.safe, "Update classes that have children when nothing conflicts");
  put->add_flag("--force", c.force, "Update classes in spite of conflicts; DELETES the instances of a changed static class")
      ->excludes(safe);
}

CLI::App* add_text_command(CLI::App& app, const char* name, const char* what, const char* argument, std::string& text, bool required) {
  CLI::App* command = app.add_subcommand(name, what);
  command->add_option(argument, text)->required(required);
  return command;
}

void add_repository(CLI::App& app, Commands& c) {
  CLI::App* repository = app.add_subcommand("repository", "Look after the repository's files");
  repository->require_subcommand(1);
  repository->add_subcommand("verify", "Check every record");
  repository->add_subcommand("backup", "Write a consistent copy while others work")->add_option("file", c.file)->required();
  repository->add_subcommand("restore", "Replace the repository by a copy; nobody may be using it")->add_option("file", c.file)->required();
}

int run_repository(const CLI::App& app, const cli::Console& console, const Options& options, const Commands& c) {
  const std::filesystem::path directory = cli::repository_directory(options.repository);
  const CLI::App* repository = app.get_subcommand("repository");
  if (repository->got_subcommand("verify")) return cli::repository_verify(console, directory);
  if (repository->got_subcommand("backup")) return cli::repository_backup(console, directory, c.file);
  return cli::repository_restore(console, directory, c.file);
}

int run(const CLI::App& app, cli::Session& session, Commands& c) {
  if (app.got_subcommand("query")) return cli::query(session, c.text);
  if (app.got_subcommand("get")) return cli::get(session, c.text);
  if (app.got_subcommand("call")) return cli::call(session, c.call);
  if (app.got_subcommand("put")) {
    c.put.flags = put_flags(c);
    return cli::put(session, c.put);
  }
  if (app.got_subcommand("delete")) return cli::remove(session, c.text);
  if (app.got_subcommand("classes")) return cli::classes(session, c.text);
  if (app.got_subcommand("describe")) return cli::describe(session, c.text);
  return cli::namespaces(session);
}

cli::Session make_session(const Options& options, cli::Interrupt& interrupt) {
  cli::Session session;
  session.console = cli::Console::standard();
  session.format_given = !options.output.empty();
  session.rows.format = cli::format_by_name(options.output).value_or(cli::default_format(session.console));
  session.rows.system = options.system;
  session.limits.interrupt = &interrupt;
  if (options.timeout > 0) session.limits.timeout = std::chrono::milliseconds(static_cast<std::int64_t>(options.timeout * 1000));
  return session;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  Commands commands;
  CLI::App app("Windows Management Instrumentation on Linux");
  app.require_subcommand(1);
  add_global_options(app, options);
  add_text_command(app, "query", "Run a WQL query", "wql", commands.text, true);
  add_text_command(app, "get", "Show one instance or class", "path", commands.text, true);
  add_call(app, commands);
  add_put(app, commands);
  add_text_command(app, "delete", "Delete an instance, or a class with its instances", "path", commands.text, true);
  add_text_command(app, "classes", "List classes", "pattern", commands.text, false);
  add_text_command(app, "describe", "Show a class: properties, methods, qualifiers", "class", commands.text, true);
  app.add_subcommand("namespaces", "List namespaces");
  add_repository(app, commands);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? cli::kSuccess : cli::kUsage;
  }

  cli::Interrupt interrupt;  // before the first thread
  cli::Session session = make_session(options, interrupt);
  if (app.got_subcommand("repository")) return run_repository(app, session.console, options, commands);
  manager::Options manager_options;
  manager_options.directory = cli::repository_directory(options.repository);
  auto manager = manager::Manager::open(std::move(manager_options), providers::standard_providers(provider_options()));
  if (!manager) return cli::finish(session, manager.error());
  auto services = (*manager)->connect(options.name_space, (*manager)->local_caller(), "");
  if (!services) return cli::finish(session, services.error());
  session.services = *services;
  return run(app, session, commands);
}
