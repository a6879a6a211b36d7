// Requests on a server: authentication, reassembly, the checks before a call (MS-RPCE 3.3.3.5).
#include <fmt/format.h>

#include "rpc/server_connection.h"
#include "rpc/verification.h"

namespace rpc {
namespace {

constexpr std::uint32_t kLargestCallId = 0x7FFFFFFF;  // note <123> of MS-RPCE
constexpr std::uint32_t kOldCalls = 150;              // 3.3.3.5.6

const char* describe(std::uint32_t status) {
  switch (status) {
    case fault::kAccessDenied: return "a request that its authentication does not allow, or that is too large";
    case fault::kSecurityPackage: return "a request whose signature does not verify";
    case fault::kNoCallActive: return "a request that is cancelled before it is there";
    default: return "a request against the rules of the protocol";
  }
}

}  // namespace

void ServerConnection::on_request(std::span<char> pdu, const PduHeader& header, Events& events) {
  const auto request = parse_request({pdu.data(), pdu.size()}, header);
  if (!bound_ || !request) return fault_and_close(header.call_id, 0, fault::kProtocolError, describe(fault::kProtocolError));

  // What is not authentic is not looked at any further.
  AuthContext* auth = nullptr;
  std::string_view stub;
  if (const std::uint32_t status = authenticate(pdu, header, *request, auth, stub)) {
    const bool refused = status == fault::kAccessDenied && !login_failure_.empty();
    return fault_and_close(header.call_id, request->context_id, status, refused ? "login refused: " + login_failure_ : describe(status));
  }

  const bool first = (header.flags & pfc::kFirst) != 0;
  if (!first && !assembly_) {
    // 3.3.3.5.6: late fragments of a call that ended are dropped; others are protocol errors.
    const bool late = header.call_id < highest_call_id_ && highest_call_id_ - header.call_id < kOldCalls;
    if (!late) fault_and_close(header.call_id, 0, fault::kProtocolError, "a fragment of no request");
    return;
  }
  const std::uint32_t wrong = first ? begin_assembly(header, *request, auth) : check_continuation(header, *request, auth);
  if (wrong != 0) {
    // The call that suffers is the one that was being put together.
    const std::uint32_t call_id = assembly_ ? assembly_->call_id : header.call_id;
    return fault_and_close(call_id, request->context_id, wrong, describe(wrong));
  }

  Assembly& assembly = *assembly_;
  const bool last = (header.flags & pfc::kLast) != 0;
  assembly.received += header.frag_length - request->header_size() - (header.auth_length ? kTrailerSize + header.auth_length : 0u);
  assembly.largest_hint = std::max(assembly.largest_hint, request->alloc_hint);
  // 3.3.3.5.4 and 2.2.2.6: too much, or a hint of too much, or at the end a hint of more than there is.
  const std::size_t most = auth || local_peer_ ? limits_.max_stub : std::min(limits_.max_stub, limits_.max_unauthenticated_stub);
  const std::size_t claimed = std::max<std::size_t>(assembly.received, last ? 0 : request->alloc_hint);
  if (claimed > most || (last && assembly.largest_hint > assembly.received)) {
    return fault_and_close(header.call_id, request->context_id, fault::kAccessDenied, describe(fault::kAccessDenied));
  }
  if (!assembly.discard) {
    if (assembly.stub.empty() && !last) assembly.stub.reserve(std::max<std::size_t>(assembly.largest_hint, stub.size()));
    assembly.stub.append(stub);
    hold(stub.size());
    // Only what still grows: a whole request was let in when it began.
    if (!last && parts_.budget->held > parts_.budget->max_held) {
      send_fault(header.call_id, request->context_id, fault::kServerTooBusy, false);
      let_go(assembly.stub.size());
      assembly.stub = std::string();
      assembly.discard = true;
    }
  }
  if (last) complete(events);
}

std::uint32_t ServerConnection::authenticate(std::span<char> pdu, const PduHeader& header, const Request& request, AuthContext*& auth,
                                             std::string_view& stub) {
  const auto segment = parse_auth({pdu.data(), pdu.size()}, header, request.header_size());
  if (!segment) return fault::kProtocolError;  // padding that reaches into the header
  if (!*segment) {
    stub = std::string_view(pdu.data(), pdu.size()).substr(request.header_size());
    if (auths_.empty()) return 0;
    // 3.3.1.5.4: without a trailer only under the one context of the connection, and only at the connect level.
    AuthContext& only = *auths_.begin()->second;
    if (only.state == AuthContext::State::kNegotiating) return fault::kProtocolError;
    if (auths_.size() > 1 || only.state == AuthContext::State::kFailed) return fault::kAccessDenied;
    if (only.effective_level() != security::Level::kConnect) return fault::kAccessDenied;
    auth = &only;
    return 0;
  }
  const auto at = auths_.find((*segment)->context_id);
  if (at == auths_.end()) return fault::kAccessDenied;
  AuthContext& named = *at->second;
  if (named.state == AuthContext::State::kNegotiating) return fault::kProtocolError;
  if (named.state == AuthContext::State::kFailed || !named.fits(**segment)) return fault::kAccessDenied;
  const auto opened = open_fragment(pdu, request.header_size(), **segment, protection(&named));
  if (!opened) return fault::kSecurityPackage;
  auth = &named;
  stub = *opened;
  return 0;
}

std::uint32_t ServerConnection::begin_assembly(const PduHeader& header, const Request& request, AuthContext* auth) {
  // 3.3.1.5.8: all fragments of a request come before the next request.
  if (assembly_) return fault::kProtocolError;
  if (header.flags & pfc::kPendingCancel) return fault::kNoCallActive;
  // 3.3.3.5.2 says that ids must rise, yet clients that keep one counter for each interface let them fall, and are served by Windows. What
  // cannot be told apart is refused.
  if (header.call_id > kLargestCallId || serials_.contains(header.call_id)) return fault::kProtocolError;
  highest_call_id_ = std::max(highest_call_id_, header.call_id);
  Assembly& assembly = assembly_.emplace(Assembly{header.call_id, request, auth});
  // 3.3.3.5.8: an error is answered with the fragment that has it.
  const Presentation* presentation = nullptr;
  if (const std::uint32_t status = refusal(assembly, presentation)) {
    send_fault(header.call_id, presentation ? request.context_id : std::uint16_t{0}, status, false);
    assembly.discard = true;
  }
  return 0;
}

std::uint32_t ServerConnection::check_continuation(const PduHeader& header, const Request& request, AuthContext* auth) {
  // 3.3.3.5.2, 2.2.2.11: the fragments of a request have the same call, context, operation and security context.
  const Assembly& assembly = *assembly_;
  const bool same = header.call_id == assembly.call_id && request.context_id == assembly.request.context_id &&
                    request.opnum == assembly.request.opnum && auth == assembly.auth &&
                    (!request.object || request.object == assembly.request.object);
  return same ? 0 : fault::kProtocolError;
}

std::uint32_t ServerConnection::refusal(const Assembly& assembly, const Presentation*& presentation) const {
  const auto at = presentations_.find(assembly.request.context_id);
  if (at == presentations_.end()) return fault::kUnknownInterface;
  presentation = &at->second;
  const Interface& interface = *at->second.interface;
  const security::Level level = level_of(assembly.auth);
  if (level < interface.least_level) return interface.below_level;
  if (assembly.request.opnum >= interface.opnums) return fault::kOpnumRange;
  if (calls_.size() >= limits_.max_outstanding || parts_.budget->outstanding >= parts_.budget->max_outstanding ||
      held_ >= limits_.max_held || parts_.budget->held >= parts_.budget->max_held) {
    return fault::kServerTooBusy;
  }
  return 0;
}

void ServerConnection::complete(Events& events) {
  let_go(assembly_->stub.size());
  Assembly assembly = std::move(*assembly_);
  assembly_.reset();
  if (assembly.discard) return;
  const Presentation& presentation = presentations_.at(assembly.request.context_id);
  const Request& request = assembly.request;
  // 2.2.2.13: a verification trailer is no part of the stub; one that lies is refused as invalid with status 5.
  const VerificationResult verified = check_verification(
      assembly.stub,
      {assembly.call_id, request.context_id, request.opnum, header_signing_ == security::HeaderSigning::kYes, presentation.abstract, kNdr});
  if (!verified.acceptable) return send_fault(assembly.call_id, request.context_id, fault::kAccessDenied, false);
  assembly.stub.resize(verified.stub_size);

  const std::uint64_t serial = ++last_serial_;
  calls_[serial] = {assembly.call_id, request.context_id, assembly.auth, assembly.stub.size(), false};
  serials_[assembly.call_id] = serial;
  hold(assembly.stub.size());
  ++parts_.budget->outstanding;

  Dispatch dispatch;
  dispatch.interface = presentation.interface;
  dispatch.call.serial = serial;
  dispatch.call.interface = presentation.abstract;
  dispatch.call.opnum = request.opnum;
  dispatch.call.object = request.object;
  dispatch.call.stub = std::move(assembly.stub);
  dispatch.call.association = association_;
  dispatch.call.level = level_of(assembly.auth);
  dispatch.call.peer = assembly.auth ? assembly.auth->peer : local_peer_;
  events.calls.push_back(std::move(dispatch));
}

}  // namespace rpc
