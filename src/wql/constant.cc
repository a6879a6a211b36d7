#include "wql/constant.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "base/utf.h"

namespace wql {
namespace {

__extension__ using Wide = __int128;

constexpr std::uint64_t kSignBit = std::uint64_t{1} << 63U;

std::optional<cim::Value> parse_real(std::string_view digits, bool minus, bool hex) {
  if (digits.empty() || digits.front() == '-' || digits.front() == '+') return std::nullopt;
  double real = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), real, hex ? std::chars_format::hex : std::chars_format::general);
  if (error == std::errc::invalid_argument || end != digits.data() + digits.size()) return std::nullopt;
  // Too large for a double: beyond every number there is. Too small: nothing.
  if (error == std::errc::result_out_of_range) {
    real = digits.find_first_of("-") == std::string_view::npos ? std::numeric_limits<double>::infinity() : 0.0;
  } else if (!std::isfinite(real)) {
    return std::nullopt;  // "inf" and "nan" are words
  }
  return cim::Value::real(minus ? -real : real);
}

/// Where a real lies among the integers.
Wide floor_of(double real) {
  constexpr double kLimit = 1e30;
  return static_cast<Wide>(std::floor(std::min(std::max(real, -kLimit), kLimit)));
}

Wide integer_of(const cim::Value& number) {
  if (const auto* u = std::get_if<std::uint64_t>(&number.variant())) return *u;
  return std::get<std::int64_t>(number.variant());
}

}  // namespace

std::optional<cim::Value> parse_number(std::string_view text) {
  const bool minus = text.starts_with('-');
  if (minus || text.starts_with('+')) text.remove_prefix(1);
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  if (hex) text.remove_prefix(2);
  std::uint64_t magnitude = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), magnitude, hex ? 16 : 10);
  const bool fits = error == std::errc() && end == text.data() + text.size() && (!minus || magnitude <= kSignBit);
  if (!fits) return parse_real(text, minus, hex);
  if (minus) return cim::Value::sint(static_cast<std::int64_t>(0 - magnitude));
  return magnitude < kSignBit ? cim::Value::sint(static_cast<std::int64_t>(magnitude)) : cim::Value::uint(magnitude);
}

std::optional<cim::Value> number_of(const Constant& constant) {
  switch (constant.kind) {
    case ConstantKind::kInteger:
    case ConstantKind::kReal: return constant.value;
    case ConstantKind::kString: return parse_number(constant.text);
    default: return std::nullopt;
  }
}

std::optional<bool> boolean_of(const Constant& constant) {
  switch (constant.kind) {
    case ConstantKind::kBoolean: return *constant.value.as_bool();
    case ConstantKind::kInteger: {
      const auto number = constant.value.as_sint();
      if (!number || *number < -1 || *number > 1) return std::nullopt;
      return *number != 0;
    }
    case ConstantKind::kString:
      if (base::equal_ignore_case(constant.text, "TRUE")) return true;
      if (base::equal_ignore_case(constant.text, "FALSE")) return false;
      return std::nullopt;
    default: return std::nullopt;
  }
}

std::optional<std::string_view> text_of(const Constant& constant) {
  if (constant.kind == ConstantKind::kNull || constant.kind == ConstantKind::kBoolean) return std::nullopt;
  return constant.text;
}

Range integer_range(Operator op, const cim::Value& number, bool is_signed, unsigned bits) {
  Wide below = 0;     // the greatest integer <= number
  bool exact = true;  // and it is equal to number
  if (const double* real = number.as_real()) {
    below = floor_of(*real);
    exact = std::floor(*real) == *real && std::isfinite(*real);
  } else {
    below = integer_of(number);
  }
  const Wide least = is_signed ? -(Wide{1} << (bits - 1)) : 0;
  const Wide most = (Wide{1} << (is_signed ? bits - 1 : bits)) - 1;
  Wide low = least;
  Wide high = most;
  Range out;
  switch (op) {
    case Operator::kLess: high = exact ? below - 1 : below; break;
    case Operator::kLessEqual: high = below; break;
    case Operator::kGreater: low = below + 1; break;
    case Operator::kGreaterEqual: low = exact ? below : below + 1; break;
    default:  // = and <>
      low = exact ? below : 1;
      high = exact ? below : 0;
      out.invert = op == Operator::kNotEqual;
  }
  low = std::max(low, least);
  high = std::min(high, most);
  out.empty = low > high;
  out.full = low == least && high == most;
  if (out.empty) return out;
  out.low = static_cast<std::uint64_t>(low);
  out.span = static_cast<std::uint64_t>(high - low);
  return out;
}

RealTest real_test(Operator op, const cim::Value& number, bool single) {
  if (const double* real = number.as_real()) {
    // 0.1 in a query means the real32 that is nearest to it.
    return {op, single && std::isfinite(static_cast<float>(*real)) ? static_cast<double>(static_cast<float>(*real)) : *real, false};
  }
  const Wide exact = integer_of(number);
  const double nearest = static_cast<double>(exact);
  const Wide back = static_cast<Wide>(nearest);
  if (back == exact) return {op, nearest, false};
  // No double lies between the two, so the order relative to `nearest` decides.
  switch (op) {
    case Operator::kLess:
    case Operator::kLessEqual: return {back > exact ? Operator::kLess : Operator::kLessEqual, nearest, false};
    case Operator::kGreater:
    case Operator::kGreaterEqual: return {back > exact ? Operator::kGreaterEqual : Operator::kGreater, nearest, false};
    default: return {op, nearest, true};
  }
}

}  // namespace wql
