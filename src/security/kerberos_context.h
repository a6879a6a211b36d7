// What Kerberos' client and server contexts share: protection of PDUs through gss_..._iov (MS-KILE 3.4.5).
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "security/gss.h"
#include "security/mechanism.h"

namespace security::kerberos {

class KerberosContext : public Mechanism {
 public:
  base::Result<Step> step(std::string_view token) final;
  bool done() const final { return done_; }
  const Peer& peer() const final { return peer_; }
  std::string_view session_key() const final { return session_key_; }
  std::size_t signature_size(Level level) const final;
  base::Status protect(Level level, HeaderSigning header_signing, const Pdu& pdu, std::span<char> signature) final;
  base::Status unprotect(Level level, HeaderSigning header_signing, const Pdu& pdu, std::string_view signature) final;
  base::Result<std::string> mech_list_mic(std::string_view list) final;
  base::Status verify_mech_list_mic(std::string_view list, std::string_view mic) final;
  bool demands_mech_list_mic() const final { return false; }
  base::Result<ExportedSession> export_session() final;

 protected:
  ~KerberosContext() override;
  virtual base::Result<Step> next(std::string_view token) = 0;
  /// Reads key and sizes of the established context, and refuses one that lacks a feature that RPC needs.
  base::Status establish(OM_uint32 flags);
  /// Takes over a context that was exported elsewhere.
  base::Status establish_again(const ExportedSession& session);

  gss::SecurityContext context_;
  Peer peer_;

 private:
  base::Status sign(HeaderSigning header_signing, const Pdu& pdu, std::span<char> signature);
  base::Status verify(HeaderSigning header_signing, const Pdu& pdu, std::string_view signature);
  base::Status seal(HeaderSigning header_signing, const Pdu& pdu, std::span<char> signature);
  base::Status unseal(HeaderSigning header_signing, const Pdu& pdu, std::string_view signature);
  base::Status read_sizes();

  std::mutex mutex_;  // both directions share a key, whose derived keys the library caches without a lock
  std::string session_key_;
  std::size_t mic_size_ = 0;
  std::size_t seal_size_ = 0;
  bool done_ = false;
  bool failed_ = false;
};

/// The bindings of an outer channel as GSSAPI wants them; `application_data` must outlive the result.
gss_channel_bindings_struct channel_bindings(std::string_view application_data);

}  // namespace security::kerberos
