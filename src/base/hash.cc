#include "base/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace base {

Hash128 hash128(std::string_view octets) {
  const XXH128_hash_t hash = XXH3_128bits(octets.data(), octets.size());
  return {hash.low64, hash.high64};
}

std::uint64_t hash64(std::string_view octets) { return XXH3_64bits(octets.data(), octets.size()); }

}  // namespace base
