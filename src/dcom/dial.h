// From what a server tells about itself to a connection. Only for .cc files of this folder.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dcom/client_core.h"

namespace dcom {

/// Where the TCP bindings lead: the address that was reached before, with each of their ports (machines list addresses that are not to be
/// reached from here, and NAT changes them), then what they list, each once, at most kMaxTried. `port`: of bindings that name none; 0:
/// those are left out.
std::vector<Target> targets_of(const DualStringArray& bindings, const std::string& reached, std::uint16_t port);
inline constexpr std::size_t kMaxTried = 8;

/// The lower one of both ends (1.7); nullopt for another major version.
std::optional<Version> common_version(Version server);

/// Connects to the first that answers. Each has half of the time that is left, the last all of it. The failure is that of the first.
base::Result<std::shared_ptr<rpc::Client>> connect_first(ClientCore& core, const std::vector<Target>& targets, Deadline deadline);

/// What a login to an exporter needs.
struct ExporterFacts {
  Oxid oxid = 0;
  Ipid rem_unknown;
  Version version;
  std::string host;
  Target resolver;
  std::shared_ptr<ConnectionPlace> place;
};
/// Logs in over `rpc` and agrees on IRemUnknown and `iid`. E_NOINTERFACE when the server does not know `iid`.
base::Result<std::shared_ptr<Connection>> make_connection(ClientCore& core, const std::shared_ptr<rpc::Client>& rpc,
                                                          const ExporterFacts& facts, const Guid& iid, const Security& security,
                                                          security::Level level, Deadline deadline);

}  // namespace dcom
