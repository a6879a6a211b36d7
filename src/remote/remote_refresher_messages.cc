// ReconnectRemoteRefresher and IWbemRemoteRefresher (MS-WMI 3.1.4.12.6, 3.1.4.13): what has arrays.
#include "remote/refresher_messages.h"

namespace remote {
namespace {

/// The number of a conformant array's elements; `expected` when another parameter told it.
std::uint32_t read_count(rpc::NdrReader& in, std::size_t element_size, std::uint32_t expected) {
  const std::uint32_t count = in.conformance(element_size, "an array of a refresher");
  if (in.ok() && (count > kMaxRefreshed || count != expected)) in.fail("an array of a refresher has a wrong size");
  return in.ok() ? count : 0;
}

void write_results(rpc::NdrWriter& out, const std::vector<ReconnectResult>& results) {
  out.conformance(static_cast<std::uint32_t>(results.size()));
  for (const ReconnectResult& result : results) {
    out.u32(result.id);
    out.u32(result.result);
  }
}

std::vector<ReconnectResult> read_results(rpc::NdrReader& in, std::uint32_t expected) {
  std::vector<ReconnectResult> out(read_count(in, 8, expected));
  for (ReconnectResult& result : out) {
    result.id = in.u32();
    result.result = in.u32();
  }
  return out;
}

}  // namespace

void write_reconnect(rpc::NdrWriter& out, const ReconnectRequest& request) {
  request.refresher.write(out);
  const auto count = static_cast<std::uint32_t>(request.infos.size());
  out.u32(request.flags);
  out.u32(count);
  out.u32(request.client_version);
  out.conformance(count);
  for (const ReconnectInfo& info : request.infos) {
    out.u32(info.type);
    out.pointer(info.path.has_value());
  }
  for (const ReconnectInfo& info : request.infos) {
    if (info.path) out.wide_string(*info.path);
  }
  std::vector<ReconnectResult> results = request.results;
  results.resize(count);
  write_results(out, results);
}

base::Result<ReconnectRequest> read_reconnect(rpc::NdrReader& in) {
  ReconnectRequest out;
  out.refresher = RefresherId::read(in);
  out.flags = in.u32();
  const std::uint32_t count = in.u32();
  out.client_version = in.u32();
  out.infos.resize(read_count(in, 8, count));
  for (ReconnectInfo& info : out.infos) {
    info.type = in.u32();
    if (in.pointer()) info.path.emplace();
  }
  for (ReconnectInfo& info : out.infos) {
    if (info.path && in.ok()) info.path = in.wide_string("a path");
  }
  out.results = read_results(in, count);
  TRY(in.status("ReconnectRemoteRefresher"));
  return out;
}

void write_reconnect_reply(rpc::NdrWriter& out, const ReconnectReply& reply) {
  write_results(out, reply.results);
  out.u32(reply.server_version);
}

base::Result<ReconnectReply> read_reconnect_reply(rpc::NdrReader& in, std::uint32_t count) {
  ReconnectReply out;
  out.results = read_results(in, count);
  out.server_version = in.u32();
  TRY(in.status("the answer to ReconnectRemoteRefresher"));
  return out;
}

void write_remote_refresh_reply(rpc::NdrWriter& out, std::span<const RefreshedObject> objects) {
  const auto count = static_cast<std::uint32_t>(objects.size());
  out.u32(count);
  if (!out.pointer(count != 0)) return;
  out.conformance(count);
  for (const RefreshedObject& object : objects) {
    out.u32(object.request);
    out.enum32(static_cast<std::uint32_t>(object.type));
    out.u32(static_cast<std::uint32_t>(object.blob.size()));
    out.pointer(!object.blob.empty());
  }
  for (const RefreshedObject& object : objects) {
    if (!object.blob.empty()) out.conformant_octets(object.blob);
  }
}

base::Result<std::vector<RefreshedObject>> read_remote_refresh_reply(rpc::NdrReader& in) {
  const std::uint32_t count = in.u32();
  std::vector<RefreshedObject> out;
  if (in.pointer()) out.resize(read_count(in, 16, count));
  std::vector<std::uint32_t> sizes(out.size());
  std::vector<bool> present(out.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i].request = in.u32();
    out[i].type = static_cast<BlobType>(in.u32_in(2, 4, "the type of a refreshed object"));
    sizes[i] = in.u32();
    present[i] = in.pointer();
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (present[i]) out[i].blob = in.conformant_octets("a refreshed object", sizes[i]);
  }
  TRY(in.status("the answer to RemoteRefresh"));
  return out;
}

void write_stop_refreshing(rpc::NdrWriter& out, const StopRefreshingRequest& request) {
  const auto count = static_cast<std::uint32_t>(request.ids.size());
  out.u32(count);
  out.conformance(count);
  for (const std::uint32_t id : request.ids) out.u32(id);
  out.u32(request.flags);
}

base::Result<StopRefreshingRequest> read_stop_refreshing(rpc::NdrReader& in) {
  StopRefreshingRequest out;
  const std::uint32_t count = in.u32();
  out.ids.resize(read_count(in, 4, count));
  for (std::uint32_t& id : out.ids) id = in.u32();
  out.flags = in.u32();
  TRY(in.status("StopRefreshing"));
  return out;
}

void write_refresher_guid(rpc::NdrWriter& out, const Guid& id) { out.guid(id); }

base::Result<Guid> read_refresher_guid(rpc::NdrReader& in) {
  const Guid id = in.guid();
  TRY(in.status("a refresher's GUID"));
  return id;
}

}  // namespace remote
