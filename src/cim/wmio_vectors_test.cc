// The octets of MS-WMIO's examples and of captures: every value, and the way back.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "cim/wmio.h"

namespace cim {
namespace {

std::string read_vector(const std::string& name) {
  std::ifstream file(std::string(OWMI_SOURCE_DIR "/tests/data/") + name + ".wmio", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::span<const std::uint8_t> octets(const std::string& s) { return {reinterpret_cast<const std::uint8_t*>(s.data()), s.size()}; }

Object decoded(const std::string& name) {
  auto object = decode_unit(octets(read_vector(name)));
  EXPECT_TRUE(object.has_value()) << name << ": " << (object ? "" : object.error().to_string());
  return object ? *object : Object(Class::empty());
}

Value text(std::string s) { return Value::text(std::move(s)); }
Value uints(std::initializer_list<std::uint64_t> list) {
  Value::Array items;
  for (const std::uint64_t u : list) items.push_back(Value::uint(u));
  return Value::array(std::move(items));
}

TEST(WmioVectors, ClassOfTheSpecification) {
  const Object object = decoded("spec-myclass-class");
  ASSERT_TRUE(object.is_class());
  const Class& cls = *object.cls();
  EXPECT_EQ(cls.name(), "MyClass");
  EXPECT_EQ(cls.superclass(), "Base");
  EXPECT_EQ(cls.dynasty(), "Base");
  EXPECT_EQ(cls.server(), "DPRAVAT-DEV");
  EXPECT_EQ(cls.name_space(), "ROOT");
  EXPECT_EQ(cls.qualifiers().text("description"), "MyClass Example");
  ASSERT_EQ(cls.properties().size(), 4U);
  const char* const names[] = {"Id", "Data1", "Data2", "Array"};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(cls.properties()[i].name, names[i]);
  const Property& id = *cls.property("ID");
  EXPECT_TRUE(id.inherited && id.default_inherited && id.key() && id.default_value.is_null());
  EXPECT_EQ(id.origin, 0U);
  EXPECT_EQ(cls.origin_name(id.origin), "Base");
  EXPECT_EQ(id.cim_type, "sint32");
  EXPECT_EQ(id.qualifiers.find("key")->flavor, 0x33);
  const Property& data2 = *cls.property("Data2");
  EXPECT_EQ(data2.default_value, text("defaultValue"));
  EXPECT_FALSE(data2.inherited || data2.default_inherited);
  EXPECT_EQ(cls.origin_name(data2.origin), "MyClass");
  EXPECT_EQ(cls.property("Array")->type, (Type{CimType::kUint32, true}));
  EXPECT_TRUE(cls.property("Data1")->qualifiers.is_true("read"));
  ASSERT_EQ(cls.keys().size(), 1U);
  EXPECT_TRUE(cls.methods().empty());
}

TEST(WmioVectors, InstanceOfTheSpecification) {
  const Object object = decoded("spec-myclass-instance");
  ASSERT_FALSE(object.is_class());
  const Class& cls = *object.cls();
  const InstanceView& view = object.instance().view();
  EXPECT_EQ(view.number<std::int32_t>(*cls.handle("Id")), 123);
  EXPECT_EQ(view.text(*cls.handle("Data1")).to_utf8(), "StringField");
  EXPECT_EQ(view.text(*cls.handle("Data2")).to_utf8(), "defaultValue");
  EXPECT_TRUE(view.is_default(*cls.handle("Data2")));
  EXPECT_EQ(view.value(*cls.property("Array")), uints({1, 2, 3}));
  EXPECT_EQ(object.relative_path(), "MyClass.Id=123");
  EXPECT_EQ(object.path(), "\\\\DPRAVAT-DEV\\ROOT:MyClass.Id=123");
}

TEST(WmioVectors, ClassWithAMethod) {
  const Object object = decoded("spec-myclass2-methods");
  const Class& cls = *object.cls();
  EXPECT_EQ(cls.name(), "MyClass2");
  EXPECT_EQ(cls.derivation(), (std::vector<std::string>{"MyClass", "Base"}));
  EXPECT_EQ(cls.origin_name(cls.property("Id")->origin), "Base");
  EXPECT_EQ(cls.origin_name(cls.property("Array")->origin), "MyClass");
  ASSERT_EQ(cls.methods().size(), 1U);
  const Method& method = cls.methods()[0];
  EXPECT_EQ(method.name, "Restart");
  EXPECT_EQ(method.origin, 2U);
  EXPECT_FALSE(method.inherited);
  ASSERT_TRUE(method.in && method.out);
  EXPECT_EQ(method.in->name(), "__PARAMETERS");
  EXPECT_TRUE(method.in->abstract());
  EXPECT_EQ(method.in->name_space(), "ROOT\\default");
  const Property* service = method.in->property("ServiceName");
  ASSERT_TRUE(service);
  EXPECT_TRUE(service->qualifiers.is_true("in"));
  EXPECT_EQ(service->qualifiers.find("ID")->value, Value::sint(0));
  ASSERT_TRUE(method.out->property("ReturnValue"));
  EXPECT_EQ(method.out->property("Status")->cim_type, "object:int");
}

TEST(WmioVectors, ClassOfWindows) {
  const Object object = decoded("windows-win32-processstartup-class");
  const Class& cls = *object.cls();
  EXPECT_EQ(cls.name(), "Win32_ProcessStartup");
  EXPECT_EQ(cls.superclass(), "Win32_MethodParameterClass");
  EXPECT_EQ(cls.name_space(), "ROOT\\cimv2");
  EXPECT_TRUE(cls.abstract());
  EXPECT_EQ(cls.qualifiers().text("UUID"), "{8502C4DB-5FBB-11D2-AAC1-006008C78BC7}");
  EXPECT_EQ(cls.qualifiers().find("Locale")->value, Value::sint(1033));
  ASSERT_EQ(cls.properties().size(), 14U);
  EXPECT_EQ(cls.properties()[0].name, "CreateFlags");
  EXPECT_EQ(cls.property("EnvironmentVariables")->type, (Type{CimType::kString, true}));
  const Qualifier* bits = cls.property("CreateFlags")->qualifiers.find("BitMap");
  ASSERT_TRUE(bits && bits->value.as_array());
  EXPECT_EQ(bits->value.as_array()->size(), 8U);
  EXPECT_EQ(bits->value.as_array()->back(), text("26"));
}

TEST(WmioVectors, InstanceOfWindows) {
  const Object object = decoded("windows-utctime-instance");
  const Class& cls = *object.cls();
  EXPECT_TRUE(cls.singleton() && cls.dynamic());
  EXPECT_EQ(cls.provider(), "Win32ClockProvider");
  EXPECT_EQ(object.relative_path(), "Win32_UTCTime=@");
  const std::pair<const char*, std::uint64_t> expected[] = {{"Year", 2021}, {"Month", 6},  {"Day", 8},    {"DayOfWeek", 2},
                                                            {"Hour", 0},    {"Minute", 0}, {"Second", 35}};
  for (const auto& [name, value] : expected) EXPECT_EQ(object.get(name).value(), Value::uint(value)) << name;
  EXPECT_TRUE(object.get("Milliseconds")->is_null());
}

TEST(WmioVectors, InstanceOfAnotherClient) {
  const Object object = decoded("client-put-instance");
  EXPECT_EQ(object.cls()->name(), "ActiveScriptEventConsumer");
  EXPECT_EQ(object.get("ScriptingEngine").value(), text("VBScript"));
  EXPECT_EQ(object.get("ScriptText").value(), text("WScript.Echo \"x\"\n"));
  EXPECT_EQ(object.get("CreatorSID").value(), uints({1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0}));
  EXPECT_TRUE(object.get("MachineName")->is_null() || object.get("MaximumQueueSize")->is_null());
  EXPECT_EQ(object.cls()->property("CreatorSID")->default_value, uints({1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0}));
}

class EveryVector : public testing::TestWithParam<const char*> {};

TEST_P(EveryVector, EncodesBackToTheSameObject) {
  const Object object = decoded(GetParam());
  const std::string again = encode_unit(object);
  auto back = decode_unit(octets(again));
  ASSERT_TRUE(back.has_value()) << back.error().to_string();
  EXPECT_EQ(compare(object, *back, 0), WBEM_S_SAME);
  EXPECT_EQ(encode_unit(*back), again);
}

TEST_P(EveryVector, SurvivesTheBuilders) {
  const Object object = decoded(GetParam());
  if (!object.is_class()) {
    auto back = decode_unit(octets(encode_unit(InstanceBuilder(object.instance()).build(true))));
    ASSERT_TRUE(back.has_value()) << back.error().to_string();
    EXPECT_EQ(compare(object, *back, 0), WBEM_S_SAME);
    return;
  }
  auto rebuilt = ClassBuilder::modify(*object.cls()).build();
  ASSERT_TRUE(rebuilt.has_value()) << rebuilt.error().to_string();
  auto back = decode_unit(octets(encode_unit(*rebuilt)));
  ASSERT_TRUE(back.has_value()) << back.error().to_string();
  EXPECT_EQ(compare(object, *back, 0), WBEM_S_SAME);
  auto stored = decode_class(octets(encode_class(*object.cls())), object.cls()->server(), object.cls()->name_space());
  ASSERT_TRUE(stored.has_value()) << stored.error().to_string();
  EXPECT_EQ(compare(object, *stored, 0), WBEM_S_SAME);
}

TEST_P(EveryVector, EveryPrefixAndFlipIsHarmless) {
  const std::string whole = read_vector(GetParam());
  const auto touch = [](const std::string& input) {
    auto object = decode_unit(octets(input));
    if (!object) return;
    for (const Property& property : object->cls()->properties()) (void)object->get(property.name);
    (void)encode_unit(*object);
  };
  const auto declared = static_cast<std::size_t>(static_cast<unsigned char>(whole[4]) | static_cast<unsigned char>(whole[5]) << 8U) + 8;
  for (std::size_t size = 0; size < declared; ++size) EXPECT_FALSE(decode_unit(octets(whole.substr(0, size))).has_value());
  for (std::size_t i = 8; i < whole.size(); ++i) {
    for (const unsigned mask : {0x01U, 0x80U, 0xFFU}) {
      std::string changed = whole;
      changed[i] = static_cast<char>(static_cast<unsigned char>(changed[i]) ^ mask);
      touch(changed);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, EveryVector,
                         testing::Values("spec-myclass-class", "spec-myclass-instance", "spec-myclass2-methods",
                                         "windows-win32-processstartup-class", "windows-utctime-instance", "client-put-instance"));

}  // namespace
}  // namespace cim
