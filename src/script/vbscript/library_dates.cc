// The clock and the calendar: parts of dates, and dates from parts.
#include <chrono>
#include <ctime>

#include "script/vbscript/library_support.h"

namespace script::vbscript {
namespace {

struct LocalTime {
  std::tm parts{};
  double fraction = 0;  // of a second
};

LocalTime local_now() {
  const auto now = std::chrono::system_clock::now();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  LocalTime out;
  localtime_r(&seconds, &out.parts);
  out.fraction = std::chrono::duration<double>(now - std::chrono::system_clock::from_time_t(seconds)).count();
  return out;
}

double today(const LocalTime& now) { return date_value(now.parts.tm_year + 1900, now.parts.tm_mon + 1, now.parts.tm_mday).value_or(0); }
double time_of(const LocalTime& now) { return time_value(now.parts.tm_hour, now.parts.tm_min, now.parts.tm_sec); }

Outcome<Variant> now(Library&, Values) {
  const LocalTime at = local_now();
  return Variant::date(today(at) + time_of(at));
}
Outcome<Variant> date(Library&, Values) { return Variant::date(today(local_now())); }
Outcome<Variant> time(Library&, Values) { return Variant::date(time_of(local_now())); }
Outcome<Variant> timer(Library&, Values) { return Variant::single(static_cast<float>(seconds_of_day())); }

/// Year ... Second: Null gives Null.
template <int CivilTime::* Part>
Outcome<Variant> part(Library& library, Values values) {
  READ(const Variant value, plain(values[0]));
  if (value.is(VarType::kNull)) return value;
  READ(const double days, date_of(library, value));
  return int16_of(civil_time(days).*Part);
}

Outcome<Variant> weekday(Library& library, Values values) {
  READ(const Variant value, plain(values[0]));
  READ(const int first, first_day(library, values, 1, 1));
  if (value.is(VarType::kNull)) return value;
  READ(const double days, date_of(library, value));
  return int16_of((civil_time(days).day_of_week - first + 8) % 7 + 1);
}

Outcome<Variant> weekday_name(Library& library, Values values) {
  READ(const std::int32_t day, to_int32(values[0]));
  READ(const bool abbreviate, flag_or(values, 1, false));
  READ(const int first, first_day(library, values, 2, 0));
  if (day < 1 || day > 7) return raise(kInvalidCall);
  const Locale& locale = locale_of(library);
  return text_of(list_item(abbreviate ? locale.short_weekdays : locale.weekdays, (day - 1 + first - 1) % 7));
}

Outcome<Variant> month_name(Library& library, Values values) {
  READ(const std::int32_t month, to_int32(values[0]));
  READ(const bool abbreviate, flag_or(values, 1, false));
  if (month < 1 || month > 12) return raise(kInvalidCall);
  const Locale& locale = locale_of(library);
  return text_of(list_item(abbreviate ? locale.short_months : locale.months, month - 1));
}

Outcome<Variant> date_serial(Library&, Values values) {
  READ(const std::int16_t year, to_int16(values[0]));
  READ(const std::int16_t month, to_int16(values[1]));
  READ(const std::int16_t day, to_int16(values[2]));
  if (year < 0) return raise(kInvalidCall);
  const int full_year = year < 30 ? year + 2000 : year < 100 ? year + 1900 : year;
  const auto days = date_value(full_year, month, day);
  if (!days) return raise(kInvalidCall);
  return Variant::date(*days);
}

Outcome<Variant> time_serial(Library&, Values values) {
  READ(const std::int16_t hour, to_int16(values[0]));
  READ(const std::int16_t minute, to_int16(values[1]));
  READ(const std::int16_t second, to_int16(values[2]));
  const std::int64_t seconds = hour * 3600LL + minute * 60LL + second;
  return Variant::date(from_seconds(seconds));
}

Outcome<Variant> date_only(Library& library, Values values) {
  READ(const double days, date_of(library, values[0]));
  return Variant::date(std::trunc(days));
}
Outcome<Variant> time_only(Library& library, Values values) {
  READ(const double days, date_of(library, values[0]));
  const CivilTime time = civil_time(days);
  return Variant::date(time_value(time.hour, time.minute, time.second));
}

constexpr Builtin kFunctions[] = {
    {u"Now", 0, 0, now},
    {u"Date", 0, 0, date},
    {u"Time", 0, 0, time},
    {u"Timer", 0, 0, timer},
    {u"Year", 1, 1, part<&CivilTime::year>},
    {u"Month", 1, 1, part<&CivilTime::month>},
    {u"Day", 1, 1, part<&CivilTime::day>},
    {u"Hour", 1, 1, part<&CivilTime::hour>},
    {u"Minute", 1, 1, part<&CivilTime::minute>},
    {u"Second", 1, 1, part<&CivilTime::second>},
    {u"Weekday", 1, 2, weekday},
    {u"WeekdayName", 1, 3, weekday_name},
    {u"MonthName", 1, 2, month_name},
    {u"DateSerial", 3, 3, date_serial},
    {u"TimeSerial", 3, 3, time_serial},
    {u"DateValue", 1, 1, date_only},
    {u"TimeValue", 1, 1, time_only},
};

}  // namespace

double seconds_of_day() {
  const LocalTime at = local_now();
  return at.parts.tm_hour * 3600 + at.parts.tm_min * 60 + at.parts.tm_sec + at.fraction;
}

std::int64_t to_seconds(double days) {
  const double whole = std::trunc(days);
  return static_cast<std::int64_t>(whole) * 86400 + std::llround(std::fabs(days - whole) * 86400);
}

double from_seconds(std::int64_t seconds) {
  const std::int64_t day = seconds >= 0 ? seconds / 86400 : (seconds - 86399) / 86400;
  return join_date(static_cast<double>(day), static_cast<double>(seconds - day * 86400) / 86400);
}

Outcome<int> first_day(const Library& library, Values values, std::size_t i, std::int32_t otherwise) {
  READ(const std::int32_t day, int_or(values, i, otherwise));
  if (day < 0 || day > 7) return raise(kInvalidCall);
  return day == 0 ? locale_of(library).first_day_of_week + 1 : day;
}

std::span<const Builtin> date_functions() { return kFunctions; }

}  // namespace script::vbscript
