// The rows of one enumeration, shared by its enumerators: SemiSinkResultSetObject of MS-WMI 3.1.1.1.2.1. Internal to cim.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

#include "cim/calls.h"
#include "cim/row_reader.h"

namespace cim::internal {

/// One NextAsync: an entry of SinkQueue. Or one call of a RowReader, which is answered through `done`.
struct Request {
  enum class Kind : std::uint8_t { kSink, kRows, kSkip, kTurn } kind = Kind::kSink;
  SinkPtr sink;
  RowReader::Done done;
  RowBudget budget;
  RowReader::Ticket ticket = 0;
  bool wait_over = false;
  std::uint64_t remaining = 0;  // RemainingRequestCount
  std::vector<Slice> taken;     // not yet indicated
  std::size_t taken_rows = 0;
  std::size_t taken_octets = 0;
  bool sink_failed = false;
};

/// The position of one enumerator (a row of EnumWbemClassObjectTable). Guarded by the mutex of its result set.
struct Cursor {
  std::uint64_t position = 0;
  bool reading = false;  // a Next or Skip is at work
  bool serving = false;  // a callback to the sink of the first request is outstanding
  bool closed = false;   // its enumerator is gone
  std::deque<Request> requests;
};
using CursorPtr = std::shared_ptr<Cursor>;

/// The sink of the operation. Thread-safe. No lock is held while a sink or a deferred reply is called.
class ResultSet final : public Sink, public std::enable_shared_from_this<ResultSet> {
 public:
  /// `paced`: bounded; the operation waits for readers.
  ResultSet(bool forward_only, bool paced, std::shared_ptr<RowAllowance> allowance)
      : forward_only_(forward_only), paced_(paced), allowance_(std::move(allowance)) {}
  ~ResultSet() override { let_go(octets_); }
  ResultSet(const ResultSet&) = delete;
  ResultSet& operator=(const ResultSet&) = delete;

  base::Hresult Indicate(const Batch& batch, CallbackScope& scope) override;
  base::Hresult SetStatus(const SinkStatus& status, CallbackScope& scope) override;

  /// Waits for the operation's end; its final status.
  base::Status wait_finished();
  /// No reader is left. False when the operation has ended already; else nothing more is kept and it should be cancelled.
  bool abandon();
  /// After abandon() and the cancellation: answers the callback that the operation may be waiting for.
  void release_operation();
  bool forward_only() const { return forward_only_; }
  /// The failure of the operation; ok while it runs.
  base::Status failure() const;
  ObjectPtr error() const;

  /// Next, and Skip with a null `out`.
  base::Status read(const CursorPtr& cursor, Timeout timeout, std::uint32_t count, std::vector<Object>* out);
  void reset(Cursor& cursor);
  CursorPtr clone(const Cursor& cursor) const;

  // next_async.cc
  base::Status enqueue(const CursorPtr& cursor, std::uint32_t count, SinkPtr sink);
  /// Makes the callbacks that are due to the cursor's requests.
  void serve(const CursorPtr& cursor);
  // row_reading.cc
  RowReader::Ticket ask(const CursorPtr& cursor, Request request);
  void end_wait(const CursorPtr& cursor, RowReader::Ticket ticket);
  void when_finished(std::function<void(base::Status)> action);
  /// The enumerator is gone: what it asked for ends.
  void close(const CursorPtr& cursor);

 private:
  /// What is to be done for the first request of a cursor.
  struct Step {
    enum class Kind : std::uint8_t { kNone, kIndicate, kStatus, kAnswer } kind = Kind::kNone;
    SinkPtr sink;
    RowReader::Done done;
    base::Status answer;
    std::vector<Slice> rows;
    SinkStatus status;
  };
  class ServeScope;
  class ServeReply;
  using Lock = std::unique_lock<std::mutex>;
  using Deadline = std::optional<std::chrono::steady_clock::time_point>;
  using ReplyPtr = std::unique_ptr<DeferredReply>;

  template <class Predicate>
  bool wait_until(Lock& lock, const Deadline& deadline, Predicate predicate);
  /// Up to `count` rows; with a budget no more than it affords, but one. What they cost is added to `*cost`.
  std::vector<Slice> take(Cursor& cursor, std::uint64_t count, const RowBudget* budget = nullptr, std::size_t* cost = nullptr);
  void drop_passed(std::uint64_t position);
  bool full(std::size_t divisor) const {
    return end_ - begin_ > kMaxBufferedRows / divisor || octets_ > kMaxBufferedOctets / divisor || (octets_ > 0 && exceeded(0));
  }
  bool exceeded(std::size_t more) const { return allowance_ && allowance_->kept + more > allowance_->most; }
  void keep(std::size_t octets) {
    octets_ += octets;
    if (allowance_) allowance_->kept += octets;
  }
  void let_go(std::size_t octets) {
    octets_ -= octets;
    if (allowance_) allowance_->kept -= octets;
  }
  /// The reply that the operation waits for, when there is room again.
  ReplyPtr reply_due();

  Step next_step(const CursorPtr& cursor, ReplyPtr& resume);
  void answer_step(Cursor& cursor, Request& request, Step& step, ReplyPtr& resume);
  void collect(Cursor& cursor, Request& request);
  bool perform(const CursorPtr& cursor, const Step& step);
  void settle(const CursorPtr& cursor, bool final_status, base::Hresult result);

  const bool forward_only_;
  const bool paced_;
  const std::shared_ptr<RowAllowance> allowance_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  struct Kept {
    std::uint64_t first;  // number of its first row
    std::shared_ptr<const Batch> batch;
  };
  std::deque<Kept> kept_;
  std::uint64_t begin_ = 0;  // forward-only: rows before it are gone
  std::uint64_t end_ = 0;    // CurrentTotalCount
  std::size_t octets_ = 0;
  bool finished_ = false;
  bool abandoned_ = false;
  bool overflowed_ = false;
  base::Status final_;
  ObjectPtr error_;
  ReplyPtr held_;                  // the operation waits for it
  std::vector<CursorPtr> asking_;  // cursors with requests
  std::vector<std::function<void(base::Status)>> on_finish_;
  RowReader::Ticket last_ticket_ = 0;
};

RowReaderPtr make_enumerator(ServicesPtr services, std::shared_ptr<ResultSet> results);

}  // namespace cim::internal
