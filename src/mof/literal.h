// Constants of the text to values of the object model.
#pragma once

#include <string>
#include <string_view>

#include "cim/value.h"
#include "mof/ast.h"

namespace mof {

/// The text of one or more adjacent string literals as they stand in the source (quotes, escapes, blanks and comments between them).
/// The lexer accepted them before; malformed input gives some text, never an error. A pair of \x surrogates becomes one character.
std::string decode_string(std::string_view raw);
/// The UTF-16 unit of a character constant.
std::uint16_t decode_character(std::string_view raw);

/// Supplies what a constant alone can't: the paths of aliases, and embedded objects.
class ObjectResolver {
 public:
  virtual ~ObjectResolver() = default;
  /// The path, as text.
  virtual base::Result<cim::Value> alias_path(const Literal& alias) = 0;
  virtual base::Result<cim::Value> embedded_object(const Literal& object) = 0;
};

/// How strictly constants fit types: a default in a class follows the grammar, an assignment in an instance may also turn a number into
/// text (SDK "MOF Arrays": `s = 23` for a string).
enum class Fit : std::uint8_t { kStrict, kAssignment };

/// The value of a constant for a property of `type`. Errors: WBEMMOF_E_TYPE_MISMATCH, WBEMMOF_E_OUT_OF_RANGE, WBEMMOF_E_UNEXPECTED_ALIAS
/// (an alias where no reference stands), those of the resolver. Without a resolver aliases and objects give NULL (check alone).
base::Result<cim::Value> evaluate(const Literal& literal, cim::Type type, ObjectResolver* resolver, Fit fit = Fit::kStrict);

/// The value and type of a constant by itself, as a qualifier has it: boolean, sint32 (sint64, uint64 when it must), real64, string,
/// or an array of these. NULL gives a NULL string. Errors: WBEMMOF_E_TYPE_MISMATCH for a mixed array, WBEMMOF_E_OUT_OF_RANGE.
base::Result<cim::Value> evaluate_untyped(const Literal& literal, cim::Type& type);

}  // namespace mof
