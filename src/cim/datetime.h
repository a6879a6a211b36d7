// CIM_DATETIME: 25 characters, a moment with an offset or an interval; fields of a moment possibly asterisks. All is thread-safe.
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
  std::int32_t microsecond = -1;               // -1 all asterisks
  std::int32_t microsecond_digits = 6;         // leading digits given; the rest are asterisks
  std::optional<std::int32_t> offset_minutes;  // -999..999; nullopt: *** (no time zone)

  /// Errors: WBEM_E_INVALID_PARAMETER with the place (from 1) and what was expected: also impossible dates, wildcards inside a field
  /// (but the last digits of the microseconds may be asterisks, as the CIM specification has it), wildcards in an interval.
  static base::Result<DateTime> parse(std::string_view text);
  static DateTime from_time(std::chrono::system_clock::time_point t, std::int32_t offset_minutes);
  /// Negative: none at all; over 99,999,999 days: the longest there is.
  static DateTime from_interval(std::chrono::microseconds duration);
  /// Always 25 characters; parse(to_string()) gives the same again. `-***` and `-000` become `+***` and `+000`.
  std::string to_string() const;

  /// Any field of date or time that is asterisks, in part or whole; the offset does not count.
  bool has_wildcards() const;
  /// Microseconds since 1601-01-01 UTC, negative before (offset *** read as 0); nullopt with wildcards or for intervals.
  std::optional<std::int64_t> utc_microseconds() const;
  /// nullopt for a moment.
  std::optional<std::chrono::microseconds> interval_length() const;
  /// nullopt also for a moment that the clock cannot express (about the years 1678 to 2261).
  std::optional<std::chrono::system_clock::time_point> to_time() const;
};

/// Order in time. Unordered when either has wildcards, when one is an interval and the other not, or one has a time zone and the other not.
std::partial_ordering compare(const DateTime& a, const DateTime& b);

}  // namespace cim
