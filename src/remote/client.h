// MS-WMI's client: another machine's namespaces as cim::Services (MS-WMI 3.2).
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

namespace remote {

class MachineCore;

/// Whose callbacks a client takes besides its own account's and the server's Kerberos principal.
enum class CallbackAuth : std::uint8_t { kVerified, kUnverified };

struct ClientOptions {
  dcom::Machine machine;
  dcom::Security security;
  dcom::Timeouts timeouts;
  /// Rows asked for ahead while a caller reads (smart enumeration keeps one request under way).
  std::uint32_t rows_per_request = 1000;
  CallbackAuth callback_auth = CallbackAuth::kVerified;
  std::string callback_address;     // where this machine is reached from there; empty: the address of the connection
  std::uint16_t callback_port = 0;  // of the sink exporter; 0: any
  /// How long calls with callbacks wait for a sign that the server's machine finds its way here: that it resolves or calls our exporter,
  /// once. Then they end with WBEM_E_TRANSPORT_FAILURE. Zero: without end.
  std::chrono::milliseconds callback_patience{45'000};
  std::string resolver_socket;  // of a local wmid that resolves for us on TCP 135; empty: the system's
  const base::Clock* clock = nullptr;
  base::Random* random = nullptr;
  base::Log* log = nullptr;
};

/// A machine: connects on the first use, and again after a loss (calls under way then fail with a text that says so; what was idle goes
/// on). Thread-safe. All operations of its Services have deadlines. Ends after the Services that it gave.
class Machine final : public cim::Locator {
 public:
  Machine(rpc::Network& network, ClientOptions options);
  ~Machine() override;
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  /// Activation, EstablishPosition where the locales need it, NTLMLogin. `caller` is not sent: the server knows whom it authenticated.
  /// Blocks; not on a network thread.
  base::Result<cim::ServicesPtr> connect(std::string_view name_space, const cim::Caller& caller, std::string_view locales) override;
  base::Result<cim::ServicesPtr> connect(std::string_view name_space, std::string_view locales = {});

  /// Whether callbacks could come: what is in their way, in words; ok when nothing is known to be. For `wmi doctor`.
  base::Status callback_readiness();
  /// Pings what is due by the clock. Runs by itself; tests that move the clock call it.
  void check_time();
  dcom::Client::Figures figures() const;

 private:
  const std::shared_ptr<MachineCore> core_;
};

}  // namespace remote
