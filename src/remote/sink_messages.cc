// IWbemObjectSink (MS-WMI 3.1.4.2).
#include "remote/messages.h"
#include "remote/object_array_wire.h"

namespace remote {
namespace {

/// One plain object array: pointers together, then what they point to.
base::Result<cim::Batch> read_plain(rpc::NdrReader& in, cim::ClassInterner* interner) {
  const std::uint32_t announced = in.u32();
  const std::uint32_t count = in.conformance(4, "the objects");
  if (in.ok() && count != announced) in.fail("the number of objects is told in two ways");
  std::uint32_t nulls = 0;
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) nulls += in.pointer() ? 0U : 1U;
  cim::BatchBuilder builder;
  base::Status problem;
  for (std::uint32_t i = nulls; i < count && in.ok(); ++i) {
    const std::string_view objref = dcom::read_interface(in);
    if (!in.ok() || !problem.ok()) continue;
    auto object = unmarshal_object(objref, interner);
    object ? builder.add(*object) : void(problem = std::move(object).error());
  }
  TRY(in.status("Indicate"));
  if (count == 0 || nulls != 0) return base::fail(WBEM_E_INVALID_PARAMETER, "Indicate came without objects, or with null ones");
  TRY(problem);
  builder.set_decorated(true);  // each class knows whether its instance was
  return builder.take();
}

}  // namespace

void write_indicate(rpc::NdrWriter& out, const cim::Batch& batch) {
  const auto count = static_cast<std::uint32_t>(batch.size());
  out.u32(count);
  out.conformance(count);
  for (std::uint32_t i = 0; i < count; ++i) out.pointer();
  for (std::uint32_t i = 0; i < count; ++i) dcom::write_interface(out, marshal_object(batch.object(i)));
}

void write_optimised_indicate(rpc::NdrWriter& out, const cim::Batch& batch, ClassIds& ids) {
  std::string packet;
  ObjectArrayWriter writer(packet, PacketType::kIndicate, ids);
  for (std::size_t i = 0; i < batch.size(); ++i) writer.add(batch, i);
  writer.finish();
  out.align(4);
  out.octets(packet);
}

base::Result<cim::Batch> read_indicate(rpc::NdrReader& in, ClassCache& cache) {
  in.align(4);
  rpc::NdrReader ahead = in;
  const bool optimised = ahead.u32() == 0 && ahead.octets(packet::kMark.size()) == packet::kMark;
  if (!optimised) return read_plain(in, cache.interner());
  TRY_ASSIGN(cim::Batch batch, read_object_array(in.octets(in.remaining()), PacketType::kIndicate, cache));
  if (batch.empty()) return base::fail(WBEM_E_INVALID_PARAMETER, "Indicate came without objects");
  return batch;
}

void write_set_status(rpc::NdrWriter& out, const SetStatusRequest& request) {
  out.u32(request.flags);
  out.u32(request.result);
  write_bstr(out, request.text);
  write_object(out, request.object);
}

base::Result<SetStatusRequest> read_set_status(rpc::NdrReader& in, cim::ClassInterner* interner) {
  SetStatusRequest out;
  out.flags = in.u32();
  out.result = in.u32();
  out.text = read_bstr(in, "a text");
  auto object = read_object(in, interner);
  TRY(in.status("SetStatus"));
  TRY_ASSIGN(out.object, std::move(object));
  return out;
}

}  // namespace remote
