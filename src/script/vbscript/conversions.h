// Conversions of Variants, arithmetic and comparison by VBScript's rules, texts as Windows' en-US writes them.
// References (by-ref variants) are followed and objects stand for their default member, so these may run code of objects.
// Errors, unless said otherwise: 13 Type mismatch, 94 Invalid use of Null, 6 Overflow, 91 for Nothing, the object's own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "script/vbscript/errors.h"
#include "scripting/variant.h"

namespace script::vbscript {
using scripting::Text;
using scripting::Variant;
using scripting::VarType;

/// The value itself: references followed, objects replaced by their default member (438 without one). Never an object.
Outcome<Variant> plain(const Variant& value);

Outcome<double> to_number(const Variant& value);  // CDbl
Outcome<Text> to_text(const Variant& value);      // CStr
Outcome<bool> to_boolean(const Variant& value);   // CBool; texts "True", "False" and numbers
Outcome<double> to_date(const Variant& value);    // CDate: days since 1899-12-30; 6 outside of the years 100 to 9999
Outcome<std::int64_t> to_currency(const Variant& value);
/// Halves are rounded to even.
Outcome<std::int32_t> to_int32(const Variant& value);
Outcome<std::int16_t> to_int16(const Variant& value);
Outcome<std::uint8_t> to_byte(const Variant& value);
Outcome<float> to_single(const Variant& value);
/// A number as arithmetic sees it: Empty is Integer 0, a Boolean is an Integer, a text is a Double. Null stays Null.
Outcome<Variant> to_numeric(const Variant& value);

/// Halves to even.
double round_even(double value);
/// What CDbl reads: blanks around, sign, `,` between digits, `$`, parentheses for minus, exponents E and D, &H and &O. nullopt: no number.
std::optional<double> parse_number(std::u16string_view text);
/// What CDate reads (en-US): dates in figures or with names of months, times with AM/PM, both; also numbers. nullopt: no date.
std::optional<double> parse_date(std::u16string_view text);

/// 15 significant digits, exponents as E+20, no trailing zeros: "1E+20", "0.1", "-1.5".
std::string format_double(double value);
std::string format_single(float value);            // 7 digits
std::string format_currency(std::int64_t scaled);  // up to 4 decimals
/// `m/d/yyyy h:mm:ss AM`; no time at midnight, no date on day 0.
std::string format_date(double days);

/// A civil date and time. day_of_week: 0 is Sunday.
struct CivilTime {
  int year, month, day, hour, minute, second, day_of_week;
};
/// Days since 1899-12-30 to a civil time (to the nearest second) and back; months and days beyond their range carry over (DateSerial).
/// The way back fails (nullopt) outside of the years 100 to 9999.
CivilTime civil_time(double days);
std::optional<double> date_value(int year, int month, int day);
double time_value(int hour, int minute, int second);  // fraction of a day; may be negative or above 1
/// Date and time of day in one number: of negative days the time counts forward.
double join_date(double whole_days, double fraction);

enum class Arithmetic : std::uint8_t { kAdd, kSubtract, kMultiply, kDivide, kIntegerDivide, kModulo, kPower, kConcatenate };
enum class Logic : std::uint8_t { kAnd, kOr, kXor, kEqv, kImp };
/// Null gives Null; 11 Division by zero.
Outcome<Variant> calculate(Arithmetic operation, const Variant& left, const Variant& right);
Outcome<Variant> combine(Logic operation, const Variant& left, const Variant& right);
Outcome<Variant> negate(const Variant& value);      // -x
Outcome<Variant> complement(const Variant& value);  // Not x

enum class Order : std::uint8_t { kLess, kEqual, kGreater, kNull };
/// As `<`, `=`, `>` compare: texts with texts by code units, a number is below any text, Empty is 0 or "". kNull: one side is Null.
/// Literals of a source text bend the other side: with `kLeftLiteral` or `kRightLiteral` alone, a number literal makes a text a number (13)
/// and a text literal makes a number a text.
Outcome<Order> compare(const Variant& left, const Variant& right, unsigned literals = 0);
inline constexpr unsigned kLeftLiteral = 1;
inline constexpr unsigned kRightLiteral = 2;
/// vbTextCompare (without case) or vbBinaryCompare (code units).
int compare_texts(std::u16string_view left, std::u16string_view right, bool ignore_case);
/// Capitals and small letters of single UTF-16 units.
char16_t upper(char16_t unit);
char16_t lower(char16_t unit);

}  // namespace script::vbscript
