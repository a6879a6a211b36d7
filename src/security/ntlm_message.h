// The three NTLM messages and their AV pairs (MS-NLMP 2.2). Octets from outside are checked once, here.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"

namespace security::ntlm {

/// NegotiateFlags (2.2.2.5).
namespace flag {
inline constexpr std::uint32_t kUnicode = 0x1;
inline constexpr std::uint32_t kRequestTarget = 0x4;
inline constexpr std::uint32_t kSign = 0x10;
inline constexpr std::uint32_t kSeal = 0x20;
inline constexpr std::uint32_t kDatagram = 0x40;
inline constexpr std::uint32_t kNtlm = 0x200;
inline constexpr std::uint32_t kAnonymous = 0x800;
inline constexpr std::uint32_t kDomainSupplied = 0x1000;
inline constexpr std::uint32_t kWorkstationSupplied = 0x2000;
inline constexpr std::uint32_t kAlwaysSign = 0x8000;
inline constexpr std::uint32_t kTargetServer = 0x20000;
inline constexpr std::uint32_t kExtendedSecurity = 0x80000;
inline constexpr std::uint32_t kIdentify = 0x100000;
inline constexpr std::uint32_t kTargetInfo = 0x800000;
inline constexpr std::uint32_t kVersion = 0x2000000;
inline constexpr std::uint32_t k128 = 0x20000000;
inline constexpr std::uint32_t kKeyExchange = 0x40000000;
inline constexpr std::uint32_t k56 = 0x80000000;
}  // namespace flag

/// AvId (2.2.2.1).
enum class Av : std::uint16_t {
  kEol = 0,
  kNbComputerName = 1,
  kNbDomainName = 2,
  kDnsComputerName = 3,
  kDnsDomainName = 4,
  kDnsTreeName = 5,
  kFlags = 6,
  kTimestamp = 7,
  kSingleHost = 8,
  kTargetName = 9,
  kChannelBindings = 10,
};
inline constexpr std::uint32_t kAvFlagMic = 0x2;
inline constexpr std::uint32_t kAvFlagUntrustedTarget = 0x4;

/// A list of AV pairs in wire order, without its end mark.
class AvPairs {
 public:
  static constexpr std::size_t kMaxPairs = 64;  // a list of tens of thousands of empty pairs costs memory

  /// SEC_E_INVALID_TOKEN for a list without end mark, a value beyond the end, a name of odd size, a flag word, time or binding of the
  /// wrong size. Octets behind the end mark are ignored.
  static base::Result<AvPairs> parse(std::string_view octets);
  /// The value of the first pair with this id.
  std::optional<std::string_view> find(Av id) const;
  std::uint32_t flags() const;  ///< 0 without a flags pair
  /// Replaces the first pair with this id, or adds one at the end.
  void set(Av id, std::string value);
  void set_text(Av id, std::string_view utf8);
  void set_flags(std::uint32_t flags);
  void remove(Av id);
  std::string build() const;  ///< with the end mark

 private:
  std::vector<std::pair<Av, std::string>> pairs_;
};

using Challenge8 = std::array<char, 8>;
inline std::string_view view(const Challenge8& value) { return {value.data(), value.size()}; }

/// NEGOTIATE_MESSAGE (2.2.1.1). Domain and workstation are checked and not used.
struct Negotiate {
  std::uint32_t flags = 0;
};
base::Result<Negotiate> parse_negotiate(std::string_view octets);
std::string build_negotiate(std::uint32_t flags);

/// CHALLENGE_MESSAGE (2.2.1.2).
struct Challenge {
  std::uint32_t flags = 0;
  Challenge8 server_challenge{};
  std::string target_name;  // UTF-8
  AvPairs target_info;
};
base::Result<Challenge> parse_challenge(std::string_view octets);
std::string build_challenge(const Challenge& challenge);

/// AUTHENTICATE_MESSAGE (2.2.1.3). Texts are UTF-8; the views of a parsed message point into its octets.
struct Authenticate {
  static constexpr std::size_t kMicOffset = 72;
  static constexpr std::size_t kMicSize = 16;

  std::uint32_t flags = 0;
  std::string_view lm_response;
  std::string_view nt_response;
  std::string domain;
  std::string user;
  std::string workstation;
  std::string_view encrypted_session_key;
};
base::Result<Authenticate> parse_authenticate(std::string_view octets);
/// With room for the MIC, zeroed.
std::string build_authenticate(const Authenticate& authenticate);

/// NTLMv2_RESPONSE (2.2.2.7, 2.2.2.8), views into its octets.
struct NtlmV2Response {
  std::string_view proof;  // 16 octets
  std::string_view temp;   // all that follows: what the proof is computed over
  std::uint64_t time = 0;
  AvPairs target_info;
};
base::Result<NtlmV2Response> parse_v2_response(std::string_view octets);
/// The part behind the proof ("temp" in 3.3.2).
std::string build_v2_temp(std::uint64_t time, const Challenge8& client_challenge, const AvPairs& target_info);

}  // namespace security::ntlm
