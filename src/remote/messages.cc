// Login, enumerators, call results and backup; IWbemServices is in services_messages.cc, sinks in sink_messages.cc.
#include "remote/messages.h"

namespace remote {
namespace {

using OptionalString = std::optional<std::string>;

/// [unique, string] wchar_t*.
void write_optional(rpc::NdrWriter& out, const OptionalString& text) {
  if (out.pointer(text.has_value())) out.wide_string(*text);
}

OptionalString read_optional(rpc::NdrReader& in, std::string_view what) {
  if (!in.pointer()) return std::nullopt;
  return in.wide_string(what);
}

template <class T>
base::Result<T> done(const rpc::NdrReader& in, std::string_view what, T value) {
  TRY(in.status(what));
  return value;
}

/// The conformant and varying array of 16 octets that the old login has for a secret.
void write_secret(rpc::NdrWriter& out, std::string_view octets) {
  std::string padded(octets.substr(0, 16));
  padded.resize(16);
  out.conformance(16);
  out.variance(16);
  out.octets(padded);
}

std::string read_secret(rpc::NdrReader& in) {
  const std::uint32_t max_count = in.conformance(0, "a secret");
  const std::uint32_t count = in.variance(max_count, 1, "a secret");
  if (in.ok() && count != 16) in.fail("a secret does not have 16 octets");
  return std::string(in.octets(in.ok() ? count : 0));
}

}  // namespace

void write_establish_position(rpc::NdrWriter& out, const EstablishPositionRequest& request) {
  write_optional(out, request.client_machine);
  out.u32(request.process);
}

base::Result<EstablishPositionRequest> read_establish_position(rpc::NdrReader& in) {
  EstablishPositionRequest out;
  out.client_machine = read_optional(in, "a machine's name");
  out.process = in.u32();
  return done(in, "EstablishPosition", std::move(out));
}

void write_establish_position_reply(rpc::NdrWriter& out, std::uint32_t locale_version) { out.u32(locale_version); }

base::Result<std::uint32_t> read_establish_position_reply(rpc::NdrReader& in) {
  const std::uint32_t version = in.u32();
  return done(in, "the answer to EstablishPosition", version);
}

void write_request_challenge(rpc::NdrWriter& out, const RequestChallengeRequest& request) {
  write_optional(out, request.reserved1);
  write_optional(out, request.reserved2);
}

base::Result<RequestChallengeRequest> read_request_challenge(rpc::NdrReader& in) {
  RequestChallengeRequest out;
  out.reserved1 = read_optional(in, "a text");
  out.reserved2 = read_optional(in, "a text");
  return done(in, "RequestChallenge", std::move(out));
}

void write_request_challenge_reply(rpc::NdrWriter& out) { write_secret(out, {}); }

base::Result<std::string> read_request_challenge_reply(rpc::NdrReader& in) {
  std::string secret = read_secret(in);
  return done(in, "the answer to RequestChallenge", std::move(secret));
}

void write_wbem_login(rpc::NdrWriter& out, const WbemLoginRequest& request) {
  write_optional(out, request.reserved1);
  if (out.pointer(request.reserved2.has_value())) write_secret(out, *request.reserved2);
  out.u32(request.flags);
  write_context(out, request.context);
}

base::Result<WbemLoginRequest> read_wbem_login(rpc::NdrReader& in, cim::ClassInterner* interner) {
  WbemLoginRequest out;
  out.reserved1 = read_optional(in, "a text");
  if (in.pointer()) out.reserved2 = read_secret(in);
  out.flags = in.u32();
  auto context = read_context(in, interner);
  TRY(in.status("WBEMLogin"));
  TRY_ASSIGN(out.context, std::move(context));
  return out;
}

void write_ntlm_login(rpc::NdrWriter& out, const NtlmLoginRequest& request) {
  write_optional(out, request.network_resource);
  write_optional(out, request.locales);
  out.u32(request.flags);
  write_context(out, request.context);
}

base::Result<NtlmLoginRequest> read_ntlm_login(rpc::NdrReader& in, cim::ClassInterner* interner) {
  NtlmLoginRequest out;
  out.network_resource = read_optional(in, "a namespace");
  out.locales = read_optional(in, "a list of locales");
  out.flags = in.u32();
  auto context = read_context(in, interner);
  TRY(in.status("NTLMLogin"));
  TRY_ASSIGN(out.context, std::move(context));
  return out;
}

void write_interface_reply(rpc::NdrWriter& out, const std::optional<dcom::Objref>& reference) {
  dcom::write_interface_pointer(out, reference);
}

base::Result<std::optional<dcom::Objref>> read_interface_reply(rpc::NdrReader& in) {
  auto reference = dcom::read_interface_pointer(in);
  TRY(in.status("an interface pointer"));
  return reference;
}

void write_client_info(rpc::NdrWriter& out, const ClientInfo& info) {
  write_optional(out, info.machine);
  out.u32(info.process);
  out.u32(info.reserved);
}

base::Result<ClientInfo> read_client_info(rpc::NdrReader& in) {
  ClientInfo out;
  out.machine = read_optional(in, "a machine's name");
  out.process = in.u32();
  out.reserved = in.u32();
  return done(in, "SetClientInfo", std::move(out));
}

void write_next(rpc::NdrWriter& out, const NextRequest& request) {
  out.u32(request.timeout);
  out.u32(request.count);
}

base::Result<NextRequest> read_next(rpc::NdrReader& in) {
  NextRequest out;
  out.timeout = in.u32();
  out.count = in.u32();
  return done(in, "Next", out);
}

// The pointers of the array stand together, then what they point to, in their order (C706 14.3.12.3).
void write_next_reply(rpc::NdrWriter& out, std::uint32_t count, std::span<const cim::Object> rows) {
  out.conformance(count);
  out.variance(static_cast<std::uint32_t>(rows.size()));
  for (std::size_t i = 0; i < rows.size(); ++i) out.pointer();
  for (const cim::Object& row : rows) dcom::write_interface(out, marshal_object(row));
  out.u32(static_cast<std::uint32_t>(rows.size()));
}

base::Result<std::vector<cim::Object>> read_next_reply(rpc::NdrReader& in, std::uint32_t count, cim::ClassInterner* interner) {
  const std::uint32_t max_count = in.conformance(0, "the objects");
  const std::uint32_t rows = in.variance(max_count, 4, "the objects");
  if (in.ok() && max_count != count) in.fail("there is not as much room for objects as was asked for");
  for (std::uint32_t i = 0; i < rows && in.ok(); ++i) in.reference("an object");
  std::vector<cim::Object> out;
  base::Status problem;
  for (std::uint32_t i = 0; i < rows && in.ok(); ++i) {
    const std::string_view objref = dcom::read_interface(in);
    if (!in.ok()) break;
    auto object = unmarshal_object(objref, interner);
    if (object) {
      out.push_back(*std::move(object));
    } else if (problem.ok()) {
      problem = std::move(object).error();
    }
  }
  if (in.u32() != rows && in.ok()) in.fail("the number of objects is told in two ways");
  TRY(in.status("the answer to Next"));
  TRY(problem);
  return out;
}

void write_next_async(rpc::NdrWriter& out, const NextAsyncRequest& request) {
  out.u32(request.count);
  dcom::write_interface_pointer(out, request.sink);
}

base::Result<NextAsyncRequest> read_next_async(rpc::NdrReader& in) {
  NextAsyncRequest out;
  out.count = in.u32();
  auto sink = dcom::read_interface_pointer(in);
  TRY(in.status("NextAsync"));
  TRY_ASSIGN(out.sink, std::move(sink));
  return out;
}

void write_smart_next(rpc::NdrWriter& out, const SmartNextRequest& request) {
  out.guid(request.proxy);
  out.u32(request.timeout);
  out.u32(request.count);
}

base::Result<SmartNextRequest> read_smart_next(rpc::NdrReader& in) {
  SmartNextRequest out;
  out.proxy = in.guid();
  out.timeout = in.u32();
  out.count = in.u32();
  return done(in, "Next of a smart enumerator", out);
}

void write_smart_next_reply(rpc::NdrWriter& out, const SmartNextReply& reply) {
  out.u32(reply.returned);
  out.u32(static_cast<std::uint32_t>(reply.buffer.size()));
  if (out.pointer(!reply.buffer.empty())) out.conformant_octets(reply.buffer);
}

base::Result<SmartNextReply> read_smart_next_reply(rpc::NdrReader& in) {
  SmartNextReply out;
  out.returned = in.u32();
  const std::uint32_t size = in.u32();
  if (in.pointer()) out.buffer = in.conformant_octets("the buffer", size);
  return done(in, "the answer to Next of a smart enumerator", out);
}

void write_timeout(rpc::NdrWriter& out, std::uint32_t timeout) { out.u32(timeout); }

base::Result<std::uint32_t> read_timeout(rpc::NdrReader& in) {
  const std::uint32_t timeout = in.u32();
  return done(in, "a timeout", timeout);
}

void write_result_string(rpc::NdrWriter& out, const cim::OptionalText& text) { write_bstr(out, text); }

base::Result<cim::OptionalText> read_result_string(rpc::NdrReader& in) {
  cim::OptionalText text = read_bstr(in, "the result");
  return done(in, "the answer to GetResultString", std::move(text));
}

void write_call_status(rpc::NdrWriter& out, base::Hresult status) { out.hresult(status); }

base::Result<base::Hresult> read_call_status(rpc::NdrReader& in) {
  const auto status = static_cast<base::Hresult>(in.u32());
  return done(in, "the answer to GetCallStatus", status);
}

void write_backup(rpc::NdrWriter& out, const BackupRequest& request) {
  out.wide_string(request.file);
  out.u32(request.flags);
}

base::Result<BackupRequest> read_backup(rpc::NdrReader& in) {
  BackupRequest out;
  out.file = in.wide_string("a file's name");
  out.flags = in.u32();
  return done(in, "Backup", std::move(out));
}

}  // namespace remote
