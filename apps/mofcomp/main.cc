// mofcomp: compiles MOF files into this machine's repository.
#include <iostream>
#include <iterator>

#include "apps/mofcomp/run.h"
#include "cli/console.h"
#include "cli/location.h"
#include "manager/manager.h"

namespace {

constexpr const char* kRecoveryList = "autorecover.list";

base::Result<mof::CompileCounts> compile(const mofcomp::Arguments& arguments, const mof::Unit& unit, const mof::CompileOptions& options,
                                         mof::Diagnostics& diagnostics) {
  manager::Options opened;
  opened.directory = cli::repository_directory(arguments.repository);
  TRY_ASSIGN(const std::unique_ptr<manager::Manager> manager, manager::Manager::open(std::move(opened), {}));
  return manager->compile_mof(manager->local_caller(), unit, options, diagnostics);
}

/// One absolute path a line, each once.
base::Status note_for_recovery(const mofcomp::Arguments& arguments, const std::string& file) {
  base::SystemFiles files;
  const std::string list = (cli::repository_directory(arguments.repository) / kRecoveryList).string();
  std::string text;
  if (files.exists(list)) {
    TRY_ASSIGN(text, files.read(list));
  }
  const std::string line = std::filesystem::absolute(file).lexically_normal().string() + "\n";
  if (("\n" + text).find("\n" + line) != std::string::npos) return {};
  return files.write_atomic(list, text + line);
}

std::string read_input() { return {std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()}; }

}  // namespace

int main(int argc, char** argv) {
  cli::Console::hold_streams();
  const base::Result<mofcomp::Arguments> arguments = mofcomp::parse_arguments({argv + 1, argv + argc});
  if (!arguments) {
    std::cerr << "mofcomp: " << arguments.error().text() << "\nmofcomp -? lists the switches.\n";
    return mofcomp::kBadSwitch;
  }
  base::SystemFiles files;
  return mofcomp::run(*arguments, {files, std::cout, std::cerr, read_input, compile, note_for_recovery});
}
