#include "manager/operation.h"

#include <exception>
#include <new>

#include "manager/core.h"
#include "manager/extended_status.h"

namespace manager {

namespace {

constexpr std::size_t kMaxWaitingProgress = 64;
constexpr int kStepsBeforeYield = 64;

}  // namespace

/// Answers one callback later.
class Reply final : public cim::DeferredReply {
 public:
  explicit Reply(OperationPtr operation) : operation_(std::move(operation)) {}
  ~Reply() override {
    if (operation_) operation_->replied(E_FAIL);
  }
  void complete(base::Hresult result) override {
    if (const OperationPtr operation = std::move(operation_)) operation->replied(result);
  }

 private:
  OperationPtr operation_;
};

class Scope final : public cim::CallbackScope {
 public:
  explicit Scope(Operation& operation) : operation_(operation) {}
  std::unique_ptr<cim::DeferredReply> defer() override {
    if (deferred_) return nullptr;
    deferred_ = true;
    return std::make_unique<Reply>(OperationPtr(&operation_));
  }
  bool deferred() const { return deferred_; }

 private:
  Operation& operation_;
  bool deferred_ = false;
};

Operation::Operation(ConnectionPtr connection, cim::Operation kind, const cim::CallOptions& options, cim::SinkPtr sink)
    : connection_(std::move(connection)), options_(options), sink_(std::move(sink)), sink_id_(sink_.get()), kind_(kind) {}

Operation::~Operation() = default;

base::Status Operation::start(OperationPtr operation) {
  Core& core = *operation->connection_->core;
  operation->in_table_ = true;
  TRY(core.table.insert(*operation));
  core.watchdog.notice();
  if (!operation->options_.caller_waits && !operation->options_.may_begin_here) {
    operation->wake();
    return {};
  }
  {
    const Lock lock(operation->mutex_);
    if (operation->run_state_ != RunState::kIdle) return {};  // cancelled already: a worker has it
    operation->run_state_ = RunState::kRunning;
  }
  operation->run_steps();
  return {};
}

void Operation::wake() {
  {
    const Lock lock(mutex_);
    if (run_state_ == RunState::kRunning) woken_ = true;
    if (run_state_ != RunState::kIdle) return;
    run_state_ = RunState::kQueued;
  }
  intrusive_ptr_add_ref(this);
  if (!connection_->core->workers.post(*this)) run();  // shutting down: what is left is to say so
}

void Operation::run() {
  const OperationPtr self(this, /*add_ref=*/false);
  run_steps();
}

void Operation::run_steps() {
  Lock lock(mutex_);
  run_state_ = RunState::kRunning;
  int steps = 0;
  do {
    waiting_ = woken_ = false;
    while (step(lock)) {
      if (++steps < kStepsBeforeYield || Executor::current() == nullptr) continue;
      Executor& workers = connection_->core->workers;
      if (!workers.has_waiting()) continue;
      run_state_ = RunState::kQueued;  // others had no turn for long: to the end of the queue
      intrusive_ptr_add_ref(this);
      lock.unlock();
      if (!workers.post(*this)) run();
      return;
    }
  } while (woken_);
  run_state_ = RunState::kIdle;
}

bool Operation::step(Lock& lock) {
  if (callback_ != Callback::kNone || final_called_) return false;
  if (call_cancelled_) {
    deliver_final(lock);
    return false;
  }
  if (!progress_.empty()) {
    deliver_progress(lock);
    return true;
  }
  if (rows_.size() != 0) {
    deliver_batch(lock);
    return true;
  }
  if (finished_) {
    deliver_final(lock);
    return false;
  }
  if (waiting_) return false;
  lock.unlock();
  base::Result<Step> step = produce();
  lock.lock();
  if (!step) final_ = std::move(step).error();
  finished_ = !step || *step == Step::kDone;
  waiting_ = step && *step == Step::kWait;
  return true;
}

base::Result<Step> Operation::produce() {
  try {
    return next(rows_);
  } catch (const std::bad_alloc&) {
    return base::fail(WBEM_E_OUT_OF_MEMORY, "memory is exhausted");
  } catch (const std::exception& error) {
    return base::fail(WBEM_E_FAILED, error.what());
  }
}

template <class Call>
void Operation::callback(Lock& lock, Call call) {
  callback_ = Callback::kInside;
  ++callbacks_;
  inside_ = Executor::current();
  lock.unlock();
  Scope scope(*this);
  base::Hresult result = E_UNEXPECTED;
  try {
    result = call(static_cast<cim::CallbackScope&>(scope));
  } catch (...) {  // NOLINT(bugprone-empty-catch): a sink that throws has failed
  }
  lock.lock();
  inside_ = nullptr;
  if (!scope.deferred()) {
    callback_ended(lock, result);
  } else if (callback_ == Callback::kReplied) {
    callback_ended(lock, reply_);
  } else {
    callback_ = Callback::kAwaited;
  }
}

// MS-WMI 3.2.4.1.1: Indicate only while CallbackInProgress and CallCancelled are FALSE, never without objects.
void Operation::deliver_batch(Lock& lock) {
  if (rows_progress_) progress_.push_back(*std::exchange(rows_progress_, std::nullopt));
  callback(lock, [this](cim::CallbackScope& scope) { return sink_->Indicate(rows_.take(), scope); });
}

void Operation::deliver_progress(Lock& lock) {
  const cim::SinkStatus status = std::move(progress_.front());
  progress_.erase(progress_.begin());
  callback(lock, [&](cim::CallbackScope& scope) { return sink_->SetStatus(status, scope); });
}

// MS-WMI 3.2.4.1.2: one final status; a cancelled operation ends with WBEM_E_CALL_CANCELLED whatever it achieved.
void Operation::deliver_final(Lock& lock) {
  const bool cancelled = call_cancelled_;
  final_called_ = true;
  stopped_.store(true, std::memory_order_relaxed);
  callback(lock, [&](cim::CallbackScope& scope) {
    cim::SinkStatus status;
    if (cancelled) final_ = base::Status(WBEM_E_CALL_CANCELLED, "the operation was cancelled");
    status.code = final_.code();
    if (!final_.ok()) {
      status.error = error_object(final_);
    } else {
      if (final_.code() == WBEM_S_NO_ERROR) status.code = final_code_;
      status.text = std::move(final_text_);
    }
    return sink_->SetStatus(status, scope);
  });
}

cim::ObjectPtr Operation::error_object(const base::Status& status) const {
  try {
    return extended_status(*connection_, status, cim::operation_name(kind_), describe(), provider_name());
  } catch (const std::exception&) {
    return nullptr;  // the code alone has to do
  }
}

// MS-WMI 3.2.4.1.1: a failed callback cancels the operation; after the final status the sink is released and the row leaves the table.
void Operation::callback_ended(Lock& lock, base::Hresult result) {
  callback_ = Callback::kNone;
  if (final_called_) {
    const bool row = std::exchange(in_table_, false);
    lock.unlock();
    sink_.reset();
    if (row) connection_->core->table.remove(*this);
    lock.lock();
  } else if (base::failed(result)) {
    stop_rows(lock);
  }
}

void Operation::stop_rows(Lock& lock) {
  if (call_cancelled_) return;
  call_cancelled_ = true;
  stopped_.store(true, std::memory_order_relaxed);
  progress_.clear();
  lock.unlock();
  on_stop();
  lock.lock();
}

void Operation::replied(base::Hresult result) {
  {
    Lock lock(mutex_);
    if (callback_ == Callback::kInside) {
      callback_ = Callback::kReplied;
      reply_ = result;
      return;
    }
    if (callback_ != Callback::kAwaited) return;
    const bool last = final_called_;
    callback_ended(lock, result);
    if (last) return;
  }
  wake();
}

bool Operation::cancel() {
  {
    Lock lock(mutex_);
    if (final_called_) return false;
    stop_rows(lock);
  }
  wake();
  return true;
}

void Operation::report(std::uint32_t done, std::uint32_t total, std::string text) {
  if (!wants_progress() || stopped()) return;
  {
    const Lock lock(mutex_);
    if (call_cancelled_ || final_called_) return;
    if (progress_.size() >= kMaxWaitingProgress) progress_.erase(progress_.begin());
    progress_.push_back(cim::SinkStatus::progress(done, total, std::move(text)));
  }
  wake();
}

// The sink timer (MS-WMI 3.1.2). No second callback is made while one is outstanding: the final status of an operation whose sink is
// stuck goes out when, and if, the sink comes back; its row leaves the table at once.
void Operation::watch(std::chrono::steady_clock::time_point now, std::chrono::milliseconds limit) {
  bool expired = false;
  {
    Lock lock(mutex_);
    if (callback_ != Callback::kNone && in_table_) {
      if (seen_callback_ != callbacks_) {
        seen_callback_ = callbacks_;
        seen_at_ = now;
      }
      expired = now - seen_at_ > limit;
    }
    if (expired) {
      in_table_ = false;
      if (inside_ != nullptr) Executor::replace(*inside_);
      stop_rows(lock);
    }
  }
  if (expired) {
    connection_->core->table.remove(*this);
    return;
  }
  on_watch(now);
}

std::string Operation::what() const {
  std::string out(cim::operation_name(kind_));
  const std::string object = describe();
  if (!object.empty()) out.append(" ").append(object);
  return out;
}

Operation::Flags Operation::flags() const {
  const Lock lock(mutex_);
  return {callback_ != Callback::kNone, call_cancelled_, final_called_};
}

}  // namespace manager
