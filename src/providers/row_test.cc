#include "providers/row.h"

#include <gtest/gtest.h>

#include <limits>
#include <tuple>

#include "providers/testing.h"

namespace providers {
namespace {

cim::ClassPtr sample() {
  cim::ClassBuilder builder("Sample");
  using enum cim::CimType;
  for (const auto& [name, type, array] : std::vector<std::tuple<const char*, cim::CimType, bool>>{{"S8", kSint8, false},
                                                                                                  {"U8", kUint8, false},
                                                                                                  {"S16", kSint16, false},
                                                                                                  {"U16", kUint16, false},
                                                                                                  {"S32", kSint32, false},
                                                                                                  {"U32", kUint32, false},
                                                                                                  {"S64", kSint64, false},
                                                                                                  {"U64", kUint64, false},
                                                                                                  {"Flag", kBoolean, false},
                                                                                                  {"Text", kString, false},
                                                                                                  {"When", kDatetime, false},
                                                                                                  {"Texts", kString, true},
                                                                                                  {"Numbers", kUint16, true}})
    EXPECT_TRUE(builder.put_property(name, cim::Type{type, array}).ok());
  EXPECT_TRUE(builder.put_property("Preset", cim::Type{kUint8, false}, cim::Value::uint(2)).ok());
  return *builder.build();
}

const manager::Wanted kEverything;

TEST(Row, CutsNumbersToTheirRange) {
  Row row(sample(), kEverything);
  for (const char* name : {"S8", "U8", "S16", "U16", "S32", "U32", "S64", "U64"}) row.number(name, ~std::uint64_t{0});
  const cim::Instance high = row.builder().build();
  EXPECT_EQ(high.value("S8").as_sint(), 127);
  EXPECT_EQ(high.value("U8").as_uint(), 255U);
  EXPECT_EQ(high.value("S16").as_sint(), 32767);
  EXPECT_EQ(high.value("U16").as_uint(), 65535U);
  EXPECT_EQ(high.value("S32").as_sint(), 2147483647);
  EXPECT_EQ(high.value("U32").as_uint(), 4294967295U);
  EXPECT_EQ(high.value("S64").as_sint(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(high.value("U64").as_uint(), ~std::uint64_t{0});
  row.start();
  for (const char* name : {"S8", "U8", "S16", "U16"}) row.signed_number(name, -100'000);
  const cim::Instance low = row.builder().build();
  EXPECT_EQ(low.value("S8").as_sint(), -128);
  EXPECT_EQ(low.value("U8").as_uint(), 0U);
  EXPECT_EQ(low.value("S16").as_sint(), -32768);
  EXPECT_EQ(low.value("U16").as_uint(), 0U);
}

TEST(Row, FillsEveryKindOfProperty) {
  Row row(sample(), kEverything);
  row.text("Text", "grün");
  row.boolean("Flag", true);
  row.time("When", std::chrono::system_clock::from_time_t(0));
  row.texts("Texts", {"a", "b"});
  row.numbers("Numbers", {1, 2, 3});
  const cim::Instance built = row.builder().build();
  EXPECT_EQ(testing::text_of(built, "Text"), "grün");
  EXPECT_TRUE(built.value("Flag").is_true());
  EXPECT_EQ(testing::text_of(built, "When").size(), 25U);
  ASSERT_NE(built.value("Texts").as_array(), nullptr);
  EXPECT_EQ(built.value("Texts").as_array()->size(), 2U);
  ASSERT_NE(built.value("Numbers").as_array(), nullptr);
  EXPECT_EQ(built.value("Numbers").as_array()->size(), 3U);
}

TEST(Row, LeavesOutWhatTheClassLacksOrDeclaresOtherwise) {
  Row row(sample(), kEverything);
  row.text("NoSuchProperty", "x");
  row.number("NoSuchProperty", 1);
  row.text("U8", "x");
  row.number("Text", 1);
  row.number("Numbers", 1);
  row.boolean("U8", true);
  row.text_if("Text", "");
  row.null("Preset");
  const cim::Instance built = row.builder().build();
  for (const char* name : {"U8", "Text", "Numbers", "Flag", "Preset"}) EXPECT_TRUE(built.value(name).is_null()) << name;
  row.start();
  EXPECT_EQ(row.builder().build().value("Preset").as_uint(), 2U);
}

TEST(Row, SkipsWhatWasNotAskedFor) {
  manager::Wanted wanted;
  wanted.properties = {"text"};
  Row row(sample(), wanted);
  EXPECT_TRUE(row.needs("Text"));
  EXPECT_FALSE(row.needs("U8"));
  EXPECT_FALSE(row.needs_any({"U8", "S8"}));
  EXPECT_TRUE(row.needs_any({"U8", "Text"}));
  row.number("U8", 1);
  EXPECT_TRUE(row.builder().build().value("U8").is_null());
}

TEST(Row, TakesTextThatIsNoUtf8) {
  Row row(sample(), kEverything);
  row.text("Text", "a\xFF\xC3");
  EXPECT_TRUE(testing::text_of(row.builder().build(), "Text").starts_with("a"));
}

TEST(WantedValues, ComeFromEqualities) {
  manager::Wanted wanted;
  wanted.constraints.push_back({"Name", wql::Operator::kEqual, cim::Value::text("x")});
  wanted.constraints.push_back({"ProcessId", wql::Operator::kEqual, cim::Value::uint(7)});
  wanted.constraints.push_back({"Handle", wql::Operator::kEqual, cim::Value::text("8")});
  wanted.constraints.push_back({"Size", wql::Operator::kGreater, cim::Value::uint(9)});
  wanted.constraints.push_back({"Caption", wql::Operator::kEqual, cim::Value::text("no number")});
  EXPECT_EQ(wanted_text(wanted, "NAME"), "x");
  EXPECT_EQ(wanted_text(wanted, "ProcessId"), "");
  EXPECT_EQ(wanted_number(wanted, "ProcessId"), 7U);
  EXPECT_EQ(wanted_number(wanted, "Handle"), 8U);
  EXPECT_FALSE(wanted_number(wanted, "Size"));
  EXPECT_FALSE(wanted_number(wanted, "Caption"));
}

}  // namespace
}  // namespace providers
