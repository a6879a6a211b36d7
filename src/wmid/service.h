// The daemon's parts put together: repository, object manager, network, DCOM and MS-WMI.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/log.h"
#include "base/status.h"
#include "wmid/config.h"
#include "wmid/network_process.h"
#include "wmid/systemd.h"

namespace wmid {

/// Not thread-safe.
class Service {
 public:
  /// Serves when it returns: TCP here, or with `network` in that process, which has those sockets; `on_lost` is called on any thread when
  /// that one has ended by itself, and then only stop() is of use. Errors, with what to do about them: no repository named, one that
  /// another daemon serves or that does not open, accounts that cannot be read, addresses that cannot be listened on. `log` outlives it.
  static base::Result<std::unique_ptr<Service>> start(Config config, HandedSockets handed, base::Log& log,
                                                      std::unique_ptr<NetworkProcess> network = {}, std::function<void()> on_lost = {});
  /// stop().
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  /// "ADDRESS:PORT" of the endpoint mapper.
  const std::string& address() const;

  /// Takes over new limits, and reads the accounts again. Accounts that cannot be read leave the old ones in force, and are an error.
  base::Status reload(const Config& config);

  /// Asynchronous calls end with WBEM_E_SHUTTING_DOWN, calls under way have Config::shutdown_grace. Again: nothing.
  void stop();

 private:
  struct Parts;
  explicit Service(std::unique_ptr<Parts> parts);
  const std::unique_ptr<Parts> parts_;
};

}  // namespace wmid
