#include "dcom/background.h"

#include <algorithm>
#include <utility>

namespace dcom {

Background::Background(std::size_t max_threads)
    : max_threads_(std::max<std::size_t>(max_threads, 1)), max_per_peer_(std::max<std::size_t>(max_threads / 4, 1)) {}

bool Background::run(const std::string& peer, std::function<void()> job) {
  const std::lock_guard lock(mutex_);
  if (stopping_ || waiting_ >= kMaxWaiting) return false;
  Peer& entry = peers_[peer];
  if (entry.jobs.size() >= kMaxWaitingPerPeer) return false;
  entry.jobs.push_back(std::move(job));
  ++waiting_;
  enqueue(peer, entry);
  // A thread that is idle may be on its way to another job already.
  if (turns_.size() > idle_ && threads_.size() < max_threads_) threads_.emplace_back([this] { work(); });
  changed_.notify_one();
  return true;
}

void Background::enqueue(const std::string& name, Peer& peer) {
  if (peer.queued || peer.jobs.empty() || (peer.running >= max_per_peer_ && !stopping_)) return;
  peer.queued = true;
  turns_.push_back(name);
}

void Background::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    changed_.wait(lock, [this] { return !turns_.empty() || (stopping_ && waiting_ == 0); });
    --idle_;
    if (turns_.empty()) return;
    const std::string name = std::move(turns_.front());
    turns_.pop_front();
    Peer& peer = peers_[name];
    peer.queued = false;
    std::function<void()> job = std::move(peer.jobs.front());
    peer.jobs.pop_front();
    --waiting_;
    ++peer.running;
    enqueue(name, peer);
    if (!turns_.empty()) changed_.notify_one();
    lock.unlock();
    job();
    job = nullptr;  // what it holds may end here, without the lock
    lock.lock();
    --peer.running;
    enqueue(name, peer);
    if (peer.running == 0 && !peer.queued) peers_.erase(name);
    if (stopping_ || !turns_.empty()) changed_.notify_all();
  }
}

void Background::stop() {
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (auto& [name, peer] : peers_) enqueue(name, peer);
    threads.swap(threads_);
    changed_.notify_all();
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace dcom
