// One asynchronous operation: a row of the AsyncOperationTable (MS-WMI 3.1.1.1.3) with its three flags, and the machine that calls its
// sink.
//
// An operation is run in steps: next() produces rows, run() delivers them. Only run() makes callbacks, one at a time, and no thread is held
// between them: while a sink has not answered (CallbackScope::defer), or a provider or the repository's writer works for the operation, it
// lies idle and wake() continues it on a worker.
#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <vector>

#include "cim/services.h"
#include "manager/executor.h"

namespace manager {

struct Connection;
using ConnectionPtr = std::shared_ptr<const Connection>;
class Operation;
using OperationPtr = boost::intrusive_ptr<Operation>;

/// Rows and octets of one Indicate, at most (a row that is larger goes alone).
inline constexpr std::size_t kBatchRows = 1024;
inline constexpr std::size_t kBatchOctets = 256U << 10U;

/// What next() achieved.
enum class Step : std::uint8_t {
  kMore,  // call again after the rows so far were delivered
  kDone,  // the end; finish_with() said how, else WBEM_S_NO_ERROR
  kWait,  // wake() will be called when there is something to do
};

class Operation : private Task {
 public:
  Operation(ConnectionPtr connection, cim::Operation kind, const cim::CallOptions& options, cim::SinkPtr sink);
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

  /// Puts the row into the table and the operation on its way: on a worker, or right here when the caller waits. Then nothing of it may
  /// be assumed to exist. Errors (nothing was called): WBEM_E_SERVER_TOO_BUSY, WBEM_E_SHUTTING_DOWN.
  static base::Status start(OperationPtr operation);

  /// CancelAsyncCall: no row and no progress from now on; the final WBEM_E_CALL_CANCELLED follows as soon as no callback is outstanding.
  /// Does not wait. False when the final status was sent before.
  bool cancel();
  /// Continues an operation whose next() said kWait. Any thread, any time; needless calls do no harm.
  void wake();
  /// Nobody wants rows any more.
  bool stopped() const { return stopped_.load(std::memory_order_relaxed); }
  /// A text for kProgress, only with flag::kSendStatus; at most 64 wait, the oldest are dropped then. Any thread.
  void report(std::uint32_t done, std::uint32_t total, std::string text);
  bool wants_progress() const { return (options_.flags & cim::flag::kSendStatus) != 0; }

  /// The watchdog's visit: ends the operation when one callback lasts longer than `limit`.
  void watch(std::chrono::steady_clock::time_point now, std::chrono::milliseconds limit);

  const cim::Sink* sink_id() const { return sink_id_; }
  const Connection& connection() const { return *connection_; }
  const ConnectionPtr& connection_ptr() const { return connection_; }
  const cim::CallOptions& options() const { return options_; }
  cim::Operation kind() const { return kind_; }
  /// "ExecMethodAsync Win32_Process Create".
  std::string what() const;
  struct Flags {
    bool callback_in_progress, call_cancelled, set_status_with_final_result_called;
  };
  Flags flags() const;

 protected:
  ~Operation() override;
  /// The next piece of work. Runs on one thread at a time, never while a callback is outstanding; may throw.
  virtual base::Result<Step> next(cim::BatchBuilder& out) = 0;
  /// Object and method for what() and __ExtendedStatus.ParameterInfo.
  virtual std::string describe() const = 0;
  /// For __ExtendedStatus.ProviderName.
  virtual std::string provider_name() const { return "WinMgmt"; }
  /// The operation has become useless: tell those who still work for it. Any thread; must not call back.
  virtual void on_stop() {}
  /// Another visit of the watchdog, for what a derived operation waits for.
  virtual void on_watch(std::chrono::steady_clock::time_point /*now*/) {}
  /// As report(), sent behind the rows that this next() produces.
  void report_rows(std::uint32_t done, std::uint32_t total, std::string text) {
    if (wants_progress()) rows_progress_ = cim::SinkStatus::progress(done, total, std::move(text));
  }
  /// The code of success and the string beside it (WBEM_S_..., the path of a put object).
  void finish_with(base::Hresult code, std::string text) {
    final_code_ = code;
    final_text_ = std::move(text);
  }

 private:
  friend class OperationTable;
  friend class Scope;
  friend class Reply;
  friend void intrusive_ptr_add_ref(Operation* operation) { operation->references_.fetch_add(1, std::memory_order_relaxed); }
  friend void intrusive_ptr_release(Operation* operation) {
    if (operation->references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete operation;
  }

  enum class RunState : std::uint8_t { kIdle, kQueued, kRunning };
  /// kReplied: answered by a DeferredReply before the sink's function returned.
  enum class Callback : std::uint8_t { kNone, kInside, kReplied, kAwaited };
  using Lock = std::unique_lock<std::mutex>;

  void run() override;
  void run_steps();
  bool step(Lock& lock);
  base::Result<Step> produce();
  void deliver_batch(Lock& lock);
  void deliver_progress(Lock& lock);
  void deliver_final(Lock& lock);
  template <class Call>
  void callback(Lock& lock, Call call);
  void callback_ended(Lock& lock, base::Hresult result);
  void replied(base::Hresult result);
  void stop_rows(Lock& lock);
  void leave_table();
  cim::ObjectPtr error_object(const base::Status& status) const;

  const ConnectionPtr connection_;
  const cim::CallOptions options_;
  cim::SinkPtr sink_;
  const cim::Sink* const sink_id_;
  const cim::Operation kind_;
  std::atomic<std::uint32_t> references_{0};
  std::atomic<bool> stopped_{false};

  // Used by the thread that runs the steps only.
  cim::BatchBuilder rows_;
  std::optional<cim::SinkStatus> rows_progress_;
  base::Status final_;
  base::Hresult final_code_ = WBEM_S_NO_ERROR;
  std::string final_text_;

  mutable std::mutex mutex_;
  RunState run_state_ = RunState::kIdle;
  Callback callback_ = Callback::kNone;
  bool woken_ = false;     // wake() came while running
  bool waiting_ = false;   // next() said kWait
  bool finished_ = false;  // next() said kDone or failed
  bool call_cancelled_ = false;
  bool final_called_ = false;
  bool in_table_ = false;
  base::Hresult reply_ = WBEM_S_NO_ERROR;
  Executor::Worker* inside_ = nullptr;  // the thread inside a callback
  std::vector<cim::SinkStatus> progress_;

  // The watchdog's own.
  std::uint32_t callbacks_ = 0;  // under mutex_
  std::uint32_t seen_callback_ = 0;
  std::chrono::steady_clock::time_point seen_at_{};

  // The table's own, under its shard's mutex.
  Operation* previous_row_ = nullptr;
  Operation* next_row_ = nullptr;
};

}  // namespace manager
