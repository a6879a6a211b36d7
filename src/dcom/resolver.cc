#include "dcom/resolver.h"

#include <fmt/format.h>

#include "dcom/resolver_state.h"

namespace dcom {

Resolver::State::State(const Options& given)
    : options(given),
      clock(options.clock ? *options.clock : system_clock),
      exporter(*options.exporter),
      sets(
          {options.max_sets_per_peer, options.max_oids_per_set}, [this](Oid oid, bool held) { return exporter.pinged(oid, held); },
          options.random ? *options.random : system_random) {}

bool Resolver::State::tick() {
  check_time();
  return true;
}

void Resolver::State::call_object_exporter(rpc::Call& call) {
  // 3.1.2.5.1.4, 3.1.2.5.1.6: nobody is too little known for these two.
  if (call.opnum() == kServerAlive) return call.respond(write_status(0));
  if (call.opnum() == kServerAlive2) return server_alive2(call);
  if (call.opnum() > kServerAlive2) return call.fault(rpc::fault::kOpnumRange, false);
  if (call.level() < options.least_level) return call.fault(rpc::fault::kAccessDenied, false);
  switch (call.opnum()) {
    case kResolveOxid: return resolve_oxid(call, false);
    case kResolveOxid2: return resolve_oxid(call, true);
    case kSimplePing: return simple_ping(call);
    default: return complex_ping(call);
  }
}

// 3.1.2.5.1.1, 3.1.2.5.1.5. The protocols asked for are not looked at: there is TCP alone, and the bindings say so.
void Resolver::State::resolve_oxid(rpc::Call& call, bool two) {
  const auto request = read_resolve_oxid(call.stub());
  if (!request) return call.fault(rpc::fault::kBadStubData, false);
  ResolveOxidReply reply;
  if (two) reply.version.emplace();
  if (request->oxid == exporter.oxid()) {
    reply.exporter = exporter.bindings().exporter(call.ends());
    reply.rem_unknown = exporter.rem_unknown();
    reply.authn_hint = static_cast<std::uint32_t>(exporter.least_level());
    if (options.on_resolved) options.on_resolved(call);
    return call.respond(write_resolve_oxid_reply(reply, two));
  }
  {
    const std::lock_guard lock(mutex);
    const auto at = foreign.find(request->oxid);
    if (at == foreign.end()) {
      reply.status = OR_INVALID_OXID;
    } else {
      reply.exporter = exporter.bindings().exporter(call.ends(), at->second.port);
      reply.rem_unknown = at->second.rem_unknown;
      reply.authn_hint = at->second.authn_hint;
    }
  }
  call.respond(write_resolve_oxid_reply(reply, two));
}

void Resolver::State::simple_ping(rpc::Call& call) {
  const auto set = read_simple_ping(call.stub());
  if (!set) return call.fault(rpc::fault::kBadStubData, false);
  std::uint32_t status = 0;
  {
    const std::lock_guard lock(mutex);
    status = sets.simple_ping(*set, clock.steady_now());
  }
  call.respond(write_status(status));
}

void Resolver::State::complex_ping(rpc::Call& call) {
  const auto request = read_complex_ping(call.stub());
  if (!request) return call.fault(rpc::fault::kBadStubData, false);
  ComplexPingReply reply;
  {
    const std::lock_guard lock(mutex);
    reply = sets.complex_ping(owner_of(call.peer().get(), call.ends()), *request, clock.steady_now());
  }
  call.respond(write_complex_ping_reply(reply));
}

void Resolver::State::server_alive2(rpc::Call& call) const {
  ServerAlive2Reply reply;
  reply.resolver = exporter.bindings().resolver(call.ends());
  call.respond(write_server_alive2_reply(reply));
}

// 3.1.2.6
void Resolver::State::check_time() {
  std::vector<PingSets::Expired> expired;
  {
    const std::lock_guard lock(mutex);
    expired = sets.expire(clock.steady_now());
  }
  for (const PingSets::Expired& set : expired) {
    for (const Oid oid : set.oids) exporter.expired(oid);
    if (options.log && !set.oids.empty()) {
      options.log->info(fmt::format("{} has stopped to ping {} objects: they are let go", set.peer, set.oids.size()));
    }
  }
  exporter.check_time();
}

Resolver::Resolver(rpc::Server& server, Options options) : state_(std::make_shared<State>(options)) {
  const auto add = [&](const Guid& iid, security::Level least, void (State::*method)(rpc::Call&)) {
    rpc::Interface interface;
    interface.id = interface_syntax(iid);
    interface.least_level = least;
    interface.handler = [state = state_, method](const std::shared_ptr<rpc::Call>& call) { ((*state).*method)(*call); };
    server.interfaces().add(std::move(interface));
  };
  // 3.1.2.5.2.3: ERROR_ACCESS_DENIED for activations below the level, as Windows answers them.
  add(iid::kObjectExporter, security::Level::kNone, &State::call_object_exporter);
  add(iid::kActivation, options.least_level, &State::call_activation);
  add(iid::kRemoteScmActivator, options.least_level, &State::call_scm_activator);
  state_->ticker.add(state_);
}

Resolver::~Resolver() { state_->ticker.stop(); }

void Resolver::add_class(const Guid& clsid, Factory factory) {
  const std::lock_guard lock(state_->classes_mutex);
  state_->classes[clsid] = std::move(factory);
}

bool Resolver::add_foreign(const Foreign& exporter) {
  const std::lock_guard lock(state_->mutex);
  if (exporter.oxid == 0 || exporter.oxid == state_->exporter.oxid()) return false;
  if (state_->foreign.size() >= state_->options.max_foreign) return false;
  return state_->foreign.emplace(exporter.oxid, exporter).second;
}

void Resolver::remove_foreign(Oxid oxid) {
  const std::lock_guard lock(state_->mutex);
  state_->foreign.erase(oxid);
}

void Resolver::check_time() { state_->check_time(); }

Resolver::Figures Resolver::figures() const {
  const std::lock_guard lock(state_->mutex);
  return {state_->sets.sets(), state_->sets.oids(), state_->foreign.size()};
}

}  // namespace dcom
