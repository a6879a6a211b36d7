// WHERE over octets in memory, one thread; items are instances.
#include <benchmark/benchmark.h>

#include <string>

#include "wql/plan.h"
#include "wql/testing.h"

namespace {

using wql::testing::require;

/// 100,000 rows of a ten-property class, packed one behind the other as a scan of the repository meets them.
struct Table {
  cim::ClassPtr cls;
  std::string octets;
  std::vector<std::pair<std::size_t, std::size_t>> rows;
};

const Table& table() {
  static const Table made = [] {
    using enum cim::CimType;
    Table t;
    t.cls = wql::testing::make_class(cim::ClassBuilder("Bench_Process"),
                                     {{"Handle", kString},
                                      {"Name", kString},
                                      {"CommandLine", kString},
                                      {"ProcessId", kUint32},
                                      {"ParentProcessId", kUint32},
                                      {"Priority", kUint32},
                                      {"WorkingSetSize", kUint64},
                                      {"CreationDate", kDatetime},
                                      {"Elevated", kBoolean},
                                      {"Load", kReal64}},
                                     "Handle");
    cim::InstanceBuilder builder(t.cls);
    for (std::uint32_t i = 0; i < 100'000; ++i) {
      const std::string id = std::to_string(i);
      builder.reset();
      builder.set_text(*t.cls->handle("Handle"), id);
      builder.set_text(*t.cls->handle("Name"), i % 3 == 0 ? "service-" + id + ".exe" : "worker" + id);
      builder.set_text(*t.cls->handle("CommandLine"), "/usr/lib/vendor/bin/service --instance=" + id + " --verbose");
      builder.set_number(*t.cls->handle("ProcessId"), i);
      builder.set_number(*t.cls->handle("ParentProcessId"), i / 10);
      builder.set_number(*t.cls->handle("Priority"), i % 32);
      builder.set_number(*t.cls->handle("WorkingSetSize"), std::uint64_t{i} << 12U);
      builder.set_text(*t.cls->handle("CreationDate"), "20040121120000.000000+000");
      const std::size_t begin = t.octets.size();
      builder.append_to(t.octets);
      t.rows.emplace_back(begin, t.octets.size() - begin);
    }
    return t;
  }();
  return made;
}

void where(benchmark::State& state, const char* condition) {
  const Table& t = table();
  const auto query = require(wql::parse(std::string("SELECT * FROM Bench_Process WHERE ") + condition), "parse");
  const auto plan = require(wql::bind(query, t.cls), "bind");
  const wql::Predicate predicate = plan.bind_class(t.cls);
  const auto* octets = reinterpret_cast<const std::uint8_t*>(t.octets.data());
  std::size_t found = 0;
  for (auto _ : state) {
    for (const auto& [begin, size] : t.rows) {
      const cim::InstanceView row(*t.cls, {octets + begin, size});
      found += predicate.matches(row);
    }
  }
  benchmark::DoNotOptimize(found);
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * t.rows.size()));
}

BENCHMARK_CAPTURE(where, like_and_integer, "Name LIKE \"%vice%\" AND ProcessId >= 0");
BENCHMARK_CAPTURE(where, prefix_and_integer, "Name LIKE \"service%\" AND ProcessId >= 50000");
BENCHMARK_CAPTURE(where, like_or_integer, "CommandLine LIKE \"%verb%\" OR ProcessId < 10");
BENCHMARK_CAPTURE(where, text_equal, "Name = \"worker17\"");
BENCHMARK_CAPTURE(where, datetime, "CreationDate > \"20030101000000.000000+000\"");

void parse_and_bind(benchmark::State& state) {
  for (auto _ : state) {
    const auto query =
        wql::parse("SELECT Name, ProcessId FROM Bench_Process WHERE Name LIKE \"%vice%\" AND (ProcessId > 5 OR Priority = 8)");
    benchmark::DoNotOptimize(require(wql::bind(*query, table().cls), "bind").bind_class(table().cls));
  }
}
BENCHMARK(parse_and_bind);

void project(benchmark::State& state) {
  const Table& t = table();
  const auto query = require(wql::parse("SELECT Name, ProcessId FROM Bench_Process"), "parse");
  const auto projection = require(require(wql::bind(query, t.cls), "bind").project(t.cls), "project");
  std::string out;
  for (auto _ : state) {
    for (const auto& [begin, size] : t.rows) {
      if (out.size() > 1U << 20U) out.clear();
      projection.append_to(cim::InstanceView(*t.cls, {reinterpret_cast<const std::uint8_t*>(t.octets.data()) + begin, size}), out);
    }
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * t.rows.size()));
}
BENCHMARK(project);

}  // namespace
