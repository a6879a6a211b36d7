// The thread that notices what lasts too long: callbacks of sinks and calls of providers. It sleeps while no operation runs.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace manager {

class Watchdog {
 public:
  /// `visit` looks at everything once and says whether anything runs; called about every `interval` while something does.
  Watchdog(std::chrono::milliseconds interval, std::function<bool()> visit);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  /// Something begins to run. Costs one load when the thread is awake.
  void notice() {
    if (!awake_.load(std::memory_order_relaxed)) start();
  }
  void stop();

 private:
  void start();
  void loop();

  const std::chrono::milliseconds interval_;
  const std::function<bool()> visit_;
  std::atomic<bool> awake_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace manager
