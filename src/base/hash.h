// 128-bit and 64-bit hashes of octets (XXH3, seed 0). The same on every machine and in every version: fit for storing.
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

namespace base {

struct Hash128 {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  auto operator<=>(const Hash128&) const = default;
};

Hash128 hash128(std::string_view octets);
std::uint64_t hash64(std::string_view octets);

}  // namespace base
