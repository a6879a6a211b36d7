#include "remote/client_operation.h"

#include "remote/client_errors.h"
#include "remote/client_session.h"
#include "remote/machine_core.h"

namespace remote {

ClientOperation::ClientOperation(std::shared_ptr<ClientSession> session, cim::Operation operation, std::string subject,
                                 const cim::CallOptions& options, cim::SinkPtr sink)
    : session_(std::move(session)),
      operation_(operation),
      subject_(std::move(subject)),
      sink_(sink.get()),
      reader_paced_(options.reader_paced),
      pending_sink_(std::move(sink)) {}

MachineCore& ClientOperation::core() const { return session_->core(); }

void ClientOperation::enlist() {
  SinkFeed::Owner owner;
  owner.ended = [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->ended();
  };
  owner.deferred = [core = session_->core().weak_from_this()] {
    if (const auto machine = core.lock()) machine->watch_time();
  };
  feed_ = std::make_shared<SinkFeed>(std::move(pending_sink_), reader_paced_, core().clock(), std::move(owner));
  core().add(shared_from_this());
}

bool ClientOperation::may_call_again(const dcom::ObjectReply& reply) {
  return reply.status.code() == rpc::RPC_S_SERVER_UNAVAILABLE && !reply.executed && !called_again_.exchange(true);
}

void ClientOperation::call_behind(std::function<void(const dcom::ProxyPtr&)> send) {
  const bool posted = core().post([self = shared_from_this(), send = std::move(send)] {
    const auto services = self->session()->proxy();
    if (!services) return self->fail(services.error());
    send(*services);
  });
  if (!posted) fail(rpc::RPC_S_CALL_CANCELLED);
}

void ClientOperation::cancel() {
  const auto self = shared_from_this();
  if (feed_->finish({.code = base::codes::WBEM_E_CALL_CANCELLED})) stop();
}

void ClientOperation::fail(const base::Status& status) { feed_->finish(failure_status(status, name(), subject_)); }

void ClientOperation::ended() {
  core().remove(*this);
  stop();
}

}  // namespace remote
