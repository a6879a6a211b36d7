// Threads for what blocks: logins, backups.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace remote {

/// Thread-safe. Threads start with the first job.
class BlockingPool {
 public:
  static constexpr std::size_t kMaxWaiting = 4096;  // [logins faster than they are checked]
  explicit BlockingPool(unsigned threads) : size_(threads == 0 ? 1 : threads) {}
  ~BlockingPool() { stop(); }
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  /// False when too many wait already or after stop(); the job was not taken.
  bool run(std::function<void()> job);
  /// Runs what waits and joins the threads. Not in a job.
  void stop();

 private:
  void work();

  const unsigned size_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> jobs_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace remote
