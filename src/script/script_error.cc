#include <fmt/format.h>

#include "script/engine.h"

namespace script {

std::string ScriptError::to_string() const {
  std::string out = file;
  if (line != 0) out += fmt::format("({}, {})", line, column == 0 ? 1 : column);
  if (!out.empty()) out += ' ';
  out += source.empty() ? "(null)" : source;
  out += ": ";
  out += description.empty() ? fmt::format("0x{:08X}", number) : description;
  return out;
}

}  // namespace script
