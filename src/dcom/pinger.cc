#include "dcom/pinger.h"

#include <fmt/format.h>

#include <algorithm>

#include "dcom/client_core.h"
#include "dcom/client_status.h"
#include "dcom/messages.h"

namespace dcom {
namespace {

constexpr std::size_t kMaxAtOnce = 16'384;  // changes in one ComplexPing

rpc::OutgoingCall exporter_call(std::uint32_t auth, std::uint16_t opnum) {
  return {interface_syntax(iid::kObjectExporter), auth, opnum, {}};
}

base::Status unknown_status(std::uint32_t status) {
  return {base::Hresult{0x80070000U | (status & 0xFFFF)}, "the resolver refused the ping"};
}

}  // namespace

PingSet::PingSet(ClientCore& core, Target resolver, Security security, std::string host)
    : core_(core.weak_from_this()),
      resolver_(std::make_unique<const Target>(std::move(resolver))),
      security_(std::move(security)),
      host_(std::move(host)) {}

PingSet::~PingSet() = default;

void PingSet::hold(Oid oid) {
  const auto core = core_.lock();
  if (!core) return;
  const std::lock_guard lock(mutex_);
  ++oids_[oid].count;
  if (std::exchange(ticking_, true)) return;
  next_ = core->options.clock->steady_now() + kPeriod;
  core->ticker.add(shared_from_this());
}

void PingSet::drop(Oid oid) {
  const std::lock_guard lock(mutex_);
  const auto at = oids_.find(oid);
  if (at == oids_.end() || at->second.count == 0) return;
  if (--at->second.count == 0 && !at->second.told) oids_.erase(at);
}

void PingSet::offer(const std::shared_ptr<rpc::Client>& rpc, std::uint32_t auth, bool keep) {
  const std::lock_guard lock(mutex_);
  const auto now = rpc_.lock();
  if ((now && now->open()) || (keep && oids_.empty())) return;
  rpc_ = rpc;
  auth_ = auth;
  kept_ = keep ? rpc : nullptr;
}

bool PingSet::tick() {
  const auto core = core_.lock();
  if (!core) return false;
  const std::lock_guard lock(mutex_);
  if (under_way_) return true;
  if (oids_.empty()) {
    // The resolver's set is empty too (3.2.6.1).
    set_ = 0;
    kept_ = nullptr;
    return ticking_ = false;
  }
  const auto now = core->options.clock->steady_now();
  if (now < next_) return true;
  next_ = now + kPeriod;
  const auto job = [self = shared_from_this(), core] { self->ping(*core); };
  under_way_ = core->background.run("pings of " + resolver_->to_string(), job);
  return true;
}

std::size_t PingSet::size() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(std::ranges::count_if(oids_, [](const auto& entry) { return entry.second.count > 0; }));
}

bool PingSet::idle() const {
  const std::lock_guard lock(mutex_);
  return oids_.empty() && !ticking_;
}

PingSet::Changes PingSet::changes() const {
  const std::lock_guard lock(mutex_);
  Changes out;
  for (const auto& [oid, held] : oids_) {
    if (held.count > 0 && !held.told) out.add.push_back(oid);
    if (held.count == 0) out.remove.push_back(oid);
    if (out.add.size() >= kMaxAtOnce || out.remove.size() >= kMaxAtOnce) break;
  }
  return out;
}

void PingSet::note(const Changes& done) {
  const std::lock_guard lock(mutex_);
  for (const Oid oid : done.add) {
    const auto at = oids_.find(oid);
    if (at != oids_.end()) {
      at->second.told = true;
    } else {
      oids_[oid] = {0, true};  // dropped meanwhile: the next ping takes it out
    }
  }
  for (const Oid oid : done.remove) {
    const auto at = oids_.find(oid);
    if (at == oids_.end()) continue;
    at->second.told = false;
    if (at->second.count == 0) oids_.erase(at);
  }
}

void PingSet::forget() {
  const std::lock_guard lock(mutex_);
  set_ = 0;
  sequence_ = 0;
  std::erase_if(oids_, [](const auto& entry) { return entry.second.count == 0; });
  for (auto& [oid, held] : oids_) held.told = false;
}

void PingSet::ping(ClientCore& core) {
  base::Status status;
  for (const bool fresh : {false, true}) {
    std::uint32_t auth = 0;
    const auto rpc = connection(core, fresh, auth);
    status = rpc ? ping_once(core, **rpc, auth) : rpc.error();
    // A connection that was kept may have died unnoticed.
    if (status.ok() || !rpc || (*rpc)->open()) break;
  }
  if (!status.ok() && core.options.log && core.options.log->enabled(base::LogLevel::kWarning)) {
    core.options.log->warning(fmt::format("a ping to {} failed: {}", resolver_->to_string(), status.text()));
  }
  const std::lock_guard lock(mutex_);
  under_way_ = false;
  if (status.ok()) return;
  next_ = core.options.clock->steady_now() + kRetry;
  // What nobody holds is left to expire.
  std::erase_if(oids_, [](const auto& entry) { return entry.second.count == 0; });
}

base::Status PingSet::ping_once(ClientCore& core, rpc::Client& rpc, std::uint32_t auth) {
  bool pinged = false;
  for (int resets = 0; resets < 2;) {
    const Changes some = changes();
    bool forgotten = false;
    if (!some.add.empty() || !some.remove.empty()) {
      TRY(complex_ping(core, rpc, auth, some, forgotten));
      if (!forgotten) note(some);
    } else if (!pinged) {
      TRY(simple_ping(core, rpc, auth, forgotten));
      if (!forgotten) return {};
    } else {
      return {};
    }
    pinged = !forgotten;
    if (!forgotten) continue;
    // The set has expired or its server started anew: all is told again.
    forget();
    ++resets;
  }
  return {rpc::RPC_S_CALL_FAILED, "the resolver forgets its ping sets"};
}

base::Status PingSet::complex_ping(ClientCore& core, rpc::Client& rpc, std::uint32_t auth, const Changes& changes, bool& forgotten) {
  ComplexPingRequest request;
  {
    const std::lock_guard lock(mutex_);
    request.set = set_;
    request.sequence = ++sequence_;
  }
  // A new set has nothing that could be taken out.
  request.add = changes.add;
  if (request.set != 0) request.remove = changes.remove;
  if (request.set == 0 && request.add.empty()) return {};
  const rpc::Reply reply = core.call(rpc, exporter_call(auth, kComplexPing), write_complex_ping(request), core.call_deadline());
  if (!reply.status.ok()) return call_failed(host_, reply);
  TRY_ASSIGN(const ComplexPingReply answer, read_complex_ping_reply(reply.stub));
  forgotten = answer.status == OR_INVALID_SET;
  // Objects that the resolver does not know are gone; to name them again would not bring them back.
  if (forgotten || (answer.status != 0 && answer.status != OR_INVALID_OID))
    return forgotten ? base::Status() : unknown_status(answer.status);
  const std::lock_guard lock(mutex_);
  if (answer.set != 0) set_ = answer.set;
  return {};
}

base::Status PingSet::simple_ping(ClientCore& core, rpc::Client& rpc, std::uint32_t auth, bool& forgotten) {
  SetId set = 0;
  {
    const std::lock_guard lock(mutex_);
    set = set_;
  }
  if (set == 0) return {};
  const rpc::Reply reply = core.call(rpc, exporter_call(auth, kSimplePing), write_simple_ping(set), core.call_deadline());
  if (!reply.status.ok()) return call_failed(host_, reply);
  TRY_ASSIGN(const std::uint32_t status, read_status(reply.stub));
  forgotten = status == OR_INVALID_SET;
  return forgotten || status == 0 ? base::Status() : unknown_status(status);
}

base::Result<std::shared_ptr<rpc::Client>> PingSet::connection(ClientCore& core, bool fresh, std::uint32_t& auth) {
  if (!fresh) {
    const std::lock_guard lock(mutex_);
    auto rpc = rpc_.lock();
    auth = auth_;
    if (rpc && rpc->open()) return rpc;
  }
  const Deadline deadline = core.connect_deadline();
  TRY_ASSIGN(const std::shared_ptr<rpc::Client> rpc, core.connect(*resolver_, deadline));
  TRY_ASSIGN(const ClientCore::Agreed agreed,
             core.log_in(*rpc, {iid::kObjectExporter}, &security_, raised(security_.level, 0), host_, deadline));
  TRY(agreed.interfaces.at(0));
  auth = agreed.auth;
  const std::lock_guard lock(mutex_);
  kept_ = rpc;
  rpc_ = rpc;
  auth_ = agreed.auth;
  return rpc;
}

std::shared_ptr<PingSet> Pinger::set_of(ClientCore& core, const Target& resolver, const Security& security, const std::string& host) {
  const std::string key = resolver.to_string() + "\n" + identity_of(security);
  const std::lock_guard lock(mutex_);
  // Connections hold theirs: what they let go of and no resolver remembers is of no use.
  std::erase_if(sets_, [](const auto& entry) { return entry.second.use_count() == 1 && entry.second->idle(); });
  std::shared_ptr<PingSet>& set = sets_[key];
  if (!set) set = std::make_shared<PingSet>(core, resolver, security, host);
  return set;
}

std::vector<std::shared_ptr<PingSet>> Pinger::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<PingSet>> out;
  for (const auto& [key, set] : sets_) out.push_back(set);
  return out;
}

void Pinger::check_time() {
  for (const auto& set : all()) set->tick();
}

std::size_t Pinger::size() const {
  std::size_t total = 0;
  for (const auto& set : all()) total += set->size();
  return total;
}

}  // namespace dcom
