#include "rpc/codes.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace rpc {
namespace {

struct Known {
  std::uint32_t status;
  base::Hresult code;
  const char* name;
};

// MS-RPCE 3.1.1.5.5, with the numbers of C706 appendix N.2.
constexpr Known kKnown[] = {
    {fault::kAccessDenied, E_ACCESSDENIED, "ERROR_ACCESS_DENIED"},
    {fault::kNoCallActive, base::Hresult{0x800706BD}, "RPC_S_NO_CALL_ACTIVE"},
    {fault::kUnknownAuthnService, RPC_S_UNKNOWN_AUTHN_SERVICE, "RPC_S_UNKNOWN_AUTHN_SERVICE"},
    {fault::kBadStubData, RPC_X_BAD_STUB_DATA, "RPC_X_BAD_STUB_DATA"},
    {fault::kSecurityPackage, RPC_S_SEC_PKG_ERROR, "RPC_S_SEC_PKG_ERROR"},
    {0x1C000001, base::Hresult{0x80070705}, "nca_s_fault_int_div_by_zero"},
    {0x1C000002, base::Hresult{0x80070706}, "nca_s_fault_addr_error"},
    {0x1C000006, base::Hresult{0x800706C5}, "nca_s_fault_invalid_tag"},
    {0x1C000007, base::Hresult{0x800706C6}, "nca_s_fault_invalid_bound"},
    {0x1C000008, RPC_S_PROTOCOL_ERROR, "nca_rpc_version_mismatch"},
    {0x1C000009, RPC_S_CALL_FAILED, "nca_unspec_reject"},
    {fault::kCancelled, RPC_S_CALL_CANCELLED, "nca_s_fault_cancel"},
    {fault::kUnspecified, RPC_S_CALL_FAILED, "nca_s_fault_unspec"},
    {fault::kContextMismatch, base::Hresult{0x800706E5}, "nca_s_fault_context_mismatch"},
    {0x1C00001B, base::Hresult{0x8007046A}, "nca_s_fault_remote_no_memory"},
    {0x1C00001C, RPC_S_PROTOCOL_ERROR, "nca_invalid_pres_context_id"},
    {fault::kUnsupportedAuthnLevel, base::Hresult{0x800706D5}, "nca_unsupported_authn_level"},
    {0x1C00001F, RPC_S_CALL_FAILED_DNE, "nca_invalid_checksum"},
    {0x1C000020, RPC_S_CALL_FAILED_DNE, "nca_invalid_crc"},
    {0x1C010001, base::Hresult{0x8007071C}, "nca_s_comm_failure"},
    {fault::kOpnumRange, RPC_S_PROCNUM_OUT_OF_RANGE, "nca_op_rng_error"},
    {fault::kUnknownInterface, RPC_S_UNKNOWN_IF, "nca_unk_if"},
    {0x1C010009, RPC_S_CALL_FAILED, "nca_s_you_crashed"},
    {fault::kProtocolError, RPC_S_PROTOCOL_ERROR, "nca_proto_error"},
    {0x1C010013, base::Hresult{0x8007046A}, "nca_out_args_too_big"},
    {fault::kServerTooBusy, RPC_S_SERVER_TOO_BUSY, "nca_server_too_busy"},
    {0x1C010017, base::Hresult{0x800706C4}, "nca_unsupported_type"},
};

// MS-RPCE 3.3.3.5.1: never to be sent by a server.
constexpr std::uint32_t kForbidden[] = {0x00000000, 0x80000001, 0x80000002, 0x80000003, 0xC0000005, 0xC0000006, 0xC000001D,
                                        0xC0000096, 0xC00000AA, 0xC00000FD, 0xC0000194, 0xC0000235, 0xC0000409, 0xC0000420};

const Known* find(std::uint32_t status) {
  const auto* at = std::ranges::find(kKnown, status, &Known::status);
  return at == std::end(kKnown) ? nullptr : at;
}

base::Hresult hresult_of(std::uint32_t status) {
  if (!sendable_fault(status)) return RPC_S_PROTOCOL_ERROR;
  if (const Known* known = find(status)) return known->code;
  if (status >= 0x80000000U) return base::Hresult{status};
  if (status < 0x10000U) return base::Hresult{0x80070000U | status};
  return RPC_S_CALL_FAILED;
}

}  // namespace

const char* fault_name(std::uint32_t status) {
  const Known* known = find(status);
  return known ? known->name : "";
}

bool sendable_fault(std::uint32_t status) { return std::ranges::find(kForbidden, status) == std::end(kForbidden); }

base::Status status_of_fault(std::uint32_t status) {
  const char* name = fault_name(status);
  return {hresult_of(status), fmt::format("the server answered with fault 0x{:08X}{}{}", status, *name ? " " : "", name)};
}

}  // namespace rpc
