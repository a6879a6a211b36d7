#include "cim/datetime.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace cim {
namespace {

using std::chrono::microseconds;

TEST(DateTime, RoundTrips) {
  for (const char* text :
       {"19980416135809.123456+060", "19980401135809.000000-480", "19980401135809.000000+***", "****0401******.000000+***",
        "19980416******.000000+***", "**************.******+***", "20240229235959.999999+000", "00000101000000.000000+000",
        "99991231235959.999999+999", "19980416135809.12****+000", "19980416135809.******-720", "00000001120032.000000:000",
        "99999999235959.999999:000", "****0229000000.000000+000", "****01310000**.000000+000"}) {
    const auto parsed = DateTime::parse(text);
    ASSERT_TRUE(parsed.has_value()) << text << ": " << parsed.error().text();
    EXPECT_EQ(parsed->to_string(), text);
  }
  EXPECT_EQ(DateTime::parse("19980401135809.000000-***")->to_string(), "19980401135809.000000+***");
}

TEST(DateTime, TellsWhatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "25 characters, this has 0"},
      {"1998-04-16 ******:***", "25 characters"},
      {"199*0416******.000000+***", "position 4: expected four digits"},
      {"19981316000000.000000+000", "position 5: expected two digits for the month (01-12)"},
      {"19980016000000.000000+000", "position 5"},
      {"19980231000000.000000+000", "position 7: expected a day of that month (01-28)"},
      {"19000229000000.000000+000", "position 7"},
      {"****0230000000.000000+000", "position 7: expected a day of that month (01-29)"},
      {"19980401240000.000000+000", "position 9: expected two digits for the hour"},
      {"19980401006000.000000+000", "position 11"},
      {"19980401000060.000000+000", "position 13"},
      {"19980401000000,000000+000", "position 15: expected '.'"},
      {"19980401000000.00x000+000", "position 18"},
      {"19980401000000.00*000+000", "position 18"},
      {"19980401000000.000000 000", "position 22: expected '+', '-' or"},
      {"19980401000000.000000+0*0", "position 24"},
      {"00000001120032.000000:001", "position 23: expected 000"},
      {"00000001**0032.000000:000", "position 9"},
      {"********120032.000000:000", "position 1: expected eight digits"},
      {"00000001120032.0000**:000", "position 20"},
      {"1998 401000000.000000+000", "position 5"},
  };
  for (const auto& [text, expected] : cases) {
    const auto parsed = DateTime::parse(text);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_EQ(parsed.error().code(), WBEM_E_INVALID_PARAMETER);
    EXPECT_NE(parsed.error().text().find(expected), std::string::npos) << text << ": " << parsed.error().text();
  }
}

TEST(DateTime, CountsFrom1601) {
  EXPECT_EQ(DateTime::parse("16010101000000.000000+000")->utc_microseconds(), 0);
  EXPECT_EQ(DateTime::parse("16010101010000.000001+060")->utc_microseconds(), 1);
  EXPECT_EQ(DateTime::parse("16010101000000.000001+***")->utc_microseconds(), 1);
  EXPECT_LT(DateTime::parse("00000101000000.000000+000")->utc_microseconds().value(), 0);
  EXPECT_EQ(DateTime::parse("19700101000000.000000+000")->utc_microseconds(), 11'644'473'600'000'000);
  EXPECT_FALSE(DateTime::parse("****0101000000.000000+000")->utc_microseconds());
  EXPECT_FALSE(DateTime::parse("16010101000000.0000**+000")->utc_microseconds());
  EXPECT_FALSE(DateTime::parse("00000001000000.000000:000")->utc_microseconds());
}

TEST(DateTime, MakesTimesAndIntervals) {
  const std::chrono::system_clock::time_point t{std::chrono::seconds(1'000'000'000)};
  EXPECT_EQ(DateTime::from_time(t, 0).to_string(), "20010909014640.000000+000");
  EXPECT_EQ(DateTime::from_time(t, 120).to_string(), "20010909034640.000000+120");
  EXPECT_EQ(DateTime::from_time(t, -480).to_string(), "20010908174640.000000-480");
  EXPECT_EQ(DateTime::from_time(t, -480).to_time(), t);
  EXPECT_EQ(DateTime::from_time(std::chrono::system_clock::time_point{std::chrono::microseconds(-1)}, 0).to_string(),
            "19691231235959.999999+000");
  EXPECT_FALSE(DateTime::parse("99990101000000.000000+000")->to_time());
  EXPECT_FALSE(DateTime::parse("00000101000000.000000+000")->to_time());
  EXPECT_EQ(DateTime::from_interval(std::chrono::hours(36) + std::chrono::seconds(32)).to_string(), "00000001120032.000000:000");
  EXPECT_EQ(DateTime::parse("00000001120032.000000:000")->interval_length(), std::chrono::hours(36) + std::chrono::seconds(32));
  EXPECT_EQ(DateTime::from_interval(microseconds(-1)).to_string(), "00000000000000.000000:000");
  EXPECT_EQ(DateTime::from_interval(microseconds::max()).to_string(), "99999999235959.999999:000");
  EXPECT_FALSE(DateTime::from_time(t, 0).interval_length());
}

TEST(DateTime, Orders) {
  const auto order = [](const char* a, const char* b) { return compare(*DateTime::parse(a), *DateTime::parse(b)); };
  EXPECT_EQ(order("20010909034640.000000+120", "20010909014640.000000+000"), std::partial_ordering::equivalent);
  EXPECT_EQ(order("20010909034640.000000+000", "20010909034640.000001+000"), std::partial_ordering::less);
  EXPECT_EQ(order("20010909034640.000000+***", "20010909034640.000000+000"), std::partial_ordering::unordered);
  EXPECT_EQ(order("20010909034640.000001+***", "20010909034640.000000+***"), std::partial_ordering::greater);
  EXPECT_EQ(order("****0909034640.000000+000", "****0909034640.000000+000"), std::partial_ordering::unordered);
  EXPECT_EQ(order("00000001120032.000000:000", "00000002120032.000000:000"), std::partial_ordering::less);
  EXPECT_EQ(order("00000001120032.000000:000", "20010909034640.000000+000"), std::partial_ordering::unordered);
  EXPECT_EQ(order("20010909034640.000000+000", "00000001120032.000000:000"), std::partial_ordering::unordered);
}

TEST(DateTime, EveryMomentComesBack) {
  EXPECT_TRUE(rc::check("a moment and an interval survive their text", [](std::int64_t value, std::int16_t offset) {
    const microseconds span(value % 4'000'000'000'000'000);  // within about 127 years of 1970
    const std::chrono::system_clock::time_point t{span};
    const DateTime moment = DateTime::from_time(t, offset % 1000);
    RC_ASSERT(DateTime::parse(moment.to_string())->to_time() == t);
    const DateTime interval = DateTime::from_interval(microseconds(std::abs(span.count())));
    RC_ASSERT(DateTime::parse(interval.to_string())->interval_length() == microseconds(std::abs(span.count())));
  }));
}

}  // namespace
}  // namespace cim
