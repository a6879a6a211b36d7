// Where servers call this process back: an exporter of sinks with a resolver, as much of a server as a client needs (MS-DCOM 3.1.1, 3.1.2).
#pragma once

#include <atomic>
#include <memory>
#include <mutex>

#include "dcom/exporter.h"
#include "dcom/resolver.h"
#include "remote/client.h"

namespace remote {

/// Thread-safe. Its server has ended by close(); sinks may hold it longer.
class CallbackHost {
 public:
  /// For sinks that go to the server at the other end of a connection. `own_server`: it honours resolver bindings with ports. Else the
  /// resolver must answer on TCP 135 of this machine: a local daemon resolves for us, or we bind it ourselves.
  /// WBEM_E_NOT_AVAILABLE with what is needed.
  static base::Result<std::shared_ptr<CallbackHost>> start(rpc::Network& network, const ClientOptions& options,
                                                           const rpc::ConnectionEnds& ends, bool own_server);
  ~CallbackHost();
  /// Ends everything; later marshals fail. Not on a network thread.
  void close();
  CallbackHost(const CallbackHost&) = delete;
  CallbackHost& operator=(const CallbackHost&) = delete;

  /// False while nothing shows that the server's machine finds its way here. True from the first on that it resolved or called, and
  /// wherever that cannot be seen: on UNIX sockets, and where the machine's own daemon resolves for us.
  bool heard() const { return *heard_; }

  base::Result<dcom::Objref> marshal(const dcom::ObjectPtr& sink, const rpc::ConnectionEnds& ends);
  void withdraw(const dcom::ObjectPtr& sink);

 private:
  struct State;
  explicit CallbackHost(std::unique_ptr<State> state);
  const std::shared_ptr<std::atomic<bool>> heard_;
  std::mutex mutex_;
  std::unique_ptr<State> state_;  // null when closed
};

/// Whose callbacks can be verified with these credentials; else what is missing, in words (WBEM_E_NOT_AVAILABLE).
base::Status callbacks_verifiable(const ClientOptions& options);

}  // namespace remote
