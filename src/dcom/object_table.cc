#include "dcom/object_table.h"

#include <algorithm>

#include "dcom/resolver.h"

namespace dcom {
namespace {

/// How often all objects are looked at; little beside three ping periods.
constexpr std::chrono::seconds kScanPeriod{10};

}  // namespace

ObjectTable::ObjectTable(Limits limits, const base::Clock& clock, base::Random& random)
    : limits_(limits), clock_(clock), random_(random), last_scan_(clock.steady_now()) {}

ObjectTable::Found ObjectTable::find(const Ipid& ipid) const {
  const Shard& shard = shard_of(ipid);
  const std::shared_lock lock(shard.mutex);
  const auto at = shard.interfaces.find(ipid);
  return at == shard.interfaces.end() ? Found{} : at->second;
}

base::Result<ExportedPtr> ObjectTable::create(const ObjectPtr& object, std::string_view owner, bool no_ping) {
  if (objects_.size() >= limits_.objects) return base::fail(WBEM_E_QUOTA_VIOLATION, "too many objects are in use on this server");
  std::string name(owner);
  std::size_t& owned = owners_[name];
  if (!name.empty() && owned >= limits_.objects_per_owner) {
    return base::fail(WBEM_E_QUOTA_VIOLATION, "this client uses too many objects and releases none");
  }
  Oid oid = 0;
  while (oid == 0 || objects_.contains(oid)) oid = random_.next();
  auto exported = std::make_shared<Exported>(clock_, oid, object, std::move(name), no_ping);
  objects_.emplace(oid, exported);
  by_pointer_.emplace(object.get(), exported);
  ++owned;
  return exported;
}

Exported::Interface& ObjectTable::interface_of(const ExportedPtr& exported, const Guid& iid) {
  const auto at = std::ranges::find(exported->interfaces_, iid, &Exported::Interface::iid);
  if (at != exported->interfaces_.end()) return *at;
  Exported::Interface& out = exported->interfaces_.emplace_back();
  out.ipid = Guid::random(random_);
  out.iid = iid;
  Shard& shard = shard_of(out.ipid);
  const std::lock_guard lock(shard.mutex);
  shard.interfaces.emplace(out.ipid, Found{exported, iid});
  ++interfaces_;
  return out;
}

base::Result<ObjectTable::Reference> ObjectTable::add(const ObjectPtr& object, const Guid& iid, std::uint32_t references,
                                                      std::string_view owner, bool no_ping) {
  const std::lock_guard lock(mutex_);
  ExportedPtr exported;
  if (const auto at = by_pointer_.find(object.get()); at != by_pointer_.end()) {
    exported = at->second;
  } else {
    TRY_ASSIGN(exported, create(object, owner, no_ping));
  }
  exported->activity_->touch();
  Exported::Interface& interface = interface_of(exported, iid);
  interface.public_references += references;
  return Reference{interface.ipid, exported->oid_, exported->no_ping_};
}

std::optional<ObjectTable::Reference> ObjectTable::query(Exported& exported, const Guid& iid, std::uint32_t references) {
  const std::lock_guard lock(mutex_);
  if (exported.gone_) return {};
  exported.activity_->touch();
  Exported::Interface& interface = interface_of(objects_.at(exported.oid_), iid);
  interface.public_references += references;
  return Reference{interface.ipid, exported.oid_, exported.no_ping_};
}

Exported::Interface* ObjectTable::entry_of(const Ipid& ipid, ExportedPtr& exported) {
  exported = find(ipid).exported;
  if (!exported) return nullptr;
  const auto at = std::ranges::find(exported->interfaces_, ipid, &Exported::Interface::ipid);
  return at == exported->interfaces_.end() ? nullptr : &*at;
}

bool ObjectTable::add_references(const InterfaceReferences& references, const std::string& account) {
  const std::lock_guard lock(mutex_);
  ExportedPtr exported;
  Exported::Interface* interface = entry_of(references.ipid, exported);
  if (!interface) return false;
  exported->activity_->touch();
  interface->public_references += references.public_references;
  if (references.private_references != 0) interface->private_references[account] += references.private_references;
  return true;
}

void ObjectTable::forget(const Ipid& ipid) {
  Shard& shard = shard_of(ipid);
  const std::lock_guard lock(shard.mutex);
  interfaces_ -= shard.interfaces.erase(ipid);
}

void ObjectTable::drop(ExportedPtr exported, Dropped& dropped) {
  for (const Exported::Interface& interface : exported->interfaces_) forget(interface.ipid);
  exported->interfaces_.clear();
  exported->gone_ = true;
  objects_.erase(exported->oid_);
  by_pointer_.erase(exported->object_.get());
  const auto owner = owners_.find(exported->owner_);
  if (--owner->second == 0) owners_.erase(owner);
  dropped.push_back(std::move(exported));
}

void ObjectTable::tell(const Dropped& dropped) {
  for (const ExportedPtr& exported : dropped) exported->object()->released();
}

void ObjectTable::release(const std::vector<InterfaceReferences>& references, const std::string& account) {
  Dropped dropped;
  {
    const std::lock_guard lock(mutex_);
    for (const InterfaceReferences& one : references) {
      ExportedPtr exported;
      Exported::Interface* interface = entry_of(one.ipid, exported);
      if (!interface) continue;
      interface->public_references -= std::min<std::uint64_t>(interface->public_references, one.public_references);
      const auto own = interface->private_references.find(account);
      if (own != interface->private_references.end()) {
        own->second -= std::min<std::uint64_t>(own->second, one.private_references);
        if (own->second == 0) interface->private_references.erase(own);
      }
      if (interface->referenced()) continue;
      forget(one.ipid);
      std::erase_if(exported->interfaces_, [&](const Exported::Interface& each) { return each.ipid == one.ipid; });
      if (std::ranges::none_of(exported->interfaces_, &Exported::Interface::referenced)) drop(std::move(exported), dropped);
    }
  }
  tell(dropped);
}

void ObjectTable::withdraw(const ObjectPtr& object) {
  Dropped dropped;
  {
    const std::lock_guard lock(mutex_);
    const auto at = by_pointer_.find(object.get());
    if (at != by_pointer_.end()) drop(at->second, dropped);
  }
  tell(dropped);
}

void ObjectTable::withdraw_all() {
  Dropped dropped;
  {
    const std::lock_guard lock(mutex_);
    while (!objects_.empty()) drop(objects_.begin()->second, dropped);
  }
  tell(dropped);
}

bool ObjectTable::knows(Oid oid) const {
  const std::lock_guard lock(mutex_);
  return objects_.contains(oid);
}

bool ObjectTable::pinged(Oid oid, bool held) {
  const std::lock_guard lock(mutex_);
  const auto at = objects_.find(oid);
  if (at == objects_.end()) return false;
  Exported& exported = *at->second;
  if (held) {
    ++exported.sets_;
    exported.expired_ = false;
  } else if (exported.sets_ > 0 && --exported.sets_ == 0) {
    exported.unheld_since_ = clock_.steady_now();
  }
  return true;
}

void ObjectTable::expired(Oid oid) {
  const std::lock_guard lock(mutex_);
  const auto at = objects_.find(oid);
  if (at == objects_.end() || at->second->sets_ > 0 || at->second->expired_) return;
  at->second->expired_ = true;
  expired_.push_back(oid);
}

bool ObjectTable::reclaimable(const Exported& exported, Activity::Time now) const {
  if (exported.no_ping_ || exported.sets_ > 0) return false;
  const auto idle = exported.activity_->idle_since();
  if (!idle) return false;
  // 3.1.1.6.2: after a call within the last ping period nothing happens; asked is again later, as only we know of it.
  if (exported.expired_) return now - *idle >= Resolver::kPingPeriod;
  return now - std::max(*idle, exported.unheld_since_) >= Resolver::kPingPeriod * Resolver::kPeriodsToExpire;
}

void ObjectTable::check_time() {
  Dropped dropped;
  {
    const std::lock_guard lock(mutex_);
    const auto now = clock_.steady_now();
    std::erase_if(expired_, [&](Oid oid) {
      const auto at = objects_.find(oid);
      if (at == objects_.end() || !at->second->expired_) return true;
      if (!reclaimable(*at->second, now)) return false;
      drop(at->second, dropped);
      return true;
    });
    if (now - last_scan_ >= kScanPeriod) {
      last_scan_ = now;
      std::vector<ExportedPtr> found;
      for (const auto& [oid, exported] : objects_) {
        if (reclaimable(*exported, now)) found.push_back(exported);
      }
      for (ExportedPtr& one : found) drop(std::move(one), dropped);
    }
  }
  tell(dropped);
}

Exporter::Figures ObjectTable::figures() const {
  const std::lock_guard lock(mutex_);
  return {objects_.size(), interfaces_};
}

}  // namespace dcom
