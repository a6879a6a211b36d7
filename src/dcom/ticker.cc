#include "dcom/ticker.h"

#include <chrono>
#include <utility>

namespace dcom {
namespace {
constexpr std::chrono::milliseconds kPeriod{250};
}

void Ticker::add(const std::shared_ptr<Ticking>& who) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return;
  listed_.push_back(who);
  if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
  changed_.notify_one();
}

void Ticker::tick() {
  std::vector<std::weak_ptr<Ticking>> asked;
  {
    const std::lock_guard lock(mutex_);
    asked.swap(listed_);
  }
  std::erase_if(asked, [](const std::weak_ptr<Ticking>& entry) {
    const auto who = entry.lock();
    return !who || !who->tick();
  });
  const std::lock_guard lock(mutex_);
  listed_.insert(listed_.end(), asked.begin(), asked.end());
}

void Ticker::work() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (listed_.empty()) {
      changed_.wait(lock);
      continue;
    }
    lock.unlock();
    tick();
    lock.lock();
    if (!stopping_) changed_.wait_for(lock, kPeriod);
  }
}

void Ticker::stop() {
  std::thread thread;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    thread.swap(thread_);
    changed_.notify_all();
  }
  if (thread.joinable()) thread.join();
}

}  // namespace dcom
