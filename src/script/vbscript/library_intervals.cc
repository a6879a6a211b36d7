// DateAdd, DateDiff, DatePart.
#include <optional>

#include "script/vbscript/library_support.h"

namespace script::vbscript {
namespace {

enum class Interval : std::uint8_t { kYear, kQuarter, kMonth, kDayOfYear, kDay, kWeekday, kWeek, kHour, kMinute, kSecond };

Outcome<Interval> interval_of(const Variant& value) {
  static constexpr std::u16string_view kNames[] = {u"yyyy", u"q", u"m", u"y", u"d", u"w", u"ww", u"h", u"n", u"s"};
  READ(const Text text, to_text(value));
  for (std::size_t i = 0; i < std::size(kNames); ++i) {
    if (compare_texts(text.view(), kNames[i], true) == 0) return static_cast<Interval>(i);
  }
  return raise(kInvalidCall);
}

std::int64_t floor_div(std::int64_t value, std::int64_t by) { return value >= 0 ? value / by : (value - by + 1) / by; }

/// The same day of another month, or its last day when it has none of that number.
std::optional<double> add_months(double days, std::int64_t months) {
  const CivilTime time = civil_time(days);
  const std::int64_t total = time.year * 12LL + time.month - 1 + months;
  if (total < 0 || total > 120'000) return std::nullopt;
  const int year = static_cast<int>(total / 12);
  const int month = static_cast<int>(total % 12) + 1;
  const auto first = date_value(year, month, 1);
  if (!first) return std::nullopt;
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  const int last = month == 2 && leap ? 29 : kDays[month - 1];
  return join_date(*first + std::min(time.day, last) - 1, time_value(time.hour, time.minute, time.second));
}

std::optional<double> add(Interval interval, std::int64_t count, double days) {
  switch (interval) {
    case Interval::kYear: return add_months(days, count * 12);
    case Interval::kQuarter: return add_months(days, count * 3);
    case Interval::kMonth: return add_months(days, count);
    default: break;
  }
  std::int64_t unit = 86400;
  if (interval == Interval::kWeek) unit *= 7;
  if (interval == Interval::kHour) unit = 3600;
  if (interval == Interval::kMinute) unit = 60;
  if (interval == Interval::kSecond) unit = 1;
  return from_seconds(to_seconds(days) + count * unit);
}

Outcome<Variant> date_add(Library& library, Values values) {
  READ(const Interval interval, interval_of(values[0]));
  READ(const std::int32_t count, to_int32(values[1]));
  READ(const Variant value, plain(values[2]));
  if (value.is(VarType::kNull)) return value;
  READ(const double days, date_of(library, value));
  const auto sum = add(interval, count, days);
  if (!sum || *sum <= -657435.0 || *sum >= 2958466.0) return raise(kInvalidCall);
  return Variant::date(*sum);
}

std::int64_t day_number(double days) { return floor_div(to_seconds(days), 86400); }

std::int64_t difference(Interval interval, double from, double to, int first) {
  const CivilTime a = civil_time(from);
  const CivilTime b = civil_time(to);
  const std::int64_t days = day_number(to) - day_number(from);
  const auto units = [&](std::int64_t seconds) { return floor_div(to_seconds(to), seconds) - floor_div(to_seconds(from), seconds); };
  switch (interval) {
    case Interval::kYear: return b.year - a.year;
    case Interval::kQuarter: return (b.year - a.year) * 4LL + (b.month - 1) / 3 - (a.month - 1) / 3;
    case Interval::kMonth: return (b.year - a.year) * 12LL + b.month - a.month;
    case Interval::kDayOfYear:
    case Interval::kDay: return days;
    case Interval::kWeekday: return days / 7;
    case Interval::kWeek: {
      const auto week = [&](double of) { return floor_div(day_number(of) - 1 - (first - 1), 7); };  // day 1 was a Sunday
      return week(to) - week(from);
    }
    case Interval::kHour: return units(3600);
    case Interval::kMinute: return units(60);
    case Interval::kSecond: return units(1);
  }
  return 0;
}

/// The argument that says which week is a year's first.
Outcome<int> first_week(const Library& library, Values values, std::size_t i) {
  READ(const std::int32_t week, int_or(values, i, 1));
  if (week < 0 || week > 3) return raise(kInvalidCall);
  if (week == 0) return locale_of(library).lcid == 1033 ? 1 : 2;
  return week;
}

Outcome<Variant> date_diff(Library& library, Values values) {
  READ(const Interval interval, interval_of(values[0]));
  READ(const Variant from, plain(values[1]));
  READ(const Variant to, plain(values[2]));
  READ(const int first, first_day(library, values, 3, 1));
  READ([[maybe_unused]] const int week, first_week(library, values, 4));
  if (from.is(VarType::kNull) || to.is(VarType::kNull)) return Variant::null();
  READ(const double a, date_of(library, from));
  READ(const double b, date_of(library, to));
  const std::int64_t result = difference(interval, a, b, first);
  if (result < INT32_MIN || result > INT32_MAX) return raise(kOverflow);
  return int32_of(result);
}

/// The day on which week 1 of a year begins.
std::int64_t start_of_weeks(int year, int first, int rule) {
  const double january = date_value(year, 1, 1).value_or(-657434.0);
  const int behind = (civil_time(january).day_of_week - (first - 1) + 7) % 7;  // days of that week in the old year
  const auto start = static_cast<std::int64_t>(january) - behind;
  const int in_year = 7 - behind;
  const bool counts = rule == 1 || (rule == 2 && in_year >= 4) || (rule == 3 && in_year == 7);
  return counts ? start : start + 7;
}

int week_of(double days, int first, int rule) {
  const CivilTime time = civil_time(days);
  const std::int64_t day = day_number(days);
  std::int64_t start = start_of_weeks(time.year, first, rule);
  if (day < start) {
    start = start_of_weeks(time.year - 1, first, rule);
  } else if (rule == 2 && time.year < 9999 && day >= start_of_weeks(time.year + 1, first, rule)) {
    return 1;
  }
  return static_cast<int>((day - start) / 7 + 1);
}

Outcome<Variant> date_part(Library& library, Values values) {
  READ(const Interval interval, interval_of(values[0]));
  READ(const Variant value, plain(values[1]));
  READ(const int first, first_day(library, values, 2, 1));
  READ(const int rule, first_week(library, values, 3));
  if (value.is(VarType::kNull)) return value;
  READ(const double days, date_of(library, value));
  const CivilTime time = civil_time(days);
  switch (interval) {
    case Interval::kYear: return int16_of(time.year);
    case Interval::kQuarter: return int16_of((time.month - 1) / 3 + 1);
    case Interval::kMonth: return int16_of(time.month);
    case Interval::kDayOfYear: return int16_of(day_number(days) - static_cast<std::int64_t>(date_value(time.year, 1, 1).value_or(0)) + 1);
    case Interval::kDay: return int16_of(time.day);
    case Interval::kWeekday: return int16_of((time.day_of_week - first + 8) % 7 + 1);
    case Interval::kWeek: return int16_of(week_of(days, first, rule));
    case Interval::kHour: return int16_of(time.hour);
    case Interval::kMinute: return int16_of(time.minute);
    case Interval::kSecond: return int16_of(time.second);
  }
  return raise(kInvalidCall);
}

constexpr Builtin kFunctions[] = {
    {u"DateAdd", 3, 3, date_add},
    {u"DateDiff", 3, 5, date_diff},
    {u"DatePart", 2, 4, date_part},
};

}  // namespace

std::span<const Builtin> interval_functions() { return kFunctions; }

}  // namespace script::vbscript
