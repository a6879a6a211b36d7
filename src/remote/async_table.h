// AsyncOperationTable (MS-WMI 3.1.1.1.1): which sinks have which operations.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <vector>

#include "remote/async_call.h"

namespace remote {

/// Thread-safe.
class AsyncTable {
 public:
  /// [operations of one account without end]
  explicit AsyncTable(std::size_t max_per_principal) : max_per_principal_(max_per_principal) {}

  /// The sink by this key, when an operation uses it.
  ServerSinkPtr find_sink(const SinkKey& key) const;
  /// WBEM_E_SERVER_TOO_BUSY.
  base::Status add(const AsyncCallPtr& call);
  /// The final status was answered, or the operation was never started.
  void remove(const AsyncCallPtr& call);

  /// Those of the sink.
  std::vector<AsyncCallPtr> calls_of(const SinkKey& key) const;
  std::vector<AsyncCallPtr> all() const;
  /// Waits until there are none, at most so long (real time).
  void wait_empty(std::chrono::milliseconds most);

  std::size_t size() const;
  std::size_t sinks() const;

 private:
  const std::size_t max_per_principal_;
  mutable std::mutex mutex_;
  std::condition_variable emptied_;
  std::map<SinkKey, std::vector<AsyncCallPtr>> calls_;
  std::map<std::string, std::size_t> per_principal_;
  std::size_t size_ = 0;
};

}  // namespace remote
