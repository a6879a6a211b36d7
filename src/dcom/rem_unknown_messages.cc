// Parameters of IRemUnknown and IRemUnknown2 (MS-DCOM 3.1.1.5.6, 3.1.1.5.7).
#include <fmt/format.h>

#include "dcom/messages.h"

namespace dcom {
namespace {

constexpr std::size_t kReferenceSize = 24;  // REMINTERFACEREF
constexpr std::size_t kResultSize = 48;     // REMQIRESULT

std::uint16_t limited(std::size_t count) { return static_cast<std::uint16_t>(std::min<std::size_t>(count, 0xFFFF)); }

/// max_count of an array whose size_is another parameter was.
std::uint32_t counted(rpc::NdrReader& in, std::size_t announced, std::size_t element_size, std::string_view what) {
  const std::uint32_t count = in.conformance(element_size, what);
  if (in.ok() && count != announced) in.fail(fmt::format("{} are {}, announced are {}", what, count, announced));
  return in.ok() ? count : 0;
}

void write_iids(rpc::NdrWriter& out, const std::vector<Guid>& iids) {
  const std::uint16_t count = limited(iids.size());
  out.u16(count);
  out.conformance(count);
  for (std::uint16_t i = 0; i < count; ++i) out.guid(iids[i]);
}

std::vector<Guid> read_iids(rpc::NdrReader& in) {
  std::vector<Guid> out;
  const std::uint32_t count = counted(in, in.u16(), 16, "the IIDs");
  for (std::uint32_t i = 0; in.ok() && i < count; ++i) out.push_back(in.guid());
  return out;
}

}  // namespace

void write_query_interface(rpc::NdrWriter& out, const QueryInterfaceRequest& request) {
  out.guid(request.ipid);
  out.u32(request.references);
  write_iids(out, request.iids);
}

base::Result<QueryInterfaceRequest> read_query_interface(rpc::NdrReader& in) {
  QueryInterfaceRequest out;
  out.ipid = in.guid();
  out.references = in.u32();
  out.iids = read_iids(in);
  TRY(in.status("RemQueryInterface"));
  return out;
}

void write_query_interface_reply(rpc::NdrWriter& out, const std::vector<QueryInterfaceResult>& results) {
  if (!out.pointer(!results.empty())) return;
  out.conformance(static_cast<std::uint32_t>(results.size()));
  for (const QueryInterfaceResult& result : results) {
    out.align(8);
    out.hresult(result.result);
    result.object.write(out);
  }
}

base::Result<std::vector<QueryInterfaceResult>> read_query_interface_reply(rpc::NdrReader& in) {
  std::vector<QueryInterfaceResult> out;
  if (in.pointer()) {
    const std::uint32_t count = in.conformance(kResultSize, "the results");
    for (std::uint32_t i = 0; in.ok() && i < count; ++i) {
      in.align(8);
      const base::Hresult result{in.u32()};
      out.push_back({result, StdObjref::read(in)});
    }
  }
  TRY(in.status("the answer to RemQueryInterface"));
  return out;
}

void write_query_interface2(rpc::NdrWriter& out, const QueryInterfaceRequest& request) {
  out.guid(request.ipid);
  write_iids(out, request.iids);
}

base::Result<QueryInterfaceRequest> read_query_interface2(rpc::NdrReader& in) {
  QueryInterfaceRequest out;
  out.ipid = in.guid();
  out.iids = read_iids(in);
  TRY(in.status("RemQueryInterface2"));
  return out;
}

void write_query_interface2_reply(rpc::NdrWriter& out, const std::vector<QueryInterface2Result>& results) {
  const auto count = static_cast<std::uint32_t>(results.size());
  out.conformance(count);
  for (const QueryInterface2Result& result : results) out.hresult(result.result);
  out.construct([&] {
    out.conformance(count);
    for (const QueryInterface2Result& result : results) {
      if (out.pointer(result.object.has_value())) out.defer([&out, &result] { write_interface(out, result.object->to_octets()); });
    }
  });
}

base::Result<std::vector<QueryInterface2Result>> read_query_interface2_reply(rpc::NdrReader& in, std::size_t asked) {
  std::vector<QueryInterface2Result> out;
  std::vector<std::optional<std::string_view>> octets;
  const std::uint32_t count = counted(in, asked, 4, "the results");
  for (std::uint32_t i = 0; in.ok() && i < count; ++i) out.push_back({base::Hresult{in.u32()}, {}});
  in.construct([&] {
    octets.resize(counted(in, asked, 4, "the interfaces"));
    for (auto& one : octets) {
      if (in.pointer()) in.defer([&in, &one] { one = read_interface(in); });
    }
  });
  TRY(in.status("the answer to RemQueryInterface2"));
  for (std::size_t i = 0; i < octets.size(); ++i) {
    if (!octets[i]) continue;
    TRY_ASSIGN(out[i].object, Objref::from_octets(*octets[i]));
  }
  return out;
}

void write_references(rpc::NdrWriter& out, const std::vector<InterfaceReferences>& references) {
  const std::uint16_t count = limited(references.size());
  out.u16(count);
  out.conformance(count);
  for (std::uint16_t i = 0; i < count; ++i) {
    out.guid(references[i].ipid);
    out.u32(references[i].public_references);
    out.u32(references[i].private_references);
  }
}

base::Result<std::vector<InterfaceReferences>> read_references(rpc::NdrReader& in) {
  std::vector<InterfaceReferences> out;
  const std::uint32_t count = counted(in, in.u16(), kReferenceSize, "the references");
  for (std::uint32_t i = 0; in.ok() && i < count; ++i) {
    InterfaceReferences one{in.guid(), 0, 0};
    one.public_references = in.u32();
    one.private_references = in.u32();
    out.push_back(one);
  }
  TRY(in.status("references"));
  return out;
}

void write_add_ref_reply(rpc::NdrWriter& out, const std::vector<base::Hresult>& results) {
  out.conformance(static_cast<std::uint32_t>(results.size()));
  for (const base::Hresult result : results) out.hresult(result);
}

base::Result<std::vector<base::Hresult>> read_add_ref_reply(rpc::NdrReader& in) {
  std::vector<base::Hresult> out;
  const std::uint32_t count = in.conformance(4, "the results");
  for (std::uint32_t i = 0; in.ok() && i < count; ++i) out.push_back(base::Hresult{in.u32()});
  TRY(in.status("the answer to RemAddRef"));
  return out;
}

}  // namespace dcom
