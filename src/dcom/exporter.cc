#include "dcom/exporter.h"

#include "dcom/exporter_state.h"

namespace dcom {
namespace {

std::uint64_t new_id(base::Random& random) {
  std::uint64_t out = 0;
  while (out == 0) out = random.next();
  return out;
}

base::Random& chosen(base::Random* given, base::Random& ours) { return given ? *given : ours; }

}  // namespace

Exporter::State::State(rpc::Server& served_by, Options given)
    : options(std::move(given)),
      clock(options.clock ? *options.clock : system_clock),
      server(served_by),
      table({options.max_objects, options.max_objects_per_peer}, clock, chosen(options.random, system_random)),
      oxid(new_id(chosen(options.random, system_random))),
      rem_unknown_oid(new_id(chosen(options.random, system_random))),
      rem_unknown(Guid::random(chosen(options.random, system_random))) {}

bool Exporter::State::permitted(const rpc::Call& call) const {
  const bool proven = call.peer() && call.peer()->verified && call.level() >= options.least_level;
  if (!proven && !(options.allow_anonymous_calls && options.may_call)) return false;
  return !options.may_call || options.may_call(call);
}

void Exporter::State::dispatch(const std::shared_ptr<rpc::Call>& call) {
  const Ipid ipid = call->object().value_or(Ipid{});
  const Guid& bound = call->interface().uuid;
  const ObjectTable::Found found = table.find(ipid);
  const bool for_rem_unknown = ipid == rem_unknown || (!found.exported && (bound == iid::kRemUnknown || bound == iid::kRemUnknown2));

  // MS-DCOM names the version first; whoever may not call at all is told that alone, before any octet of the stub is looked at.
  if (!permitted(*call)) {
    return call->fault(for_rem_unknown ? static_cast<std::uint32_t>(E_ACCESSDENIED) : rpc::fault::kAccessDenied, false);
  }
  rpc::NdrReader in(call->stub());
  OrpcThis header = OrpcThis::read(in);
  if (!in.ok()) return call->fault(rpc::fault::kBadStubData, false);
  if (const base::Status status = header.check(); !status.ok()) return call->fault(static_cast<std::uint32_t>(status.code()), false);

  if (ipid == rem_unknown) {
    ObjectCall object_call(call, iid::kRemUnknown, std::move(header), in.position());
    return call_rem_unknown(object_call);
  }
  if (!found.exported) return call->fault(static_cast<std::uint32_t>(RPC_E_DISCONNECTED), false);
  // 3.1.1.5.8: IUnknown's methods are never sent.
  if (call->opnum() < 3 || found.iid == iid::kUnknown) return call->fault(rpc::fault::kOpnumRange, false);
  found.exported->object()->call(
      std::make_shared<ObjectCall>(call, found.iid, std::move(header), in.position(), found.exported->activity()));
}

Exporter::Exporter(rpc::Server& server, Options options) : state_(std::make_shared<State>(server, std::move(options))) {
  const Guid own[] = {iid::kRemUnknown, iid::kRemUnknown2, iid::kUnknown};
  offer(own);
}

Exporter::~Exporter() { state_->table.withdraw_all(); }

void Exporter::offer(std::span<const Guid> iids) {
  for (const Guid& iid : iids) {
    rpc::Interface interface;
    interface.id = interface_syntax(iid);
    interface.handler = [state = state_](const std::shared_ptr<rpc::Call>& call) { state->dispatch(call); };
    state_->server.interfaces().add(std::move(interface));
  }
}

base::Result<Objref> Exporter::marshal(const ObjectPtr& object, const Guid& iid, const rpc::ConnectionEnds& ends, std::string_view owner,
                                       bool no_ping) {
  if (!object) return base::fail(E_POINTER, "there is no object to refer to");
  if (iid != iid::kUnknown && !object->implements(iid)) return base::fail(E_NOINTERFACE, "the object has no interface " + iid.to_string());
  TRY_ASSIGN(const auto reference, state_->table.add(object, iid, kNewReferences, owner, no_ping));
  const std::uint32_t flags = reference.no_ping ? StdObjref::kNoPing : 0;
  return Objref{iid, RemoteObject{{flags, kNewReferences, state_->oxid, reference.oid, reference.ipid}, bindings().resolver(ends), {}}};
}

ObjectPtr Exporter::find(const Objref& objref) const {
  const RemoteObject* remote = objref.remote();
  if (!remote || remote->standard.oxid != state_->oxid) return nullptr;
  const ExportedPtr exported = state_->table.find(remote->standard.ipid).exported;
  return exported && exported->oid() == remote->standard.oid ? exported->object() : nullptr;
}

ObjectPtr Exporter::take(const Objref& objref) {
  ObjectPtr out = find(objref);
  if (out) state_->table.release({{objref.remote()->standard.ipid, objref.remote()->standard.public_references, 0}}, {});
  return out;
}

void Exporter::withdraw(const ObjectPtr& object) { state_->table.withdraw(object); }
Oxid Exporter::oxid() const { return state_->oxid; }
const Ipid& Exporter::rem_unknown() const { return state_->rem_unknown; }
const Bindings& Exporter::bindings() const { return state_->options.bindings; }
security::Level Exporter::least_level() const { return state_->options.least_level; }
bool Exporter::knows(Oid oid) const { return oid == state_->rem_unknown_oid || state_->table.knows(oid); }
bool Exporter::pinged(Oid oid, bool held) { return oid == state_->rem_unknown_oid || state_->table.pinged(oid, held); }
void Exporter::expired(Oid oid) { state_->table.expired(oid); }
void Exporter::check_time() { state_->table.check_time(); }
Exporter::Figures Exporter::figures() const { return state_->table.figures(); }

}  // namespace dcom
