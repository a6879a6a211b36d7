// Messages between the object manager and the process of an isolated provider, in both directions.
#include "manager/isolated_protocol.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view octets(reinterpret_cast<const char*>(data), size);
  (void)manager::isolated::decode_reply(octets);
  (void)manager::isolated::decode_request(octets);
  return 0;
}
