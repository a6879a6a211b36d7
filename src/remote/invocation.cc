#include "remote/invocation.h"

#include <fmt/format.h>

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

void Invocation::log(const base::Status& status) const {
  base::Log& log = *core_->options().log;
  const bool refused = status.code() == WBEM_E_ACCESS_DENIED || status.code() == WBEM_E_SERVER_TOO_BUSY ||
                       status.code() == WBEM_E_QUOTA_VIOLATION || status.code() == rpc::RPC_X_BAD_STUB_DATA;
  const base::LogLevel level = refused ? base::LogLevel::kWarning : base::LogLevel::kInfo;
  if (!log.enabled(level)) return;
  const security::Peer* peer = call_->peer().get();
  const std::string user = peer ? peer->domain + "\\" + peer->user : std::string("nobody");
  log.write(level, fmt::format("{}: {}: {}: {}", call_->ends().remote.address, user, operation_, status.to_string()));
}

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
