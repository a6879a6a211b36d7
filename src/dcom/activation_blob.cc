#include "dcom/activation_blob.h"

#include <fmt/format.h>

#include "base/bytes.h"

namespace dcom {
namespace {

constexpr std::uint32_t kDifferentMachine = 2;  // destCtx

const Guid& unmarshaler(BlobKind kind) { return kind == BlobKind::kIn ? clsid::kActivationPropertiesIn : clsid::kActivationPropertiesOut; }

/// What CustomHeader (2.2.22.1) tells.
struct Header {
  std::uint32_t size = 0;  // its own
  std::vector<Guid> clsids;
  std::vector<std::uint32_t> sizes;
};

void read_flat(rpc::NdrReader& in, Header& out) {
  in.u32();  // totalSize: some writers count it in another way; the sizes of the properties decide
  out.size = in.u32();
  in.u32();
  in.u32();
  const std::uint32_t count = in.u32_in(1, BlobReader::kMaxProperties, "the number of properties");
  in.guid();
  in.reference("the CLSIDs of the properties");
  in.defer([&in, &out, count] {
    if (in.conformance(16, "the CLSIDs of the properties") != count) in.fail("the CLSIDs of the properties are not as many as they");
    for (std::uint32_t i = 0; in.ok() && i < count; ++i) out.clsids.push_back(in.guid());
  });
  in.reference("the sizes of the properties");
  in.defer([&in, &out, count] {
    if (in.conformance(4, "the sizes of the properties") != count) in.fail("the sizes of the properties are not as many as they");
    for (std::uint32_t i = 0; in.ok() && i < count; ++i) out.sizes.push_back(in.u32());
  });
  in.pointer();
}

/// One serialized object, as a construct.
base::Status read_object(std::string_view octets, std::string_view name, const std::function<void(rpc::NdrReader&)>& read) {
  const auto malformed = [](const base::Status& status) { return base::Status{E_INVALIDARG, status.text()}; };
  base::Result<rpc::TypeReader> stream = rpc::TypeReader::open(octets);
  if (!stream) return malformed(stream.error());
  const base::Result<std::string_view> object = stream->next();
  if (!object) return malformed(object.error());
  rpc::NdrReader in(*object);
  in.construct([&] { read(in); });
  const base::Status status = in.status(name);
  return status.ok() ? status : malformed(status);
}

}  // namespace

void BlobWriter::add(const Guid& clsid, const std::function<void(rpc::NdrWriter&)>& write) {
  rpc::TypeWriter property;
  property.object([&](rpc::NdrWriter& out) { out.construct([&] { write(out); }); });
  clsids_.push_back(clsid);
  sizes_.push_back(static_cast<std::uint32_t>(property.octets().size()));
  octets_ += property.octets();
}

std::string BlobWriter::header() const {
  // Headers of serialization, flat part, and the two arrays with their counts, padded.
  const auto count = static_cast<std::uint32_t>(clsids_.size());
  const std::uint32_t size = (16 + 48 + 4 + 16 * count + 4 + 4 * count + 7) & ~7U;
  rpc::TypeWriter header;
  header.object([&](rpc::NdrWriter& out) {
    out.construct([&] {
      out.u32(size + static_cast<std::uint32_t>(octets_.size()));
      out.u32(size);
      out.u32(0);
      out.u32(kDifferentMachine);
      out.u32(count);
      out.guid({});
      out.pointer();
      out.defer([&] {
        out.conformance(count);
        for (const Guid& clsid : clsids_) out.guid(clsid);
      });
      out.pointer();
      out.defer([&] {
        out.conformance(count);
        for (const std::uint32_t one : sizes_) out.u32(one);
      });
      out.pointer(false);
    });
  });
  return header.take();
}

std::string BlobWriter::to_objref(BlobKind kind) const {
  const std::string head = header();
  std::string blob;
  base::ByteWriter out(blob);
  out.u32(static_cast<std::uint32_t>(head.size() + octets_.size()));
  out.u32(0);
  out.bytes(head);
  out.bytes(octets_);
  std::string objref;
  append_custom(objref, kind == BlobKind::kIn ? iid::kActivationPropertiesIn : iid::kActivationPropertiesOut, unmarshaler(kind), blob);
  return objref;
}

base::Result<BlobReader> BlobReader::open(std::string_view objref, BlobKind kind) {
  TRY_ASSIGN(const CustomView view, custom_view(objref));
  if (view.unmarshaler != unmarshaler(kind)) {
    return base::fail(RPC_E_INVALID_OBJREF, fmt::format("{} is not the class of activation properties", view.unmarshaler.to_string()));
  }
  const std::string_view blob = view.data.substr(std::min<std::size_t>(8, view.data.size()));  // dwSize, dwReserved
  Header header;
  TRY(read_object(blob, "the header of activation properties", [&](rpc::NdrReader& in) { read_flat(in, header); }));
  if (header.size > blob.size()) return base::fail(E_INVALIDARG, "the header of activation properties is longer than they");
  BlobReader out;
  TRY(out.slice(header.clsids, header.sizes, blob.substr(header.size)));
  return out;
}

base::Status BlobReader::slice(const std::vector<Guid>& clsids, const std::vector<std::uint32_t>& sizes, std::string_view octets) {
  base::ByteReader in(octets);
  for (std::size_t i = 0; i < clsids.size(); ++i) {
    for (const Property& earlier : properties_) {
      if (earlier.clsid == clsids[i]) return {E_INVALIDARG, "an activation property stands twice"};
    }
    properties_.push_back({clsids[i], in.bytes(sizes[i])});
  }
  return in.status(E_INVALIDARG, "a list of activation properties");
}

base::Result<bool> BlobReader::property(const Guid& clsid, std::string_view name, const std::function<void(rpc::NdrReader&)>& read) const {
  for (const Property& one : properties_) {
    if (one.clsid != clsid) continue;
    TRY(read_object(one.octets, name, read));
    return true;
  }
  return false;
}

}  // namespace dcom
