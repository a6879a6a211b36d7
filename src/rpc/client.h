// A client on TCP or a UNIX socket: one connection, many calls.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "rpc/call.h"
#include "rpc/client_connection.h"
#include "rpc/network.h"
#include "security/auth.h"

namespace rpc {

/// One connection. Thread-safe. Callbacks run on network threads (and in read_until()), without locks, each exactly once; they must not
/// block. Deadlines are real time. The forms without a callback block and must not be used on a network thread. When it ends, everything
/// under way ends with the reason; to connect again is up to the caller. Dropping the last reference closes it.
class Client {
 public:
  struct Options {
    std::string host;  // name or address
    std::uint16_t port = 135;
    std::string local_path;                     // of a UNIX socket ("@name": abstract), instead of host and port
    std::chrono::milliseconds timeout{15'000};  // of looking up the name and connecting, all addresses together
    ClientLimits limits;
    std::uint32_t association = 0;  // of an earlier connection to the same server, whose context handles are wanted
  };
  using Connected = std::function<void(base::Result<std::shared_ptr<Client>>)>;
  /// RPC_S_SERVER_UNAVAILABLE with the reason, RPC_S_TIMEOUT. On a UNIX socket ends().local_peer tells who serves: whether that is whom the
  /// caller trusts is for it to find out. There the server knows the caller without a login, and fragments are of kLocalFragment octets.
  static void connect(Network& network, Options options, Connected done);
  static base::Result<std::shared_ptr<Client>> connect(Network& network, Options options);

  virtual ~Client() = default;

  /// A security context to be made.
  struct Login {
    security::ClientOptions options;
    security::Credentials credentials;
    security::Level level = security::Level::kPrivacy;
  };
  struct Bound {
    base::Status status;                   // of the login and the exchange
    std::uint32_t auth = 0;                // for OutgoingCall::auth
    std::vector<base::Status> interfaces;  // as ClientConnection::Events::Exchanged
  };
  /// Agrees on interfaces (at least one) and makes a security context, by bind or, later, alter_context. Failures of the login or the
  /// exchange end the connection.
  virtual void bind(std::vector<SyntaxId> interfaces, std::optional<Login> login, std::chrono::milliseconds timeout,
                    std::function<void(Bound)> done) = 0;
  Bound bind(std::vector<SyntaxId> interfaces, std::optional<Login> login, std::chrono::milliseconds timeout);

  /// Names a call for cancel(); 0 when it failed at once.
  using CallId = std::uint32_t;
  /// RPC_S_TIMEOUT after `timeout`, besides what ClientConnection::call() says.
  virtual CallId call(const OutgoingCall& what, std::string stub, std::chrono::milliseconds timeout, std::function<void(Reply)> done) = 0;
  std::future<Reply> call_later(const OutgoingCall& what, std::string stub, std::chrono::milliseconds timeout);
  Reply call(const OutgoingCall& what, std::string stub, std::chrono::milliseconds timeout);
  /// Reads the connection on this thread until the reply has come, as long as nobody else needs it to be read; else returns at once. For
  /// whoever waits for nothing but this reply: its callback runs on this thread, which saves two changes of threads.
  virtual void read_until(CallId call) = 0;
  /// Asks the server to end a call; its reply still comes.
  virtual void cancel(CallId call) = 0;

  /// Ends the connection; calls end with RPC_S_CALL_CANCELLED.
  virtual void close() = 0;
  /// Called once when the connection ends, at once if it has.
  virtual void on_closed(std::function<void(base::Status)> action) = 0;

  virtual bool accepts(const SyntaxId& interface) const = 0;
  virtual bool open() const = 0;
  virtual std::uint32_t association() const = 0;
  virtual const ConnectionEnds& ends() const = 0;
  virtual std::shared_ptr<const security::Peer> peer(std::uint32_t auth = 0) const = 0;
};

}  // namespace rpc
