#include "remote/values.h"

#include <gtest/gtest.h>

#include "remote/message_samples.h"

namespace remote {
namespace {

using namespace std::string_view_literals;
using namespace std::string_literals;
using cim::CimType;
using cim::Value;

std::string written(const cim::OptionalText& text) {
  std::string out;
  rpc::NdrWriter writer(out);
  write_bstr(writer, text);
  return out;
}

TEST(Bstr, Octets) {
  EXPECT_EQ(written(std::nullopt), "\0\0\2\0\0\0\0\0\xFF\xFF\xFF\xFF\0\0\0\0"sv);
  EXPECT_EQ(written(""), "\0\0\2\0\0\0\0\0\0\0\0\0\0\0\0\0"sv);
  EXPECT_EQ(written("W\xC3\xBC"), "\0\0\2\0\2\0\0\0\4\0\0\0\2\0\0\0W\0\xFC\0"sv);
}

TEST(Bstr, ReadsWhatOthersSend) {
  const auto read = [](std::string_view octets) {
    rpc::NdrReader in(octets);
    auto text = read_bstr(in, "a text");
    EXPECT_TRUE(in.ok());
    EXPECT_EQ(in.remaining(), 0U);
    return text;
  };
  for (const cim::OptionalText& text : {cim::OptionalText(), cim::OptionalText(""), cim::OptionalText("a\xE2\x82\xAC")}) {
    EXPECT_EQ(read(written(text)), text);
  }
  EXPECT_EQ(read("\0\0\0\0"sv), std::nullopt);
  EXPECT_EQ(read("\1\0\0\0\2\0\0\0\3\0\0\0\2\0\0\0W\0X\0"sv), "W");               // an odd count of octets
  EXPECT_EQ(read("\1\0\0\0\2\0\0\0\4\0\0\0\2\0\0\0W\0\0\0"sv), "W");              // with a terminator
  EXPECT_EQ(read("\1\0\0\0\1\0\0\0\2\0\0\0\1\0\0\0\0\xD8"sv), "\xED\xA0\x80"sv);  // half a pair
}

TEST(Bstr, Broken) {
  for (const std::string_view octets : {"\1\0\0\0"sv, "\1\0\0\0\2\0\0\0\4\0\0\0\1\0\0\0W\0X\0"sv, "\1\0\0\0\1\0\0\0\4\0\0\0\1\0\0\0W\0"sv,
                                        "\1\0\0\0\xFF\xFF\xFF\xFF\4\0\0\0\xFF\xFF\xFF\xFFW\0"sv}) {
    rpc::NdrReader in(octets);
    (void)read_bstr(in, "a text");
    EXPECT_EQ(in.status("text").code(), rpc::RPC_X_BAD_STUB_DATA);
  }
}

TEST(ObjectValues, ByValue) {
  const cim::ClassPtr cls = samples::make_class("Sample");
  const cim::Object row = samples::make_row(cls, 5);
  const std::string octets = marshal_object(row);
  EXPECT_EQ(octets.substr(0, 8), "MEOW\4\0\0\0"sv);
  EXPECT_EQ(octets.substr(8, 16), iid::kClassObject.to_octets());
  EXPECT_EQ(octets.substr(24, 16), clsid::kClassObjectUnmarshaler.to_octets());
  EXPECT_EQ(octets.substr(48), samples::unit_of(row));
  cim::ClassInterner interner;
  const auto back = unmarshal_object(octets, &interner);
  ASSERT_TRUE(back);
  EXPECT_EQ(samples::unit_of(*back), samples::unit_of(row));
  EXPECT_EQ(unmarshal_object(octets.substr(0, octets.size() - 1), &interner).error().code(), WBEM_E_INVALID_OBJECT);
  EXPECT_EQ(unmarshal_object(samples::make_reference(iid::kClassObject).to_octets(), nullptr).error().code(), WBEM_E_INVALID_OBJECT);
  std::string other;
  dcom::append_custom(other, iid::kClassObject, clsid::kContextUnmarshaler, samples::unit_of(row));
  EXPECT_EQ(unmarshal_object(other, nullptr).error().code(), WBEM_E_INVALID_OBJECT);
}

TEST(ObjectValues, MalformedOneLeavesTheRestReadable) {
  std::string octets;
  rpc::NdrWriter out(octets);
  out.pointer();
  dcom::write_interface(out, "no reference");
  out.u32(77);
  rpc::NdrReader in(octets);
  EXPECT_EQ(read_object(in, nullptr).error().code(), WBEM_E_INVALID_OBJECT);
  EXPECT_EQ(in.u32(), 77U);
  EXPECT_TRUE(in.ok());
}

cim::Context full_context() {
  cim::Context context;
  const auto array = [](Value a, Value b) { return Value::array({std::move(a), std::move(b)}); };
  const auto object = Value::object(std::make_shared<const cim::Object>(samples::make_row(samples::make_class("Inner"), 1)));
  context.put("Null", {}, {});
  context.put("I1", {CimType::kSint8, false}, Value::sint(-3));
  context.put("I2", {CimType::kSint16, false}, Value::sint(-300));
  context.put("__ProviderArchitecture", {CimType::kSint32, false}, Value::sint(-64));
  context.put("UI1", {CimType::kUint8, false}, Value::uint(200));
  context.put("UI2", {CimType::kUint16, false}, Value::uint(60000));
  context.put("UI4", {CimType::kUint32, false}, Value::uint(4000000000));
  context.put("R4", {CimType::kReal32, false}, Value::real(1.5));
  context.put("R8", {CimType::kReal64, false}, Value::real(0.1));
  context.put("Bool", {CimType::kBoolean, false}, Value::boolean(true));
  context.put("Text", {CimType::kString, false}, Value::text("\xE2\x82\xAC"));
  context.put("Object", {CimType::kObject, false}, object);
  context.put("I4s", {CimType::kSint32, true}, array(Value::sint(-1), Value::sint(2)));
  context.put("R4s", {CimType::kReal32, true}, array(Value::real(2.5), Value::real(-1)));
  context.put("Bools", {CimType::kBoolean, true}, array(Value::boolean(false), Value::boolean(true)));
  context.put("UI1s", {CimType::kUint8, true}, array(Value::uint(1), Value::uint(255)));
  context.put("__PUT_EXT_PROPERTIES", {CimType::kString, true}, array(Value::text("A"), Value::text("")));
  context.put("Objects", {CimType::kObject, true}, array(object, object));
  return context;
}

TEST(ContextCodec, EveryType) {
  const cim::Context context = full_context();
  const std::string octets = encode_context(context);
  const auto back = decode_context(octets, nullptr);
  ASSERT_TRUE(back) << back.error().to_string();
  ASSERT_EQ(back->values().size(), context.values().size());
  for (std::size_t i = 0; i < context.values().size(); ++i) {
    EXPECT_EQ(back->values()[i].name, context.values()[i].name);
    EXPECT_EQ(back->values()[i].type, context.values()[i].type) << context.values()[i].name;
    EXPECT_EQ(back->values()[i].value, context.values()[i].value) << context.values()[i].name;
  }
  for (std::size_t size = 0; size < octets.size(); ++size) {
    const auto cut = decode_context(std::string_view(octets).substr(0, size), nullptr);
    ASSERT_FALSE(cut) << size;
    EXPECT_EQ(cut.error().code(), WBEM_E_INVALID_CONTEXT);
  }
}

TEST(ContextCodec, Octets) {
  cim::Context context;
  context.put("AB", {CimType::kSint32, false}, Value::sint(64));
  const std::string expected = "\1\0\0\0"s + std::string(16, '\0') + "\1\0\0\0\2\0\0\0A\0B\0\0\0\0\0\3\0\x40\0\0\0\0\0\0\0"s;
  EXPECT_EQ(encode_context(context), expected);
  context = {};
  context.put("S", {CimType::kString, true}, Value::array({Value::text("x")}));
  EXPECT_EQ(encode_context(context).substr(24), "\1\0\0\0S\0\0\0\0\0\x08\x20\1\0\0\0\x08\0\0\0\1\0\0\0x\0"sv);
  context = {};
  context.put("Big", {CimType::kUint64, false}, Value::uint(18446744073709551615U));  // no type of a context: its text
  EXPECT_EQ(decode_context(encode_context(context), nullptr)->get("Big"), Value::text("18446744073709551615"));
}

TEST(ContextCodec, Refuses) {
  const std::string head = "\1\0\0\0"s + std::string(16, '\0');
  for (const std::string& octets : {
           "\xFF\0\0\0"s + std::string(64, '\0'), head + "\xFF\xFF\xFF\xFF"s,
           head + "\1\0\0\0\0\0\0\0\0\0\0\0\x14\0"s + std::string(8, '\0'),     // VT_I8
           head + "\1\0\0\0\0\0\0\0\0\0\0\0\x03\x20\xFF\xFF\xFF\xFF\4\0\0\0"s,  // an array that is not there
           head + "\1\0\0\0\0\0\0\0\0\0\0\0\x03\x20\1\0\0\0\2\0\0\0\0\0\0\0"s,  // elements of another size
           head + "\1\0\0\0\0\0\0\0\0\0\0\0\x01\x20\xFF\xFF\xFF\xFF\0\0\0\0"s,  // 4 billion times nothing
           head + "\1\0\0\0\0\0\0\0\0\0\0\0\x0D\0"s + std::string(80, 'x'),     // no object
       }) {
    const auto back = decode_context(octets, nullptr);
    ASSERT_FALSE(back);
    EXPECT_EQ(back.error().code(), WBEM_E_INVALID_CONTEXT);
  }
}

TEST(ContextCodec, AsParameter) {
  std::string octets;
  rpc::NdrWriter out(octets);
  write_context(out, std::make_shared<const cim::Context>(full_context()));
  write_context(out, nullptr);
  write_context(out, std::make_shared<const cim::Context>());
  rpc::NdrReader in(octets);
  EXPECT_EQ((*read_context(in, nullptr))->values().size(), full_context().values().size());
  EXPECT_EQ(*read_context(in, nullptr), nullptr);
  EXPECT_EQ(*read_context(in, nullptr), nullptr);
  EXPECT_TRUE(in.ok());
}

}  // namespace
}  // namespace remote
