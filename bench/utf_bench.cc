// Text functions on the paths of every name and string value.
#include <benchmark/benchmark.h>

#include <array>
#include <cstring>

#include "base/utf.h"

namespace {

constexpr std::array<std::string_view, 4> kNames = {"Win32_Process", "__RELPATH", "CreationClassName", "ParentProcessId"};

void equal_names(benchmark::State& state) {
  std::array<std::string, 4> folded;
  for (std::size_t i = 0; i < 4; ++i) folded[i] = base::fold_case(kNames[i]);
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(base::equal_ignore_case(kNames[i & 3], folded[i & 3]));
    ++i;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(equal_names);

void hash_names(benchmark::State& state) {
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(base::hash_ignore_case(kNames[i++ & 3]));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(hash_names);

void fold_names(benchmark::State& state) {
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(base::fold_case(kNames[i++ & 3]));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(fold_names);

const std::string& text_of(benchmark::State& state) {
  static const std::string ascii(4096, 'x');
  static const std::string mixed = [] {
    std::string out;
    while (out.size() < 4096) out += "caf\xC3\xA9 \xE2\x82\xAC and more ";
    return out;
  }();
  return state.range(0) == 0 ? ascii : mixed;
}

void copy_baseline(benchmark::State& state) {
  const std::string& text = text_of(state);
  for (auto _ : state) benchmark::DoNotOptimize(std::string(text));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(copy_baseline)->Arg(0);

void from_utf16(benchmark::State& state) {
  const std::string octets = base::utf8_to_utf16le(text_of(state));
  for (auto _ : state) benchmark::DoNotOptimize(base::utf16le_to_utf8(octets));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(octets.size()));
}
BENCHMARK(from_utf16)->ArgName("mixed")->Arg(0)->Arg(1);

void to_utf16(benchmark::State& state) {
  const std::string& text = text_of(state);
  for (auto _ : state) benchmark::DoNotOptimize(base::utf8_to_utf16le(text));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(to_utf16)->ArgName("mixed")->Arg(0)->Arg(1);

void validate(benchmark::State& state) {
  const std::string& text = text_of(state);
  for (auto _ : state) benchmark::DoNotOptimize(base::is_valid_utf8(text));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(validate)->ArgName("mixed")->Arg(0)->Arg(1);

}  // namespace
