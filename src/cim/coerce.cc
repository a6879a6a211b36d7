// coerce(): what a value becomes when it is put where a type is declared.
#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>

#include "base/utf.h"
#include "cim/datetime.h"
#include "cim/value.h"

namespace cim {
namespace {

constexpr std::size_t kShownLength = 80;

std::string describe(const Value& value, Type type) {
  std::string shown = to_display(value);
  if (shown.size() > kShownLength) {
    std::size_t cut = kShownLength;
    while (cut > 0 && (static_cast<unsigned char>(shown[cut]) & 0xC0U) == 0x80U) --cut;
    shown.resize(cut);
    shown += "...";
  }
  return fmt::format("{} for type {}{}", shown, type_name(type.base), type.array ? "[]" : "");
}

std::unexpected<base::Status> mismatch(const Value& value, CimType type, std::string_view wanted = {}) {
  std::string text = "cannot use " + describe(value, {type, false});
  if (!wanted.empty()) text += fmt::format("; expected {}", wanted);
  return base::fail(WBEM_E_TYPE_MISMATCH, std::move(text));
}

std::unexpected<base::Status> out_of_range(const Value& value, CimType type) {
  return base::fail(WBEM_E_VALUE_OUT_OF_RANGE, "out of range: " + describe(value, {type, false}));
}

/// A whole number as sign and magnitude, so that every 64-bit type is covered.
struct Whole {
  bool negative = false;
  std::uint64_t magnitude = 0;
};
enum class Parsed : std::uint8_t { kYes, kNo, kTooLarge };

Parsed whole_of_text(std::string_view text, Whole& out) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    out.negative = text[0] == '-';
    text.remove_prefix(1);
  }
  int radix = 10;
  if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
    radix = 16;
    text.remove_prefix(2);
  }
  if (text.empty() || text[0] == '-') return Parsed::kNo;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out.magnitude, radix);
  if (end != text.data() + text.size()) return Parsed::kNo;
  if (error == std::errc::result_out_of_range) return Parsed::kTooLarge;
  return error == std::errc{} ? Parsed::kYes : Parsed::kNo;
}

Parsed whole_of(const Value& value, Whole& out) {
  if (const auto* u = std::get_if<std::uint64_t>(&value.variant())) {
    out = {false, *u};
    return Parsed::kYes;
  }
  if (const auto* i = std::get_if<std::int64_t>(&value.variant())) {
    out = {*i < 0, *i < 0 ? 0 - static_cast<std::uint64_t>(*i) : static_cast<std::uint64_t>(*i)};
    return Parsed::kYes;
  }
  if (const auto* d = value.as_real()) {
    if (std::trunc(*d) != *d) return Parsed::kNo;  // NaN too
    if (std::fabs(*d) >= 0x1p64) return Parsed::kTooLarge;
    out = {*d < 0, static_cast<std::uint64_t>(std::fabs(*d))};
    return Parsed::kYes;
  }
  if (const auto* text = value.as_text()) return whole_of_text(*text, out);
  return Parsed::kNo;
}

base::Result<Value> to_signed(const Value& value, CimType type, unsigned bits) {
  Whole whole;
  const Parsed parsed = whole_of(value, whole);
  if (parsed == Parsed::kNo) return mismatch(value, type, "a whole number");
  const std::uint64_t limit = std::uint64_t{1} << (bits - 1);
  if (parsed == Parsed::kTooLarge || whole.magnitude > limit || (!whole.negative && whole.magnitude == limit)) {
    return out_of_range(value, type);
  }
  return Value::sint(static_cast<std::int64_t>(whole.negative ? 0 - whole.magnitude : whole.magnitude));
}

base::Result<Value> to_unsigned(const Value& value, CimType type, unsigned bits) {
  Whole whole;
  const Parsed parsed = whole_of(value, whole);
  if (parsed == Parsed::kNo) return mismatch(value, type, "a whole number");
  const std::uint64_t limit = std::numeric_limits<std::uint64_t>::max() >> (64 - bits);
  if (parsed == Parsed::kTooLarge || whole.magnitude > limit || (whole.negative && whole.magnitude != 0)) {
    return out_of_range(value, type);
  }
  return Value::uint(whole.magnitude);
}

/// char16: a number, or text of exactly one UTF-16 unit.
base::Result<Value> to_char16(const Value& value) {
  const auto* text = value.as_text();
  if (!text) return to_unsigned(value, CimType::kChar16, 16);
  if (std::size_t end = 0; !text->empty() && base::is_valid_utf8(*text, base::Surrogates::kAllow)) {
    const char32_t unit = base::next_code_point(*text, end);
    if (end == text->size() && unit <= 0xFFFF) return Value::uint(unit);
  }
  return mismatch(value, CimType::kChar16, "one character");
}

base::Result<Value> to_real(const Value& value, CimType type) {
  double d = 0;
  if (const auto* real = value.as_real()) {
    d = *real;
  } else if (const auto* i = std::get_if<std::int64_t>(&value.variant())) {
    d = static_cast<double>(*i);
  } else if (const auto* u = std::get_if<std::uint64_t>(&value.variant())) {
    d = static_cast<double>(*u);
  } else if (const auto* text = value.as_text()) {
    const char* begin = text->data() + (!text->empty() && (*text)[0] == '+' ? 1 : 0);
    const auto [end, error] = std::from_chars(begin, text->data() + text->size(), d);
    if (end != text->data() + text->size()) return mismatch(value, type, "a number");
    if (error == std::errc::result_out_of_range) return out_of_range(value, type);
    if (error != std::errc{}) return mismatch(value, type, "a number");
  } else {
    return mismatch(value, type, "a number");
  }
  if (type == CimType::kReal64) return Value::real(d);
  if (std::isfinite(d) && std::fabs(d) > static_cast<double>(std::numeric_limits<float>::max())) return out_of_range(value, type);
  return Value::real(static_cast<double>(static_cast<float>(d)));
}

base::Result<Value> to_boolean(const Value& value) {
  if (value.as_bool()) return value;
  if (const auto* text = value.as_text()) {
    if (base::equal_ignore_case(*text, "TRUE")) return Value::boolean(true);
    if (base::equal_ignore_case(*text, "FALSE")) return Value::boolean(false);
  } else if (const auto i = value.as_sint(); i && *i >= -1 && *i <= 1) {
    return Value::boolean(*i != 0);
  }
  return mismatch(value, CimType::kBoolean, "TRUE or FALSE");
}

base::Result<Value> to_text(const Value& value, CimType type) {
  const auto* text = value.as_text();
  if (!text) return mismatch(value, type, "text");
  if (type == CimType::kDatetime) {
    if (auto parsed = DateTime::parse(*text); !parsed) return mismatch(value, type, parsed.error().text());
  }
  return value;
}

base::Result<Value> coerce_scalar(const Value& value, CimType type) {
  if (value.is_null()) return Value();
  if (value.is_array()) return mismatch(value, type, "a single value, no array");
  switch (type) {
    case CimType::kSint8: return to_signed(value, type, 8);
    case CimType::kSint16: return to_signed(value, type, 16);
    case CimType::kSint32: return to_signed(value, type, 32);
    case CimType::kSint64: return to_signed(value, type, 64);
    case CimType::kUint8: return to_unsigned(value, type, 8);
    case CimType::kUint16: return to_unsigned(value, type, 16);
    case CimType::kUint32: return to_unsigned(value, type, 32);
    case CimType::kUint64: return to_unsigned(value, type, 64);
    case CimType::kChar16: return to_char16(value);
    case CimType::kReal32:
    case CimType::kReal64: return to_real(value, type);
    case CimType::kBoolean: return to_boolean(value);
    case CimType::kString:
    case CimType::kDatetime:
    case CimType::kReference: return to_text(value, type);
    case CimType::kObject:
      if (!value.as_object() || !*value.as_object()) return mismatch(value, type, "an embedded object");
      return value;
  }
  return mismatch(value, type);
}

}  // namespace

base::Result<Value> coerce(const Value& value, Type type) {
  if (value.is_null()) return Value();
  if (!type.array) return coerce_scalar(value, type.base);
  const auto* elements = value.as_array();
  if (!elements) return base::fail(WBEM_E_TYPE_MISMATCH, fmt::format("cannot use {}; expected an array", describe(value, type)));
  Value::Array out;
  out.reserve(elements->size());
  for (const Value& element : *elements) {
    if (element.is_null() && type.base != CimType::kString) {
      return base::fail(WBEM_E_TYPE_MISMATCH, fmt::format("element {} of an array of {} is NULL", out.size(), type_name(type.base)));
    }
    TRY_ASSIGN(Value converted, coerce_scalar(element, type.base));
    out.push_back(std::move(converted));
  }
  return Value::array(std::move(out));
}

}  // namespace cim
