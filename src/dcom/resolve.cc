// From a reference to its object (MS-DCOM 3.2.4.1.2).
#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>

#include "dcom/client_status.h"
#include "dcom/dial.h"
#include "dcom/messages.h"
#include "dcom/object_connection.h"
#include "dcom/outcome.h"
#include "dcom/proxy.h"

namespace dcom {
namespace {

constexpr Version kOldest{5, 1};

base::Status of_resolver(std::uint32_t status, const std::string& host) {
  if (status == OR_INVALID_OXID) {
    return {base::Hresult{0x80070000U | OR_INVALID_OXID}, fmt::format("{} does not know the process of the object (has it ended?)", host)};
  }
  return {base::Hresult{0x80070000U | (status & 0xFFFF)}, fmt::format("{} did not resolve the reference", host)};
}

bool is_address(const std::string& host) {
  in6_addr octets;
  return ::inet_pton(AF_INET, host.c_str(), &octets) == 1 || ::inet_pton(AF_INET6, host.c_str(), &octets) == 1;
}

/// Kerberos knows services by the names of their machines, and a reference comes from an address: the name is the one that it tells.
Security with_name(Security security, const RemoteObject& remote) {
  if (!security.known_as.empty()) return security;
  for (const StringBinding& binding : remote.resolver.strings) {
    const auto parsed = binding.tower == kTowerTcp ? parse_address(binding.address) : std::nullopt;
    if (!parsed || is_address(parsed->host)) continue;
    security.known_as = parsed->host;
    break;
  }
  return security;
}

/// One resolution in its steps.
class Resolution {
 public:
  Resolution(ClientCore& core, const Client::Unmarshaling& what, const RemoteObject& remote)
      : core_(core),
        what_(what),
        remote_(remote),
        security_(with_name(what.security, remote)),
        local_(!what.reached_local.empty()),
        highest_(raised(what.security.level, 0)) {}

  base::Result<std::shared_ptr<Connection>> run() {
    const auto place = core_.pool.place(peer_of(what_), remote_.standard.oxid, identity_of(security_));
    const std::lock_guard lock(place->mutex);
    facts_.place = place;
    for (int level = static_cast<int>(highest_); level >= static_cast<int>(least()); --level) {
      if (auto connection = place->find(static_cast<security::Level>(level))) return connection;
    }
    TRY(ask_resolver());
    TRY_ASSIGN(auto connection, local_ ? connect_local() : descend());
    place->connections.push_back(connection);
    return connection;
  }

 private:
  security::Level least() const { return std::min(highest_, raised(what_.least, 0)); }

  std::vector<Target> resolvers() const {
    if (!local_) return targets_of(remote_.resolver, what_.reached, 135);
    std::vector<Target> out;
    for (const StringBinding& binding : remote_.resolver.strings) {
      if (binding.tower == kTowerLocal && !binding.address.empty() && out.size() < kMaxTried) out.push_back({{}, 0, binding.address});
    }
    return out;
  }

  /// 3.2.4.1.2.1, 3.2.4.1.2.2.
  base::Status ask_resolver() {
    const auto targets = resolvers();
    if (targets.empty()) return {rpc::RPC_S_SERVER_UNAVAILABLE, "the reference tells no address that could be reached from here"};
    const Deadline deadline = core_.connect_deadline();
    TRY_ASSIGN(rpc_, connect_first(core_, targets, deadline));
    TRY(check_owner());
    const rpc::ConnectionEnds& ends = rpc_->ends();
    resolver_ = local_ ? Target{{}, 0, ends.local.address} : Target{ends.remote.address, ends.remote.port, {}};
    host_ = local_ ? resolver_.local_path : what_.reached.empty() ? targets.front().host : what_.reached;
    std::vector<Guid> iids{iid::kObjectExporter};
    if (local_) iids.insert(iids.end(), {iid::kRemUnknown, what_.objref.iid});
    TRY_ASSIGN(agreed_, core_.log_in(*rpc_, iids, &security_, highest_, host_, deadline));
    for (const base::Status& status : agreed_.interfaces) TRY(status);
    return resolve();
  }

  base::Status check_owner() const {
    if (!local_) return {};
    const auto& peer = rpc_->ends().local_peer;
    if (peer && (!what_.local_uid || peer->uid == *what_.local_uid)) return {};
    return {E_ACCESSDENIED, "the object belongs to another user than the one who gave the reference"};
  }

  base::Status resolve() {
    ResolveOxidRequest request{remote_.standard.oxid, {local_ ? kTowerLocal : kTowerTcp}};
    const rpc::SyntaxId interface = interface_syntax(iid::kObjectExporter);
    const std::string stub = write_resolve_oxid(request);
    bool two = true;
    rpc::Reply reply = core_.call(*rpc_, {interface, agreed_.auth, kResolveOxid2, {}}, stub, core_.call_deadline());
    if (reply.fault == rpc::fault::kOpnumRange) {
      two = false;
      reply = core_.call(*rpc_, {interface, agreed_.auth, kResolveOxid, {}}, stub, core_.call_deadline());
    }
    if (reply.fault == rpc::fault::kAccessDenied && !local_ && security_.provider == security::Provider::kNtlm) {
      return login_failed(host_, security_, {E_ACCESSDENIED});
    }
    if (!reply.status.ok()) return call_failed(host_, reply);
    auto answer = read_resolve_oxid_reply(reply.stub, two);
    if (!answer)
      return {answer.error().code(), fmt::format("the answer of {} to the resolution is malformed: {}", host_, answer.error().text())};
    if (answer->status != 0) return of_resolver(answer->status, host_);
    const auto version = common_version(answer->version.value_or(kOldest));
    if (!version) return {RPC_E_VERSION_MISMATCH, fmt::format("{} speaks another version of DCOM", host_)};
    facts_ = {remote_.standard.oxid, answer->rem_unknown, *version, host_, resolver_, facts_.place};
    exporter_ = answer->exporter.value_or(DualStringArray{});
    hint_ = answer->authn_hint;
    return {};
  }

  base::Result<std::shared_ptr<Connection>> connect_local() {
    const std::vector<Guid> agreed{iid::kRemUnknown, what_.objref.iid};
    auto made = Connection::make(
        core_, rpc_, {facts_.oxid, facts_.rem_unknown, facts_.version, highest_, 0, security_, host_, resolver_, facts_.place, agreed});
    if (made) core_.pinger.set_of(core_, resolver_, security_, host_)->offer(rpc_, 0, false);
    return made;
  }

  /// From the highest level to the least. Only what the other end may have against a level leads on.
  base::Result<std::shared_ptr<Connection>> descend() {
    const Deadline deadline = core_.connect_deadline();
    const auto targets = targets_of(exporter_, rpc_->ends().remote.address, 0);
    const auto highest = static_cast<int>(raised(highest_, hint_));
    const auto lowest = std::min(highest, static_cast<int>(raised(least(), hint_)));
    base::Status first;
    for (int level = highest; level >= lowest; --level) {
      auto connection = attempt(targets, static_cast<security::Level>(level), level > lowest, deadline);
      if (connection) return connection;
      if (first.ok()) first = connection.error();
      const base::Hresult code = connection.error().code();
      const bool unreachable = code == rpc::RPC_S_SERVER_UNAVAILABLE || code == rpc::RPC_S_TIMEOUT || code == rpc::RPC_S_CALL_CANCELLED;
      if (unreachable || code == E_NOINTERFACE) break;
    }
    return base::fail(first);
  }

  base::Result<std::shared_ptr<Connection>> attempt(const std::vector<Target>& targets, security::Level level, bool probe,
                                                    Deadline deadline) {
    TRY_ASSIGN(const auto rpc, connect_first(core_, targets, deadline));
    TRY_ASSIGN(auto connection, make_connection(core_, rpc, facts_, what_.objref.iid, security_, level, deadline));
    if (probe) TRY(try_call(*connection));
    return connection;
  }

  /// Most servers tell only in a call what they have against a level.
  base::Status try_call(Connection& connection) {
    const auto outcome = std::make_shared<Outcome<base::Result<StdObjref>>>();
    connection.query_interface(remote_.standard.ipid, what_.objref.iid, 1,
                               [outcome](base::Result<StdObjref> result) { outcome->set(std::move(result)); });
    const auto answer = outcome->wait(core_.stopping.get_token());
    if (!answer) return core_.ended();
    if (!*answer) return answer->error().code() == E_NOINTERFACE ? base::Status() : answer->error();
    connection.release((*answer)->ipid, (*answer)->public_references);
    return {};
  }

  ClientCore& core_;
  const Client::Unmarshaling& what_;
  const RemoteObject& remote_;
  const Security security_;
  const bool local_;
  const security::Level highest_;
  std::shared_ptr<rpc::Client> rpc_;
  ClientCore::Agreed agreed_;
  Target resolver_;
  std::string host_;
  ExporterFacts facts_;
  DualStringArray exporter_;
  std::uint32_t hint_ = 0;
};

}  // namespace

std::string peer_of(const Client::Unmarshaling& what) {
  if (!what.reached_local.empty()) return what.reached_local + " of " + std::to_string(what.local_uid.value_or(0));
  if (!what.reached.empty()) return what.reached;
  const RemoteObject* remote = what.objref.remote();
  return remote && !remote->resolver.strings.empty() ? remote->resolver.strings.front().address : std::string();
}

base::Result<std::shared_ptr<Connection>> resolve_connection(ClientCore& core, const Client::Unmarshaling& what) {
  const RemoteObject* remote = what.objref.remote();
  if (!remote) return base::fail(RPC_E_INVALID_OBJREF, "an object by value stands where a reference to one was expected");
  return Resolution(core, what, *remote).run();
}

base::Result<ProxyPtr> resolve(ClientCore& core, const Client::Unmarshaling& what) {
  TRY_ASSIGN(const auto connection, resolve_connection(core, what));
  const auto proxy = connection->adopt(what.objref.iid, what.objref.remote()->standard);
  TRY(proxy->wait_ready());
  return proxy;
}

}  // namespace dcom
