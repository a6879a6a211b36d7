// What the MOF compiler has to say about a text: code, place and one sentence.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/status.h"

namespace mof {

/// A place in a source. Line and column count from 1, columns in characters; line 0: the whole file.
struct Place {
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

struct Diagnostic {
  enum class Severity : std::uint8_t { kError, kWarning };
  Severity severity = Severity::kError;
  base::Hresult code = WBEM_S_NO_ERROR;
  Place place;
  std::uint32_t last_line = 0;  // of the object that a target refused; 0 for errors of the text
  std::uint32_t object = 0;     // its number in the unit, from 1; 0 for errors of the text
  std::string text;             // what was found and what was expected

  /// `file.mof (12, 7): error SYNTAX 0X80044002: text`. Errors of the text (0x800440xx) say SYNTAX, others their code's name.
  std::string to_string() const;
  /// Code and `file.mof (12, 7): text`, for callers that want a Status.
  base::Status status() const;
};

using Diagnostics = std::vector<Diagnostic>;

/// True for the codes of MS-WMI Appendix C that speak of the text alone (0x80044001 - 0x80044031).
constexpr bool is_syntax_code(base::Hresult code) { return (static_cast<std::uint32_t>(code) & 0xFFFFF000U) == 0x80044000U; }

}  // namespace mof
