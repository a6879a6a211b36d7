// RefreshedSingleInstance and WBEM_INSTANCE_BLOB (MS-WMI 2.2.16, 2.2.18, 2.2.19).
#include <fmt/format.h>

#include "base/bytes.h"
#include "remote/refresher_messages.h"

namespace remote {
namespace {

constexpr std::size_t kHeader = 9;  // of an instance part: length, a reserved octet, class name
constexpr std::uint32_t kNullReference = 0xFFFFFFFF;

std::unexpected<base::Status> malformed(std::string_view problem) {
  return base::fail(WBEM_E_INVALID_OBJECT, fmt::format("a refreshed instance {}", problem));
}

}  // namespace

std::string encode_refreshed(const cim::Instance& instance) {
  const auto octets = instance.view().octets();
  const std::string_view part(reinterpret_cast<const char*>(octets.data()), octets.size());
  std::string out;
  base::ByteWriter writer(out);
  writer.u32(instance.view().heap_size() + 4);
  writer.bytes(part.substr(kHeader));
  return out;
}

base::Result<cim::Instance> decode_refreshed(std::string_view octets, const cim::ClassPtr& cls) {
  base::ByteReader in(octets);
  const std::uint32_t heap = in.u32();
  if (!in.ok() || heap > in.remaining()) return malformed("has a heap that is longer than itself");
  // As an instance part without its class's name; building it anew puts that in.
  std::string part;
  base::ByteWriter writer(part);
  writer.u32(static_cast<std::uint32_t>(in.remaining() + kHeader));
  writer.u8(0);
  writer.u32(kNullReference);
  writer.bytes(in.rest());
  const auto owner = std::make_shared<const std::string>(std::move(part));
  const std::span<const std::uint8_t> span(reinterpret_cast<const std::uint8_t*>(owner->data()), owner->size());
  TRY_ASSIGN(const cim::Instance instance, cim::Instance::wrap(cls, owner, span));
  return cim::InstanceBuilder(instance).build(cls->decorated());
}

std::string encode_instance_blob(std::span<const cim::Instance> instances) {
  std::string out;
  base::ByteWriter writer(out);
  writer.u32(1);
  writer.u32(static_cast<std::uint32_t>(instances.size()));
  for (const cim::Instance& instance : instances) {
    const std::string blob = encode_refreshed(instance);
    writer.u32(static_cast<std::uint32_t>(blob.size()));
    writer.bytes(blob);
  }
  return out;
}

base::Result<std::vector<cim::Instance>> decode_instance_blob(std::string_view octets, const cim::ClassPtr& cls) {
  base::ByteReader in(octets);
  const std::uint32_t version = in.u32();
  const std::uint32_t count = in.u32();
  if (!in.ok() || version != 1) return malformed("list is not of version 1");
  if (count > in.remaining() / (4 + kHeader)) return malformed("list claims too many instances");
  std::vector<cim::Instance> out;
  out.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t size = in.u32();
    const std::string_view blob = in.bytes(size);
    if (!in.ok()) return malformed("list ends before its last instance");
    TRY_ASSIGN(cim::Instance instance, decode_refreshed(blob, cls));
    out.push_back(std::move(instance));
  }
  return out;
}

}  // namespace remote
