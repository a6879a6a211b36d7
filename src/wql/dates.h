// Date and time constants in WHERE: CIM_DATETIME and the formats of the SDK's pages "WQL-Supported Date Formats" and "... Time Formats".
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"

namespace wql {

/// A constant as a property of type datetime is compared with it.
struct Moment {
  bool interval = false;
  std::int64_t microseconds = 0;  // since 1601-01-01 UTC, or the interval's length
};

/// The place where a text without a zone is read.
class LocalTime {
 public:
  virtual ~LocalTime() = default;
  /// Minutes east of UTC at a local time given in seconds since 1970.
  virtual std::int32_t offset_minutes(std::int64_t local_seconds) const = 0;
  /// The local date, for a time without one.
  virtual std::chrono::year_month_day today() const = 0;
};
/// This process's time zone and clock. Thread-safe.
const LocalTime& system_local_time();

/// Numbers alone are read month first, then day first where that cannot be; two-digit years are 1930-2029. A time without date is of
/// today, a date without time its midnight, a month without day its first. Errors: WBEM_E_INVALID_QUERY with the formats; wildcards are
/// refused.
base::Result<Moment> parse_moment(std::string_view text, const LocalTime& local = system_local_time());

/// The same in CIM_DATETIME form, with offset +000 or as an interval.
std::string to_cim_text(const Moment& moment);

}  // namespace wql
