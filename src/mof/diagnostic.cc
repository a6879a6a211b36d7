#include "mof/diagnostic.h"

#include <fmt/format.h>

namespace mof {

std::string Diagnostic::to_string() const {
  std::string where = place.file;
  if (place.line != 0) where += fmt::format(" ({}, {})", place.line, place.column);
  if (severity == Severity::kWarning) return fmt::format("{}: warning: {}", where, text);
  const auto number = static_cast<std::uint32_t>(code);
  const std::string_view kind = is_syntax_code(code) ? std::string_view("SYNTAX") : base::hresult_name(code);
  return fmt::format("{}: error {} 0X{:08X}: {}", where, kind.empty() ? std::string_view("WMI") : kind, number, text);
}

base::Status Diagnostic::status() const {
  if (place.line == 0) return {code, fmt::format("{}: {}", place.file, text)};
  return {code, fmt::format("{} ({}, {}): {}", place.file, place.line, place.column, text)};
}

}  // namespace mof
