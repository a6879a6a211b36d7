#include "rpc/interface.h"

#include <algorithm>

namespace rpc {
namespace {

bool same_major(const SyntaxId& a, const SyntaxId& b) { return a.uuid == b.uuid && a.major == b.major; }

}  // namespace

void InterfaceTable::add(Interface interface) {
  auto entry = std::make_shared<const Interface>(std::move(interface));
  const std::lock_guard lock(mutex_);
  std::erase_if(interfaces_, [&](const auto& other) { return same_major(other->id, entry->id); });
  interfaces_.push_back(std::move(entry));
}

void InterfaceTable::remove(const SyntaxId& id) {
  const std::lock_guard lock(mutex_);
  std::erase_if(interfaces_, [&](const auto& other) { return same_major(other->id, id); });
}

std::shared_ptr<const Interface> InterfaceTable::find(const SyntaxId& id) const {
  const std::lock_guard lock(mutex_);
  for (const auto& entry : interfaces_) {
    if (same_major(entry->id, id) && id.minor <= entry->id.minor) return entry;
  }
  return nullptr;
}

std::size_t InterfaceTable::size() const {
  const std::lock_guard lock(mutex_);
  return interfaces_.size();
}

std::vector<SyntaxId> InterfaceTable::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<SyntaxId> out;
  for (const auto& entry : interfaces_) out.push_back(entry->id);
  return out;
}

std::uint32_t AssociationTable::join(std::uint32_t id, const std::string& peer_address) {
  const std::lock_guard lock(mutex_);
  if (id != 0) {
    const auto at = groups_.find(id);
    if (at == groups_.end() || at->second.peer_address != peer_address) return 0;
    ++at->second.connections;
    return id;
  }
  do {
    ++last_;
  } while (last_ == 0 || groups_.contains(last_));
  groups_[last_] = {peer_address, 1};
  return last_;
}

void AssociationTable::leave(std::uint32_t id) {
  std::function<void(std::uint32_t)> on_end;
  {
    const std::lock_guard lock(mutex_);
    const auto at = groups_.find(id);
    if (at == groups_.end() || --at->second.connections > 0) return;
    groups_.erase(at);
    on_end = on_end_;
  }
  if (on_end) on_end(id);
}

void AssociationTable::set_on_end(std::function<void(std::uint32_t)> on_end) {
  const std::lock_guard lock(mutex_);
  on_end_ = std::move(on_end);
}

std::size_t AssociationTable::size() const {
  const std::lock_guard lock(mutex_);
  return groups_.size();
}

}  // namespace rpc
