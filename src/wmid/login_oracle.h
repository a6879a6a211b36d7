// Logins for a process that has no accounts: it hands over tokens, and gets sessions and tickets. It never learns a password, hash or key.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/random.h"
#include "base/status.h"
#include "dcom/client.h"
#include "remote/blocking_pool.h"
#include "wmid/login_messages.h"

namespace wmid {

/// In the process that knows the accounts; one for each process that faces the network, whose tickets count with it alone. What it is
/// asked may be hostile: that gains nothing but the sessions of peers that prove themselves. Thread-safe.
class LoginOracle {
 public:
  /// In brackets the attack.
  struct Options {
    const security::ServerOptions* security = nullptr;  // outlives it, as do the accounts
    const security::AccountDatabase* accounts = nullptr;
    /// With what the client behind a ticket is called back.
    std::function<base::Result<dcom::Security>(const security::Peer&)> callback_security;
    base::Random* random = nullptr;     // nullptr: the system's
    std::size_t max_contexts = 65'536;  // [logins without end]
    std::size_t max_steps = 16;         // of one login [the same]
    unsigned threads = 4;               // for logins, and as many again for callbacks, which may wait for a KDC
  };
  /// `send` takes an encoded answer, on any thread.
  LoginOracle(Options options, std::function<void(std::string answer)> send);
  /// Waits for what is at work.
  ~LoginOracle();
  LoginOracle(const LoginOracle&) = delete;
  LoginOracle& operator=(const LoginOracle&) = delete;

  /// One encoded request. False for what no honest process sends.
  bool handle(std::string_view request);

  /// Who logged in, as long as that login lasts.
  struct Login {
    std::shared_ptr<const security::Peer> peer;
    std::string peer_address;
  };
  /// WBEM_E_ACCESS_DENIED for a ticket that is unknown, another oracle's, or at its end.
  base::Result<Login> find(std::string_view ticket) const;

  struct Figures {
    std::size_t contexts = 0;
    std::size_t tickets = 0;
  };
  Figures figures() const;

 private:
  struct Entry;
  using EntryPtr = std::shared_ptr<Entry>;

  bool accept(const login::Request& request, const login::Accept& what);
  bool initiate(const login::Request& request, const login::Initiate& what);
  bool step(const login::Request& request, std::string token);
  void drop(std::uint64_t context);
  /// Answers the request. False when the context's number is taken.
  bool add(std::uint64_t id, std::uint64_t context, EntryPtr entry);
  void run_step(std::uint64_t id, std::uint64_t context, const EntryPtr& entry, const std::string& token);
  base::Status advance(Entry& entry, const std::string& token, login::Answer& answer);
  base::Status establish(Entry& entry, login::Answer& answer);
  void answer(login::Answer answer);
  void refuse(std::uint64_t id, base::Status status);

  const Options options_;
  const std::function<void(std::string)> send_;
  base::SystemRandom system_random_;
  mutable std::mutex mutex_;
  std::unordered_map<std::uint64_t, EntryPtr> contexts_;
  std::unordered_map<std::string, Login> tickets_;
  remote::BlockingPool logins_;
  remote::BlockingPool callbacks_;
};

}  // namespace wmid
