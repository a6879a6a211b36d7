// Words of JScript, as far as prepare() looks at them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace script::jscript {

struct Token {
  enum class Kind : std::uint8_t { kName, kNumber, kText, kPattern, kPunctuator } kind = Kind::kPunctuator;
  std::string_view text;
  std::size_t begin = 0;
  bool line_before = false;  // a line ends between this one and the one before
  /// Of brackets: the position in the list of the partner; npos without one.
  std::size_t partner = static_cast<std::size_t>(-1);
  bool is(std::string_view punctuator) const { return kind == Kind::kPunctuator && text == punctuator; }
  bool is_name(std::string_view name) const { return kind == Kind::kName && text == name; }
};

/// Comments and blanks are left out; what never ends goes to the text's end. Brackets know their partners.
std::vector<Token> tokenize(std::string_view source);

/// A word that cannot end an operand: return, typeof, if ...
bool is_keyword(std::string_view name);

}  // namespace script::jscript
