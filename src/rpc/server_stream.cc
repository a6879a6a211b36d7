// A connection of a server: between the socket and the engine.
#include <fmt/format.h>

#include "rpc/server_core.h"

namespace rpc {
namespace {

ServerLimits limits_of(const ServerOptions& bounds, const ConnectionEnds& ends) {
  ServerLimits limits = bounds.limits;
  if (ends.local_peer) limits.max_fragment = bounds.local_fragment;
  return limits;
}

std::string endpoint_of(const ConnectionEnds& ends) { return ends.local_peer ? std::string() : std::to_string(ends.local.port); }

}  // namespace

ServerStream::ServerStream(std::shared_ptr<ServerCore> server, std::shared_ptr<NetworkCore> network, Socket socket, ConnectionEnds ends,
                           std::shared_ptr<const security::Peer> local_peer)
    : Stream(std::move(network), std::move(socket)),
      server_(std::move(server)),
      ends_(std::make_shared<const ConnectionEnds>(std::move(ends))),
      max_unsent_(server_->bounds().limits.max_unsent),
      engine_(limits_of(server_->bounds(), *ends_), server_->parts(), ends_->remote.address, endpoint_of(*ends_), local_peer),
      counted_authenticated_(local_peer != nullptr),
      began_(server_->clock().steady_now()) {
  engine_.set_on_output([this] { flush_under_mutex(); });
}

std::string ServerStream::name() const {
  if (ends_->local_peer) return fmt::format("{} process {}", ends_->remote.address, ends_->local_peer->pid);
  return fmt::format("{} port {}", ends_->remote.address, ends_->remote.port);
}

void ServerStream::on_received(std::size_t count) {
  struct Active {
    ServerCore& server;
    ~Active() { server.leave(); }
  };
  server_->enter();
  const Active active{*server_};
  ServerConnection::Events events;
  std::vector<std::shared_ptr<Call>> calls;
  bool newly_authenticated = false;
  std::string trouble;
  {
    const Lock lock(mutex_);
    if (closed(lock)) return;
    events = engine_.received(count);
    if (engine_.take_quick_ack()) quick_ack(lock);
    if (engine_.authenticated() && !counted_authenticated_) newly_authenticated = counted_authenticated_ = true;
    if (engine_.closing() && !std::exchange(reported_, true)) trouble = engine_.reason();
    for (auto& dispatch : events.calls) {
      const std::uint64_t serial = dispatch.call.serial;
      auto sink = std::static_pointer_cast<ServerStream>(shared_from_this());
      calls.push_back(std::make_shared<Call>(std::move(dispatch.call), std::move(sink), ends_));
      calls_[serial] = calls.back();
    }
  }
  if (newly_authenticated) server_->authenticated(ends_->remote.address);
  if (!trouble.empty()) server_->warn(fmt::format("rpc: {}: {}", name(), trouble));
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (server_->draining()) {
      calls[i]->fault(fault::kServerTooBusy, false);
    } else {
      events.calls[i].interface->handler(std::move(calls[i]));
    }
  }
  for (const std::uint64_t serial : events.cancelled) cancel(serial);
}

void ServerStream::cancel(std::uint64_t serial) {
  std::shared_ptr<Call> call;
  {
    const Lock lock(mutex_);
    if (const auto at = calls_.find(serial); at != calls_.end()) call = at->second.lock();
  }
  if (call) call->cancel();
}

void ServerStream::respond(std::uint64_t serial, std::string_view stub) {
  bool unread = false;
  {
    const Lock lock(mutex_);
    calls_.erase(serial);
    // Not the answer that fills it up, but the next one: one may be as large as it likes.
    unread = !closed(lock) && unsent(lock) > max_unsent_;
    if (!unread) {
      engine_.respond(serial, stub);
      after_answer(lock);
    }
  }
  if (unread) close_unread();
}

std::size_t ServerStream::unsent_octets() {
  const Lock lock(mutex_);
  return closed(lock) ? 0 : unsent(lock);
}

void ServerStream::close_unread() {
  server_->warn(fmt::format("rpc: {}: the peer takes no answers", name()));
  close_now("the peer takes no answers");
}

void ServerStream::fault(std::uint64_t serial, std::uint32_t status, bool executed) {
  const Lock lock(mutex_);
  calls_.erase(serial);
  engine_.fault(serial, status, executed);
  after_answer(lock);
}

void ServerStream::after_answer(const Lock& lock) {
  if (closed(lock)) return;
  if (server_->draining() && engine_.outstanding() == 0) engine_.close("the server is shutting down");
  flush(lock);
}

void ServerStream::close_when_idle() {
  const Lock lock(mutex_);
  after_answer(lock);
}

void ServerStream::on_closed(const std::string&) {
  std::vector<std::uint64_t> serials;
  bool was_authenticated = false;
  std::size_t contexts = 0;
  {
    const Lock lock(mutex_);
    engine_.disconnected();
    contexts = engine_.security_contexts();
    was_authenticated = counted_authenticated_;
    for (const auto& [serial, call] : calls_) serials.push_back(serial);
  }
  for (const std::uint64_t serial : serials) cancel(serial);
  server_->ended(std::static_pointer_cast<ServerStream>(shared_from_this()), ends_->remote.address, was_authenticated, contexts);
}

void ServerStream::check_time(std::chrono::steady_clock::time_point now, const ServerOptions& bounds) {
  const Lock lock(mutex_);
  if (closed(lock)) return;
  const char* reason = overdue(lock, now, bounds);
  if (!reason) return;
  if (!lingering(lock)) server_->warn(fmt::format("rpc: {}: {}", name(), reason));
  close(lock, reason);
}

const char* ServerStream::overdue(const Lock& lock, std::chrono::steady_clock::time_point now, const ServerOptions& bounds) {
  // Each span begins with the first look that finds the connection in the state, or that finds it moving.
  if (!std::exchange(was_lingering_, lingering(lock)) && was_lingering_) lingering_since_ = now;
  if (was_lingering_) return now - lingering_since_ >= bounds.linger_time ? "the peer does not close" : nullptr;

  const bool partial = engine_.partial();
  const bool stays_partial = std::exchange(was_partial_, partial);
  if (std::exchange(last_pdus_, engine_.pdus()) != engine_.pdus() || !stays_partial) partial_since_ = now;
  if (partial && now - partial_since_ >= bounds.partial_time) return "a PDU or request does not become whole";

  const bool sends = sending(lock);
  const bool keeps_sending = std::exchange(was_sending_, sends);
  if (std::exchange(last_progress_, progress(lock)) != progress(lock) || !keeps_sending) progress_at_ = now;
  if (sends && now - progress_at_ >= bounds.stall_time) return "the peer takes no octets";

  const bool nobody = !engine_.authenticated() && engine_.outstanding() == 0;
  return nobody && now - began_ >= bounds.unauthenticated_time ? "no login in time" : nullptr;
}

}  // namespace rpc
