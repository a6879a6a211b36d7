// The AsyncOperationTable (MS-WMI 3.1.1): the operations that run, by sink.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "manager/operation.h"

namespace manager {

/// Thread-safe.
class OperationTable {
 public:
  explicit OperationTable(std::size_t limit) : limit_(limit) {}

  /// WBEM_E_SERVER_TOO_BUSY over the limit, WBEM_E_SHUTTING_DOWN after close().
  base::Status insert(Operation& operation);
  /// Once per inserted operation; it may be destroyed by this.
  void remove(Operation& operation);
  /// The rows of one sink that were started by `caller`.
  std::vector<OperationPtr> of_sink(const cim::Sink* sink, const cim::Caller& caller) const;
  std::vector<OperationPtr> all() const;
  bool empty() const { return size_.load() == 0; }
  /// Returns when no row is left; false when `patience` ended first.
  bool drain(std::chrono::milliseconds patience);
  void close() { closed_.store(true); }

 private:
  static constexpr std::size_t kShards = 16;
  struct Shard {
    mutable std::mutex mutex;
    Operation* head = nullptr;
  };
  Shard& shard(const cim::Sink* sink) const;

  const std::size_t limit_;
  std::atomic<std::size_t> size_{0};
  std::atomic<bool> closed_{false};
  std::atomic<int> drainers_{0};
  mutable std::array<Shard, kShards> shards_;
  std::mutex drain_mutex_;
  std::condition_variable drained_;
};

}  // namespace manager
