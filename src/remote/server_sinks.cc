#include "remote/server_sinks.h"

namespace remote {

SinkKey sink_key(const std::string& principal, const dcom::Objref& sink) {
  const dcom::StdObjref& standard = sink.remote()->standard;
  return {principal, standard.oxid, standard.oid};
}

base::Result<AsyncCallPtr> make_async_call(const InvocationPtr& invocation, const std::string& principal, const dcom::Objref& sink,
                                           std::string operation, bool sends_text) {
  if (!sink.remote()) return base::fail(WBEM_E_INVALID_PARAMETER, "the sink is no reference to an object of the client");
  const ServerCorePtr& core = invocation->core_ptr();
  const CallbackPolicy& policy = core->options().callbacks;
  if (!policy.security_for) return base::fail(WBEM_E_NOT_SUPPORTED, "this server makes no callbacks");
  TRY_ASSIGN(dcom::Security security, policy.security_for(*invocation->call().peer()));
  SinkKey key = sink_key(principal, sink);
  ServerSinkPtr known = core->async_calls().find_sink(key);
  if (known) {
    known->drop(sink);
  } else {
    const rpc::ConnectionEnds& ends = invocation->call().ends();
    dcom::Client::Unmarshaling unmarshaling;
    unmarshaling.objref = sink;
    unmarshaling.security = std::move(security);
    unmarshaling.security.level = security::Level::kPrivacy;
    unmarshaling.least = policy.least;
    if (ends.local_peer) {
      unmarshaling.reached_local = ends.remote.address;
      unmarshaling.local_uid = ends.local_peer->uid;
    } else {
      unmarshaling.reached = ends.remote.address;
    }
    known = std::make_shared<ServerSink>(core, std::move(unmarshaling));
  }
  auto call = std::make_shared<AsyncCall>(core, std::move(key), std::move(known), caller_text(invocation->call()), std::move(operation),
                                          sends_text);
  TRY(core->async_calls().add(call));
  return call;
}

}  // namespace remote
