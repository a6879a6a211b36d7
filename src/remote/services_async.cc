// Asynchronous methods of IWbemServices (MS-WMI 3.1.1.1.1), CancelAsyncCall and QueryObjectSink.
#include "remote/event_sink.h"
#include "remote/server_sinks.h"
#include "remote/services_stub.h"

namespace remote {

using cim::Operation;

// What fails before start is answered here and the sink is neither kept nor called; the rest is for the sink.
void ServicesStub::begin_async(Operation operation, const InvocationPtr& invocation, const RequestPtr& request) {
  const bool sends_text = operation == Operation::kPutInstanceAsync;
  base::Result<AsyncCallPtr> made =
      make_async_call(invocation, owner_.principal, *request->sink, std::string(cim::operation_name(operation)), sends_text);
  if (!made) return invocation->fail(made.error());
  const AsyncCallPtr& call = *made;
  cim::CallOptions options;
  options.flags = request->flags;
  options.context = request->context;
  options.must_exist = true;
  if (base::Status started = start(operation, *request, options, call); !started.ok()) {
    owner_.core->async_calls().remove(call);
    return invocation->fail(std::move(started));
  }
  call->sink()->resolve();
  call->set_canceller([services = owner_.services, weak = std::weak_ptr(call)] {
    if (const auto sink = weak.lock()) services->CancelAsyncCall(sink).ok();  // it may have ended
  });
  invocation->succeed(WBEM_S_NO_ERROR);
}

// MS-WMI 3.1.4.3.2: every operation with this sink, whatever connection it was started on; does not wait for the client.
void ServicesStub::cancel_async(const InvocationPtr& invocation, const ServicesRequest& request) {
  const SinkKey key = sink_key(owner_.principal, *request.sink);
  const std::vector<AsyncCallPtr> calls = owner_.core->async_calls().calls_of(key);
  bool any = false;
  for (const AsyncCallPtr& call : calls) any |= call->cancel(WBEM_E_CALL_CANCELLED);
  if (!calls.empty()) calls.front()->sink()->drop(*request.sink);
  if (!any) return invocation->fail({WBEM_E_NOT_FOUND, "no operation of this account uses the sink"});
  invocation->succeed(WBEM_S_NO_ERROR);
}

void ServicesStub::query_sink(const InvocationPtr& invocation, const RequestPtr& request) {
  const base::Result<cim::SinkPtr> sink = owner_.services->QueryObjectSink(request->flags);
  if (!sink) return invocation->fail(sink.error());
  const auto reference = owner_.core->marshal(std::make_shared<EventSink>(owner_, *sink), iid::kObjectSink, invocation->call());
  if (!reference) return invocation->fail(reference.error());
  ServicesReply reply;
  reply.reference = *reference;
  invocation->succeed(WBEM_S_NO_ERROR, [&](rpc::NdrWriter& out) { write_reply(out, Operation::kQueryObjectSink, *request, reply); });
}

}  // namespace remote
