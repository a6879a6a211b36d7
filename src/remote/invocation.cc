#include "remote/invocation.h"

namespace remote {

Invocation::Invocation(ServerCorePtr core, dcom::ObjectCallPtr call, std::string_view operation, Outputs nothing)
    : core_(std::move(core)), call_(std::move(call)), operation_(operation), nothing_(std::move(nothing)) {}

Invocation::~Invocation() {
  if (!answered_) fail({WBEM_E_UNEXPECTED, "the operation was lost"});
}

bool Invocation::begin_answer() {
  if (answered_.exchange(true)) return false;
  if (counted_.exchange(false)) core_->gate().leave();
  return true;
}

void Invocation::log(const base::Status& status) const { core_->log_failure(caller_text(*call_), operation_, status); }

void Invocation::succeed(base::Hresult code, const Outputs& outputs) {
  if (begin_answer()) call_->respond(code, outputs);
}

void Invocation::fail(base::Status status) {
  if (!begin_answer()) return;
  if (status.code() == WBEM_E_CALL_CANCELLED && core_->gate().shutting_down()) {
    status = {WBEM_E_SHUTTING_DOWN, "the server is shutting down"};
  }
  log(status);
  call_->respond(status, nothing_);
}

void Invocation::answer(const base::Status& status, const Outputs& outputs) {
  if (status.ok()) {
    succeed(status.code(), outputs);
  } else {
    fail(status);
  }
}

void Invocation::fail_to_read(const base::Status& status) {
  if (status.code() != rpc::RPC_X_BAD_STUB_DATA) return fail(status);
  if (!begin_answer()) return;
  log(status);
  call_->fault(rpc::fault::kBadStubData);
}

void Invocation::fault(std::uint32_t status) {
  if (begin_answer()) call_->fault(status);
}

void Invocation::admit(const std::shared_ptr<Invocation>& invocation, bool counts, std::function<void()> work) {
  invocation->counted_ = counts;
  invocation->core_->gate().enter(counts, [invocation, work = std::move(work)](base::Status status) {
    if (status.ok()) {
      work();
    } else {
      invocation->fail(std::move(status));
    }
  });
}

}  // namespace remote
