// cscript from start to exit, and calls from JScript into objects of the host.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "base/files.h"
#include "script/engine.h"
#include "script/wsh/dictionary.h"

namespace {

/// A script that prints one line, in the language of `extension`.
void hello(benchmark::State& state, const std::string& extension, std::string_view text) {
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path() / "bin/cscript";
  if (!std::filesystem::exists(program)) return state.SkipWithError("bin/cscript is not built");
  const auto folder = *base::TempDir::create();
  const std::string script = folder / ("hello" + extension);
  if (!base::SystemFiles().write_atomic(script, text).ok()) return state.SkipWithError("no room for the script");
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  std::string path = program.string();
  std::string quiet = "//nologo";
  std::string file = script;
  char* arguments[] = {path.data(), quiet.data(), file.data(), nullptr};
  for (auto unused : state) {
    pid_t pid = 0;
    int status = -1;
    if (::posix_spawn(&pid, path.c_str(), &actions, nullptr, arguments, environ) != 0 || ::waitpid(pid, &status, 0) != pid || status != 0)
      return state.SkipWithError("cscript failed");
  }
  ::posix_spawn_file_actions_destroy(&actions);
}
void hello_vbscript(benchmark::State& state) { hello(state, ".vbs", "WScript.Echo \"hello\"\n"); }
void hello_jscript(benchmark::State& state) { hello(state, ".js", "WScript.Echo(\"hello\");\n"); }
BENCHMARK(hello_vbscript)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(hello_jscript)->Unit(benchmark::kMillisecond)->UseRealTime();

/// 10,000 turns of a loop around `body`.
void jscript(benchmark::State& state, const std::string& body) {
  constexpr int kTurns = 10'000;
  const auto engine = script::make_jscript({});
  engine->add_object(u"d", script::wsh::make_dictionary());
  const std::string source = "(function () { d.Item('k') = 1; var x; for (var i = 0; i < 10000; ++i) { " + body + " } })();";
  for (auto unused : state) {
    if (!engine->run(source, "b.js")) return state.SkipWithError("the script failed");
  }
  state.SetItemsProcessed(state.iterations() * kTurns);
}
void jscript_empty_loop(benchmark::State& state) { jscript(state, ""); }
void jscript_property_read(benchmark::State& state) { jscript(state, "x = d.Count;"); }
void jscript_method_call(benchmark::State& state) { jscript(state, "x = d.Exists('k');"); }
void jscript_assignment_to_call(benchmark::State& state) { jscript(state, "d.Item('k') = i;"); }
BENCHMARK(jscript_empty_loop);
BENCHMARK(jscript_property_read);
BENCHMARK(jscript_method_call);
BENCHMARK(jscript_assignment_to_call);

}  // namespace
