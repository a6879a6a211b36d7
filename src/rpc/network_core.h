// Inside of Network. Only for .cc files of this folder: Asio stays out of public headers.
#pragma once

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

  boost::asio::io_context& context() { return context_; }

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
  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::thread_pool blocking_{2};
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  bool ended_ = false;
  bool stopped_ = false;
  std::vector<std::weak_ptr<Closable>> closables_;
  std::size_t next_sweep_ = 64;
};

}  // namespace rpc
