// Octets as hexadecimal text, and stubs that end too early.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace dcom::testing {

inline std::string hex(std::string_view octets) {
  std::string out;
  for (const char octet : octets) {
    for (const int shift : {4, 0}) out += "0123456789abcdef"[static_cast<unsigned char>(octet) >> shift & 15];
  }
  return out;
}

/// Blanks are skipped.
inline std::string unhex(std::string_view text) {
  std::string out;
  int half = -1;
  for (const char c : text) {
    if (c == ' ' || c == '\n') continue;
    const int digit = c <= '9' ? c - '0' : c - 'a' + 10;
    if (half < 0) {
      half = digit;
    } else {
      out += static_cast<char>(half << 4 | digit);
      half = -1;
    }
  }
  return out;
}

/// `read(octets)` gives a Result, which must be a failure for every prefix of `octets` and a success for them all.
template <class Read>
void expect_only_whole(std::string_view octets, Read&& read) {
  for (std::size_t size = 0; size < octets.size(); ++size) {
    EXPECT_FALSE(read(octets.substr(0, size)).has_value()) << size << " of " << octets.size() << " octets";
  }
  const auto whole = read(octets);
  EXPECT_TRUE(whole.has_value()) << whole.error().to_string();
}

}  // namespace dcom::testing
