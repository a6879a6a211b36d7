// IRemUnknown and IRemUnknown2 (MS-DCOM 3.1.1.5.6, 3.1.1.5.7).
#include <algorithm>

#include "dcom/exporter_state.h"

namespace dcom {
namespace {

/// Private references belong to whoever asks for them (3.1.1.5.6.1.2).
std::string account_of(const ObjectCall& call) { return call.peer() ? call.peer()->account.name : std::string(); }

}  // namespace

void Exporter::State::call_rem_unknown(ObjectCall& call) {
  switch (call.opnum()) {
    case kRemQueryInterface: return query_interface(call);
    case kRemAddRef: return add_references(call);
    case kRemRelease: return release(call);
    case kRemQueryInterface2: return query_interface2(call);
    default: return call.fault(rpc::fault::kOpnumRange);
  }
}

QueryInterfaceResult Exporter::State::query_self(const Guid& iid, std::uint32_t references) const {
  if (iid != iid::kUnknown && iid != iid::kRemUnknown && iid != iid::kRemUnknown2) return {E_NOINTERFACE, {}};
  return {WBEM_S_NO_ERROR, {StdObjref::kNoPing, references, oxid, rem_unknown_oid, rem_unknown}};
}

QueryInterfaceResult Exporter::State::query_one(Exported& exported, const Guid& iid, std::uint32_t references) {
  if (iid != iid::kUnknown && !exported.object()->implements(iid)) return {E_NOINTERFACE, {}};
  const auto reference = table.query(exported, iid, references);
  if (!reference) return {RPC_E_INVALID_OBJECT, {}};
  return {WBEM_S_NO_ERROR, {reference->no_ping ? StdObjref::kNoPing : 0, references, oxid, reference->oid, reference->ipid}};
}

std::vector<QueryInterfaceResult> Exporter::State::query(const QueryInterfaceRequest& request, base::Hresult& whole) {
  // 3.1.1.5.6.1.1: the IPID may be of any interface on the object.
  const bool self = request.ipid == rem_unknown;
  const ExportedPtr exported = self ? nullptr : table.find(request.ipid).exported;
  std::vector<QueryInterfaceResult> out;
  if (!self && !exported) {
    whole = RPC_E_INVALID_OBJECT;
    return out;
  }
  if (exported) exported->activity()->touch();
  std::size_t found = 0;
  for (const Guid& iid : request.iids) {
    out.push_back(self ? query_self(iid, request.references) : query_one(*exported, iid, request.references));
    if (base::succeeded(out.back().result)) ++found;
  }
  whole = found == out.size() ? WBEM_S_NO_ERROR : found > 0 ? WBEM_S_FALSE : E_NOINTERFACE;
  return out;
}

void Exporter::State::query_interface(ObjectCall& call) {
  rpc::NdrReader in = call.parameters();
  const auto request = read_query_interface(in);
  if (!request) return call.fault(rpc::fault::kBadStubData);
  base::Hresult whole = WBEM_S_NO_ERROR;
  const auto results = query(*request, whole);
  call.respond(whole, [&](rpc::NdrWriter& out) { write_query_interface_reply(out, results); });
}

void Exporter::State::query_interface2(ObjectCall& call) {
  rpc::NdrReader in = call.parameters();
  auto request = read_query_interface2(in);
  if (!request) return call.fault(rpc::fault::kBadStubData);
  request->references = kNewReferences;
  base::Hresult whole = WBEM_S_NO_ERROR;
  const auto results = query(*request, whole);
  const DualStringArray resolver = options.bindings.resolver(call.ends());
  std::vector<QueryInterface2Result> out(request->iids.size(), {whole, {}});
  for (std::size_t i = 0; i < results.size(); ++i) {
    out[i].result = results[i].result;
    if (base::succeeded(results[i].result)) out[i].object = Objref{request->iids[i], RemoteObject{results[i].object, resolver, {}}};
  }
  call.respond(whole, [&](rpc::NdrWriter& writer) { write_query_interface2_reply(writer, out); });
}

void Exporter::State::add_references(ObjectCall& call) {
  rpc::NdrReader in = call.parameters();
  const auto request = read_references(in);
  if (!request) return call.fault(rpc::fault::kBadStubData);
  const std::string account = account_of(call);
  std::vector<base::Hresult> results;
  for (const InterfaceReferences& one : *request) {
    const bool known = one.ipid == rem_unknown || table.add_references(one, account);
    results.push_back(known ? WBEM_S_NO_ERROR : CO_E_OBJNOTREG);
  }
  call.respond(WBEM_S_NO_ERROR, [&](rpc::NdrWriter& out) { write_add_ref_reply(out, results); });
}

void Exporter::State::release(ObjectCall& call) {
  rpc::NdrReader in = call.parameters();
  const auto request = read_references(in);
  if (!request) return call.fault(rpc::fault::kBadStubData);
  table.release(*request, account_of(call));
  call.respond(WBEM_S_NO_ERROR);
}

}  // namespace dcom
