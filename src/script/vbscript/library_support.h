// What the functions of the library share: reading arguments, making results.
#pragma once

#include <cmath>
#include <span>
#include <utility>

#include "script/vbscript/library.h"
#include "script/vbscript/locale.h"

/// READ(auto x, outcome): the value of an Outcome, or return its failure from the enclosing function.
#define READ(lhs, expr) READ_(OWMI_CONCAT(owmi_read_, __LINE__), lhs, expr)
#define READ_(tmp, lhs, expr)                               \
  auto tmp = (expr);                                        \
  if (!tmp) return std::unexpected(std::move(tmp).error()); \
  lhs = *std::move(tmp)

namespace script::vbscript {

using Values = std::span<Variant>;

/// Whether the argument was given.
inline bool has(Values values, std::size_t i) { return i < values.size() && !values[i].is_missing(); }

/// An argument as a number or text; `otherwise` when it was left out.
inline Outcome<std::int32_t> int_or(Values values, std::size_t i, std::int32_t otherwise) {
  return has(values, i) ? to_int32(values[i]) : Outcome<std::int32_t>(otherwise);
}
inline Outcome<Text> text_or(Values values, std::size_t i, std::u16string_view otherwise) {
  return has(values, i) ? to_text(values[i]) : Outcome<Text>(Text(otherwise));
}
inline Outcome<bool> flag_or(Values values, std::size_t i, bool otherwise) {
  return has(values, i) ? to_boolean(values[i]) : Outcome<bool>(otherwise);
}

/// vbBinaryCompare (0, also when left out) or vbTextCompare (1): whether case is ignored; 5 for others.
inline Outcome<bool> ignores_case(Values values, std::size_t i) {
  READ(const std::int32_t mode, int_or(values, i, 0));
  if (mode != 0 && mode != 1) return raise(kInvalidCall);
  return mode == 1;
}

/// A failure of an object: raise() without VBScript as its source, for whatever language calls names itself.
inline std::unexpected<Failure> fault(std::uint32_t number) {
  return scripting::failure(base::Hresult{kControlErrors | number}, std::string(error_text(number)));
}

inline Variant int16_of(std::int64_t value) { return Variant::int16(static_cast<std::int16_t>(value)); }
inline Variant int32_of(std::int64_t value) { return Variant::int32(static_cast<std::int32_t>(value)); }
inline Variant text_of(std::u16string_view value) { return Variant::text(Text(value)); }

inline const Locale& locale_of(const Library& library) { return locale_or_default(library.locale); }

/// CDate and CStr in the locale of the script.
Outcome<double> date_of(const Library& library, const Variant& value);
Outcome<Text> text_in_locale(const Library& library, const Variant& value);
/// plain(), and a text that is a number in the script's locale as that number.
Outcome<Variant> localized_number(const Library& library, const Variant& value);

/// The argument that names a week's first day (1: Sunday; 0: the locale's), `otherwise` when it was left out.
Outcome<int> first_day(const Library& library, Values values, std::size_t i, std::int32_t otherwise);
/// Dates as whole seconds since 1899-12-30, and back.
std::int64_t to_seconds(double days);
double from_seconds(std::int64_t seconds);
/// Since midnight, local time.
double seconds_of_day();

/// The character of a code of Windows-1252.
char16_t from_ansi(std::int32_t code);

/// A copy with every unit in small letters.
inline std::u16string folded(std::u16string_view text) {
  std::u16string out(text);
  for (char16_t& unit : out) unit = lower(unit);
  return out;
}

}  // namespace script::vbscript
