#include "remote/call_result_stub.h"

#include "remote/services_stub.h"

namespace remote {

namespace {

std::string_view name_of(CallResultOp method) {
  switch (method) {
    case CallResultOp::kGetResultObject: return "GetResultObject";
    case CallResultOp::kGetResultString: return "GetResultString";
    case CallResultOp::kGetResultServices: return "GetResultServices";
    case CallResultOp::kGetCallStatus: return "GetCallStatus";
  }
  return {};
}

void write_nothing(rpc::NdrWriter& out, CallResultOp method) {
  switch (method) {
    case CallResultOp::kGetResultObject: return write_object(out, std::nullopt);
    case CallResultOp::kGetResultString: return write_result_string(out, std::nullopt);
    case CallResultOp::kGetResultServices: return write_interface_reply(out, std::nullopt);
    case CallResultOp::kGetCallStatus: return write_call_status(out, WBEM_S_NO_ERROR);
  }
}

base::Status gave_none(const char* what) { return {WBEM_E_INVALID_OPERATION, std::string("the call gave no ") + what}; }

}  // namespace

// MS-WMI 3.1.4, in its order: access, security level, the namespace is there, encryption.
base::Status Owner::check(const dcom::ObjectCall& call) const {
  TRY(check_access(call, principal));
  if (core->generation() != generation) return {WBEM_E_INVALID_NAMESPACE, "the repository was restored: log in again"};
  return check_encryption(call, *services);
}

void CallResultStub::call(dcom::ObjectCallPtr call) {
  const auto method = static_cast<CallResultOp>(call->opnum());
  if (name_of(method).empty()) return call->fault(rpc::fault::kOpnumRange);
  rpc::NdrReader in = call->parameters();
  auto invocation = std::make_shared<Invocation>(owner_.core, std::move(call), name_of(method),
                                                 [method](rpc::NdrWriter& out) { write_nothing(out, method); });
  const base::Result<std::uint32_t> timeout = read_timeout(in);
  if (!timeout) return invocation->fail_to_read(timeout.error());
  if (base::Status status = owner_.check(invocation->call()); !status.ok()) return invocation->fail(std::move(status));
  const auto self = shared_from_this();
  Invocation::admit(invocation, false, [self, invocation, method, timeout = *timeout] {
    self->result_->wait(self->owner_.core->timers(), timeout, [self, invocation, method](bool finished) {
      if (finished) return self->answer(invocation, method);
      invocation->succeed(WBEM_S_TIMEDOUT, [method](rpc::NdrWriter& out) { write_nothing(out, method); });
    });
  });
}

void CallResultStub::answer(const InvocationPtr& invocation, CallResultOp method) const {
  const SingleResult& result = *result_;
  if (method == CallResultOp::kGetCallStatus) {
    return invocation->succeed(WBEM_S_NO_ERROR, [&](rpc::NdrWriter& out) { write_call_status(out, result.status().code()); });
  }
  if (!result.status().ok()) return invocation->fail(result.status());
  switch (method) {
    case CallResultOp::kGetResultObject:
      if (!result.object()) return invocation->fail(gave_none("object"));
      return invocation->succeed(WBEM_S_NO_ERROR, [&](rpc::NdrWriter& out) { write_object(out, result.object()); });
    case CallResultOp::kGetResultString:
      // Of a put class no path goes over the wire.
      if (operation_ != cim::Operation::kPutInstance || result.text().empty()) return invocation->fail(gave_none("string"));
      return invocation->succeed(WBEM_S_NO_ERROR, [&](rpc::NdrWriter& out) { write_result_string(out, result.text()); });
    default: break;
  }
  if (!result.services()) return invocation->fail(gave_none("namespace"));
  const base::Result<dcom::Objref> reference = marshal_services(owner_.core, result.services(), invocation->call());
  if (!reference) return invocation->fail(reference.error());
  invocation->succeed(WBEM_S_NO_ERROR, [&](rpc::NdrWriter& out) { write_interface_reply(out, *reference); });
}

}  // namespace remote
