// Display names: no input may crash the parser, and what it accepts can be shown and read again.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "scripting/moniker.h"
#include "scripting/swbem_security.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto first = scripting::parse_moniker(text);
  if (!first) return 0;
  if (first->authority.find_first_of(",}") != std::string::npos || first->locale.find(']') != std::string::npos) std::abort();
  const std::string shown =
      "winmgmts:" + scripting::security_prefix(first->security, first->authority, first->locale) + "!" + first->path.to_string();
  if (shown.size() > scripting::kMaxMonikerLength) return 0;
  const auto again = scripting::parse_moniker(shown);
  if (!again || again->security != first->security || again->authority != first->authority) std::abort();
  return 0;
}
