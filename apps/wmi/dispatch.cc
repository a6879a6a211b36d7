#include "apps/wmi/dispatch.h"

#include "cli/location.h"
#include "cli/maintenance.h"

namespace wmi {

int run_command(const CLI::App& app, cli::Session& session, const Commands& commands) {
  if (app.got_subcommand("query")) return cli::query(session, commands.text);
  if (app.got_subcommand("get")) return cli::get(session, commands.text);
  if (app.got_subcommand("call")) return cli::call(session, commands.call);
  if (app.got_subcommand("put")) return cli::put(session, commands.put);
  if (app.got_subcommand("delete")) return cli::remove(session, commands.text);
  if (app.got_subcommand("classes")) return cli::classes(session, commands.text);
  if (app.got_subcommand("describe")) return cli::describe(session, commands.text);
  if (app.got_subcommand("security")) return run_security(app, session, commands.access);
  return cli::namespaces(session);
}

bool prints_text(const CLI::App& app) { return app.got_subcommand("describe"); }

int run_repository(const CLI::App& app, const cli::Console& console, const Options& options, const Commands& commands) {
  const std::filesystem::path directory = cli::repository_directory(options.repository);
  const CLI::App* repository = app.get_subcommand("repository");
  if (repository->got_subcommand("verify")) return cli::repository_verify(console, directory);
  if (repository->got_subcommand("backup")) return cli::repository_backup(console, directory, commands.file);
  return cli::repository_restore(console, directory, commands.file);
}

}  // namespace wmi
