// Reading an enumeration without a waiting thread, for those who answer from network threads.
#pragma once

#include <atomic>
#include <functional>

#include "cim/calls.h"

namespace cim {

/// Consecutive rows of a batch.
struct Slice {
  std::shared_ptr<const Batch> batch;
  std::size_t first = 0;
  std::size_t count = 0;
};

/// Octets that the enumerations of one caller keep together [each within its limits, but thousands of them]. Over `most` those that keep
/// all rows end with WBEM_E_OUT_OF_MEMORY, and forward-only ones wait for their readers as soon as they have a batch. Thread-safe.
struct RowAllowance {
  explicit RowAllowance(std::size_t octets) : most(octets) {}
  const std::size_t most;
  std::atomic<std::size_t> kept{0};
};

/// What the rows of one answer may cost. Without `cost` a row costs its octets in the slab (the mean of its batch).
struct RowBudget {
  std::size_t octets = SIZE_MAX;
  std::function<std::size_t(const Batch& batch, std::size_t row)> cost;
};

/// An enumerator whose calls are answered through functions, in the order in which they were made and behind the NextAsync requests before
/// them. Each function is called exactly once, without locks, on this thread when all is there, else on the one that produces the rows or
/// ends the wait. Codes as Enumerator's, but rows that came before a failure are answered first, with WBEM_S_TIMEDOUT, and so are those
/// that the budget cut off. WBEM_E_CALL_CANCELLED when the enumerator goes away, WBEM_E_SERVER_TOO_BUSY over kMaxQueuedRequests.
class RowReader : public Enumerator {
 public:
  using Done = std::function<void(base::Status status, std::vector<Slice> rows)>;
  using Ticket = std::uint64_t;

  virtual Ticket begin_next(std::uint32_t count, RowBudget budget, Done done) = 0;
  virtual Ticket begin_skip(std::uint32_t count, Done done) = 0;
  /// Answers with WBEM_S_TIMEDOUT and what is there, when it was not answered yet.
  virtual void end_wait(Ticket ticket) = 0;
  /// Called when its turn has come, for what may not happen in the middle of a Next: Reset, Clone.
  virtual void begin_turn(Done done) = 0;
  /// Called once with the final status, at once when the operation has ended.
  virtual void when_finished(std::function<void(base::Status)> action) = 0;
  /// The failure of the operation; ok while it runs and when it succeeded.
  virtual base::Status failure() const = 0;
};
using RowReaderPtr = std::shared_ptr<RowReader>;

/// Starts CreateClassEnum, CreateInstanceEnum (`text`), ExecQuery or ExecNotificationQuery (`text` the language, `more_text` the query) as
/// calls.h does, but never waits, with or without flag::kReturnImmediately. `allowance` may be null. Errors: those before start.
base::Result<RowReaderPtr> open_rows(Operation operation, const ServicesPtr& services, const OptionalText& text,
                                     const OptionalText& more_text, std::uint32_t flags, const ContextPtr& context,
                                     std::shared_ptr<RowAllowance> allowance = nullptr);

}  // namespace cim
