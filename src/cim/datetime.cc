#include "cim/datetime.h"

#include <fmt/format.h>

#include <algorithm>

namespace cim {
namespace {

using std::chrono::microseconds;

constexpr std::size_t kLength = 25;
constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kDay = 24 * 60 * kMinute;
constexpr std::int32_t kMaxIntervalDays = 99'999'999;
constexpr std::int32_t kMaxOffset = 999;
constexpr std::chrono::sys_days kFileTimeEpoch = std::chrono::year{1601} / std::chrono::January / 1;

std::unexpected<base::Status> bad(std::size_t position, std::string_view expected) {
  return base::fail(WBEM_E_INVALID_PARAMETER, fmt::format("datetime, position {}: expected {}", position + 1, expected));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct Field {
  std::size_t position;
  std::size_t width;
  std::int32_t least;
  std::int32_t most;
  std::string_view expected;
};

/// -1 for a field of asterisks.
base::Result<std::int32_t> read_field(std::string_view text, const Field& field, bool wildcards) {
  const std::string_view part = text.substr(field.position, field.width);
  if (wildcards && part.find_first_not_of('*') == std::string_view::npos) return -1;
  std::int32_t value = 0;
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (!is_digit(part[i])) return bad(field.position + i, field.expected);
    value = value * 10 + (part[i] - '0');
  }
  if (value < field.least || value > field.most) return bad(field.position, field.expected);
  return value;
}

base::Status read_microseconds(std::string_view text, DateTime& out) {
  std::string_view part = text.substr(15, 6);
  const std::size_t digits = std::min(part.find('*'), part.size());
  if (digits != part.size() && (out.interval || part.find_first_not_of('*', digits) != std::string_view::npos)) {
    return bad(15 + digits, "six digits for the microseconds (000000-999999)").error();
  }
  if (digits == 0) return {};  // stays -1
  const Field field{15, digits, 0, 999'999, "digits for the microseconds (000000-999999)"};
  TRY_ASSIGN(out.microsecond, read_field(text, field, false));
  for (std::size_t i = digits; i < part.size(); ++i) out.microsecond *= 10;
  out.microsecond_digits = static_cast<std::int32_t>(digits);
  return {};
}

base::Status read_time_of_day(std::string_view text, DateTime& out) {
  const bool wildcards = !out.interval;
  TRY_ASSIGN(out.hour, read_field(text, {8, 2, 0, 23, "two digits for the hour (00-23)"}, wildcards));
  TRY_ASSIGN(out.minute, read_field(text, {10, 2, 0, 59, "two digits for the minute (00-59)"}, wildcards));
  TRY_ASSIGN(out.second, read_field(text, {12, 2, 0, 59, "two digits for the second (00-59)"}, wildcards));
  if (text[14] != '.') return bad(14, "'.'").error();
  return read_microseconds(text, out);
}

base::Status read_date(std::string_view text, DateTime& out) {
  TRY_ASSIGN(out.year, read_field(text, {0, 4, 0, 9999, "four digits or four asterisks for the year"}, true));
  TRY_ASSIGN(out.month, read_field(text, {4, 2, 1, 12, "two digits for the month (01-12)"}, true));
  TRY_ASSIGN(out.day, read_field(text, {6, 2, 1, 31, "two digits for the day (01-31)"}, true));
  if (out.day < 0 || out.month < 0) return {};
  // A year left open may be a leap year.
  const std::chrono::year year{out.year < 0 ? 2000 : out.year};
  const auto last =
      std::chrono::year_month_day_last{year, std::chrono::month_day_last{std::chrono::month(static_cast<unsigned>(out.month))}};
  const auto days = static_cast<unsigned>(last.day());
  if (static_cast<unsigned>(out.day) > days) return bad(6, fmt::format("a day of that month (01-{:02})", days)).error();
  return {};
}

base::Status read_offset(std::string_view text, DateTime& out) {
  TRY_ASSIGN(const std::int32_t minutes, read_field(text, {22, 3, 0, kMaxOffset, "three digits or *** for the offset in minutes"}, true));
  if (minutes >= 0) out.offset_minutes = text[21] == '-' ? -minutes : minutes;
  return {};
}

std::string padded(std::int32_t value, int width) {
  return value < 0 ? std::string(static_cast<std::size_t>(width), '*') : fmt::format("{:0{}}", value, width);
}

std::int64_t time_of_day(const DateTime& t) { return ((t.hour * 60LL + t.minute) * 60 + t.second) * kSecond + t.microsecond; }

void set_time_of_day(DateTime& t, std::int64_t value) {
  t.microsecond = static_cast<std::int32_t>(value % kSecond);
  t.second = static_cast<std::int32_t>(value / kSecond % 60);
  t.minute = static_cast<std::int32_t>(value / kMinute % 60);
  t.hour = static_cast<std::int32_t>(value / kMinute / 60);
}

}  // namespace

base::Result<DateTime> DateTime::parse(std::string_view text) {
  if (text.size() != kLength) {
    return base::fail(
        WBEM_E_INVALID_PARAMETER,
        fmt::format("a datetime has 25 characters, this has {}: expected yyyymmddHHMMSS.mmmmmm+UUU or ddddddddHHMMSS.mmmmmm:000",
                    text.size()));
  }
  DateTime out;
  out.interval = text[21] == ':';
  if (out.interval) {
    TRY_ASSIGN(out.day, read_field(text, {0, 8, 0, kMaxIntervalDays, "eight digits for the days"}, false));
    if (text.substr(22) != "000") return bad(22, "000 at the end of an interval");
  } else {
    if (text[21] != '+' && text[21] != '-') return bad(21, "'+', '-' or, for an interval, ':'");
    TRY(read_date(text, out));
    TRY(read_offset(text, out));
  }
  TRY(read_time_of_day(text, out));
  return out;
}

DateTime DateTime::from_time(std::chrono::system_clock::time_point t, std::int32_t offset_minutes) {
  offset_minutes = std::clamp(offset_minutes, -kMaxOffset, kMaxOffset);
  const auto local = std::chrono::floor<microseconds>(t) + std::chrono::minutes(offset_minutes);
  const auto days = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day date{days};
  DateTime out;
  out.year = static_cast<int>(date.year());
  out.month = static_cast<std::int32_t>(static_cast<unsigned>(date.month()));
  out.day = static_cast<std::int32_t>(static_cast<unsigned>(date.day()));
  set_time_of_day(out, (local - days).count());
  out.offset_minutes = offset_minutes;
  return out;
}

DateTime DateTime::from_interval(microseconds duration) {
  const std::int64_t total = std::clamp<std::int64_t>(duration.count(), 0, (kMaxIntervalDays + 1LL) * kDay - 1);
  DateTime out;
  out.interval = true;
  out.day = static_cast<std::int32_t>(total / kDay);
  set_time_of_day(out, total % kDay);
  return out;
}

std::string DateTime::to_string() const {
  std::string out = interval ? padded(day, 8) : padded(year, 4) + padded(month, 2) + padded(day, 2);
  out += padded(hour, 2) + padded(minute, 2) + padded(second, 2) + '.';
  std::string fraction = padded(microsecond, 6);
  for (std::int32_t i = microsecond_digits; i < 6; ++i) fraction[static_cast<std::size_t>(i)] = '*';
  out += fraction;
  if (interval) return out + ":000";
  if (!offset_minutes) return out + "+***";
  return out + fmt::format("{}{:03}", *offset_minutes < 0 ? '-' : '+', std::abs(*offset_minutes));
}

bool DateTime::has_wildcards() const {
  if (day < 0 || hour < 0 || minute < 0 || second < 0 || microsecond < 0 || microsecond_digits < 6) return true;
  return !interval && (year < 0 || month < 0);
}

std::optional<std::int64_t> DateTime::utc_microseconds() const {
  if (interval || has_wildcards()) return std::nullopt;
  const std::chrono::sys_days date =
      std::chrono::year{year} / std::chrono::month(static_cast<unsigned>(month)) / std::chrono::day(static_cast<unsigned>(day));
  const std::int64_t days = (date - kFileTimeEpoch).count();
  return days * kDay + time_of_day(*this) - offset_minutes.value_or(0) * kMinute;
}

std::optional<microseconds> DateTime::interval_length() const {
  if (!interval || has_wildcards()) return std::nullopt;
  return microseconds(day * kDay + time_of_day(*this));
}

std::optional<std::chrono::system_clock::time_point> DateTime::to_time() const {
  const auto since_1601 = utc_microseconds();
  if (!since_1601) return std::nullopt;
  const auto since_1970 = kFileTimeEpoch.time_since_epoch() + microseconds(*since_1601);
  using Clock = std::chrono::system_clock;
  if (since_1970 < std::chrono::ceil<microseconds>(Clock::duration::min()) ||
      since_1970 > std::chrono::floor<microseconds>(Clock::duration::max())) {
    return std::nullopt;
  }
  return Clock::time_point(std::chrono::duration_cast<Clock::duration>(since_1970));
}

std::partial_ordering compare(const DateTime& a, const DateTime& b) {
  if (const auto left = a.interval_length()) {
    const auto right = b.interval_length();
    return right ? *left <=> *right : std::partial_ordering::unordered;
  }
  const auto left = a.utc_microseconds();
  const auto right = b.utc_microseconds();
  if (!left || !right || a.offset_minutes.has_value() != b.offset_minutes.has_value()) return std::partial_ordering::unordered;
  return *left <=> *right;
}

}  // namespace cim
