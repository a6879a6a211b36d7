// The way of asynchronous results from the threads that produce them to the thread of a script.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "cim/services.h"
#include "scripting/apartment.h"

namespace scripting {

/// Thread-safe. Lives as long as anyone may still deliver: longer than the apartment, of which it lets go in close().
class EventQueue : public std::enable_shared_from_this<EventQueue> {
 public:
  /// Rows that wait for the script; beyond them operations wait in their turn, without holding a thread.
  static constexpr std::size_t kMaxWaiting = 10'000;

  explicit EventQueue(Apartment& apartment) : apartment_(&apartment) {}
  /// `work` runs on the script's thread when it pumps; dropped after close(). With more than kMaxWaiting rows under way the answer to the
  /// callback is put off until the script has dealt with half of them.
  void post(std::size_t rows, std::function<void()> work, cim::CallbackScope& scope);
  /// An operation sent its final status.
  void note_end();
  /// Waits until an operation ends, `time` at most.
  void wait_for_end(std::chrono::milliseconds time);
  /// Nothing is delivered any more; callbacks that wait for an answer are refused.
  void close();

 private:
  class Ticket;
  void done(std::size_t rows);

  std::mutex mutex_;
  std::condition_variable changed_;
  Apartment* apartment_;
  std::size_t waiting_ = 0;
  std::uint64_t ends_ = 0;
  std::vector<std::unique_ptr<cim::DeferredReply>> held_;
};

}  // namespace scripting
