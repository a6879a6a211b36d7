// The reply of RemoteCreateInstance and RemoteGetClassObject (MS-DCOM 3.1.2.5.2.3.3) and its two properties.
#include <fmt/format.h>

#include "dcom/activation.h"
#include "dcom/activation_blob.h"

namespace dcom {
namespace {

using Interfaces = std::vector<ActivationReply::Interface>;

// PropsOutInfo (2.2.22.2.9).
void write_props_out(rpc::NdrWriter& out, const Interfaces& interfaces) {
  const auto count = static_cast<std::uint32_t>(interfaces.size());
  out.u32(count);
  out.pointer();
  out.defer([&out, &interfaces, count] {
    out.conformance(count);
    for (const auto& one : interfaces) out.guid(one.iid);
  });
  out.pointer();
  out.defer([&out, &interfaces, count] {
    out.conformance(count);
    for (const auto& one : interfaces) out.hresult(one.result);
  });
  out.pointer();
  out.defer([&out, &interfaces, count] {
    out.conformance(count);
    for (const auto& one : interfaces) {
      if (out.pointer(one.object && base::succeeded(one.result)))
        out.defer([&out, &one] { write_interface(out, one.object->to_octets()); });
    }
  });
}

void read_props_out(rpc::NdrReader& in, Interfaces& interfaces, std::vector<std::optional<std::string_view>>& objects) {
  const std::uint32_t count = in.u32_in(1, ActivationRequest::kMaxInterfaces, "the number of interfaces");
  const auto counted = [&in, count](std::size_t size, std::string_view what) {
    if (in.conformance(size, what) != count) in.fail(fmt::format("{} are not as many as announced", what));
    return in.ok() ? count : 0;
  };
  in.reference("the IIDs");
  in.defer([&in, &interfaces, counted] {
    interfaces.resize(counted(16, "the IIDs"));
    for (auto& one : interfaces) one.iid = in.guid();
  });
  in.reference("the results");
  in.defer([&in, &interfaces, counted] {
    counted(4, "the results");
    for (auto& one : interfaces) one.result = base::Hresult{in.u32()};
  });
  in.reference("the interfaces");
  in.defer([&in, &objects, counted] {
    objects.resize(counted(4, "the interfaces"));
    for (auto& one : objects) {
      if (in.pointer()) in.defer([&in, &one] { one = read_interface(in); });
    }
  });
}

/// 2.2.22.2.9: a reference where the result is success, none where it is not.
base::Status take_objects(const std::vector<std::optional<std::string_view>>& objects, Interfaces& interfaces) {
  for (std::size_t i = 0; i < interfaces.size(); ++i) {
    ActivationReply::Interface& one = interfaces[i];
    if (base::failed(one.result)) continue;
    if (!objects[i]) return {RPC_E_INVALID_OBJREF, "an activation succeeded without a reference to its object"};
    TRY_ASSIGN(one.object, Objref::from_octets(*objects[i]));
  }
  return {};
}

// ScmReplyInfoData (2.2.22.2.8).
void write_scm_reply(rpc::NdrWriter& out, const ActivationReply& reply) {
  out.pointer(false);
  out.pointer();
  out.defer([&out, &reply] {
    out.u64(reply.oxid);
    out.pointer();
    out.defer([&out, &reply] { reply.exporter.write(out); });
    out.guid(reply.rem_unknown);
    out.u32(reply.authn_hint);
    out.u16(reply.version.major);
    out.u16(reply.version.minor);
  });
}

void read_scm_reply(rpc::NdrReader& in, ActivationReply& reply) {
  if (in.pointer()) in.defer([&in] { in.u32(); });
  in.reference("the reply of the resolver");
  in.defer([&in, &reply] {
    reply.oxid = in.u64();
    in.reference("the bindings of the exporter");
    in.defer([&in, &reply] { reply.exporter = DualStringArray::read(in); });
    reply.rem_unknown = in.guid();
    reply.authn_hint = in.u32();
    reply.version.major = in.u16();
    reply.version.minor = in.u16();
  });
}

base::Status read_properties(std::string_view objref, ActivationReply& out) {
  TRY_ASSIGN(const BlobReader blob, BlobReader::open(objref, BlobKind::kOut));
  std::vector<std::optional<std::string_view>> objects;
  TRY_ASSIGN(const bool has_interfaces,
             blob.property(clsid::kPropsOutInfo, "PropsOutInfo", [&](rpc::NdrReader& in) { read_props_out(in, out.interfaces, objects); }));
  TRY_ASSIGN(const bool has_reply,
             blob.property(clsid::kScmReplyInfo, "ScmReplyInfo", [&](rpc::NdrReader& in) { read_scm_reply(in, out); }));
  if (!has_interfaces || !has_reply) return {E_INVALIDARG, "the reply to an activation lacks a property"};
  return take_objects(objects, out.interfaces);
}

}  // namespace

std::string write_create_instance_reply(const ActivationReply& reply) {
  std::string stub;
  rpc::NdrWriter out(stub);
  OrpcThat{}.write(out);
  if (out.pointer(base::succeeded(reply.result))) {
    // The order is fixed by clients that cut the properties out by position.
    BlobWriter blob;
    blob.add(clsid::kPropsOutInfo, [&](rpc::NdrWriter& property) { write_props_out(property, reply.interfaces); });
    blob.add(clsid::kScmReplyInfo, [&](rpc::NdrWriter& property) { write_scm_reply(property, reply); });
    write_interface(out, blob.to_objref(BlobKind::kOut));
  }
  out.hresult(reply.result);
  return stub;
}

base::Result<ActivationReply> read_create_instance_reply(std::string_view stub) {
  rpc::NdrReader in(stub);
  ActivationReply out;
  OrpcThat::read(in);
  const bool has_properties = in.pointer();
  const std::string_view objref = has_properties ? read_interface(in) : std::string_view{};
  out.result = base::Hresult{in.u32()};
  TRY(in.status("the answer to RemoteCreateInstance"));
  if (base::failed(out.result)) return out;
  if (!has_properties) return base::fail(rpc::RPC_X_BAD_STUB_DATA, "an activation succeeded without a result");
  const base::Status status = read_properties(objref, out);
  // E_INVALIDARG would be taken for what the server answered.
  if (status.code() == E_INVALIDARG) return base::fail(rpc::RPC_X_BAD_STUB_DATA, status.text());
  TRY(status);
  return out;
}

}  // namespace dcom
