// Stubs of IObjectExporter (MS-DCOM 3.1.2.5.1).
#include <fmt/format.h>

#include "dcom/messages.h"

namespace dcom {
namespace {

/// [in, unique, size_is(count)] OID[]: the referent follows at once. A null pointer says that there are none.
std::vector<Oid> read_oids(rpc::NdrReader& in, std::uint16_t count, std::string_view what) {
  std::vector<Oid> out;
  if (!in.pointer()) {
    if (in.ok() && count != 0) in.fail(fmt::format("{} are missing, announced are {}", what, count));
    return out;
  }
  const std::uint32_t size = in.conformance(8, what);
  if (in.ok() && size != count) in.fail(fmt::format("{} are {}, announced are {}", what, size, count));
  for (std::uint32_t i = 0; in.ok() && i < size; ++i) out.push_back(in.u64());
  return out;
}

void write_oids(rpc::NdrWriter& out, const std::vector<Oid>& oids, std::uint16_t count) {
  if (!out.pointer(count != 0)) return;
  out.conformance(count);
  for (std::uint16_t i = 0; i < count; ++i) out.u64(oids[i]);
}

std::uint16_t limited(std::size_t count) { return static_cast<std::uint16_t>(std::min(count, ComplexPingRequest::kMaxOids)); }

/// [out, ref] DUALSTRINGARRAY**: the inner pointer is unique.
void write_bindings(rpc::NdrWriter& out, const std::optional<DualStringArray>& bindings) {
  if (out.pointer(bindings.has_value())) bindings->write(out);
}

std::optional<DualStringArray> read_bindings(rpc::NdrReader& in) {
  if (!in.pointer()) return {};
  return DualStringArray::read(in);
}

template <class T>
base::Result<T> done(const rpc::NdrReader& in, T value, std::string_view what) {
  TRY(in.status(what));
  return value;
}

}  // namespace

std::string write_resolve_oxid(const ResolveOxidRequest& request) {
  std::string stub;
  rpc::NdrWriter out(stub);
  const auto count = static_cast<std::uint16_t>(std::min<std::size_t>(request.protocols.size(), 0xFFFF));
  out.u64(request.oxid);
  out.u16(count);
  out.conformance(count);
  for (std::uint16_t i = 0; i < count; ++i) out.u16(request.protocols[i]);
  return stub;
}

base::Result<ResolveOxidRequest> read_resolve_oxid(std::string_view stub) {
  rpc::NdrReader in(stub);
  ResolveOxidRequest out;
  out.oxid = in.u64();
  const std::uint16_t count = in.u16();
  const std::uint32_t size = in.conformance(2, "the protocol sequences");
  if (in.ok() && size != count) in.fail(fmt::format("the protocol sequences are {}, announced are {}", size, count));
  for (std::uint32_t i = 0; in.ok() && i < size; ++i) out.protocols.push_back(in.u16());
  return done(in, std::move(out), "ResolveOxid");
}

std::string write_resolve_oxid_reply(const ResolveOxidReply& reply, bool two) {
  std::string stub;
  rpc::NdrWriter out(stub);
  write_bindings(out, reply.exporter);
  out.guid(reply.rem_unknown);
  out.u32(reply.authn_hint);
  if (two) {
    const Version version = reply.version.value_or(Version{});
    out.u16(version.major);
    out.u16(version.minor);
  }
  out.u32(reply.status);
  return stub;
}

base::Result<ResolveOxidReply> read_resolve_oxid_reply(std::string_view stub, bool two) {
  rpc::NdrReader in(stub);
  ResolveOxidReply out;
  out.exporter = read_bindings(in);
  out.rem_unknown = in.guid();
  out.authn_hint = in.u32();
  if (two) {
    const std::uint16_t major = in.u16();
    out.version = Version{major, in.u16()};
  }
  out.status = in.u32();
  return done(in, std::move(out), "the answer to ResolveOxid");
}

std::string write_simple_ping(SetId set) {
  std::string stub;
  rpc::NdrWriter(stub).u64(set);
  return stub;
}

base::Result<SetId> read_simple_ping(std::string_view stub) {
  rpc::NdrReader in(stub);
  const SetId set = in.u64();
  return done(in, set, "SimplePing");
}

std::string write_complex_ping(const ComplexPingRequest& request) {
  std::string stub;
  rpc::NdrWriter out(stub);
  out.u64(request.set);
  out.u16(request.sequence);
  out.u16(limited(request.add.size()));
  out.u16(limited(request.remove.size()));
  write_oids(out, request.add, limited(request.add.size()));
  write_oids(out, request.remove, limited(request.remove.size()));
  return stub;
}

base::Result<ComplexPingRequest> read_complex_ping(std::string_view stub) {
  rpc::NdrReader in(stub);
  ComplexPingRequest out;
  out.set = in.u64();
  out.sequence = in.u16();
  const std::uint16_t add = in.u16();
  const std::uint16_t remove = in.u16();
  out.add = read_oids(in, add, "the OIDs to add");
  out.remove = read_oids(in, remove, "the OIDs to remove");
  return done(in, std::move(out), "ComplexPing");
}

std::string write_complex_ping_reply(const ComplexPingReply& reply) {
  std::string stub;
  rpc::NdrWriter out(stub);
  out.u64(reply.set);
  out.u16(reply.backoff);
  out.u32(reply.status);
  return stub;
}

base::Result<ComplexPingReply> read_complex_ping_reply(std::string_view stub) {
  rpc::NdrReader in(stub);
  ComplexPingReply out;
  out.set = in.u64();
  out.backoff = in.u16();
  out.status = in.u32();
  return done(in, out, "the answer to ComplexPing");
}

std::string write_server_alive2_reply(const ServerAlive2Reply& reply) {
  std::string stub;
  rpc::NdrWriter out(stub);
  out.u16(reply.version.major);
  out.u16(reply.version.minor);
  write_bindings(out, reply.resolver);
  out.u32(0);
  out.u32(reply.status);
  return stub;
}

base::Result<ServerAlive2Reply> read_server_alive2_reply(std::string_view stub) {
  rpc::NdrReader in(stub);
  ServerAlive2Reply out;
  out.version.major = in.u16();
  out.version.minor = in.u16();
  out.resolver = read_bindings(in).value_or(DualStringArray{});
  in.u32();
  out.status = in.u32();
  return done(in, std::move(out), "the answer to ServerAlive2");
}

std::string write_status(std::uint32_t status) {
  std::string stub;
  rpc::NdrWriter(stub).u32(status);
  return stub;
}

base::Result<std::uint32_t> read_status(std::string_view stub) {
  rpc::NdrReader in(stub);
  const std::uint32_t status = in.u32();
  return done(in, status, "an error_status_t");
}

}  // namespace dcom
