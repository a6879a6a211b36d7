// What a look-up by path costs before the repository is asked.
#include <benchmark/benchmark.h>

#include "cim/path.h"

namespace {

cim::ClassPtr test_class() {
  cim::ClassBuilder builder("Test");
  builder.put_property("Id", {cim::CimType::kUint32}).ok();
  builder.put_property_qualifier("Id", cim::Qualifier{"key", {cim::CimType::kBoolean}, cim::Value::boolean(true), 0}).ok();
  builder.put_property("Name", {cim::CimType::kString}).ok();
  return *builder.build();
}

cim::ClassPtr file_class() {
  cim::ClassBuilder builder("CIM_DataFile");
  builder.put_property("Name", {cim::CimType::kString}).ok();
  builder.put_property_qualifier("Name", cim::Qualifier{"key", {cim::CimType::kBoolean}, cim::Value::boolean(true), 0}).ok();
  return *builder.build();
}

constexpr std::string_view kNumberPath = "Test.Id=123456";
constexpr std::string_view kTextPath = R"(\\.\root\cimv2:CIM_DataFile.Name="/usr/share/doc/package/readme.txt")";

void parse(benchmark::State& state, std::string_view text) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(text);
    auto path = cim::ObjectPath::parse(text);
    benchmark::DoNotOptimize(path);
  }
}
BENCHMARK_CAPTURE(parse, number, kNumberPath);
BENCHMARK_CAPTURE(parse, text, kTextPath);

void split(benchmark::State& state, std::string_view text) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(text);
    auto path = cim::split_path(text);
    benchmark::DoNotOptimize(path);
  }
}
BENCHMARK_CAPTURE(split, number, kNumberPath);
BENCHMARK_CAPTURE(split, text, kTextPath);

void split_and_key(benchmark::State& state, const cim::ClassPtr& cls, std::string_view text) {
  std::string key;
  for (auto _ : state) {
    benchmark::DoNotOptimize(text);
    key.clear();
    auto path = cim::split_path(text);
    benchmark::DoNotOptimize(cim::canonical_key(*cls, *path, key));
    benchmark::DoNotOptimize(key);
  }
}
BENCHMARK_CAPTURE(split_and_key, number, test_class(), kNumberPath);
BENCHMARK_CAPTURE(split_and_key, text, file_class(), kTextPath);

void parse_and_key(benchmark::State& state, const cim::ClassPtr& cls, std::string_view text) {
  std::string key;
  for (auto _ : state) {
    benchmark::DoNotOptimize(text);
    key.clear();
    auto path = cim::ObjectPath::parse(text);
    benchmark::DoNotOptimize(cim::canonical_key(*cls, *path, key));
    benchmark::DoNotOptimize(key);
  }
}
BENCHMARK_CAPTURE(parse_and_key, number, test_class(), kNumberPath);
BENCHMARK_CAPTURE(parse_and_key, text, file_class(), kTextPath);

void key_of_instance(benchmark::State& state) {
  const cim::ClassPtr cls = test_class();
  cim::InstanceBuilder builder(cls);
  builder.set("Id", cim::Value::uint(123456)).ok();
  const cim::Instance instance = builder.build();
  std::string key;
  for (auto _ : state) {
    key.clear();
    benchmark::DoNotOptimize(cim::canonical_key(instance.view(), key));
    benchmark::DoNotOptimize(key);
  }
}
BENCHMARK(key_of_instance);

}  // namespace
