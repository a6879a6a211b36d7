// bind and alter_context on a client: presentation contexts and the legs of a login (MS-RPCE 3.3.1.5.2.1, 3.3.2.4.1.3).
#include <fmt/format.h>

#include "rpc/client_connection.h"

namespace rpc {
namespace {

constexpr std::uint8_t kFeatures = feature::kSecurityContextMultiplexing | feature::kKeepConnectionOnOrphan;

}  // namespace

std::uint64_t ClientConnection::exchange(std::vector<SyntaxId> interfaces, std::optional<ClientAuth> auth) {
  Exchange& added = exchanges_.emplace_back();
  added.token = ++last_token_;
  added.interfaces = std::move(interfaces);
  added.auth = std::move(auth);
  const std::uint64_t token = added.token;
  if (!busy_ && !closed()) start_next_exchange();
  return token;
}

void ClientConnection::start_next_exchange() {
  if (exchanges_.empty()) return;
  busy_ = true;
  Exchange& exchange = exchanges_.front();
  for (const SyntaxId& interface : exchange.interfaces) {
    const std::uint16_t* known = find_context(interface);
    exchange.elements.push_back({known ? *known : next_context_++, interface, {kNdr}});
  }
  // 3.3.1.5.3: what we can do besides, as an element of the bind with the abstract syntax of the one before it.
  if (!bound_) exchange.elements.push_back({next_context_++, exchange.interfaces.back(), {feature::syntax_of(kFeatures)}});
  std::string token;
  if (exchange.auth) {
    auto auth = std::make_unique<AuthContext>();
    auth->id = exchange.auth_id = static_cast<std::uint32_t>(auths_.size() + 1);
    auth->type = static_cast<std::uint8_t>(exchange.auth->provider);
    auth->level = static_cast<std::uint8_t>(exchange.auth->level);
    // 2.2.1.1.8: PKT is asked for where CALL was.
    if (exchange.auth->level == security::Level::kCall) auth->level = static_cast<std::uint8_t>(security::Level::kPacket);
    auth->context = std::move(exchange.auth->context);
    token = std::move(exchange.auth->first_token);
    auths_.push_back(std::move(auth));
  }
  send_exchange(token);
}

void ClientConnection::send_exchange(std::string_view token) {
  Exchange& exchange = exchanges_.front();
  exchange.call_id = ++last_call_id_;
  ++exchange.legs;
  std::uint8_t flags = pfc::kWhole;
  if (!bound_) flags |= pfc::kConcurrentMultiplex;
  AuthSegment segment;
  if (exchange.auth) {
    const AuthContext& auth = *auth_of(exchange.auth_id);
    segment = {auth.type, auth.level, 0, auth.id, token, 0};
    // 3.3.1.5.2.2: header signing is asked for with the first authentication.
    if (auths_.size() == 1) flags |= pfc::kHeaderSign, header_signing_asked_ = true;
  }
  const Bind bind{limits_.max_fragment, limits_.max_fragment, bound_ ? 0 : association_, exchange.elements};
  const PduHeader header{bound_ ? PduType::kAlterContext : PduType::kBind, flags, 0, 0, exchange.call_id};
  append_bind(output_, header, bind, exchange.auth ? &segment : nullptr);
}

void ClientConnection::on_ack(std::string_view pdu, const PduHeader& header, Events& events) {
  const PduType expected = bound_ ? PduType::kAlterContextResp : PduType::kBindAck;
  if (!busy_ || header.type != expected || header.call_id != exchanges_.front().call_id) {
    return fail({RPC_S_PROTOCOL_ERROR, "an answer to no bind or alter_context"}, events);
  }
  const auto auth = parse_auth(pdu, header, kHeaderSize);
  if (!auth) return fail(auth.error(), events);
  const auto ack = parse_bind_ack(pdu, *auth ? (*auth)->offset - (*auth)->pad_length : pdu.size());
  if (!ack) return fail(ack.error(), events);
  Exchange& exchange = exchanges_.front();
  if (!bound_) note_bind(*ack, header);
  if (exchange.legs == 1) {
    const base::Status noted = note_results(ack->results);
    if (!noted.ok()) return fail(noted, events);
    exchange.elements.resize(exchange.interfaces.size());  // features are negotiated by the bind alone
  }
  if (!exchange.auth) return finish_exchange({}, events);

  const AuthContext& context = *auth_of(exchange.auth_id);
  if (*auth && ((*auth)->context_id != context.id || !context.fits(**auth))) {
    return fail({RPC_S_SEC_PKG_ERROR, "the server answers under another security context"}, events);
  }
  if (header_signing_asked_ && (header.flags & pfc::kHeaderSign)) header_signing_ = security::HeaderSigning::kYes;
  bool finished = false;
  const base::Status login = continue_login(*auth ? (*auth)->token : std::string_view(), finished);
  if (!login.ok()) return fail(login, events);
  if (finished) finish_exchange({}, events);
}

void ClientConnection::note_bind(const BindAck& ack, const PduHeader& header) {
  bound_ = true;
  association_ = ack.association;
  multiplex_ = (header.flags & pfc::kConcurrentMultiplex) != 0;  // 3.3.1.5.8
  max_send_ = std::clamp<std::size_t>(ack.max_recv, kMustReceive, std::max(limits_.max_fragment, kMustReceive));
}

base::Status ClientConnection::note_results(const std::vector<ContextResult>& results) {
  Exchange& exchange = exchanges_.front();
  // C706 12.6.3.1: as many results as elements, in their order.
  if (results.size() != exchange.elements.size()) {
    return {RPC_S_PROTOCOL_ERROR, "the server answered for another number of presentation contexts"};
  }
  for (std::size_t i = 0; i < results.size(); ++i) {
    const ContextResult& result = results[i];
    if (i >= exchange.interfaces.size()) {
      keeps_orphans_ = result.result == ContextResult::kNegotiateAck && (result.reason & feature::kKeepConnectionOnOrphan) != 0;
      continue;
    }
    const SyntaxId& interface = exchange.interfaces[i];
    base::Status& status = exchange.results.emplace_back();
    if (result.result == ContextResult::kAccepted && result.transfer == kNdr) {
      if (!find_context(interface)) contexts_.emplace_back(interface, exchange.elements[i].id);
    } else if (result.result == ContextResult::kProviderRejection && result.reason == ContextResult::kAbstractSyntax) {
      status = {RPC_S_UNKNOWN_IF, fmt::format("the server does not have interface {}", interface.to_string())};
    } else {
      status = {RPC_S_UNSUPPORTED_TRANS_SYN, fmt::format("the server does not accept interface {} with NDR", interface.to_string())};
    }
  }
  return {};
}

base::Status ClientConnection::continue_login(std::string_view token, bool& finished) {
  const Exchange& exchange = exchanges_.front();
  AuthContext& auth = *auth_of(exchange.auth_id);
  const auto ready = [&] {
    auth.state = AuthContext::State::kReady;
    auth.peer = std::make_shared<const security::Peer>(auth.context->peer());
    finished = true;
    return base::Status{};
  };
  // The server's last answer may be without a token (3.3.1.5.2.1).
  if (auth.context->done()) return ready();
  if (exchange.legs > limits_.max_legs) return {RPC_S_SEC_PKG_ERROR, "the login does not come to an end"};
  auto step = auth.context->step(token);
  if (!step) return step.error();
  if (step->token.empty()) {
    if (step->done) return ready();
    return {RPC_S_SEC_PKG_ERROR, "the login stopped before its end"};
  }
  // NTLM alone has an odd number of legs: its last one is an rpc_auth_3, which is not answered.
  if (step->done && auth.type == static_cast<std::uint8_t>(security::Provider::kNtlm)) {
    const AuthSegment segment{auth.type, auth.level, 0, auth.id, step->token, 0};
    append_auth3(output_, exchange.call_id, pfc::kWhole, segment);
    return ready();
  }
  send_exchange(step->token);
  return {};
}

void ClientConnection::finish_exchange(base::Status status, Events& events) {
  Exchange exchange = std::move(exchanges_.front());
  exchanges_.pop_front();
  busy_ = false;
  events.exchanged.push_back({exchange.token, std::move(status), exchange.auth_id, std::move(exchange.results)});
  start_next_exchange();
}

}  // namespace rpc
