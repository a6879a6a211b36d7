// What texts of numbers and dates look like in a locale, as Windows' defaults have it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "script/vbscript/conversions.h"

namespace script::vbscript {

/// Immutable; lives as long as the program.
struct Locale {
  enum class Order : std::uint8_t { kMonthDayYear, kDayMonthYear, kYearMonthDay };
  std::string_view name;  // "en-US"
  std::int32_t lcid;
  std::u16string_view decimal, group;
  std::u16string_view currency;      // "$"
  std::u16string_view positive;      // "¤n": ¤ stands for the currency, n for the number
  std::u16string_view negative;      // "(¤n)"
  std::u16string_view short_date;    // d dd ddd dddd M MM MMM MMMM yy yyyy, 'text'
  std::u16string_view long_date;     // the same
  std::u16string_view long_time;     // h hh H HH mm ss tt
  Order order;                       // of dates in figures
  int first_day_of_week;             // 0: Sunday
  std::u16string_view months;        // twelve names with commas
  std::u16string_view short_months;  // the same, shortened
  std::u16string_view weekdays;      // seven, Sunday first
  std::u16string_view short_weekdays;
};

/// By name without case ("de-DE", "de", "en_GB", "de_DE.UTF-8") or LCID. Null for others.
const Locale* find_locale(std::string_view name);
const Locale* find_locale(std::int32_t lcid);
/// The same, en-US for others.
const Locale& locale_or_default(std::string_view name);
std::span<const Locale> all_locales();

/// The item at `index` (from 0) of a list with commas.
std::u16string_view list_item(std::u16string_view list, int index);

/// A date by a pattern of Locale.
std::u16string format_pattern(std::u16string_view pattern, const CivilTime& time, const Locale& locale);
/// CStr of a date: date and time, without the part that is zero.
std::u16string general_date(double days, const Locale& locale);
/// CStr of a number written as en-US has it: only the decimal point changes.
std::u16string localize_number(std::string_view english, const Locale& locale);

/// What CDbl reads in the locale; nullopt: no number.
std::optional<double> parse_number(std::u16string_view text, const Locale& locale);
/// What CDate reads in the locale: its order of day and month, its names; English is understood as well. nullopt: no date.
std::optional<double> parse_date(std::u16string_view text, const Locale& locale);

}  // namespace script::vbscript
