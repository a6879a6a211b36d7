#include "dcom/ping_sets.h"

#include <algorithm>

#include "dcom/resolver.h"

namespace dcom {
namespace {

/// Sequence numbers wrap round: a later one is less than half the circle ahead.
bool later(std::uint16_t a, std::uint16_t b) { return static_cast<std::int16_t>(a - b) > 0; }

}  // namespace

std::uint32_t PingSets::add(Set& set, Oid oid) {
  if (set.oids.contains(oid)) return 0;
  if (set.oids.size() >= limits_.oids_per_set) return kOutOfResources;
  if (!hold_(oid, true)) return OR_INVALID_OID;
  set.oids.insert(oid);
  ++oids_;
  return 0;
}

void PingSets::remove(Set& set, Oid oid) {
  if (set.oids.erase(oid) == 0) return;
  hold_(oid, false);
  --oids_;
}

std::size_t PingSets::count_of(const std::string& peer) const {
  const auto at = peers_.find(peer);
  return at == peers_.end() ? 0 : at->second;
}

void PingSets::leave(const std::string& peer) {
  const auto at = peers_.find(peer);
  if (--at->second == 0) peers_.erase(at);
}

void PingSets::forget_empty(const std::string& peer) {
  std::erase_if(sets_, [&](const auto& entry) {
    const Set& set = entry.second;
    if (set.peer != peer || !set.oids.empty()) return false;
    leave(peer);
    return true;
  });
}

ComplexPingReply PingSets::create(const std::string& peer, const ComplexPingRequest& request, Time now) {
  if (count_of(peer) >= limits_.sets_per_peer) forget_empty(peer);
  if (count_of(peer) >= limits_.sets_per_peer) return {0, 0, kOutOfResources};
  SetId id = 0;
  while (id == 0 || sets_.contains(id)) id = random_.next();
  ++peers_[peer];
  Set& set = sets_[id];
  set.peer = peer;
  set.sequence = request.sequence;
  set.pinged = now;
  // Unknown ones are passed over here (3.1.2.5.1.3), too many are not.
  std::uint32_t status = 0;
  for (const Oid oid : request.add) {
    if (add(set, oid) == kOutOfResources) status = kOutOfResources;
  }
  return {id, 0, status};
}

ComplexPingReply PingSets::complex_ping(const std::string& peer, const ComplexPingRequest& request, Time now) {
  if (request.set == 0) return create(peer, request, now);
  const auto at = sets_.find(request.set);
  if (at == sets_.end()) return {request.set, 0, OR_INVALID_SET};
  Set& set = at->second;
  if (later(set.sequence, request.sequence)) return {request.set, 0, 0};
  std::uint32_t status = 0;
  for (const Oid oid : request.add) {
    if (const std::uint32_t failure = add(set, oid)) status = failure;
  }
  for (const Oid oid : request.remove) remove(set, oid);
  set.pinged = now;
  set.sequence = request.sequence;
  return {request.set, 0, status};
}

std::uint32_t PingSets::simple_ping(SetId set, Time now) {
  const auto at = sets_.find(set);
  if (at == sets_.end()) return OR_INVALID_SET;
  at->second.pinged = now;
  return 0;
}

std::vector<PingSets::Expired> PingSets::expire(Time now) {
  std::vector<Expired> out;
  std::erase_if(sets_, [&](const auto& entry) {
    const Set& set = entry.second;
    if (now - set.pinged < Resolver::kPingPeriod * Resolver::kPeriodsToExpire) return false;
    for (const Oid oid : set.oids) hold_(oid, false);
    oids_ -= set.oids.size();
    leave(set.peer);
    out.push_back({set.peer, {set.oids.begin(), set.oids.end()}});
    return true;
  });
  return out;
}

}  // namespace dcom
