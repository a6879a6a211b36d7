// The client (MS-DCOM 3.2): activation, OXID resolution, calls on objects elsewhere, reference counts, pings.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "dcom/activation.h"
#include "rpc/client.h"
#include "rpc/network.h"

namespace dcom {

/// How this process proves itself, and how calls are protected. On a UNIX socket the kernel does both.
struct Security {
  security::Provider provider = security::Provider::kSpnego;
  security::Credentials credentials;
  security::Level level = security::Level::kPrivacy;  // never below kIntegrity, whatever a server hints (CVE-2022-37978)
  security::Impersonation impersonation = security::Impersonation::kImpersonate;
  std::string service = "RPCSS";  // target name is service/host
  std::string known_as;           // host in it, where that is a name which others told; empty: the one connected to
};

struct Timeouts {
  std::chrono::milliseconds connect{15'000};  // name, TCP, login
  std::chrono::milliseconds call{60'000};     // where a call names none
};

/// Where activation goes.
struct Machine {
  std::string host;
  std::uint16_t endpoint_port = 135;
  std::string local_path;  // UNIX socket instead
};

/// The answer to a call: a reader of `octets` that stands behind the ORPCTHAT is given by results(). The HRESULT at the end was taken off.
struct ObjectReply {
  base::Status status;     // transport, fault, or the method's HRESULT with its ErrorInfo text
  bool executed = true;    // false: certainly not
  bool delivered = false;  // the method itself answered: its HRESULT is in `result`
  base::Hresult result = base::codes::WBEM_S_NO_ERROR;
  std::string octets;
  std::size_t offset = 0;
  std::size_t end = 0;             // where the HRESULT began
  rpc::NdrReader results() const;  // whole stub up to `end`, positioned at `offset`
};

class Client;

/// One interface of an object elsewhere. Thread-safe. Its last reference releases the object's (batched RemRelease, in the background).
/// Held OIDs are pinged every two minutes unless they are NOPING.
class Proxy {
 public:
  virtual ~Proxy() = default;
  virtual const Guid& iid() const = 0;
  virtual const Ipid& ipid() const = 0;
  virtual Oid oid() const = 0;
  /// `timeout` zero: Timeouts::call. `done` is called exactly once, on a network thread, and must not block.
  /// Codes: RPC_S_* of the transport, RPC_E_DISCONNECTED, E_ACCESSDENIED, the method's own.
  virtual rpc::Client::CallId call(std::uint16_t opnum, const std::function<void(rpc::NdrWriter&)>& parameters,
                                   std::chrono::milliseconds timeout, std::function<void(ObjectReply)> done) = 0;
  /// The same; whoever calls goes on to read_until(), as rpc::Client has it, and so may get `done` on its own thread.
  virtual rpc::Client::CallId call_reading(std::uint16_t opnum, const std::function<void(rpc::NdrWriter&)>& parameters,
                                           std::chrono::milliseconds timeout, std::function<void(ObjectReply)> done) = 0;
  virtual void read_until(rpc::Client::CallId call) = 0;
  /// The same, waiting; not on a network thread.
  virtual ObjectReply call(std::uint16_t opnum, const std::function<void(rpc::NdrWriter&)>& parameters,
                           std::chrono::milliseconds timeout = {}) = 0;
  virtual void cancel(rpc::Client::CallId call) = 0;
  /// E_NOINTERFACE. Waits.
  virtual base::Result<std::shared_ptr<Proxy>> query_interface(const Guid& iid) = 0;
  /// The same without waiting; `done` as for call().
  virtual void query_interface(const Guid& iid, std::function<void(base::Result<std::shared_ptr<Proxy>>)> done) = 0;
  /// A reference that came in a reply or parameter of the same server: unmarshals it under this proxy's security. Does not wait when its
  /// OXID is known, as it is for objects of the same exporter; otherwise the resolution runs in the background and calls queue behind it.
  virtual base::Result<std::shared_ptr<Proxy>> unmarshal(const Objref& objref) = 0;
  /// The ends of the connection that carries it.
  virtual const rpc::ConnectionEnds& ends() const = 0;
  /// Called once when that connection ends, at once if it has.
  virtual void on_closed(std::function<void(base::Status)> action) = 0;
};
using ProxyPtr = std::shared_ptr<Proxy>;

/// One per process (or test). Thread-safe. Ends before its Network: what is under way ends with RPC_S_CALL_CANCELLED.
class Client {
 public:
  struct Options {
    Timeouts timeouts;
    const base::Clock* clock = nullptr;  // of pings
    base::Random* random = nullptr;
    base::Log* log = nullptr;
    rpc::ClientLimits limits;
    std::size_t max_background = 64;  // resolutions and logins at a time that unmarshal() and release run behind the scenes
  };
  Client(rpc::Network& network, Options options);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// ServerAlive2 (skipped on a UNIX socket), RemoteCreateInstance, else RemoteActivation where the server has no RemoteCreateInstance;
  /// then a connection to the object port: the first of the server's bindings that answers, the address reached first. Waits; not on a
  /// network thread. RPC_S_SERVER_UNAVAILABLE, SEC_E_LOGON_DENIED, E_ACCESSDENIED, REGDB_E_CLASSNOTREG, RPC_S_TIMEOUT ... with texts for
  /// people: what was tried.
  base::Result<ProxyPtr> activate(const Machine& machine, const Security& security, const Guid& clsid, const Guid& iid);

  /// A reference that someone handed to this process (a sink): resolves its OXID at its resolver (ResolveOxid2, at least kIntegrity), logs
  /// in to its exporter, takes over the reference. `reached`: the address from which it came, tried before the bindings' names; only its
  /// bindings' ports are believed. Levels: `security.level` first, then down to `least` one at a time (MS-WMI's callbacks). Runs in the
  /// background, `done` on a thread that may block a little.
  struct Unmarshaling {
    Objref objref;
    Security security;
    security::Level least = security::Level::kIntegrity;
    std::string reached;
    std::string reached_local;               // the caller came by UNIX socket: only kTowerLocal bindings are used
    std::optional<std::uint32_t> local_uid;  // then the exporter must belong to this user
  };
  void unmarshal(Unmarshaling what, std::function<void(base::Result<ProxyPtr>)> done);

  /// Pings what is due by the clock. Runs by itself; tests that move the clock call it.
  void check_time();

  struct Figures {
    std::size_t connections = 0;
    std::size_t proxies = 0;
    std::size_t pinged = 0;
  };
  Figures figures() const;

 private:
  struct State;
  const std::shared_ptr<State> state_;
};

}  // namespace dcom
