// Where servers call this process back: an exporter of sinks with a resolver, as much of a server as a client needs (MS-DCOM 3.1.1, 3.1.2).
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "dcom/exporter.h"
#include "dcom/resolver.h"
#include "remote/client.h"

namespace remote {

/// What shows whether the other machine's callbacks find their way here and are let in. Thread-safe.
class CallbackWitness {
 public:
  explicit CallbackWitness(std::function<void()> on_refused) : on_refused_(std::move(on_refused)) {}
  /// It resolved, or that cannot be seen.
  void hear();
  /// A callback came through: nothing that is refused counts from now on.
  void let_in();
  /// Somebody logged in whom nothing here can verify.
  void refuse(std::string_view user, std::string_view domain);
  bool heard() const;
  /// Who was refused while nobody was let in; empty: nobody.
  std::string refused() const;

 private:
  const std::function<void()> on_refused_;
  mutable std::mutex mutex_;
  bool heard_ = false;
  bool let_in_ = false;
  std::string refused_;
};

/// Thread-safe. Its server has ended by close(); sinks may hold it longer.
class CallbackHost {
 public:
  /// For sinks that go to the server at the other end of a connection. `own_server`: it honours resolver bindings with ports. Else the
  /// resolver must answer on TCP 135 of this machine: a local daemon resolves for us, or we bind it ourselves.
  /// WBEM_E_NOT_AVAILABLE with what is needed. `on_refused`: witness().refused() has become somebody; on any thread.
  static base::Result<std::shared_ptr<CallbackHost>> start(rpc::Network& network, const ClientOptions& options,
                                                           const rpc::ConnectionEnds& ends, bool own_server,
                                                           std::function<void()> on_refused);
  ~CallbackHost();
  /// Ends everything; later marshals fail. Not on a network thread.
  void close();
  CallbackHost(const CallbackHost&) = delete;
  CallbackHost& operator=(const CallbackHost&) = delete;

  /// heard() is true from the first on that the server's machine resolved or called, and wherever that cannot be seen: on UNIX sockets, and
  /// where the machine's own daemon resolves for us.
  const CallbackWitness& witness() const { return *witness_; }

  base::Result<dcom::Objref> marshal(const dcom::ObjectPtr& sink, const rpc::ConnectionEnds& ends);
  void withdraw(const dcom::ObjectPtr& sink);

 private:
  struct State;
  explicit CallbackHost(std::unique_ptr<State> state);
  const std::shared_ptr<CallbackWitness> witness_;
  std::mutex mutex_;
  std::unique_ptr<State> state_;  // null when closed
};

/// Whose callbacks can be verified with these credentials; else what is missing, in words (WBEM_E_NOT_AVAILABLE).
base::Status callbacks_verifiable(const ClientOptions& options);

}  // namespace remote
