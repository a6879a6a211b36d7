#include "remote/async_table.h"

#include <algorithm>

namespace remote {

ServerSinkPtr AsyncTable::find_sink(const SinkKey& key) const {
  const std::scoped_lock lock(mutex_);
  const auto found = calls_.find(key);
  return found == calls_.end() ? nullptr : found->second.front()->sink();
}

base::Status AsyncTable::add(const AsyncCallPtr& call) {
  const std::scoped_lock lock(mutex_);
  std::size_t& count = per_principal_[call->key().principal];
  if (count >= max_per_principal_) return {WBEM_E_SERVER_TOO_BUSY, "too many asynchronous operations of this account are at work"};
  ++count;
  ++size_;
  calls_[call->key()].push_back(call);
  return {};
}

void AsyncTable::remove(const AsyncCallPtr& call) {
  const std::scoped_lock lock(mutex_);
  const auto found = calls_.find(call->key());
  if (found == calls_.end() || std::erase(found->second, call) == 0) return;
  if (found->second.empty()) calls_.erase(found);
  const auto count = per_principal_.find(call->key().principal);
  if (--count->second == 0) per_principal_.erase(count);
  if (--size_ == 0) emptied_.notify_all();
}

std::vector<AsyncCallPtr> AsyncTable::calls_of(const SinkKey& key) const {
  const std::scoped_lock lock(mutex_);
  const auto found = calls_.find(key);
  return found == calls_.end() ? std::vector<AsyncCallPtr>() : found->second;
}

std::vector<AsyncCallPtr> AsyncTable::all() const {
  std::vector<AsyncCallPtr> out;
  const std::scoped_lock lock(mutex_);
  for (const auto& [key, calls] : calls_) out.insert(out.end(), calls.begin(), calls.end());
  return out;
}

void AsyncTable::wait_empty(std::chrono::milliseconds most) {
  std::unique_lock lock(mutex_);
  emptied_.wait_for(lock, most, [this] { return size_ == 0; });
}

std::size_t AsyncTable::size() const {
  const std::scoped_lock lock(mutex_);
  return size_;
}

std::size_t AsyncTable::sinks() const {
  const std::scoped_lock lock(mutex_);
  return calls_.size();
}

}  // namespace remote
