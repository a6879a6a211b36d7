#include "cim/result_set.h"

namespace cim::internal {
namespace {

/// A running enumeration as its enumerators hold it: with the last of them it ends.
class Enumeration {
 public:
  Enumeration(ServicesPtr services, std::shared_ptr<ResultSet> results) : services_(std::move(services)), results_(std::move(results)) {}
  Enumeration(const Enumeration&) = delete;
  Enumeration& operator=(const Enumeration&) = delete;
  ~Enumeration() {
    if (results_->abandon()) services_->CancelAsyncCall(results_).ok();  // it may end by itself meanwhile: either way it is over
    results_->release_operation();
  }

  ResultSet& results() { return *results_; }

 private:
  ServicesPtr services_;
  std::shared_ptr<ResultSet> results_;
};

class EnumeratorImpl final : public RowReader {
 public:
  EnumeratorImpl(std::shared_ptr<Enumeration> enumeration, CursorPtr cursor)
      : enumeration_(std::move(enumeration)), cursor_(std::move(cursor)) {}
  EnumeratorImpl(const EnumeratorImpl&) = delete;
  EnumeratorImpl& operator=(const EnumeratorImpl&) = delete;
  ~EnumeratorImpl() override { results().close(cursor_); }

  base::Status Reset() override {
    if (results().forward_only()) return forward_only("reset");
    results().reset(*cursor_);
    return {};
  }

  base::Status Next(Timeout timeout, std::uint32_t count, std::vector<Object>& out) override {
    return results().read(cursor_, timeout, count, &out);
  }

  base::Status NextAsync(std::uint32_t count, SinkPtr sink) override { return results().enqueue(cursor_, count, std::move(sink)); }

  base::Result<EnumeratorPtr> Clone() override {
    if (results().forward_only()) return base::fail(forward_only("cloned"));
    TRY(results().failure());
    return std::make_shared<EnumeratorImpl>(enumeration_, results().clone(*cursor_));
  }

  base::Status Skip(Timeout timeout, std::uint32_t count) override { return results().read(cursor_, timeout, count, nullptr); }

  ObjectPtr error_object() const override { return results().error(); }

  Ticket begin_next(std::uint32_t count, RowBudget budget, Done done) override {
    return ask(Request::Kind::kRows, count, std::move(budget), std::move(done));
  }
  Ticket begin_skip(std::uint32_t count, Done done) override { return ask(Request::Kind::kSkip, count, {}, std::move(done)); }
  void begin_turn(Done done) override { ask(Request::Kind::kTurn, 0, {}, std::move(done)); }
  void end_wait(Ticket ticket) override { results().end_wait(cursor_, ticket); }
  void when_finished(std::function<void(base::Status)> action) override { results().when_finished(std::move(action)); }
  base::Status failure() const override { return results().failure(); }

 private:
  ResultSet& results() const { return enumeration_->results(); }
  Ticket ask(Request::Kind kind, std::uint32_t count, RowBudget budget, Done done) {
    Request request;
    request.kind = kind;
    request.remaining = count;
    request.budget = std::move(budget);
    request.done = std::move(done);
    return results().ask(cursor_, std::move(request));
  }
  static base::Status forward_only(const char* what) {
    return {WBEM_E_INVALID_OPERATION, std::string("a forward-only enumeration cannot be ") + what};
  }

  std::shared_ptr<Enumeration> enumeration_;
  CursorPtr cursor_;
};

}  // namespace

RowReaderPtr make_enumerator(ServicesPtr services, std::shared_ptr<ResultSet> results) {
  auto enumeration = std::make_shared<Enumeration>(std::move(services), std::move(results));
  return std::make_shared<EnumeratorImpl>(std::move(enumeration), std::make_shared<Cursor>());
}

}  // namespace cim::internal
