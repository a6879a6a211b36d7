// Time behind an interface, so that tests decide what time it is.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace base {

/// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Never goes back; only for measuring spans.
  virtual std::chrono::steady_clock::time_point steady_now() const = 0;
  /// The time of day, UTC.
  virtual std::chrono::system_clock::time_point system_now() const = 0;
};

class SystemClock final : public Clock {
 public:
  std::chrono::steady_clock::time_point steady_now() const override { return std::chrono::steady_clock::now(); }
  std::chrono::system_clock::time_point system_now() const override { return std::chrono::system_clock::now(); }
};

/// Stands still until advanced. Starts at 2001-09-09 01:46:40 UTC.
class ManualClock final : public Clock {
 public:
  std::chrono::steady_clock::time_point steady_now() const override {
    return std::chrono::steady_clock::time_point(std::chrono::nanoseconds(elapsed_.load()));
  }
  std::chrono::system_clock::time_point system_now() const override {
    const std::chrono::nanoseconds since_epoch = std::chrono::seconds(1'000'000'000) + std::chrono::nanoseconds(elapsed_.load());
    return std::chrono::system_clock::time_point(since_epoch);
  }
  void advance(std::chrono::nanoseconds span) { elapsed_.fetch_add(span.count()); }

 private:
  std::atomic<std::int64_t> elapsed_{0};
};

}  // namespace base
