#include "rpc/pdu.h"

#include <fmt/format.h>

#include "base/bytes.h"

namespace rpc {
namespace {

constexpr std::uint8_t kFeaturePrefix[] = {0x2C, 0x1C, 0xB7, 0x6C, 0x12, 0x98, 0x40, 0x45};

base::Status broken(std::string_view what) { return {RPC_S_PROTOCOL_ERROR, fmt::format("{} is malformed", what)}; }

/// The octets that every PDU of the type has at least.
std::size_t least_size(PduType type) {
  switch (type) {
    case PduType::kRequest:
    case PduType::kResponse:
    case PduType::kFault: return kCallHeaderSize;
    case PduType::kBind:
    case PduType::kAlterContext: return 28;
    case PduType::kBindAck:
    case PduType::kAlterContextResp: return 26;
    case PduType::kBindNak: return 18;
    case PduType::kAuth3:
    case PduType::kShutdown:
    case PduType::kCancel:
    case PduType::kOrphaned: return kHeaderSize;
  }
  return 0;
}

SyntaxId read_syntax(base::ByteReader& in) {
  SyntaxId out;
  const std::string_view uuid = in.bytes(16);
  if (!uuid.empty()) out.uuid = base::Guid::from_octets(uuid);
  out.major = in.u16();
  out.minor = in.u16();
  return out;
}

void write_syntax(base::ByteWriter& out, const SyntaxId& syntax) {
  out.bytes(syntax.uuid.to_octets());
  out.u16(syntax.major);
  out.u16(syntax.minor);
}

void write_header(base::ByteWriter& out, const PduHeader& header) {
  out.u8(5);
  out.u8(0);
  out.u8(static_cast<std::uint8_t>(header.type));
  out.u8(header.flags);
  out.u32(0x00000010);  // little-endian, ASCII, IEEE
  out.u16(header.frag_length);
  out.u16(header.auth_length);
  out.u32(header.call_id);
}

/// Ends a PDU that is no request or response: the sec_trailer on a multiple of 4 (C706 13.2.6.1), then the lengths.
void finish(base::ByteWriter& out, const AuthSegment* auth) {
  if (auth) {
    const std::size_t end = out.position();
    out.align(4);
    out.u8(auth->type);
    out.u8(auth->level);
    out.u8(static_cast<std::uint8_t>(out.position() - 2 - end));
    out.u8(0);
    out.u32(auth->context_id);
    out.bytes(auth->token);
    out.patch_u16(10, static_cast<std::uint16_t>(auth->token.size()));
  }
  out.patch_u16(8, static_cast<std::uint16_t>(out.position()));
}

}  // namespace

const SyntaxId kNdr{*base::Guid::parse("8a885d04-1ceb-11c9-9fe8-08002b104860"), 2, 0};
const SyntaxId kNdr64{*base::Guid::parse("71710533-beba-4937-8319-b5dbef9ccc36"), 1, 0};

std::string SyntaxId::to_string() const { return fmt::format("{} v{}.{}", uuid.to_string(), major, minor); }

std::optional<std::uint8_t> feature::bits_of(const SyntaxId& syntax) {
  const std::string octets = syntax.uuid.to_octets();
  if (syntax.major != 1 || syntax.minor != 0) return {};
  if (std::memcmp(octets.data(), kFeaturePrefix, sizeof kFeaturePrefix) != 0) return {};
  return static_cast<std::uint8_t>(octets[8]);
}

SyntaxId feature::syntax_of(std::uint8_t bits) {
  std::string octets(reinterpret_cast<const char*>(kFeaturePrefix), sizeof kFeaturePrefix);
  octets.resize(16);
  octets[8] = static_cast<char>(bits);
  return {base::Guid::from_octets(octets), 1, 0};
}

HeaderError parse_header(std::string_view octets, PduHeader& out) {
  base::ByteReader in(octets);
  const std::uint8_t major = in.u8();
  const std::uint8_t minor = in.u8();
  out.type = static_cast<PduType>(in.u8());
  out.flags = in.u8();
  const std::uint32_t representation = in.u32();
  out.frag_length = in.u16();
  out.auth_length = in.u16();
  out.call_id = in.u32();
  // MS-RPCE 3.3.1.5.1: 5.0 alone. C706 14.2.5: integers in the high half of the first octet; floating-point format and the rest are
  // nothing that PDU headers use.
  if (!in.ok()) return HeaderError::kOther;
  if (major != 5 || minor != 0) return HeaderError::kVersion;
  if ((representation & 0xF0) != 0x10) return HeaderError::kOther;
  const std::size_t least = least_size(out.type);
  if (least == 0 || out.frag_length < least) return HeaderError::kOther;
  if (out.auth_length != 0 && out.frag_length < least + kTrailerSize + out.auth_length) return HeaderError::kOther;
  return HeaderError::kNone;
}

base::Result<std::optional<AuthSegment>> parse_auth(std::string_view pdu, const PduHeader& header, std::size_t body_offset) {
  if (header.auth_length == 0) return std::optional<AuthSegment>{};
  AuthSegment out;
  const std::size_t needed = body_offset + kTrailerSize + header.auth_length;
  if (pdu.size() < needed) return base::fail(broken("the sec_trailer"));
  out.offset = pdu.size() - header.auth_length - kTrailerSize;
  base::ByteReader in(pdu.substr(out.offset));
  out.type = in.u8();
  out.level = in.u8();
  out.pad_length = in.u8();
  in.u8();
  out.context_id = in.u32();
  out.token = in.rest();
  if (out.pad_length > out.offset - body_offset) return base::fail(broken("the padding before the sec_trailer"));
  return std::optional<AuthSegment>(out);
}

base::Result<Bind> parse_bind(std::string_view pdu, std::size_t body_end) {
  base::ByteReader in(pdu.substr(0, body_end));
  in.skip(kHeaderSize);
  Bind out;
  out.max_xmit = in.u16();
  out.max_recv = in.u16();
  out.association = in.u32();
  const std::uint8_t count = in.u8();
  in.skip(3);
  for (unsigned i = 0; i < count && in.ok(); ++i) {
    ContextElement element;
    element.id = in.u16();
    const std::uint8_t syntaxes = in.u8();
    in.skip(1);
    element.abstract = read_syntax(in);
    for (unsigned j = 0; j < syntaxes && in.ok(); ++j) element.transfer.push_back(read_syntax(in));
    out.contexts.push_back(std::move(element));
  }
  if (!in.ok()) return base::fail(broken("the context list of a bind"));
  return out;
}

base::Result<BindAck> parse_bind_ack(std::string_view pdu, std::size_t body_end) {
  base::ByteReader in(pdu.substr(0, body_end));
  in.skip(kHeaderSize);
  BindAck out;
  out.max_xmit = in.u16();
  out.max_recv = in.u16();
  out.association = in.u32();
  const std::uint16_t length = in.u16();
  out.secondary_address = std::string(in.bytes(length));
  if (!out.secondary_address.empty() && out.secondary_address.back() == '\0') out.secondary_address.pop_back();
  in.align(4);
  const std::uint8_t count = in.u8();
  in.skip(3);
  for (unsigned i = 0; i < count && in.ok(); ++i) {
    ContextResult result;
    result.result = in.u16();
    result.reason = in.u16();
    result.transfer = read_syntax(in);
    out.results.push_back(result);
  }
  if (!in.ok()) return base::fail(broken("a bind_ack"));
  return out;
}

base::Result<BindNak> parse_bind_nak(std::string_view pdu) {
  // 2.2.2.9: the versions and what may follow them tell nothing that is used here.
  base::ByteReader in(pdu);
  in.skip(kHeaderSize);
  const BindNak out{static_cast<NakReason>(in.u16())};
  if (!in.ok()) return base::fail(broken("a bind_nak"));
  return out;
}

base::Result<Request> parse_request(std::string_view pdu, const PduHeader& header) {
  base::ByteReader in(pdu);
  in.skip(kHeaderSize);
  Request out;
  out.alloc_hint = in.u32();
  out.context_id = in.u16();
  out.opnum = in.u16();
  if (header.flags & pfc::kObjectUuid) {
    const std::string_view object = in.bytes(kObjectSize);
    if (!object.empty()) out.object = base::Guid::from_octets(object);
  }
  if (!in.ok()) return base::fail(broken("a request"));
  return out;
}

base::Result<Response> parse_response(std::string_view pdu) {
  base::ByteReader in(pdu);
  in.skip(kHeaderSize);
  Response out;
  out.alloc_hint = in.u32();
  out.context_id = in.u16();
  out.cancel_count = in.u8();
  in.skip(1);
  if (!in.ok()) return base::fail(broken("a response"));
  return out;
}

base::Result<Fault> parse_fault(std::string_view pdu) {
  base::ByteReader in(pdu);
  in.skip(kHeaderSize + 4);
  Fault out;
  out.context_id = in.u16();
  out.cancel_count = in.u8();
  in.skip(1);
  out.status = in.u32();
  if (!in.ok()) return base::fail(broken("a fault"));
  return out;
}

void append_bind(std::string& octets, PduHeader header, const Bind& bind, const AuthSegment* auth) {
  base::ByteWriter out(octets);
  write_header(out, header);
  out.u16(bind.max_xmit);
  out.u16(bind.max_recv);
  out.u32(bind.association);
  out.u8(static_cast<std::uint8_t>(bind.contexts.size()));
  out.fill(3);
  for (const ContextElement& element : bind.contexts) {
    out.u16(element.id);
    out.u8(static_cast<std::uint8_t>(element.transfer.size()));
    out.u8(0);
    write_syntax(out, element.abstract);
    for (const SyntaxId& syntax : element.transfer) write_syntax(out, syntax);
  }
  finish(out, auth);
}

void append_bind_ack(std::string& octets, PduHeader header, const BindAck& ack, const AuthSegment* auth) {
  base::ByteWriter out(octets);
  write_header(out, header);
  out.u16(ack.max_xmit);
  out.u16(ack.max_recv);
  out.u32(ack.association);
  if (ack.secondary_address.empty()) {
    out.u16(0);
  } else {
    out.u16(static_cast<std::uint16_t>(ack.secondary_address.size() + 1));
    out.bytes(ack.secondary_address);
    out.u8(0);
  }
  out.align(4);
  out.u8(static_cast<std::uint8_t>(ack.results.size()));
  out.fill(3);
  for (const ContextResult& result : ack.results) {
    out.u16(result.result);
    out.u16(result.reason);
    write_syntax(out, result.transfer);
  }
  finish(out, auth);
}

void append_bind_nak(std::string& octets, std::uint32_t call_id, NakReason reason) {
  base::ByteWriter out(octets);
  write_header(out, {PduType::kBindNak, pfc::kWhole, 0, 0, call_id});
  out.u16(static_cast<std::uint16_t>(reason));
  out.u8(1);  // one version is supported: 5.0
  out.u8(5);
  out.u8(0);
  out.fill(3);
  finish(out, nullptr);
}

void append_auth3(std::string& octets, std::uint32_t call_id, std::uint8_t flags, const AuthSegment& auth) {
  base::ByteWriter out(octets);
  write_header(out, {PduType::kAuth3, flags, 0, 0, call_id});
  out.u32(0);  // MS-RPCE 2.2.2.10: four octets of no meaning
  finish(out, &auth);
}

void append_fault(std::string& octets, std::uint32_t call_id, std::uint8_t flags, const Fault& fault) {
  base::ByteWriter out(octets);
  write_header(out, {PduType::kFault, flags, 0, 0, call_id});
  out.u32(0x20);  // alloc_hint: its excess over 0x20 is the length of extended error information (MS-RPCE 2.2.2.8)
  out.u16(fault.context_id);
  out.u8(fault.cancel_count);
  out.u8(0);
  out.u32(fault.status);
  out.u32(0);
  finish(out, nullptr);
}

void append_bare(std::string& octets, PduType type, std::uint32_t call_id) {
  base::ByteWriter out(octets);
  write_header(out, {type, pfc::kWhole, 0, 0, call_id});
  finish(out, nullptr);
}

void append_request_header(std::string& octets, const PduHeader& header, const Request& request) {
  base::ByteWriter out(octets);
  write_header(out, header);
  out.u32(request.alloc_hint);
  out.u16(request.context_id);
  out.u16(request.opnum);
  if (request.object) out.bytes(request.object->to_octets());
}

void append_response_header(std::string& octets, const PduHeader& header, const Response& response) {
  base::ByteWriter out(octets);
  write_header(out, header);
  out.u32(response.alloc_hint);
  out.u16(response.context_id);
  out.u8(response.cancel_count);
  out.u8(0);
}

}  // namespace rpc
