#include "remote/sink_feed.h"

#include <utility>

namespace remote {
using namespace base::codes;

namespace {
thread_local int marks = 0;
}  // namespace

CallbackMark::CallbackMark() { ++marks; }
CallbackMark::~CallbackMark() { --marks; }
bool CallbackMark::here() { return marks > 0; }

class SinkFeed::Reply final : public cim::DeferredReply {
 public:
  Reply(std::shared_ptr<SinkFeed> feed, std::uint64_t turn) : feed_(std::move(feed)), turn_(turn) {}
  Reply(const Reply&) = delete;
  Reply& operator=(const Reply&) = delete;
  ~Reply() override { complete(WBEM_E_FAILED); }
  void complete(base::Hresult result) override {
    if (const auto feed = std::exchange(feed_, nullptr)) feed->answered(turn_, result);
  }

 private:
  std::shared_ptr<SinkFeed> feed_;
  const std::uint64_t turn_;
};

class SinkFeed::Scope final : public cim::CallbackScope {
 public:
  Scope(SinkFeed& feed, std::uint64_t turn) : feed_(feed), turn_(turn) {}
  std::unique_ptr<cim::DeferredReply> defer() override {
    {
      const Lock lock(feed_.mutex_);
      if (feed_.turn_ == turn_) feed_.deferred_ = true;
    }
    return std::make_unique<Reply>(feed_.shared_from_this(), turn_);
  }

 private:
  SinkFeed& feed_;
  const std::uint64_t turn_;
};

template <class Call>
void SinkFeed::callback(Lock& lock, Done done, Call call) {
  busy_ = true;
  returned_ = deferred_ = false;
  answer_.reset();
  since_ = clock_.steady_now();
  done_ = std::move(done);
  const std::uint64_t turn = ++turn_;
  lock.unlock();
  base::Hresult result = E_UNEXPECTED;
  {
    const CallbackMark mark;
    Scope scope(*this, turn);
    try {
      result = call(static_cast<cim::CallbackScope&>(scope));
    } catch (...) {  // NOLINT(bugprone-empty-catch): a sink that throws has failed
    }
  }
  lock.lock();
  if (turn != turn_) return;  // ended by the clock meanwhile
  returned_ = true;
  if (!deferred_) answer_ = result;
  if (answer_) return settle(lock, *answer_);
  const bool timed = !reader_paced_ && owner_.deferred;
  lock.unlock();
  if (timed) owner_.deferred();
}

void SinkFeed::answered(std::uint64_t turn, base::Hresult answer) {
  Lock lock(mutex_);
  if (turn != turn_ || !busy_ || answer_) return;
  answer_ = answer;
  if (returned_) settle(lock, answer);
}

void SinkFeed::settle(Lock& lock, base::Hresult answer) {
  busy_ = false;
  ++turn_;
  const Done done = std::exchange(done_, nullptr);
  if (!final_given_ && !pending_ && base::failed(answer)) {
    pending_.emplace(cim::SinkStatus{.code = WBEM_E_CALL_CANCELLED}, nullptr);
  }
  if (pending_) {
    auto [status, final_done] = *std::exchange(pending_, std::nullopt);
    if (base::succeeded(answer)) answer = WBEM_E_CALL_CANCELLED;
    give_final(lock, status, std::move(final_done));
  }
  if (lock.owns_lock()) lock.unlock();
  if (done) done(answer);
}

void SinkFeed::give_final(Lock& lock, const cim::SinkStatus& status, Done done) {
  final_given_ = true;
  const cim::SinkPtr sink = std::move(sink_);
  busy_ = true;
  const auto ended = std::exchange(owner_.ended, nullptr);
  lock.unlock();
  if (ended) ended();
  lock.lock();
  callback(lock, std::move(done), [&](cim::CallbackScope& scope) { return sink->SetStatus(status, scope); });
  if (lock.owns_lock()) lock.unlock();
}

void SinkFeed::indicate(const cim::Batch& batch, Done done) {
  Lock lock(mutex_);
  if (final_given_ || pending_ || busy_) {
    lock.unlock();
    return done(WBEM_E_CALL_CANCELLED);
  }
  const cim::SinkPtr sink = sink_;
  callback(lock, std::move(done), [&](cim::CallbackScope& scope) { return sink->Indicate(batch, scope); });
}

void SinkFeed::progress(const cim::SinkStatus& status, Done done) {
  Lock lock(mutex_);
  if (final_given_ || pending_ || busy_) {
    lock.unlock();
    return done(WBEM_E_CALL_CANCELLED);
  }
  const cim::SinkPtr sink = sink_;
  callback(lock, std::move(done), [&](cim::CallbackScope& scope) { return sink->SetStatus(status, scope); });
}

bool SinkFeed::finish(cim::SinkStatus status, Done done) {
  Lock lock(mutex_);
  if (final_given_ || pending_) return false;
  if (busy_) {
    pending_.emplace(std::move(status), std::move(done));
    return true;
  }
  give_final(lock, status, std::move(done));
  return true;
}

bool SinkFeed::ended() const {
  const Lock lock(mutex_);
  return final_given_ || pending_.has_value();
}

bool SinkFeed::check_time() {
  Lock lock(mutex_);
  if (!busy_ || !returned_ || answer_ || reader_paced_) return false;
  if (clock_.steady_now() - since_ < kReplyTime) return true;
  answer_ = WBEM_E_CALL_CANCELLED;
  settle(lock, WBEM_E_CALL_CANCELLED);
  return false;
}

}  // namespace remote
