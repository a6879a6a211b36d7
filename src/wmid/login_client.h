// Security contexts of the process that faces the network: their legs are played where the accounts are (login_oracle.h), the sessions
// here.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "security/session.h"
#include "wmid/login_messages.h"

namespace wmid {

/// Thread-safe. Contexts may outlive everything else of it.
class LoginClient final : public security::Verifier, public std::enable_shared_from_this<LoginClient> {
 public:
  /// `send` takes an encoded request and is false when nobody is there. A leg that is not answered in `patience` has failed.
  LoginClient(std::function<bool(std::string_view)> send, std::chrono::milliseconds patience)
      : send_(std::move(send)), patience_(patience) {}

  /// An encoded answer has come; not on a thread that asks. False when it is malformed.
  bool handle(std::string_view answer);
  /// All who wait, now and later, fail.
  void close();

  base::Result<std::unique_ptr<security::Context>> make_server(security::Provider provider, const std::string& peer_address) override;
  /// Proves this server to the client whose ticket it is.
  std::shared_ptr<const security::Prover> prover(const std::string& ticket);

  // For its contexts.
  base::Result<login::Answer> ask(login::Request request);
  void tell(login::Request request);

 private:
  struct Waiting {
    std::optional<login::Answer> answer;
  };

  const std::function<bool(std::string_view)> send_;
  const std::chrono::milliseconds patience_;
  std::atomic<std::uint64_t> last_context_{0};
  std::mutex mutex_;
  std::condition_variable answered_;
  std::uint64_t last_id_ = 0;
  std::map<std::uint64_t, Waiting> waiting_;
  bool closed_ = false;
};

}  // namespace wmid
