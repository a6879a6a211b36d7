// The two tokens of SPNEGO (RFC 4178, section 4.2; MS-SPNG 2.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace security::spnego {

/// Mechanisms, as the content octets of their OIDs.
namespace oid {
inline constexpr std::string_view kSpnego("\x2b\x06\x01\x05\x05\x02", 6);
inline constexpr std::string_view kKerberos("\x2a\x86\x48\x86\xf7\x12\x01\x02\x02", 9);
inline constexpr std::string_view kMicrosoftKerberos("\x2a\x86\x48\x82\xf7\x12\x01\x02\x02",
                                                     9);  // an old slip that Windows still offers first
inline constexpr std::string_view kNtlm("\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a", 10);
}  // namespace oid

inline constexpr std::size_t kMaxMechanisms = 32;
inline constexpr std::size_t kMaxToken = 131'072;  // a Kerberos ticket with a large PAC stays below 65,536

/// negTokenInit, also in the form of NegTokenInit2 (MS-SPNG 2.2.1), whose hints are ignored. reqFlags are ignored (3.1.5.3).
struct Init {
  std::vector<std::string> mechanisms;
  std::string mechanism_list;  // the DER of mechTypes: what mechListMIC is computed over
  std::optional<std::string> token;
  std::optional<std::string> mic;
};

/// negTokenResp.
struct Response {
  enum class State : std::uint8_t { kAcceptCompleted = 0, kAcceptIncomplete = 1, kReject = 2, kRequestMic = 3 };
  std::optional<State> state;
  std::string mechanism;  // empty: absent
  std::optional<std::string> token;
  std::optional<std::string> mic;
};

/// SEC_E_INVALID_TOKEN, also for more than kMaxMechanisms or kMaxToken. Octets behind the token are refused.
base::Result<Init> parse_init(std::string_view octets);
base::Result<Response> parse_response(std::string_view octets);

/// The DER of a MechTypeList.
std::string build_mechanism_list(const std::vector<std::string>& mechanisms);
/// From mechanism_list, token and mic.
std::string build_init(const Init& init);
std::string build_response(const Response& response);

}  // namespace security::spnego
