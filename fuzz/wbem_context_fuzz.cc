// IWbemContext's buffer: what was read is written and read again.
#include <cstdlib>

#include "remote/values.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static cim::ClassInterner interner(16);
  const auto context = remote::decode_context({reinterpret_cast<const char*>(data), size}, &interner);
  if (!context) return 0;
  const auto again = remote::decode_context(remote::encode_context(*context), &interner);
  if (!again || again->values().size() != context->values().size()) std::abort();
  return 0;
}
