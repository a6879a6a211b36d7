// bind, alter_context and rpc_auth_3 on a server (MS-RPCE 3.3.1.5.2.1, 3.3.1.5.3, 3.3.1.5.6).
#include <fmt/format.h>

#include <algorithm>

#include "rpc/server_connection.h"
#include "security/sspi_status.h"

namespace rpc {
namespace {

constexpr std::size_t kBindBody = 28;  // header and the fixed fields of a bind

/// C706 12.6.3.2: fragments of kMustReceive octets are always possible; ours are a multiple of 8.
std::uint16_t fragment_size(std::uint16_t asked, std::uint16_t ours) {
  return std::max<std::uint16_t>(std::min(asked, ours), kMustReceive) & 0xFFF8;
}

}  // namespace

void ServerConnection::nak(const PduHeader& header, NakReason reason, std::string why) {
  append_bind_nak(output_, header.call_id, reason);
  close(std::move(why));
}

void ServerConnection::on_bind(std::string_view pdu, const PduHeader& header) {
  // C706 11.1.5: one bind per connection.
  if (bound_) return nak(header, NakReason::kNotSpecified, "a second bind");
  const auto auth = parse_auth(pdu, header, kBindBody);
  if (!auth) return nak(header, NakReason::kProtocolVersion, auth.error().text());
  const auto bind = parse_bind(pdu, *auth ? (*auth)->offset - (*auth)->pad_length : pdu.size());
  if (!bind) return nak(header, NakReason::kProtocolVersion, bind.error().text());
  // 2.2.2.5: a protocol error in a bind is reason 4. n_context_elem is at least 1.
  if (bind->contexts.empty()) return nak(header, NakReason::kProtocolVersion, "a bind without presentation contexts");

  std::vector<ContextResult> results;
  if (const auto reason = negotiate(bind->contexts, results)) return nak(header, *reason, "a bind with contexts that cannot be");

  // 3.3.1.5.7: an existing association only from the address that made it.
  association_ = parts_.associations->join(bind->association, peer_address_);
  if (association_ == 0) return nak(header, NakReason::kNotSpecified, "a bind to an association that is not this client's");
  bound_ = true;
  multiplex_ = (header.flags & pfc::kConcurrentMultiplex) != 0;
  max_send_ = fragment_size(bind->max_recv, limits_.max_fragment);

  std::string token;
  if (*auth) {
    note_header_signing(header);
    if (const auto reason = start_context(**auth, token)) return nak(header, *reason, std::move(reason_));
  }
  send_ack(PduType::kBindAck, header, std::move(results), *auth, token);
}

void ServerConnection::on_alter(std::string_view pdu, const PduHeader& header) {
  const auto refuse = [&](std::string why) {
    send_fault(header.call_id, 0, fault::kProtocolError, false);
    close(std::move(why));
  };
  if (!bound_) return refuse("an alter_context before a bind");
  const auto auth = parse_auth(pdu, header, kBindBody);
  if (!auth) return refuse(auth.error().text());
  const auto bind = parse_bind(pdu, *auth ? (*auth)->offset - (*auth)->pad_length : pdu.size());
  if (!bind) return refuse(bind.error().text());
  if (bind->contexts.empty()) return refuse("an alter_context without presentation contexts");

  // 3.3.3.5.5: over the limit the answer to an alter_context is a bind_nak too; other mistakes are protocol errors.
  std::vector<ContextResult> results;
  if (const auto reason = negotiate(bind->contexts, results)) {
    if (*reason == NakReason::kLocalLimit) return nak(header, *reason, "an alter_context with too many contexts");
    return refuse("an alter_context with contexts that cannot be");
  }
  // Fragment sizes and association were agreed with the bind; here they say nothing.
  std::string token;
  if (*auth) {
    note_header_signing(header);
    if (const std::uint32_t status = alter_context(**auth, token)) {
      return fault_and_close(header.call_id, 0, status, std::move(reason_));
    }
  }
  send_ack(PduType::kAlterContextResp, header, std::move(results), *auth, token);
}

void ServerConnection::send_ack(PduType type, const PduHeader& header, std::vector<ContextResult> results,
                                const std::optional<AuthSegment>& auth, const std::string& token) {
  std::uint8_t flags = pfc::kWhole;
  if (multiplex_) flags |= pfc::kConcurrentMultiplex;  // 3.3.1.5.8
  const bool signs = header_signing_ == security::HeaderSigning::kYes;
  if (auth && signs) flags |= pfc::kHeaderSign;
  // 3.3.1.5.5: the secondary address is the primary one; a response to an alter_context has none.
  BindAck ack{static_cast<std::uint16_t>(max_send_), static_cast<std::uint16_t>(max_send_), association_,
              type == PduType::kBindAck ? endpoint_ : std::string(), std::move(results)};
  AuthSegment segment;
  if (auth) segment = {auth->type, auth->level, 0, auth->context_id, token, 0};
  append_bind_ack(output_, {type, flags, 0, 0, header.call_id}, ack, auth && !token.empty() ? &segment : nullptr);
}

std::optional<NakReason> ServerConnection::negotiate(const std::vector<ContextElement>& elements, std::vector<ContextResult>& results) {
  bool features = false;
  for (const ContextElement& element : elements) {
    if (element.transfer.empty()) return NakReason::kNotSpecified;
    // 3.3.1.5.3: feature negotiation is an element with exactly one transfer syntax, once in a bind.
    const auto bits = element.transfer.size() == 1 ? feature::bits_of(element.transfer[0]) : std::nullopt;
    if (bits && !bound_) {
      if (std::exchange(features, true)) return NakReason::kNotSpecified;
      // An orphaned PDU leaves the connection usable, and security contexts are told apart by id; reserved bits are cleared.
      const std::uint16_t both = *bits & (feature::kSecurityContextMultiplexing | feature::kKeepConnectionOnOrphan);
      results.push_back({ContextResult::kNegotiateAck, both, {}});
      continue;
    }
    // 3.3.3.5.5
    const bool is_new = !presentations_.contains(element.id);
    const std::size_t allowed = std::min(limits_.max_presentation_contexts, 4000 * parts_.interfaces->size());
    if (is_new && allowed > 0 && presentations_.size() >= allowed) return NakReason::kLocalLimit;
    results.push_back(negotiate_one(element));
    if (results.back().result != ContextResult::kAccepted) continue;
    const auto& [at, inserted] = presentations_.try_emplace(element.id, Presentation{element.abstract, nullptr});
    // C706 12.6.4.1: an id keeps its meaning for the life of the connection.
    if (!inserted && at->second.abstract != element.abstract) return NakReason::kNotSpecified;
    if (inserted) at->second.interface = parts_.interfaces->find(element.abstract);
  }
  return {};
}

ContextResult ServerConnection::negotiate_one(const ContextElement& element) {
  // 3.3.1.5.6: at most one transfer syntax is accepted; NDR is the only one here (MS-DCOM is specified for it alone).
  if (!parts_.interfaces->find(element.abstract)) return {ContextResult::kProviderRejection, ContextResult::kAbstractSyntax, {}};
  if (std::ranges::find(element.transfer, kNdr) == element.transfer.end()) {
    return {ContextResult::kProviderRejection, ContextResult::kTransferSyntaxes, {}};
  }
  return {ContextResult::kAccepted, ContextResult::kNoReason, kNdr};
}

void ServerConnection::note_header_signing(const PduHeader& header) {
  // 3.3.1.5.2.2: agreed for the whole connection by a bind or alter_context that carries authentication.
  if (header.flags & pfc::kHeaderSign) header_signing_ = security::HeaderSigning::kYes;
}

std::optional<NakReason> ServerConnection::start_context(const AuthSegment& segment, std::string& token) {
  if (local_peer_) {
    reason_ = "a login where the transport proves who calls";
    return NakReason::kAuthenticationType;
  }
  // 3.3.3.5.3: the type is looked at first; a level that does not exist is no reason of its own.
  auto made = parts_.make_context(static_cast<security::Provider>(segment.type), peer_address_);
  if (!made) {
    reason_ = fmt::format("security provider {}: {}", segment.type, made.error().text());
    return made.error().code() == RPC_S_SERVER_TOO_BUSY ? NakReason::kLocalLimit : NakReason::kAuthenticationType;
  }
  ++security_contexts_;
  if (!known_level(segment.level)) {
    reason_ = fmt::format("authentication level {}", segment.level);
    return NakReason::kNotSpecified;
  }
  auto auth = std::make_unique<AuthContext>();
  auth->id = segment.context_id;
  auth->type = segment.type;
  auth->level = segment.level;
  auth->context = std::move(*made);
  AuthContext& placed = *(auths_[auth->id] = std::move(auth));
  const base::Status stepped = step_context(placed, segment.token, token);
  if (stepped.ok()) return {};
  reason_ = stepped.text();
  return NakReason::kInvalidChecksum;
}

std::uint32_t ServerConnection::alter_context(const AuthSegment& segment, std::string& token) {
  const auto at = auths_.find(segment.context_id);
  if (at == auths_.end()) {
    const std::size_t most = ready_contexts_ > 0 ? SIZE_MAX : limits_.max_unauthenticated_contexts;
    if (auths_.size() >= std::min(limits_.max_security_contexts, most)) {
      reason_ = "too many security contexts";
      return fault::kProtocolError;
    }
    const auto refused = start_context(segment, token);
    if (!refused) return 0;
    if (*refused == NakReason::kAuthenticationType) return fault::kUnknownAuthnService;
    if (*refused == NakReason::kLocalLimit) return fault::kServerTooBusy;
    return *refused == NakReason::kNotSpecified ? fault::kUnsupportedAuthnLevel : fault::kAccessDenied;
  }
  AuthContext& auth = *at->second;
  if (segment.type != auth.type) {
    reason_ = "an alter_context that changes the security provider";
    return fault::kSecurityPackage;
  }
  if (segment.level != auth.level || auth.state != AuthContext::State::kNegotiating) {
    reason_ = "an alter_context for a security context that is established otherwise";
    return fault::kAccessDenied;
  }
  const base::Status stepped = step_context(auth, segment.token, token);
  if (stepped.ok()) return 0;
  reason_ = stepped.text();
  return fault::kAccessDenied;
}

base::Status ServerConnection::step_context(AuthContext& auth, std::string_view token_in, std::string& token_out) {
  auto step = auth.context->step(token_in);
  if (!step) {
    auth.state = AuthContext::State::kFailed;
    return step.error();
  }
  token_out = std::move(step->token);
  if (!step->done) return {};
  auth.state = AuthContext::State::kReady;
  auth.peer = std::make_shared<const security::Peer>(auth.context->peer());
  ++ready_contexts_;
  return {};
}

void ServerConnection::on_auth3(std::string_view pdu, const PduHeader& header) {
  // 2.2.2.10, 3.3.1.5.2.1: never answered; what goes wrong shows on the first request under the context.
  quick_ack_ = true;
  const auto segment = parse_auth(pdu, header, kHeaderSize);
  if (!segment || !*segment) return close("an rpc_auth_3 without a token");
  const auto at = auths_.find((*segment)->context_id);
  if (at == auths_.end()) return close("an rpc_auth_3 for an unknown security context");
  AuthContext& auth = *at->second;
  if (auth.state != AuthContext::State::kNegotiating || !auth.fits(**segment)) {
    if (auth.state == AuthContext::State::kReady) --ready_contexts_;
    auth.state = AuthContext::State::kFailed;
    return;
  }
  std::string token;
  const base::Status stepped = step_context(auth, (*segment)->token, token);
  // Nothing can be sent back, so a context that wants more is as good as none.
  if (!stepped.ok() || auth.state != AuthContext::State::kReady) auth.state = AuthContext::State::kFailed;
  if (!stepped.ok()) login_failure_ = stepped.text();
}

}  // namespace rpc
