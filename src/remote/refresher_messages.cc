#include "remote/refresher_messages.h"

namespace remote {
namespace {

/// WBEM_REFRESH_TYPE (MS-WMI 2.2.25).
enum : std::uint32_t { kTypeInvalid = 0, kTypeRemote = 3, kTypeNonHiperf = 6 };

// Structures here are what [ref] parameters point to: no id, and what their own pointers point to follows them (C706 14.3.12.3).

bool by_template(RefreshingOp operation) { return operation == RefreshingOp::kAddObjectToRefresherByTemplate; }

void note(base::Status& problem, base::Status status) {
  if (problem.ok() && !status.ok()) problem = std::move(status);
}

void read_template(rpc::NdrReader& in, cim::ClassInterner* interner, std::optional<cim::Object>& out, base::Status& problem) {
  const std::string_view objref = dcom::read_interface(in);
  if (!in.ok()) return;
  auto object = unmarshal_object(objref, interner);
  if (!object) return note(problem, std::move(object).error());
  out = *std::move(object);
}

void write_remote(rpc::NdrWriter& out, const RefreshRemote& remote) {
  if (out.pointer(remote.refresher.has_value())) out.defer([&] { dcom::write_interface(out, remote.refresher->to_octets()); });
  if (out.pointer(remote.template_object.has_value())) {
    out.defer([&] { dcom::write_interface(out, marshal_object(*remote.template_object)); });
  }
  out.guid(remote.id);
}

void read_remote(rpc::NdrReader& in, cim::ClassInterner* interner, RefreshRemote& out, base::Status& problem) {
  if (in.pointer()) {
    in.defer([&in, &out, &problem] {
      const std::string_view octets = dcom::read_interface(in);
      if (!in.ok()) return;
      auto objref = dcom::Objref::from_octets(octets);
      if (!objref) return note(problem, std::move(objref).error());
      out.refresher = *std::move(objref);
    });
  }
  if (in.pointer()) in.defer([&in, &out, &problem, interner] { read_template(in, interner, out.template_object, problem); });
  out.id = in.guid();
}

void write_non_hiperf(rpc::NdrWriter& out, const RefreshNonHiperf& polled) {
  if (out.pointer(polled.name_space.has_value())) out.defer([&] { out.wide_string(*polled.name_space); });
  if (out.pointer(polled.template_object.has_value())) {
    out.defer([&] { dcom::write_interface(out, marshal_object(*polled.template_object)); });
  }
}

void read_non_hiperf(rpc::NdrReader& in, cim::ClassInterner* interner, RefreshNonHiperf& out, base::Status& problem) {
  if (in.pointer()) in.defer([&in, &out] { out.name_space = in.wide_string("a namespace"); });
  if (in.pointer()) in.defer([&in, &out, &problem, interner] { read_template(in, interner, out.template_object, problem); });
}

std::uint32_t type_of(const RefreshInfo& info) {
  if (std::holds_alternative<RefreshRemote>(info.info)) return kTypeRemote;
  return std::holds_alternative<RefreshNonHiperf>(info.info) ? kTypeNonHiperf : kTypeInvalid;
}

// _WBEM_REFRESH_INFO: the union's tag stands again before its arm (C706 14.3.8).
void write_info(rpc::NdrWriter& out, const RefreshInfo& info) {
  out.construct([&] {
    const std::uint32_t type = type_of(info);
    out.u32(type);
    out.u32(type);
    if (const auto* remote = std::get_if<RefreshRemote>(&info.info)) write_remote(out, *remote);
    if (const auto* polled = std::get_if<RefreshNonHiperf>(&info.info)) write_non_hiperf(out, *polled);
    if (const auto* code = std::get_if<std::uint32_t>(&info.info)) out.u32(*code);
    out.u32(info.cancel_id);
  });
}

void read_info(rpc::NdrReader& in, cim::ClassInterner* interner, RefreshInfo& out, base::Status& problem) {
  in.construct([&] {
    const std::uint32_t type = in.u32();
    in.union_tag32(type, "a refresher's information");
    switch (type) {
      case kTypeRemote: read_remote(in, interner, out.info.emplace<RefreshRemote>(), problem); break;
      case kTypeNonHiperf: read_non_hiperf(in, interner, out.info.emplace<RefreshNonHiperf>(), problem); break;
      case kTypeInvalid: out.info = in.u32(); break;
      default: in.fail("a refresher's information is of an unknown type");
    }
    out.cancel_id = in.u32();
  });
}

}  // namespace

void RefresherId::write(rpc::NdrWriter& out) const {
  out.construct([&] {
    if (out.pointer(machine.has_value())) out.defer([&] { out.octet_string(*machine); });
    out.u32(process);
    out.guid(id);
  });
}

RefresherId RefresherId::read(rpc::NdrReader& in) {
  RefresherId out;
  in.construct([&] {
    if (in.pointer()) in.defer([&] { out.machine = in.octet_string("a machine's name"); });
    out.process = in.u32();
    out.id = in.guid();
  });
  return out;
}

void write_add_to_refresher(rpc::NdrWriter& out, RefreshingOp operation, const AddToRefresherRequest& request) {
  request.refresher.write(out);
  if (by_template(operation)) {
    write_object(out, request.template_object);
  } else {
    out.wide_string(request.text);
  }
  out.u32(request.flags);
  write_context(out, request.context);
  out.u32(request.client_version);
}

base::Result<AddToRefresherRequest> read_add_to_refresher(rpc::NdrReader& in, RefreshingOp operation, cim::ClassInterner* interner) {
  AddToRefresherRequest out;
  out.refresher = RefresherId::read(in);
  if (by_template(operation)) {
    auto object = read_object(in, interner);
    object ? void(out.template_object = *std::move(object)) : note(out.problem, std::move(object).error());
  } else {
    out.text = in.wide_string("a path or class");
  }
  out.flags = in.u32();
  auto context = read_context(in, interner);
  context ? void(out.context = *std::move(context)) : note(out.problem, std::move(context).error());
  out.client_version = in.u32();
  TRY(in.status("a call that adds to a refresher"));
  return out;
}

void write_add_to_refresher_reply(rpc::NdrWriter& out, const AddToRefresherReply& reply) {
  write_info(out, reply.info);
  out.u32(reply.server_version);
}

base::Result<AddToRefresherReply> read_add_to_refresher_reply(rpc::NdrReader& in, cim::ClassInterner* interner) {
  AddToRefresherReply out;
  base::Status problem;
  read_info(in, interner, out.info, problem);
  out.server_version = in.u32();
  TRY(in.status("the answer of a refresher"));
  TRY(problem);
  return out;
}

void write_remove_from_refresher(rpc::NdrWriter& out, const RemoveFromRefresherRequest& request) {
  request.refresher.write(out);
  out.u32(request.id);
  out.u32(request.flags);
  out.u32(request.client_version);
}

base::Result<RemoveFromRefresherRequest> read_remove_from_refresher(rpc::NdrReader& in) {
  RemoveFromRefresherRequest out;
  out.refresher = RefresherId::read(in);
  out.id = in.u32();
  out.flags = in.u32();
  out.client_version = in.u32();
  TRY(in.status("RemoveObjectFromRefresher"));
  return out;
}

void write_refresher_version(rpc::NdrWriter& out, std::uint32_t version) { out.u32(version); }

base::Result<std::uint32_t> read_refresher_version(rpc::NdrReader& in) {
  const std::uint32_t version = in.u32();
  TRY(in.status("a refresher's version"));
  return version;
}

void write_get_remote_refresher(rpc::NdrWriter& out, const GetRemoteRefresherRequest& request) {
  request.refresher.write(out);
  out.u32(request.flags);
  out.u32(request.client_version);
}

base::Result<GetRemoteRefresherRequest> read_get_remote_refresher(rpc::NdrReader& in) {
  GetRemoteRefresherRequest out;
  out.refresher = RefresherId::read(in);
  out.flags = in.u32();
  out.client_version = in.u32();
  TRY(in.status("GetRemoteRefresher"));
  return out;
}

void write_get_remote_refresher_reply(rpc::NdrWriter& out, const GetRemoteRefresherReply& reply) {
  dcom::write_interface_pointer(out, reply.refresher);
  out.guid(reply.id);
  out.u32(reply.server_version);
}

base::Result<GetRemoteRefresherReply> read_get_remote_refresher_reply(rpc::NdrReader& in) {
  GetRemoteRefresherReply out;
  auto refresher = dcom::read_interface_pointer(in);
  out.id = in.guid();
  out.server_version = in.u32();
  TRY(in.status("the answer to GetRemoteRefresher"));
  TRY_ASSIGN(out.refresher, std::move(refresher));
  return out;
}

}  // namespace remote
