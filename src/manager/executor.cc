#include "manager/executor.h"

#include <pthread.h>

#include <atomic>
#include <condition_variable>
#include <list>
#include <mutex>
#include <system_error>
#include <thread>

namespace manager {

struct Executor::Worker {
  std::shared_ptr<State> state;
  std::thread thread;
  bool stuck = false;     // given up: does not count any more
  bool detached = false;  // nobody will join it
  bool ended = false;
};

struct Executor::State {
  std::mutex mutex;
  std::condition_variable work;   // a sleeping thread is wanted
  std::condition_variable ended;  // a thread ended or was given up
  Task* head = nullptr;
  Task* tail = nullptr;
  std::atomic<std::size_t> waiting{0};
  unsigned limit = 1;
  unsigned max_threads = 1;
  unsigned active = 0;   // threads that count against `limit`
  unsigned stuck = 0;    // given up, not yet ended
  unsigned idle = 0;     // asleep, not yet signalled
  unsigned signals = 0;  // wake-ups not yet taken
  bool waking = false;   // a thread is on its way to the queue: it wakes the next one, so that a burst wakes no crowd
  bool stopping = false;
  std::list<Worker> workers;

  void wake_one(const std::shared_ptr<State>& self);
  void spawn(const std::shared_ptr<State>& self);
  void serve(Worker& worker);
  Task* pop();
};

namespace {
thread_local Executor::Worker* this_worker = nullptr;
}  // namespace

Task* Executor::State::pop() {
  Task* task = head;
  head = task->next_task_;
  if (head == nullptr) tail = nullptr;
  task->next_task_ = nullptr;
  waiting.store(waiting.load(std::memory_order_relaxed) - 1, std::memory_order_relaxed);
  return task;
}

void Executor::State::wake_one(const std::shared_ptr<State>& self) {
  if (waking) return;
  if (idle > 0) {
    waking = true;
    --idle;
    ++signals;
    work.notify_one();
  } else if (active < limit && active + stuck < max_threads) {
    spawn(self);
  }
}

void Executor::State::spawn(const std::shared_ptr<State>& self) {
  Worker& worker = workers.emplace_back();
  worker.state = self;
  try {
    worker.thread = std::thread([&worker] { worker.state->serve(worker); });
  } catch (const std::system_error&) {
    workers.pop_back();  // the threads that exist serve the queue
    return;
  }
  ++active;
  waking = true;
}

void Executor::State::serve(Worker& worker) {
  const std::shared_ptr<State> self = worker.state;  // `worker` may be gone once it is given up and shutdown is over
  this_worker = &worker;
  pthread_setname_np(pthread_self(), "owmi-worker");
  std::unique_lock lock(mutex);
  bool fresh = true;
  while (!worker.stuck) {
    if (fresh) waking = false;
    fresh = false;
    if (head == nullptr) {
      if (stopping) break;
      ++idle;
      work.wait(lock, [this] { return signals > 0 || stopping; });
      if (signals > 0) {
        --signals;
      } else {
        --idle;
      }
      fresh = true;
      continue;
    }
    Task* task = pop();
    if (head != nullptr) wake_one(self);
    lock.unlock();
    task->run();
    lock.lock();
  }
  worker.ended = true;
  if (worker.stuck) {
    --stuck;
  } else {
    --active;
  }
  this_worker = nullptr;
  ended.notify_all();
  if (worker.detached) workers.remove_if([&worker](const Worker& other) { return &other == &worker; });
}

Executor::Executor(unsigned threads, unsigned max_threads) : state_(std::make_shared<State>()) {
  state_->limit = threads;
  state_->max_threads = max_threads;
}

Executor::~Executor() { shutdown(std::chrono::milliseconds(0)); }

bool Executor::post(Task& task) {
  std::lock_guard lock(state_->mutex);
  if (state_->stopping) return false;
  if (state_->tail != nullptr) {
    state_->tail->next_task_ = &task;
  } else {
    state_->head = &task;
  }
  state_->tail = &task;
  state_->waiting.store(state_->waiting.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  state_->wake_one(state_);
  return true;
}

bool Executor::has_waiting() const { return state_->waiting.load(std::memory_order_relaxed) != 0; }

Executor::Worker* Executor::current() { return this_worker; }

void Executor::replace(Worker& worker) {
  State& state = *worker.state;
  std::lock_guard lock(state.mutex);
  if (worker.stuck || worker.ended) return;
  worker.stuck = true;
  --state.active;
  ++state.stuck;
  if (state.head != nullptr) state.wake_one(worker.state);
  state.ended.notify_all();
}

void Executor::shutdown(std::chrono::milliseconds patience) {
  std::list<Worker> workers;
  {
    std::unique_lock lock(state_->mutex);
    if (state_->stopping && state_->workers.empty()) return;
    state_->stopping = true;
    state_->work.notify_all();
    while (state_->head != nullptr && state_->active == 0) {
      Task* task = state_->pop();
      lock.unlock();
      task->run();
      lock.lock();
    }
    state_->ended.wait_for(lock, patience, [this] { return state_->active == 0 && state_->stuck == 0; });
    for (auto it = state_->workers.begin(); it != state_->workers.end();) {
      const auto next = std::next(it);
      if (it->ended) {
        workers.splice(workers.end(), state_->workers, it);
      } else if (it->thread.joinable()) {
        it->thread.detach();  // it keeps the state alive through its own reference
        it->detached = true;
      }
      it = next;
    }
  }
  for (Worker& worker : workers) worker.thread.join();
}

}  // namespace manager
