// Activation as a client (MS-DCOM 3.2.4.1.1).
#include <fmt/format.h>

#include "dcom/client_status.h"
#include "dcom/dial.h"
#include "dcom/messages.h"
#include "dcom/object_connection.h"
#include "dcom/proxy.h"

namespace dcom {
namespace {

constexpr std::uint16_t kFirstWithScmActivator = 6;  // minor version that has IRemoteSCMActivator, ServerAlive2 and the rest (1.7)
constexpr Version kOldest{5, 1};

/// One activation in its steps.
class Activation {
 public:
  Activation(ClientCore& core, const Machine& machine, const Security& security, const Guid& clsid, const Guid& iid)
      : core_(core),
        security_(security),
        clsid_(clsid),
        iid_(iid),
        target_{machine.host, machine.endpoint_port, machine.local_path},
        host_(machine.local_path.empty() ? machine.host : machine.local_path) {}

  base::Result<ProxyPtr> run() {
    const Deadline deadline = core_.connect_deadline();
    if (!target_.local()) TRY(negotiate(deadline));
    TRY(reach_resolver(deadline));
    TRY(request());
    return take_object();
  }

 private:
  /// 3.2.4.1.1.1: ServerAlive2 without security.
  base::Status negotiate(Deadline deadline) {
    TRY_ASSIGN(const auto rpc, core_.connect(target_, deadline));
    TRY_ASSIGN(const auto agreed, core_.log_in(*rpc, {iid::kObjectExporter}, nullptr, security::Level::kNone, host_, deadline));
    if (!agreed.interfaces.at(0).ok()) {
      return {agreed.interfaces[0].code(), fmt::format("{} is no DCOM server: {}", target_.to_string(), agreed.interfaces[0].text())};
    }
    const rpc::Reply reply = core_.call(*rpc, {interface_syntax(iid::kObjectExporter), 0, kServerAlive2, {}}, {}, deadline);
    if (reply.fault == rpc::fault::kOpnumRange) {
      version_ = kOldest;
      return {};
    }
    // Machines may be told to know nobody without a login (Windows: RestrictRemoteClients 2). Then the activation decides.
    if (reply.fault == rpc::fault::kAccessDenied) return {};
    if (!reply.status.ok()) return call_failed(host_, reply);
    const auto alive = read_server_alive2_reply(reply.stub);
    if (!alive)
      return {alive.error().code(), fmt::format("{} does not answer as a DCOM server: {}", target_.to_string(), alive.error().text())};
    const auto common = common_version(alive->version);
    if (!common) return {RPC_E_VERSION_MISMATCH, fmt::format("{} speaks another version of DCOM", host_)};
    version_ = *common;
    return {};
  }

  base::Status reach_resolver(Deadline deadline) {
    TRY_ASSIGN(resolver_, core_.connect(target_, deadline));
    std::vector<Guid> iids{iid::kRemoteScmActivator, iid::kActivation, iid::kObjectExporter};
    // One connection serves resolver and objects there.
    if (resolver_->ends().local_peer) iids.insert(iids.end(), {iid::kRemUnknown, iid_});
    TRY_ASSIGN(agreed_, core_.log_in(*resolver_, iids, &security_, raised(security_.level, 0), host_, deadline));
    if (agreed_.interfaces.size() == iids.size()) return {};
    return {rpc::RPC_S_PROTOCOL_ERROR, fmt::format("{} agreed on other interfaces", host_)};
  }

  base::Status request() {
    ActivationRequest request;
    request.clsid = clsid_;
    request.iids = {iid_};
    request.protocols = {resolver_->ends().local_peer ? kTowerLocal : kTowerTcp};
    request.version = version_;
    request.impersonation = static_cast<std::uint32_t>(security_.impersonation);
    if (agreed_.interfaces[0].ok() && version_.minor >= kFirstWithScmActivator) {
      const rpc::Reply reply = call(iid::kRemoteScmActivator, kRemoteCreateInstance, write_create_instance(request, core_.new_causality()));
      if (reply.fault != rpc::fault::kOpnumRange && reply.fault != rpc::fault::kUnknownInterface) {
        return note(reply, [](std::string_view stub) { return read_create_instance_reply(stub); });
      }
    }
    if (!agreed_.interfaces[1].ok()) return {rpc::RPC_S_UNKNOWN_IF, fmt::format("{} does not offer activation", target_.to_string())};
    const rpc::Reply reply = call(iid::kActivation, kRemoteActivation, write_remote_activation(request, core_.new_causality()));
    return note(reply, [](std::string_view stub) { return read_remote_activation_reply(stub, 1); });
  }

  rpc::Reply call(const Guid& iid, std::uint16_t opnum, std::string stub) {
    return core_.call(*resolver_, {interface_syntax(iid), agreed_.auth, opnum, {}}, std::move(stub), core_.call_deadline());
  }

  template <class Read>
  base::Status note(const rpc::Reply& reply, Read&& read) {
    if (reply.fault == rpc::fault::kAccessDenied && !resolver_->ends().local_peer) {
      // NTLM's last leg has no answer: that it failed shows in the first call.
      if (security_.provider == security::Provider::kNtlm) return login_failed(host_, security_, {E_ACCESSDENIED});
      return activation_failed(host_, clsid_, E_ACCESSDENIED);
    }
    if (reply.fault == static_cast<std::uint32_t>(E_ACCESSDENIED)) return activation_failed(host_, clsid_, E_ACCESSDENIED);
    if (!reply.status.ok()) return call_failed(host_, reply);
    auto answer = read(std::string_view(reply.stub));
    if (!answer)
      return {answer.error().code(), fmt::format("the answer of {} to the activation is malformed: {}", host_, answer.error().text())};
    if (base::failed(answer->result)) return activation_failed(host_, clsid_, answer->result);
    if (answer->interfaces.size() != 1) return malformed();
    if (base::failed(answer->interfaces[0].result)) return activation_failed(host_, clsid_, answer->interfaces[0].result);
    reply_ = std::move(*answer);
    return {};
  }

  base::Status malformed() const {
    return {RPC_E_INVALID_OBJREF, fmt::format("the answer of {} to the activation has no reference to the object", host_)};
  }

  base::Result<ProxyPtr> take_object() {
    const auto& object = reply_.interfaces[0].object;
    const RemoteObject* remote = object ? object->remote() : nullptr;
    if (!remote || remote->standard.oxid != reply_.oxid || object->iid != iid_) return base::fail(malformed());
    const auto version = common_version(reply_.version);
    if (!version) return base::fail(activation_failed(host_, clsid_, RPC_E_VERSION_MISMATCH));
    const auto place = core_.pool.place(target_.to_string(), reply_.oxid, identity_of(security_));
    const ExporterFacts facts{reply_.oxid, reply_.rem_unknown, *version, host_, target_, place};
    std::shared_ptr<Connection> connection;
    {
      const std::lock_guard lock(place->mutex);
      const security::Level level = raised(security_.level, reply_.authn_hint);
      connection = place->find(level);
      if (!connection) {
        TRY_ASSIGN(connection, connect(facts, level));
        place->connections.push_back(connection);
      }
    }
    const auto proxy = connection->adopt(iid_, remote->standard);
    core_.pinger.set_of(core_, target_, security_, host_)->offer(resolver_, agreed_.auth, !connection->local());
    TRY(proxy->wait_ready());
    return proxy;
  }

  base::Result<std::shared_ptr<Connection>> connect(const ExporterFacts& facts, security::Level level) {
    const Deadline deadline = core_.connect_deadline();
    const rpc::ConnectionEnds& ends = resolver_->ends();
    if (ends.local_peer) {
      for (std::size_t i = 3; i < 5; ++i) {
        if (!agreed_.interfaces[i].ok()) return base::fail(i == 4 ? E_NOINTERFACE : rpc::RPC_S_UNKNOWN_IF, agreed_.interfaces[i].text());
      }
      const std::vector<Guid> agreed{iid::kRemUnknown, iid_};
      return Connection::make(core_, resolver_,
                              {facts.oxid, facts.rem_unknown, facts.version, level, 0, security_, host_, target_, facts.place, agreed});
    }
    const auto targets = targets_of(reply_.exporter, ends.remote.address, 0);
    TRY_ASSIGN(const auto rpc, connect_first(core_, targets, deadline));
    return make_connection(core_, rpc, facts, iid_, security_, level, deadline);
  }

  ClientCore& core_;
  const Security& security_;
  const Guid clsid_;
  const Guid iid_;
  const Target target_;
  const std::string host_;
  Version version_;
  std::shared_ptr<rpc::Client> resolver_;
  ClientCore::Agreed agreed_;
  ActivationReply reply_;
};

}  // namespace

base::Result<ProxyPtr> activate(ClientCore& core, const Machine& machine, const Security& security, const Guid& clsid, const Guid& iid) {
  return Activation(core, machine, security, clsid, iid).run();
}

}  // namespace dcom
