// Sessions that leave the process in which they were established, and where contexts come from that are established elsewhere: a process
// that faces a network need hold no secret but the keys of the sessions that it serves.
#pragma once

#include <memory>
#include <string>

#include "security/auth.h"

namespace security {

/// Keys and counters of an established context: secret, but worth no more than this one session. Never a password, hash or ticket.
struct ExportedSession {
  Provider mechanism = Provider::kNone;  // kNtlm or kKerberos
  std::string session_key;
  std::string state;  // NTLM: side, sequence numbers (u8, u32, u32); Kerberos: gss_export_sec_context's token
  ~ExportedSession() {
    wipe(session_key);
    wipe(state);
  }
  ExportedSession() = default;
  ExportedSession(const ExportedSession&) = default;
  ExportedSession(ExportedSession&&) = default;
  ExportedSession& operator=(const ExportedSession&) = default;
  ExportedSession& operator=(ExportedSession&&) = default;
};

/// The context that goes on where an exported one stood: done, with `peer`. SEC_E_INVALID_TOKEN for a state that cannot be.
base::Result<std::unique_ptr<Context>> import_session(Peer peer, const ExportedSession& session);

/// Makes server contexts elsewhere (ServerOptions::verifier). Thread-safe.
class Verifier {
 public:
  virtual ~Verifier() = default;
  virtual base::Result<std::unique_ptr<Context>> make_server(Provider provider, const std::string& peer_address) = 0;
};

/// Makes client contexts elsewhere, for one identity (Credentials::prover). Thread-safe.
class Prover {
 public:
  virtual ~Prover() = default;
  virtual base::Result<std::unique_ptr<Context>> make_client(const ClientOptions& options) const = 0;
  /// The same for the same identity.
  virtual std::string identity() const = 0;
};

}  // namespace security
