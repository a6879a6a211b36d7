// Parsing and compiling MOF. The DMTF schema is read from $OPENWMI_DMTF_SCHEMA (the path of CIM_Schema.mof), else a text of
// about the same size is made up.
#include <benchmark/benchmark.h>

#include <cstdlib>

#include <fmt/format.h>

#include "mof/check.h"
#include "mof/compiler.h"
#include "mof/memory_target.h"
#include "mof/parser.h"

namespace {

/// Sources held in memory, so that the disk is not measured.
class CachedLoader final : public mof::SourceLoader {
 public:
  base::Result<mof::Source> load(std::string_view including, std::string_view path) override {
    const std::string full = mof::resolve_include(including, path);
    const auto known = texts_.find(full);
    if (known != texts_.end()) return mof::Source{full, known->second};
    TRY_ASSIGN(mof::Source source, mof::FileLoader(files_).open(full));
    texts_.emplace(full, source.text);
    return source;
  }

 private:
  base::SystemFiles files_;
  std::unordered_map<std::string, std::string> texts_;
};

std::string made_up_schema() {
  std::string text = "Qualifier Description : string = null, Scope(any), Flavor(EnableOverride, ToSubclass, Translatable);\n";
  for (int c = 0; c < 1400; ++c) {
    text += fmt::format("[Version(\"2.32.0\"), Description(\"Class number {} of a schema \"\n  \"that was made for measuring.\")]\n", c);
    text += c == 0 ? "class Bench_0 {\n" : fmt::format("class Bench_{} : Bench_{} {{\n", c, c / 8);
    for (int p = 0; p < 8; ++p) {
      text += fmt::format(
          "  [Description(\"Property {} says something about the thing that it \"\n   \"describes, at the length \"\n   \"that such texts "
          "have in practice, which is three lines or more of it.\"),\n   ValueMap {{\"0\", \"1\", \"2\"}}, Values {{\"Unknown\", "
          "\"Other\", \"Enabled\"}}]\n  uint16 P{}_{} = {};\n",
          p, c, p, p);
    }
    text += "};\n";
  }
  return text;
}

struct Input {
  CachedLoader loader;
  mof::Source source;

  Input() {
    if (const char* path = std::getenv("OPENWMI_DMTF_SCHEMA")) {
      if (auto loaded = loader.load("", path)) {
        source = *std::move(loaded);
        return;
      }
    }
    source = {"made-up.mof", made_up_schema()};
  }
  base::Result<mof::Unit> parse() {
    mof::Diagnostics diagnostics;
    return mof::parse(source, &loader, diagnostics);
  }
};

Input& input() {
  static Input shared;
  return shared;
}

void parse_schema(benchmark::State& state) {
  std::size_t octets = 0;
  (void)input().parse();
  for (auto _ : state) {
    auto unit = input().parse();
    if (!unit) return state.SkipWithError(unit.error().text().c_str());
    octets = 0;
    for (const mof::Source& source : unit->sources) octets += source.text.size();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(octets * state.iterations()));
}
BENCHMARK(parse_schema)->Unit(benchmark::kMillisecond);

void check_schema(benchmark::State& state) {
  auto unit = input().parse();
  if (!unit) return state.SkipWithError(unit.error().text().c_str());
  mof::Diagnostics diagnostics;
  for (auto _ : state) {
    if (auto status = mof::check(*unit, diagnostics); !status) return state.SkipWithError(status.text().c_str());
  }
}
BENCHMARK(check_schema)->Unit(benchmark::kMillisecond);

void compile_schema_in_memory(benchmark::State& state) {
  auto unit = input().parse();
  if (!unit) return state.SkipWithError(unit.error().text().c_str());
  mof::CompileOptions options;
  options.keep_going = true;
  for (auto _ : state) {
    mof::MemoryTarget target;
    mof::Diagnostics diagnostics;
    auto counts = mof::compile(*unit, target, options, diagnostics);
    if (!counts) return state.SkipWithError(counts.error().text().c_str());
    state.counters["classes"] = static_cast<double>(counts->classes);
    state.counters["refused"] = static_cast<double>(counts->refused);
  }
}
BENCHMARK(compile_schema_in_memory)->Unit(benchmark::kMillisecond);

}  // namespace
