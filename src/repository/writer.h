// Group commit: one thread takes the works that wait, runs them in one transaction and answers them after it is on disk.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "repository/repository.h"

namespace repository {

class Store;

/// Thread-safe. Its thread starts with the first work.
class Writer {
 public:
  explicit Writer(Store& store) : store_(store) {}
  /// Finishes what was submitted.
  ~Writer();

  void submit(Work work, Done done);
  base::Status write(Work work);
  /// Waits until everything submitted before was answered.
  void drain();
  std::uint64_t commits() const { return commits_.load(std::memory_order_relaxed); }
  std::uint64_t works() const { return works_.load(std::memory_order_relaxed); }
  std::uint64_t reruns() const { return reruns_.load(std::memory_order_relaxed); }

 private:
  struct Item {
    Work work;
    Done done;
    base::Status outcome;
    bool decided = false;  // it failed, and nothing of it is in the transaction
  };
  using Batch = std::vector<Item>;
  enum class Ran : std::uint8_t { kGood, kFailed, kFailedDirty, kMapFull };

  void run();
  bool take(Batch& batch, bool wait);
  void settle(Batch& batch, bool may_grow);
  bool run_growing(Batch& batch, ReadView::Context& context);
  bool rerun(Batch& batch, ReadView::Context& context);
  Ran run_one(Item& item, ReadView::Context& context);
  bool undo(Item& item, Ran ran, ReadView::Context& context);
  int commit(ReadView::Context& context);
  void settle_each(Batch& batch);
  static void fail_rest(Batch& batch, const base::Status& status);
  void answer(Batch& batch);

  Store& store_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable idle_;
  std::deque<Item> queue_;
  std::uint64_t submitted_ = 0;
  std::uint64_t answered_ = 0;
  bool stop_ = false;
  std::thread thread_;
  std::atomic<std::thread::id> thread_id_;
  std::deque<Item> pending_;  // of the writer's thread
  std::atomic<std::uint64_t> commits_ = 0;
  std::atomic<std::uint64_t> works_ = 0;
  std::atomic<std::uint64_t> reruns_ = 0;
};

}  // namespace repository
