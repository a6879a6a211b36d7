#include "lab.h"

#include <fmt/format.h>

namespace protocol {

Lab::Lab() : Lab(Options()) {}

Lab::Lab(Options options) : security_(options.security) {
  if (!security::crypto_ready().ok()) std::abort();
  accounts_.add({"alice", security::nt_hash("secret"), "nobody", {security::Sid{5, {21, 1, 2, 3, 1000}}}, false});
  accounts_.add({"bob", security::nt_hash("builder"), "nobody", {security::Sid{5, {21, 1, 2, 3, 1001}}}, false});
  if (options.braked) security_.backoff = &backoff_;
  options.rpc.security = &security_;
  options.rpc.accounts = &accounts_;
  options.rpc.clock = &clock;
  options.rpc.log = &log;
  rpc_server = std::make_unique<rpc::Server>(network, options.rpc);
  port_ = *rpc_server->listen("127.0.0.1", 0);
  const std::uint16_t told = options.told_port != 0 ? options.told_port : port_;
  options.exports.bindings.endpoint_port = told;
  options.exports.bindings.object_port = told;
  options.exports.clock = &clock;
  exporter = std::make_unique<dcom::Exporter>(*rpc_server, options.exports);
  options.resolves.exporter = exporter.get();
  options.resolves.clock = &clock;
  resolver = std::make_unique<dcom::Resolver>(*rpc_server, options.resolves);
  callbacks = std::make_unique<dcom::Client>(network, dcom::Client::Options());
  options.wmi.locator = options.locator ? options.locator : this;
  options.wmi.caller_of = [of = options.caller_of](const security::Peer& peer, const rpc::ConnectionEnds&) -> base::Result<cim::Caller> {
    if (of) return of(peer);
    cim::Caller caller;
    caller.account = peer.user;
    caller.remote = true;
    return caller;
  };
  options.wmi.callbacks.security_for = [](const security::Peer&) { return account("alice", "secret"); };
  options.wmi.clock = &clock;
  options.wmi.log = &log;
  wmi = std::make_unique<remote::Server>(*exporter, *resolver, *callbacks, options.wmi);
  sink_side_ = std::make_unique<Side>(network, clock);
  sink_side_->exporter->offer(std::array{remote::iid::kObjectSink});
}

Lab::~Lab() {
  stop();
  wmi.reset();
  callbacks.reset();
  resolver.reset();
  exporter.reset();
  rpc_server.reset();
  services->join();  // its threads must not be the last to let go of it
}

void Lab::stop() {
  sink_side_.reset();
  rpc_server->shutdown(0ms);
}

base::Result<cim::ServicesPtr> Lab::connect(std::string_view name_space, const cim::Caller&, std::string_view) {
  if (name_space.find("missing") != std::string_view::npos) return base::fail(base::codes::WBEM_E_INVALID_NAMESPACE, "no such namespace");
  return services;
}

void Lab::advance(std::chrono::milliseconds span) {
  // Whoever begins to wait has been seen before the time goes on.
  rpc_server->check_time();
  clock.advance(span);
  rpc_server->check_time();
  resolver->check_time();
  exporter->check_time();
  wmi->check_time();
}

dcom::Objref Lab::reference(const std::shared_ptr<TestSink>& sink) {
  rpc::ConnectionEnds ends;
  ends.local = {"127.0.0.1", sink_side_->port};
  ends.remote = {"127.0.0.1", 1};
  return *sink_side_->exporter->marshal(sink, remote::iid::kObjectSink, ends, {}, true);
}

std::string Lab::what_is_left() const {
  const auto rpc = rpc_server->figures();
  const auto objects = exporter->figures();
  const auto sets = resolver->figures();
  const auto served = wmi->figures();
  return fmt::format(
      "{} connections, {} of nobody, {} requests; {} objects, {} interfaces; {} ping sets; {} logins, {} enumerators, {} "
      "operations, {} sinks; {} associations",
      rpc.connections, rpc.unauthenticated, rpc.outstanding, objects.objects, objects.interfaces, sets.sets, served.connections,
      served.enumerators, served.operations, served.sinks, rpc_server->associations().size());
}

bool Lab::forgets_everything() {
  const auto nothing = [this] {
    const auto rpc = rpc_server->figures();
    const auto objects = exporter->figures();
    const auto served = wmi->figures();
    return rpc.connections == 0 && rpc.unauthenticated == 0 && rpc.outstanding == 0 && objects.objects == 0 && objects.interfaces == 0 &&
           resolver->figures().sets == 0 && served.connections == 0 && served.enumerators == 0 && served.operations == 0 &&
           served.sinks == 0 && rpc_server->associations().size() == 0;
  };
  if (!eventually([this] { return rpc_server->figures().connections == 0; })) return false;
  return lets_go(nothing);
}

}  // namespace protocol
