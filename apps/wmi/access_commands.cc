#include "apps/wmi/access_commands.h"

namespace wmi {
namespace {

CLI::App* add_with_name(CLI::App& parent, const char* command, const char* about, cli::AccountArguments& arguments) {
  CLI::App* app = parent.add_subcommand(command, about);
  app->add_option("name", arguments.name, "Name of the account")->required();
  return app;
}

void add_account(CLI::App& app, cli::AccountArguments& arguments) {
  CLI::App* account = app.add_subcommand("account", "Look after the accounts that may log in over the network");
  account->require_subcommand(1);
  account->add_option("--accounts", arguments.file, "The accounts file")->capture_default_str();
  CLI::App* add = add_with_name(*account, "add", "Add an account", arguments);
  add->add_flag("--password-stdin", arguments.password_stdin, "The password is the first line of standard input");
  add->add_option("--unix-user", arguments.unix_user, "Whose rights its calls have on this machine; nobody's without");
  add->add_option("--group", arguments.groups, "Administrators or another built-in group, a Unix group, a SID; may be repeated");
  CLI::App* passwd = add_with_name(*account, "passwd", "Change the password of an account", arguments);
  passwd->add_flag("--password-stdin", arguments.password_stdin, "The password is the first line of standard input");
  add_with_name(*account, "remove", "Remove an account", arguments);
  account->add_subcommand("list", "List the accounts");
  for (CLI::App* command : account->get_subcommands([](const CLI::App*) { return true; })) command->fallthrough();
}

void add_namespace(CLI::App& app, cli::SecurityArguments& arguments) {
  app.add_option("namespace", arguments.name_space, "Namespace")->required();
}

void add_change(CLI::App& app, cli::SecurityArguments& arguments) {
  add_namespace(app, arguments);
  app.add_option("who", arguments.who, "Account, Unix user or group, built-in group, SID (account:, user:, group: in front say which)")
      ->required();
  app.add_option("rights", arguments.rights,
                 "Comma list of enable, methods, full-write, partial-write, provider-write, remote, subscribe, publish, read-security, "
                 "edit-security; all; or a number")
      ->required();
}

void add_security(CLI::App& app, cli::SecurityArguments& arguments) {
  CLI::App* security = app.add_subcommand("security", "Show and change who may do what in a namespace");
  security->require_subcommand(1);
  security->add_option("--accounts", arguments.accounts, "The file with the names of accounts")->capture_default_str();
  CLI::App* show = security->add_subcommand("show", "Show who has which rights");
  add_namespace(*show, arguments);
  show->add_flag("--sddl", arguments.sddl, "The whole security descriptor as one line of SDDL");
  CLI::App* grant = security->add_subcommand("grant", "Give rights in this namespace; connections that are open keep what they have");
  add_change(*grant, arguments);
  grant->add_flag("-r,--recursive", arguments.recursive, "In the namespaces below it too, now and later");
  grant->add_flag("--deny", arguments.deny, "Deny the rights: stronger than whatever gives them");
  CLI::App* revoke = security->add_subcommand("revoke", "Take back rights that were granted in this namespace");
  add_change(*revoke, arguments);
  revoke->add_flag("--deny", arguments.deny, "Take back a denial");
  for (CLI::App* command : security->get_subcommands([](const CLI::App*) { return true; })) command->fallthrough();
}

}  // namespace

void add_access_commands(CLI::App& app, AccessCommands& commands) {
  add_account(app, commands.account);
  add_security(app, commands.security);
}

int run_account(const CLI::App& app, const cli::Session& session, const AccessCommands& commands) {
  const CLI::App* account = app.get_subcommand("account");
  if (account->got_subcommand("add")) return cli::account_add(session.console, commands.account);
  if (account->got_subcommand("passwd")) return cli::account_passwd(session.console, commands.account);
  if (account->got_subcommand("remove")) return cli::account_remove(session.console, commands.account);
  return cli::account_list(session.console, session.rows, commands.account);
}

int run_security(const CLI::App& app, cli::Session& session, const AccessCommands& commands) {
  const CLI::App* security = app.get_subcommand("security");
  if (security->got_subcommand("grant")) return cli::security_grant(session, commands.security);
  if (security->got_subcommand("revoke")) return cli::security_revoke(session, commands.security);
  return cli::security_show(session, commands.security);
}

}  // namespace wmi
