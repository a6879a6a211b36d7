// Packets of rows (MS-WMI 2.2.14) of a class with ten properties, beside a copy of the same octets.
#include <benchmark/benchmark.h>

#include <cstdlib>

#include "remote/message_samples.h"

namespace {

using namespace remote;
constexpr std::uint32_t kRows = 1000;

void count(benchmark::State& state, std::size_t octets) {
  state.SetItemsProcessed(state.iterations() * kRows);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(octets));
}

std::string packet_of(const cim::Batch& batch, ClassIds& ids) {
  std::string out;
  ObjectArrayWriter writer(out, PacketType::kNext, ids);
  for (std::size_t i = 0; i < batch.size(); ++i) writer.add(batch, i);
  writer.finish();
  return out;
}

void BM_Copy(benchmark::State& state) {
  base::SeededRandom random(1);
  ClassIds ids(random);
  const std::string packet = packet_of(samples::make_batch(samples::make_class("Row"), kRows), ids);
  std::string out(packet.size(), '\0');
  for (auto _ : state) {
    std::memcpy(out.data(), packet.data(), packet.size());
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
  count(state, packet.size());
}
BENCHMARK(BM_Copy);

void BM_Write(benchmark::State& state) {
  base::SeededRandom random(1);
  ClassIds ids(random);
  const cim::Batch batch = samples::make_batch(samples::make_class("Row"), kRows);
  std::string out = packet_of(batch, ids);
  for (auto _ : state) {
    out.clear();
    ObjectArrayWriter writer(out, PacketType::kNext, ids);
    for (std::size_t i = 0; i < kRows; ++i) writer.add(batch, i);
    writer.finish();
    benchmark::DoNotOptimize(out.data());
  }
  count(state, out.size());
}
BENCHMARK(BM_Write);

/// Rows of two classes in turn, as a deep enumeration gives them at worst.
void BM_WriteAlternating(benchmark::State& state) {
  base::SeededRandom random(1);
  ClassIds ids(random);
  const cim::ClassPtr classes[] = {samples::make_class("Row"), samples::make_class("Other")};
  cim::BatchBuilder builder;
  for (std::uint32_t i = 0; i < kRows; ++i) builder.add(samples::make_row(classes[i % 2], i));
  const cim::Batch batch = builder.take();
  std::string out;
  for (auto _ : state) {
    out.clear();
    ObjectArrayWriter writer(out, PacketType::kNext, ids);
    for (std::size_t i = 0; i < kRows; ++i) writer.add(batch, i);
    writer.finish();
    benchmark::DoNotOptimize(out.data());
  }
  count(state, out.size());
}
BENCHMARK(BM_WriteAlternating);

void BM_Read(benchmark::State& state) {
  base::SeededRandom random(1);
  ClassIds ids(random);
  ClassCache cache;
  const cim::Batch batch = samples::make_batch(samples::make_class("Row"), kRows);
  if (!read_object_array(packet_of(batch, ids), PacketType::kNext, cache)) std::abort();
  const std::string packet = packet_of(batch, ids);
  for (auto _ : state) {
    auto rows = read_object_array(packet, PacketType::kNext, cache);
    if (!rows || rows->size() != kRows) std::abort();
    benchmark::DoNotOptimize(rows);
  }
  count(state, packet.size());
}
BENCHMARK(BM_Read);

/// The same rows as Next without packets has them: each with its class.
void BM_PlainReply(benchmark::State& state) {
  const cim::Batch batch = samples::make_batch(samples::make_class("Row"), kRows);
  std::vector<cim::Object> rows;
  for (std::size_t i = 0; i < kRows; ++i) rows.push_back(batch.object(i));
  cim::ClassInterner interner;
  std::size_t octets = 0;
  for (auto _ : state) {
    std::string stub;
    rpc::NdrWriter out(stub);
    write_next_reply(out, kRows, rows);
    rpc::NdrReader in(stub);
    if (!read_next_reply(in, kRows, &interner)) std::abort();
    octets = stub.size();
  }
  count(state, octets);
}
BENCHMARK(BM_PlainReply);

}  // namespace
