// The object model: validating foreign octets, reading properties, writing rows. Baselines: memcpy of the same octets, a plain struct.
#include <benchmark/benchmark.h>

#include <fstream>
#include <iterator>

#include "cim/wmio.h"

namespace {

using cim::CimType;
using cim::PropertyHandle;

std::span<const std::uint8_t> octets(const std::string& s) { return {reinterpret_cast<const std::uint8_t*>(s.data()), s.size()}; }

std::string example() {
  std::ifstream file(OWMI_SCHEMA_DIR "/../tests/data/spec-myclass-instance.wmio", std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

void Baseline_CopyBlock(benchmark::State& state) {
  const std::string unit = example();
  for (auto _ : state) {
    auto copy = std::make_shared<const std::string>(unit);
    benchmark::DoNotOptimize(copy->data());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(Baseline_CopyBlock);

/// Class part and instance checked, and an object over them that can be read.
void ValidateAndWrap_Everything(benchmark::State& state) {
  const std::string unit = example();
  for (auto _ : state) {
    auto object = cim::decode_unit(octets(unit));
    if (!object) state.SkipWithError("refused");
    benchmark::DoNotOptimize(object);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(ValidateAndWrap_Everything);

void ValidateAndWrap_ClassInterned(benchmark::State& state) {
  const std::string unit = example();
  cim::ClassInterner interner;
  for (auto _ : state) {
    auto object = cim::decode_unit(octets(unit), &interner);
    if (!object) state.SkipWithError("refused");
    benchmark::DoNotOptimize(object);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(ValidateAndWrap_ClassInterned);

/// Ten properties, 64 rows, so that reads cannot be hoisted.
struct Rows {
  cim::ClassPtr cls;
  std::vector<cim::Instance> rows;
  std::vector<std::pair<std::uint32_t, std::string>> plain;

  Rows() {
    cim::ClassBuilder builder("Bench_Row");
    for (int i = 0; i < 8; ++i) {
      (void)builder.put_property("Column" + std::to_string(i), {i % 2 ? CimType::kString : CimType::kUint32, false});
    }
    (void)builder.put_property("ProcessId", {CimType::kUint32, false});
    (void)builder.put_property("Name", {CimType::kString, false});
    cls = builder.build().value();
    cim::InstanceBuilder row(cls);
    for (std::uint32_t i = 0; i < 64; ++i) {
      row.reset();
      row.set_number(*cls->handle("ProcessId"), i);
      row.set_text(*cls->handle("Column1"), "some text");
      row.set_text(*cls->handle("Name"), "process-" + std::to_string(i));
      rows.push_back(row.build());
      plain.emplace_back(i, "process-" + std::to_string(i));
    }
  }
};

const Rows& rows() {
  static const Rows kRows;
  return kRows;
}

void Baseline_ReadStructNumber(benchmark::State& state) {
  for (auto _ : state) {
    for (const auto& row : rows().plain) {
      std::uint32_t value = row.first;
      benchmark::DoNotOptimize(value);
    }
  }
  state.SetItemsProcessed(state.iterations() * 64);
}
BENCHMARK(Baseline_ReadStructNumber);

void Read_NumberByHandle(benchmark::State& state) {
  const PropertyHandle handle = *rows().cls->handle("ProcessId");
  for (auto _ : state) {
    for (const cim::Instance& row : rows().rows) {
      std::uint32_t value = row->number<std::uint32_t>(handle);
      benchmark::DoNotOptimize(value);
    }
  }
  state.SetItemsProcessed(state.iterations() * 64);
}
BENCHMARK(Read_NumberByHandle);

void Read_TextByHandle(benchmark::State& state) {
  const PropertyHandle handle = *rows().cls->handle("Name");
  for (auto _ : state) {
    for (const cim::Instance& row : rows().rows) {
      cim::Text value = row->text(handle);
      benchmark::DoNotOptimize(value);
    }
  }
  state.SetItemsProcessed(state.iterations() * 64);
}
BENCHMARK(Read_TextByHandle);

void Read_NumberByName(benchmark::State& state) {
  const cim::Class& cls = *rows().cls;
  for (auto _ : state) {
    for (const cim::Instance& row : rows().rows) {
      std::uint32_t value = row->number<std::uint32_t>(*cls.handle("ProcessId"));
      benchmark::DoNotOptimize(value);
    }
  }
  state.SetItemsProcessed(state.iterations() * 64);
}
BENCHMARK(Read_NumberByName);

void Write_Row(benchmark::State& state) {
  const cim::ClassPtr& cls = rows().cls;
  const PropertyHandle id = *cls->handle("ProcessId");
  const PropertyHandle name = *cls->handle("Name");
  cim::InstanceBuilder row(cls);
  std::string slab;
  for (auto _ : state) {
    slab.clear();
    for (std::uint32_t i = 0; i < 64; ++i) {
      row.reset();
      row.set_number(id, i);
      row.set_text(name, "a process name");
      row.append_to(slab);
    }
    benchmark::DoNotOptimize(slab.data());
  }
  state.SetItemsProcessed(state.iterations() * 64);
}
BENCHMARK(Write_Row);

/// A class of ten declarations under one of `range` inherited properties, each with four qualifiers: rebase, build, encode.
void CompileClass(benchmark::State& state) {
  const auto fill = [](cim::ClassBuilder& builder, int count, const std::string& prefix) {
    for (int i = 0; i < count; ++i) {
      const std::string name = prefix + "PropertyName" + std::to_string(i);
      (void)builder.put_property(name, {i % 2 ? CimType::kString : CimType::kUint32, false});
      const cim::Type text{CimType::kString, false};
      (void)builder.put_property_qualifier(name, {"Description", text, cim::Value::text(std::string(300, 'd')), 0x82});
      (void)builder.put_property_qualifier(name, {"MappingStrings", text, cim::Value::text("MIB.IETF|Something"), 0x02});
      (void)builder.put_property_qualifier(name, {"ModelCorrespondence", text, cim::Value::text("CIM_Other.Property"), 0x02});
    }
  };
  cim::ClassBuilder base("Bench_Parent");
  fill(base, static_cast<int>(state.range(0)), "Inherited");
  const cim::ClassPtr parent = base.build().value();
  cim::ClassBuilder declared("Bench_Child");
  fill(declared, 10, "Own");
  const cim::ClassPtr declaration = declared.build().value();
  for (auto _ : state) {
    auto cls = cim::ClassBuilder::rebase(*declaration, parent)->build();
    std::string stored = cim::encode_class(**cls);
    benchmark::DoNotOptimize(stored.data());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(CompileClass)->Arg(20)->Arg(60)->Arg(300);

}  // namespace
