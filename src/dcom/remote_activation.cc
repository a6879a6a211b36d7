// IActivation::RemoteActivation (MS-DCOM 3.1.2.5.2.3.1).
#include <fmt/format.h>

#include "dcom/activation.h"

namespace dcom {

std::string write_remote_activation(const ActivationRequest& request, const Guid& causality) {
  const auto protocols = static_cast<std::uint16_t>(std::min(request.protocols.size(), ActivationRequest::kMaxProtocols));
  std::string stub;
  rpc::NdrWriter out(stub);
  OrpcThis{request.version, 0, 0, causality, {}}.write(out);
  out.guid(request.clsid);
  if (out.pointer(!request.object_name.empty())) out.wide_string(request.object_name);
  out.pointer(false);
  out.u32(request.impersonation);
  out.u32(request.mode);
  out.u32(static_cast<std::uint32_t>(request.iids.size()));
  out.pointer();
  out.conformance(static_cast<std::uint32_t>(request.iids.size()));
  for (const Guid& iid : request.iids) out.guid(iid);
  out.u16(protocols);
  out.conformance(protocols);
  for (std::uint16_t i = 0; i < protocols; ++i) out.u16(request.protocols[i]);
  return stub;
}

base::Result<ActivationRequest> read_remote_activation(std::string_view stub) {
  rpc::NdrReader in(stub);
  ActivationRequest out;
  out.version = OrpcThis::read(in).version;
  out.clsid = in.guid();
  if (in.pointer()) out.object_name = in.wide_string("the object's name");
  if (in.pointer()) {
    out.has_storage = true;
    read_interface(in);
  }
  out.impersonation = in.u32();
  out.mode = in.u32();
  const std::uint32_t interfaces = in.u32_in(1, ActivationRequest::kMaxInterfaces, "the number of interfaces");
  in.reference("the IIDs");
  if (in.conformance(16, "the IIDs") != interfaces) in.fail("the IIDs are not as many as announced");
  for (std::uint32_t i = 0; in.ok() && i < interfaces; ++i) out.iids.push_back(in.guid());
  const std::uint16_t protocols = in.u16();
  if (protocols > ActivationRequest::kMaxProtocols) in.fail("there are too many protocol sequences");
  if (in.conformance(2, "the protocol sequences") != protocols) in.fail("the protocol sequences are not as many as announced");
  for (std::uint32_t i = 0; in.ok() && i < protocols; ++i) out.protocols.push_back(in.u16());
  TRY(in.status("RemoteActivation"));
  return out;
}

std::string write_remote_activation_reply(const ActivationReply& reply) {
  const auto count = static_cast<std::uint32_t>(reply.interfaces.size());
  const bool failed = base::failed(reply.result);
  std::string stub;
  rpc::NdrWriter out(stub);
  OrpcThat{}.write(out);
  out.u64(reply.oxid);
  out.pointer();  // not null even on failure
  reply.exporter.write(out);
  out.guid(reply.rem_unknown);
  out.u32(reply.authn_hint);
  out.u16(reply.version.major);
  out.u16(reply.version.minor);
  out.hresult(reply.result);
  out.construct([&] {
    out.conformance(count);
    for (const auto& one : reply.interfaces) {
      if (out.pointer(!failed && one.object && base::succeeded(one.result)))
        out.defer([&out, &one] { write_interface(out, one.object->to_octets()); });
    }
  });
  out.conformance(count);
  // With a failure in *phr the results are zeros.
  for (const auto& one : reply.interfaces) out.hresult(failed ? S_OK : one.result);
  out.u32(0);
  return stub;
}

namespace {

/// ppInterfaceData and pResults.
base::Result<std::vector<std::optional<std::string_view>>> read_results(rpc::NdrReader& in, std::size_t asked, ActivationReply& out) {
  std::vector<std::optional<std::string_view>> objects;
  in.construct([&] {
    if (in.conformance(4, "the interfaces") != asked) in.fail("the interfaces are not as many as asked for");
    objects.resize(in.ok() ? asked : 0);
    for (auto& one : objects) {
      if (in.pointer()) in.defer([&in, &one] { one = read_interface(in); });
    }
  });
  if (in.conformance(4, "the results") != asked) in.fail("the results are not as many as asked for");
  for (std::size_t i = 0; in.ok() && i < asked; ++i) out.interfaces.push_back({{}, base::Hresult{in.u32()}, {}});
  TRY(in.status("the answer to RemoteActivation"));
  return objects;
}

}  // namespace

base::Result<ActivationReply> read_remote_activation_reply(std::string_view stub, std::size_t interfaces_asked) {
  rpc::NdrReader in(stub);
  ActivationReply out;
  OrpcThat::read(in);
  out.oxid = in.u64();
  if (in.pointer()) out.exporter = DualStringArray::read(in);
  out.rem_unknown = in.guid();
  out.authn_hint = in.u32();
  out.version.major = in.u16();
  out.version.minor = in.u16();
  out.result = base::Hresult{in.u32()};
  TRY_ASSIGN(const auto objects, read_results(in, interfaces_asked, out));
  const std::uint32_t status = in.u32();
  TRY(in.status("the answer to RemoteActivation"));
  if (status != 0) {
    // An error_status_t is a Win32 error or already an HRESULT.
    out.result = base::Hresult{status > 0xFFFF ? status : 0x80070000U | status};
  }
  if (base::failed(out.result)) return out;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    ActivationReply::Interface& one = out.interfaces[i];
    if (base::failed(one.result)) continue;
    if (!objects[i]) return base::fail(RPC_E_INVALID_OBJREF, "an activation succeeded without a reference to its object");
    TRY_ASSIGN(one.object, Objref::from_octets(*objects[i]));
    one.iid = one.object->iid;
  }
  return out;
}

}  // namespace dcom
