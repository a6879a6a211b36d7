// The requests of RemoteCreateInstance and RemoteGetClassObject (MS-DCOM 3.1.2.5.2.3.2, 3.1.2.5.2.3.3) and their properties.
#include <fmt/format.h>

#include "base/bytes.h"
#include "dcom/activation.h"
#include "dcom/activation_blob.h"

namespace dcom {
namespace {

// InstantiationInfoData (2.2.22.2.1).
void write_instantiation(rpc::NdrWriter& out, const ActivationRequest& request) {
  const auto count = static_cast<std::uint32_t>(request.iids.size());
  out.guid(request.clsid);
  out.u32(request.context);
  out.u32(request.flags);
  out.u32(0);
  out.u32(count);
  out.u32(0);
  out.pointer();
  out.defer([&out, &request, count] {
    out.conformance(count);
    for (const Guid& iid : request.iids) out.guid(iid);
  });
  out.u32((16 + 48 + 4 + 16 * count + 7) & ~7U);  // thisSize: with the headers and the padding
  out.u16(request.version.major);
  out.u16(request.version.minor);
}

void read_instantiation(rpc::NdrReader& in, ActivationRequest& request) {
  request.clsid = in.guid();
  request.context = in.u32();
  request.flags = in.u32();
  in.u32();
  const std::uint32_t count = in.u32_in(1, ActivationRequest::kMaxInterfaces, "the number of interfaces");
  in.u32();
  in.reference("the IIDs");
  in.defer([&in, &request, count] {
    if (in.conformance(16, "the IIDs") != count) in.fail("the IIDs are not as many as announced");
    for (std::uint32_t i = 0; in.ok() && i < count; ++i) request.iids.push_back(in.guid());
  });
  in.u32();
  in.u32();  // clientCOMVersion: that of the ORPCTHIS counts
}

/// A client context without properties (2.2.20) as OBJREF_CUSTOM.
std::string empty_context(const Guid& id) {
  constexpr std::uint32_t kByValue = 2;
  constexpr std::uint32_t kDifferentMachine = 2;
  std::string data;
  base::ByteWriter out(data);
  out.u16(1);
  out.u16(1);
  out.bytes(id.to_octets());
  out.u32(kByValue);
  out.u32(0);
  out.u32(0);
  out.u32(0);
  out.u32(kDifferentMachine);
  out.u32(0);
  out.u32(1);
  std::string objref;
  append_custom(objref, iid::kContext, clsid::kContextMarshaler, data);
  return objref;
}

// ActivationContextInfoData (2.2.22.2.5).
void write_context(rpc::NdrWriter& out, const Guid& id) {
  for (int i = 0; i < 4; ++i) out.u32(0);
  out.pointer();
  out.defer([&out, &id] { write_interface(out, empty_context(id)); });
  out.pointer(false);
}

void read_context(rpc::NdrReader& in, std::optional<std::string_view>& client, std::optional<std::string_view>& prototype) {
  for (int i = 0; i < 4; ++i) in.u32();
  for (auto* one : {&client, &prototype}) {
    if (in.pointer()) in.defer([&in, one] { *one = read_interface(in); });
  }
}

/// 2.2.20: an OBJREF_CUSTOM of its own class. What the context holds is for applications that have an identifier; ours have none.
base::Status check_context(const std::optional<std::string_view>& objref) {
  // The specification refuses an absent client context too. One widespread client sends none, and Windows serves it.
  if (!objref) return {};
  TRY_ASSIGN(const CustomView view, custom_view(*objref));
  if (view.iid != iid::kContext || view.unmarshaler != clsid::kContextMarshaler) {
    return {RPC_E_INVALID_OBJREF, "the context of an activation is not a marshaled context"};
  }
  return {};
}

// ScmRequestInfoData (2.2.22.2.4).
void write_scm_request(rpc::NdrWriter& out, const ActivationRequest& request) {
  out.pointer(false);
  out.pointer();
  out.defer([&out, &request] {
    const auto count = static_cast<std::uint16_t>(std::min(request.protocols.size(), ActivationRequest::kMaxProtocols));
    out.u32(request.impersonation);
    out.u16(count);
    if (!out.pointer(count != 0)) return;
    out.defer([&out, &request, count] {
      out.conformance(count);
      for (std::uint16_t i = 0; i < count; ++i) out.u16(request.protocols[i]);
    });
  });
}

void read_scm_request(rpc::NdrReader& in, ActivationRequest& request) {
  if (in.pointer()) in.defer([&in] { in.u32(); });
  in.reference("the request to the resolver");
  in.defer([&in, &request] {
    request.impersonation = in.u32();
    const std::uint16_t count = in.u16();
    if (count > ActivationRequest::kMaxProtocols) in.fail("there are too many protocol sequences");
    if (!in.pointer()) {
      if (count != 0) in.fail("the protocol sequences are missing");
      return;
    }
    in.defer([&in, &request, count] {
      if (in.conformance(2, "the protocol sequences") != count) in.fail("the protocol sequences are not as many as announced");
      for (std::uint32_t i = 0; in.ok() && i < count; ++i) request.protocols.push_back(in.u16());
    });
  });
}

// LocationInfoData (2.2.22.2.6): nothing in it.
void write_location(rpc::NdrWriter& out) {
  out.pointer(false);
  for (int i = 0; i < 3; ++i) out.u32(0);
}

// InstanceInfoData (2.2.22.2.3): all that counts is whether the object should begin with a stored state.
void read_instance(rpc::NdrReader& in, ActivationRequest& request) {
  if (in.pointer()) in.defer([&in, &request] { request.object_name = in.wide_string("the file name"); });
  request.mode = in.u32();
  if (in.pointer()) in.defer([&in] { read_interface(in); });
  if (in.pointer()) {
    request.has_storage = true;
    in.defer([&in] { read_interface(in); });
  }
}

// SpecialPropertiesData (2.2.22.2.2) in either layout, which agree up to dwFlags. There are no logon sessions here.
void read_special(rpc::NdrReader& in) {
  for (int i = 0; i < 5; ++i) in.u32();
  in.guid();
  for (int i = 0; i < 3; ++i) in.u32();
  in.octets(32);  // the shorter of the two rests
}

base::Result<ActivationRequest> read_properties(std::string_view objref, const OrpcThis& orpc_this) {
  using In = rpc::NdrReader;
  ActivationRequest out;
  out.version = orpc_this.version;
  std::optional<std::string_view> client;
  std::optional<std::string_view> prototype;
  TRY_ASSIGN(const BlobReader blob, BlobReader::open(objref, BlobKind::kIn));
  TRY_ASSIGN(const bool has_instantiation,
             blob.property(clsid::kInstantiationInfo, "InstantiationInfo", [&](In& in) { read_instantiation(in, out); }));
  if (!has_instantiation) return base::fail(E_INVALIDARG, "an activation has no InstantiationInfo");
  TRY_ASSIGN(const bool has_request, blob.property(clsid::kScmRequestInfo, "ScmRequestInfo", [&](In& in) { read_scm_request(in, out); }));
  if (!has_request) return base::fail(E_INVALIDARG, "an activation has no ScmRequestInfo");
  TRY(blob.property(clsid::kActivationContextInfo, "ActivationContextInfo", [&](In& in) { read_context(in, client, prototype); }));
  TRY(check_context(client));
  TRY(check_context(prototype));
  TRY(blob.property(clsid::kInstanceInfo, "InstanceInfo", [&](In& in) { read_instance(in, out); }));
  TRY(blob.property(clsid::kSpecialSystemProperties, "SpecialSystemProperties", read_special));
  return out;
}

base::Result<ActivationRequest> read_request(std::string_view stub, bool has_outer, std::string_view what) {
  rpc::NdrReader in(stub);
  const OrpcThis orpc_this = OrpcThis::read(in);
  if (has_outer && in.pointer()) read_interface(in);  // pUnkOuter must be ignored
  const bool has_properties = in.pointer();
  const std::string_view objref = has_properties ? read_interface(in) : std::string_view{};
  TRY(in.status(what));
  if (!has_properties) return base::fail(E_INVALIDARG, "an activation has no properties");
  return read_properties(objref, orpc_this);
}

}  // namespace

std::string write_create_instance(const ActivationRequest& request, const Guid& causality) {
  // 2.2.20: the context needs an identifier of its own; that of the call is as unique.
  BlobWriter blob;
  blob.add(clsid::kInstantiationInfo, [&](rpc::NdrWriter& out) { write_instantiation(out, request); });
  blob.add(clsid::kActivationContextInfo, [&](rpc::NdrWriter& out) { write_context(out, causality); });
  blob.add(clsid::kServerLocationInfo, write_location);
  blob.add(clsid::kScmRequestInfo, [&](rpc::NdrWriter& out) { write_scm_request(out, request); });
  std::string stub;
  rpc::NdrWriter out(stub);
  OrpcThis{request.version, 0, 0, causality, {}}.write(out);
  out.pointer(false);
  out.pointer();
  write_interface(out, blob.to_objref(BlobKind::kIn));
  return stub;
}

base::Result<ActivationRequest> read_create_instance(std::string_view stub) { return read_request(stub, true, "RemoteCreateInstance"); }

base::Result<ActivationRequest> read_get_class_object(std::string_view stub) {
  TRY_ASSIGN(ActivationRequest out, read_request(stub, false, "RemoteGetClassObject"));
  out.mode = kModeGetClassObject;
  return out;
}

}  // namespace dcom
