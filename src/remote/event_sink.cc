#include "remote/event_sink.h"

namespace remote {

namespace {

/// Answers the invocation with what the sink answers, now or later.
class Scope final : public cim::CallbackScope {
 public:
  explicit Scope(InvocationPtr invocation, base::Hresult success) : invocation_(std::move(invocation)), success_(success) {}
  std::unique_ptr<cim::DeferredReply> defer() override {
    deferred_ = true;
    return std::make_unique<Reply>(invocation_, success_);
  }
  void returned(base::Hresult result) const {
    if (!deferred_) answer(*invocation_, success_, result);
  }

 private:
  static void answer(Invocation& invocation, base::Hresult success, base::Hresult result) {
    invocation.answer(base::succeeded(result) ? success : result);
  }
  class Reply final : public cim::DeferredReply {
   public:
    Reply(InvocationPtr invocation, base::Hresult success) : invocation_(std::move(invocation)), success_(success) {}
    void complete(base::Hresult result) override { answer(*invocation_, success_, result); }

   private:
    const InvocationPtr invocation_;
    const base::Hresult success_;
  };

  const InvocationPtr invocation_;
  const base::Hresult success_;
  bool deferred_ = false;
};

}  // namespace

void EventSink::call(dcom::ObjectCallPtr call) {
  const auto method = static_cast<SinkOp>(call->opnum());
  if (method != SinkOp::kIndicate && method != SinkOp::kSetStatus) return call->fault(rpc::fault::kOpnumRange);
  rpc::NdrReader in = call->parameters();
  const bool indicates = method == SinkOp::kIndicate;
  auto invocation =
      std::make_shared<Invocation>(owner_.core, std::move(call), indicates ? "IWbemObjectSink::Indicate" : "IWbemObjectSink::SetStatus");
  if (base::Status status = owner_.check(invocation->call()); !status.ok()) return invocation->fail(std::move(status));
  if (!indicates) {
    const base::Result<SetStatusRequest> request = read_set_status(in, &owner_.core->interner());
    if (!request) return invocation->fail_to_read(request.error());
    return Invocation::admit(invocation, false,
                             [self = shared_from_this(), invocation, request = *request] { self->set_status(invocation, request); });
  }
  base::Result<cim::Batch> batch = [&] {
    const std::scoped_lock lock(mutex_);
    return read_indicate(in, classes_);
  }();
  if (!batch) return invocation->fail_to_read(batch.error());
  Invocation::admit(invocation, false, [self = shared_from_this(), invocation, batch = *batch] { self->indicate(invocation, batch); });
}

// Whoever reads ObjectArrays says so at the first Indicate (3.1.4.2.1).
void EventSink::indicate(const InvocationPtr& invocation, const cim::Batch& batch) {
  Scope scope(invocation, indicated_.exchange(true) ? WBEM_S_NO_ERROR : WBEM_S_NEW_STYLE);
  scope.returned(sink_->Indicate(batch, scope));
}

void EventSink::set_status(const InvocationPtr& invocation, const SetStatusRequest& request) {
  const auto type = static_cast<cim::StatusType>(request.flags);
  if (type != cim::StatusType::kComplete && type != cim::StatusType::kProgress) {
    return invocation->fail({WBEM_E_INVALID_PARAMETER, "lFlags is neither complete (0) nor progress (2)"});
  }
  cim::SinkStatus status;
  status.type = type;
  status.code = base::Hresult{request.result};
  status.text = request.text.value_or("");
  if (request.object) status.error = std::make_shared<const cim::Object>(*request.object);
  Scope scope(invocation, WBEM_S_NO_ERROR);
  scope.returned(sink_->SetStatus(status, scope));
}

}  // namespace remote
