// What VBScript costs per turn of a loop; beside it the same work in C++ on bare Variants.
#include <benchmark/benchmark.h>

#include "script/engine.h"
#include "script/vbscript/conversions.h"
#include "scripting/table_object.h"

namespace {

using scripting::MemberCall;
using scripting::Outcome;
using scripting::Variant;

/// An object of a host with a property.
class Named final : public scripting::TableObject {
 public:
  Named() : TableObject(table()) {}
  Outcome<Variant> name(MemberCall&) { return value_; }

 private:
  static const scripting::MemberTable& table() {
    static const scripting::MemberTable made("Named", {{"Name", 1, scripting::invoke::kGet, "", scripting::handler<&Named::name>}});
    return made;
  }
  Variant value_ = Variant::utf8("name");
};

/// Runs `Sub Work(n)` of a program; items are the turns of its loop.
void run(benchmark::State& state, const std::string& program) {
  auto engine = script::make_vbscript({});
  engine->add_object(u"Host", scripting::make<Named>());
  if (const auto loaded = engine->run(program, "bench.vbs"); !loaded) return state.SkipWithError(loaded.error().to_string().c_str());
  constexpr std::int32_t kTurns = 1'000'000;
  for (auto _ : state) {
    Variant turns = Variant::int32(kTurns);
    const auto done = engine->call_procedure(u"Work", {&turns, 1});
    if (!done) return state.SkipWithError(done.error().to_string().c_str());
  }
  state.SetItemsProcessed(state.iterations() * kTurns);
}

void loop(benchmark::State& state, const std::string& declarations, const std::string& body) {
  run(state, "Sub Work(ByVal n)\nDim i, x, s, o, a(9)\n" + declarations + "\nFor i = 1 To n\n" + body +
                 "\nNext\nEnd Sub\nFunction Twice(v)\nTwice = v + v\nEnd Function\nSub Nothing_()\nEnd Sub\n"
                 "Class Point\nPublic X\nPublic Function Sum(v)\nSum = X + v\nEnd Function\nEnd Class\n");
}

void BM_EmptyFor(benchmark::State& state) { loop(state, "", ""); }
void BM_Increment(benchmark::State& state) { loop(state, "x = 0", "x = x + 1"); }
void BM_IncrementGlobal(benchmark::State& state) {
  run(state, "Dim g\ng = 0\nSub Work(ByVal n)\nDim i\nFor i = 1 To n\ng = g + 1\nNext\nEnd Sub\n");
}
void BM_Append(benchmark::State& state) { loop(state, "s = \"\"", "s = s & \"x\""); }
void BM_CallSub(benchmark::State& state) { loop(state, "", "Nothing_"); }
void BM_CallFunction(benchmark::State& state) { loop(state, "x = 3", "o = Twice(x)"); }
void BM_CallMethod(benchmark::State& state) { loop(state, "Set o = New Point : o.X = 1", "x = o.Sum(2)"); }
void BM_ReadField(benchmark::State& state) { loop(state, "Set o = New Point : o.X = 1", "x = o.X"); }
void BM_ReadProperty(benchmark::State& state) { loop(state, "Set o = Host", "x = o.Name"); }
void BM_ArrayElement(benchmark::State& state) { loop(state, "", "a(3) = a(4)"); }
void BM_If(benchmark::State& state) { loop(state, "x = 1", "If i Mod 2 = 0 And x > 0 Then x = 1 Else x = 2"); }
void BM_Builtin(benchmark::State& state) { loop(state, "s = \"text\"", "x = Len(s)"); }
void BM_NewObject(benchmark::State& state) { loop(state, "", "Set o = New Point"); }

// Baselines: what the values themselves cost.
void BM_BareIncrement(benchmark::State& state) {
  Variant x = Variant::int32(0);
  const Variant one = Variant::int16(1);
  for (auto _ : state) {
    x = *script::vbscript::calculate(script::vbscript::Arithmetic::kAdd, x, one);
    benchmark::DoNotOptimize(x);
  }
  state.SetItemsProcessed(state.iterations());
}
void BM_BareAppend(benchmark::State& state) {
  scripting::Text s;
  for (auto _ : state) {
    if (s.size() > 1'000'000) s = {};
    s.append(u"x");
    benchmark::DoNotOptimize(s);
  }
  state.SetItemsProcessed(state.iterations());
}
void BM_BareProperty(benchmark::State& state) {
  const auto object = scripting::make<Named>();
  for (auto _ : state) benchmark::DoNotOptimize(object->invoke(1, scripting::invoke::kGet, {}));
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK(BM_EmptyFor);
BENCHMARK(BM_Increment);
BENCHMARK(BM_IncrementGlobal);
BENCHMARK(BM_Append);
BENCHMARK(BM_CallSub);
BENCHMARK(BM_CallFunction);
BENCHMARK(BM_CallMethod);
BENCHMARK(BM_ReadField);
BENCHMARK(BM_ReadProperty);
BENCHMARK(BM_ArrayElement);
BENCHMARK(BM_If);
BENCHMARK(BM_Builtin);
BENCHMARK(BM_NewObject);
BENCHMARK(BM_BareIncrement);
BENCHMARK(BM_BareAppend);
BENCHMARK(BM_BareProperty);

}  // namespace
