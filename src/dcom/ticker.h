// The thread of a client that looks at clocks. Only for .cc files of this folder.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace dcom {

/// Who wants to be asked now and then.
class Ticking {
 public:
  virtual ~Ticking() = default;
  /// Called a few times a second on one thread; must not block. False: not any more.
  virtual bool tick() = 0;
};

/// Sleeps while nobody is listed. Thread-safe.
class Ticker {
 public:
  Ticker() = default;
  ~Ticker() { stop(); }
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

  /// Starts the thread at the first time. Whoever has ended is forgotten.
  void add(const std::shared_ptr<Ticking>& who);
  /// Asks all at once, on this thread.
  void tick();
  void stop();

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::vector<std::weak_ptr<Ticking>> listed_;
  std::thread thread_;
};

}  // namespace dcom
