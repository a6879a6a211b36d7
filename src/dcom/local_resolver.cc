// How client processes of this machine make their exporters known to its resolver (see resolver.h).
#include <algorithm>
#include <map>
#include <mutex>

#include "dcom/resolver.h"

namespace dcom {
namespace {

constexpr std::chrono::milliseconds kPatience{10'000};
constexpr std::size_t kMaxPerUser = 64;  // [one user of the machine takes all places]
constexpr std::size_t kStubSize = 32;

/// Who has registered what. Thread-safe.
class Registrations {
 public:
  explicit Registrations(ForeignExporters exporters) : exporters_(std::move(exporters)) {}

  std::uint32_t add(std::uint32_t association, std::uint32_t uid, const Resolver::Foreign& exporter) {
    const std::lock_guard lock(mutex_);
    const auto of_user = std::ranges::count_if(registered_, [uid](const auto& entry) { return entry.second.uid == uid; });
    if (static_cast<std::size_t>(of_user) >= kMaxPerUser) return fault_of(rpc::RPC_S_SERVER_TOO_BUSY);
    if (!exporters_.add(exporter)) return fault_of(rpc::RPC_S_DUPLICATE_ENDPOINT);
    registered_.emplace(association, Entry{uid, exporter.oxid});
    return 0;
  }

  void end(std::uint32_t association) {
    const std::lock_guard lock(mutex_);
    const auto [first, last] = registered_.equal_range(association);
    std::for_each(first, last, [this](const auto& entry) { exporters_.remove(entry.second.oxid); });
    registered_.erase(first, last);
  }

 private:
  struct Entry {
    std::uint32_t uid = 0;
    Oxid oxid = 0;
  };
  static std::uint32_t fault_of(base::Hresult code) { return static_cast<std::uint32_t>(code); }

  const ForeignExporters exporters_;
  std::mutex mutex_;
  std::multimap<std::uint32_t, Entry> registered_;
};

void answer(Registrations& registrations, rpc::Call& call) {
  if (!call.ends().local_peer) return call.fault(rpc::fault::kAccessDenied, false);
  if (call.opnum() != 0) return call.fault(rpc::fault::kOpnumRange, false);
  rpc::NdrReader in(call.stub());
  Resolver::Foreign exporter;
  exporter.oxid = in.u64();
  exporter.rem_unknown = in.guid();
  exporter.port = in.u16();
  exporter.authn_hint = in.u32();
  if (!in.ok() || exporter.port == 0) return call.fault(rpc::fault::kBadStubData, false);
  std::string stub;
  rpc::NdrWriter(stub).u32(registrations.add(call.association(), call.ends().local_peer->uid, exporter));
  call.respond(stub);
}

}  // namespace

void offer_local_resolver(rpc::Server& server, Resolver& resolver) {
  offer_local_resolver(server, {[&resolver](const Resolver::Foreign& exporter) { return resolver.add_foreign(exporter); },
                                [&resolver](Oxid oxid) { resolver.remove_foreign(oxid); }});
}

void offer_local_resolver(rpc::Server& server, ForeignExporters exporters) {
  const auto registrations = std::make_shared<Registrations>(std::move(exporters));
  rpc::Interface interface;
  interface.id = interface_syntax(kLocalResolver);
  interface.handler = [registrations](const std::shared_ptr<rpc::Call>& call) { answer(*registrations, *call); };
  server.interfaces().add(std::move(interface));
  server.associations().set_on_end([registrations](std::uint32_t association) { registrations->end(association); });
}

base::Result<std::shared_ptr<rpc::Client>> announce(rpc::Network& network, const std::string& path, const Resolver::Foreign& exporter) {
  rpc::Client::Options options;
  options.local_path = path;
  options.timeout = kPatience;
  TRY_ASSIGN(std::shared_ptr<rpc::Client> client, rpc::Client::connect(network, options));
  const auto bound = client->bind({interface_syntax(kLocalResolver)}, {}, kPatience);
  TRY(bound.status);
  if (bound.interfaces.empty()) return base::fail(rpc::RPC_S_UNKNOWN_IF, "the daemon resolves nothing for other processes");
  TRY(bound.interfaces.front());

  std::string stub;
  stub.reserve(kStubSize);
  rpc::NdrWriter out(stub);
  out.u64(exporter.oxid);
  out.guid(exporter.rem_unknown);
  out.u16(exporter.port);
  out.u32(exporter.authn_hint);
  rpc::OutgoingCall call;
  call.interface = interface_syntax(kLocalResolver);
  const rpc::Reply reply = client->call(call, std::move(stub), kPatience);
  TRY(reply.status);
  rpc::NdrReader in(reply.stub);
  const std::uint32_t status = in.u32();
  TRY(in.status("the answer of the daemon"));
  if (status != 0) return base::fail(base::Hresult{status}, "the daemon does not take another exporter");
  return client;
}

}  // namespace dcom
