// Patterns of VBScript's RegExp (ECMA-262 3rd edition, 15.10, as Windows' engine 5.8 reads it) in the syntax of PCRE2.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace script::vbscript {

struct RegexpOptions {
  bool ignore_case = false;
  bool multiline = false;
};

/// What PCRE2 compiles: captures keep their numbers.
struct RegexpSyntax {
  std::u16string pattern;
  bool unicode_case = false;  // case of characters beyond ASCII is needed (PCRE2_UCP)
};

/// Longer patterns are refused [compiled size].
inline constexpr std::size_t kMaxPattern = 1U << 16;

/// An error is VBScript's number: 5017 syntax, 5018 unexpected quantifier, 5019 ] missing, 5020 ) missing, 5021 range out of order.
std::expected<RegexpSyntax, std::uint16_t> translate_regexp(std::u16string_view pattern, RegexpOptions options);

}  // namespace script::vbscript
