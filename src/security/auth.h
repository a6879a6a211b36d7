// One security context between two ends, and how PDUs are protected under it: the contract that RPC is written against.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/status.h"
#include "security/accounts.h"
#include "security/crypto.h"
#include "security/sspi_status.h"

namespace security {

/// auth_type of a sec_trailer (MS-RPCE 2.2.1.1.7).
enum class Provider : std::uint8_t { kNone = 0, kSpnego = 9, kNtlm = 10, kKerberos = 16 };

/// auth_level of a sec_trailer (MS-RPCE 2.2.1.1.8). kCall means kPacket.
enum class Level : std::uint8_t { kNone = 1, kConnect = 2, kCall = 3, kPacket = 4, kIntegrity = 5, kPrivacy = 6 };

/// What the server may do with the client's identity (MS-RPCE 2.2.1.1.9).
enum class Impersonation : std::uint8_t { kIdentify = 2, kImpersonate = 3, kDelegate = 4 };

/// Whether both ends set PFC_SUPPORT_HEADER_SIGN (MS-RPCE 3.3.1.5.2.2).
enum class HeaderSigning : std::uint8_t { kNo, kYes };

struct ExportedSession;  // session.h
class Prover;
class Verifier;

/// The other end, as established. On a client only `domain`, `mechanism` and `verified` mean something.
struct Peer {
  Provider mechanism = Provider::kNone;  // kNtlm or kKerberos: what did the work, under SPNEGO too
  std::string user;                      // the account's own spelling
  std::string domain;                    // as the client sent it, or the realm; on a client the server's domain or realm
  std::string workstation;               // what an NTLM client calls its machine; unproven
  Account account;                       // what the database says: SIDs, Unix user
  Impersonation impersonation = Impersonation::kImpersonate;
  std::string target_name;       // the service name that the client meant to reach; empty when it named none or got it from others
  std::string channel_bindings;  // 16 octets, MD5 of what the client saw; empty when it sent none
  bool verified = true;          // false: admitted by ServerOptions::allow_unverified, nothing is proven
  std::string ticket;            // by which the process that verified the peer knows this login; empty where that is this one
};

/// The three segments of a PDU in their order (MS-RPCE 2.2.2.1): header, body with padding, sec_trailer without the token. At
/// kPrivacy the body is changed in place. The header holds its final lengths.
struct Pdu {
  std::string_view header;
  std::span<char> body;
  std::string_view trailer;
};

/// One context of one side. Not thread-safe, except that after establishment one thread may protect() while another one runs
/// unprotect(). A failed step or unprotect ends its use: every later call fails.
class Context {
 public:
  struct Step {
    std::string token;  // to send when not empty
    bool done = false;  // this side is established; a client that is done may still have a token to send
  };

  virtual ~Context() = default;

  /// Takes the other side's token (empty for a client's first step) and gives the answer (MS-RPCE 3.3.1.5.2.1). The codes are those
  /// of sspi_status.h. Kerberos clients may talk to a KDC here and block. A done context takes no further token.
  virtual base::Result<Step> step(std::string_view token) = 0;

  /// Established facts; require done.
  virtual bool done() const = 0;
  virtual const Peer& peer() const = 0;
  /// NTLM's ExportedSessionKey, Kerberos' subkey (16 or 32 octets).
  virtual std::string_view session_key() const = 0;

  /// Octets of the token that protect() makes; 0 below kPacket. Requires done.
  virtual std::size_t signature_size(Level level) const = 0;

  /// Signs, at kPrivacy seals too, in the order in which PDUs are sent. `signature` has signature_size(level) octets. Segments covered
  /// (MS-RPCE 3.3.1.5.2.2): all three with header signing, the body alone without; NTLM always covers all (MS-NLMP 3.4.6.1, 3.4.8.1).
  /// kPacket is protected like kIntegrity. At kConnect and kNone nothing happens.
  virtual base::Status protect(Level level, HeaderSigning header_signing, const Pdu& pdu, std::span<char> signature) = 0;

  /// The reverse, in the order of arrival. SEC_E_MESSAGE_ALTERED; SEC_E_OUT_OF_SEQUENCE for a replay or a gap. At kConnect and kNone
  /// any signature is accepted unread. On failure the body's content is undefined.
  virtual base::Status unprotect(Level level, HeaderSigning header_signing, const Pdu& pdu, std::string_view signature) = 0;

  /// The established session for import_session() in another process, before the first protect() or unprotect(); the context itself is
  /// of no use any more. Requires done. SEC_E_UNSUPPORTED_FUNCTION.
  virtual base::Result<ExportedSession> export_session();
};

/// What a client proves itself with.
struct Credentials {
  std::string domain;  // NTLM domain or Kerberos realm; may be empty
  std::string user;
  std::optional<std::string> password;   // UTF-8
  std::optional<NtHash> nt_hash;         // instead of a password, for NTLM only
  std::string ccache;                    // Kerberos credential cache ("FILE:/tmp/krb5cc_0"), or "default"
  std::string keytab;                    // Kerberos keytab of the user
  std::shared_ptr<const Prover> prover;  // has all of it elsewhere; then the rest does not count
};

struct ClientOptions {
  Provider provider = Provider::kSpnego;
  std::string target_name;                // service principal as class/host ("RPCSS/server"); Kerberos needs it, NTLM sends it
  bool target_name_is_untrusted = false;  // learned from the peer or from DNS (MS-NLMP UnverifiedTargetName)
  Impersonation impersonation = Impersonation::kImpersonate;
  std::string channel_bindings;  // application data of the outer channel, empty for none
  std::string workstation;
  const base::Clock* clock = nullptr;  // nullptr: the system's. Used by NTLM when the server sends no time.
  base::Random* random = nullptr;      // nullptr: the system's
};

/// SPNEGO offers Kerberos when the credentials hold a ccache or keytab, then NTLM when they hold a user with password or hash.
/// SEC_E_NO_CREDENTIALS when nothing fits the provider (an anonymous client is refused too).
base::Result<std::unique_ptr<Context>> make_client(ClientOptions options, Credentials credentials);

/// Options of a server, shared by its contexts. Everything referred to outlives them.
struct ServerOptions {
  std::string computer_name = "OPENWMI";  // NetBIOS names for NTLM's target information
  std::string domain_name = "WORKGROUP";
  std::string dns_computer_name;
  std::string dns_domain_name;
  std::string keytab;            // empty: no Kerberos
  std::string channel_bindings;  // of the outer channel; when set, a client must send the same
  bool require_channel_bindings = false;
  bool allow_unverified = false;       // admit NTLM accounts that the database does not have, at kConnect only
  FailureBackoff* backoff = nullptr;   // counts wrong passwords by address and account; nullptr: no limit
  Verifier* verifier = nullptr;        // makes the contexts; then options and accounts here do not count
  const base::Clock* clock = nullptr;  // nullptr: the system's
  base::Random* random = nullptr;      // nullptr: the system's
};

/// A context for one client at `peer_address` (for the back-off). SEC_E_SECPKG_NOT_FOUND for a provider that is not offered.
base::Result<std::unique_ptr<Context>> make_server(Provider provider, const ServerOptions& options, const AccountDatabase& accounts,
                                                   std::string peer_address);

}  // namespace security
