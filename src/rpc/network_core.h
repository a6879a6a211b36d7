// Inside of Network. Only for .cc files of this folder: Asio stays out of public headers.
#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace rpc {

/// Something with operations under way that ends them all when asked.
class Closable {
 public:
  virtual ~Closable() = default;
  virtual void close_for_shutdown() = 0;
};

class NetworkCore {
 public:
  explicit NetworkCore(unsigned threads);
  ~NetworkCore();
  NetworkCore(const NetworkCore&) = delete;
  NetworkCore& operator=(const NetworkCore&) = delete;

  /// For a connection, or what else has sockets and timers: the threads take turns. Each has a loop of its own, so that an event wakes the
  /// one that carries it out and no other.
  boost::asio::io_context& context() { return loops_[next_loop_.fetch_add(1, std::memory_order_relaxed) % loops_.size()]->context; }

  /// Remembers whom to close. False when the network has ended: close yourself.
  bool enlist(const std::shared_ptr<Closable>& closable);
  /// Runs it on a network thread. False when there are none any more: nothing was taken.
  bool post(const std::function<void()>& work);
  /// The same on a thread for what blocks.
  bool post_blocking(const std::function<void()>& work);
  /// On a network thread if there is one, else here; for callers without locks.
  void post_or_run(const std::function<void()>& work) {
    if (!post(work)) work();
  }
  /// Closes all, lets the loop run dry and joins the threads.
  void end();

 private:
  struct Loop {
    boost::asio::io_context context{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{context.get_executor()};
    std::thread thread;
  };

  std::vector<std::unique_ptr<Loop>> loops_;
  std::atomic<std::size_t> next_loop_{0};
  boost::asio::thread_pool blocking_{2};
  std::mutex mutex_;
  bool ended_ = false;
  bool stopped_ = false;
  std::vector<std::weak_ptr<Closable>> closables_;
  std::size_t next_sweep_ = 64;
};

}  // namespace rpc
