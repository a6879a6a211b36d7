// Security identifiers (MS-DTYP 2.4.2).
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace security {

struct Sid {
  static constexpr std::size_t kMaxSubAuthorities = 15;

  std::uint64_t authority = 0;  // 48 bits
  std::vector<std::uint32_t> sub_authorities;

  auto operator<=>(const Sid&) const = default;

  /// S-1-5-32-544; the authority in decimal, or as 0x and 12 hexadecimal digits. Nothing for any other text.
  static std::optional<Sid> parse(std::string_view text);
  /// The octets at the start of `octets` (MS-DTYP 2.4.2.2); what follows is ignored. Nothing when they are no SID.
  static std::optional<Sid> from_octets(std::string_view octets);

  std::string to_string() const;
  void append_octets(std::string& out) const;
  std::size_t size() const { return 8 + 4 * sub_authorities.size(); }
  /// This SID with one more sub-authority. Requires fewer than kMaxSubAuthorities.
  Sid child(std::uint32_t rid) const;
};

/// Well-known SIDs (MS-DTYP 2.4.2.4).
namespace well_known {
Sid everyone();             // S-1-1-0
Sid network();              // S-1-5-2
Sid authenticated_users();  // S-1-5-11
Sid local_system();         // S-1-5-18
Sid local_service();        // S-1-5-19
Sid network_service();      // S-1-5-20
Sid administrators();       // S-1-5-32-544
Sid owner_rights();         // S-1-3-4
Sid ntlm_authentication();  // S-1-5-64-10
}  // namespace well_known

/// A Unix user's or group's SID: S-1-22-1-uid, S-1-22-2-gid.
Sid unix_user_sid(std::uint32_t uid);
Sid unix_group_sid(std::uint32_t gid);

}  // namespace security
