#include "rpc/server.h"

#include <fmt/format.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>

#include <algorithm>
#include "rpc/server_core.h"

namespace rpc {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::chrono::milliseconds kTick{250};
constexpr std::chrono::milliseconds kAcceptPause{100};

base::Status unavailable(std::string_view what, const error_code& error) {
  return {RPC_S_SERVER_UNAVAILABLE, fmt::format("{}: {}", what, error.message())};
}

}  // namespace

ServerCore::ServerCore(std::shared_ptr<NetworkCore> network, ServerOptions options)
    : network_(std::move(network)), options_(std::move(options)), timer_(network_->context()) {
  if (!options_.clock) options_.clock = &system_clock_;
  set_bounds(options_);
  parts_ = {&interfaces_, &associations_, &budget_, {}};
  parts_.make_context = [this](security::Provider provider, const std::string& peer) { return make_context(provider, peer); };
}

base::Result<std::unique_ptr<security::Context>> ServerCore::make_context(security::Provider provider, const std::string& peer) {
  if (!options_.security || !options_.accounts) return base::fail(RPC_S_UNKNOWN_AUTHN_SERVICE, "this server has no accounts");
  {
    const std::lock_guard lock(mutex_);
    const auto count = peers_.find(peer);
    if (count != peers_.end() && count->second.contexts >= bounds_.max_contexts_per_peer) {
      return base::fail(RPC_S_SERVER_TOO_BUSY, "the connections of this peer have too many logins");
    }
  }
  auto made = security::make_server(provider, *options_.security, *options_.accounts, peer);
  const std::lock_guard lock(mutex_);
  if (const auto count = peers_.find(peer); made && count != peers_.end()) ++count->second.contexts;
  return made;
}

void ServerCore::warn(std::string_view message) const {
  if (options_.log) options_.log->warning(message);
}

ServerOptions ServerCore::bounds() const {
  const std::lock_guard lock(mutex_);
  return bounds_;
}

void ServerCore::set_bounds(const ServerOptions& bounds) {
  budget_.max_outstanding = bounds.max_outstanding;
  budget_.max_held = bounds.max_held;
  const std::lock_guard lock(mutex_);
  bounds_ = bounds;
}

base::Result<std::uint16_t> ServerCore::listen(const std::string& address, std::uint16_t port) {
  error_code error;
  const auto parsed = asio::ip::make_address(address, error);
  if (error) return base::fail(unavailable(fmt::format("address '{}'", address), error));
  const asio::ip::tcp::endpoint endpoint(parsed, port);
  auto listener = std::make_shared<Listener>(network_->context());
  Acceptor& acceptor = listener->acceptor;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error && parsed.is_v6()) acceptor.set_option(asio::ip::v6_only(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return base::fail(unavailable(fmt::format("cannot listen on {} port {}", address, port), error));
  return add(std::move(listener));
}

base::Status ServerCore::listen_local(const std::string& path, mode_t mode) {
  TRY_ASSIGN(auto listener, LocalListener::listen(path, mode));
  const auto listening = listen_on(listener->take());
  if (!listening) return listening.error();
  const std::lock_guard lock(mutex_);
  if (draining_) return {RPC_S_SERVER_UNAVAILABLE, "the server is shutting down"};
  local_listeners_.push_back(std::move(listener));
  return {};
}

base::Result<std::uint16_t> ServerCore::listen_on(int descriptor) {
  base::FileDescriptor owned(descriptor);
  sockaddr_storage name{};
  socklen_t length = sizeof name;
  error_code error;
  auto listener = std::make_shared<Listener>(network_->context());
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&name), &length) != 0) error = {errno, boost::system::system_category()};
  const int protocol = name.ss_family == AF_UNIX ? 0 : static_cast<int>(IPPROTO_TCP);
  if (!error) listener->acceptor.assign({name.ss_family, protocol}, descriptor, error);
  if (error) return base::fail(unavailable("the socket that was handed over", error));
  owned.release();
  return add(std::move(listener));
}

base::Result<std::uint16_t> ServerCore::add(std::shared_ptr<Listener> listener) {
  error_code error;
  const auto endpoint = listener->acceptor.local_endpoint(error);
  if (error) return base::fail(unavailable("the listening socket", error));
  const std::uint16_t port = endpoint.protocol().family() == AF_UNIX ? std::uint16_t{0} : tcp_endpoint(endpoint).port();
  const std::lock_guard lock(mutex_);
  if (draining_) return base::fail(RPC_S_SERVER_UNAVAILABLE, "the server is shutting down");
  listeners_.push_back(listener);
  accept(listener);
  return port;
}

void ServerCore::accept(const std::shared_ptr<Listener>& listener) {
  listener->acceptor.async_accept(network_->context(), [self = shared_from_this(), listener](const error_code& error, Socket socket) {
    if (!error) self->accepted(std::move(socket));
    const std::lock_guard lock(self->mutex_);
    if (self->draining_ || !listener->acceptor.is_open()) return;
    if (!error || error == asio::error::connection_aborted) return self->accept(listener);
    // Out of descriptors: trying at once would spin. Each listener has a timer: one for all would be set anew by the next, and end at once.
    listener->pause.expires_after(kAcceptPause);
    listener->pause.async_wait([self, listener](const error_code&) {
      const std::lock_guard again(self->mutex_);
      if (!self->draining_ && listener->acceptor.is_open()) self->accept(listener);
    });
  });
}

bool ServerCore::admit(const std::string& peer, bool authenticated) {
  const std::lock_guard lock(mutex_);
  if (draining_ || streams_.size() >= bounds_.max_connections) return false;
  if (!authenticated && unauthenticated_ >= bounds_.max_unauthenticated) return false;
  const auto known = peers_.find(peer);
  const PeerCount before = known == peers_.end() ? PeerCount() : known->second;
  if (before.all >= bounds_.max_connections_per_peer) return false;
  if (!authenticated && before.unauthenticated >= bounds_.max_unauthenticated_per_peer) return false;
  PeerCount& count = peers_[peer];
  ++count.all;
  if (authenticated) return true;
  ++count.unauthenticated;
  ++unauthenticated_;
  return true;
}

void ServerCore::accepted(Socket socket) {
  error_code error;
  const auto end = socket.local_endpoint(error);
  if (error) return;
  if (end.protocol().family() == AF_UNIX) return accepted_local(std::move(socket));
  accepted_tcp(std::move(socket));
}

void ServerCore::accepted_tcp(Socket socket) {
  error_code error;
  const auto local = tcp_endpoint(socket.local_endpoint(error));
  const auto remote = error ? asio::ip::tcp::endpoint() : tcp_endpoint(socket.remote_endpoint(error));
  if (error) return;
  const std::string peer = address_text(remote.address());
  if (!admit(peer, false)) return warn(fmt::format("rpc: {} refused: too many connections", peer));
  begin(std::move(socket), {{address_text(local.address()), local.port()}, {peer, remote.port()}, {}}, nullptr);
}

void ServerCore::accepted_local(Socket socket) {
  const auto identity = local_identity(socket.native_handle());
  if (!identity) return;
  const std::string peer = local_text(*identity);
  if (!admit(peer, true)) return warn(fmt::format("rpc: {} refused: too many connections", peer));
  ConnectionEnds ends{{local_name(socket.native_handle()), 0}, {peer, 0}, *identity};
  // The name service may take its time.
  enter();
  auto shared = std::make_shared<Socket>(std::move(socket));
  const auto work = [self = shared_from_this(), shared, ends] { self->begin_local(std::move(*shared), ends); };
  if (network_->post_blocking(work)) return;
  forget(peer, true);
  leave();
}

void ServerCore::begin_local(Socket socket, ConnectionEnds ends) {
  auto peer = options_.local_peer ? options_.local_peer(*ends.local_peer) : nullptr;
  if (peer) {
    begin(std::move(socket), std::move(ends), std::move(peer));
  } else {
    forget(ends.remote.address, true);
    warn(fmt::format("rpc: {} refused: not a user of this server", ends.remote.address));
  }
  leave();
}

void ServerCore::begin(Socket socket, ConnectionEnds ends, std::shared_ptr<const security::Peer> local_peer) {
  auto stream = std::make_shared<ServerStream>(shared_from_this(), network_, std::move(socket), std::move(ends), std::move(local_peer));
  {
    const std::lock_guard lock(mutex_);
    streams_.insert(stream);
  }
  stream->begin();
  if (draining_) stream->close_now("the server is shutting down");  // shutdown() may not have seen it
}

void ServerCore::authenticated(const std::string& peer) {
  const std::lock_guard lock(mutex_);
  --unauthenticated_;
  --peers_[peer].unauthenticated;
}

void ServerCore::forget(const std::string& peer, bool was_authenticated, std::size_t contexts) {
  const std::lock_guard lock(mutex_);
  const auto at = peers_.find(peer);
  --at->second.all;
  at->second.contexts -= contexts;
  if (!was_authenticated) {
    --at->second.unauthenticated;
    --unauthenticated_;
  }
  if (at->second.all == 0) peers_.erase(at);
}

void ServerCore::ended(const std::shared_ptr<ServerStream>& stream, const std::string& peer, bool was_authenticated, std::size_t contexts) {
  forget(peer, was_authenticated, contexts);
  const std::lock_guard lock(mutex_);
  streams_.erase(stream);
  if (streams_.empty()) all_ended_.notify_all();
}

std::vector<std::shared_ptr<ServerStream>> ServerCore::streams() const {
  const std::lock_guard lock(mutex_);
  return {streams_.begin(), streams_.end()};
}

void ServerCore::leave() {
  if (--active_ > 0 || !draining_) return;
  const std::lock_guard lock(mutex_);
  all_ended_.notify_all();
}

void ServerCore::check_time() {
  const auto now = clock().steady_now();
  const ServerOptions now_bounds = bounds();
  const auto all = streams();
  for (const auto& stream : all) stream->check_time(now, now_bounds);
  close_unread(all, now_bounds.max_unsent);
}

void ServerCore::close_unread(const std::vector<std::shared_ptr<ServerStream>>& streams, std::size_t most) {
  std::vector<std::pair<std::size_t, std::shared_ptr<ServerStream>>> by_size;
  std::size_t sum = 0;
  for (const auto& stream : streams) {
    const std::size_t octets = stream->unsent_octets();
    sum += octets;
    if (octets > 0) by_size.emplace_back(octets, stream);
  }
  if (sum <= most) return;
  std::ranges::sort(by_size, std::ranges::greater(), [](const auto& entry) { return entry.first; });
  for (const auto& [octets, stream] : by_size) {
    if (sum <= most) return;
    stream->close_unread();
    sum -= octets;
  }
}

void ServerCore::start_timer() {
  const std::lock_guard lock(mutex_);
  timer_.expires_after(kTick);
  timer_.async_wait([weak = weak_from_this()](const error_code& error) {
    const auto self = weak.lock();
    if (error || !self) return;
    self->check_time();
    self->start_timer();
  });
}

void ServerCore::stop_listening() {
  const std::lock_guard lock(mutex_);
  draining_ = true;
  local_listeners_.clear();  // while they still listen: else a server that starts might take one for stale, and lose its own to us
  error_code ignored;
  for (const auto& listener : listeners_) {
    listener->acceptor.close(ignored);
    listener->pause.cancel();
  }
  listeners_.clear();
}

void ServerCore::shutdown(std::chrono::milliseconds grace) {
  stop_listening();
  for (const auto& stream : streams()) stream->close_when_idle();
  {
    std::unique_lock lock(mutex_);
    all_ended_.wait_for(lock, grace, [&] { return streams_.empty(); });
  }
  for (const auto& stream : streams()) stream->close_now("the server is shutting down");
  // The network's threads carry it out. Handlers use what ends after the server, so they are waited for.
  std::unique_lock lock(mutex_);
  all_ended_.wait(lock, [&] { return streams_.empty() && active_ == 0; });
  timer_.cancel();
}

void ServerCore::close_for_shutdown() {
  stop_listening();
  const std::lock_guard lock(mutex_);
  timer_.cancel();
}

Server::Figures ServerCore::figures() const {
  const std::lock_guard lock(mutex_);
  return {streams_.size(), unauthenticated_, budget_.outstanding};
}

Server::Server(Network& network, ServerOptions options) : core_(std::make_shared<ServerCore>(network.core(), std::move(options))) {
  network.core()->enlist(core_);
  core_->start_timer();
}

Server::~Server() { shutdown({}); }

InterfaceTable& Server::interfaces() { return core_->interfaces(); }
AssociationTable& Server::associations() { return core_->associations(); }
base::Result<std::uint16_t> Server::listen(const std::string& address, std::uint16_t port) { return core_->listen(address, port); }
base::Status Server::listen_local(const std::string& path, mode_t mode) { return core_->listen_local(path, mode); }
base::Result<std::uint16_t> Server::listen_on(int descriptor) { return core_->listen_on(descriptor); }
void Server::set_bounds(const ServerOptions& bounds) { core_->set_bounds(bounds); }
void Server::shutdown(std::chrono::milliseconds grace) { core_->shutdown(grace); }
void Server::check_time() { core_->check_time(); }
Server::Figures Server::figures() const { return core_->figures(); }

}  // namespace rpc
