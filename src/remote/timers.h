// What is to happen later, by the clock: one thread for a whole server.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "base/clock.h"

namespace remote {

/// Thread-safe. The thread starts with the first timer.
class Timers {
 public:
  using Id = std::uint64_t;
  explicit Timers(const base::Clock& clock) : clock_(clock) {}
  ~Timers() { stop(); }
  Timers(const Timers&) = delete;
  Timers& operator=(const Timers&) = delete;

  /// `action` runs once, without locks, and must not block. Never 0. After stop() nothing runs.
  Id add(std::chrono::milliseconds after, std::function<void()> action);
  /// Nothing when it has run or runs. 0 is no timer.
  void cancel(Id id);
  /// Runs what is due on this thread.
  void check();
  /// Drops the timers and joins the thread. Not in an action.
  void stop();

 private:
  using Time = std::chrono::steady_clock::time_point;
  using Key = std::pair<Time, Id>;
  void work();
  std::function<void()> take_due(Time now);

  const base::Clock& clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<Key, std::function<void()>> timers_;
  std::unordered_map<Id, Time> times_;
  Id last_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace remote
