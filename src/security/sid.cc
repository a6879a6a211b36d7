#include "security/sid.h"

#include <fmt/format.h>

#include <charconv>

#include "base/bytes.h"

namespace security {
namespace {

template <class T>
std::optional<T> number(std::string_view text, int radix = 10) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, radix);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// The text up to the next '-', which is taken away with it.
std::string_view next_part(std::string_view& rest) {
  const std::size_t dash = rest.find('-');
  const std::string_view part = rest.substr(0, dash);
  rest = dash == std::string_view::npos ? std::string_view() : rest.substr(dash + 1);
  return part;
}

}  // namespace

std::optional<Sid> Sid::parse(std::string_view text) {
  // MS-DTYP 2.4.2.1: S-1-authority, then 1 to 15 sub-authorities in decimal.
  if (text.size() < 4 || (text[0] != 'S' && text[0] != 's') || text.substr(1, 3) != "-1-") return std::nullopt;
  std::string_view rest = text.substr(4);
  if (rest.empty() || rest.back() == '-') return std::nullopt;
  const std::string_view authority = next_part(rest);
  const bool hexadecimal = authority.size() == 14 && (authority.starts_with("0x") || authority.starts_with("0X"));
  const auto value = hexadecimal ? number<std::uint64_t>(authority.substr(2), 16) : number<std::uint64_t>(authority);
  if (!value || *value >> 48U != 0) return std::nullopt;
  Sid sid{*value, {}};
  while (!rest.empty()) {
    const auto sub = number<std::uint32_t>(next_part(rest));
    if (!sub || sid.sub_authorities.size() == kMaxSubAuthorities) return std::nullopt;
    sid.sub_authorities.push_back(*sub);
  }
  if (sid.sub_authorities.empty()) return std::nullopt;
  return sid;
}

std::optional<Sid> Sid::from_octets(std::string_view octets) {
  // MS-DTYP 2.4.2.2: revision 1, count, six octets of authority with the highest first, then the sub-authorities.
  if (octets.size() < 8 || octets[0] != 1) return std::nullopt;
  const std::size_t count = static_cast<std::uint8_t>(octets[1]);
  if (count > kMaxSubAuthorities || octets.size() < 8 + 4 * count) return std::nullopt;
  Sid sid;
  for (std::size_t i = 2; i < 8; ++i) sid.authority = sid.authority << 8U | static_cast<std::uint8_t>(octets[i]);
  sid.sub_authorities.reserve(count);
  for (std::size_t i = 0; i < count; ++i) sid.sub_authorities.push_back(base::load_le<std::uint32_t>(octets, 8 + 4 * i));
  return sid;
}

std::string Sid::to_string() const {
  std::string out = authority >> 32U == 0 ? fmt::format("S-1-{}", authority) : fmt::format("S-1-0x{:012X}", authority);
  for (const std::uint32_t sub : sub_authorities) out += fmt::format("-{}", sub);
  return out;
}

void Sid::append_octets(std::string& out) const {
  base::ByteWriter writer(out);
  writer.u8(1);
  writer.u8(static_cast<std::uint8_t>(sub_authorities.size()));
  for (int shift = 40; shift >= 0; shift -= 8) writer.u8(static_cast<std::uint8_t>(authority >> static_cast<unsigned>(shift)));
  for (const std::uint32_t sub : sub_authorities) writer.u32(sub);
}

Sid Sid::child(std::uint32_t rid) const {
  Sid out = *this;
  out.sub_authorities.push_back(rid);
  return out;
}

namespace well_known {
Sid everyone() { return {1, {0}}; }
Sid network() { return {5, {2}}; }
Sid authenticated_users() { return {5, {11}}; }
Sid local_system() { return {5, {18}}; }
Sid local_service() { return {5, {19}}; }
Sid network_service() { return {5, {20}}; }
Sid administrators() { return {5, {32, 544}}; }
Sid owner_rights() { return {3, {4}}; }
Sid ntlm_authentication() { return {5, {64, 10}}; }
}  // namespace well_known

Sid unix_user_sid(std::uint32_t uid) { return {22, {1, uid}}; }
Sid unix_group_sid(std::uint32_t gid) { return {22, {2, gid}}; }

}  // namespace security
