// A call that a handler answers, now or later, from any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "rpc/interface.h"

namespace rpc {

struct SocketAddress {
  std::string address;  // without brackets
  std::uint16_t port = 0;
};

/// Who is at the other end of a UNIX socket, as the kernel says (SO_PEERCRED): on a server whoever connected, on a client whoever listens.
struct LocalIdentity {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::int32_t pid = 0;  // may belong to another process by now
};

/// The ends of a connection. On a UNIX socket `local.address` is its path ("@name" for an abstract one), `remote.address` "local:<uid>",
/// and both ports are 0.
struct ConnectionEnds {
  SocketAddress local;
  SocketAddress remote;
  std::optional<LocalIdentity> local_peer;  // set on UNIX sockets alone
};

/// Who takes answers. Thread-safe.
class CallSink {
 public:
  virtual ~CallSink() = default;
  virtual void respond(std::uint64_t serial, std::string_view stub) = 0;
  virtual void fault(std::uint64_t serial, std::uint32_t status, bool executed) = 0;
};

/// Thread-safe. The first answer counts; a call that is dropped without one is answered with fault::kUnspecified.
class Call {
 public:
  Call(IncomingCall call, std::shared_ptr<CallSink> sink, std::shared_ptr<const ConnectionEnds> ends)
      : call_(std::move(call)), sink_(std::move(sink)), ends_(std::move(ends)) {}
  ~Call() { fault(fault::kUnspecified); }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  std::uint16_t opnum() const { return call_.opnum; }
  const std::optional<base::Guid>& object() const { return call_.object; }
  std::string_view stub() const { return call_.stub; }
  security::Level level() const { return call_.level; }
  /// nullptr for an unauthenticated caller.
  const std::shared_ptr<const security::Peer>& peer() const { return call_.peer; }
  const SyntaxId& interface() const { return call_.interface; }
  std::uint32_t association() const { return call_.association; }
  const ConnectionEnds& ends() const { return *ends_; }

  void respond(std::string_view stub);
  /// `executed` false: nothing was done.
  void fault(std::uint32_t status, bool executed = true);

  /// Whether the client no longer waits (co_cancel, orphaned, end of the connection).
  bool cancelled() const;
  /// Called once when that happens, at once if it has, never after the answer; on a network thread, without locks. Kept until the answer,
  /// so it may hold the call itself.
  void on_cancel(std::function<void()> action);
  /// For whoever made the call.
  void cancel();

 private:
  bool begin_answer();

  const IncomingCall call_;
  const std::shared_ptr<CallSink> sink_;
  const std::shared_ptr<const ConnectionEnds> ends_;
  std::atomic<bool> answered_{false};
  mutable std::mutex mutex_;
  bool cancelled_ = false;
  std::function<void()> on_cancel_;
};

}  // namespace rpc
