// Threads for what blocks: resolutions, logins, pings. Only for .cc files of this folder.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace dcom {

/// Threads come when they are needed, up to a limit. Jobs belong to peers: one peer has at most a quarter of the threads, so that one that
/// does not answer holds up itself alone, and peers take turns. Thread-safe.
class Background {
 public:
  static constexpr std::size_t kMaxWaitingPerPeer = 4096;  // [one peer that hands over references faster than they are resolved]
  static constexpr std::size_t kMaxWaiting = 65536;        // [many of them]

  explicit Background(std::size_t max_threads);
  ~Background() { stop(); }
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  /// False when too many wait already, or after stop(): the job was not taken.
  bool run(const std::string& peer, std::function<void()> job);
  /// Runs what waits (jobs see for themselves that all ends) and joins the threads. Not in a job.
  void stop();

 private:
  struct Peer {
    std::deque<std::function<void()>> jobs;
    std::size_t running = 0;
    bool queued = false;  // in turns_
  };

  void work();
  void enqueue(const std::string& name, Peer& peer);

  const std::size_t max_threads_;
  const std::size_t max_per_peer_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::map<std::string, Peer> peers_;
  std::deque<std::string> turns_;  // peers with a job that may run
  std::size_t waiting_ = 0;
  std::size_t idle_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace dcom
