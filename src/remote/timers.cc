#include "remote/timers.h"

namespace remote {

using std::chrono::milliseconds;

Timers::Id Timers::add(milliseconds after, std::function<void()> action) {
  const Time due = clock_.steady_now() + after;
  const std::scoped_lock lock(mutex_);
  const Id id = ++last_;
  if (stopping_) return id;
  const bool first = timers_.empty() || due < timers_.begin()->first.first;
  timers_.emplace(Key(due, id), std::move(action));
  times_.emplace(id, due);
  if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
  if (first) changed_.notify_one();
  return id;
}

void Timers::cancel(Id id) {
  std::function<void()> dropped;  // freed without the lock
  const std::scoped_lock lock(mutex_);
  const auto found = times_.find(id);
  if (found == times_.end()) return;
  const auto timer = timers_.find({found->second, id});
  dropped = std::move(timer->second);
  timers_.erase(timer);
  times_.erase(found);
}

std::function<void()> Timers::take_due(Time now) {
  const std::scoped_lock lock(mutex_);
  if (timers_.empty() || timers_.begin()->first.first > now) return {};
  auto node = timers_.extract(timers_.begin());
  times_.erase(node.key().second);
  return std::move(node.mapped());
}

void Timers::check() {
  while (const std::function<void()> action = take_due(clock_.steady_now())) action();
}

void Timers::work() {
  constexpr milliseconds kMostSleep{250};  // a clock that tests move tells nobody
  for (;;) {
    check();
    std::unique_lock lock(mutex_);
    if (stopping_) return;
    if (timers_.empty()) {
      changed_.wait(lock);
    } else {
      const auto left = std::chrono::ceil<milliseconds>(timers_.begin()->first.first - clock_.steady_now());
      changed_.wait_for(lock, std::clamp(left, milliseconds(0), kMostSleep));
    }
  }
}

void Timers::stop() {
  std::map<Key, std::function<void()>> dropped;
  std::thread thread;
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
    dropped.swap(timers_);
    times_.clear();
    thread.swap(thread_);
    changed_.notify_one();
  }
  if (thread.joinable()) thread.join();
}

}  // namespace remote
