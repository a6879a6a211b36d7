#include "remote/services_stub.h"

namespace remote {

using cim::Operation;

base::Result<dcom::Objref> marshal_services(const ServerCorePtr& core, const cim::ServicesPtr& services, const dcom::ObjectCall& call) {
  TRY(check_encryption(call, *services));
  Owner owner{core, principal_of(*call.peer()), services, core->generation()};
  return core->marshal(std::make_shared<ServicesStub>(std::move(owner)), iid::kServices, call);
}

void ServicesStub::call(dcom::ObjectCallPtr call) {
  if (call->iid() == iid::kRefreshingServices) return refreshing_->call(std::move(call));
  const auto operation = static_cast<Operation>(call->opnum());
  if (call->opnum() > 0xFF || cim::operation_name(operation).empty()) return call->fault(rpc::fault::kOpnumRange);
  rpc::NdrReader in = call->parameters();
  auto invocation = std::make_shared<Invocation>(owner_.core, std::move(call), cim::operation_name(operation));
  base::Result<ServicesRequest> read = read_request(in, operation, &owner_.core->interner());
  if (!read) return invocation->fail_to_read(read.error());
  const auto request = std::make_shared<const ServicesRequest>(*std::move(read));
  invocation->set_nothing([operation, request](rpc::NdrWriter& out) { write_reply(out, operation, *request, {}); });
  if (base::Status status = owner_.check(invocation->call()); !status.ok()) return invocation->fail(std::move(status));
  if (!request->problem.ok()) return invocation->fail(request->problem);
  Invocation::admit(invocation, true,
                    [self = shared_from_this(), operation, invocation, request] { self->begin(operation, invocation, request); });
}

void ServicesStub::begin(Operation operation, const InvocationPtr& invocation, const RequestPtr& request) {
  // A restore may have come while the call was buffered.
  if (base::Status status = owner_.check(invocation->call()); !status.ok()) return invocation->fail(std::move(status));
  if (base::Status status = check_request(operation, *request); !status.ok()) return invocation->fail(std::move(status));
  if (operation == Operation::kCancelAsyncCall) return cancel_async(invocation, *request);
  if (operation == Operation::kQueryObjectSink) return query_sink(invocation, request);
  if (gives_enumerator(operation)) return begin_enumeration(operation, invocation, request);
  if (is_async(operation)) return begin_async(operation, invocation, request);
  begin_single(operation, invocation, request);
}

namespace {

std::optional<cim::Instance> instance_of(const ServicesRequest& request) {
  if (!request.object || !request.object->as_instance()) return std::nullopt;
  return *request.object->as_instance();
}

}  // namespace

base::Status ServicesStub::start(Operation operation, const ServicesRequest& request, const cim::CallOptions& options, cim::SinkPtr sink) {
  cim::Services& services = *owner_.services;
  const cim::OptionalText& text = request.text;
  const cim::OptionalText& more = request.more_text;
  switch (operation) {
    case Operation::kGetObject:
    case Operation::kGetObjectAsync: return services.GetObjectAsync(text, options, std::move(sink));
    case Operation::kPutClass:
    case Operation::kPutClassAsync: return services.PutClassAsync(request.object->cls(), options, std::move(sink));
    case Operation::kDeleteClass:
    case Operation::kDeleteClassAsync: return services.DeleteClassAsync(text, options, std::move(sink));
    case Operation::kCreateClassEnumAsync: return services.CreateClassEnumAsync(text, options, std::move(sink));
    case Operation::kPutInstance:
    case Operation::kPutInstanceAsync: return services.PutInstanceAsync(instance_of(request), options, std::move(sink));
    case Operation::kDeleteInstance:
    case Operation::kDeleteInstanceAsync: return services.DeleteInstanceAsync(text, options, std::move(sink));
    case Operation::kCreateInstanceEnumAsync: return services.CreateInstanceEnumAsync(text, options, std::move(sink));
    case Operation::kExecQueryAsync: return services.ExecQueryAsync(text, more, options, std::move(sink));
    case Operation::kExecNotificationQueryAsync: return services.ExecNotificationQueryAsync(text, more, options, std::move(sink));
    case Operation::kExecMethod:
    case Operation::kExecMethodAsync: return services.ExecMethodAsync(text, more, instance_of(request), options, std::move(sink));
    default: return WBEM_E_UNEXPECTED;
  }
}

}  // namespace remote
