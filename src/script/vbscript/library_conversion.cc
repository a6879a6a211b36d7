// CBool ... CStr, Hex, Oct, Asc, Chr and their kin.
#include <array>

#include "script/vbscript/library_support.h"

namespace script::vbscript {
namespace {

/// Windows-1252, 0x80 to 0x9F.
constexpr std::array<char16_t, 32> kHighAnsi = {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
                                                0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
                                                0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

/// '?' for what Windows-1252 lacks.
std::int32_t to_ansi(char16_t unit) {
  if (unit < 0x80 || (unit >= 0xA0 && unit <= 0xFF)) return unit;
  for (std::size_t i = 0; i < kHighAnsi.size(); ++i) {
    if (kHighAnsi[i] == unit) return static_cast<std::int32_t>(i + 0x80);
  }
  return u'?';
}

template <auto Convert, auto Make>
Outcome<Variant> convert(Library& library, Values values) {
  READ(const Variant given, localized_number(library, values[0]));
  READ(auto value, Convert(given));
  return Make(value);
}

Outcome<Variant> c_bool(Library&, Values values) {
  READ(const bool value, to_boolean(values[0]));
  return Variant::boolean(value);
}

Outcome<Variant> c_date(Library& library, Values values) {
  READ(const double date, date_of(library, values[0]));
  return Variant::date(date);
}

Outcome<Variant> c_str(Library& library, Values values) {
  READ(Text text, text_in_locale(library, values[0]));
  return Variant::text(std::move(text));
}

Outcome<Variant> in_radix(const Variant& argument, unsigned bits) {
  READ(const Variant value, plain(argument));
  if (value.is(VarType::kNull)) return value;
  READ(const std::int32_t number, to_int32(value));
  auto rest = static_cast<std::uint32_t>(number);
  if (value.is(VarType::kInt16) || value.is(VarType::kBoolean)) rest &= 0xFFFF;
  std::u16string out;
  for (; rest != 0 || out.empty(); rest >>= bits) out.insert(out.begin(), u"0123456789ABCDEF"[rest & ((1U << bits) - 1)]);
  return text_of(out);
}
Outcome<Variant> hex(Library&, Values values) { return in_radix(values[0], 4); }
Outcome<Variant> oct(Library&, Values values) { return in_radix(values[0], 3); }

Outcome<char16_t> first_unit(const Variant& value) {
  READ(const Text text, to_text(value));
  if (text.empty()) return raise(kInvalidCall);
  return text.view()[0];
}

Outcome<Variant> asc(Library&, Values values) {
  READ(const char16_t unit, first_unit(values[0]));
  return int16_of(to_ansi(unit));
}
Outcome<Variant> asc_w(Library&, Values values) {
  READ(const char16_t unit, first_unit(values[0]));
  return int16_of(static_cast<std::int16_t>(unit));
}
Outcome<Variant> asc_b(Library&, Values values) {
  READ(const char16_t unit, first_unit(values[0]));
  return Variant::byte(static_cast<std::uint8_t>(unit & 0xFF));
}

Outcome<Variant> chr(Library&, Values values) {
  READ(const std::int32_t code, to_int32(values[0]));
  if (code < 0 || code > 255) return raise(kInvalidCall);
  const char16_t unit = from_ansi(code);
  return text_of({&unit, 1});
}
Outcome<Variant> chr_w(Library&, Values values) {
  READ(const std::int32_t code, to_int32(values[0]));
  if (code < -32768 || code > 65535) return raise(kInvalidCall);
  const auto unit = static_cast<char16_t>(code);
  return text_of({&unit, 1});
}
Outcome<Variant> chr_b(Library&, Values values) {
  READ(const std::int32_t code, to_int32(values[0]));
  if (code < 0 || code > 255) return raise(kInvalidCall);
  const auto unit = static_cast<char16_t>(code);
  return text_of({&unit, 1});
}

constexpr Builtin kFunctions[] = {
    {u"CBool", 1, 1, c_bool},
    {u"CByte", 1, 1, convert<to_byte, Variant::byte>},
    {u"CCur", 1, 1, convert<to_currency, Variant::currency>},
    {u"CDate", 1, 1, c_date},
    {u"CDbl", 1, 1, convert<to_number, Variant::real>},
    {u"CInt", 1, 1, convert<to_int16, Variant::int16>},
    {u"CLng", 1, 1, convert<to_int32, Variant::int32>},
    {u"CSng", 1, 1, convert<to_single, Variant::single>},
    {u"CStr", 1, 1, c_str},
    {u"Hex", 1, 1, hex},
    {u"Oct", 1, 1, oct},
    {u"Asc", 1, 1, asc},
    {u"AscB", 1, 1, asc_b},
    {u"AscW", 1, 1, asc_w},
    {u"Chr", 1, 1, chr},
    {u"ChrB", 1, 1, chr_b},
    {u"ChrW", 1, 1, chr_w},
};

}  // namespace

char16_t from_ansi(std::int32_t code) {
  return code >= 0x80 && code < 0xA0 ? kHighAnsi[static_cast<std::size_t>(code - 0x80)] : static_cast<char16_t>(code);
}

Outcome<double> date_of(const Library& library, const Variant& argument) {
  READ(const Variant value, plain(argument));
  const Locale& locale = locale_of(library);
  if (!value.is(VarType::kString) || locale.lcid == 1033) return to_date(value);
  if (const auto date = parse_date(value.as_text().view(), locale)) return *date;
  return raise(kTypeMismatch);
}

Outcome<Text> text_in_locale(const Library& library, const Variant& argument) {
  READ(const Variant value, plain(argument));
  const Locale& locale = locale_of(library);
  const bool number = value.is(VarType::kDouble) || value.is(VarType::kFloat) || value.is(VarType::kCurrency);
  READ(Text text, to_text(value));
  if (locale.lcid == 1033) return text;
  if (value.is(VarType::kDate)) return Text(general_date(value.as_real(), locale));
  return number ? Text(localize_number(text.to_utf8(), locale)) : text;
}

Outcome<Variant> localized_number(const Library& library, const Variant& argument) {
  READ(Variant value, plain(argument));
  const Locale& locale = locale_of(library);
  if (!value.is(VarType::kString) || locale.lcid == 1033) return value;
  if (const auto number = parse_number(value.as_text().view(), locale); number && std::isfinite(*number)) return Variant::real(*number);
  return value;
}

std::span<const Builtin> conversion_functions() { return kFunctions; }

}  // namespace script::vbscript
