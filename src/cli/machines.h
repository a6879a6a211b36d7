// Other machines as a command line reaches them.
#pragma once

#include <string>

#include "cim/services.h"
#include "cli/blocking.h"
#include "cli/hosts.h"
#include "remote/client.h"
#include "rpc/network.h"

namespace cli {

/// Thread-safe. Ends after the services that it gave, and before the network.
class Machines {
 public:
  /// `common`: everything but the machine.
  Machines(rpc::Network& network, remote::ClientOptions common) : network_(network), common_(std::move(common)) {}

  remote::ClientOptions options(const Host& host) const;
  /// Logs in to a namespace, with a connection of its own that ends with the services. Waits; Ctrl-C: WBEM_E_CALL_CANCELLED at once.
  base::Result<cim::ServicesPtr> connect(const Host& host, const std::string& name_space, const RunLimits& limits);
  /// Connections are still being made that nobody waits for: the program must end without ending this.
  bool any_left() const { return work_.any_left(); }

 private:
  rpc::Network& network_;
  const remote::ClientOptions common_;
  BlockingWork work_;
};

}  // namespace cli
