// The automation objects from VBScript, and beside it at the level of IDispatch, as a script engine calls them.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <optional>

#include "base/files.h"
#include "manager/manager.h"
#include "manager/mof_target.h"
#include "mof/check.h"
#include "mof/parser.h"
#include "script/wsh/standard_classes.h"
#include "script/wsh/wscript.h"
#include "scripting/swbem.h"

namespace {

using namespace scripting;

/// Answers at once, on the thread that asks.
class NoOpProvider final : public manager::Provider {
 public:
  manager::Capabilities capabilities() const override {
    manager::Capabilities out;
    out.methods = true;
    out.inline_calls = true;
    return out;
  }
  base::Status exec_method(manager::MethodCall& call) override { return call.out("ReturnValue", cim::Value::uint(0)); }
};

struct Bench {
  Bench() {
    manager::Options options;
    options.directory = folder / "store";
    options.server_name = "BENCH";
    store = *manager::Manager::open(std::move(options), {{"Bench", "Machine", std::make_shared<NoOpProvider>()}});
    std::string mof = "class Row { [key] uint32 K; string Name; uint64 Size; };\n";
    for (int i = 0; i < 10'000; ++i) mof += fmt::format("instance of Row {{ K = {0}; Name = \"row {0}\"; Size = {0}; }};\n", i);
    mof += "[dynamic, provider(\"Bench\")] class Machine { [key] string Name; [static, implemented] uint32 Nothing(); };";
    mof::Diagnostics diagnostics;
    const auto unit = mof::parse_text("bench.mof", mof, diagnostics);
    mof::CompileOptions compile;
    compile.name_space = "root\\cimv2";
    (void)store->compile_mof(cim::Caller{.administrator = true}, *unit, compile, diagnostics);
    swbem.emplace(apartment, [this](const ConnectRequest& request) {
      return store->connect(request.name_space, store->local_caller(), request.locale);
    });
    services = *swbem->get_moniker(u"winmgmts:root\\cimv2");
  }
  const base::TempDir holder = *base::TempDir::create("owmi_bench");
  const std::filesystem::path folder{holder.path()};
  std::unique_ptr<manager::Manager> store;
  Apartment apartment;
  std::optional<Swbem> swbem;
  DispatchRef services;
};

/// For Each over a query, three properties of each object. Ids are kept as long as the shape is the same, as an engine's caches do.
void ForEach(benchmark::State& state) {
  Bench bench;
  for (auto _ : state) {
    Variant query[] = {Variant::utf8("SELECT * FROM Row"), Variant::utf8("WQL"), Variant::int32(static_cast<std::int32_t>(state.range(0)))};
    const DispatchRef set(call(*bench.services, "ExecQuery", query)->as_object());
    const auto rows = *set->enumerate();
    const void* shape = nullptr;
    Dispid ids[3] = {};
    std::size_t count = 0;
    while (const auto row = *rows->next()) {
      Dispatch& object = *row->as_object();
      if (object.shape() != shape) {
        shape = object.shape();
        ids[0] = object.id_of(u"K");
        ids[1] = object.id_of(u"Name");
        ids[2] = object.id_of(u"Size");
      }
      for (const Dispid id : ids) benchmark::DoNotOptimize(object.invoke(id, invoke::kGet | invoke::kMethod, {}));
      ++count;
    }
    if (count != 10'000) state.SkipWithError("rows are missing");
  }
  state.SetItemsProcessed(state.iterations() * 10'000);
}
BENCHMARK(ForEach)->Arg(0x10)->Arg(0x30)->Unit(benchmark::kMillisecond)->UseRealTime();

class Counter final : public EventHandler {
 public:
  void on_event(Dispid event, std::u16string_view, std::span<Variant>) override { ++counts[event]; }
  std::size_t counts[5] = {};
};

/// 10,000 ExecMethodAsync calls of a provider that does nothing, both events of each.
void ExecMethodAsync(benchmark::State& state) {
  Bench bench;
  const DispatchRef sink = *bench.swbem->create(u"WbemScripting.SWbemSink");
  for (auto _ : state) {
    const auto counter = std::make_shared<Counter>();
    const auto token = event_source_of(*sink)->advise(counter);
    for (int i = 0; i < 10'000; ++i) {
      Variant arguments[] = {Variant::object(sink), Variant::utf8("Machine"), Variant::utf8("Nothing")};
      if (!call(*bench.services, "ExecMethodAsync", arguments)) state.SkipWithError("a call was refused");
    }
    bench.apartment.pump(Apartment::Clock::now() + std::chrono::seconds(60), [&] { return counter->counts[2] == 10'000; });
    if (counter->counts[1] != 10'000) state.SkipWithError("events are missing");
  }
  state.SetItemsProcessed(state.iterations() * 10'000);
}
BENCHMARK(ExecMethodAsync)->Unit(benchmark::kMillisecond)->UseRealTime();

/// The procedure Work of a program, in a host as cscript has it; items are 10,000 for each call.
void vbscript(benchmark::State& state, const std::string& program) {
  Bench bench;
  script::wsh::Terminal terminal({});
  script::StopFlag stop;
  script::wsh::ScriptHost host(terminal, bench.apartment, stop, {}, {});
  script::wsh::add_standard_classes(host);
  host.add_class("WbemScripting.SWbemSink", [&] { return bench.swbem->create(u"WbemScripting.SWbemSink"); });
  host.add_object(u"WScript", script::wsh::make_wscript(host));
  host.add_object(u"services", bench.services);
  script::Engine& engine = *host.engine("vbscript");
  if (const auto loaded = engine.run(program, "bench.vbs"); !loaded) return state.SkipWithError(loaded.error().to_string().c_str());
  for (auto _ : state) {
    Variant flags = Variant::int32(static_cast<std::int32_t>(state.range(0)));
    const auto done = engine.call_procedure(u"Work", {&flags, 1});
    if (!done) return state.SkipWithError(done.error().to_string().c_str());
    if (done->as_int32() != 10'000) return state.SkipWithError("something is missing");
  }
  state.SetItemsProcessed(state.iterations() * 10'000);
  host.close();
}

void VbscriptForEach(benchmark::State& state) {
  vbscript(state, R"(
Function Work(flags)
  Dim row, number, name, size, count
  For Each row In services.ExecQuery("SELECT * FROM Row", "WQL", flags)
    number = row.K
    name = row.Name
    size = row.Size
    count = count + 1
  Next
  Work = count
End Function
)");
}
BENCHMARK(VbscriptForEach)->Arg(0x10)->Arg(0x30)->Unit(benchmark::kMillisecond)->UseRealTime();

void VbscriptExecMethodAsync(benchmark::State& state) {
  vbscript(state, R"(
Dim ready, completed, sink
Set sink = WScript.CreateObject("WbemScripting.SWbemSink", "Sink_")
Function Work(flags)
  Dim i
  ready = 0
  completed = 0
  For i = 1 To 10000
    services.ExecMethodAsync sink, "Machine", "Nothing"
  Next
  Do Until completed = 10000
    WScript.Sleep 1
  Loop
  Work = ready
End Function
Sub Sink_OnObjectReady(result, context)
  ready = ready + 1
End Sub
Sub Sink_OnCompleted(code, failure, context)
  completed = completed + 1
End Sub
)");
}
BENCHMARK(VbscriptExecMethodAsync)->Arg(0)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
