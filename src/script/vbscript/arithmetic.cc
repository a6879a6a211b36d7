// Operators on Variants: the type of a result by the types of its operands, widening instead of overflow.
#include <cmath>
#include <limits>

#include "script/vbscript/conversions.h"

namespace script::vbscript {
namespace {

constexpr std::int64_t kMaxInt32 = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t kMinInt32 = std::numeric_limits<std::int32_t>::min();

bool is_whole(const Variant& value) {
  return value.is(VarType::kByte) || value.is(VarType::kInt16) || value.is(VarType::kInt32) || value.is(VarType::kBoolean) ||
         value.is(VarType::kEmpty);
}

std::int64_t whole_of(const Variant& value) {
  switch (static_cast<VarType>(value.vt())) {
    case VarType::kByte: return value.as_byte();
    case VarType::kInt16:
    case VarType::kBoolean: return value.as_int16();
    case VarType::kInt32: return value.as_int32();
    default: return 0;
  }
}

/// The narrowest type from `least` on that holds the value.
Variant whole(std::int64_t value, VarType least) {
  if (least == VarType::kByte && value >= 0 && value <= 255) return Variant::byte(static_cast<std::uint8_t>(value));
  if (least != VarType::kInt32 && value >= -32768 && value <= 32767) return Variant::int16(static_cast<std::int16_t>(value));
  if (value >= kMinInt32 && value <= kMaxInt32) return Variant::int32(static_cast<std::int32_t>(value));
  return Variant::real(static_cast<double>(value));
}

VarType wider(const Variant& left, const Variant& right) {
  if (left.is(VarType::kInt32) || right.is(VarType::kInt32)) return VarType::kInt32;
  return left.is(VarType::kByte) && right.is(VarType::kByte) ? VarType::kByte : VarType::kInt16;
}

Outcome<Variant> finite(double value) {
  if (!std::isfinite(value)) return raise(kOverflow);
  return Variant::real(value);
}

/// Integer or Single with Single is Single; a Long needs more digits.
bool gives_single(const Variant& left, const Variant& right) {
  const bool any = left.is(VarType::kFloat) || right.is(VarType::kFloat);
  const auto small = [](const Variant& value) { return value.is(VarType::kFloat) || (is_whole(value) && !value.is(VarType::kInt32)); };
  return any && small(left) && small(right);
}

Outcome<Variant> finish_real(double value, bool single) {
  if (!single || !std::isfinite(value) || std::fabs(value) > 3.4028234663852886e38) return finite(value);
  return Variant::single(static_cast<float>(value));
}

std::int64_t scaled_of(const Variant& value) { return value.is(VarType::kCurrency) ? value.as_currency() : whole_of(value) * 10'000; }

double real_of(const Variant& value) {
  if (is_whole(value)) return static_cast<double>(whole_of(value));
  if (value.is(VarType::kFloat)) return static_cast<double>(value.as_single());
  if (value.is(VarType::kCurrency)) return static_cast<double>(value.as_currency()) / 10'000;
  return value.as_real();
}

/// Currency with currency or a whole number; nullopt when that does not fit.
std::optional<Variant> in_currency(Arithmetic operation, const Variant& left, const Variant& right) {
  const std::int64_t a = scaled_of(left);
  const std::int64_t b = scaled_of(right);
  std::int64_t result = 0;
  if (operation == Arithmetic::kAdd && !__builtin_add_overflow(a, b, &result)) return Variant::currency(result);
  if (operation == Arithmetic::kSubtract && !__builtin_sub_overflow(a, b, &result)) return Variant::currency(result);
  if (operation == Arithmetic::kMultiply) {
    const long double product = static_cast<long double>(a) * static_cast<long double>(b) / 10'000;
    if (std::fabs(product) < 9.2e18L) return Variant::currency(std::llrintl(product));
  }
  return std::nullopt;
}

double real_result(Arithmetic operation, double a, double b) {
  switch (operation) {
    case Arithmetic::kAdd: return a + b;
    case Arithmetic::kSubtract: return a - b;
    default: return a * b;
  }
}

std::int64_t whole_result(Arithmetic operation, std::int64_t a, std::int64_t b) {
  switch (operation) {
    case Arithmetic::kAdd: return a + b;
    case Arithmetic::kSubtract: return a - b;
    default: return a * b;  // of two Longs it fits
  }
}

/// + - * on numbers.
Outcome<Variant> sum(Arithmetic operation, const Variant& left, const Variant& right) {
  if (is_whole(left) && is_whole(right)) {
    return whole(whole_result(operation, whole_of(left), whole_of(right)), wider(left, right));
  }
  const bool dates = left.is(VarType::kDate) || right.is(VarType::kDate);
  const bool money = left.is(VarType::kCurrency) || right.is(VarType::kCurrency);
  if (money && (is_whole(left) || left.is(VarType::kCurrency)) && (is_whole(right) || right.is(VarType::kCurrency))) {
    if (auto result = in_currency(operation, left, right)) return *result;
  }
  if (money && !dates && operation != Arithmetic::kMultiply) {  // Currency has more digits than Double
    const auto a = to_currency(left);
    const auto b = to_currency(right);
    std::optional<Variant> result;
    if (a && b) result = in_currency(operation, Variant::currency(*a), Variant::currency(*b));
    return result ? Outcome<Variant>(*result) : raise(kOverflow);
  }
  const double value = real_result(operation, real_of(left), real_of(right));
  const bool difference = operation == Arithmetic::kSubtract && left.is(VarType::kDate) && right.is(VarType::kDate);
  if (dates && operation != Arithmetic::kMultiply && !difference) {
    if (!(value > -657435.0 && value < 2958466.0)) return raise(kOverflow);
    return Variant::date(value);
  }
  return finish_real(value, gives_single(left, right));
}

Outcome<Variant> divide(const Variant& left, const Variant& right) {
  const double a = real_of(left);
  const double b = real_of(right);
  if (b == 0) return raise(a == 0 ? kOverflow : kDivisionByZero);
  return finish_real(a / b, gives_single(left, right));
}

/// \ and Mod: on whole numbers, halves rounded to even before.
Outcome<Variant> divide_whole(Arithmetic operation, const Variant& left, const Variant& right) {
  auto a = to_int32(left);
  if (!a) return std::unexpected(std::move(a).error());
  auto b = to_int32(right);
  if (!b) return std::unexpected(std::move(b).error());
  if (*b == 0) return raise(kDivisionByZero);
  const VarType least = is_whole(left) && is_whole(right) ? wider(left, right) : VarType::kInt32;
  const std::int64_t x = *a;
  const std::int64_t y = *b;
  const std::int64_t result = operation == Arithmetic::kModulo ? x % y : x / y;
  if (result > kMaxInt32) return raise(kOverflow);
  return whole(result, least);
}

Outcome<Variant> power(const Variant& left, const Variant& right) {
  const double a = real_of(left);
  const double b = real_of(right);
  if (a == 0 && b < 0) return raise(kInvalidCall);
  if (a < 0 && b != std::trunc(b)) return raise(kInvalidCall);
  return finite(std::pow(a, b));
}

Outcome<Variant> concatenate(const Variant& left, const Variant& right) {
  if (left.is(VarType::kNull) && right.is(VarType::kNull)) return Variant::null();
  auto a = left.is(VarType::kNull) ? Outcome<Text>(Text()) : to_text(left);
  if (!a) return std::unexpected(std::move(a).error());
  auto b = right.is(VarType::kNull) ? Outcome<Text>(Text()) : to_text(right);
  if (!b) return std::unexpected(std::move(b).error());
  if (a->size() + b->size() > Text::kMaxUnits) return raise(kOutOfStringSpace);
  a->append(b->view());
  return Variant::text(*std::move(a));
}

/// nullopt: numbers. What + does with texts and Empty: texts are joined, Empty gives the other side.
std::optional<Outcome<Variant>> add_texts(const Variant& left, const Variant& right) {
  const bool left_text = left.is(VarType::kString);
  const bool right_text = right.is(VarType::kString);
  if (left_text && right_text) return concatenate(left, right);
  if (left_text && right.is(VarType::kEmpty)) return left;
  if (right_text && left.is(VarType::kEmpty)) return right;
  return std::nullopt;
}

Outcome<Variant> on_numbers(Arithmetic operation, const Variant& left, const Variant& right) {
  switch (operation) {
    case Arithmetic::kDivide: return divide(left, right);
    case Arithmetic::kIntegerDivide:
    case Arithmetic::kModulo: return divide_whole(operation, left, right);
    case Arithmetic::kPower: return power(left, right);
    default: return sum(operation, left, right);
  }
}

/// An operand of And, Or ...: whole numbers stay what they are, others become Long. Null stays.
Outcome<Variant> to_bits(const Variant& given) {
  auto value = plain(given);
  if (!value) return value;
  if (value->is(VarType::kNull) || value->is(VarType::kBoolean)) return value;
  if (value->is(VarType::kEmpty)) return Variant::int32(0);
  if (is_whole(*value)) return value;
  if (value->is(VarType::kString)) {
    auto number = to_number(*value);
    if (!number) {
      auto truth = to_boolean(*value);
      if (!truth) return std::unexpected(std::move(number).error());
      return Variant::boolean(*truth);
    }
  }
  auto number = to_int32(*value);
  if (!number) return std::unexpected(std::move(number).error());
  return Variant::int32(*number);
}

Variant bits(std::int64_t value, const Variant& left, const Variant& right) {
  if (left.is(VarType::kBoolean) && right.is(VarType::kBoolean)) return Variant::boolean(value != 0);
  if (left.is(VarType::kByte) && right.is(VarType::kByte)) return Variant::byte(static_cast<std::uint8_t>(value));
  if (wider(left, right) == VarType::kInt32) return Variant::int32(static_cast<std::int32_t>(value));
  return Variant::int16(static_cast<std::int16_t>(value));
}

/// One side or both are Null: what the other side decides alone.
Variant with_null(Logic operation, const Variant& left, const Variant& right) {
  const bool left_null = left.is(VarType::kNull);
  if (left_null && right.is(VarType::kNull)) return Variant::null();
  const Variant& known = left_null ? right : left;
  const std::int64_t value = whole_of(known);
  if (operation == Logic::kAnd && value == 0) return known;
  if (operation == Logic::kOr && value != 0) return known;
  if (operation == Logic::kImp && left_null && value == -1) return known;
  if (operation == Logic::kImp && !left_null && value != -1) return bits(~value, known, known);
  return Variant::null();
}

Order order_of(double left, double right) { return left < right ? Order::kLess : left > right ? Order::kGreater : Order::kEqual; }

Order order_of(int order) { return order < 0 ? Order::kLess : order > 0 ? Order::kGreater : Order::kEqual; }

/// A text against a number. A literal number makes a number of the text, a literal text a text of the number; Booleans become texts either
/// way.
Outcome<Order> compare_mixed(const Variant& left, const Variant& right, unsigned literals) {
  const bool text_left = left.is(VarType::kString);
  if (literals == 0) return text_left ? Order::kGreater : Order::kLess;
  const unsigned number_bit = text_left ? kRightLiteral : kLeftLiteral;
  const Variant& number = text_left ? right : left;
  if ((literals & number_bit) == 0 || number.is(VarType::kBoolean)) {
    auto a = to_text(left);
    if (!a) return std::unexpected(std::move(a).error());
    auto b = to_text(right);
    if (!b) return std::unexpected(std::move(b).error());
    return order_of(a->view().compare(b->view()));
  }
  const Variant& text = text_left ? left : right;
  auto value = number.is(VarType::kDate) ? to_date(text) : to_number(text);
  if (!value) return std::unexpected(std::move(value).error());
  return text_left ? order_of(*value, real_of(number)) : order_of(real_of(number), *value);
}

}  // namespace

Outcome<Variant> calculate(Arithmetic operation, const Variant& left, const Variant& right) {
  auto a = plain(left);
  if (!a) return a;
  auto b = plain(right);
  if (!b) return b;
  if (operation == Arithmetic::kConcatenate) return concatenate(*a, *b);
  if (a->is_array() || b->is_array()) return raise(kTypeMismatch);
  if (a->is(VarType::kNull) || b->is(VarType::kNull)) return Variant::null();
  if (operation == Arithmetic::kAdd) {
    if (auto joined = add_texts(*a, *b)) return *std::move(joined);
  }
  if (!is_whole(*a) || a->is(VarType::kEmpty)) a = to_numeric(*a);
  if (!a) return a;
  if (!is_whole(*b) || b->is(VarType::kEmpty)) b = to_numeric(*b);
  if (!b) return b;
  return on_numbers(operation, *a, *b);
}

Outcome<Variant> combine(Logic operation, const Variant& left, const Variant& right) {
  auto a = to_bits(left);
  if (!a) return a;
  auto b = to_bits(right);
  if (!b) return b;
  if (a->is(VarType::kNull) || b->is(VarType::kNull)) return with_null(operation, *a, *b);
  const std::int64_t x = whole_of(*a);
  const std::int64_t y = whole_of(*b);
  switch (operation) {
    case Logic::kAnd: return bits(x & y, *a, *b);
    case Logic::kOr: return bits(x | y, *a, *b);
    case Logic::kXor: return bits(x ^ y, *a, *b);
    case Logic::kEqv: return bits(~(x ^ y), *a, *b);
    default: return bits(~x | y, *a, *b);
  }
}

Outcome<Variant> negate(const Variant& value) {
  auto number = to_numeric(value);
  if (!number) return number;
  if (number->is(VarType::kNull)) return number;
  if (is_whole(*number)) return whole(-whole_of(*number), number->is(VarType::kInt32) ? VarType::kInt32 : VarType::kInt16);
  if (number->is(VarType::kFloat)) return Variant::single(-number->as_single());
  if (number->is(VarType::kDate)) return Variant::date(-number->as_real());
  if (number->is(VarType::kCurrency)) {
    if (number->as_currency() == std::numeric_limits<std::int64_t>::min()) return raise(kOverflow);
    return Variant::currency(-number->as_currency());
  }
  return Variant::real(-number->as_real());
}

Outcome<Variant> complement(const Variant& value) {
  auto operand = to_bits(value);
  if (!operand || operand->is(VarType::kNull)) return operand;
  return bits(~whole_of(*operand), *operand, *operand);
}

Outcome<Order> compare(const Variant& left, const Variant& right, unsigned literals) {
  auto a = plain(left);
  if (!a) return std::unexpected(std::move(a).error());
  auto b = plain(right);
  if (!b) return std::unexpected(std::move(b).error());
  if (a->is_array() || b->is_array()) return raise(kTypeMismatch);
  if (a->is(VarType::kNull) || b->is(VarType::kNull)) return Order::kNull;
  const bool left_text = a->is(VarType::kString);
  const bool right_text = b->is(VarType::kString);
  if (left_text && right_text) return order_of(a->as_text().view().compare(b->as_text().view()));
  if (left_text && b->is(VarType::kEmpty)) return a->as_text().empty() ? Order::kEqual : Order::kGreater;
  if (right_text && a->is(VarType::kEmpty)) return b->as_text().empty() ? Order::kEqual : Order::kLess;
  if (left_text || right_text) {
    Variant& other = left_text ? *b : *a;
    auto number = other.is(VarType::kBoolean) ? Outcome<Variant>(other) : to_numeric(other);
    if (!number) return std::unexpected(std::move(number).error());
    other = *std::move(number);
    return compare_mixed(*a, *b, literals);
  }
  if (is_whole(*a) && is_whole(*b)) return order_of(static_cast<double>(whole_of(*a)), static_cast<double>(whole_of(*b)));
  a = to_numeric(*a);
  if (!a) return std::unexpected(std::move(a).error());
  b = to_numeric(*b);
  if (!b) return std::unexpected(std::move(b).error());
  if (a->is(VarType::kCurrency) && b->is(VarType::kCurrency)) {
    return a->as_currency() < b->as_currency() ? Order::kLess : a->as_currency() > b->as_currency() ? Order::kGreater : Order::kEqual;
  }
  return order_of(real_of(*a), real_of(*b));
}

}  // namespace script::vbscript
