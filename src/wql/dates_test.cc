#include "wql/dates.h"

#include <gtest/gtest.h>

#include <utility>

#include "cim/datetime.h"

namespace wql {
namespace {

/// One hour east of UTC; today is 2024-02-29.
class FixedTime final : public LocalTime {
 public:
  std::int32_t offset_minutes(std::int64_t) const override { return 60; }
  std::chrono::year_month_day today() const override { return std::chrono::year{2024} / 2 / 29; }
};

std::string read(std::string_view text) {
  const auto moment = parse_moment(text, FixedTime());
  if (!moment) return std::string(base::hresult_name(moment.error().code()));
  if (moment->interval) return "interval " + std::to_string(moment->microseconds);
  constexpr auto kEpoch = std::chrono::sys_days(std::chrono::year{1601} / 1 / 1);
  const auto time = kEpoch + std::chrono::microseconds(moment->microseconds);
  return cim::DateTime::from_time(std::chrono::time_point_cast<std::chrono::system_clock::duration>(time), 60).to_string().substr(0, 14);
}

TEST(Dates, FormatsOfTheSdk) {
  const std::pair<const char*, const char*> cases[] = {
      {"20040121152300.000000+060", "20040121152300"},
      {"January 21, 1932", "19320121000000"},
      {"January 21, 32", "19320121000000"},
      {"Jan 21 1932", "19320121000000"},
      {"Jan 21 32", "19320121000000"},
      {"Jan 21 04", "20040121000000"},
      {"January 1932", "19320101000000"},
      {"Jan, 1932", "19320101000000"},
      {"January 1932 21", "19320121000000"},
      {"Jan 32 21", "19320121000000"},
      {"21 January, 1932", "19320121000000"},
      {"21 Jan32", "19320121000000"},
      {"21 1932 January", "19320121000000"},
      {"1932 January 21", "19320121000000"},
      {"1932 Jan", "19320101000000"},
      {"1932 21 January", "19320121000000"},
      {"1/21/1932", "19320121000000"},
      {"01-21-32", "19320121000000"},
      {"21.1.1932", "19320121000000"},
      {"1/2004/21", "20040121000000"},
      {"21/2004/1", "20040121000000"},
      {"2004-21-01", "20040121000000"},
      {"2004-01-21", "20040121000000"},
      {"20040121", "20040121000000"},
      {"040121", "20040121000000"},
      {"200401", "20040101000000"},
      {"2004", "20040101000000"},
      {"4 PM", "20240229160000"},
      {"3:23", "20240229032300"},
      {"3:23 AM", "20240229032300"},
      {"3:23:00PM", "20240229152300"},
      {"12:00 AM", "20240229000000"},
      {"3:23:45:120", "20240229022345"},
      {"3:23:45:0 PM", "20240229162345"},
      {"Jan 21, 2004 3:23:45 PM", "20040121152345"},
      {"2004-01-21 15:23", "20040121152300"},
      {"00000001120032.000000:000", "interval 129632000000"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(read(text), expected) << text;
}

TEST(Dates, CimText) {
  for (const char* text :
       {"00000001120032.000005:000", "16010101000000.000000+000", "20040229235959.999999+000", "99991231235959.999999+000"}) {
    EXPECT_EQ(to_cim_text(*parse_moment(text)), text);
  }
}

TEST(Dates, Refused) {
  for (const char* text : {"", " ", "soon", "13/13/2004", "2004-02-30", "1/2-2004", "25:00", "13 PM", "1:2:3:4:5", "Jan", "32 Jan 1999",
                           "99999999", "123456789012345", "20040121******.000000+000", "1,2", "January 21, 1932, ", "3:60"}) {
    EXPECT_EQ(read(text), "WBEM_E_INVALID_QUERY") << text;
  }
}

TEST(Dates, SystemZone) { EXPECT_TRUE(parse_moment("2004-01-21 15:23").has_value()); }

}  // namespace
}  // namespace wql
