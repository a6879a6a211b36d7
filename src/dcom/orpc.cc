#include "dcom/orpc.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/utf.h"

namespace dcom {
namespace {

/// ORPC_EXTENT (2.2.13.1): conformant, its octets rounded up to a multiple of 8.
void write_extent(rpc::NdrWriter& out, const Extent& extent) {
  const std::size_t rounded = (extent.data.size() + 7) & ~std::size_t{7};
  out.conformance(static_cast<std::uint32_t>(rounded));
  out.guid(extent.id);
  out.u32(static_cast<std::uint32_t>(extent.data.size()));
  out.octets(extent.data);
  out.octets(std::string(rounded - extent.data.size(), '\0'));
}

Extent read_extent(rpc::NdrReader& in) {
  const std::uint32_t rounded = in.conformance(1, "an extension");
  Extent out{in.guid(), {}};
  const std::uint32_t size = in.u32();
  if (in.ok() && rounded != ((size + std::uint64_t{7}) & ~std::uint64_t{7})) {
    in.fail(fmt::format("an extension of {} octets takes {}", size, rounded));
  }
  if (in.ok()) out.data = in.octets(rounded).substr(0, size);
  return out;
}

/// The pointer to ORPC_EXTENT_ARRAY (2.2.13.2), within the construct that has it. Each pointer level is a referent of the one before.
void write_extents(rpc::NdrWriter& out, const std::vector<Extent>& extents) {
  if (!out.pointer(!extents.empty())) return;
  out.defer([&out, &extents] {
    const auto count = static_cast<std::uint32_t>(std::min(extents.size(), OrpcThis::kMaxExtents));
    const std::uint32_t slots = (count + 1) & ~1U;
    out.u32(count);
    out.u32(0);
    out.pointer();
    out.defer([&out, &extents, count, slots] {
      out.conformance(slots);
      for (std::uint32_t i = 0; i < slots; ++i) {
        if (out.pointer(i < count)) out.defer([&out, &extents, i] { write_extent(out, extents[i]); });
      }
    });
  });
}

void read_extents(rpc::NdrReader& in, std::vector<Extent>& extents) {
  if (!in.pointer()) return;
  in.defer([&in, &extents] {
    const std::uint32_t count = in.u32_in(0, OrpcThis::kMaxExtents, "the number of extensions");
    in.u32();
    if (!in.pointer()) {
      if (count != 0) in.fail("the extensions are missing");
      return;
    }
    in.defer([&in, &extents, count] {
      const std::uint32_t slots = in.conformance(4, "the extensions");
      if (in.ok() && slots != ((count + 1) & ~1U)) in.fail(fmt::format("{} extensions take {} places", count, slots));
      for (std::uint32_t i = 0; in.ok() && i < slots; ++i) {
        if (in.pointer()) in.defer([&in, &extents] { extents.push_back(read_extent(in)); });
      }
    });
  });
}

/// ErrorInfoString (2.2.21.3) behind the mark that says whether there is one.
void write_text(base::ByteWriter& out, const std::optional<std::string>& text) {
  out.u32(text ? 0xFFFFFFFF : 0);
  if (!text) return;
  std::string units = base::utf8_to_utf16le(text->substr(0, text->find('\0')));
  units.resize(std::min(units.size(), (ErrorInfo::kMaxText - 1) * 2));
  const auto count = static_cast<std::uint32_t>(units.size() / 2 + 1);
  out.u32(count);
  out.u32(0);
  out.u32(count);
  out.bytes(units);
  out.u16(0);
}

bool read_text(base::ByteReader& in, std::optional<std::string>& out) {
  const std::uint32_t mark = in.u32();
  if (mark != 0xFFFFFFFF) return in.ok() && mark == 0;
  const std::uint32_t max_count = in.u32();
  const std::uint32_t offset = in.u32();
  const std::uint32_t count = in.u32();
  if (!in.ok() || offset != 0 || count != max_count || count == 0 || count > ErrorInfo::kMaxText) return false;
  const std::string_view units = in.bytes(std::size_t{count} * 2);
  if (!in.ok()) return false;
  std::string text = base::utf16le_to_utf8(units);
  text.resize(std::min(text.find('\0'), text.size()));
  out = std::move(text);
  return true;
}

}  // namespace

void OrpcThis::write(rpc::NdrWriter& out) const {
  out.construct([&] {
    out.align(4);
    out.u16(version.major);
    out.u16(version.minor);
    out.u32(flags);
    out.u32(reserved);
    out.guid(causality);
    write_extents(out, extents);
  });
}

OrpcThis OrpcThis::read(rpc::NdrReader& in) {
  OrpcThis out;
  in.construct([&] {
    in.align(4);
    out.version.major = in.u16();
    out.version.minor = in.u16();
    out.flags = in.u32();
    out.reserved = in.u32();
    out.causality = in.guid();
    read_extents(in, out.extents);
  });
  return out;
}

base::Status OrpcThis::check() const {
  if (!acceptable(version)) {
    return {RPC_E_VERSION_MISMATCH, fmt::format("the caller speaks version {}.{} of DCOM", version.major, version.minor)};
  }
  if (flags != 0) return {RPC_E_INVALID_HEADER, fmt::format("the flags of an ORPCTHIS are {:#x}, they must be 0", flags)};
  return {};
}

void OrpcThat::write(rpc::NdrWriter& out) const {
  out.construct([&] {
    out.u32(flags);
    write_extents(out, extents);
  });
}

OrpcThat OrpcThat::read(rpc::NdrReader& in) {
  OrpcThat out;
  in.construct([&] {
    out.flags = in.u32();
    read_extents(in, out.extents);
  });
  return out;
}

Extent ErrorInfo::to_extent() const {
  std::string data;
  base::ByteWriter out(data);
  out.u32(0);
  out.u32(help_context);
  out.bytes(iid.to_octets());
  write_text(out, source);
  write_text(out, description);
  write_text(out, help_file);
  Extent extent{clsid::kErrorExtension, {}};
  append_custom(extent.data, iid::kErrorInfo, clsid::kErrorObject, data);
  return extent;
}

std::optional<ErrorInfo> ErrorInfo::from_extents(const std::vector<Extent>& extents) {
  for (const Extent& extent : extents) {
    if (extent.id != clsid::kErrorExtension) continue;
    const base::Result<CustomView> view = custom_view(extent.data);
    if (!view || view->unmarshaler != clsid::kErrorObject) continue;
    base::ByteReader in(view->data);
    ErrorInfo out;
    const std::uint32_t version = in.u32();
    out.help_context = in.u32();
    const std::string_view iid = in.bytes(16);
    if (!in.ok() || version != 0) continue;
    out.iid = Guid::from_octets(iid);
    if (read_text(in, out.source) && read_text(in, out.description) && read_text(in, out.help_file)) return out;
  }
  return {};
}

}  // namespace dcom
