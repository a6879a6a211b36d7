#include "rpc/server_connection.h"

#include <fmt/format.h>

#include <utility>

namespace rpc {

ServerConnection::ServerConnection(const ServerLimits& limits, const ServerParts& parts, std::string peer_address, std::string endpoint,
                                   std::shared_ptr<const security::Peer> local_peer)
    : limits_(limits),
      parts_(parts),
      peer_address_(std::move(peer_address)),
      endpoint_(std::move(endpoint)),
      local_peer_(std::move(local_peer)) {}

ServerConnection::~ServerConnection() { disconnected(); }

void ServerConnection::disconnected() {
  close("the connection is gone");
  for (const auto& [serial, pending] : calls_) release(pending);
  calls_.clear();
  if (const std::uint32_t association = std::exchange(association_, 0)) parts_.associations->leave(association);
}

ServerConnection::Events ServerConnection::receive(std::string_view octets) {
  Events all;
  while (!octets.empty() && !closing_) {
    const std::span<char> space = input_space();
    const std::size_t count = std::min(space.size(), octets.size());
    std::copy_n(octets.data(), count, space.data());
    octets.remove_prefix(count);
    Events some = received(count);
    std::ranges::move(some.calls, std::back_inserter(all.calls));
    std::ranges::move(some.cancelled, std::back_inserter(all.cancelled));
  }
  return all;
}

ServerConnection::Events ServerConnection::received(std::size_t count) {
  Events events;
  input_.commit(count);
  while (!closing_ && process_one(events)) {
  }
  partial_ = !input_.pending().empty() || assembly_;
  if (closing_) {
    for (const auto& [serial, pending] : calls_) events.cancelled.push_back(serial);
  }
  return events;
}

bool ServerConnection::process_one(Events& events) {
  const std::span<char> pending = input_.pending();
  if (pending.size() < kHeaderSize) return false;
  PduHeader header;
  HeaderError error = parse_header({pending.data(), kHeaderSize}, header);
  // Fragments are bounded from the first octet; a bind may be longer, as its token may be (C706 12.6.3.2 bounds only fragments).
  if (error == HeaderError::kNone && header.type == PduType::kRequest && header.frag_length > limits_.max_fragment) {
    error = HeaderError::kOther;
  }
  if (error != HeaderError::kNone) {
    refuse_header(header, error);
    return false;
  }
  if (pending.size() < header.frag_length) return false;
  dispatch(pending.first(header.frag_length), header, events);
  input_.consume(header.frag_length);
  ++pdus_;
  return true;
}

void ServerConnection::refuse_header(const PduHeader& header, HeaderError error) {
  // Note <97> of MS-RPCE: the form of the answer is that of what came. A peer that is in no conversation of RPC gets a fault too.
  const char* why = error == HeaderError::kVersion ? "a PDU of another protocol version" : "a PDU with a malformed header";
  if (header.type == PduType::kBind) return nak(header, NakReason::kProtocolVersion, why);
  fault_and_close(header.call_id, 0, fault::kProtocolError, why);
}

void ServerConnection::dispatch(std::span<char> pdu, const PduHeader& header, Events& events) {
  const std::string_view octets(pdu.data(), pdu.size());
  switch (header.type) {
    case PduType::kBind: return on_bind(octets, header);
    case PduType::kAlterContext: return on_alter(octets, header);
    case PduType::kAuth3: return on_auth3(octets, header);
    case PduType::kRequest: return on_request(pdu, header, events);
    case PduType::kCancel:
      // C706 12.6.4.1: advice only; the call goes on to its answer.
      if (const auto at = serials_.find(header.call_id); at != serials_.end()) events.cancelled.push_back(at->second);
      return;
    case PduType::kOrphaned: return on_orphaned(header.call_id, events);
    default: return fault_and_close(header.call_id, 0, fault::kProtocolError, "a PDU that only servers send");
  }
}

void ServerConnection::on_orphaned(std::uint32_t call_id, Events& events) {
  // C706 12.6.4.6: the client throws away the answer. A request whose fragments are still coming is not affected.
  const auto at = serials_.find(call_id);
  if (at == serials_.end()) return;
  calls_[at->second].orphaned = true;
  events.cancelled.push_back(at->second);
}

Protection ServerConnection::protection(AuthContext* auth) const { return {auth, header_signing_, auths_.size() > 1}; }

security::Level ServerConnection::level_of(const AuthContext* auth) const {
  if (local_peer_) return security::Level::kPrivacy;
  return auth ? auth->effective_level() : security::Level::kNone;
}

void ServerConnection::offer_output() const {
  if (on_output_ && output_.size() >= kOfferedOutput) on_output_();
}

void ServerConnection::respond(std::uint64_t serial, std::string_view stub) {
  const auto at = calls_.find(serial);
  if (at == calls_.end()) return;
  const Pending pending = at->second;
  release(pending);
  calls_.erase(at);
  if (closing_ || pending.orphaned) return;
  const auto write_header = [&](std::string& out, std::uint8_t flags, std::uint32_t hint) {
    append_response_header(out, {PduType::kResponse, flags, 0, 0, pending.call_id}, {hint, pending.context_id, 0});
  };
  const base::Status sent =
      append_fragments(output_, kCallHeaderSize, max_send_, stub, protection(pending.auth), write_header, [this] { offer_output(); });
  if (!sent.ok()) close(fmt::format("an answer cannot be protected: {}", sent.text()));
}

void ServerConnection::fault(std::uint64_t serial, std::uint32_t status, bool executed) {
  const auto at = calls_.find(serial);
  if (at == calls_.end()) return;
  const Pending pending = at->second;
  release(pending);
  calls_.erase(at);
  if (closing_ || pending.orphaned) return;
  send_fault(pending.call_id, pending.context_id, sendable_fault(status) ? status : fault::kUnspecified, executed);
}

void ServerConnection::send_fault(std::uint32_t call_id, std::uint16_t context_id, std::uint32_t status, bool executed) {
  const std::uint8_t flags = pfc::kWhole | (executed ? 0 : pfc::kDidNotExecute);
  append_fault(output_, call_id, flags, {context_id, 0, status});
}

void ServerConnection::fault_and_close(std::uint32_t call_id, std::uint16_t context_id, std::uint32_t status, std::string why) {
  send_fault(call_id, context_id, status, true);
  close(std::move(why));
}

void ServerConnection::close(std::string reason) {
  if (closing_) return;
  closing_ = true;
  reason_ = std::move(reason);
  drop_assembly();
}

void ServerConnection::hold(std::size_t octets) {
  held_ += octets;
  parts_.budget->held += octets;
}

void ServerConnection::let_go(std::size_t octets) {
  held_ -= octets;
  parts_.budget->held -= octets;
}

void ServerConnection::drop_assembly() {
  if (assembly_) let_go(assembly_->stub.size());
  assembly_.reset();
}

void ServerConnection::release(const Pending& pending) {
  if (const auto at = serials_.find(pending.call_id); at != serials_.end()) serials_.erase(at);
  let_go(pending.held);
  --parts_.budget->outstanding;
}

}  // namespace rpc
