// Methods of IWbemServices with one result (MS-WMI 3.1.4.3, 3.1.1.1.2): the reply comes when the operation has ended, no thread waits.
#include "remote/services_stub.h"

namespace remote {

using cim::Operation;

namespace {

/// The object that a non-null ppCallResult gets, also from a call that does not return immediately: real clients ask it for the status. Of
/// GetObject alone the text wants NULL then.
bool answers_by_call_result(Operation operation, const ServicesRequest& request) {
  return request.wants_result && (operation != Operation::kGetObject || (request.flags & cim::flag::kReturnImmediately) != 0);
}

}  // namespace

void ServicesStub::begin_single(Operation operation, const InvocationPtr& invocation, const RequestPtr& request) {
  auto result = std::make_shared<SingleResult>();
  const std::weak_ptr<SingleResult> weak = result;
  const auto cancel = [services = owner_.services, weak] {
    if (const auto sink = weak.lock()) services->CancelAsyncCall(sink).ok();  // it may have ended
  };
  result->watch(*owner_.core, cancel);
  cim::CallOptions options;
  options.flags = request->flags & ~cim::flag::kReturnImmediately;
  options.context = request->context;
  options.may_begin_here = operation == Operation::kGetObject;
  base::Status started;
  if (operation == Operation::kOpenNamespace) {
    started = owner_.services->OpenNamespaceAsync(request->text, options,
                                                  [result](base::Result<cim::ServicesPtr> opened) { result->finish(std::move(opened)); });
  } else {
    started = start(operation, *request, options, result);
  }
  if (!started.ok()) return invocation->fail(std::move(started));

  if ((request->flags & cim::flag::kReturnImmediately) != 0) {
    const auto reference =
        owner_.core->marshal(std::make_shared<CallResultStub>(owner_, operation, result), iid::kCallResult, invocation->call());
    if (!reference) return invocation->fail(reference.error());
    ServicesReply reply;
    reply.call_result = *reference;
    return invocation->succeed(WBEM_S_NO_ERROR, [&](rpc::NdrWriter& out) { write_reply(out, operation, *request, reply); });
  }
  invocation->call().on_cancel(cancel);  // whoever asked is gone
  result->when_finished([self = shared_from_this(), operation, invocation, request, weak] {
    if (const auto ended = weak.lock()) self->finish_single(operation, invocation, request, ended);
  });
}

void ServicesStub::finish_single(Operation operation, const InvocationPtr& invocation, const RequestPtr& request,
                                 const SingleResultPtr& result) {
  if (!result->status().ok()) return invocation->fail(result->status());
  ServicesReply reply;
  const auto marshal = [&]() -> base::Status {
    if (operation == Operation::kOpenNamespace && request->wants_object) {
      TRY_ASSIGN(reply.reference, marshal_services(owner_.core, result->services(), invocation->call()));
    }
    if (answers_by_call_result(operation, *request)) {
      auto stub = std::make_shared<CallResultStub>(owner_, operation, result);
      TRY_ASSIGN(reply.call_result, owner_.core->marshal(stub, iid::kCallResult, invocation->call()));
    }
    return {};
  };
  if (const base::Status status = marshal(); !status.ok()) return invocation->fail(status);
  if (operation == Operation::kGetObject || operation == Operation::kExecMethod) reply.object = result->object();
  invocation->succeed(result->status().code(), [&](rpc::NdrWriter& out) { write_reply(out, operation, *request, reply); });
}

}  // namespace remote
