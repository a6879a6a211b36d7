#include "base/guid.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/random.h"

namespace base {
namespace {

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<Guid> Guid::parse(std::string_view text) {
  if (text.size() == 38 && text.front() == '{' && text.back() == '}') text = text.substr(1, 36);
  if (text.size() != 36) return std::nullopt;
  std::array<std::uint8_t, 16> values{};
  std::size_t digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int value = digit_value(text[i]);
    if (value < 0) return std::nullopt;
    values[digits / 2] = static_cast<std::uint8_t>(values[digits / 2] << 4 | value);
    ++digits;
  }
  Guid guid;
  guid.data1 = static_cast<std::uint32_t>(values[0]) << 24 | static_cast<std::uint32_t>(values[1] << 16 | values[2] << 8 | values[3]);
  guid.data2 = static_cast<std::uint16_t>(values[4] << 8 | values[5]);
  guid.data3 = static_cast<std::uint16_t>(values[6] << 8 | values[7]);
  for (std::size_t i = 0; i < 8; ++i) guid.data4[i] = values[8 + i];
  return guid;
}

Guid Guid::from_octets(std::string_view octets) {
  ByteReader reader(octets);
  Guid guid;
  guid.data1 = reader.u32();
  guid.data2 = reader.u16();
  guid.data3 = reader.u16();
  for (std::uint8_t& octet : guid.data4) octet = reader.u8();
  return reader.ok() ? guid : Guid{};
}

Guid Guid::random(Random& random) {
  char octets[16];
  random.fill(octets, sizeof octets);
  Guid guid = from_octets({octets, sizeof octets});
  guid.data3 = static_cast<std::uint16_t>((guid.data3 & 0x0FFFU) | 0x4000U);
  guid.data4[0] = static_cast<std::uint8_t>((guid.data4[0] & 0x3FU) | 0x80U);
  return guid;
}

std::string Guid::to_octets() const {
  std::string out;
  ByteWriter writer(out);
  writer.u32(data1);
  writer.u16(data2);
  writer.u16(data3);
  for (const std::uint8_t octet : data4) writer.u8(octet);
  return out;
}

std::string Guid::to_string() const {
  const auto& d = data4;
  return fmt::format("{:08x}-{:04x}-{:04x}-{:02x}{:02x}-{:02x}{:02x}{:02x}{:02x}{:02x}{:02x}", data1, data2, data3, d[0], d[1], d[2], d[3],
                     d[4], d[5], d[6], d[7]);
}

std::string Guid::to_braced() const {
  std::string out = "{" + to_string() + "}";
  for (char& c : out) c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c;
  return out;
}

}  // namespace base
