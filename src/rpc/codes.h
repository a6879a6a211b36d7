// Status values of RPC: what a fault carries, what bind_nak and bind_ack give as reason, and the HRESULTs that a caller sees.
#pragma once

#include <cstdint>

#include "base/status.h"

namespace rpc {
using namespace base::codes;

/// Values of the status field of a fault (C706 appendix N.2, MS-ERREF 2.2 for those below 0x10000).
namespace fault {
inline constexpr std::uint32_t kAccessDenied = 0x00000005;
inline constexpr std::uint32_t kNoCallActive = 0x000006BD;
inline constexpr std::uint32_t kUnknownAuthnService = 0x000006D3;
inline constexpr std::uint32_t kBadStubData = 0x000006F7;
inline constexpr std::uint32_t kSecurityPackage = 0x00000721;
inline constexpr std::uint32_t kCancelled = 0x1C00000D;
inline constexpr std::uint32_t kUnspecified = 0x1C000012;
inline constexpr std::uint32_t kContextMismatch = 0x1C00001A;
inline constexpr std::uint32_t kUnsupportedAuthnLevel = 0x1C00001D;
inline constexpr std::uint32_t kOpnumRange = 0x1C010002;
inline constexpr std::uint32_t kUnknownInterface = 0x1C010003;
inline constexpr std::uint32_t kProtocolError = 0x1C01000B;
inline constexpr std::uint32_t kServerTooBusy = 0x1C010014;
}  // namespace fault

/// provider_reject_reason of a bind_nak (MS-RPCE 2.2.2.5).
enum class NakReason : std::uint16_t {
  kNotSpecified = 0,
  kCongestion = 1,
  kLocalLimit = 2,
  kProtocolVersion = 4,
  kAuthenticationType = 8,
  kInvalidChecksum = 9,
};

/// Win32 errors of RPC as HRESULTs (MS-ERREF 2.1.2): what a client's call or connection ended with.
inline constexpr base::Hresult RPC_S_UNKNOWN_AUTHN_SERVICE{0x800706D3};
inline constexpr base::Hresult RPC_S_SERVER_UNAVAILABLE{0x800706BA};
inline constexpr base::Hresult RPC_S_SERVER_TOO_BUSY{0x800706BB};
inline constexpr base::Hresult RPC_S_CALL_FAILED{0x800706BE};
inline constexpr base::Hresult RPC_S_CALL_FAILED_DNE{0x800706BF};
inline constexpr base::Hresult RPC_S_PROTOCOL_ERROR{0x800706C0};
inline constexpr base::Hresult RPC_S_UNSUPPORTED_TRANS_SYN{0x800706C2};
inline constexpr base::Hresult RPC_S_UNKNOWN_IF{0x800706B5};
inline constexpr base::Hresult RPC_S_DUPLICATE_ENDPOINT{0x800706CC};
inline constexpr base::Hresult RPC_S_PROCNUM_OUT_OF_RANGE{0x800706D1};
inline constexpr base::Hresult RPC_X_BAD_STUB_DATA{0x800706F7};
inline constexpr base::Hresult RPC_S_CALL_CANCELLED{0x8007071A};
inline constexpr base::Hresult RPC_S_SEC_PKG_ERROR{0x80070721};
inline constexpr base::Hresult RPC_S_TIMEOUT{0x800705B4};  // ERROR_TIMEOUT

/// The name of a fault status, or empty.
const char* fault_name(std::uint32_t status);

/// Whether a server may send it (MS-RPCE 3.3.3.5.1).
bool sendable_fault(std::uint32_t status);

/// What the caller is told for a fault (MS-RPCE 3.1.1.5.5): an HRESULT stays, a Win32 error becomes one, the codes of C706 are mapped;
/// a status that a server must not send (3.3.3.5.1) is RPC_S_PROTOCOL_ERROR.
base::Status status_of_fault(std::uint32_t status);

}  // namespace rpc
