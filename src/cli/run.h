// Running one asynchronous operation to its end, with interruption and a deadline.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/files.h"
#include "cim/services.h"
#include "cli/console.h"

namespace cli {

/// Ctrl-C (SIGINT) and SIGTERM as an event that can be waited for. Made before any thread starts, so that all of them leave the signals
/// to it. A second Ctrl-C ends the program at once. One per process.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  /// Waits until `fd` is readable or a signal came. True: the signal, also to those who begin to wait after it. False: readable or time
  /// over. `known`: the caller has had its true and waits for nothing but `fd`. Thread-safe.
  bool wait(int fd, std::optional<std::chrono::milliseconds> timeout, bool known = false);
  bool came() const { return seen_.load(); }

 private:
  base::FileDescriptor signals_;
  base::FileDescriptor came_;  // readable from the first signal on
  std::atomic<bool> seen_{false};
};

struct Handlers {
  std::function<void(const cim::Object&)> object;
  std::function<void(const cim::SinkStatus&)> progress;
  std::function<void(const cim::SinkStatus&)> completed;
};

struct RunLimits {
  Interrupt* interrupt = nullptr;                    // may be null
  std::optional<std::chrono::milliseconds> timeout;  // of each operation
  std::function<void()> waiting;                     // now and then while an operation runs; on the thread that waits
  /// Waits until `fd` is readable. True: Ctrl-C instead. False: readable or time over.
  bool wait(int fd, std::optional<std::chrono::milliseconds> left, bool known = false) const;
};
inline constexpr std::chrono::milliseconds kTick(250);

/// Starts the operation and waits for its final status; handlers run one at a time, on other threads. A start failure, or the final status
/// (with the text of its error object) is returned. Ctrl-C cancels: WBEM_E_CALL_CANCELLED; the deadline too: WBEM_E_TIMED_OUT.
base::Status run_operation(cim::Services& services, const RunLimits& limits, Handlers handlers,
                           const std::function<base::Status(cim::SinkPtr)>& start);

/// WBEM_E_TIMED_OUT with what to do about it.
base::Status timed_out(std::chrono::milliseconds limit);

/// Code and text of a final status, the description of its __ExtendedStatus included.
base::Status status_of(const cim::SinkStatus& status);

}  // namespace cli
