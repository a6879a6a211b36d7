#include "rpc/network.h"

#include <algorithm>
#include <boost/asio/post.hpp>

#include "rpc/network_core.h"

namespace rpc {

NetworkCore::NetworkCore(unsigned threads) {
  for (unsigned i = 0; i < std::max(threads, 1U); ++i) {
    loops_.push_back(std::make_unique<Loop>());
    loops_.back()->thread = std::thread([loop = loops_.back().get()] { loop->context.run(); });
  }
}

NetworkCore::~NetworkCore() { end(); }

bool NetworkCore::enlist(const std::shared_ptr<Closable>& closable) {
  const std::lock_guard lock(mutex_);
  if (ended_) return false;
  if (closables_.size() >= next_sweep_) {
    std::erase_if(closables_, [](const auto& entry) { return entry.expired(); });
    next_sweep_ = std::max<std::size_t>(64, closables_.size() * 2);
  }
  closables_.push_back(closable);
  return true;
}

void NetworkCore::end() {
  std::vector<std::weak_ptr<Closable>> closables;
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(ended_, true)) return;
    closables.swap(closables_);
  }
  for (const auto& entry : closables) {
    if (const auto closable = entry.lock()) closable->close_for_shutdown();
  }
  blocking_.join();
  // Closed sockets and timers complete at once, so the loops end by themselves, and with them what their handlers hold.
  for (const auto& loop : loops_) loop->work.reset();
  for (const auto& loop : loops_) loop->thread.join();
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  // What was posted after a loop had run dry.
  for (const auto& loop : loops_) {
    loop->context.restart();
    loop->context.poll();
  }
}

bool NetworkCore::post(const std::function<void()>& work) {
  const std::lock_guard lock(mutex_);
  if (stopped_) return false;
  boost::asio::post(context(), work);
  return true;
}

bool NetworkCore::post_blocking(const std::function<void()>& work) {
  const std::lock_guard lock(mutex_);
  if (ended_) return false;
  boost::asio::post(blocking_, work);
  return true;
}

Network::Network(unsigned threads) : core_(std::make_shared<NetworkCore>(threads)) {}
Network::~Network() { core_->end(); }

}  // namespace rpc
