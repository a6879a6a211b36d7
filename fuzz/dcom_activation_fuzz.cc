// The stubs of both activations: the first octet chooses one, the rest is read, written and read again.
#include <cstdlib>

#include "dcom/activation.h"

namespace {

using namespace dcom;

void check(bool condition) {
  if (!condition) std::abort();
}

/// What was written once is written the same way after it was read.
template <class Read, class Write>
void round_trip(std::string_view stub, Read&& read, Write&& write) {
  const auto first = read(stub);
  if (!first) return;
  const std::string written = write(*first);
  const auto second = read(written);
  check(second.has_value());
  check(write(*second) == written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view stub(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Guid causality = com_guid(1);
  switch (data[0] & 7) {
    case 0: round_trip(stub, read_create_instance, [&](const auto& request) { return write_create_instance(request, causality); }); break;
    case 1:
      round_trip(stub, read_remote_activation, [&](const auto& request) { return write_remote_activation(request, causality); });
      break;
    case 2: round_trip(stub, read_create_instance_reply, write_create_instance_reply); break;
    case 3: (void)read_get_class_object(stub); break;
    default: {
      const std::size_t asked = data[0] & 3;
      round_trip(stub, [&](std::string_view octets) { return read_remote_activation_reply(octets, asked); }, write_remote_activation_reply);
    }
  }
  return 0;
}
