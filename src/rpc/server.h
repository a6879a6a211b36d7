// A server on TCP and UNIX sockets: interfaces, listening sockets, connections and their bounds.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <sys/types.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/status.h"
#include "rpc/call.h"
#include "rpc/network.h"
#include "rpc/server_connection.h"
#include "security/auth.h"

namespace rpc {

/// Bounds on all connections together. In brackets the attack that each stops.
struct ServerOptions {
  ServerLimits limits;                          // of one connection
  std::size_t max_outstanding = 20'000;         // requests without an answer on all connections
  std::size_t max_held = 256U << 20;            // octets of their stubs
  std::size_t max_unsent = 1U << 30;            // octets of answers that were not taken: who leaves most goes [many that do not read]
  std::size_t max_contexts_per_peer = 16'384;   // logins of its connections together [one peer that logs in without end]
  std::size_t max_connections = 8192;           // [descriptors]
  std::size_t max_connections_per_peer = 2048;  // by address [one peer takes all of them]
  std::size_t max_unauthenticated = 512;        // [connections of nobody]
  std::size_t max_unauthenticated_per_peer = 64;
  std::chrono::seconds unauthenticated_time{30};  // from the start to the first login, unless a call is under way [idle nobodies]
  std::chrono::seconds partial_time{60};          // for a PDU or request to become whole [one octet a minute]
  std::chrono::seconds stall_time{60};            // without the peer taking an octet of what is to be sent [readers that stopped]
  std::chrono::seconds linger_time{2};            // for the peer to close after our last PDU

  std::uint16_t local_fragment = kLocalFragment;  // takes the place of limits.max_fragment on UNIX sockets

  const security::ServerOptions* security = nullptr;  // both or neither; they outlive the server. Neither: no login is possible
  const security::AccountDatabase* accounts = nullptr;
  const base::Clock* clock = nullptr;  // of all times above; nullptr: the system's
  base::Log* log = nullptr;            // refused logins and broken protocol; nullptr: silence

  /// Who a caller on a UNIX socket is; null refuses the connection, as does no function. May block; called on several threads.
  std::function<std::shared_ptr<const security::Peer>(const LocalIdentity&)> local_peer;
};

/// Thread-safe. Ends before its Network and after what its handlers use.
class Server {
 public:
  Server(Network& network, ServerOptions options);
  /// shutdown() without grace.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  InterfaceTable& interfaces();
  AssociationTable& associations();

  /// Listens on an address ("0.0.0.0", "::1") and port; 0: any. Returns the port. RPC_S_SERVER_UNAVAILABLE with the reason.
  base::Result<std::uint16_t> listen(const std::string& address, std::uint16_t port);
  /// Listens on a UNIX socket, "@name" an abstract one. The kernel vouches for who connects: calls have ServerOptions::local_peer's peer at
  /// Level::kPrivacy without any login (a bind with one is refused: one connection, one identity), the limits of unauthenticated
  /// connections do not apply, and the limit per peer counts by user. Takes away a socket that nobody listens on; RPC_S_DUPLICATE_ENDPOINT
  /// when someone does. The file is removed at shutdown.
  base::Status listen_local(const std::string& path, mode_t mode);
  /// Takes over a listening TCP or UNIX socket (socket activation). Returns the port, 0 for a UNIX socket.
  base::Result<std::uint16_t> listen_on(int descriptor);

  /// Takes over the numbers of `options` alone. What a single connection may do changes for later connections.
  void set_bounds(const ServerOptions& options);

  /// No more connections; new requests are refused as fault::kServerTooBusy; connections end when their calls are answered, or when `grace`
  /// (real time) is over. Not on a network thread.
  void shutdown(std::chrono::milliseconds grace);

  /// Ends what has taken too long by the clock. Runs by itself four times a second; tests that move the clock may call it.
  void check_time();

  struct Figures {
    std::size_t connections = 0;
    std::size_t unauthenticated = 0;
    std::size_t outstanding = 0;
  };
  Figures figures() const;

 private:
  std::shared_ptr<class ServerCore> core_;
};

}  // namespace rpc
