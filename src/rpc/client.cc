#include "rpc/client.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/connect.hpp>
#include <cerrno>
#include <cstring>

#include "rpc/client_stream.h"
#include "rpc/local_socket.h"

namespace rpc {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::milliseconds kFullQueuePause{5};

/// What callers hold; the stream lives on its own while operations are under way.
class Handle final : public Client {
 public:
  explicit Handle(std::shared_ptr<ClientStream> stream) : stream_(std::move(stream)) {}
  ~Handle() override { close(); }

  void bind(std::vector<SyntaxId> interfaces, std::optional<Login> login, std::chrono::milliseconds timeout,
            std::function<void(Bound)> done) override {
    stream_->bind(std::move(interfaces), std::move(login), timeout, std::move(done));
  }
  CallId call(const OutgoingCall& what, std::string stub, std::chrono::milliseconds timeout, std::function<void(Reply)> done) override {
    return stream_->call(what, std::move(stub), timeout, std::move(done));
  }
  void read_until(CallId call) override { stream_->read_until(call); }
  void cancel(CallId call) override { stream_->cancel(call); }
  void close() override { stream_->end({RPC_S_CALL_CANCELLED, "the connection was closed by this side"}); }
  void on_closed(std::function<void(base::Status)> action) override { stream_->watch_end(std::move(action)); }
  bool accepts(const SyntaxId& interface) const override { return stream_->accepts(interface); }
  bool open() const override { return stream_->open(); }
  std::uint32_t association() const override { return stream_->association(); }
  const ConnectionEnds& ends() const override { return stream_->ends(); }
  std::shared_ptr<const security::Peer> peer(std::uint32_t auth) const override { return stream_->peer(auth); }

 private:
  const std::shared_ptr<ClientStream> stream_;
};

/// Looks up a name and tries its addresses, until one answers or time is over.
class Connector final : public Closable, public std::enable_shared_from_this<Connector> {
 public:
  Connector(std::shared_ptr<NetworkCore> core, Client::Options options, Client::Connected done)
      : core_(std::move(core)),
        options_(std::move(options)),
        done_(std::move(done)),
        loop_(core_->context()),
        resolver_(loop_),
        socket_(loop_),
        timer_(loop_),
        pause_(loop_) {}

  void begin() {
    const std::lock_guard lock(mutex_);
    if (!core_->enlist(shared_from_this())) return fail(RPC_S_SERVER_UNAVAILABLE, "the program is ending");
    timer_.expires_after(options_.timeout);
    timer_.async_wait([self = shared_from_this()](const error_code& error) {
      if (!error) self->stop(RPC_S_TIMEOUT, "no connection in time");
    });
    if (!options_.local_path.empty()) return begin_local();
    resolver_.async_resolve(
        options_.host, std::to_string(options_.port), tcp::resolver::numeric_service,
        [self = shared_from_this()](const error_code& error, const tcp::resolver::results_type& found) { self->resolved(error, found); });
  }

  void close_for_shutdown() override { stop(RPC_S_SERVER_UNAVAILABLE, "the program is ending"); }

 private:
  void resolved(const error_code& error, const tcp::resolver::results_type& found) {
    const std::lock_guard lock(mutex_);
    if (!done_) return;
    if (error) return fail(RPC_S_SERVER_UNAVAILABLE, "the name has no address: " + error.message());
    asio::async_connect(socket_, found,
                        [self = shared_from_this()](const error_code& failed, const tcp::endpoint&) { self->connected(failed); });
  }

  void connected(const error_code& error) {
    const std::lock_guard lock(mutex_);
    if (!done_) return;
    error_code broken = error;
    const auto local = broken ? tcp::endpoint() : socket_.local_endpoint(broken);
    const auto remote = broken ? tcp::endpoint() : socket_.remote_endpoint(broken);
    if (broken) return fail(RPC_S_SERVER_UNAVAILABLE, broken.message());
    established(std::move(socket_), {{address_text(local.address()), local.port()}, {address_text(remote.address()), remote.port()}, {}});
  }

  void begin_local() {
    auto address = LocalAddress::of(options_.local_path);
    if (!address) return fail(RPC_S_SERVER_UNAVAILABLE, address.error().text());
    local_.emplace(std::move(*address));
    try_local();
  }

  void try_local() {
    base::FileDescriptor made(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const bool connected = made.get() >= 0 && ::connect(made.get(), local_->data(), local_->size()) == 0;
    // A UNIX socket connects at once, or its server has a full queue, and nothing tells when that changes.
    if (!connected && errno == EAGAIN) return pause_local();
    const auto server = connected ? local_identity(made.get()) : base::fail(RPC_S_SERVER_UNAVAILABLE, std::strerror(errno));
    if (!server) return fail(RPC_S_SERVER_UNAVAILABLE, server.error().text());
    Socket socket(loop_);
    error_code broken;
    socket.assign({AF_UNIX, 0}, made.get(), broken);
    if (broken) return fail(RPC_S_SERVER_UNAVAILABLE, broken.message());
    made.release();
    options_.limits.max_fragment = std::max(options_.limits.max_fragment, kLocalFragment);
    established(std::move(socket), {{options_.local_path, 0}, {local_text(*server), 0}, *server});
  }

  void pause_local() {
    pause_.expires_after(kFullQueuePause);
    pause_.async_wait([self = shared_from_this()](const error_code& error) {
      const std::lock_guard lock(self->mutex_);
      if (!error && self->done_) self->try_local();
    });
  }

  void established(Socket socket, ConnectionEnds ends) {
    timer_.cancel();
    auto stream = std::make_shared<ClientStream>(core_, std::move(socket), options_, std::move(ends));
    stream->begin();
    finish(std::make_shared<Handle>(std::move(stream)));
  }

  void stop(base::Hresult code, std::string_view why) {
    const std::lock_guard lock(mutex_);
    if (done_) fail(code, why);
  }

  void fail(base::Hresult code, std::string_view why) {
    error_code ignored;
    resolver_.cancel();
    socket_.close(ignored);
    timer_.cancel();
    pause_.cancel();
    const bool local = !options_.local_path.empty();
    const std::string where = local ? options_.local_path : fmt::format("{} port {}", options_.host, options_.port);
    finish(base::fail(code, fmt::format("cannot connect to {}: {}", where, why)));
  }

  void finish(base::Result<std::shared_ptr<Client>> result) {
    core_->post_or_run([done = std::exchange(done_, nullptr), result = std::move(result)] { done(result); });
  }

  const std::shared_ptr<NetworkCore> core_;
  Client::Options options_;
  std::mutex mutex_;
  Client::Connected done_;
  asio::io_context& loop_;
  tcp::resolver resolver_;
  tcp::socket socket_;
  asio::steady_timer timer_;
  std::optional<LocalAddress> local_;
  asio::steady_timer pause_;
};

}  // namespace

void Client::connect(Network& network, Options options, Connected done) {
  std::make_shared<Connector>(network.core(), std::move(options), std::move(done))->begin();
}

base::Result<std::shared_ptr<Client>> Client::connect(Network& network, Options options) {
  std::promise<base::Result<std::shared_ptr<Client>>> promise;
  connect(network, std::move(options), [&](base::Result<std::shared_ptr<Client>> result) { promise.set_value(std::move(result)); });
  return promise.get_future().get();
}

Client::Bound Client::bind(std::vector<SyntaxId> interfaces, std::optional<Login> login, std::chrono::milliseconds timeout) {
  std::promise<Bound> promise;
  bind(std::move(interfaces), std::move(login), timeout, [&](Bound bound) { promise.set_value(std::move(bound)); });
  return promise.get_future().get();
}

std::future<Reply> Client::call_later(const OutgoingCall& what, std::string stub, std::chrono::milliseconds timeout) {
  auto promise = std::make_shared<std::promise<Reply>>();
  call(what, std::move(stub), timeout, [promise](Reply reply) { promise->set_value(std::move(reply)); });
  return promise->get_future();
}

Reply Client::call(const OutgoingCall& what, std::string stub, std::chrono::milliseconds timeout) {
  auto promise = std::make_shared<std::promise<Reply>>();
  OutgoingCall here = what;
  here.caller_reads = true;
  read_until(call(here, std::move(stub), timeout, [promise](Reply reply) { promise->set_value(std::move(reply)); }));
  return promise->get_future().get();
}

}  // namespace rpc
