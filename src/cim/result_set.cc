#include "cim/result_set.h"

#include <algorithm>

#include "cim/call_state.h"

namespace cim::internal {

base::Hresult ResultSet::Indicate(const Batch& batch, CallbackScope& scope) {
  auto kept = std::make_shared<const Batch>(batch);
  std::vector<CursorPtr> asking;
  {
    const Lock lock(mutex_);
    if (abandoned_) return WBEM_E_CALL_CANCELLED;
    if (!paced_ && (octets_ + batch.octets() > kMaxResultOctets || exceeded(batch.octets()))) {
      overflowed_ = true;
      return WBEM_E_OUT_OF_MEMORY;
    }
    kept_.push_back({end_, std::move(kept)});
    end_ += batch.size();
    keep(batch.octets());
    asking = asking_;
    changed_.notify_all();
  }
  for (const CursorPtr& cursor : asking) serve(cursor);
  if (!paced_) return WBEM_S_NO_ERROR;
  const Lock lock(mutex_);
  if (abandoned_) return WBEM_E_CALL_CANCELLED;
  if (full(1)) held_ = scope.defer();
  return WBEM_S_NO_ERROR;
}

base::Hresult ResultSet::SetStatus(const SinkStatus& status, CallbackScope&) {
  if (status.type != StatusType::kComplete) return WBEM_S_NO_ERROR;
  std::vector<CursorPtr> asking;
  std::vector<std::function<void(base::Status)>> on_finish;
  {
    const Lock lock(mutex_);
    finished_ = true;
    if (overflowed_) {
      final_ = base::Status(WBEM_E_OUT_OF_MEMORY, "the result is larger than an enumeration may keep; ask for it forward-only");
    } else {
      final_ = status_of(status.code, status.error);
      if (!final_.ok()) error_ = status.error;
    }
    asking = asking_;
    on_finish.swap(on_finish_);
    changed_.notify_all();
  }
  for (const auto& action : on_finish) action(final_);
  for (const CursorPtr& cursor : asking) serve(cursor);
  return WBEM_S_NO_ERROR;
}

base::Status ResultSet::wait_finished() {
  Lock lock(mutex_);
  changed_.wait(lock, [this] { return finished_; });
  return final_;
}

bool ResultSet::abandon() {
  std::deque<Kept> kept;  // freed without the lock
  const Lock lock(mutex_);
  abandoned_ = true;
  kept.swap(kept_);
  let_go(octets_);
  return !finished_;
}

void ResultSet::release_operation() {
  ReplyPtr held;
  {
    const Lock lock(mutex_);
    held = std::move(held_);
  }
  if (held) held->complete(WBEM_E_CALL_CANCELLED);
}

base::Status ResultSet::failure() const {
  const Lock lock(mutex_);
  return finished_ && !final_.ok() ? final_ : base::Status();
}

ObjectPtr ResultSet::error() const {
  const Lock lock(mutex_);
  return error_;
}

void ResultSet::reset(Cursor& cursor) {
  const Lock lock(mutex_);
  cursor.position = 0;
}

CursorPtr ResultSet::clone(const Cursor& cursor) const {
  const Lock lock(mutex_);
  auto copy = std::make_shared<Cursor>();
  copy->position = cursor.position;
  return copy;
}

template <class Predicate>
bool ResultSet::wait_until(Lock& lock, const Deadline& deadline, Predicate predicate) {
  if (deadline) return changed_.wait_until(lock, *deadline, predicate);
  changed_.wait(lock, predicate);
  return true;
}

namespace {

/// How many of the rows from `first` on are affordable; their cost is added to `cost`.
std::uint64_t affordable(const Batch& batch, std::uint64_t first, std::uint64_t count, const RowBudget& budget, std::size_t& cost) {
  const bool nothing_yet = cost == 0;
  if (!budget.cost) {
    const std::size_t mean = std::max<std::size_t>(1, batch.octets() / batch.size());
    const std::size_t left = budget.octets > cost ? budget.octets - cost : 0;
    count = std::min<std::uint64_t>(count, std::max<std::uint64_t>(left / mean, nothing_yet ? 1 : 0));
    cost += mean * count;
    return count;
  }
  std::uint64_t taken = 0;
  for (; taken < count; ++taken) {
    const std::size_t row = std::max<std::size_t>(1, budget.cost(batch, first + taken));
    if (cost + row > budget.octets && !(nothing_yet && taken == 0)) break;
    cost += row;
  }
  return taken;
}

}  // namespace

std::vector<Slice> ResultSet::take(Cursor& cursor, std::uint64_t count, const RowBudget* budget, std::size_t* cost) {
  std::vector<Slice> out;
  if (count == 0 || cursor.position >= end_) return out;
  auto at = std::ranges::upper_bound(kept_, cursor.position, {}, &Kept::first) - 1;
  for (; count != 0 && at != kept_.end(); ++at) {
    const std::uint64_t first = cursor.position - at->first;
    const std::uint64_t there = std::min<std::uint64_t>(count, at->batch->size() - first);
    const std::uint64_t taken = budget ? affordable(*at->batch, first, there, *budget, *cost) : there;
    if (taken != 0) out.push_back({at->batch, first, taken});
    cursor.position += taken;
    count -= taken;
    if (taken != there) break;
  }
  if (forward_only_) drop_passed(cursor.position);
  return out;
}

void ResultSet::drop_passed(std::uint64_t position) {
  begin_ = position;
  while (!kept_.empty() && kept_.front().first + kept_.front().batch->size() <= position) {
    let_go(kept_.front().batch->octets());
    kept_.pop_front();
  }
}

ResultSet::ReplyPtr ResultSet::reply_due() { return held_ && !full(2) ? std::move(held_) : nullptr; }

base::Status ResultSet::read(const CursorPtr& cursor, Timeout timeout, std::uint32_t count, std::vector<Object>* out) {
  const auto keep = shared_from_this();
  const Deadline deadline = deadline_of(timeout);
  Lock lock(mutex_);
  if (!wait_until(lock, deadline, [&] { return !cursor->reading && cursor->requests.empty(); })) return WBEM_S_TIMEDOUT;
  cursor->reading = true;
  base::Status result;
  std::uint64_t remaining = count;
  while (remaining != 0) {
    const std::uint64_t before = cursor->position;
    const std::vector<Slice> slices = take(*cursor, remaining);
    remaining -= cursor->position - before;
    ReplyPtr resume = reply_due();
    if (!slices.empty() || resume) {
      lock.unlock();
      for (const Slice& slice : slices) {
        for (std::size_t i = 0; out && i < slice.count; ++i) out->push_back(slice.batch->object(slice.first + i));
      }
      if (resume) resume->complete(WBEM_S_NO_ERROR);  // may bring rows before it returns
      lock.lock();
      continue;
    }
    if (finished_) {
      result = final_.ok() ? base::Status(WBEM_S_FALSE) : final_;
      break;
    }
    if (!wait_until(lock, deadline, [&] { return cursor->position < end_ || finished_; })) {
      result = WBEM_S_TIMEDOUT;
      break;
    }
  }
  cursor->reading = false;
  changed_.notify_all();
  lock.unlock();
  serve(cursor);  // what was asked for meanwhile
  return result;
}

}  // namespace cim::internal
