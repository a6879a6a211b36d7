// The PDUs of connection-oriented RPC 5.0 (C706 12.6, MS-RPCE 2.2.2): octets to structures and back. Little-endian only. What a parsed
// structure views stays in the octets that it was parsed from. All functions are thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/guid.h"
#include "base/status.h"
#include "rpc/codes.h"

namespace rpc {

enum class PduType : std::uint8_t {
  kRequest = 0,
  kResponse = 2,
  kFault = 3,
  kBind = 11,
  kBindAck = 12,
  kBindNak = 13,
  kAlterContext = 14,
  kAlterContextResp = 15,
  kAuth3 = 16,
  kShutdown = 17,
  kCancel = 18,
  kOrphaned = 19,
};

/// pfc_flags.
namespace pfc {
inline constexpr std::uint8_t kFirst = 0x01;
inline constexpr std::uint8_t kLast = 0x02;
inline constexpr std::uint8_t kPendingCancel = 0x04;  // in requests, responses and faults
inline constexpr std::uint8_t kHeaderSign = 0x04;     // in all others (MS-RPCE 2.2.2.3)
inline constexpr std::uint8_t kConcurrentMultiplex = 0x10;
inline constexpr std::uint8_t kDidNotExecute = 0x20;
inline constexpr std::uint8_t kMaybe = 0x40;
inline constexpr std::uint8_t kObjectUuid = 0x80;
inline constexpr std::uint8_t kWhole = kFirst | kLast;
}  // namespace pfc

inline constexpr std::size_t kHeaderSize = 16;
inline constexpr std::size_t kTrailerSize = 8;
inline constexpr std::size_t kCallHeaderSize = 24;      // of request, response, fault: header and the fixed fields before the stub
inline constexpr std::size_t kObjectSize = 16;          // of the object UUID behind them
inline constexpr std::size_t kBodyAlignment = 16;       // of the sec_trailer of requests and responses (MS-RPCE 2.2.2.11)
inline constexpr std::uint16_t kMustReceive = 1432;     // every implementation takes fragments of this size (C706 12.6.3.2)
inline constexpr std::uint16_t kLocalFragment = 32768;  // on UNIX sockets: measured, the fastest

/// The common header. frag_length and auth_length are filled in when a PDU is built.
struct PduHeader {
  PduType type = PduType::kRequest;
  std::uint8_t flags = pfc::kWhole;
  std::uint16_t frag_length = 0;
  std::uint16_t auth_length = 0;
  std::uint32_t call_id = 0;
};

/// What was wrong with a header: kVersion and kOther have different answers.
enum class HeaderError { kNone, kVersion, kOther };

/// The header at the start of `octets`, which must be at least kHeaderSize. Checks version, data representation, type, and that the lengths
/// fit each other and the type; `error` tells the kind of failure. `out` has what could be read in any case.
HeaderError parse_header(std::string_view octets, PduHeader& out);

/// sec_trailer and token (MS-RPCE 2.2.2.11).
struct AuthSegment {
  std::uint8_t type = 0;
  std::uint8_t level = 0;
  std::uint8_t pad_length = 0;
  std::uint32_t context_id = 0;
  std::string_view token;
  std::size_t offset = 0;  // of the sec_trailer in the PDU
};

/// The segment of a whole PDU whose header was parsed; nullopt without one. RPC_S_PROTOCOL_ERROR when `pad_length` exceeds the body that
/// begins at `body_offset`.
base::Result<std::optional<AuthSegment>> parse_auth(std::string_view pdu, const PduHeader& header, std::size_t body_offset);

/// Abstract or transfer syntax: p_syntax_id_t.
struct SyntaxId {
  base::Guid uuid;
  std::uint16_t major = 0;
  std::uint16_t minor = 0;

  auto operator<=>(const SyntaxId&) const = default;
  std::string to_string() const;  ///< "uuid v1.0"
};

extern const SyntaxId kNdr;    // 2.0
extern const SyntaxId kNdr64;  // 1.0

/// Bind-time feature negotiation (MS-RPCE 2.2.2.14): a transfer syntax that is none.
namespace feature {
inline constexpr std::uint8_t kSecurityContextMultiplexing = 1;
inline constexpr std::uint8_t kKeepConnectionOnOrphan = 2;
/// The bitmask when `syntax` has the prefix and version 1.0.
std::optional<std::uint8_t> bits_of(const SyntaxId& syntax);
SyntaxId syntax_of(std::uint8_t bits);
}  // namespace feature

/// p_cont_elem_t.
struct ContextElement {
  std::uint16_t id = 0;
  SyntaxId abstract;
  std::vector<SyntaxId> transfer;
};

/// bind and alter_context.
struct Bind {
  std::uint16_t max_xmit = 0;
  std::uint16_t max_recv = 0;
  std::uint32_t association = 0;
  std::vector<ContextElement> contexts;
};

/// p_result_t (C706 12.6.3.1, MS-RPCE 2.2.2.4).
struct ContextResult {
  enum : std::uint16_t { kAccepted = 0, kUserRejection = 1, kProviderRejection = 2, kNegotiateAck = 3 };
  enum : std::uint16_t { kNoReason = 0, kAbstractSyntax = 1, kTransferSyntaxes = 2, kLocalLimit = 3 };
  std::uint16_t result = kAccepted;
  std::uint16_t reason = kNoReason;  // of kNegotiateAck: the feature bits
  SyntaxId transfer;
};

/// bind_ack and alter_context_resp.
struct BindAck {
  std::uint16_t max_xmit = 0;
  std::uint16_t max_recv = 0;
  std::uint32_t association = 0;
  std::string secondary_address;  // without its NUL; empty in alter_context_resp
  std::vector<ContextResult> results;
};

struct BindNak {
  NakReason reason = NakReason::kNotSpecified;
};

struct Request {
  std::uint32_t alloc_hint = 0;
  std::uint16_t context_id = 0;
  std::uint16_t opnum = 0;
  std::optional<base::Guid> object;
  std::size_t header_size() const { return kCallHeaderSize + (object ? kObjectSize : 0); }
};

struct Response {
  std::uint32_t alloc_hint = 0;
  std::uint16_t context_id = 0;
  std::uint8_t cancel_count = 0;
};

struct Fault {
  std::uint16_t context_id = 0;
  std::uint8_t cancel_count = 0;
  std::uint32_t status = 0;
};

// Parsers of what follows the common header of a whole PDU; RPC_S_PROTOCOL_ERROR when a field does not fit. Where the body ends matters:
// pass the offset of the sec_trailer minus its padding, or frag_length without one.
base::Result<Bind> parse_bind(std::string_view pdu, std::size_t body_end);
base::Result<BindAck> parse_bind_ack(std::string_view pdu, std::size_t body_end);
base::Result<BindNak> parse_bind_nak(std::string_view pdu);
base::Result<Request> parse_request(std::string_view pdu, const PduHeader& header);
base::Result<Response> parse_response(std::string_view pdu);
base::Result<Fault> parse_fault(std::string_view pdu);

// Builders append one whole PDU to `out`. `auth`: offset and pad_length are computed; nullptr for none. The sum must stay below 64 KiB.
void append_bind(std::string& out, PduHeader header, const Bind& bind, const AuthSegment* auth);
void append_bind_ack(std::string& out, PduHeader header, const BindAck& ack, const AuthSegment* auth);
void append_bind_nak(std::string& out, std::uint32_t call_id, NakReason reason);
void append_auth3(std::string& out, std::uint32_t call_id, std::uint8_t flags, const AuthSegment& auth);
void append_fault(std::string& out, std::uint32_t call_id, std::uint8_t flags, const Fault& fault);
/// shutdown, co_cancel, orphaned: the header alone.
void append_bare(std::string& out, PduType type, std::uint32_t call_id);

/// The header of a request or response whose stub follows; the lengths are patched by whoever ends the PDU.
void append_request_header(std::string& out, const PduHeader& header, const Request& request);
void append_response_header(std::string& out, const PduHeader& header, const Response& response);

}  // namespace rpc
