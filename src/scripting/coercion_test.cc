// Conversions of arguments, and values of CIM as Variants.
#include "scripting/coercion.h"

#include <gtest/gtest.h>

#include "scripting/swbem_base.h"
#include "scripting/swbem_datetime.h"
#include "scripting/swbem_sink.h"
#include "scripting/values.h"

namespace scripting {
namespace {

std::string text(const Variant& value) {
  const auto converted = to_text(value);
  return converted ? converted->to_utf8() : "fails";
}

TEST(Coercion, MakesTexts) {
  EXPECT_EQ(text(Variant()), "");
  EXPECT_EQ(text(Variant::int16(-3)), "-3");
  EXPECT_EQ(text(Variant::byte(200)), "200");
  EXPECT_EQ(text(Variant::boolean(true)), "True");
  EXPECT_EQ(text(Variant::real(0.1)), "0.1");
  EXPECT_EQ(text(Variant::real(1e20)), "1E+20");
  EXPECT_EQ(text(Variant::single(0.1F)), "0.1");
  EXPECT_EQ(text(Variant::currency(12345)), "1.2345");
  EXPECT_EQ(text(Variant::integer(VarType::kUInt64, -1)), "18446744073709551615");
  EXPECT_EQ(text(Variant::date(45351.5)), "2/29/2024 12:00:00 PM");
  EXPECT_EQ(text(Variant::date(45351)), "2/29/2024");
  EXPECT_EQ(text(Variant::date(0.25)), "6:00:00 AM");
  EXPECT_EQ(text(Variant::null()), "fails");
  EXPECT_EQ(text(Variant::object({})), "fails");
  EXPECT_EQ(text(Variant::array(Array::of(VarType::kVariant, {}))), "fails");
  EXPECT_EQ(text(Variant::object(make<SwbemDateTime>())), "00000101000000.000000+000");  // the default member
  EXPECT_EQ(text(Variant::object(make<SwbemSink>(std::weak_ptr<World>()))), "fails");
  Variant held = Variant::utf8("x");
  EXPECT_EQ(text(Variant::reference(&held)), "x");
}

TEST(Coercion, MakesNumbers) {
  EXPECT_EQ(to_int32(Variant::real(2.5)), 2);  // to the even one
  EXPECT_EQ(to_int32(Variant::real(3.5)), 4);
  EXPECT_EQ(to_int32(Variant::utf8(" 12 ")), 12);
  EXPECT_EQ(to_int32(Variant::utf8("+3")), 3);
  EXPECT_EQ(to_int32(Variant::utf8("&HFFFFFFFF")), -1);
  EXPECT_EQ(to_int32(Variant::boolean(true)), -1);
  EXPECT_EQ(to_int32(Variant()), 0);
  EXPECT_EQ(to_int32(Variant::real(3e9)).error().code, DISP_E_OVERFLOW);
  EXPECT_EQ(to_int32(Variant::utf8("12x")).error().code, DISP_E_TYPEMISMATCH);
  EXPECT_EQ(to_int32(Variant::utf8("")).error().code, DISP_E_TYPEMISMATCH);
  EXPECT_EQ(to_int32(Variant::null()).error().code, DISP_E_TYPEMISMATCH);
  EXPECT_EQ(to_real(Variant::utf8("1e3")), 1000.0);
  EXPECT_EQ(to_boolean(Variant::utf8("FALSE")), false);
  EXPECT_EQ(to_boolean(Variant::utf8("2")), true);
  EXPECT_EQ(to_boolean(Variant::int32(0)), false);
  EXPECT_EQ(to_boolean(Variant::utf8("maybe")).error().code, DISP_E_TYPEMISMATCH);
}

TEST(Coercion, ReadsDates) {
  const auto date = [](const char* text) { return to_date(Variant::utf8(text)).value_or(-1e6); };
  EXPECT_DOUBLE_EQ(date("1/31/2024"), 45322);
  EXPECT_DOUBLE_EQ(date(" 2024-01-31 "), 45322);
  EXPECT_DOUBLE_EQ(date("1/31/24 12:00"), 45322.5);
  EXPECT_DOUBLE_EQ(date("2024-01-31 12:00:00 AM"), 45322);
  EXPECT_DOUBLE_EQ(date("6:00:00 PM"), 0.75);
  EXPECT_DOUBLE_EQ(date("12/29/1899 6:00 PM"), -1.75);
  EXPECT_DOUBLE_EQ(date("45322.5"), 45322.5);
  for (const char* wrong :
       {"", "2/30/2024", "13/13/2024", "1/2", "1/2/3/4", "1-2-2024x", "25:00", "13:00 PM", "1:2:3:4", "1/1/2024 x", "AM"}) {
    EXPECT_EQ(date(wrong), -1e6) << wrong;
  }
}

TEST(Coercion, ConvertsArguments) {
  EXPECT_TRUE(convert_argument(Variant(), ParameterType::kObject)->is(VarType::kDispatch));
  EXPECT_TRUE(convert_argument(Variant::null(), ParameterType::kObject)->is(VarType::kDispatch));
  EXPECT_EQ(convert_argument(Variant::int32(1), ParameterType::kObject).error().code, DISP_E_TYPEMISMATCH);
  EXPECT_TRUE(convert_argument(Variant::int32(1), ParameterType::kDate)->is(VarType::kDate));
  EXPECT_TRUE(convert_argument(Variant::int32(1), ParameterType::kText)->is(VarType::kString));
  EXPECT_TRUE(convert_argument(Variant::int32(1), ParameterType::kBoolean)->is(VarType::kBoolean));
  EXPECT_TRUE(convert_argument(Variant::int16(1), ParameterType::kAny)->is(VarType::kInt16));
}

TEST(Values, FitTheirTypes) {
  using cim::CimType;
  const auto value = [](Variant variant, CimType type) {
    const auto made = to_value(variant, {type, false});
    return made ? cim::to_display(*made) : "fails";
  };
  EXPECT_EQ(value(Variant::int32(-1), CimType::kUint32), "4294967295");
  EXPECT_EQ(value(Variant::real(4294967295.0), CimType::kUint32), "4294967295");
  EXPECT_EQ(value(Variant::real(2.5), CimType::kUint32), "fails");
  EXPECT_EQ(value(Variant::utf8("18446744073709551615"), CimType::kUint64), "18446744073709551615");
  EXPECT_EQ(value(Variant::int32(5), CimType::kString), "\"5\"");
  EXPECT_EQ(value(Variant::boolean(true), CimType::kString), "\"True\"");
  EXPECT_EQ(value(Variant::int32(1), CimType::kBoolean), "TRUE");
  EXPECT_EQ(value(Variant::date(1), CimType::kDatetime), "fails");
  EXPECT_EQ(value(Variant::missing(), CimType::kUint8), "NULL");
  EXPECT_EQ(value(Variant::int32(300), CimType::kUint8), "fails");
  const auto array = Variant::array(Array::of(VarType::kVariant, {Variant::int16(1), Variant::int32(70000)}));
  EXPECT_EQ(typed_value(array)->type, (cim::Type{CimType::kSint32, true}));
  EXPECT_FALSE(to_value(Variant::array(Array::create(VarType::kVariant, {{0, 2}, {0, 2}}))).has_value());
  EXPECT_FALSE(to_value(Variant::object(make<SwbemSink>(std::weak_ptr<World>()))).has_value());
}

}  // namespace
}  // namespace scripting
