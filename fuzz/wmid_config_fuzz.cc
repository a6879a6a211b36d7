// Text of a configuration file.
#include <cstdint>
#include <string_view>

#include "wmid/config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto settings = wmid::parse_settings({reinterpret_cast<const char*>(data), size}, "fuzz");
  if (!settings) return 0;
  const auto config = wmid::make_config(*settings, {});
  if (config) (void)wmid::needs_restart(wmid::Config(), *config);
  return 0;
}
