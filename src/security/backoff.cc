#include <algorithm>

#include "security/accounts.h"

namespace security {

std::chrono::milliseconds FailureBackoff::delay(unsigned failures) {
  if (failures < kFree) return {};
  const unsigned doublings = std::min(failures - kFree, 16U);
  return std::min<std::chrono::milliseconds>(std::chrono::seconds(1LL << doublings), kLongest);
}

std::chrono::milliseconds FailureBackoff::wait(std::string_view peer) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(peer);
  if (found == entries_.end()) return {};
  const auto since = clock_.steady_now() - found->second.last;
  if (since >= kForget) return {};
  const auto rest = delay(found->second.failures) - since;
  return std::max(std::chrono::ceil<std::chrono::milliseconds>(rest), std::chrono::milliseconds(0));
}

void FailureBackoff::failed(std::string_view peer) {
  const std::lock_guard lock(mutex_);
  const Time now = clock_.steady_now();
  auto found = entries_.find(peer);
  if (found == entries_.end()) {
    make_room(now);
    found = entries_.emplace(peer, Entry{}).first;
  } else if (now - found->second.last >= kForget) {
    found->second.failures = 0;
  }
  ++found->second.failures;
  found->second.last = now;
}

void FailureBackoff::succeeded(std::string_view peer) {
  const std::lock_guard lock(mutex_);
  if (const auto found = entries_.find(peer); found != entries_.end()) entries_.erase(found);
}

void FailureBackoff::make_room(Time now) {
  if (entries_.size() < kMaxPeers) return;
  std::erase_if(entries_, [now](const auto& entry) { return now - entry.second.last >= kForget; });
  if (entries_.size() < kMaxPeers) return;
  entries_.erase(std::ranges::min_element(entries_, {}, [](const auto& entry) { return entry.second.last; }));
}

}  // namespace security
