#include "security/ntlm_message.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/utf.h"
#include "security/sspi_status.h"

namespace security::ntlm {
namespace {

constexpr std::string_view kSignature("NTLMSSP\0", 8);
// 2.2.2.10: product version 6.1, revision 15. Only for people who look at traces.
constexpr std::string_view kVersion("\x06\x01\x00\x00\x00\x00\x00\x0F", 8);

// A message that carries the longest names and target information stays far below.
constexpr std::size_t kMaxMessage = 65'535;
constexpr std::size_t kMaxName = 2048;  // octets; a session keeps the names [sessions that fill memory]

std::unexpected<base::Status> malformed(std::string_view what) { return base::fail(SEC_E_INVALID_TOKEN, std::string(what)); }

/// Signature and MessageType, which every message begins with.
base::Status check_head(base::ByteReader& reader, std::size_t size, std::uint32_t type, std::string_view name) {
  if (size > kMaxMessage) return {SEC_E_INVALID_TOKEN, fmt::format("the NTLM {} has {} octets, more than any can have", name, size)};
  if (reader.bytes(kSignature.size()) != kSignature) return {SEC_E_INVALID_TOKEN, fmt::format("the token is no NTLM {}", name)};
  const std::uint32_t found = reader.u32();
  if (!reader.ok() || found != type)
    return {SEC_E_INVALID_TOKEN, fmt::format("an NTLM {} was expected, message type {} came", name, found)};
  return {};
}

/// A payload field: length, maximum (ignored on receipt), offset from the start of the message.
struct Field {
  std::size_t size = 0;
  std::size_t offset = 0;
};

Field read_field(base::ByteReader& reader) {
  Field field;
  field.size = reader.u16();
  reader.skip(2);
  field.offset = reader.u32();
  return field;
}

/// The field's octets; `least_offset` is the end of the fixed part, which no payload may overlap.
base::Result<std::string_view> payload(std::string_view message, Field field, std::size_t least_offset, std::string_view name) {
  if (field.size == 0) return std::string_view();
  if (field.offset < least_offset || field.offset > message.size() || field.size > message.size() - field.offset) {
    return base::fail(SEC_E_INVALID_TOKEN, fmt::format("the NTLM field {} lies outside of its message", name));
  }
  return message.substr(field.offset, field.size);
}

base::Result<std::string> text_payload(std::string_view message, Field field, std::size_t least_offset, std::string_view name) {
  TRY_ASSIGN(const std::string_view octets, payload(message, field, least_offset, name));
  if (octets.size() % 2 != 0) return base::fail(SEC_E_INVALID_TOKEN, fmt::format("the NTLM field {} has an odd size", name));
  if (octets.size() > kMaxName) return base::fail(SEC_E_INVALID_TOKEN, fmt::format("the NTLM field {} is too long", name));
  return base::utf16le_to_utf8(octets);
}

/// Writes fields in the fixed part and collects their octets for the payload behind it.
class Payload {
 public:
  Payload(base::ByteWriter& writer, std::size_t start) : writer_(writer), start_(start) {}
  void field(std::string_view octets) {
    writer_.u16(static_cast<std::uint16_t>(octets.size()));
    writer_.u16(static_cast<std::uint16_t>(octets.size()));
    writer_.u32(static_cast<std::uint32_t>(start_ + octets_.size()));
    octets_ += octets;
  }
  void finish() { writer_.bytes(octets_); }

 private:
  base::ByteWriter& writer_;
  std::size_t start_;
  std::string octets_;
};

}  // namespace

base::Result<Negotiate> parse_negotiate(std::string_view octets) {
  base::ByteReader reader(octets);
  TRY(check_head(reader, octets.size(), 1, "NEGOTIATE_MESSAGE"));
  Negotiate out;
  out.flags = reader.u32();
  if (!reader.ok()) return malformed("the NTLM NEGOTIATE_MESSAGE ends before its flags");
  // Old clients end here; the fields behind count only when their flags say so.
  for (const auto& [bit, name] : {std::pair{flag::kDomainSupplied, "DomainName"}, std::pair{flag::kWorkstationSupplied, "Workstation"}}) {
    const Field field = read_field(reader);
    if ((out.flags & bit) == 0) continue;
    if (!reader.ok()) return malformed("the NTLM NEGOTIATE_MESSAGE ends before the names that it announces");
    TRY(payload(octets, field, 32, name));
  }
  return out;
}

std::string build_negotiate(std::uint32_t flags) {
  std::string out;
  base::ByteWriter writer(out);
  writer.bytes(kSignature);
  writer.u32(1);
  writer.u32(flags);
  writer.fill(16);  // no domain, no workstation (3.1.5.1.1)
  if ((flags & flag::kVersion) != 0) {
    writer.bytes(kVersion);
  } else {
    writer.fill(kVersion.size());
  }
  return out;
}

base::Result<Challenge> parse_challenge(std::string_view octets) {
  base::ByteReader reader(octets);
  TRY(check_head(reader, octets.size(), 2, "CHALLENGE_MESSAGE"));
  Challenge out;
  const Field name = read_field(reader);
  out.flags = reader.u32();
  const std::string_view challenge = reader.bytes(8);
  reader.skip(8);
  const Field info = read_field(reader);
  if (!reader.ok()) return malformed("the NTLM CHALLENGE_MESSAGE ends before its last field");
  challenge.copy(out.server_challenge.data(), 8);
  if ((out.flags & flag::kUnicode) != 0) {
    TRY_ASSIGN(out.target_name, text_payload(octets, name, 48, "TargetName"));
  }
  if ((out.flags & flag::kTargetInfo) != 0) {
    TRY_ASSIGN(const std::string_view pairs, payload(octets, info, 48, "TargetInfo"));
    TRY_ASSIGN(out.target_info, AvPairs::parse(pairs));
  }
  return out;
}

std::string build_challenge(const Challenge& challenge) {
  constexpr std::size_t kFixed = 56;
  std::string out;
  base::ByteWriter writer(out);
  Payload payload(writer, kFixed);
  writer.bytes(kSignature);
  writer.u32(2);
  payload.field(base::utf8_to_utf16le(challenge.target_name));
  writer.u32(challenge.flags);
  writer.bytes(view(challenge.server_challenge));
  writer.fill(8);
  payload.field(challenge.target_info.build());
  if ((challenge.flags & flag::kVersion) != 0) {
    writer.bytes(kVersion);
  } else {
    writer.fill(kVersion.size());
  }
  payload.finish();
  return out;
}

base::Result<Authenticate> parse_authenticate(std::string_view octets) {
  constexpr std::size_t kLeast = 64;  // without version and MIC
  base::ByteReader reader(octets);
  TRY(check_head(reader, octets.size(), 3, "AUTHENTICATE_MESSAGE"));
  const Field lm = read_field(reader);
  const Field nt = read_field(reader);
  const Field domain = read_field(reader);
  const Field user = read_field(reader);
  const Field workstation = read_field(reader);
  const Field key = read_field(reader);
  Authenticate out;
  out.flags = reader.u32();
  if (!reader.ok()) return malformed("the NTLM AUTHENTICATE_MESSAGE ends before its last field");
  if ((out.flags & flag::kUnicode) == 0) {
    return base::fail(SEC_E_UNSUPPORTED_FUNCTION, "the NTLM client does not use Unicode");
  }
  TRY_ASSIGN(out.lm_response, payload(octets, lm, kLeast, "LmChallengeResponse"));
  TRY_ASSIGN(out.nt_response, payload(octets, nt, kLeast, "NtChallengeResponse"));
  TRY_ASSIGN(out.domain, text_payload(octets, domain, kLeast, "DomainName"));
  TRY_ASSIGN(out.user, text_payload(octets, user, kLeast, "UserName"));
  TRY_ASSIGN(out.workstation, text_payload(octets, workstation, kLeast, "Workstation"));
  TRY_ASSIGN(out.encrypted_session_key, payload(octets, key, kLeast, "EncryptedRandomSessionKey"));
  return out;
}

std::string build_authenticate(const Authenticate& authenticate) {
  constexpr std::size_t kFixed = Authenticate::kMicOffset + Authenticate::kMicSize;
  std::string out;
  base::ByteWriter writer(out);
  Payload payload(writer, kFixed);
  writer.bytes(kSignature);
  writer.u32(3);
  payload.field(authenticate.lm_response);
  payload.field(authenticate.nt_response);
  payload.field(base::utf8_to_utf16le(authenticate.domain));
  payload.field(base::utf8_to_utf16le(authenticate.user));
  payload.field(base::utf8_to_utf16le(authenticate.workstation));
  payload.field(authenticate.encrypted_session_key);
  writer.u32(authenticate.flags);
  if ((authenticate.flags & flag::kVersion) != 0) {
    writer.bytes(kVersion);
  } else {
    writer.fill(kVersion.size());
  }
  writer.fill(Authenticate::kMicSize);
  payload.finish();
  return out;
}

base::Result<NtlmV2Response> parse_v2_response(std::string_view octets) {
  base::ByteReader reader(octets);
  NtlmV2Response out;
  out.proof = reader.bytes(16);
  out.temp = reader.rest();
  // 2.2.2.7: both version octets are 1, then 6 reserved octets, time, client challenge, 4 reserved octets, the pairs.
  const std::uint8_t version = reader.u8();
  const std::uint8_t highest_version = reader.u8();
  reader.skip(6);
  out.time = reader.u64();
  reader.skip(12);
  if (!reader.ok()) return malformed("the NTLMv2 response ends before its target information");
  if (version != 1 || highest_version != 1) return malformed("the NTLMv2 response has an unknown version");
  TRY_ASSIGN(out.target_info, AvPairs::parse(reader.rest()));
  return out;
}

std::string build_v2_temp(std::uint64_t time, const Challenge8& client_challenge, const AvPairs& target_info) {
  std::string out;
  base::ByteWriter writer(out);
  writer.u8(1);
  writer.u8(1);
  writer.fill(6);
  writer.u64(time);
  writer.bytes(view(client_challenge));
  writer.fill(4);
  writer.bytes(target_info.build());
  writer.fill(4);
  return out;
}

}  // namespace security::ntlm
