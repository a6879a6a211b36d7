#include "scripting/swbem_datetime.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace scripting {
namespace {

class DateTimeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ::setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    ::tzset();
  }
  void TearDown() override {
    ::unsetenv("TZ");
    ::tzset();
  }
  std::string text(std::string_view name) { return get(*time, name)->as_text().to_utf8(); }
  std::int32_t number(std::string_view name) { return get(*time, name)->as_int32(); }
  bool truth(std::string_view name) { return get(*time, name)->as_boolean(); }
  base::Hresult set(std::string_view name, Variant value) {
    const auto done = put(*time, name, std::move(value));
    return done ? WBEM_S_NO_ERROR : done.error().code;
  }
  Outcome<Variant> run(std::string_view name, std::vector<Variant> arguments = {}) { return call(*time, name, arguments); }

  const Ref<SwbemDateTime> time = make<SwbemDateTime>();
};

TEST_F(DateTimeTest, StartsAtTheZeroOfDates) {
  EXPECT_EQ(text("Value"), "00000101000000.000000+000");
  EXPECT_FALSE(truth("IsInterval"));
  EXPECT_TRUE(truth("YearSpecified"));
}

TEST_F(DateTimeTest, TakesAValueApart) {
  ASSERT_EQ(set("Value", Variant::utf8("20240229134501.123456+060")), WBEM_S_NO_ERROR);
  EXPECT_EQ(number("Year"), 2024);
  EXPECT_EQ(number("Month"), 2);
  EXPECT_EQ(number("Day"), 29);
  EXPECT_EQ(number("Hours"), 13);
  EXPECT_EQ(number("Minutes"), 45);
  EXPECT_EQ(number("Seconds"), 1);
  EXPECT_EQ(number("Microseconds"), 123456);
  EXPECT_EQ(number("UTC"), 60);
  ASSERT_EQ(set("Value", Variant::utf8("2024****13****.******+***")), WBEM_S_NO_ERROR);
  EXPECT_FALSE(truth("MonthSpecified"));
  EXPECT_FALSE(truth("DaySpecified"));
  EXPECT_TRUE(truth("HoursSpecified"));
  EXPECT_FALSE(truth("MinutesSpecified"));
  EXPECT_FALSE(truth("SecondsSpecified"));
  EXPECT_FALSE(truth("MicrosecondsSpecified"));
  EXPECT_FALSE(truth("UTCSpecified"));
  EXPECT_EQ(run("GetVarDate").error().code, WBEM_E_FAILED);
  EXPECT_EQ(text("Value"), "2024****13****.******+***");
  EXPECT_EQ(set("Value", Variant::utf8("yesterday")), WBEM_E_INVALID_SYNTAX);
}

TEST_F(DateTimeTest, PutsItTogether) {
  EXPECT_EQ(set("Year", Variant::int32(1999)), WBEM_S_NO_ERROR);
  EXPECT_EQ(set("Month", Variant::int32(12)), WBEM_S_NO_ERROR);
  EXPECT_EQ(set("Day", Variant::int32(31)), WBEM_S_NO_ERROR);
  EXPECT_EQ(set("Hours", Variant::int32(23)), WBEM_S_NO_ERROR);
  EXPECT_EQ(set("Minutes", Variant::int32(59)), WBEM_S_NO_ERROR);
  EXPECT_EQ(set("Seconds", Variant::utf8("58")), WBEM_S_NO_ERROR);
  EXPECT_EQ(set("Microseconds", Variant::int32(7)), WBEM_S_NO_ERROR);
  EXPECT_EQ(set("UTC", Variant::int32(-300)), WBEM_S_NO_ERROR);
  EXPECT_EQ(text("Value"), "19991231235958.000007-300");
  EXPECT_EQ(set("MinutesSpecified", Variant::boolean(false)), WBEM_S_NO_ERROR);
  EXPECT_EQ(text("Value"), "1999123123**58.000007-300");
  for (const auto& [name, value] : std::initializer_list<std::pair<const char*, int>>{{"Year", 10000},
                                                                                      {"Month", 13},
                                                                                      {"Day", 32},
                                                                                      {"Hours", 24},
                                                                                      {"Minutes", 60},
                                                                                      {"Seconds", -1},
                                                                                      {"Microseconds", 1000000},
                                                                                      {"UTC", 721}}) {
    EXPECT_EQ(set(name, Variant::int32(value)), WBEM_E_VALUE_OUT_OF_RANGE) << name;
  }
}

TEST_F(DateTimeTest, CountsIntervals) {
  EXPECT_EQ(set("IsInterval", Variant::boolean(true)), WBEM_S_NO_ERROR);
  EXPECT_EQ(set("Day", Variant::int32(999)), WBEM_S_NO_ERROR);
  EXPECT_EQ(set("Hours", Variant::int32(3)), WBEM_S_NO_ERROR);
  EXPECT_EQ(text("Value"), "00000999030000.000000:000");
  EXPECT_EQ(set("Day", Variant::int32(99'999'999)), WBEM_S_NO_ERROR);
  EXPECT_EQ(text("Value"), "99999999030000.000000:000");
  EXPECT_EQ(set("Day", Variant::int32(100'000'000)), WBEM_E_VALUE_OUT_OF_RANGE);
  EXPECT_EQ(set("Value", Variant::utf8("00000005040302.000000:000")), WBEM_S_NO_ERROR);
  EXPECT_TRUE(truth("IsInterval"));
  EXPECT_EQ(number("Day"), 5);
  EXPECT_EQ(run("GetVarDate").error().code, WBEM_E_FAILED);
  EXPECT_EQ(run("GetFileTime").error().code, WBEM_E_FAILED);
  EXPECT_EQ(run("GetFileTime").error().source, "SWbemDateTime");
}

TEST_F(DateTimeTest, ConvertsDates) {
  ASSERT_EQ(set("Value", Variant::utf8("20240701120000.000000+000")), WBEM_S_NO_ERROR);
  EXPECT_EQ(run("GetVarDate")->type(), VarType::kDate);
  EXPECT_DOUBLE_EQ(run("GetVarDate")->as_real(), 45474 + 14.0 / 24);  // summer time
  EXPECT_DOUBLE_EQ(run("GetVarDate", {Variant::boolean(false)})->as_real(), 45474.5);
  ASSERT_TRUE(run("SetVarDate", {Variant::date(45474.25)}));
  EXPECT_EQ(text("Value"), "20240701060000.000000+120");
  ASSERT_TRUE(run("SetVarDate", {Variant::date(45474.25), Variant::boolean(false)}));
  EXPECT_EQ(text("Value"), "20240701060000.000000+000");
  ASSERT_TRUE(run("SetVarDate", {Variant::date(-1.75), Variant::boolean(false)}));
  EXPECT_EQ(text("Value"), "18991229180000.000000+000");
  EXPECT_DOUBLE_EQ(run("GetVarDate", {Variant::boolean(false)})->as_real(), -1.75);
  ASSERT_TRUE(run("SetVarDate", {Variant::utf8("7/1/2024 6:00:01 PM"), Variant::boolean(false)}));
  EXPECT_EQ(text("Value"), "20240701180001.000000+000");
  EXPECT_EQ(run("SetVarDate", {Variant::utf8("soon")}).error().code, DISP_E_TYPEMISMATCH);
  EXPECT_EQ(run("SetVarDate", {Variant::date(1e9)}).error().code, WBEM_E_INVALID_SYNTAX);
}

TEST_F(DateTimeTest, ConvertsFileTimes) {
  ASSERT_TRUE(run("SetFileTime", {Variant::utf8("133000000000000000"), Variant::boolean(false)}));
  EXPECT_EQ(text("Value"), "20220618042640.000000+000");
  EXPECT_EQ(run("GetFileTime", {Variant::boolean(false)})->as_text().to_utf8(), "133000000000000000");
  EXPECT_EQ(run("GetFileTime")->as_text().to_utf8(), "133000072000000000");
  ASSERT_TRUE(run("SetFileTime", {Variant::utf8("133000072000000000")}));
  EXPECT_EQ(text("Value"), "20220618062640.000000+120");
  EXPECT_EQ(run("SetFileTime", {Variant::utf8("now")}).error().code, WBEM_E_INVALID_SYNTAX);
}

}  // namespace
}  // namespace scripting
