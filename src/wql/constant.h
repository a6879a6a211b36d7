// Constants of a query as values of a property's type. Everything here is thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "cim/type.h"
#include "wql/query.h"

namespace wql {

/// Decimal, 0x or real, whole text. Integers beyond 64 bits become reals, so that they still compare as numbers. nullopt: no number.
std::optional<cim::Value> parse_number(std::string_view text);

/// The number that a constant stands for: an integer, a real or a string that holds one. nullopt for anything else.
std::optional<cim::Value> number_of(const Constant& constant);

/// TRUE, FALSE, 1, 0, -1 or the words as a string.
std::optional<bool> boolean_of(const Constant& constant);

/// The text that a string property is compared with: a string, a class name, or a number as it was written.
std::optional<std::string_view> text_of(const Constant& constant);

/// Values v with low <= v <= low + span, in the 64-bit pattern of the property's integer type; or all but those.
struct Range {
  std::uint64_t low = 0;
  std::uint64_t span = 0;
  bool empty = false;
  bool full = false;
  bool invert = false;
};

/// The integers of a type (its size in bits) that are in the relation `op` (a comparison) to `number`, exactly, whatever its size, sign
/// or fraction.
Range integer_range(Operator op, const cim::Value& number, bool is_signed, unsigned bits = 64);

/// A comparison of doubles that says of every double what `op` says of it and `number` exactly.
struct RealTest {
  Operator op = Operator::kEqual;
  double value = 0;
  bool empty = false;  // equals no double
};
RealTest real_test(Operator op, const cim::Value& number, bool single);

}  // namespace wql
