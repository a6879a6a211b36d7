#include "dcom/objref.h"

#include <fmt/format.h>

#include "base/bytes.h"

namespace dcom {
namespace {

constexpr std::uint32_t kSignature = 0x574F454D;  // "MEOW"
constexpr std::uint32_t kStandard = 1;
constexpr std::uint32_t kHandler = 2;
constexpr std::uint32_t kCustom = 4;
constexpr std::uint32_t kExtended = 8;
constexpr std::uint32_t kExtendedSignature = 0x4E535956;
constexpr std::size_t kCustomHeader = 48;  // OBJREF and OBJREF_CUSTOM up to pObjectData

Guid read_guid(base::ByteReader& in) {
  const std::string_view octets = in.bytes(16);
  return octets.empty() ? Guid{} : Guid::from_octets(octets);
}

base::Result<DualStringArray> read_bindings(base::ByteReader& in) {
  std::size_t used = 0;
  TRY_ASSIGN(DualStringArray out, DualStringArray::from_octets(in.rest(), used));
  in.skip(used);
  return out;
}

StdObjref read_standard(base::ByteReader& in) {
  StdObjref out;
  out.flags = in.u32();
  out.public_references = in.u32();
  out.oxid = in.u64();
  out.oid = in.u64();
  out.ipid = read_guid(in);
  return out;
}

/// 2.2.18.7, behind STDOBJREF. The envoy context is not used; its shape is checked.
base::Status read_extended(base::ByteReader& in, RemoteObject& out) {
  const std::uint32_t first = in.u32();
  TRY_ASSIGN(out.resolver, read_bindings(in));
  const std::uint32_t elements = in.u32();
  const std::uint32_t second = in.u32();
  const Guid id = read_guid(in);
  const std::uint32_t size = in.u32();
  const std::uint32_t rounded = in.u32();
  in.skip(rounded);
  TRY(in.status(RPC_E_INVALID_OBJREF, "an extended object reference"));
  if (first != kExtendedSignature || second != kExtendedSignature || elements != 1 || id.is_nil() || size == 0 ||
      rounded != ((size + std::uint64_t{7}) & ~std::uint64_t{7})) {
    return {RPC_E_INVALID_OBJREF, "an extended object reference has no well-formed element"};
  }
  return {};
}

base::Result<RemoteObject> read_remote(std::uint32_t kind, base::ByteReader& in) {
  RemoteObject out;
  out.standard = read_standard(in);
  if (kind == kHandler) out.handler = read_guid(in);
  if (kind == kExtended) {
    TRY(read_extended(in, out));
  } else {
    TRY(in.status(RPC_E_INVALID_OBJREF, "an object reference"));
    TRY_ASSIGN(out.resolver, read_bindings(in));
  }
  return out;
}

void append_header(std::string& out, std::uint32_t kind, const Guid& iid) {
  base::ByteWriter writer(out);
  writer.u32(kSignature);
  writer.u32(kind);
  writer.bytes(iid.to_octets());
}

/// What every reference begins with: its kind, of which there must be one, and the IID, which must not be nil (2.2.18).
base::Result<std::uint32_t> read_header(base::ByteReader& in, Guid& iid) {
  const std::uint32_t signature = in.u32();
  const std::uint32_t kind = in.u32();
  iid = read_guid(in);
  if (!in.ok() || signature != kSignature) return base::fail(RPC_E_INVALID_OBJREF, "an object reference has no signature");
  if (kind != kStandard && kind != kHandler && kind != kCustom && kind != kExtended) {
    return base::fail(RPC_E_INVALID_OBJREF, fmt::format("an object reference is of the unknown kind {:#x}", kind));
  }
  if (iid.is_nil()) return base::fail(RPC_E_INVALID_OBJREF, "an object reference names no interface");
  return kind;
}

}  // namespace

void StdObjref::write(rpc::NdrWriter& out) const {
  out.align(8);
  out.u32(flags);
  out.u32(public_references);
  out.u64(oxid);
  out.u64(oid);
  out.guid(ipid);
}

StdObjref StdObjref::read(rpc::NdrReader& in) {
  StdObjref out;
  in.align(8);
  out.flags = in.u32();
  out.public_references = in.u32();
  out.oxid = in.u64();
  out.oid = in.u64();
  out.ipid = in.guid();
  return out;
}

std::string Objref::to_octets() const {
  std::string out;
  if (const CustomObject* by_value = custom()) {
    append_custom(out, iid, by_value->unmarshaler, by_value->data);
    return out;
  }
  const RemoteObject& object = *remote();
  append_header(out, object.handler ? kHandler : kStandard, iid);
  base::ByteWriter writer(out);
  writer.u32(object.standard.flags);
  writer.u32(object.standard.public_references);
  writer.u64(object.standard.oxid);
  writer.u64(object.standard.oid);
  writer.bytes(object.standard.ipid.to_octets());
  if (object.handler) writer.bytes(object.handler->to_octets());
  writer.bytes(object.resolver.to_octets());
  return out;
}

base::Result<Objref> Objref::from_octets(std::string_view octets) {
  Objref out;
  base::ByteReader in(octets);
  TRY_ASSIGN(const std::uint32_t kind, read_header(in, out.iid));
  if (kind == kCustom) {
    TRY_ASSIGN(const CustomView view, custom_view(octets));
    out.content = CustomObject{view.unmarshaler, std::string(view.data)};
  } else {
    TRY_ASSIGN(out.content, read_remote(kind, in));
  }
  return out;
}

base::Result<CustomView> custom_view(std::string_view objref) {
  CustomView out;
  base::ByteReader in(objref);
  TRY_ASSIGN(const std::uint32_t kind, read_header(in, out.iid));
  if (kind != kCustom) return base::fail(RPC_E_INVALID_OBJREF, "an object reference is not of the custom kind");
  out.unmarshaler = read_guid(in);
  in.skip(8);  // 2.2.18.6: cbExtension and the field behind it must be ignored
  TRY(in.status(RPC_E_INVALID_OBJREF, "a custom object reference"));
  out.data = in.rest();
  return out;
}

void append_custom(std::string& out, const Guid& iid, const Guid& unmarshaler, std::string_view data) {
  out.reserve(out.size() + kCustomHeader + data.size());
  append_header(out, kCustom, iid);
  base::ByteWriter writer(out);
  writer.bytes(unmarshaler.to_octets());
  writer.u32(0);
  writer.u32(static_cast<std::uint32_t>(data.size()));  // free to choose (2.2.18.6); some readers take it for the size
  writer.bytes(data);
}

void write_interface(rpc::NdrWriter& out, std::string_view objref) {
  out.conformance(static_cast<std::uint32_t>(objref.size()));
  out.u32(static_cast<std::uint32_t>(objref.size()));
  out.octets(objref);
}

std::string_view read_interface(rpc::NdrReader& in) {
  const std::uint32_t max_count = in.conformance(1, "an interface pointer");
  const std::uint32_t size = in.u32();
  if (in.ok() && size != max_count) in.fail(fmt::format("an interface pointer has {} octets, announced are {}", size, max_count));
  return in.ok() ? in.octets(size) : std::string_view{};
}

void write_interface_pointer(rpc::NdrWriter& out, const std::optional<Objref>& objref) {
  if (out.pointer(objref.has_value())) write_interface(out, objref->to_octets());
}

base::Result<std::optional<Objref>> read_interface_pointer(rpc::NdrReader& in) {
  if (!in.pointer()) return std::optional<Objref>{};
  const std::string_view octets = read_interface(in);
  if (!in.ok()) return std::optional<Objref>{};
  TRY_ASSIGN(Objref out, Objref::from_octets(octets));
  return std::optional<Objref>(std::move(out));
}

}  // namespace dcom
