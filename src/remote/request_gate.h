// Whether a call may begin: restore, shutdown, pause and backup, and the number of requests (MS-WMI 3.1.1.1, 3.1.4, 3.1.4.3).
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>

#include "base/status.h"

namespace remote {

/// Thread-safe. No lock is held while work runs.
class RequestGate {
 public:
  /// [requests without end, above all while the server is paused]
  explicit RequestGate(std::size_t max_requests) : max_requests_(max_requests) {}

  /// Gets ok when the call may begin, now or later, else the code that answers it. Called exactly once, unless the gate goes away.
  using Work = std::function<void(base::Status)>;
  /// CO_E_SERVER_STOPPING (RestoreInProgress), WBEM_E_SHUTTING_DOWN (IsServerShuttingDown), WBEM_E_SERVER_TOO_BUSY. While paused or backing
  /// up the call is buffered. `counts`: it is one of IWbemServices', which are in CurrentRequestCount until leave().
  void enter(bool counts, Work work);
  /// A counted call was answered.
  void leave();

  /// IsServerPaused. WBEM_E_INVALID_OPERATION when it is (not).
  base::Status pause();
  base::Status resume();
  /// BackupInProgress, RestoreInProgress.
  void set_backing_up(bool value);
  void set_restoring(bool value);
  /// IsServerShuttingDown, for good: what is buffered ends with WBEM_E_SHUTTING_DOWN.
  void shut_down();

  bool shutting_down() const;
  std::size_t requests() const;  // CurrentRequestCount
  std::size_t buffered() const;

 private:
  using Lock = std::unique_lock<std::mutex>;
  base::Status refusal() const;
  bool holds() const { return paused_ || backups_ != 0; }
  void flush(Lock& lock);

  const std::size_t max_requests_;
  mutable std::mutex mutex_;
  std::deque<Work> buffered_;
  std::size_t requests_ = 0;
  bool paused_ = false;
  int backups_ = 0;
  int restores_ = 0;
  bool shutting_down_ = false;
};

}  // namespace remote
