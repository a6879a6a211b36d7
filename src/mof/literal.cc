#include "mof/literal.h"

#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/utf.h"

namespace mof {
namespace {

using cim::CimType;
using cim::Value;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The unit that an escape means; `at` is behind the backslash and moves behind the escape.
char16_t decode_escape(std::string_view raw, std::size_t& at) {
  const char c = raw[at++];
  switch (c) {
    case 'b':
    case 'B': return u'\b';
    case 't':
    case 'T': return u'\t';
    case 'n':
    case 'N': return u'\n';
    case 'f':
    case 'F': return u'\f';
    case 'r':
    case 'R': return u'\r';
    case 'x':
    case 'X': break;
    default: return static_cast<unsigned char>(c);
  }
  unsigned unit = 0;
  for (int i = 0; i < 4 && at < raw.size() && hex_value(raw[at]) >= 0; ++i) unit = unit * 16 + static_cast<unsigned>(hex_value(raw[at++]));
  return static_cast<char16_t>(unit);
}

/// Appends units that come one by one as UTF-8, pairing surrogates.
class UnitWriter {
 public:
  explicit UnitWriter(std::string& out) : out_(out) {}
  ~UnitWriter() { flush(); }
  UnitWriter(const UnitWriter&) = delete;
  UnitWriter& operator=(const UnitWriter&) = delete;
  void put(char16_t unit) {
    if (high_ != 0 && unit >= 0xDC00 && unit <= 0xDFFF) {
      const char32_t pair = 0x10000 + ((static_cast<char32_t>(high_) - 0xD800) << 10U) + (static_cast<char32_t>(unit) - 0xDC00);
      high_ = 0;
      base::append_code_point(out_, pair);
      return;
    }
    flush();
    if (unit >= 0xD800 && unit <= 0xDBFF) {
      high_ = unit;
    } else {
      base::append_code_point(out_, unit);
    }
  }
  void flush() {
    if (high_ != 0) base::append_code_point(out_, high_);
    high_ = 0;
  }

 private:
  std::string& out_;
  char16_t high_ = 0;
};

/// Behind a closing quote: the position behind the next opening one, or npos. Between them stand blanks and comments only.
std::size_t next_piece(std::string_view raw, std::size_t at) {
  while (at < raw.size()) {
    if (raw[at] == '"') return at + 1;
    if (raw[at] == '/' && at + 1 < raw.size() && raw[at + 1] == '/') {
      at = raw.find('\n', at);
    } else if (raw[at] == '/' && at + 1 < raw.size() && raw[at + 1] == '*') {
      at = raw.find("*/", at + 2);
      if (at != std::string_view::npos) at += 2;
      continue;
    }
    if (at == std::string_view::npos) return at;
    ++at;
  }
  return std::string_view::npos;
}

base::Result<Value> parse_integer(std::string_view text) {
  const std::string_view whole = text;
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  int radix = 10;
  if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
    radix = 16;
    text.remove_prefix(2);
  } else if (!text.empty() && (text.back() == 'b' || text.back() == 'B')) {
    radix = 2;
    text.remove_suffix(1);
  } else if (text.size() > 1 && text[0] == '0') {
    radix = 8;
  }
  std::uint64_t magnitude = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), magnitude, radix);
  constexpr std::uint64_t kLowest = std::uint64_t{1} << 63U;
  if (error != std::errc() || end != text.data() + text.size() || (negative && magnitude > kLowest)) {
    return base::fail(WBEMMOF_E_OUT_OF_RANGE, fmt::format("{} does not fit into 64 bits", whole));
  }
  if (negative) return Value::sint(static_cast<std::int64_t>(0 - magnitude));
  if (magnitude < kLowest) return Value::sint(static_cast<std::int64_t>(magnitude));
  return Value::uint(magnitude);
}

base::Result<Value> parse_real(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::result_out_of_range) {
    return base::fail(WBEMMOF_E_OUT_OF_RANGE, fmt::format("{} is no number that a real64 can hold", text));
  }
  return Value::real(number);
}

bool integer_type(CimType type) {
  switch (type) {
    case CimType::kSint8:
    case CimType::kUint8:
    case CimType::kSint16:
    case CimType::kUint16:
    case CimType::kSint32:
    case CimType::kUint32:
    case CimType::kSint64:
    case CimType::kUint64: return true;
    default: return false;
  }
}

bool fits(LiteralKind kind, CimType type, Fit fit) {
  switch (kind) {
    case LiteralKind::kNull: return true;
    case LiteralKind::kBoolean: return type == CimType::kBoolean;
    case LiteralKind::kInteger:
      if (fit == Fit::kAssignment && (type == CimType::kString || type == CimType::kBoolean)) return true;
      return integer_type(type) || type == CimType::kReal32 || type == CimType::kReal64 || type == CimType::kChar16;
    case LiteralKind::kReal: return type == CimType::kReal32 || type == CimType::kReal64;
    case LiteralKind::kString: return cim::is_text(type) || type == CimType::kSint64 || type == CimType::kUint64 || fit == Fit::kAssignment;
    case LiteralKind::kCharacter: return type == CimType::kChar16;
    case LiteralKind::kAlias: return type == CimType::kReference || type == CimType::kString;
    case LiteralKind::kInstance:
    case LiteralKind::kClass: return type == CimType::kObject;
    case LiteralKind::kNone:
    case LiteralKind::kArray: return false;
  }
  return false;
}

base::Result<Value> plain(const Literal& literal) {
  switch (literal.kind) {
    case LiteralKind::kBoolean: return Value::boolean(literal.truth);
    case LiteralKind::kInteger: return parse_integer(literal.text);
    case LiteralKind::kReal: return parse_real(literal.text);
    case LiteralKind::kString: return Value::text(decode_string(literal.text));
    case LiteralKind::kCharacter: return Value::uint(decode_character(literal.text));
    default: return Value::null();
  }
}

std::string shown(const Literal& literal) {
  constexpr std::size_t kMost = 40;
  if (literal.kind == LiteralKind::kInstance) return "an instance";
  if (literal.kind == LiteralKind::kClass) return "a class";
  std::string text(literal.kind == LiteralKind::kAlias ? "$" : "");
  text += literal.text.substr(0, kMost);
  return literal.text.size() > kMost ? text + "..." : text;
}

base::Result<Value> evaluate_scalar(const Literal& literal, CimType type, ObjectResolver* resolver, Fit fit) {
  if (!fits(literal.kind, type, fit)) {
    const bool alias = literal.kind == LiteralKind::kAlias;
    return base::fail(alias ? WBEMMOF_E_UNEXPECTED_ALIAS : WBEMMOF_E_TYPE_MISMATCH,
                      fmt::format("found {}, expected a value of type {}", shown(literal), cim::type_name(type)));
  }
  if (literal.kind == LiteralKind::kAlias) return resolver ? resolver->alias_path(literal) : Value::null();
  if (literal.kind == LiteralKind::kInstance || literal.kind == LiteralKind::kClass) {
    return resolver ? resolver->embedded_object(literal) : Value::null();
  }
  TRY_ASSIGN(Value value, plain(literal));
  if (type == CimType::kString && literal.kind == LiteralKind::kInteger) return Value::text(cim::to_display(value));
  base::Result<Value> coerced = cim::coerce(value, {type, false});
  if (coerced) return coerced;
  const bool range = coerced.error().code() == WBEM_E_VALUE_OUT_OF_RANGE;
  return base::fail(range ? WBEMMOF_E_OUT_OF_RANGE : WBEMMOF_E_TYPE_MISMATCH, coerced.error().text());
}

cim::CimType qualifier_type(const Literal& literal, const Value& value) {
  switch (literal.kind) {
    case LiteralKind::kBoolean: return CimType::kBoolean;
    case LiteralKind::kReal: return CimType::kReal64;
    case LiteralKind::kInteger:
    case LiteralKind::kCharacter: break;
    default: return CimType::kString;
  }
  const std::optional<std::int64_t> number = value.as_sint();
  if (!number) return CimType::kUint64;
  const bool small = *number >= std::numeric_limits<std::int32_t>::min() && *number <= std::numeric_limits<std::int32_t>::max();
  return small ? CimType::kSint32 : CimType::kSint64;
}

}  // namespace

std::string decode_string(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  UnitWriter units(out);
  for (std::size_t at = next_piece(raw, 0); at != std::string_view::npos; at = next_piece(raw, at)) {
    while (at < raw.size() && raw[at] != '"') {
      std::size_t stop = at;  // find_first_of would call memchr for each octet
      while (stop < raw.size() && raw[stop] != '"' && raw[stop] != '\\') ++stop;
      if (stop != at) {
        units.flush();
        out.append(raw.substr(at, stop - at));
        at = stop;
      }
      if (at + 1 < raw.size() && raw[at] == '\\')
        units.put(decode_escape(raw, ++at));
      else if (at < raw.size() && raw[at] == '\\')
        ++at;
    }
    ++at;
  }
  return out;
}

std::uint16_t decode_character(std::string_view raw) {
  if (raw.size() < 3) return 0;
  std::size_t at = 1;
  if (raw[1] == '\\') return decode_escape(raw, ++at);
  return static_cast<std::uint16_t>(base::next_code_point(raw, at));
}

base::Result<Value> evaluate(const Literal& literal, cim::Type type, ObjectResolver* resolver, Fit fit) {
  if (literal.kind == LiteralKind::kNull || literal.kind == LiteralKind::kNone) return Value::null();
  if (!type.array) {
    if (literal.kind == LiteralKind::kArray) {
      return base::fail(WBEMMOF_E_UNEXPECTED_ARRAY_INIT,
                        fmt::format("found an array, expected a value of type {}", cim::type_name(type.base)));
    }
    return evaluate_scalar(literal, type.base, resolver, fit);
  }
  if (literal.kind != LiteralKind::kArray) {
    return base::fail(WBEMMOF_E_TYPE_MISMATCH, fmt::format("found {}, expected an array of {}", shown(literal), cim::type_name(type.base)));
  }
  Value::Array elements;
  elements.reserve(literal.elements.size());
  for (const Literal& element : literal.elements) {
    TRY_ASSIGN(Value value, evaluate_scalar(element, type.base, resolver, fit));
    elements.push_back(std::move(value));
  }
  return Value::array(std::move(elements));
}

base::Result<Value> evaluate_untyped(const Literal& literal, cim::Type& type) {
  if (literal.kind != LiteralKind::kArray) {
    TRY_ASSIGN(Value value, plain(literal));
    type = {qualifier_type(literal, value), false};
    return value;
  }
  type = {CimType::kString, true};
  Value::Array elements;
  elements.reserve(literal.elements.size());
  for (const Literal& element : literal.elements) {
    TRY_ASSIGN(Value value, plain(element));
    const CimType own = qualifier_type(element, value);
    if (elements.empty() || (integer_type(type.base) && integer_type(own) && own > type.base)) type.base = own;
    if (own != type.base && !(integer_type(type.base) && integer_type(own))) {
      return base::fail(WBEMMOF_E_TYPE_MISMATCH, fmt::format("found {} in an array of {}", shown(element), cim::type_name(type.base)));
    }
    elements.push_back(std::move(value));
  }
  return cim::coerce(Value::array(std::move(elements)), type);
}

}  // namespace mof
