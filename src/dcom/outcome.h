// Waiting for what a callback brings. Only for .cc files of this folder.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

namespace dcom {

/// One value, set once on any thread and waited for on another. Shared by both, as who waits may stop waiting.
template <class T>
class Outcome {
 public:
  void set(T value) {
    const std::lock_guard lock(mutex_);
    value_ = std::move(value);
    changed_.notify_all();
  }
  /// nullopt when `stop` was requested first.
  std::optional<T> wait(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, stop, [this] { return value_.has_value(); });
    return std::exchange(value_, std::nullopt);
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::optional<T> value_;
};

}  // namespace dcom
