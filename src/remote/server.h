// MS-WMI's server over any cim::Services: the objects that clients activate and call.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "cim/services.h"
#include "dcom/client.h"
#include "dcom/exporter.h"
#include "dcom/resolver.h"

namespace remote {

/// IWbemBackupRestore(Ex) of the store that is served (MS-WMI 3.1.4.10, 3.1.4.11). Each may block; called on a thread that may.
class BackupService {
 public:
  virtual ~BackupService() = default;
  virtual base::Status backup(const cim::Caller& caller, const std::string& file, std::uint32_t flags) = 0;
  virtual base::Status restore(const cim::Caller& caller, const std::string& file, std::uint32_t flags) = 0;
};

/// How the server proves itself when it calls a client's sink.
struct CallbackPolicy {
  /// Credentials for calling back the account that made the call: Kerberos as the host's service where the client came by Kerberos, NTLM
  /// with the account's own hash where it came by NTLM. An error: the asynchronous call is refused before it starts.
  std::function<base::Result<dcom::Security>(const security::Peer& caller)> security_for;
  /// PKT_PRIVACY is tried first, then down to this one (MS-WMI 3.2.4.2.9; a configuration may lower it).
  security::Level least = security::Level::kIntegrity;
  std::chrono::milliseconds timeout{30'000};  // of one callback, by the clock (sink timer, 3.1.2.2)
};

/// Thread-safe. Ends after its rpc::Server has shut down and before exporter and resolver. Clock, random and log outlive the operations of
/// the locator's Services too.
class Server {
 public:
  /// Limits; in brackets the attack.
  struct Options {
    cim::Locator* locator = nullptr;
    /// Who calls, for the locator; an error refuses the login (its code).
    std::function<base::Result<cim::Caller>(const security::Peer& peer, const rpc::ConnectionEnds& ends)> caller_of;
    CallbackPolicy callbacks;
    BackupService* backup = nullptr;    // null: E_NOTIMPL
    std::size_t max_requests = 5000;    // in work or buffered while paused: more are WBEM_E_SERVER_TOO_BUSY (MaxRequestLimit)
    std::size_t max_reply = 16U << 20;  // octets of one answer: Next and smart Next stop there with what they have [a count of 4 billion]
    std::size_t max_enumerators_per_caller = 4096;
    std::size_t max_rows_per_caller = 1U << 30;  // octets that its enumerators keep together
    unsigned blocking_threads = 4;  // logins, backups: what may block
    const base::Clock* clock = nullptr;
    base::Random* random = nullptr;
    base::Log* log = nullptr;  // refused and failed operations: peer, user, operation, code
  };
  /// Offers its interfaces on `exporter` and its classes on `resolver`; calls sinks back through `client`.
  Server(dcom::Exporter& exporter, dcom::Resolver& resolver, dcom::Client& client, Options options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// IsServerShuttingDown: new calls WBEM_E_SHUTTING_DOWN, operations under way end with it at their sinks; waits for their callbacks up to
  /// `grace`. Not on a network thread.
  void shut_down(std::chrono::milliseconds grace);
  /// Runs by itself; tests that move the clock call it: sink timers, the backup timer.
  void check_time();

  struct Figures {
    std::size_t connections = 0;  // IWbemServices objects
    std::size_t enumerators = 0;
    std::size_t operations = 0;
    std::size_t sinks = 0;
  };
  Figures figures() const;

 private:
  struct State;
  const std::shared_ptr<State> state_;
};

}  // namespace remote
