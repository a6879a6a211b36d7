#include "dcom/dial.h"

#include <fmt/format.h>

#include <algorithm>

#include "dcom/object_connection.h"

namespace dcom {

std::vector<Target> targets_of(const DualStringArray& bindings, const std::string& reached, std::uint16_t port) {
  std::vector<Target> listed;
  for (const StringBinding& binding : bindings.strings) {
    if (binding.tower != kTowerTcp) continue;
    const auto parsed = parse_address(binding.address);
    if (!parsed) continue;
    Target target{parsed->host, parsed->port != 0 ? parsed->port : port, {}};
    if (target.port != 0) listed.push_back(std::move(target));
  }
  std::vector<Target> out;
  const auto add = [&out](Target target) {
    if (out.size() < kMaxTried && !target.host.empty() && std::ranges::find(out, target) == out.end()) out.push_back(std::move(target));
  };
  if (!reached.empty()) {
    for (const Target& target : listed) add({reached, target.port, {}});
  }
  for (Target& target : listed) add(std::move(target));
  return out;
}

std::optional<Version> common_version(Version server) {
  const Version ours;
  if (server.major != ours.major) return {};
  return Version{ours.major, std::min(ours.minor, server.minor)};
}

base::Result<std::shared_ptr<rpc::Client>> connect_first(ClientCore& core, const std::vector<Target>& targets, Deadline deadline) {
  base::Status first;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const auto now = std::chrono::steady_clock::now();
    const bool last = i + 1 == targets.size();
    const auto rpc = core.connect(targets[i], last || now >= deadline ? deadline : now + (deadline - now) / 2);
    if (rpc) return rpc;
    if (first.ok()) first = rpc.error();
    if (core.stopping.stop_requested()) return rpc;
  }
  if (first.ok()) first = {rpc::RPC_S_SERVER_UNAVAILABLE, "the server tells no TCP address of its objects"};
  return base::fail(first);
}

base::Result<std::shared_ptr<Connection>> make_connection(ClientCore& core, const std::shared_ptr<rpc::Client>& rpc,
                                                          const ExporterFacts& facts, const Guid& iid, const Security& security,
                                                          security::Level level, Deadline deadline) {
  std::vector<Guid> iids{iid::kRemUnknown};
  if (iid != iid::kRemUnknown) iids.push_back(iid);
  TRY_ASSIGN(const ClientCore::Agreed agreed, core.log_in(*rpc, iids, &security, level, facts.host, deadline));
  if (agreed.interfaces.size() != iids.size()) return base::fail(rpc::RPC_S_PROTOCOL_ERROR, "the server agreed on other interfaces");
  for (std::size_t i = 0; i < iids.size(); ++i) {
    const base::Status& status = agreed.interfaces[i];
    if (status.ok()) continue;
    const base::Hresult code = status.code() == rpc::RPC_S_UNKNOWN_IF && i > 0 ? E_NOINTERFACE : status.code();
    return base::fail(code, fmt::format("{}: {}", facts.host, status.text()));
  }
  return Connection::make(
      core, rpc,
      {facts.oxid, facts.rem_unknown, facts.version, level, agreed.auth, security, facts.host, facts.resolver, facts.place, iids});
}

}  // namespace dcom
