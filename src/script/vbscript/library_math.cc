// Numbers: rounding, roots and angles, and the generator of Rnd.
#include <bit>
#include <ctime>

#include "script/vbscript/library_support.h"

namespace script::vbscript {
namespace {

constexpr std::int64_t kUnit = 10'000;  // of Currency
constexpr std::int32_t kMaxRoundDigits = 22;

Outcome<Variant> abs_value(Library&, Values values) {
  READ(const Variant value, to_numeric(values[0]));
  switch (value.type()) {
    case VarType::kInt16:
      if (value.as_int16() == -32768) return Variant::int32(32768);
      return int16_of(std::abs(value.as_int16()));
    case VarType::kInt32:
      if (value.as_int32() == INT32_MIN) return Variant::real(2147483648.0);
      return Variant::int32(std::abs(value.as_int32()));
    case VarType::kCurrency:
      if (value.as_currency() == INT64_MIN) return raise(kOverflow);
      return Variant::currency(std::abs(value.as_currency()));
    case VarType::kFloat: return Variant::single(std::fabs(value.as_single()));
    case VarType::kDouble: return Variant::real(std::fabs(value.as_real()));
    case VarType::kDate: return Variant::date(std::fabs(value.as_real()));
    default: return value;
  }
}

/// Int (towards minus infinity) and Fix (towards zero) keep the type.
template <bool Down>
Outcome<Variant> whole(Library&, Values values) {
  READ(const Variant value, to_numeric(values[0]));
  const auto cut = [](double number) { return Down ? std::floor(number) : std::trunc(number); };
  switch (value.type()) {
    case VarType::kFloat: return Variant::single(static_cast<float>(cut(static_cast<double>(value.as_single()))));
    case VarType::kDouble: return Variant::real(cut(value.as_real()));
    case VarType::kDate: return Variant::date(cut(value.as_real()));
    case VarType::kCurrency: {
      std::int64_t units = value.as_currency() / kUnit;
      if (Down && value.as_currency() % kUnit < 0) --units;
      if (units < INT64_MIN / kUnit) return raise(kOverflow);
      return Variant::currency(units * kUnit);
    }
    default: return value;
  }
}

Outcome<Variant> sgn(Library&, Values values) {
  READ(const Variant value, to_numeric(values[0]));
  if (value.is(VarType::kNull)) return value;
  READ(const double number, to_number(value));
  return int16_of(number > 0 ? 1 : number < 0 ? -1 : 0);
}

double round_places(double value, std::int32_t digits) {
  const double scale = std::pow(10.0, digits);
  const double scaled = value * scale;
  return std::isfinite(scaled) && std::fabs(scaled) < 4503599627370496.0 ? round_even(scaled) / scale : value;
}

Outcome<Variant> round(Library&, Values values) {
  READ(const Variant value, to_numeric(values[0]));
  READ(const std::int32_t digits, int_or(values, 1, 0));
  if (digits < 0 || digits > kMaxRoundDigits) return raise(kInvalidCall);
  switch (value.type()) {
    case VarType::kFloat: return Variant::single(static_cast<float>(round_places(static_cast<double>(value.as_single()), digits)));
    case VarType::kDouble: return Variant::real(round_places(value.as_real(), digits));
    case VarType::kDate: return Variant::date(round_places(value.as_real(), digits));
    case VarType::kCurrency: {
      if (digits >= 4) return value;
      READ(const double number, to_number(value));
      READ(const std::int64_t rounded, to_currency(Variant::real(round_places(number, digits))));
      return Variant::currency(rounded);
    }
    default: return value;
  }
}

template <double (*Function)(double)>
Outcome<Variant> of_real(Library&, Values values) {
  READ(const double number, to_number(values[0]));
  const double result = Function(number);
  if (!std::isfinite(result)) return raise(kOverflow);
  return Variant::real(result);
}

Outcome<Variant> log(Library&, Values values) {
  READ(const double number, to_number(values[0]));
  if (number <= 0) return raise(kInvalidCall);
  return Variant::real(std::log(number));
}

Outcome<Variant> sqr(Library&, Values values) {
  READ(const double number, to_number(values[0]));
  if (number < 0) return raise(kInvalidCall);
  return Variant::real(std::sqrt(number));
}

Outcome<Variant> rgb(Library&, Values values) {
  std::int32_t colour = 0;
  for (int i = 0; i < 3; ++i) {
    READ(const std::int16_t part, to_int16(values[static_cast<std::size_t>(i)]));
    if (part < 0) return raise(kInvalidCall);
    colour |= std::min<std::int32_t>(part, 255) << (8 * i);
  }
  return Variant::int32(colour);
}

// The generator of Windows' Visual Basic: 24 bits, x' = x * 0x43FD43FD + 0xC39EC3.
constexpr std::uint32_t kMask = 0xFFFFFF;

Outcome<Variant> rnd(Library& library, Values values) {
  READ(const float number, has(values, 0) ? to_single(values[0]) : Outcome<float>(1.0F));
  std::uint32_t& state = library.random_state;
  if (number < 0) {
    const auto bits = std::bit_cast<std::uint32_t>(number);
    state = (bits + (bits >> 24)) & kMask;
  }
  if (number != 0) state = (state * 0x43FD43FDU + 0xC39EC3U) & kMask;
  return Variant::single(static_cast<float>(state) / 16777216.0F);
}

constexpr Builtin kFunctions[] = {
    {u"Abs", 1, 1, abs_value},
    {u"Atn", 1, 1, of_real<std::atan>},
    {u"Cos", 1, 1, of_real<std::cos>},
    {u"Exp", 1, 1, of_real<std::exp>},
    {u"Fix", 1, 1, whole<false>},
    {u"Int", 1, 1, whole<true>},
    {u"Log", 1, 1, log},
    {u"RGB", 3, 3, rgb},
    {u"Rnd", 0, 1, rnd},
    {u"Round", 1, 2, round},
    {u"Sgn", 1, 1, sgn},
    {u"Sin", 1, 1, of_real<std::sin>},
    {u"Sqr", 1, 1, sqr},
    {u"Tan", 1, 1, of_real<std::tan>},
};

}  // namespace

Outcome<void> randomize(Library& library, const Variant* number) {
  double seed = seconds_of_day();
  if (number != nullptr && !number->is_missing()) {
    READ(seed, to_number(*number));
  }
  auto high = static_cast<std::uint32_t>(std::bit_cast<std::uint64_t>(seed) >> 32);
  high ^= high >> 16;
  library.random_state = (library.random_state & 0xFF) | ((high & 0xFFFF) << 8);
  return {};
}

std::span<const Builtin> math_functions() { return kFunctions; }

}  // namespace script::vbscript
