// Threads that run tasks: one pool for operations, one for providers. A thread whose task is stuck is replaced, within a bound.
#pragma once

#include <chrono>
#include <memory>

namespace manager {

/// Something to run once. Linked into the queue without allocation: it must stay alive, and not be posted again, until run() is entered.
class Task {
 public:
  virtual void run() = 0;

 protected:
  virtual ~Task() = default;

 private:
  friend class Executor;
  Task* next_task_ = nullptr;
};

/// A first-in first-out queue and the threads that serve it, started when needed. Thread-safe.
class Executor {
 public:
  /// At most `threads` run tasks; up to `max_threads` exist when some of them are stuck.
  Executor(unsigned threads, unsigned max_threads);
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  /// False after shutdown(): the task was not taken.
  bool post(Task& task);
  /// Something is queued and waits for a thread: long work may step back.
  bool has_waiting() const;

  /// A thread of some executor.
  struct Worker;
  /// The one that runs this code, null on any other thread.
  static Worker* current();
  /// `worker` is inside a task that does not return: another thread may take its place, and it ends after that task. Only while the task is
  /// known to be running.
  static void replace(Worker& worker);

  /// Takes no more tasks, runs those that are queued and waits for the threads, stuck ones no longer than `patience`; those are left
  /// behind.
  void shutdown(std::chrono::milliseconds patience);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace manager
