// NextAsync: requests of one cursor are served in order, with at most one callback outstanding (MS-WMI 3.1.4.4.3).
#include <algorithm>

#include "cim/result_set.h"

namespace cim::internal {

/// Answers a callback later, on any thread; the requests behind it go on from there.
class ResultSet::ServeReply final : public DeferredReply {
 public:
  /// Shared with the scope: which of callback and answer ends first decides who goes on.
  struct State {
    std::mutex mutex;
    bool returned = false;
    std::optional<base::Hresult> answer;
  };

  ServeReply(std::shared_ptr<State> state, std::shared_ptr<ResultSet> results, CursorPtr cursor, bool final_status)
      : state_(std::move(state)), results_(std::move(results)), cursor_(std::move(cursor)), final_status_(final_status) {}
  ServeReply(const ServeReply&) = delete;
  ServeReply& operator=(const ServeReply&) = delete;
  ~ServeReply() override { complete(WBEM_E_FAILED); }

  void complete(base::Hresult result) override {
    if (!state_) return;
    const auto state = std::exchange(state_, nullptr);
    {
      const std::scoped_lock lock(state->mutex);
      state->answer = result;
      if (!state->returned) return;
    }
    results_->settle(cursor_, final_status_, result);
    results_->serve(cursor_);
  }

 private:
  std::shared_ptr<State> state_;
  std::shared_ptr<ResultSet> results_;
  CursorPtr cursor_;
  bool final_status_;
};

class ResultSet::ServeScope final : public CallbackScope {
 public:
  ServeScope(std::shared_ptr<ResultSet> results, CursorPtr cursor, bool final_status)
      : results_(std::move(results)), cursor_(std::move(cursor)), final_status_(final_status) {}

  std::unique_ptr<DeferredReply> defer() override {
    state_ = std::make_shared<ServeReply::State>();
    return std::make_unique<ServeReply>(state_, results_, cursor_, final_status_);
  }

  /// The callback returned `result`: what it was answered, or nothing yet.
  std::optional<base::Hresult> finish(base::Hresult result) {
    if (!state_) return result;
    const std::scoped_lock lock(state_->mutex);
    state_->returned = true;
    return state_->answer;
  }

 private:
  std::shared_ptr<ResultSet> results_;
  CursorPtr cursor_;
  bool final_status_;
  std::shared_ptr<ServeReply::State> state_;
};

namespace {

bool decorated(const Batch& batch) {
  if (batch.is_class(0)) return true;
  return batch.object(0).instance().decorated();
}

Batch join(const std::vector<Slice>& rows) {
  BatchBuilder builder;
  builder.set_decorated(decorated(*rows.front().batch));
  for (const Slice& slice : rows) {
    for (std::size_t i = 0; i < slice.count; ++i) builder.add(slice.batch->object(slice.first + i));
  }
  return builder.take();
}

}  // namespace

base::Status ResultSet::enqueue(const CursorPtr& cursor, std::uint32_t count, SinkPtr sink) {
  if (!sink) return {WBEM_E_INVALID_PARAMETER, "NextAsync needs a sink"};
  if (count == 0) return WBEM_S_FALSE;
  {
    const Lock lock(mutex_);
    if (cursor->requests.size() >= kMaxQueuedRequests) return {WBEM_E_SERVER_TOO_BUSY, "too many NextAsync requests are queued"};
    Request& request = cursor->requests.emplace_back();
    request.sink = std::move(sink);
    request.remaining = count;
    if (std::ranges::find(asking_, cursor) == asking_.end()) asking_.push_back(cursor);
  }
  serve(cursor);
  return {};
}

void ResultSet::close(const CursorPtr& cursor) {
  {
    const Lock lock(mutex_);
    cursor->closed = true;
    if (cursor->requests.empty()) return;
  }
  serve(cursor);
}

void ResultSet::serve(const CursorPtr& cursor) {
  const auto keep = shared_from_this();  // a sink may let go of the last enumerator
  for (;;) {
    ReplyPtr resume;
    const Step step = next_step(cursor, resume);
    const bool resumed = resume != nullptr;
    // Rows are produced while an answer is made; a sink's callback comes first, as it may end the operation.
    if (resumed && step.kind == Step::Kind::kAnswer) std::exchange(resume, nullptr)->complete(WBEM_S_NO_ERROR);
    const bool answered = step.kind != Step::Kind::kNone && perform(cursor, step);
    if (resume) resume->complete(WBEM_S_NO_ERROR);
    if (!answered && !resumed) return;
  }
}

/// Moves rows from the buffer to the request, so that a request may be larger than the buffer.
void ResultSet::collect(Cursor& cursor, Request& request) {
  if (request.taken_rows >= kMaxBufferedRows || request.taken_octets >= kMaxBufferedOctets) return;
  const std::uint64_t most = std::min<std::uint64_t>(request.remaining, kMaxBufferedRows);
  for (Slice& slice : take(cursor, most)) {
    request.remaining -= slice.count;
    request.taken_rows += slice.count;
    request.taken_octets += slice.batch->octets() * slice.count / slice.batch->size();
    request.taken.push_back(std::move(slice));
  }
}

ResultSet::Step ResultSet::next_step(const CursorPtr& cursor, ReplyPtr& resume) {
  const Lock lock(mutex_);
  Step step;
  if (cursor->serving || cursor->reading) return step;
  if (cursor->requests.empty()) {
    std::erase(asking_, cursor);
    changed_.notify_all();  // a Next may be waiting its turn
    return step;
  }
  Request& request = cursor->requests.front();
  if (request.kind != Request::Kind::kSink) {
    answer_step(*cursor, request, step, resume);
    return step;
  }
  step.sink = request.sink;
  if (cursor->closed || request.sink_failed) {
    step.kind = Step::Kind::kStatus;
    step.status.code = WBEM_E_CALL_CANCELLED;
    cursor->serving = true;
    return step;
  }
  collect(*cursor, request);
  resume = reply_due();
  const bool at_end = finished_ && cursor->position >= end_;
  const bool large = request.taken_rows >= kMaxBufferedRows || request.taken_octets >= kMaxBufferedOctets;
  if (request.taken_rows != 0 && (request.remaining == 0 || at_end || large)) {
    step.kind = Step::Kind::kIndicate;
    step.rows = std::exchange(request.taken, {});
    request.taken_rows = request.taken_octets = 0;
  } else if (request.taken_rows == 0 && (request.remaining == 0 || at_end)) {
    step.kind = Step::Kind::kStatus;
    if (request.remaining != 0) {
      step.status.code = final_.ok() ? WBEM_S_FALSE : final_.code();
      step.status.error = error_;
    }
  }
  cursor->serving = step.kind != Step::Kind::kNone;
  return step;
}

/// False when the callback will be answered later.
bool ResultSet::perform(const CursorPtr& cursor, const Step& step) {
  if (step.kind == Step::Kind::kAnswer) {
    step.done(step.answer, step.rows);
    const Lock lock(mutex_);
    cursor->serving = false;
    return true;
  }
  const bool final_status = step.kind == Step::Kind::kStatus;
  ServeScope scope(shared_from_this(), cursor, final_status);
  base::Hresult result = WBEM_S_NO_ERROR;
  if (final_status) {
    result = step.sink->SetStatus(step.status, scope);
  } else if (step.rows.size() == 1 && step.rows[0].count == step.rows[0].batch->size()) {
    result = step.sink->Indicate(*step.rows[0].batch, scope);
  } else {
    result = step.sink->Indicate(join(step.rows), scope);
  }
  const auto answer = scope.finish(result);
  if (answer) settle(cursor, final_status, *answer);
  return answer.has_value();
}

void ResultSet::settle(const CursorPtr& cursor, bool final_status, base::Hresult result) {
  Request done;  // its sink is released without the lock
  const Lock lock(mutex_);
  cursor->serving = false;
  if (final_status) {
    done = std::move(cursor->requests.front());
    cursor->requests.pop_front();
  } else if (base::failed(result)) {
    cursor->requests.front().sink_failed = true;
  }
}

}  // namespace cim::internal
