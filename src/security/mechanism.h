// A mechanism that SPNEGO can carry, and the factories of the mechanisms. Inside this folder only.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "security/auth.h"

namespace security {

class Mechanism : public Context {
 public:
  /// Signs and verifies the list of mechanisms (RFC 4178, section 5). Require done; at most once each, before any PDU.
  virtual base::Result<std::string> mech_list_mic(std::string_view list) = 0;
  virtual base::Status verify_mech_list_mic(std::string_view list, std::string_view mic) = 0;
  /// The exchange was such that the list must be signed although the first mechanism was taken (MS-SPNG, note 8). Requires done.
  virtual bool demands_mech_list_mic() const = 0;
};

/// Pieces of one server context that all mechanisms need.
struct ServerSetup {
  const ServerOptions& options;
  const AccountDatabase& accounts;
  std::string peer_address;
};

base::Result<std::unique_ptr<Mechanism>> make_ntlm_client(ClientOptions options, Credentials credentials);
base::Result<std::unique_ptr<Mechanism>> make_ntlm_server(ServerSetup setup);
base::Result<std::unique_ptr<Mechanism>> make_kerberos_client(ClientOptions options, Credentials credentials);
base::Result<std::unique_ptr<Mechanism>> make_kerberos_server(ServerSetup setup);
base::Result<std::unique_ptr<Context>> make_spnego_client(ClientOptions options, Credentials credentials);
base::Result<std::unique_ptr<Context>> make_spnego_server(ServerSetup setup);

/// import_session() of one mechanism.
base::Result<std::unique_ptr<Context>> import_ntlm(Peer peer, const ExportedSession& session);
base::Result<std::unique_ptr<Context>> import_kerberos(Peer peer, const ExportedSession& session);

/// Whose guesses are counted together (FailureBackoff): those for one account from one address. With an account of its own, a peer cannot
/// wipe out what it guessed of another one, and its guesses do not keep others behind the same address out.
std::string backoff_key(const ServerSetup& setup, std::string_view user);
/// SEC_E_LOGON_DENIED while `key` must wait.
base::Status check_backoff(const ServerSetup& setup, const std::string& key);

/// The failure of a call on a context that is not established, or that took part in a failed step.
base::Status not_established();

}  // namespace security
