#include "cli/machines.h"

#include <optional>

#include <fmt/format.h>

namespace cli {
namespace {

/// Services with the machine that they need.
struct Connected {
  std::shared_ptr<remote::Machine> machine;
  cim::ServicesPtr services;  // ends first
};

}  // namespace

remote::ClientOptions Machines::options(const Host& host) const {
  remote::ClientOptions options = common_;
  options.machine.host = host.name;
  if (host.port != 0) options.machine.endpoint_port = host.port;
  return options;
}

base::Result<cim::ServicesPtr> Machines::connect(const Host& host, const std::string& name_space, const RunLimits& limits) {
  const auto connected = std::make_shared<Connected>();
  connected->machine = std::make_shared<remote::Machine>(network_, options(host));
  const auto status = std::make_shared<base::Status>();
  const bool ended = work_.run(limits, [connected, status, name_space] {
    auto services = connected->machine->connect(name_space);
    if (services)
      connected->services = *std::move(services);
    else
      *status = services.error();
  });
  if (!ended) return base::fail(base::WBEM_E_CALL_CANCELLED, fmt::format("interrupted while connecting to {}", host.label));
  if (!status->ok()) return base::fail(*status);
  return cim::ServicesPtr(connected, connected->services.get());
}

}  // namespace cli
