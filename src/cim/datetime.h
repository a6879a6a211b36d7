// CIM_DATETIME: 25 characters, a moment with an offset or an interval, fields possibly asterisks.
#pragma once

#include <chrono>
#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "base/status.h"

namespace cim {

/// yyyymmddHHMMSS.mmmmmmsUUU or ddddddddHHMMSS.mmmmmm:000. A field of asterisks is -1.
struct DateTime {
  bool interval = false;
  std::int32_t year = -1, month = -1, day = -1;  // of an interval: `day` counts days, year and month are -1
  std::int32_t hour = -1, minute = -1, second = -1;
  std::int32_t microsecond = -1;  // -1 all asterisks
  std::int32_t microsecond_digits = 6;  // leading digits given; the rest are asterisks
  std::optional<std::int32_t> offset_minutes;  // nullopt: ***

  /// Errors: WBEM_E_INVALID_PARAMETER with the place and what was expected (also impossible dates, wildcards inside a field).
  static base::Result<DateTime> parse(std::string_view text);
  static DateTime from_time(std::chrono::system_clock::time_point t, std::int32_t offset_minutes);
  static DateTime from_interval(std::chrono::microseconds duration);
  std::string to_string() const;

  bool has_wildcards() const;
  /// Microseconds since 1601-01-01 UTC (offset *** read as 0); nullopt with wildcards or for intervals.
  std::optional<std::int64_t> utc_microseconds() const;
  std::optional<std::chrono::microseconds> interval_length() const;
  std::optional<std::chrono::system_clock::time_point> to_time() const;
};

/// Order of two texts as datetimes; unordered when either has wildcards or they are of different kinds.
std::partial_ordering compare(const DateTime& a, const DateTime& b);

}  // namespace cim
