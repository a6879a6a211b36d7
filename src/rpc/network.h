// The threads and the event loop that servers and clients share. Made by main(), handed on by reference.
#pragma once

#include <memory>

namespace rpc {

class NetworkCore;

/// Thread-safe. Its end closes every connection, whose callers are told so, and waits for handlers that run; so nothing that they use may
/// end before it. Not to be ended on one of its own threads.
class Network {
 public:
  /// `threads` move octets and run handlers; two more do what blocks (the first leg of Kerberos logins).
  explicit Network(unsigned threads = 2);
  ~Network();
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  const std::shared_ptr<NetworkCore>& core() { return core_; }

 private:
  std::shared_ptr<NetworkCore> core_;
};

}  // namespace rpc
