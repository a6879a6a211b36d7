// Both activations (MS-DCOM 3.1.2.5.2.3).
#include "dcom/resolver_state.h"

namespace dcom {
namespace {

/// Whoever is not known may not activate, however low the configured level is.
bool known(const rpc::Call& call) { return call.peer() && call.peer()->verified; }

ActivationReply failure(base::Hresult code) {
  ActivationReply out;
  out.result = code;
  return out;
}

}  // namespace

base::Status Resolver::State::create(const rpc::Call& call, const ActivationRequest& request, ActivationReply& reply) {
  if (!acceptable(request.version)) return {RPC_E_VERSION_MISMATCH, "the client's version of DCOM is not ours"};
  Factory factory;
  {
    const std::shared_lock lock(classes_mutex);
    const auto at = classes.find(request.clsid);
    if (at == classes.end()) return {REGDB_E_CLASSNOTREG, "no such class is registered"};
    factory = at->second;
  }
  if (request.mode == kModeGetClassObject) return {CLASS_E_CLASSNOTAVAILABLE, "class objects are not given out"};
  // Would be handed to the object's IPersistFile or IPersistStorage.
  if (request.has_storage || !request.object_name.empty()) return {E_NOINTERFACE, "the class has no state that could be loaded"};

  TRY_ASSIGN(const ObjectPtr object, factory(call));
  const std::string owner = owner_of(call.peer().get(), call.ends());
  bool any = false;
  for (auto& one : reply.interfaces) {
    auto objref = exporter.marshal(object, one.iid, call.ends(), owner);
    if (objref) {
      one.object = std::move(*objref);
      any = true;
    } else {
      one.result = objref.error().code();
    }
  }
  if (!any) return reply.interfaces.empty() ? base::Status(E_INVALIDARG) : base::Status(reply.interfaces.front().result);
  return {};
}

ActivationReply Resolver::State::activate(const rpc::Call& call, const ActivationRequest& request) {
  ActivationReply out;
  for (const Guid& iid : request.iids) out.interfaces.push_back({iid, WBEM_S_NO_ERROR, {}});
  const base::Status status = create(call, request, out);
  if (!status.ok()) {
    // 3.1.2.5.2.3.1: the results of the interfaces are zero then.
    out.result = status.code();
    for (auto& one : out.interfaces) one.result = WBEM_S_NO_ERROR;
    return out;
  }
  out.oxid = exporter.oxid();
  out.exporter = exporter.bindings().exporter(call.ends());
  out.rem_unknown = exporter.rem_unknown();
  out.authn_hint = static_cast<std::uint32_t>(exporter.least_level());
  return out;
}

void Resolver::State::call_activation(rpc::Call& call) {
  if (!known(call)) return call.fault(rpc::fault::kAccessDenied, false);
  if (call.opnum() != kRemoteActivation) return call.fault(rpc::fault::kOpnumRange, false);
  const auto request = read_remote_activation(call.stub());
  if (!request) {
    const base::Hresult code = request.error().code();
    return call.fault(code == rpc::RPC_X_BAD_STUB_DATA ? rpc::fault::kBadStubData : static_cast<std::uint32_t>(code), false);
  }
  call.respond(write_remote_activation_reply(activate(call, *request)));
}

void Resolver::State::call_scm_activator(rpc::Call& call) {
  if (!known(call)) return call.fault(rpc::fault::kAccessDenied, false);
  if (call.opnum() != kRemoteCreateInstance && call.opnum() != kRemoteGetClassObject) {
    return call.fault(rpc::fault::kOpnumRange, false);
  }
  const auto request = call.opnum() == kRemoteCreateInstance ? read_create_instance(call.stub()) : read_get_class_object(call.stub());
  if (!request && request.error().code() == rpc::RPC_X_BAD_STUB_DATA) return call.fault(rpc::fault::kBadStubData, false);
  call.respond(write_create_instance_reply(request ? activate(call, *request) : failure(request.error().code())));
}

}  // namespace dcom
