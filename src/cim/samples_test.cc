// Writes objects for tests/cim/impacket_test.py, which reads them with another implementation's decoder: to
// $TEST_TMPDIR/owmi_samples when that is set.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "cim/wmio.h"

namespace cim {
namespace {

class Samples : public testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("TEST_TMPDIR");
    if (!folder) return;
    folder_ = std::filesystem::path(folder) / "owmi_samples";
    std::filesystem::create_directories(folder_);
  }
  void write(const std::string& name, const Object& object) {
    const std::string unit = encode_unit(object);
    EXPECT_GT(unit.size(), 8U);
    if (!folder_.empty()) std::ofstream(folder_ / name, std::ios::binary) << unit;
  }

 private:
  std::filesystem::path folder_;
};

ClassPtr parameters(const char* name, std::int64_t id, const char* direction) {
  ClassBuilder builder("__PARAMETERS");
  EXPECT_TRUE(builder.put_qualifier({"abstract", {CimType::kBoolean, false}, Value::boolean(true), 0}).ok());
  EXPECT_TRUE(builder.put_property(name, {CimType::kString, false}).ok());
  EXPECT_TRUE(builder.put_property_qualifier(name, {direction, {CimType::kBoolean, false}, Value::boolean(true), 0}).ok());
  if (id < 0) return *builder.build();
  EXPECT_TRUE(builder.put_property_qualifier(name, {"ID", {CimType::kSint32, false}, Value::sint(id), 0x11}).ok());
  return *builder.build();
}

ClassPtr parent_class() {
  ClassBuilder builder("Sample_Parent");
  EXPECT_TRUE(builder.put_property("Id", {CimType::kUint32, false}).ok());
  EXPECT_TRUE(builder.put_property_qualifier("Id", {"key", {CimType::kBoolean, false}, Value::boolean(true), 0x13}).ok());
  EXPECT_TRUE(builder.put_property("Inherited", {CimType::kString, false}, Value::text("from the parent")).ok());
  return *builder.build();
}

ClassPtr sample_class() {
  ClassBuilder builder(parent_class(), "Sample_Class");
  builder.set_decoration("HOST", "root\\cimv2");
  const Type text{CimType::kString, false};
  EXPECT_TRUE(builder.put_qualifier({"provider", text, Value::text("cimwin32"), 1}).ok());
  EXPECT_TRUE(builder.put_qualifier({"Locale", {CimType::kSint32, false}, Value::sint(1033), 1}).ok());
  EXPECT_TRUE(builder.put_property("Text", text).ok());
  EXPECT_TRUE(builder.put_property_qualifier("Text", {"read", {CimType::kBoolean, false}, Value::boolean(true), 0}).ok());
  EXPECT_TRUE(builder.put_property("Wide", text).ok());
  EXPECT_TRUE(builder.put_property("Latin", text).ok());
  EXPECT_TRUE(builder.put_property("Empty", text).ok());
  EXPECT_TRUE(builder.put_property("Word", text).ok());
  EXPECT_TRUE(builder.put_property("Missing", text).ok());
  EXPECT_TRUE(builder.put_property("Flag", {CimType::kBoolean, false}).ok());
  EXPECT_TRUE(builder.put_property("Small", {CimType::kSint8, false}).ok());
  EXPECT_TRUE(builder.put_property("Large", {CimType::kUint64, false}).ok());
  EXPECT_TRUE(builder.put_property("Real", {CimType::kReal64, false}).ok());  // stays NULL: impacket cannot read a real
  EXPECT_TRUE(builder.put_property("When", {CimType::kDatetime, false}).ok());
  EXPECT_TRUE(builder.put_property("To", {CimType::kReference, false}, {}, "ref:Sample_Parent").ok());
  EXPECT_TRUE(builder.put_property("Texts", {CimType::kString, true}).ok());
  EXPECT_TRUE(builder.put_property("Numbers", {CimType::kUint32, true}).ok());
  EXPECT_TRUE(builder.put_property("Inner", {CimType::kObject, false}, {}, "object:Sample_Parent").ok());
  EXPECT_TRUE(builder.put_property("Cleared", {CimType::kUint32, false}, Value::uint(9)).ok());
  EXPECT_TRUE(builder.put_method("Run", parameters("CommandLine", 0, "in"), parameters("ReturnValue", -1, "out")).ok());
  EXPECT_TRUE(builder.put_method_qualifier("Run", {"implemented", {CimType::kBoolean, false}, Value::boolean(true), 0}).ok());
  return *builder.build();
}

TEST_F(Samples, Write) {
  const ClassPtr parent = parent_class();
  const ClassPtr cls = sample_class();
  write("top.wmio", parent);
  write("class.wmio", cls);
  InstanceBuilder inner(parent);
  EXPECT_TRUE(inner.set("Id", Value::uint(5)).ok());
  InstanceBuilder row(cls);
  const std::pair<const char*, Value> values[] = {
      {"Id", Value::uint(77)},
      {"Text", Value::text("plain text")},
      {"Wide", Value::text("\xE2\x82\xAC 5")},
      {"Latin", Value::text("Gr\xC3\xBC\xC3\x9F")},
      {"Empty", Value::text("")},
      {"Word", Value::text("provider")},
      {"Flag", Value::boolean(true)},
      {"Small", Value::sint(-7)},
      {"Large", Value::uint(18446744073709551615U)},
      {"When", Value::text("20260102030405.000000+060")},
      {"To", Value::text("Sample_Parent.Id=5")},
      {"Texts", Value::array({Value::text("one"), Value::text("read"), Value::text("")})},
      {"Numbers", Value::array({Value::uint(1), Value::uint(4000000000U)})},
      {"Inner", Value::object(std::make_shared<const Object>(inner.build()))},
  };
  for (const auto& [name, value] : values) EXPECT_TRUE(row.set(name, value).ok()) << name;
  row.set_number<std::uint32_t>(*cls->handle("Cleared"), 1);
  row.set_null(*cls->handle("Cleared"));
  write("instance.wmio", row.build(true));
  EXPECT_TRUE(row.set("Text", Value::text("changed")).ok());  // packed anew
  write("repacked.wmio", row.build(true));
  write("blank.wmio", InstanceBuilder(parent).build());
}

}  // namespace
}  // namespace cim
