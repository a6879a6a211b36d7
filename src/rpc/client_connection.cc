#include "rpc/client_connection.h"

#include <fmt/format.h>

#include <algorithm>

namespace rpc {

ClientConnection::ClientConnection(const ClientLimits& limits, std::uint32_t association) : limits_(limits), association_(association) {}

AuthContext* ClientConnection::auth_of(std::uint32_t id) const {
  for (const auto& auth : auths_) {
    if (id == 0 || auth->id == id) return auth.get();
  }
  return nullptr;
}

std::shared_ptr<const security::Peer> ClientConnection::peer(std::uint32_t auth) const {
  const AuthContext* found = auth_of(auth);
  return found ? found->peer : nullptr;
}

const std::uint16_t* ClientConnection::find_context(const SyntaxId& interface) const {
  const auto at = std::ranges::find(contexts_, interface, &std::pair<SyntaxId, std::uint16_t>::first);
  return at == contexts_.end() ? nullptr : &at->second;
}

Protection ClientConnection::protection(AuthContext* auth) const { return {auth, header_signing_, auths_.size() > 1}; }

void ClientConnection::offer_output() const {
  if (on_output_ && output_.size() >= kOfferedOutput) on_output_();
}

base::Result<std::uint32_t> ClientConnection::call(const OutgoingCall& call, std::string stub) {
  if (closed()) return base::fail(end_);
  if (!find_context(call.interface)) {
    return base::fail(RPC_S_UNKNOWN_IF, fmt::format("interface {} was not agreed on", call.interface.to_string()));
  }
  const AuthContext* auth = auth_of(call.auth);
  if ((auth && auth->state != AuthContext::State::kReady) || (!auth && call.auth != 0)) {
    return base::fail(RPC_S_SEC_PKG_ERROR, "the security context of the call is not established");
  }
  Queued queued{++last_call_id_, call, std::move(stub)};
  const std::uint32_t call_id = queued.call_id;
  if (!multiplex_ && !calls_.empty()) {
    queue_.push_back(std::move(queued));
  } else {
    send(queued);
  }
  return call_id;
}

void ClientConnection::send(const Queued& queued) {
  AuthContext* auth = auth_of(queued.call.auth);
  const Request shape{0, *find_context(queued.call.interface), queued.call.opnum, queued.call.object};
  const auto write_header = [&](std::string& out, std::uint8_t flags, std::uint32_t hint) {
    Request request = shape;
    request.alloc_hint = hint;
    if (request.object) flags |= pfc::kObjectUuid;
    append_request_header(out, {PduType::kRequest, flags, 0, 0, queued.call_id}, request);
  };
  calls_[queued.call_id].auth = auth;
  const base::Status sent =
      append_fragments(output_, shape.header_size(), max_send_, queued.stub, protection(auth), write_header, [this] { offer_output(); });
  if (!sent.ok() && end_.ok()) end_ = sent;
}

void ClientConnection::cancel(std::uint32_t call_id) {
  if (calls_.contains(call_id)) append_bare(output_, PduType::kCancel, call_id);
}

void ClientConnection::abandon(std::uint32_t call_id) {
  if (std::erase_if(queue_, [&](const Queued& queued) { return queued.call_id == call_id; }) > 0) return;
  const auto at = calls_.find(call_id);
  if (at == calls_.end()) return;
  // Its fragments may be on the way, and each one moves the sequence numbers: the entry stays until they are over. A server that keeps the
  // connection after an orphaned PDU may drop them altogether (3.3.1.5.10).
  append_bare(output_, PduType::kCancel, call_id);
  if (keeps_orphans_) append_bare(output_, PduType::kOrphaned, call_id);
  at->second.abandoned = true;
}

void ClientConnection::not_sent(std::uint32_t call_id) {
  const auto at = calls_.find(call_id);
  if (at != calls_.end()) at->second.sent = false;
}

ClientConnection::Events ClientConnection::receive(std::string_view octets) {
  Events all;
  while (!octets.empty() && !closed()) {
    const std::span<char> space = input_space();
    const std::size_t count = std::min(space.size(), octets.size());
    std::copy_n(octets.data(), count, space.data());
    octets.remove_prefix(count);
    Events some = received(count);
    std::ranges::move(some.exchanged, std::back_inserter(all.exchanged));
    std::ranges::move(some.replies, std::back_inserter(all.replies));
  }
  return all;
}

ClientConnection::Events ClientConnection::received(std::size_t count) {
  Events events;
  input_.commit(count);
  while (!closed() && process_one(events)) {
  }
  return events;
}

bool ClientConnection::process_one(Events& events) {
  const std::span<char> pending = input_.pending();
  if (pending.size() < kHeaderSize) return false;
  PduHeader header;
  HeaderError error = parse_header({pending.data(), kHeaderSize}, header);
  if (error == HeaderError::kNone && header.type == PduType::kResponse && header.frag_length > limits_.max_fragment) {
    error = HeaderError::kOther;
  }
  if (error != HeaderError::kNone) {
    fail({RPC_S_PROTOCOL_ERROR, "the server sent something that is no RPC 5.0 PDU"}, events);
    return false;
  }
  if (pending.size() < header.frag_length) return false;
  dispatch(pending.first(header.frag_length), header, events);
  input_.consume(header.frag_length);
  return true;
}

void ClientConnection::dispatch(std::span<char> pdu, const PduHeader& header, Events& events) {
  const std::string_view octets(pdu.data(), pdu.size());
  switch (header.type) {
    case PduType::kBindAck:
    case PduType::kAlterContextResp: return on_ack(octets, header, events);
    case PduType::kBindNak: {
      const auto nak = parse_bind_nak(octets);
      const auto reason = nak ? nak->reason : NakReason::kNotSpecified;
      const auto code = reason == NakReason::kAuthenticationType                               ? RPC_S_UNKNOWN_AUTHN_SERVICE
                        : reason == NakReason::kInvalidChecksum                                ? E_ACCESSDENIED
                        : reason == NakReason::kCongestion || reason == NakReason::kLocalLimit ? RPC_S_SERVER_TOO_BUSY
                                                                                               : RPC_S_PROTOCOL_ERROR;
      return fail({code, fmt::format("the server refused the bind with reason {}", static_cast<unsigned>(reason))}, events);
    }
    case PduType::kResponse: return on_response(pdu, header, events);
    case PduType::kFault: return on_fault(octets, header, events);
    case PduType::kShutdown:
      // C706 12.6.4.11: a request to close when nothing is under way; the server cannot withdraw from calls that way.
      if (calls_.empty() && !busy_) fail({RPC_S_SERVER_UNAVAILABLE, "the server is shutting down"}, events);
      return;
    default: return fail({RPC_S_PROTOCOL_ERROR, "the server sent a PDU that only clients send"}, events);
  }
}

void ClientConnection::on_response(std::span<char> pdu, const PduHeader& header, Events& events) {
  const auto at = calls_.find(header.call_id);
  const auto response = parse_response({pdu.data(), pdu.size()});
  if (at == calls_.end() || !response) return fail({RPC_S_PROTOCOL_ERROR, "a response to no call"}, events);
  Waiting& waiting = at->second;
  const auto segment = parse_auth({pdu.data(), pdu.size()}, header, kCallHeaderSize);
  if (!segment) return fail(segment.error(), events);

  // 3.3.1.5.2.2: the answer is protected as the request was; nothing weaker is taken.
  std::string_view stub = std::string_view(pdu.data(), pdu.size()).substr(kCallHeaderSize);
  const bool must = waiting.auth && waiting.auth->effective_level() > security::Level::kConnect;
  if (*segment) {
    if (!waiting.auth || (*segment)->context_id != waiting.auth->id || !waiting.auth->fits(**segment)) {
      return fail({RPC_S_SEC_PKG_ERROR, "a response under another security context than its request"}, events);
    }
    const auto opened = open_fragment(pdu, kCallHeaderSize, **segment, protection(waiting.auth));
    if (!opened) return fail({RPC_S_SEC_PKG_ERROR, fmt::format("a response does not verify: {}", opened.error().text())}, events);
    stub = *opened;
  } else if (must) {
    return fail({RPC_S_SEC_PKG_ERROR, "a response without the protection of its request"}, events);
  }

  const bool first = (header.flags & pfc::kFirst) != 0;
  if (first == waiting.began) return fail({RPC_S_PROTOCOL_ERROR, "the fragments of a response are out of order"}, events);
  waiting.began = true;
  const bool last = (header.flags & pfc::kLast) != 0;
  // 3.3.2.5.2: the hint is only a hint.
  if (waiting.stub.size() + stub.size() > limits_.max_reply) {
    return fail({RPC_S_PROTOCOL_ERROR, fmt::format("a response has more than {} octets", limits_.max_reply)}, events);
  }
  if (!waiting.abandoned) {
    if (first && !last) waiting.stub.reserve(std::min<std::size_t>(response->alloc_hint, limits_.max_reply));
    waiting.stub.append(stub);
  }
  if (last) finish_call(header.call_id, {{}, {}, true, std::move(waiting.stub)}, events);
}

void ClientConnection::on_fault(std::string_view pdu, const PduHeader& header, Events& events) {
  const auto fault = parse_fault(pdu);
  if (!fault) return fail(fault.error(), events);
  if (busy_ && header.call_id == exchanges_.front().call_id) {
    // 3.3.1.5.2.1: the context is discarded, and the connection with it.
    return fail(status_of_fault(fault->status), events);
  }
  if (!calls_.contains(header.call_id)) return fail(status_of_fault(fault->status), events);
  const bool executed = (header.flags & pfc::kDidNotExecute) == 0;
  finish_call(header.call_id, {status_of_fault(fault->status), fault->status, executed, {}}, events);
}

void ClientConnection::finish_call(std::uint32_t call_id, Reply reply, Events& events) {
  const auto at = calls_.find(call_id);
  if (!at->second.abandoned) events.replies.emplace_back(call_id, std::move(reply));
  calls_.erase(at);
  if (!queue_.empty() && calls_.empty()) {
    send(queue_.front());
    queue_.pop_front();
  }
}

void ClientConnection::fail(base::Status status, Events& events) {
  Events ended = close(std::move(status));
  std::ranges::move(ended.exchanged, std::back_inserter(events.exchanged));
  std::ranges::move(ended.replies, std::back_inserter(events.replies));
}

ClientConnection::Events ClientConnection::close(base::Status status) {
  Events events;
  if (end_.ok()) end_ = std::move(status);
  for (Exchange& exchange : exchanges_) {
    events.exchanged.push_back({exchange.token, end_, 0, std::vector<base::Status>(exchange.interfaces.size(), end_)});
  }
  exchanges_.clear();
  busy_ = false;
  for (auto& [call_id, waiting] : calls_) {
    if (!waiting.abandoned) events.replies.push_back({call_id, {end_, {}, waiting.sent, {}}});
  }
  for (Queued& queued : queue_) events.replies.push_back({queued.call_id, {end_, {}, false, {}}});
  calls_.clear();
  queue_.clear();
  return events;
}

}  // namespace rpc
