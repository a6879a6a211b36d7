#include "mof/literal.h"

#include <gtest/gtest.h>

#include "mof/parser.h"

namespace mof {
namespace {

using cim::CimType;
using cim::Value;
using namespace base::codes;

/// The default value of `declaration`, a property.
base::Result<Value> value_of(const std::string& declaration) {
  Diagnostics diagnostics;
  auto unit = parse_text("t", "class X { " + declaration + "; };", diagnostics);
  if (!unit) return base::fail(unit.error());
  const auto& property = std::get<ClassDecl>(unit->declarations[0]).properties[0];
  return evaluate(property.value, property.type.type, nullptr);
}

TEST(Literal, Integers) {
  EXPECT_EQ(value_of("uint32 a = 0x41")->as_uint(), 65U);
  EXPECT_EQ(value_of("uint32 a = 0101")->as_uint(), 65U);
  EXPECT_EQ(value_of("uint32 a = 1000001B")->as_uint(), 65U);
  EXPECT_EQ(value_of("sint64 a = -9223372036854775808")->as_sint(), INT64_MIN);
  EXPECT_EQ(value_of("uint64 a = 18446744073709551615")->as_uint(), UINT64_MAX);
  EXPECT_EQ(value_of("uint64 a = \"18446744073709551615\"")->as_uint(), UINT64_MAX);
  EXPECT_EQ(value_of("uint8 a = 256").error().code(), WBEMMOF_E_OUT_OF_RANGE);
  EXPECT_EQ(value_of("uint8 a = -1").error().code(), WBEMMOF_E_OUT_OF_RANGE);
  EXPECT_EQ(value_of("uint8 a = \"1\"").error().code(), WBEMMOF_E_TYPE_MISMATCH);
  EXPECT_EQ(value_of("uint8 a = TRUE").error().code(), WBEMMOF_E_TYPE_MISMATCH);
}

TEST(Literal, RealsAndOthers) {
  EXPECT_DOUBLE_EQ(*value_of("real64 a = -1.2778E+02")->as_real(), -127.78);
  EXPECT_DOUBLE_EQ(*value_of("real32 a = 2")->as_real(), 2.0);
  EXPECT_EQ(value_of("real64 a = 1e400").error().code(), WBEMMOF_E_OUT_OF_RANGE);
  EXPECT_EQ(value_of("sint32 a = 1.5").error().code(), WBEMMOF_E_TYPE_MISMATCH);
  EXPECT_TRUE(value_of("boolean a = true")->is_true());
  EXPECT_TRUE(value_of("boolean a = NULL")->is_null());
  EXPECT_EQ(value_of("char16 a = '\\x4133'")->as_uint(), 0x4133U);
  EXPECT_EQ(value_of("char16 a = '\xC3\xA9'")->as_uint(), 0xE9U);
  EXPECT_EQ(value_of("char16 a = '\\''")->as_uint(), static_cast<std::uint64_t>('\''));
}

TEST(Literal, Strings) {
  EXPECT_EQ(*value_of(R"(string a = "a" "b" /* "no" */ "c" // "no"
 "d")")
                 ->as_text(),
            "abcd");
  EXPECT_EQ(*value_of(R"(string a = "\b\t\n\f\r\"\'\\\x41\x9")")->as_text(), "\b\t\n\f\r\"'\\A\t");
  EXPECT_EQ(*value_of(R"(string a = "\x00414")")->as_text(), "A4");
  EXPECT_EQ(*value_of(R"(string a = "\xD83D\xDE00")")->as_text(), "\xF0\x9F\x98\x80");
  EXPECT_EQ(*value_of(R"(string a = "\xD83Dx")")->as_text(), "\xED\xA0\xBDx");
  EXPECT_EQ(*value_of(R"(string a = "")")->as_text(), "");
}

TEST(Literal, Arrays) {
  const auto array = value_of("uint8 a[] = {1, 0x2, 3}");
  ASSERT_TRUE(array);
  ASSERT_EQ(array->as_array()->size(), 3U);
  EXPECT_EQ((*array->as_array())[1].as_uint(), 2U);
  EXPECT_EQ(value_of("uint8 a[] = {}")->as_array()->size(), 0U);
  EXPECT_EQ(value_of("uint8 a[] = {1, \"x\"}").error().code(), WBEMMOF_E_TYPE_MISMATCH);
}

TEST(Literal, DecodesWhatTheLexerNeverSaw) {
  for (const char* raw : {"", "\"", "\"\\", "\"\\x", "\"a\" /* open", "'", "'\\", "junk"}) {
    (void)decode_string(raw);
    (void)decode_character(raw);
  }
}

}  // namespace
}  // namespace mof
