// The thread that a script runs on: events from other threads wait here until the script waits.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>

namespace scripting {

/// post() and interrupt() are thread-safe; the rest is for the one thread that owns the objects.
class Apartment {
 public:
  using Clock = std::chrono::steady_clock;

  /// Runs `work` on the apartment's thread when it pumps next, in order. Posts after close() are dropped (and destroyed here).
  void post(std::function<void()> work);

  /// Runs what is posted until the deadline (nullopt: never), until `done` says so (asked after each work), or until interrupted. Work that
  /// pumps again does not start other work: handlers never nest, nested pumping only waits. True when `done` said so.
  bool pump(std::optional<Clock::time_point> deadline, const std::function<bool()>& done = {});
  /// Runs what has been posted so far and returns.
  void drain();
  /// Ends pump(), now and later (Ctrl-C, //T:).
  void interrupt();
  bool interrupted() const;
  /// Drops what is posted, now and later.
  void close();

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> work_;
  bool running_ = false;
  bool interrupted_ = false;
  bool closed_ = false;
};

}  // namespace scripting
