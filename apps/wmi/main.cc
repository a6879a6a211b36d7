// wmi: queries, calls and puts on the management objects of this machine.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>

#include "apps/wmi/access_commands.h"
#include "base/spell.h"
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
  wmi::AccessCommands access;
};

providers::StandardOptions provider_options() {
  providers::StandardOptions options;
  const char* map_cmd = std::getenv("OPENWMI_MAP_CMD");
  options.process.map_cmd = map_cmd == nullptr || std::string_view(map_cmd) != "off";
  return options;
}

/// Above 0 and below some thirty years.
std::optional<double> seconds(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  return end != text.c_str() && *end == 0 && value > 0 && value < 1e9 ? std::optional(value) : std::nullopt;
}

void add_global_options(CLI::App& app, Options& options) {
  app.fallthrough();
  app.set_version_flag("--version", "wmi " OWMI_VERSION);
  app.add_option("-n,--namespace", options.name_space, "Namespace")->capture_default_str();
  app.add_option("-o,--output", options.output, "table, list, json, jsonl, csv, mof or xml (table on a terminal, else jsonl)")
      ->check([](const std::string& name) { return cli::format_by_name(name) ? "" : "no such form: " + name; });
  app.add_flag("--system", options.system, "Show system properties (__PATH, __CLASS ...)");
  app.add_option("--timeout", options.timeout, "Seconds until an operation is given up")->check([](const std::string& text) {
    return seconds(text) ? "" : "no number of seconds above 0: " + text;
  });
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

CLI::App* add_text_command(CLI::App& app, const char* name, const char* what, const char* argument, const char* about, std::string& text,
                           bool required) {
  CLI::App* command = app.add_subcommand(name, what);
  command->add_option(argument, text, about)->required(required);
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
  if (app.got_subcommand("security")) return wmi::run_security(app, session, c.access);
  return cli::namespaces(session);
}

cli::Session make_session(const Options& options, cli::Interrupt& interrupt) {
  cli::Session session;
  session.console = cli::Console::standard();
  session.format_given = !options.output.empty();
  session.rows.format = cli::format_by_name(options.output).value_or(cli::default_format(session.console));
  session.rows.system = options.system;
  session.limits.interrupt = &interrupt;
  if (options.timeout > 0)
    session.limits.timeout = std::chrono::milliseconds(std::max<std::int64_t>(1, static_cast<std::int64_t>(options.timeout * 1000)));
  return session;
}

/// What CLI11 finds is said its way, except that it does not name a command it does not know.
int usage_error(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<std::string> words = app.remaining();
  const auto word = std::ranges::find_if(words, [](const std::string& w) { return !w.starts_with('-'); });
  if (!app.get_subcommands().empty() || dynamic_cast<const CLI::RequiredError*>(&error) == nullptr) {
    return app.exit(error) == 0 ? cli::kSuccess : cli::kUsage;
  }
  base::Speller speller(word == words.end() ? "" : *word);
  std::string names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    speller.offer(command->get_name());
    names += (names.empty() ? "" : ", ") + command->get_name();
  }
  std::string text = word == words.end() ? "wmi: a command is missing" : "wmi: no command " + *word;
  if (!speller.best().empty()) text += "; did you mean " + speller.best() + "?";
  std::fprintf(stderr, "%s\nCommands: %s. wmi --help tells more.\n", text.c_str(), names.c_str());
  return cli::kUsage;
}

int run_on_manager(const CLI::App& app, cli::Session& session, const Options& options, Commands& commands) {
  const auto name_space = cli::local_namespace(options.name_space);
  if (!name_space) return cli::finish(session, name_space.error());
  manager::Options manager_options;
  manager_options.directory = cli::repository_directory(options.repository);
  auto manager = manager::Manager::open(std::move(manager_options), providers::standard_providers(provider_options()));
  if (!manager) return cli::finish(session, manager.error());
  auto services = (*manager)->connect(*name_space, (*manager)->local_caller(), "");
  if (!services) return cli::finish(session, services.error());
  session.services = *services;
  return run(app, session, commands);
}

}  // namespace

int main(int argc, char** argv) {
  cli::Console::hold_streams();
  Options options;
  Commands commands;
  CLI::App app("Windows Management Instrumentation on Linux");
  app.require_subcommand(1);
  add_global_options(app, options);
  add_text_command(app, "query", "Run a WQL query", "wql", "SELECT names|* FROM Class [WHERE condition]", commands.text, true);
  add_text_command(app, "get", "Show one instance or class", "path", "Class, Class.Key=\"value\", Class=@", commands.text, true);
  add_call(app, commands);
  add_put(app, commands);
  add_text_command(app, "delete", "Delete an instance, or a class with its instances", "path", "Class, Class.Key=\"value\", Class=@",
                   commands.text, true);
  add_text_command(app, "classes", "List classes", "pattern", "Part of the name with * and ?; all without", commands.text, false);
  add_text_command(app, "describe", "Show a class: properties, methods, qualifiers", "class", "Name of the class", commands.text, true);
  app.add_subcommand("namespaces", "List namespaces");
  add_repository(app, commands);
  wmi::add_access_commands(app, commands.access);
  for (CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    command->footer("The options of all commands (-n, -o, --system, --timeout, --repository) may stand here too: wmi --help.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return usage_error(app, error);
  }

  if (app.got_subcommand("security")) options.name_space = commands.access.security.name_space;

  cli::Interrupt interrupt;  // before the first thread
  cli::Session session = make_session(options, interrupt);
  const int status = app.got_subcommand("repository") ? run_repository(app, session.console, options, commands)
                     : app.got_subcommand("account")  ? wmi::run_account(app, session, commands.access)
                                                      : run_on_manager(app, session, options, commands);
  const base::Status written = session.console.written();
  return written.ok() || status != cli::kSuccess ? status : cli::finish(session, written);
}
