// Towers and the messages of the endpoint mapper; what was read is written and read again.
#include <cstdlib>

#include "rpc/epm.h"

namespace {

void check(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rpc;
  static base::SeededRandom random(1);
  static epm::EndpointMap* const map = [] {
    auto* out = new epm::EndpointMap(random);
    out->add({base::Guid{1, 2, 3, {}}, 1, 0}, 49152, "first");
    out->add({base::Guid{4, 5, 6, {}}, 1, 2}, 49153, "");
    return out;
  }();
  if (size == 0) return 0;
  const std::string_view octets(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 5) {
    case 0:
      if (const auto tower = epm::parse_tower(octets)) check(epm::parse_tower(epm::tower_octets(*tower)) == tower);
      break;
    case 1:
      if (const auto reply = epm::read_lookup_reply(octets)) {
        const auto back = epm::read_lookup_reply(epm::write_lookup_reply(*reply, 500));
        check(back && back->entries == reply->entries && back->status == reply->status);
      }
      break;
    case 2:
      if (const auto reply = epm::read_map_reply(octets)) {
        const auto back = epm::read_map_reply(epm::write_map_reply(*reply, 500));
        check(back && back->towers == reply->towers && back->handle == reply->handle);
      }
      break;
    default: {
      const std::uint16_t opnum = data[0] % 5 == 3 ? epm::kLookup : epm::kMap;
      const auto answer = map->answer(opnum, octets, "192.0.2.1");
      if (!answer) break;
      check(opnum == epm::kLookup ? epm::read_lookup_reply(*answer).has_value() : epm::read_map_reply(*answer).has_value());
    }
  }
  return 0;
}
