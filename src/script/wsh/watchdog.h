// Ends scripts from outside: after a time, by Ctrl-C.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "base/files.h"

namespace script::wsh {

/// Made before other threads, so that SIGINT and SIGTERM come here only. One per process.
class Watchdog {
 public:
  enum class Cause : std::uint8_t { kNone, kTime, kSignal };
  struct Actions {
    std::function<void()> stop;                      // asks the script to end; on the watchdog's thread
    std::function<void(Cause, int signal)> give_up;  // it did not end within the grace: ends the process
  };
  /// How long a script may take to end once it was asked to.
  static constexpr std::chrono::milliseconds kGrace{1500};

  explicit Watchdog(Actions actions);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  /// From now on; zero: no limit. Thread-safe, as all that follows.
  void limit(std::chrono::seconds time);
  /// Nothing is ended any more once this returned.
  void disarm();
  Cause cause() const { return cause_.load(); }
  /// The signal that came; 0: none.
  int signal() const { return signal_.load(); }

 private:
  using Clock = std::chrono::steady_clock;
  void watch();
  void wake();
  std::optional<Clock::time_point> deadline();

  const Actions actions_;
  base::FileDescriptor signals_;
  base::FileDescriptor wake_;
  std::atomic<Cause> cause_{Cause::kNone};
  std::atomic<int> signal_{0};
  std::mutex mutex_;
  std::optional<Clock::time_point> limit_;
  bool over_ = false;
  std::thread thread_;
};

}  // namespace script::wsh
