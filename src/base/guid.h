// GUIDs: text form, the 16 octets of the wire (MS-DTYP 2.3.4), random ones.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace base {

class Random;

struct Guid {
  std::uint32_t data1 = 0;
  std::uint16_t data2 = 0;
  std::uint16_t data3 = 0;
  std::array<std::uint8_t, 8> data4{};

  auto operator<=>(const Guid&) const = default;
  bool is_nil() const { return *this == Guid{}; }

  /// 8-4-4-4-12 hexadecimal digits in either case, with or without braces; nothing for any other text.
  static std::optional<Guid> parse(std::string_view text);

  /// From exactly 16 octets: the first three fields little-endian.
  static Guid from_octets(std::string_view octets);

  /// A version 4 GUID.
  static Guid random(Random& random);

  std::string to_octets() const;
  std::string to_string() const;  ///< lower case, without braces
  std::string to_braced() const;  ///< upper case, in braces, as the registry writes it
};

}  // namespace base
