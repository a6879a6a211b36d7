// Files of the registry: what parses prints and parses again to the same.
#include <cstdint>
#include <cstdlib>

#include "base/registry_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto hive = base::registry::parse({reinterpret_cast<const char*>(data), size}, "f");
  if (!hive) return 0;
  const std::string printed = base::registry::print(*hive);
  const auto again = base::registry::parse(printed, "f");
  if (!again || base::registry::print(*again) != printed) std::abort();
  return 0;
}
