#include "script/vbscript/conversions.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <vector>

#include <fmt/format.h>

#include "base/utf.h"
#include "scripting/dispatch.h"

namespace script::vbscript {
namespace {

constexpr int kMaxDefaults = 16;  // default members that lead to objects again
constexpr double kCurrencyUnit = 10'000;

bool is_blank(char16_t c) { return c == u' ' || c == u'\t' || c == u'\r' || c == u'\n' || c == 0xA0 || c == 0x0B || c == 0x0C; }

std::u16string_view trim(std::u16string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Digits after &H or &O.
std::optional<double> parse_radix(std::u16string_view text) {
  int radix = 8;
  if (!text.empty() && (text[0] == u'h' || text[0] == u'H')) radix = 16;
  if (!text.empty() && (radix == 16 || text[0] == u'o' || text[0] == u'O')) text.remove_prefix(1);
  if (!text.empty() && text.back() == u'&') text.remove_suffix(1);
  if (text.empty() || text.size() > 16) return std::nullopt;
  std::uint64_t value = 0;
  for (const char16_t c : text) {
    const int digit = c >= u'0' && c <= u'9' ? c - u'0' : (c | 0x20) >= u'a' && (c | 0x20) <= u'f' ? (c | 0x20) - u'a' + 10 : 99;
    if (digit >= radix) return std::nullopt;
    value = value * static_cast<unsigned>(radix) + static_cast<unsigned>(digit);
    if (value > 0xFFFFFFFF) return std::nullopt;
  }
  return static_cast<double>(static_cast<std::int32_t>(value));
}

/// Digits, separators, point and exponent of a number without sign, as std::from_chars wants them.
std::optional<std::string> plain_figures(std::u16string_view text) {
  std::string out;
  bool digits = false;
  std::size_t i = 0;
  for (; i < text.size() && (text[i] == u',' || (text[i] >= u'0' && text[i] <= u'9')); ++i) {
    if (text[i] == u',' && !digits) return std::nullopt;
    if (text[i] != u',') out += static_cast<char>(text[i]);
    digits = true;
  }
  if (!digits) out += '0';
  if (i < text.size() && text[i] == u'.') {
    out += '.';
    for (++i; i < text.size() && text[i] >= u'0' && text[i] <= u'9'; ++i, digits = true) out += static_cast<char>(text[i]);
    if (out.back() == '.') out += '0';
  }
  if (!digits) return std::nullopt;
  if (i < text.size() && ((text[i] | 0x20) == u'e' || (text[i] | 0x20) == u'd')) {
    out += 'e';
    ++i;
    if (i < text.size() && (text[i] == u'+' || text[i] == u'-')) {
      if (text[i] == u'-') out += '-';
      ++i;
    }
    const std::size_t first = i;
    for (; i < text.size() && text[i] >= u'0' && text[i] <= u'9'; ++i) out += static_cast<char>(text[i]);
    if (i == first) return std::nullopt;
  }
  if (i != text.size()) return std::nullopt;
  return out;
}

/// Takes signs, parentheses and the sign of the currency off. False: not a number.
bool strip_signs(std::u16string_view& text, bool& negative) {
  negative = false;
  bool signed_already = false;
  if (text.size() >= 2 && text.front() == u'(' && text.back() == u')') {
    text = trim(text.substr(1, text.size() - 2));
    negative = signed_already = true;
  }
  for (int i = 0; i < 2 && !text.empty(); ++i) {
    if (text.front() == u'$') {
      text = trim(text.substr(1));
    } else if (text.front() == u'+' || text.front() == u'-') {
      if (signed_already) return false;
      signed_already = true;
      negative = text.front() == u'-';
      text = trim(text.substr(1));
    }
  }
  if (!text.empty() && (text.back() == u'-' || text.back() == u'+') && !signed_already) {
    negative = text.back() == u'-';
    text = trim(text.substr(0, text.size() - 1));
  }
  return true;
}

template <class T>
Outcome<T> to_integer(const Variant& value, double low, double high) {
  auto number = to_number(value);
  if (!number) return std::unexpected(std::move(number).error());
  const double rounded = round_even(*number);
  if (!(rounded >= low && rounded <= high)) return raise(kOverflow);
  return static_cast<T>(rounded);
}

/// For messages: how Windows writes the value of an operand.
std::string describe(const Variant& value) {
  if (value.is(VarType::kString)) return "[string: \"" + value.as_text().to_utf8().substr(0, 64) + "\"]";
  return {};
}

/// All figures of a text without exponent, halves to even; nullopt where to_number() has to say what it is.
std::optional<std::int64_t> parse_currency(std::u16string_view text) {
  bool negative = false;
  text = trim(text);
  if (text.empty() || text[0] == u'&' || !strip_signs(text, negative)) return std::nullopt;
  const auto figures = plain_figures(text);
  if (!figures || figures->contains('e') || figures->size() > 30) return std::nullopt;
  const std::size_t point = std::min(figures->find('.'), figures->size());
  std::string scaled = figures->substr(0, point);
  std::string fraction = point < figures->size() ? figures->substr(point + 1) : std::string();
  const std::string rest = fraction.size() > 4 ? fraction.substr(4) : std::string();
  fraction.resize(4, '0');
  scaled += fraction;
  std::uint64_t value = 0;
  if (std::from_chars(scaled.data(), scaled.data() + scaled.size(), value).ec != std::errc()) return std::nullopt;
  const bool half = rest.starts_with('5') && rest.find_first_not_of('0', 1) == std::string::npos;
  if (!rest.empty() && (half ? value % 2 == 1 : rest[0] >= '5')) ++value;
  if (value > static_cast<std::uint64_t>(INT64_MAX) + (negative ? 1 : 0)) return std::nullopt;
  return static_cast<std::int64_t>(negative ? 0 - value : value);
}

Outcome<double> text_number(const Variant& value) {
  if (const auto number = parse_number(value.as_text().view())) {
    if (std::isinf(*number)) return raise(kOverflow);
    return *number;
  }
  return raise(kTypeMismatch, describe(value));
}

}  // namespace

Outcome<Variant> plain(const Variant& value) {
  if (value.is_array() && !value.is_reference()) return value;
  if (!value.is_reference() && !value.is(VarType::kDispatch)) return value;
  Variant current = value.target();
  for (int i = 0; i < kMaxDefaults && current.is(VarType::kDispatch); ++i) {
    if (current.as_object() == nullptr) return raise(kObjectNotSet);
    const scripting::DispatchRef object(current.as_object());
    auto got = object->invoke(scripting::kValue, scripting::invoke::kGet | scripting::invoke::kMethod, {});
    if (!got) return got;
    current = got->target();
  }
  if (current.is(VarType::kDispatch)) return raise(kNoSuchMember);
  return current;
}

std::optional<double> parse_number(std::u16string_view text) {
  text = trim(text);
  if (text.empty()) return std::nullopt;
  if (text[0] == u'&') return parse_radix(text.substr(1));
  bool negative = false;
  if (!strip_signs(text, negative)) return std::nullopt;
  const auto figures = plain_figures(text);
  if (!figures) return std::nullopt;
  double value = 0;
  const auto parsed = std::from_chars(figures->data(), figures->data() + figures->size(), value);
  if (parsed.ec == std::errc::result_out_of_range) {
    const bool tiny = figures->find("e-") != std::string::npos || figures->starts_with("0.");
    value = tiny ? 0 : HUGE_VAL;
  }
  return negative ? -value : value;
}

Outcome<double> to_number(const Variant& value) {
  switch (static_cast<VarType>(value.vt())) {
    case VarType::kEmpty: return 0.0;
    case VarType::kInt16: return value.as_int16();
    case VarType::kInt32: return value.as_int32();
    case VarType::kByte: return value.as_byte();
    case VarType::kFloat: return static_cast<double>(value.as_single());
    case VarType::kDouble:
    case VarType::kDate: return value.as_real();
    case VarType::kCurrency: return static_cast<double>(value.as_currency()) / 10'000;
    case VarType::kBoolean: return value.as_boolean() ? -1.0 : 0.0;
    case VarType::kString: return text_number(value);
    case VarType::kNull: return raise(kInvalidNull);
    case VarType::kInt8:
    case VarType::kUInt16:
    case VarType::kUInt32:
    case VarType::kInt64: return static_cast<double>(value.as_integer());
    case VarType::kUInt64: return static_cast<double>(static_cast<std::uint64_t>(value.as_integer()));
    default: break;
  }
  if (!value.is_reference() && !value.is(VarType::kDispatch)) return raise(kTypeMismatch);
  auto inner = plain(value);
  if (!inner) return std::unexpected(std::move(inner).error());
  return to_number(*inner);
}

Outcome<Text> to_text(const Variant& value) {
  const auto ascii = [](std::string_view text) { return Text::from_utf8(text); };
  switch (static_cast<VarType>(value.vt())) {
    case VarType::kEmpty: return Text();
    case VarType::kString: return value.as_text();
    case VarType::kInt16: return ascii(fmt::format_int(value.as_int16()).c_str());
    case VarType::kInt32: return ascii(fmt::format_int(value.as_int32()).c_str());
    case VarType::kByte: return ascii(fmt::format_int(value.as_byte()).c_str());
    case VarType::kFloat: return ascii(format_single(value.as_single()));
    case VarType::kDouble: return ascii(format_double(value.as_real()));
    case VarType::kDate: return ascii(format_date(value.as_real()));
    case VarType::kCurrency: return ascii(format_currency(value.as_currency()));
    case VarType::kBoolean: return Text(value.as_boolean() ? u"True" : u"False");
    case VarType::kNull: return raise(kInvalidNull);
    case VarType::kInt8:
    case VarType::kUInt16:
    case VarType::kUInt32:
    case VarType::kInt64: return ascii(fmt::format_int(value.as_integer()).c_str());
    case VarType::kUInt64: return ascii(fmt::format_int(static_cast<std::uint64_t>(value.as_integer())).c_str());
    default: break;
  }
  if (!value.is_reference() && !value.is(VarType::kDispatch)) return raise(kTypeMismatch);
  auto inner = plain(value);
  if (!inner) return std::unexpected(std::move(inner).error());
  return to_text(*inner);
}

Outcome<bool> to_boolean(const Variant& value) {
  auto inner = plain(value);
  if (!inner) return std::unexpected(std::move(inner).error());
  if (inner->is(VarType::kBoolean)) return inner->as_boolean();
  if (inner->is(VarType::kString)) {
    const auto view = trim(inner->as_text().view());
    if (compare_texts(view, u"true", true) == 0 || compare_texts(view, u"#true#", true) == 0) return true;
    if (compare_texts(view, u"false", true) == 0 || compare_texts(view, u"#false#", true) == 0) return false;
  }
  auto number = to_number(*inner);
  if (!number) return std::unexpected(std::move(number).error());
  return *number != 0;
}

Outcome<double> to_date(const Variant& value) {
  auto inner = plain(value);
  if (!inner) return std::unexpected(std::move(inner).error());
  if (inner->is(VarType::kString)) {
    if (const auto date = parse_date(inner->as_text().view())) return *date;
    return raise(kTypeMismatch, describe(*inner));
  }
  auto number = to_number(*inner);
  if (number && !(*number > -657435.0 && *number < 2958466.0)) return raise(kOverflow);
  return number;
}

Outcome<std::int64_t> to_currency(const Variant& value) {
  auto inner = plain(value);
  if (!inner) return std::unexpected(std::move(inner).error());
  if (inner->is(VarType::kCurrency)) return inner->as_currency();
  if (inner->is(VarType::kString)) {
    if (const auto exact = parse_currency(inner->as_text().view())) return *exact;
  }
  auto number = to_number(*inner);
  if (!number) return std::unexpected(std::move(number).error());
  const double scaled = round_even(*number * kCurrencyUnit);
  if (!(scaled >= -0x1p63 && scaled < 0x1p63)) return raise(kOverflow);
  return static_cast<std::int64_t>(scaled);
}

Outcome<std::int32_t> to_int32(const Variant& value) {
  if (value.is(VarType::kInt16)) return value.as_int16();
  if (value.is(VarType::kInt32)) return value.as_int32();
  return to_integer<std::int32_t>(value, -2147483648.0, 2147483647.0);
}
Outcome<std::int16_t> to_int16(const Variant& value) {
  if (value.is(VarType::kString)) {  // "&HFFFF" is -1 here, 65535 for CLng
    const auto text = trim(value.as_text().view());
    const auto bits = text.starts_with(u'&') && !text.ends_with(u'&') ? parse_radix(text.substr(1)) : std::nullopt;
    if (bits && *bits > 32767 && *bits <= 65535) return static_cast<std::int16_t>(*bits - 65536);
  }
  return to_integer<std::int16_t>(value, -32768.0, 32767.0);
}
Outcome<std::uint8_t> to_byte(const Variant& value) { return to_integer<std::uint8_t>(value, 0.0, 255.0); }

Outcome<float> to_single(const Variant& value) {
  auto number = to_number(value);
  if (!number) return std::unexpected(std::move(number).error());
  if (std::fabs(*number) > 3.4028234663852886e38) return raise(kOverflow);
  return static_cast<float>(*number);
}

Outcome<Variant> to_numeric(const Variant& value) {
  switch (static_cast<VarType>(value.vt())) {
    case VarType::kEmpty: return Variant::int16(0);
    case VarType::kBoolean: return Variant::int16(value.as_int16());
    case VarType::kNull:
    case VarType::kInt16:
    case VarType::kInt32:
    case VarType::kByte:
    case VarType::kFloat:
    case VarType::kDouble:
    case VarType::kDate:
    case VarType::kCurrency: return value;
    case VarType::kInt8: return Variant::int16(static_cast<std::int16_t>(value.as_integer()));
    case VarType::kUInt16: return Variant::int32(static_cast<std::int32_t>(value.as_integer()));
    default: break;
  }
  if (value.is_reference() || value.is(VarType::kDispatch)) {
    auto inner = plain(value);
    return inner ? to_numeric(*inner) : inner;
  }
  auto number = to_number(value);  // texts too
  if (!number) return std::unexpected(std::move(number).error());
  return Variant::real(*number);
}

double round_even(double value) { return std::nearbyint(value); }

char16_t upper(char16_t unit) {
  const char32_t result = base::to_upper(unit);
  return result > 0xFFFF ? unit : static_cast<char16_t>(result);
}

char16_t lower(char16_t unit) {
  if (unit < 0x80) return unit >= u'A' && unit <= u'Z' ? static_cast<char16_t>(unit + 32) : unit;
  static const std::vector<char16_t> table = [] {  // of several small letters with one capital, the nearest
    std::vector<char16_t> made(0x10000);
    for (std::size_t i = 0; i < made.size(); ++i) made[i] = static_cast<char16_t>(i);
    for (std::size_t i = 0x80; i < made.size(); ++i) {
      const char16_t capital = upper(static_cast<char16_t>(i));
      const auto distance = [&](char16_t other) { return std::abs(static_cast<int>(other) - static_cast<int>(capital)); };
      if (capital == i || capital < 0x80) continue;
      if (made[capital] == capital || distance(static_cast<char16_t>(i)) < distance(made[capital]))
        made[capital] = static_cast<char16_t>(i);
    }
    return made;
  }();
  return table[unit];
}

int compare_texts(std::u16string_view left, std::u16string_view right, bool ignore_case) {
  if (!ignore_case) {
    const int order = left.compare(right);
    return order < 0 ? -1 : order > 0 ? 1 : 0;
  }
  const std::size_t common = std::min(left.size(), right.size());
  for (std::size_t i = 0; i < common; ++i) {
    const char16_t a = lower(left[i]);
    const char16_t b = lower(right[i]);
    if (a != b) return a < b ? -1 : 1;
  }
  return left.size() < right.size() ? -1 : left.size() > right.size() ? 1 : 0;
}

}  // namespace script::vbscript
