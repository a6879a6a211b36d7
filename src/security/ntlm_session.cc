#include "security/ntlm_session.h"

#include <array>
#include <cstring>

#include "base/bytes.h"
#include "security/sspi_status.h"

namespace security::ntlm {

Key Direction::compute_mac(const Pdu& pdu) {
  // 3.4.4.2: HMAC over the sequence number and the message, which is all buffers in order and in clear (3.4.6.1).
  std::array<char, 4> sequence;
  std::memcpy(sequence.data(), &sequence_, sequence.size());
  return mac_.compute({{sequence.data(), sequence.size()}, pdu.header, {pdu.body.data(), pdu.body.size()}, pdu.trailer});
}

void Direction::make_signature(const Key& mac, char* signature) {
  // 3.4.4.2: version 1, the first eight octets of the HMAC under the RC4 stream, the sequence number, which then rises.
  const std::uint32_t version = 1;
  std::memcpy(signature, &version, 4);
  std::memcpy(signature + 4, mac.data(), 8);
  stream_.apply({signature + 4, 8});
  std::memcpy(signature + 12, &sequence_, 4);
  ++sequence_;
}

void Direction::protect(Seal seal, const Pdu& pdu, char* signature) {
  // 3.4.3: the message is encrypted first, then the checksum of its clear text under the same stream.
  const Key mac = compute_mac(pdu);
  if (seal == Seal::kYes) stream_.apply(pdu.body);
  make_signature(mac, signature);
}

base::Status Direction::unprotect(Seal seal, const Pdu& pdu, std::string_view signature) {
  if (broken_) return {SEC_E_MESSAGE_ALTERED, "an earlier PDU of this NTLM context did not verify"};
  broken_ = true;  // the stream is lost unless all that follows fits
  if (signature.size() != kSignatureSize) return {SEC_E_MESSAGE_ALTERED, "an NTLM signature has 16 octets"};
  if (base::load_le<std::uint32_t>(signature, 12) != sequence_) {
    return {SEC_E_OUT_OF_SEQUENCE, "the NTLM signature has another sequence number than the next one: a replay, or a PDU is missing"};
  }
  if (seal == Seal::kYes) stream_.apply(pdu.body);
  std::array<char, kSignatureSize> expected;
  make_signature(compute_mac(pdu), expected.data());
  if (!equal_constant_time(signature, {expected.data(), expected.size()})) {
    return {SEC_E_MESSAGE_ALTERED, "the NTLM signature does not fit the PDU"};
  }
  broken_ = false;
  return {};
}

}  // namespace security::ntlm
