// What NTLM's client and server contexts have in common: the state of the exchange and session security.
#pragma once

#include <optional>
#include <string>

#include "security/mechanism.h"
#include "security/ntlm_session.h"

namespace security::ntlm {

/// Features without which there is no context: what is weaker is refused on both sides.
inline constexpr std::uint32_t kRequiredFlags = flag::kUnicode | flag::kExtendedSecurity | flag::k128 | flag::kKeyExchange;

/// SEC_E_UNSUPPORTED_FUNCTION naming what `flags` lack (MS-NLMP 3.1.5.1.2, 3.2.5.1.1).
base::Status check_flags(std::uint32_t flags, std::string_view whose);

/// 100 ns since 1601 (MS-DTYP 2.3.3), by `clock` or, without one, the system's.
std::uint64_t filetime_now(const base::Clock* clock);
/// `out` filled from `random` or, without one, the system's.
void fill_random(base::Random* random, std::span<char> out);

class NtlmContext : public Mechanism {
 public:
  base::Result<Step> step(std::string_view token) final;
  bool done() const final { return done_; }
  const Peer& peer() const final { return peer_; }
  std::string_view session_key() const final { return security::view(session_key_); }
  std::size_t signature_size(Level level) const final;
  base::Status protect(Level level, HeaderSigning header_signing, const Pdu& pdu, std::span<char> signature) final;
  base::Status unprotect(Level level, HeaderSigning header_signing, const Pdu& pdu, std::string_view signature) final;
  base::Result<std::string> mech_list_mic(std::string_view list) final;
  base::Status verify_mech_list_mic(std::string_view list, std::string_view mic) final;
  bool demands_mech_list_mic() const final { return had_mic_; }
  base::Result<ExportedSession> export_session() final;

 protected:
  ~NtlmContext() override { wipe(session_key_); }
  virtual base::Result<Step> next(std::string_view token) = 0;
  /// Derives both directions from the ExportedSessionKey.
  void establish(const Key& exported_session_key, Sender self);
  /// establish() behind so many messages each way.
  void establish_again(const Key& exported_session_key, Sender self, std::uint32_t sent, std::uint32_t received);
  /// Ends the exchange without keys (an unverified peer).
  void establish_without_keys() { done_ = true; }

  Peer peer_;
  bool had_mic_ = false;

 private:
  Key session_key_{};
  Sender self_ = Sender::kClient;
  std::optional<Direction> send_;
  std::optional<Direction> receive_;
  bool done_ = false;
  bool failed_ = false;
};

}  // namespace security::ntlm
