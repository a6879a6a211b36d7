// What the companions of scripts cost, called from VBScript: Dictionary, FileSystemObject, RegExp.
#include <benchmark/benchmark.h>

#include "base/files.h"
#include "script/engine.h"
#include "script/vbscript/library.h"
#include "script/wsh/dictionary.h"
#include "script/wsh/file_system.h"

namespace {

using scripting::Variant;

/// Runs `Sub Work(n, name)` of a program with the companions as objects; items are n for each turn.
void run(benchmark::State& state, const std::string& program, std::int32_t count, const std::string& name = {}) {
  auto engine = script::make_vbscript({});
  engine->add_object(u"fso", script::wsh::make_file_system(script::wsh::DriveMap()));
  if (const auto loaded = engine->run(program, "bench.vbs"); !loaded) return state.SkipWithError(loaded.error().to_string().c_str());
  for (auto _ : state) {
    state.PauseTiming();
    engine->add_object(u"d", script::wsh::make_dictionary());
    Variant arguments[] = {Variant::int32(count), Variant::utf8(name)};
    state.ResumeTiming();
    const auto done = engine->call_procedure(u"Work", arguments);
    if (!done) return state.SkipWithError(done.error().to_string().c_str());
  }
  state.SetItemsProcessed(state.iterations() * count);
}

void BM_DictionaryAdd(benchmark::State& state) {
  run(state, "Sub Work(n, name)\nDim i\nFor i = 1 To n\nd.Add i, i\nNext\nEnd Sub\n", static_cast<std::int32_t>(state.range(0)));
}
void BM_DictionaryAddText(benchmark::State& state) {
  run(state, "Sub Work(n, name)\nDim i\nFor i = 1 To n\nd.Add \"key\" & i, i\nNext\nEnd Sub\n", static_cast<std::int32_t>(state.range(0)));
}
void BM_DictionaryRead(benchmark::State& state) {
  run(state, "Sub Work(n, name)\nDim i, x\nd.Add \"key\", 1\nFor i = 1 To n\nx = d(\"key\")\nNext\nEnd Sub\n",
      static_cast<std::int32_t>(state.range(0)));
}
void BM_ReadLine(benchmark::State& state) {
  const auto folder = base::TempDir::create();
  if (!folder) return state.SkipWithError("no folder");
  const std::string path = *folder / "lines.txt";
  std::string text;
  for (int i = 0; i < state.range(0); ++i) text += "a line of some length\r\n";
  if (!base::SystemFiles().write_atomic(path, text)) return state.SkipWithError("no file");
  run(state, "Sub Work(n, name)\nDim s, x\nSet s = fso.OpenTextFile(name)\nDo Until s.AtEndOfStream\nx = s.ReadLine\nLoop\nEnd Sub\n",
      static_cast<std::int32_t>(state.range(0)), path);
}
void BM_RegExpTest(benchmark::State& state) {
  run(state,
      "Sub Work(n, name)\nDim re, i, x\nSet re = New RegExp\nre.Pattern = \"(\\w+)@(\\w+)\\.com\"\nFor i = 1 To n\n"
      "x = re.Test(\"write to someone@example.com today\")\nNext\nEnd Sub\n",
      static_cast<std::int32_t>(state.range(0)));
}

BENCHMARK(BM_DictionaryAdd)->Arg(10'000)->Arg(1'000'000);
BENCHMARK(BM_DictionaryAddText)->Arg(10'000);
BENCHMARK(BM_DictionaryRead)->Arg(100'000);
BENCHMARK(BM_ReadLine)->Arg(100'000);
BENCHMARK(BM_RegExpTest)->Arg(10'000);

}  // namespace
