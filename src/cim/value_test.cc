#include "cim/value.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/utf.h"

namespace cim {
namespace {

constexpr Type kSint8{CimType::kSint8}, kSint32{CimType::kSint32}, kSint64{CimType::kSint64}, kUint8{CimType::kUint8},
    kUint32{CimType::kUint32}, kUint64{CimType::kUint64}, kReal32{CimType::kReal32}, kReal64{CimType::kReal64}, kBoolean{CimType::kBoolean},
    kString{CimType::kString}, kDatetime{CimType::kDatetime}, kChar16{CimType::kChar16};

base::Hresult code_of(const base::Result<Value>& result) { return result ? WBEM_S_NO_ERROR : result.error().code(); }

Text latin1(std::string_view octets) {
  return {reinterpret_cast<const std::uint8_t*>(octets.data()), static_cast<std::uint32_t>(octets.size()), false};
}
Text wide(const std::string& octets) {
  return {reinterpret_cast<const std::uint8_t*>(octets.data()), static_cast<std::uint32_t>(octets.size()), true};
}

TEST(Text, ComparesLatin1WithUtf8) {
  EXPECT_TRUE(latin1("abc").equals("abc"));
  EXPECT_FALSE(latin1("abc").equals("abC"));
  EXPECT_TRUE(latin1("abc").equals_ignore_case("aBC"));
  EXPECT_FALSE(latin1("abc").equals("abcd"));
  EXPECT_TRUE(latin1("Stra\xDF"
                     "e")
                  .equals("Straße"));
  EXPECT_TRUE(latin1("\xE4").equals_ignore_case("Ä"));
  EXPECT_FALSE(latin1("\xE4").equals("Ä"));
  EXPECT_EQ(latin1("\xE4").to_utf8(), "ä");
  EXPECT_TRUE(Text().equals(""));
  EXPECT_EQ(Text().to_utf8(), "");
}

TEST(Text, ComparesUtf16WithUtf8) {
  const std::string octets = base::utf8_to_utf16le("Ωμέγα 😀");
  EXPECT_TRUE(wide(octets).equals("Ωμέγα 😀"));
  EXPECT_TRUE(wide(octets).equals_ignore_case("ωΜέγα 😀"));
  EXPECT_FALSE(wide(octets).equals("Ωμέγα"));
  EXPECT_EQ(wide(octets).to_utf8(), "Ωμέγα 😀");
  EXPECT_EQ(wide(octets).length(), 8U);
  EXPECT_EQ(wide(octets).unit(0), u'Ω');
}

TEST(Value, ReadsIntegersOfEitherSign) {
  EXPECT_EQ(Value::uint(5).as_sint(), 5);
  EXPECT_EQ(Value::sint(5).as_uint(), 5U);
  EXPECT_EQ(Value::sint(-5).as_uint(), std::nullopt);
  EXPECT_EQ(Value::uint(std::numeric_limits<std::uint64_t>::max()).as_sint(), std::nullopt);
  EXPECT_EQ(Value::text("5").as_sint(), std::nullopt);
}

TEST(Value, EqualsByKindAndContent) {
  EXPECT_EQ(Value(), Value::null());
  EXPECT_NE(Value::uint(1), Value::sint(1));
  EXPECT_EQ(Value::array({Value::text("a"), Value()}), Value::array({Value::text("a"), Value()}));
  EXPECT_NE(Value::text("a"), Value::text("A"));
}

TEST(Value, Displays) {
  EXPECT_EQ(to_display(Value()), "NULL");
  EXPECT_EQ(to_display(Value::boolean(true)), "TRUE");
  EXPECT_EQ(to_display(Value::sint(-7)), "-7");
  EXPECT_EQ(to_display(Value::text("a\"b\\\n\x01")), R"("a\"b\\\n\x01")");
  EXPECT_EQ(to_display(Value::array({Value::uint(1), Value::real(1.5)})), "{1, 1.5}");
}

TEST(Coerce, IntegersWithinTheirRange) {
  EXPECT_EQ(*coerce(Value::uint(127), kSint8), Value::sint(127));
  EXPECT_EQ(code_of(coerce(Value::uint(128), kSint8)), WBEM_E_VALUE_OUT_OF_RANGE);
  EXPECT_EQ(*coerce(Value::sint(-128), kSint8), Value::sint(-128));
  EXPECT_EQ(code_of(coerce(Value::sint(-129), kSint8)), WBEM_E_VALUE_OUT_OF_RANGE);
  EXPECT_EQ(code_of(coerce(Value::sint(-1), kUint8)), WBEM_E_VALUE_OUT_OF_RANGE);
  EXPECT_EQ(*coerce(Value::sint(255), kUint8), Value::uint(255));
  EXPECT_EQ(*coerce(Value::real(3.0), kUint32), Value::uint(3));
  EXPECT_EQ(code_of(coerce(Value::real(3.5), kUint32)), WBEM_E_TYPE_MISMATCH);
  EXPECT_EQ(code_of(coerce(Value::real(1e30), kUint64)), WBEM_E_VALUE_OUT_OF_RANGE);
  EXPECT_EQ(code_of(coerce(Value::real(std::numeric_limits<double>::quiet_NaN()), kUint64)), WBEM_E_TYPE_MISMATCH);
  EXPECT_EQ(code_of(coerce(Value::boolean(true), kUint32)), WBEM_E_TYPE_MISMATCH);
}

TEST(Coerce, TextToIntegers) {
  EXPECT_EQ(*coerce(Value::text("18446744073709551615"), kUint64), Value::uint(std::numeric_limits<std::uint64_t>::max()));
  EXPECT_EQ(*coerce(Value::text("-9223372036854775808"), kSint64), Value::sint(std::numeric_limits<std::int64_t>::min()));
  EXPECT_EQ(*coerce(Value::text("0xff"), kUint32), Value::uint(255));
  EXPECT_EQ(*coerce(Value::text("+1"), kSint32), Value::sint(1));
  EXPECT_EQ(code_of(coerce(Value::text("18446744073709551616"), kUint64)), WBEM_E_VALUE_OUT_OF_RANGE);
  for (const char* bad : {"", "-", "x", "1x", "0x", "--1", " 1", "1.5"}) {
    EXPECT_EQ(code_of(coerce(Value::text(bad), kUint64)), WBEM_E_TYPE_MISMATCH) << bad;
  }
}

TEST(Coerce, OtherScalars) {
  EXPECT_EQ(*coerce(Value::sint(-1), kBoolean), Value::boolean(true));
  EXPECT_EQ(*coerce(Value::uint(0), kBoolean), Value::boolean(false));
  EXPECT_EQ(*coerce(Value::text("tRUE"), kBoolean), Value::boolean(true));
  EXPECT_EQ(code_of(coerce(Value::sint(2), kBoolean)), WBEM_E_TYPE_MISMATCH);
  EXPECT_EQ(*coerce(Value::sint(2), kReal64), Value::real(2));
  EXPECT_EQ(*coerce(Value::real(0.1), kReal32), Value::real(static_cast<double>(0.1F)));
  EXPECT_EQ(code_of(coerce(Value::real(1e300), kReal32)), WBEM_E_VALUE_OUT_OF_RANGE);
  EXPECT_EQ(*coerce(Value::text("1e3"), kReal64), Value::real(1000));
  EXPECT_EQ(*coerce(Value::text("é"), kChar16), Value::uint(0xE9));
  EXPECT_EQ(code_of(coerce(Value::text("😀"), kChar16)), WBEM_E_TYPE_MISMATCH);
  EXPECT_EQ(code_of(coerce(Value::text("ab"), kChar16)), WBEM_E_TYPE_MISMATCH);
  EXPECT_EQ(code_of(coerce(Value::uint(1), kString)), WBEM_E_TYPE_MISMATCH);
  EXPECT_EQ(*coerce(Value::text("20240229000000.000000+000"), kDatetime), Value::text("20240229000000.000000+000"));
  EXPECT_EQ(code_of(coerce(Value::text("yesterday"), kDatetime)), WBEM_E_TYPE_MISMATCH);
  EXPECT_EQ(code_of(coerce(Value::text("x"), Type{CimType::kObject})), WBEM_E_TYPE_MISMATCH);
}

TEST(Coerce, NullAndArrays) {
  EXPECT_TRUE(coerce(Value(), kUint8)->is_null());
  EXPECT_TRUE(coerce(Value(), Type{CimType::kUint8, true})->is_null());
  const Value texts = Value::array({Value::text("1"), Value()});
  EXPECT_EQ(*coerce(texts, Type{CimType::kString, true}), texts);
  EXPECT_EQ(code_of(coerce(texts, Type{CimType::kUint8, true})), WBEM_E_TYPE_MISMATCH);
  EXPECT_EQ(*coerce(Value::array({Value::text("1")}), Type{CimType::kUint8, true}), Value::array({Value::uint(1)}));
  EXPECT_EQ(code_of(coerce(texts, kString)), WBEM_E_TYPE_MISMATCH);
  EXPECT_EQ(code_of(coerce(Value::text("1"), Type{CimType::kString, true})), WBEM_E_TYPE_MISMATCH);
  EXPECT_EQ(code_of(coerce(Value::array({texts}), Type{CimType::kString, true})), WBEM_E_TYPE_MISMATCH);
}

TEST(Coerce, ErrorNamesValueAndType) {
  EXPECT_EQ(coerce(Value::text("x"), kUint32).error().text(), "cannot use \"x\" for type uint32; expected a whole number");
  EXPECT_LT(coerce(Value::text(std::string(100'000, 'x')), kUint32).error().text().size(), 200U);
}

}  // namespace
}  // namespace cim
