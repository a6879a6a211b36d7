#include "manager/watchdog.h"

#include <pthread.h>

#include <utility>

namespace manager {

Watchdog::Watchdog(std::chrono::milliseconds interval, std::function<bool()> visit) : interval_(interval), visit_(std::move(visit)) {}

Watchdog::~Watchdog() { stop(); }

void Watchdog::start() {
  std::lock_guard lock(mutex_);
  if (stopping_) return;
  awake_.store(true, std::memory_order_relaxed);
  if (!thread_.joinable()) thread_ = std::thread([this] { loop(); });
  changed_.notify_all();
}

void Watchdog::loop() {
  pthread_setname_np(pthread_self(), "owmi-watch");
  std::unique_lock lock(mutex_);
  unsigned quiet = 0;
  while (!stopping_) {
    changed_.wait_for(lock, interval_, [this] { return stopping_; });
    if (stopping_) break;
    lock.unlock();
    const bool busy = visit_();
    lock.lock();
    quiet = busy ? 0 : quiet + 1;
    if (quiet < 8) continue;
    // An operation that begins between here and the next look is noticed by that look.
    awake_.store(false);
    lock.unlock();
    const bool late = visit_();
    lock.lock();
    quiet = 0;
    if (late || stopping_) {
      awake_.store(true);
      continue;
    }
    changed_.wait(lock, [this] { return stopping_ || awake_.load(); });
  }
}

void Watchdog::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

}  // namespace manager
