#include "remote/blocking_pool.h"

namespace remote {

bool BlockingPool::run(std::function<void()> job) {
  const std::scoped_lock lock(mutex_);
  if (stopping_ || jobs_.size() >= kMaxWaiting) return false;
  jobs_.push_back(std::move(job));
  if (threads_.empty()) {
    for (unsigned i = 0; i < size_; ++i) threads_.emplace_back([this] { work(); });
  }
  changed_.notify_one();
  return true;
}

void BlockingPool::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    std::function<void()> job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    job = nullptr;
    lock.lock();
  }
}

void BlockingPool::stop() {
  std::vector<std::thread> threads;
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
    threads.swap(threads_);
    changed_.notify_all();
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace remote
