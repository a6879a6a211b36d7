#include "scripting/apartment.h"

#include <utility>

namespace scripting {
namespace {
constexpr std::chrono::milliseconds kLook{10};  // how often a nested wait asks whether it is done
}

void Apartment::post(std::function<void()> work) {
  {
    const std::scoped_lock lock(mutex_);
    if (closed_) return;
    work_.push_back(std::move(work));
  }
  changed_.notify_all();
}

bool Apartment::pump(std::optional<Clock::time_point> deadline, const std::function<bool()>& done) {
  if (done && done()) return true;
  std::unique_lock lock(mutex_);
  const bool nested = std::exchange(running_, true);
  bool finished = false;
  while (!finished && !interrupted_) {
    if (!nested && !work_.empty()) {
      std::function<void()> work = std::move(work_.front());
      work_.pop_front();
      lock.unlock();
      work();
      work = nullptr;  // what it holds ends without the lock
      finished = done && done();
      lock.lock();
      continue;
    }
    if (deadline && Clock::now() >= *deadline) break;
    const auto awake = [&] { return interrupted_ || (!nested && !work_.empty()); };
    if (nested && done) {
      changed_.wait_for(lock, kLook, awake);
      finished = done();
    } else if (deadline) {
      changed_.wait_until(lock, *deadline, awake);
    } else {
      changed_.wait(lock, awake);
    }
  }
  running_ = nested;
  return finished;
}

void Apartment::drain() {
  std::unique_lock lock(mutex_);
  if (running_) return;
  running_ = true;
  for (std::size_t left = work_.size(); left > 0 && !work_.empty() && !interrupted_; --left) {
    std::function<void()> work = std::move(work_.front());
    work_.pop_front();
    lock.unlock();
    work();
    work = nullptr;
    lock.lock();
  }
  running_ = false;
}

void Apartment::interrupt() {
  {
    const std::scoped_lock lock(mutex_);
    interrupted_ = true;
  }
  changed_.notify_all();
}

bool Apartment::interrupted() const {
  const std::scoped_lock lock(mutex_);
  return interrupted_;
}

void Apartment::close() {
  std::deque<std::function<void()>> dropped;  // destroyed without the lock
  const std::scoped_lock lock(mutex_);
  closed_ = true;
  dropped.swap(work_);
}

}  // namespace scripting
