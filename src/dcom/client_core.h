// Inside of Client: what its parts share, and how they reach servers. Only for .cc files of this folder.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "dcom/background.h"
#include "dcom/client.h"
#include "dcom/connection_pool.h"
#include "dcom/pinger.h"
#include "dcom/ticker.h"

namespace dcom {

using Deadline = std::chrono::steady_clock::time_point;

/// Where a connection goes.
struct Target {
  std::string host;
  std::uint16_t port = 0;
  std::string local_path;  // UNIX socket instead

  bool local() const { return !local_path.empty(); }
  /// "host:135", "[::1]:135" or the path.
  std::string to_string() const;
  bool operator==(const Target&) const = default;
};

/// All parts. Connections and proxies hold it; it holds neither. Thread-safe.
class ClientCore : public std::enable_shared_from_this<ClientCore> {
 public:
  ClientCore(rpc::Network& network, Client::Options options);

  /// The name or address is looked up, connected to, nothing else. Waits. RPC_S_SERVER_UNAVAILABLE, RPC_S_TIMEOUT, RPC_S_CALL_CANCELLED
  /// with texts for people.
  base::Result<std::shared_ptr<rpc::Client>> connect(const Target& target, Deadline deadline);

  /// How one connection was agreed on.
  struct Agreed {
    std::uint32_t auth = 0;
    std::vector<base::Status> interfaces;  // of each asked
  };
  /// Logs in (not on a UNIX socket, nor without `security`) and agrees on interfaces. Waits. `host` is for the service's name and texts.
  /// SEC_E_LOGON_DENIED for a login that the server refuses.
  base::Result<Agreed> log_in(rpc::Client& rpc, std::vector<Guid> iids, const Security* security, security::Level level,
                              const std::string& host, Deadline deadline);
  /// One call outside of DCOM's objects. Waits.
  rpc::Reply call(rpc::Client& rpc, const rpc::OutgoingCall& what, std::string stub, Deadline deadline);

  Deadline connect_deadline() const { return std::chrono::steady_clock::now() + options.timeouts.connect; }
  Deadline call_deadline() const { return std::chrono::steady_clock::now() + options.timeouts.call; }
  base::Status ended() const;

  /// A new causality id: random once, then counted.
  Guid new_causality();

  /// Ends everything; calls under way end with RPC_S_CALL_CANCELLED.
  void stop();

  rpc::Network& network;  // not after stop()
  const Client::Options options;
  std::stop_source stopping;
  std::atomic<std::size_t> proxies{0};
  ConnectionPool pool;
  Background background;
  Pinger pinger;
  Ticker ticker;

 private:
  const Guid causality_;
  std::atomic<std::uint64_t> last_causality_{0};
};

struct Client::State : ClientCore {
  using ClientCore::ClientCore;
};

/// The same credentials in the same way, as a key: never for a log.
std::string identity_of(const Security& security);

/// The level of calls: never below integrity, nor below what the server hints (3.2.4.2, CVE-2022-37978).
security::Level raised(security::Level level, std::uint32_t authn_hint);

// activate_client.cc, resolve.cc

base::Result<ProxyPtr> activate(ClientCore& core, const Machine& machine, const Security& security, const Guid& clsid, const Guid& iid);
/// Waits.
base::Result<ProxyPtr> resolve(ClientCore& core, const Client::Unmarshaling& what);
/// What resolve() does without its proxy.
base::Result<std::shared_ptr<class Connection>> resolve_connection(ClientCore& core, const Client::Unmarshaling& what);
/// The peer that a resolution keeps busy, for Background.
std::string peer_of(const Client::Unmarshaling& what);

}  // namespace dcom
