#include "remote/client_call.h"

#include "remote/client_errors.h"
#include "remote/client_session.h"
#include "remote/machine_core.h"

namespace remote {

base::Status ClientCall::start() {
  const auto self = std::static_pointer_cast<ClientCall>(shared_from_this());
  const bool on_callback = CallbackMark::here();
  if (const auto services = session()->current()) {
    enlist();
    send(services, caller_waits_ && !on_callback);
    return {};
  }
  if (!on_callback) {
    TRY_ASSIGN(const dcom::ProxyPtr services, session()->proxy());
    enlist();
    send(services, caller_waits_);
    return {};
  }
  enlist();
  call_behind([self](const dcom::ProxyPtr& fresh) { self->send(fresh, false); });
  return {};
}

void ClientCall::call(const dcom::ProxyPtr& proxy, std::uint16_t opnum, const std::function<void(rpc::NdrWriter&)>& parameters,
                      std::function<void(dcom::ObjectReply)> done, bool reads) {
  {
    const std::scoped_lock lock(mutex_);
    if (stopped_) return;
    called_ = proxy;
    call_id_ = 0;
  }
  const auto id = reads ? proxy->call_reading(opnum, parameters, {}, std::move(done)) : proxy->call(opnum, parameters, {}, std::move(done));
  {
    const std::scoped_lock lock(mutex_);
    if (called_ == proxy) call_id_ = id;
  }
  if (reads) proxy->read_until(id);
}

void ClientCall::send(const dcom::ProxyPtr& services, bool reads) {
  call(
      services, static_cast<std::uint16_t>(operation()), [this](rpc::NdrWriter& out) { write_request(out, operation(), request_); },
      [self = std::static_pointer_cast<ClientCall>(shared_from_this()), key = services.get()](const dcom::ObjectReply& reply) {
        const CallbackMark mark;
        self->replied(reply, key);
      },
      reads);
}

void ClientCall::replied(const dcom::ObjectReply& reply, const dcom::Proxy* services) {
  if (may_call_again(reply)) {
    return call_behind(
        [self = std::static_pointer_cast<ClientCall>(shared_from_this())](const dcom::ProxyPtr& fresh) { self->send(fresh, false); });
  }
  if (!reply.status.ok()) {
    if (reply.status.code() == dcom::RPC_E_DISCONNECTED) session()->forget(services);
    return fail(describe_failure(reply, core().host(), name()));
  }
  rpc::NdrReader in = reply.results();
  auto read = read_reply(in, operation(), request_, core().interner().get());
  if (!read) return fail(read.error());
  if (read->call_result) {
    const auto called = [this] {
      const std::scoped_lock lock(mutex_);
      return called_;
    }();
    if (!called) return;  // cancelled
    auto result = called->unmarshal(*read->call_result);
    if (!result) return fail(result.error());
    return ask_for_path(*result);
  }
  if (!read->object) return succeed(path_);
  feed().indicate(cim::batch_of(*read->object), [self = std::static_pointer_cast<ClientCall>(shared_from_this())](base::Hresult answer) {
    if (base::succeeded(answer)) self->succeed(self->path_);
  });
}

void ClientCall::ask_for_path(const dcom::ProxyPtr& result) {
  call(
      result, static_cast<std::uint16_t>(CallResultOp::kGetResultString), [](rpc::NdrWriter& out) { write_timeout(out, 0xFFFFFFFF); },
      [self = std::static_pointer_cast<ClientCall>(shared_from_this())](const dcom::ObjectReply& reply) {
        const CallbackMark mark;
        // There is no string for what the call did not name: the put itself went well.
        if (reply.delivered && reply.result == WBEM_E_INVALID_OPERATION) return self->succeed({});
        if (!reply.status.ok()) return self->fail(describe_failure(reply, self->core().host(), self->name()));
        rpc::NdrReader in = reply.results();
        const auto text = read_result_string(in);
        if (!text) return self->fail(text.error());
        self->succeed(text->value_or(""));
      });
}

void ClientCall::succeed(std::string text) {
  cim::SinkStatus status;
  status.text = std::move(text);
  feed().finish(std::move(status));
}

void ClientCall::stop() {
  dcom::ProxyPtr called;
  rpc::Client::CallId id = 0;
  {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
    called = std::move(called_);
    id = std::exchange(call_id_, 0);
  }
  if (called && id != 0) called->cancel(id);
}

}  // namespace remote
