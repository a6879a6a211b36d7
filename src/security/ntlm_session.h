// Session security after NTLMv2: extended session security, 128 bit, key exchange (MS-NLMP 3.4).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/status.h"
#include "security/auth.h"
#include "security/crypto.h"
#include "security/ntlm_keys.h"

namespace security::ntlm {

inline constexpr std::size_t kSignatureSize = 16;

/// One direction: its keys, the RC4 stream and the sequence number. One thread at a time.
class Direction {
 public:
  Direction(const Key& exported_session_key, Sender sender)
      : mac_(sign_key(exported_session_key, sender)), stream_(seal_key(exported_session_key, sender)) {}

  enum class Seal : std::uint8_t { kNo, kYes };
  /// Writes kSignatureSize octets to `signature`.
  void protect(Seal seal, const Pdu& pdu, char* signature);
  /// SEC_E_MESSAGE_ALTERED, SEC_E_OUT_OF_SEQUENCE; from then on always SEC_E_MESSAGE_ALTERED.
  base::Status unprotect(Seal seal, const Pdu& pdu, std::string_view signature);
  /// Puts the RC4 stream back to its start, not the sequence number (MS-SPNG 3.2.5.1, 3.3.5.1). Only right behind the first message.
  void restart_stream() { stream_.restart(); }
  /// Goes on with another number; with restart_stream() the state between any two messages before the first PDU.
  void set_sequence(std::uint32_t sequence) { sequence_ = sequence; }
  std::uint32_t sequence() const { return sequence_; }

 private:
  void make_signature(const Key& mac, char* signature);
  Key compute_mac(const Pdu& pdu);

  HmacMd5 mac_;
  Rc4 stream_;
  std::uint32_t sequence_ = 0;
  bool broken_ = false;
};

}  // namespace security::ntlm
