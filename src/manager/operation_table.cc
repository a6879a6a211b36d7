#include "manager/operation_table.h"

#include <cstdint>

#include "manager/connection.h"

namespace manager {

OperationTable::Shard& OperationTable::shard(const cim::Sink* sink) const {
  const auto bits = reinterpret_cast<std::uintptr_t>(sink);
  return shards_[(bits >> 5U ^ bits >> 11U) % kShards];
}

base::Status OperationTable::insert(Operation& operation) {
  if (size_.fetch_add(1) >= limit_) {
    size_.fetch_sub(1);
    return {WBEM_E_SERVER_TOO_BUSY, fmt::format("{} operations run already", limit_)};
  }
  Shard& place = shard(operation.sink_id());
  {
    std::lock_guard lock(place.mutex);
    // Checked under the lock: whoever closes the table and then lists it sees every row or keeps it out.
    if (!closed_.load()) {
      intrusive_ptr_add_ref(&operation);
      operation.next_row_ = place.head;
      if (place.head != nullptr) place.head->previous_row_ = &operation;
      place.head = &operation;
      return {};
    }
  }
  size_.fetch_sub(1);
  return {WBEM_E_SHUTTING_DOWN, "the object manager is shutting down"};
}

void OperationTable::remove(Operation& operation) {
  Shard& place = shard(operation.sink_id());
  {
    std::lock_guard lock(place.mutex);
    if (operation.previous_row_ != nullptr) {
      operation.previous_row_->next_row_ = operation.next_row_;
    } else {
      place.head = operation.next_row_;
    }
    if (operation.next_row_ != nullptr) operation.next_row_->previous_row_ = operation.previous_row_;
    operation.previous_row_ = operation.next_row_ = nullptr;
  }
  if (size_.fetch_sub(1) == 1 && drainers_.load() > 0) {
    std::lock_guard lock(drain_mutex_);
    drained_.notify_all();
  }
  intrusive_ptr_release(&operation);
}

std::vector<OperationPtr> OperationTable::of_sink(const cim::Sink* sink, const cim::Caller& caller) const {
  std::vector<OperationPtr> out;
  const Shard& place = shard(sink);
  std::lock_guard lock(place.mutex);
  for (Operation* row = place.head; row != nullptr; row = row->next_row_) {
    if (row->sink_id() == sink && same_caller(*row->connection().caller, caller)) out.emplace_back(row);
  }
  return out;
}

std::vector<OperationPtr> OperationTable::all() const {
  std::vector<OperationPtr> out;
  for (const Shard& place : shards_) {
    std::lock_guard lock(place.mutex);
    for (Operation* row = place.head; row != nullptr; row = row->next_row_) out.emplace_back(row);
  }
  return out;
}

bool OperationTable::drain(std::chrono::milliseconds patience) {
  std::unique_lock lock(drain_mutex_);
  drainers_.fetch_add(1);
  const bool done = drained_.wait_for(lock, patience, [this] { return size_.load() == 0; });
  drainers_.fetch_sub(1);
  return done;
}

}  // namespace manager
