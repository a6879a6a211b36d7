// Eight octets at a time: the ASCII fast paths of utf.cc and fold.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace base::internal {

inline constexpr std::uint64_t kHighBits = 0x8080808080808080U;

inline std::uint64_t load8(const char* data) {
  std::uint64_t word;
  std::memcpy(&word, data, sizeof word);
  return word;
}

/// The last 1-7 octets, padded with zeros.
inline std::uint64_t load_tail(const char* data, std::size_t size) {
  std::uint64_t word = 0;
  if (size >= 4) {
    std::uint32_t low;
    std::uint32_t high;
    std::memcpy(&low, data, 4);
    std::memcpy(&high, data + size - 4, 4);
    return low | static_cast<std::uint64_t>(high) << (8 * (size - 4));
  }
  for (std::size_t i = 0; i < size; ++i) word |= static_cast<std::uint64_t>(static_cast<unsigned char>(data[i])) << (8 * i);
  return word;
}

/// The number of leading octets below 0x80.
inline std::size_t ascii_prefix(std::string_view text) {
  std::size_t i = 0;
  while (i + 8 <= text.size() && (load8(text.data() + i) & kHighBits) == 0) i += 8;
  while (i < text.size() && static_cast<unsigned char>(text[i]) < 0x80) ++i;
  return i;
}

/// Capitals for a-z in each of eight octets that are all below 0x80.
inline std::uint64_t upper8(std::uint64_t word) {
  const std::uint64_t from_a = word + 0x1F1F1F1F1F1F1F1FU;   // top bit set when octet >= 'a'
  const std::uint64_t above_z = word + 0x0505050505050505U;  // top bit set when octet > 'z'
  return word - (((from_a & ~above_z) & kHighBits) >> 2);
}

inline char upper_ascii(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

}  // namespace base::internal
