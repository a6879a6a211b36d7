// Reads without a waiting thread: requests of a cursor beside those of NextAsync (row_reader.h).
#include <algorithm>

#include "cim/result_set.h"

namespace cim::internal {

RowReader::Ticket ResultSet::ask(const CursorPtr& cursor, Request request) {
  RowReader::Ticket ticket = 0;
  {
    const Lock lock(mutex_);
    if (cursor->requests.size() < kMaxQueuedRequests) {
      ticket = request.ticket = ++last_ticket_;
      cursor->requests.push_back(std::move(request));
      if (std::ranges::find(asking_, cursor) == asking_.end()) asking_.push_back(cursor);
    }
  }
  if (ticket == 0) {
    request.done({WBEM_E_SERVER_TOO_BUSY, "too many requests to one enumerator are queued"}, {});
  } else {
    serve(cursor);
  }
  return ticket;
}

void ResultSet::answer_step(Cursor& cursor, Request& request, Step& step, ReplyPtr& resume) {
  if (cursor.closed) {
    step.answer = base::Status(WBEM_E_CALL_CANCELLED, "the enumerator was released");
  } else if (request.kind != Request::Kind::kTurn) {
    const bool skips = request.kind == Request::Kind::kSkip;
    const std::uint64_t before = cursor.position;
    std::vector<Slice> taken = take(cursor, request.remaining, skips ? nullptr : &request.budget, &request.taken_octets);
    request.remaining -= cursor.position - before;
    if (!skips) std::ranges::move(taken, std::back_inserter(request.taken));
    resume = reply_due();
    if (request.remaining != 0) {
      const bool at_end = finished_ && cursor.position >= end_;
      const bool cut_off = cursor.position < end_;  // the budget is spent
      if (!at_end && !cut_off && !request.wait_over) return;
      if (!at_end || (!final_.ok() && !request.taken.empty())) {
        step.answer = WBEM_S_TIMEDOUT;
      } else {
        step.answer = final_.ok() ? base::Status(WBEM_S_FALSE) : final_;
      }
    }
    step.rows = std::move(request.taken);
  }
  step.kind = Step::Kind::kAnswer;
  step.done = std::move(request.done);
  cursor.requests.pop_front();  // what is asked for while it is answered is next in line
  cursor.serving = true;
}

void ResultSet::end_wait(const CursorPtr& cursor, RowReader::Ticket ticket) {
  RowReader::Done behind;
  {
    const Lock lock(mutex_);
    const auto found = std::ranges::find(cursor->requests, ticket, &Request::ticket);
    if (ticket == 0 || found == cursor->requests.end() || !found->done) return;
    found->wait_over = true;
    if (found != cursor->requests.begin()) {  // others are before it: its turn does not come in time
      behind = std::move(found->done);
      cursor->requests.erase(found);
    }
  }
  if (behind) {
    behind(WBEM_S_TIMEDOUT, {});
  } else {
    serve(cursor);
  }
}

void ResultSet::when_finished(std::function<void(base::Status)> action) {
  {
    const Lock lock(mutex_);
    if (!finished_) {
      on_finish_.push_back(std::move(action));
      return;
    }
  }
  action(final_);
}

}  // namespace cim::internal
