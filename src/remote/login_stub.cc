#include "remote/login_stub.h"

#include "base/utf.h"
#include "remote/services_stub.h"

namespace remote {

namespace {

void write_no_interface(rpc::NdrWriter& out) { write_interface_reply(out, std::nullopt); }

/// What is asked of a login before anybody looks for the namespace (MS-WMI 3.1.4.1.4).
base::Status check_login(const NtlmLoginRequest& request) {
  if (!request.network_resource) return {WBEM_E_INVALID_PARAMETER, "wszNetworkResource is NULL"};
  if (request.flags != 0) return {WBEM_E_INVALID_PARAMETER, "lFlags of NTLMLogin must be 0"};
  const std::string& name = *request.network_resource;
  if (name.size() > kMaxLoginNamespace && base::utf16_length(name) > kMaxLoginNamespace) {
    return {WBEM_E_QUOTA_VIOLATION, "the namespace is longer than 8,173 characters"};
  }
  if (request.locales && base::utf16_length(*request.locales) > kMaxIdentifier) {
    return {WBEM_E_QUOTA_VIOLATION, "the list of locales is longer than 4,096 characters"};
  }
  return {};
}

}  // namespace

bool LoginStub::implements(const Guid& iid) const {
  return iid == iid::kLevel1Login || iid == iid::kLoginClientId || iid == iid::kLoginHelper || iid == iid::kOpenWmi;
}

void LoginStub::call(dcom::ObjectCallPtr call) {
  const auto method = static_cast<LoginOp>(call->opnum());
  if (call->iid() == iid::kLevel1Login) return level1(method, std::move(call));
  if (call->opnum() != 3 || call->iid() == iid::kOpenWmi) return call->fault(rpc::fault::kOpnumRange);
  if (call->iid() == iid::kLoginClientId) return set_client_info(std::move(call));
  call->respond(WBEM_S_NO_ERROR);  // SetEvent does nothing (3.1.4.9.1)
}

void LoginStub::level1(LoginOp method, dcom::ObjectCallPtr call) {
  switch (method) {
    case LoginOp::kEstablishPosition:
      // Names of locales that are unknown are ignored: LocaleVersion 1 (3.1.4.1.1).
      return call->respond(WBEM_S_NO_ERROR, [](rpc::NdrWriter& out) { write_establish_position_reply(out, 1); });
    case LoginOp::kRequestChallenge: return call->respond(WBEM_E_NOT_SUPPORTED, write_request_challenge_reply);
    case LoginOp::kWBEMLogin: return call->respond(E_NOTIMPL, write_no_interface);
    case LoginOp::kNTLMLogin: return ntlm_login(std::move(call));
  }
  call->fault(rpc::fault::kOpnumRange);
}

void LoginStub::set_client_info(dcom::ObjectCallPtr call) const {
  rpc::NdrReader in = call->parameters();
  const auto invocation = std::make_shared<Invocation>(core_, std::move(call), "SetClientInfo");
  const base::Result<ClientInfo> info = read_client_info(in);
  if (!info) return invocation->fail_to_read(info.error());
  invocation->answer(check_access(invocation->call()));
}

void LoginStub::ntlm_login(dcom::ObjectCallPtr call) {
  rpc::NdrReader in = call->parameters();
  const auto invocation = std::make_shared<Invocation>(core_, std::move(call), "NTLMLogin", write_no_interface);
  const base::Result<NtlmLoginRequest> request = read_ntlm_login(in, &core_->interner());
  if (!request) return invocation->fail_to_read(request.error());
  if (base::Status status = check_access(invocation->call()); !status.ok()) return invocation->fail(std::move(status));
  Invocation::admit(invocation, true, [self = shared_from_this(), invocation, request = *request] {
    if (base::Status status = check_login(request); !status.ok()) return invocation->fail(std::move(status));
    const bool taken = self->core_->pool().run([self, invocation, request] { self->log_in(invocation, request); });
    if (!taken) invocation->fail({WBEM_E_SERVER_TOO_BUSY, "too many logins are at work"});
  });
}

void LoginStub::log_in(const InvocationPtr& invocation, const NtlmLoginRequest& request) const {
  const dcom::ObjectCall& call = invocation->call();
  const auto connect = [&]() -> base::Result<dcom::Objref> {
    if (call.cancelled()) return base::fail(WBEM_E_CALL_CANCELLED);
    TRY_ASSIGN(const cim::Caller caller, core_->options().caller_of(*call.peer(), call.ends()));
    TRY_ASSIGN(const cim::ServicesPtr services,
               core_->options().locator->connect(*request.network_resource, caller, request.locales.value_or("")));
    return marshal_services(core_, services, call);
  };
  const base::Result<dcom::Objref> reference = connect();
  if (!reference) return invocation->fail(reference.error());
  invocation->succeed(WBEM_S_NO_ERROR, [&](rpc::NdrWriter& out) { write_interface_reply(out, *reference); });
}

void FixedStub::call(dcom::ObjectCallPtr call) {
  if (call->opnum() != 3) return call->fault(rpc::fault::kOpnumRange);
  call->respond(answer_, [this](rpc::NdrWriter& out) {
    for (int i = 0; i < nulls_; ++i) out.pointer(false);
  });
}

}  // namespace remote
