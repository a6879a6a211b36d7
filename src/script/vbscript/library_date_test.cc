// Dates: parts, sums, differences, forms.
#include <cmath>

#include "script/vbscript/library_testing.h"

namespace script::vbscript::testing {
namespace {

using DateFunctions = LibraryTest;

TEST_F(DateFunctions, Parts) {
  const Value moment = date("2/29/2004 1:02:03 PM");
  EXPECT_EQ(say("Year", {moment}), "Integer 2004");
  EXPECT_EQ(say("Month", {moment}), "Integer 2");
  EXPECT_EQ(say("Day", {moment}), "Integer 29");
  EXPECT_EQ(say("Hour", {moment}), "Integer 13");
  EXPECT_EQ(say("Minute", {moment}), "Integer 2");
  EXPECT_EQ(say("Second", {moment}), "Integer 3");
  EXPECT_EQ(say("Year", {"January 5, 1999"}), "Integer 1999");
  EXPECT_EQ(say("Year", {kNull}), "Null");
  EXPECT_EQ(say("Year", {"x"}), "error 13");
  EXPECT_EQ(say("Weekday", {moment}), "Integer 1");
  EXPECT_EQ(say("Weekday", {moment, 2}), "Integer 7");
  EXPECT_EQ(say("Weekday", {moment, 0}), "Integer 1");
  EXPECT_EQ(say("Weekday", {moment, 8}), "error 5");
  EXPECT_EQ(say("Year", {0}), "Integer 1899");
  EXPECT_EQ(say("Hour", {-0.25}), "Integer 6");
}

TEST_F(DateFunctions, Names) {
  EXPECT_EQ(say("MonthName", {2}), "String February");
  EXPECT_EQ(say("MonthName", {2, true}), "String Feb");
  EXPECT_EQ(say("MonthName", {13}), "error 5");
  EXPECT_EQ(say("WeekdayName", {1}), "String Sunday");
  EXPECT_EQ(say("WeekdayName", {1, true, 2}), "String Mon");
  EXPECT_EQ(say("WeekdayName", {7, false, 2}), "String Sunday");
  EXPECT_EQ(say("WeekdayName", {0}), "error 5");
}

TEST_F(DateFunctions, Serials) {
  EXPECT_EQ(say("DateSerial", {2000, 2, 30}), "Date 3/1/2000");
  EXPECT_EQ(say("DateSerial", {2000, 13, 1}), "Date 1/1/2001");
  EXPECT_EQ(say("DateSerial", {2000, 1, 0}), "Date 12/31/1999");
  EXPECT_EQ(say("DateSerial", {2000, 0, 1}), "Date 12/1/1999");
  EXPECT_EQ(say("DateSerial", {29, 1, 1}), "Date 1/1/2029");
  EXPECT_EQ(say("DateSerial", {30, 1, 1}), "Date 1/1/1930");
  EXPECT_EQ(say("DateSerial", {10000, 1, 1}), "error 5");
  EXPECT_EQ(say("DateSerial", {70000, 1, 1}), "error 6");
  EXPECT_EQ(say("TimeSerial", {13, 4, 5}), "Date 1:04:05 PM");
  EXPECT_EQ(say("TimeSerial", {12, 0, -1}), "Date 11:59:59 AM");
  EXPECT_EQ(say("TimeSerial", {25, 0, 0}), "Date 12/31/1899 1:00:00 AM");
  EXPECT_EQ(say("DateValue", {"3/4/2005 10:00"}), "Date 3/4/2005");
  EXPECT_EQ(say("DateValue", {"4 March 2005"}), "Date 3/4/2005");
  EXPECT_EQ(say("TimeValue", {"3/4/2005 4:35:17 PM"}), "Date 4:35:17 PM");
  EXPECT_EQ(say("TimeValue", {"x"}), "error 13");
}

TEST_F(DateFunctions, Add) {
  EXPECT_EQ(say("DateAdd", {"m", 1, date("1/31/2001")}), "Date 2/28/2001");
  EXPECT_EQ(say("DateAdd", {"M", 1, date("1/31/2004")}), "Date 2/29/2004");
  EXPECT_EQ(say("DateAdd", {"m", -1, date("3/31/2001")}), "Date 2/28/2001");
  EXPECT_EQ(say("DateAdd", {"yyyy", 1, date("2/29/2004")}), "Date 2/28/2005");
  EXPECT_EQ(say("DateAdd", {"q", 1, date("11/30/2003")}), "Date 2/29/2004");
  EXPECT_EQ(say("DateAdd", {"d", 1, date("12/31/1999")}), "Date 1/1/2000");
  EXPECT_EQ(say("DateAdd", {"y", 1, "12/31/1999"}), "Date 1/1/2000");
  EXPECT_EQ(say("DateAdd", {"w", 1, "12/31/1999"}), "Date 1/1/2000");
  EXPECT_EQ(say("DateAdd", {"ww", 1, "12/31/1999"}), "Date 1/7/2000");
  EXPECT_EQ(say("DateAdd", {"h", 25, "1/1/2000"}), "Date 1/2/2000 1:00:00 AM");
  EXPECT_EQ(say("DateAdd", {"n", -1, "1/1/2000"}), "Date 12/31/1999 11:59:00 PM");
  EXPECT_EQ(say("DateAdd", {"s", 86399, "1/1/2000"}), "Date 1/1/2000 11:59:59 PM");
  EXPECT_EQ(say("DateAdd", {"d", -40000, "1/1/2000 6:00"}), "Date 6/26/1890 6:00:00 AM");
  EXPECT_EQ(say("DateAdd", {"x", 1, "1/1/2000"}), "error 5");
  EXPECT_EQ(say("DateAdd", {"yyyy", 9000, "1/1/2000"}), "error 5");
  EXPECT_EQ(say("DateAdd", {"d", 9000000, "1/1/2000"}), "error 5");
  EXPECT_EQ(say("DateAdd", {"d", 1, kNull}), "Null");
  EXPECT_EQ(say("DateAdd", {"d", kNull, "1/1/2000"}), "error 94");
  EXPECT_EQ(say("DateAdd", {"d", 1.5, "1/1/2000"}), "Date 1/3/2000");
}

TEST_F(DateFunctions, Difference) {
  EXPECT_EQ(say("DateDiff", {"d", "1/1/2000", "3/1/2000"}), "Long 60");
  EXPECT_EQ(say("DateDiff", {"d", "1/1/2000 23:00", "1/2/2000 1:00"}), "Long 1");
  EXPECT_EQ(say("DateDiff", {"yyyy", "12/31/1999", "1/1/2000"}), "Long 1");
  EXPECT_EQ(say("DateDiff", {"q", "12/31/1999", "1/1/2000"}), "Long 1");
  EXPECT_EQ(say("DateDiff", {"m", "1/31/2000", "12/1/1999"}), "Long -1");
  EXPECT_EQ(say("DateDiff", {"h", "10:59", "11:00"}), "Long 1");
  EXPECT_EQ(say("DateDiff", {"n", "10:00", "12:30"}), "Long 150");
  EXPECT_EQ(say("DateDiff", {"s", "1/1/1970", "1/1/2000"}), "Long 946684800");
  EXPECT_EQ(say("DateDiff", {"s", "1/1/1900", "1/1/2000"}), "error 6");
  EXPECT_EQ(say("DateDiff", {"w", "1/1/2000", "1/14/2000"}), "Long 1");
  EXPECT_EQ(say("DateDiff", {"ww", "1/1/2000", "1/2/2000"}), "Long 1");
  EXPECT_EQ(say("DateDiff", {"ww", "1/1/2000", "1/2/2000", 2}), "Long 0");
  EXPECT_EQ(say("DateDiff", {"ww", "1/2/2000", "1/1/2000"}), "Long -1");
  EXPECT_EQ(say("DateDiff", {"d", kNull, "1/1/2000"}), "Null");
}

TEST_F(DateFunctions, DatePart) {
  EXPECT_EQ(say("DatePart", {"yyyy", "3/4/2005"}), "Integer 2005");
  EXPECT_EQ(say("DatePart", {"q", "3/31/2005"}), "Integer 1");
  EXPECT_EQ(say("DatePart", {"q", "4/1/2005"}), "Integer 2");
  EXPECT_EQ(say("DatePart", {"y", "12/31/2004"}), "Integer 366");
  EXPECT_EQ(say("DatePart", {"w", "1/1/2005"}), "Integer 7");
  EXPECT_EQ(say("DatePart", {"w", "1/1/2005", 7}), "Integer 1");
  EXPECT_EQ(say("DatePart", {"ww", "1/1/2005"}), "Integer 1");
  EXPECT_EQ(say("DatePart", {"ww", "1/2/2005"}), "Integer 2");
  EXPECT_EQ(say("DatePart", {"ww", "12/31/2004"}), "Integer 53");
  EXPECT_EQ(say("DatePart", {"ww", "1/1/2005", 2, 2}), "Integer 53");
  EXPECT_EQ(say("DatePart", {"ww", "1/3/2005", 2, 2}), "Integer 1");
  EXPECT_EQ(say("DatePart", {"ww", "1/1/2005", 1, 3}), "Integer 52");
  EXPECT_EQ(say("DatePart", {"ww", "1/2/2005", 1, 3}), "Integer 1");
  EXPECT_EQ(say("DatePart", {"n", "10:20:30"}), "Integer 20");
  EXPECT_EQ(say("DatePart", {"d", kNull}), "Null");
  EXPECT_EQ(say("DatePart", {"ww", "1/2/2005", 1, 4}), "error 5");
}

TEST_F(DateFunctions, Forms) {
  const Value moment = date("3/31/2000 4:05:06 PM");
  EXPECT_EQ(say("FormatDateTime", {moment}), "String 3/31/2000 4:05:06 PM");
  EXPECT_EQ(say("FormatDateTime", {moment, 1}), "String Friday, March 31, 2000");
  EXPECT_EQ(say("FormatDateTime", {moment, 2}), "String 3/31/2000");
  EXPECT_EQ(say("FormatDateTime", {moment, 3}), "String 4:05:06 PM");
  EXPECT_EQ(say("FormatDateTime", {moment, 4}), "String 16:05");
  EXPECT_EQ(say("FormatDateTime", {moment, 5}), "error 5");
  EXPECT_EQ(say("FormatDateTime", {date("10:00")}), "String 10:00:00 AM");
  library.locale = "de-DE";
  EXPECT_EQ(say("FormatDateTime", {moment, 1}), "String Freitag, 31. M\xC3\xA4rz 2000");
  EXPECT_EQ(say("FormatDateTime", {moment, 2}), "String 31.03.2000");
  EXPECT_EQ(say("MonthName", {3}), "String M\xC3\xA4rz");
  EXPECT_EQ(say("WeekdayName", {1}), "String Montag");
}

TEST_F(DateFunctions, Clock) {
  const double day = call("Date", {})->as_real();
  const double now = call("Now", {})->as_real();
  EXPECT_EQ(day, std::trunc(day));
  EXPECT_LE(day, now);
  EXPECT_LT(now - day, 1.01);
  EXPECT_LT(call("Time", {})->as_real(), 1);
  EXPECT_LE(call("Timer", {})->as_single(), 86400.0F);
}

}  // namespace
}  // namespace script::vbscript::testing
