#include "apps/wmi/arguments.h"

#include <algorithm>
#include <cstdlib>

#include "base/spell.h"

namespace wmi {
namespace {

/// Above 0 and below some thirty years.
std::string check_seconds(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  return end != text.c_str() && *end == 0 && value > 0 && value < 1e9 ? "" : "no number of seconds above 0: " + text;
}

void add_global_options(CLI::App& app, Options& options) {
  app.fallthrough();
  app.set_version_flag("--version", "wmi " OWMI_VERSION);
  app.add_option("-n,--namespace", options.name_space, "Namespace")->capture_default_str();
  app.add_option("-o,--output", options.output, "table, list, json, jsonl, csv, mof or xml (table on a terminal, else jsonl)")
      ->check([](const std::string& name) { return cli::format_by_name(name) ? "" : "no such form: " + name; });
  app.add_flag("--system", options.system, "Show system properties (__PATH, __CLASS ...)");
  app.add_option("--timeout", options.timeout, "Seconds until an operation is given up")->check(check_seconds);
  app.add_option("--repository", options.repository,
                 "Directory of the repository ($OPENWMI_REPOSITORY, else that of a running wmid, else this user's own)");
}

void add_remote_options(CLI::App& app, RemoteOptions& remote) {
  const std::string group = "Other machines";
  const auto option = [&](const char* name, auto& value, const char* about) { return app.add_option(name, value, about)->group(group); };
  option("--host", remote.hosts, "HOST[:PORT], several with commas, @FILE with one a line");
  option("-U,--user", remote.login.user, "NAME or DOMAIN\\NAME to log in as (this process's user)");
  option("--password-file", remote.login.password_file, "Its first line is the password (else $OPENWMI_PASSWORD, else it is asked for)");
  app.add_flag("--pw-nt-hash", remote.login.password_is_hash, "The password is an NT hash")->group(group);
  app.add_flag("--kerberos", remote.login.kerberos, "Log in by Kerberos: by the tickets of kinit, a keytab or a password")->group(group);
  option("--keytab", remote.login.keytab, "File with the Kerberos keys of the user");
  option("--auth-level", remote.auth_level, "privacy (encrypted) or integrity (signed)")
      ->check(CLI::IsMember({"privacy", "integrity"}))
      ->capture_default_str();
  option("--callback-auth", remote.callback_auth, "verified, or unverified: take callbacks of a machine whose account cannot be checked")
      ->check(CLI::IsMember({"verified", "unverified"}))
      ->capture_default_str();
  option("--connect-timeout", remote.connect_timeout, "Seconds until a connection is given up")
      ->check(check_seconds)
      ->capture_default_str();
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

/// What does not go together; empty when everything does.
std::string conflict(const CLI::App& app, const Options& options, const Commands& commands) {
  const bool remote = !options.remote.hosts.empty();
  if (!remote && app.count("--host") > 0) return "--host names no machine";  // never this one instead: an empty variable in a script
  const CLI::App* command = app.get_subcommands().front();
  const std::string name = command->get_name();
  if (remote && (name == "account" || name == "repository")) return name + " works on files of this machine; it goes without --host";
  if (remote && !options.repository.empty()) return "--repository is of this machine; it goes without --host";
  if (name == "doctor" && remote && !commands.text.empty()) return "name the machine once: wmi doctor HOST";
  if (name == "doctor") return remote || !commands.text.empty() ? "" : "which machine? wmi doctor HOST";
  if (remote) return "";
  for (const char* option :
       {"--user", "--password-file", "--pw-nt-hash", "--kerberos", "--keytab", "--auth-level", "--callback-auth", "--connect-timeout"})
    if (app.count(option) > 0) return std::string(option) + " is for other machines: it needs --host";
  return "";
}

}  // namespace

void add_arguments(CLI::App& app, Options& options, Commands& commands) {
  app.require_subcommand(1);
  add_global_options(app, options);
  add_remote_options(app, options.remote);
  add_text_command(app, "query", "Run a WQL query", "wql", "SELECT names|* FROM Class [WHERE condition]", commands.text, true);
  add_text_command(app, "get", "Show one instance or class", "path", "Class, Class.Key=\"value\", Class=@", commands.text, true);
  add_call(app, commands);
  add_put(app, commands);
  add_text_command(app, "delete", "Delete an instance, or a class with its instances", "path", "Class, Class.Key=\"value\", Class=@",
                   commands.text, true);
  add_text_command(app, "classes", "List classes", "pattern", "Part of the name with * and ?; all without", commands.text, false);
  add_text_command(app, "describe", "Show a class: properties, methods, qualifiers", "class", "Name of the class", commands.text, true);
  app.add_subcommand("namespaces", "List namespaces");
  add_text_command(app, "doctor", "Find out why another machine cannot be reached", "host", "HOST[:PORT]", commands.text, false);
  add_repository(app, commands);
  add_access_commands(app, commands.access);
  for (CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    command->footer(
        "The options of all commands (-n, -o, --system, --timeout, --repository, --host, -U ...) may stand here too: wmi --help.");
}

std::optional<int> parse(CLI::App& app, int argc, char** argv, Options& options, Commands& commands) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return usage_error(app, error);
  }
  if (const std::string text = conflict(app, options, commands); !text.empty()) {
    std::fprintf(stderr, "wmi: %s\n", text.c_str());
    return cli::kUsage;
  }
  commands.put.flags = put_flags(commands);
  if (app.got_subcommand("security")) {
    cli::SecurityArguments& security = commands.access.security;
    options.name_space = security.name_space;
    security.elsewhere = !options.remote.hosts.empty();
    // This machine's own file knows nobody there.
    if (security.elsewhere && app.get_subcommand("security")->count("--accounts") == 0) security.accounts.clear();
  }
  return std::nullopt;
}

std::chrono::milliseconds milliseconds(double seconds) {
  return std::chrono::milliseconds(std::max<std::int64_t>(1, static_cast<std::int64_t>(seconds * 1000)));
}

}  // namespace wmi
