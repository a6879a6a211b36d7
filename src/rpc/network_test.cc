// Servers and clients over loopback, with NTLM.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <condition_variable>
#include <thread>

#include "base/files.h"
#include "rpc/client.h"
#include "rpc/server.h"
#include "rpc/testing/engine_pair.h"
#include "security/testing.h"

namespace rpc {
namespace {

using namespace std::chrono_literals;
using security::Level;
using security::Provider;
using testing::kOpen;

constexpr std::chrono::milliseconds kLong = 20s;

/// A server with an echo: operation 0 answers at once, 1 keeps the call, 2 answers with as many octets as asked for.
class NetworkTest : public ::testing::Test {
 protected:
  NetworkTest() { accounts_.add(security::testing::account("alice", "secret")); }

  void serve(ServerOptions options = {}, const std::string& address = "127.0.0.1") {
    options.security = &security_;
    options.accounts = &accounts_;
    options.clock = &clock_;
    server_ = std::make_unique<Server>(network_, options);
    server_->interfaces().add({kOpen, 10, Level::kNone, fault::kAccessDenied, [this](std::shared_ptr<Call> call) { handle(call); }});
    const auto port = server_->listen(address, 0);
    ASSERT_TRUE(port) << port.error().to_string();
    port_ = *port;
    host_ = address;
  }

  void handle(const std::shared_ptr<Call>& call) {
    if (call->opnum() == 0) return call->respond(reversed(call->stub()));
    if (call->opnum() == 2) return call->respond(std::string(std::stoul(std::string(call->stub())), 'z'));
    const std::lock_guard lock(mutex_);
    kept_.push_back(call);
    changed_.notify_all();
  }
  static std::string reversed(std::string_view text) { return {text.rbegin(), text.rend()}; }

  std::shared_ptr<Call> wait_kept(std::size_t count = 1) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, kLong, [&] { return kept_.size() >= count; }));
    return kept_.size() >= count ? kept_[count - 1] : nullptr;
  }

  std::shared_ptr<Client> connect() {
    auto client = Client::connect(network_, {.host = host_, .port = port_});
    EXPECT_TRUE(client) << client.error().to_string();
    return client ? *client : nullptr;
  }
  static Client::Login login(Provider provider, Level level, std::string password = "secret") {
    Client::Login out;
    out.options.provider = provider;
    out.credentials = security::testing::password_of("alice", std::move(password));
    out.level = level;
    return out;
  }
  bool eventually(const std::function<bool()>& condition) {
    for (int i = 0; i < 2000; ++i) {
      if (condition()) return true;
      std::this_thread::sleep_for(5ms);
    }
    return false;
  }

  security::ServerOptions security_;
  security::AccountList accounts_;
  base::ManualClock clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::shared_ptr<Call>> kept_;
  std::string host_;
  std::uint16_t port_ = 0;
  Network network_{2};
  std::unique_ptr<Server> server_;
};

TEST_F(NetworkTest, AllProvidersAndLevels) {
  serve();
  std::size_t kept = 0;
  for (const Provider provider : {Provider::kNtlm, Provider::kSpnego}) {
    for (const Level level : {Level::kConnect, Level::kPacket, Level::kIntegrity, Level::kPrivacy}) {
      const auto client = connect();
      const auto bound = client->bind({kOpen}, login(provider, level), kLong);
      ASSERT_TRUE(bound.status.ok()) << bound.status.to_string();
      for (const std::size_t size : {0u, 1u, 100u, 6000u, 300'000u}) {
        const Reply reply = client->call({kOpen, bound.auth, 0, {}}, std::string(size, 'a') + "b", kLong);
        ASSERT_TRUE(reply.status.ok()) << reply.status.to_string() << " level " << static_cast<int>(level);
        EXPECT_EQ(reply.stub, "b" + std::string(size, 'a'));
      }
      EXPECT_EQ(client->call({kOpen, bound.auth, 2, {}}, "5000000", kLong).stub.size(), 5'000'000u);
      (void)client->call_later({kOpen, bound.auth, 1, {}}, "", kLong);
      const auto call = wait_kept(++kept);
      ASSERT_TRUE(call && call->peer());
      EXPECT_EQ(call->peer()->user, "alice");
      EXPECT_EQ(call->level(), level);
      EXPECT_EQ(call->ends().remote.address, "127.0.0.1");
      EXPECT_EQ(call->ends().local.port, port_);
      EXPECT_EQ(client->ends().local.port, call->ends().remote.port);
    }
  }
}

TEST_F(NetworkTest, WrongPassword) {
  serve();
  auto client = connect();
  auto bound = client->bind({kOpen}, login(Provider::kSpnego, Level::kIntegrity, "wrong"), kLong);
  EXPECT_EQ(bound.status.code(), E_ACCESSDENIED) << bound.status.to_string();
  EXPECT_FALSE(client->open());
  client = connect();
  bound = client->bind({kOpen}, login(Provider::kNtlm, Level::kIntegrity, "wrong"), kLong);
  EXPECT_TRUE(bound.status.ok());  // rpc_auth_3 is not answered
  EXPECT_EQ(client->call({kOpen, 0, 0, {}}, "x", kLong).fault, fault::kAccessDenied);
}

TEST_F(NetworkTest, Ipv6) {
  serve({}, "::1");
  const auto client = connect();
  ASSERT_TRUE(client->bind({kOpen}, std::nullopt, kLong).status.ok());
  EXPECT_EQ(client->call({kOpen, 0, 0, {}}, "abc", kLong).stub, "cba");
  EXPECT_EQ(client->ends().remote.address, "::1");
}

TEST_F(NetworkTest, ManyThreadsOnOneConnection) {
  serve();
  const auto client = connect();
  ASSERT_TRUE(client->bind({kOpen}, login(Provider::kNtlm, Level::kPrivacy), kLong).status.ok());
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) {
        const std::string stub = std::to_string(t) + "/" + std::to_string(i) + std::string(static_cast<std::size_t>(i) * 50, 'x');
        const Reply reply = client->call({kOpen, 0, 0, {}}, stub, kLong);
        if (reply.status.ok() && reply.stub == std::string(stub.rbegin(), stub.rend())) ++good;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 800);
}

TEST_F(NetworkTest, AnswersComeFromAnyThreadInAnyOrder) {
  serve();
  const auto client = connect();
  ASSERT_TRUE(client->bind({kOpen}, login(Provider::kNtlm, Level::kIntegrity), kLong).status.ok());
  std::vector<std::future<Reply>> replies;
  for (int i = 0; i < 50; ++i) replies.push_back(client->call_later({kOpen, 0, 1, {}}, std::to_string(i), kLong));
  wait_kept(50);
  std::thread other([&] {
    for (std::size_t i = 50; i-- > 0;) i % 10 == 3 ? kept_[i]->fault(0x80010108) : kept_[i]->respond(kept_[i]->stub());
  });
  for (int i = 0; i < 50; ++i) {
    const Reply reply = replies[static_cast<std::size_t>(i)].get();
    if (i % 10 == 3) {
      EXPECT_EQ(reply.fault, 0x80010108u);
    } else {
      EXPECT_EQ(reply.stub, std::to_string(i));
    }
  }
  other.join();
}

TEST_F(NetworkTest, DeadlineOfACall) {
  serve();
  const auto client = connect();
  ASSERT_TRUE(client->bind({kOpen}, login(Provider::kNtlm, Level::kIntegrity), kLong).status.ok());
  EXPECT_EQ(client->call({kOpen, 0, 1, {}}, "", 50ms).status.code(), RPC_S_TIMEOUT);
  const auto call = wait_kept();
  EXPECT_TRUE(eventually([&] { return call->cancelled(); }));
  call->respond("too late");
  EXPECT_EQ(client->call({kOpen, 0, 0, {}}, "ab", kLong).stub, "ba");
}

TEST_F(NetworkTest, CancelReachesTheHandler) {
  serve();
  const auto client = connect();
  ASSERT_TRUE(client->bind({kOpen}, std::nullopt, kLong).status.ok());
  std::promise<Reply> promise;
  const auto id = client->call({kOpen, 0, 1, {}}, "", kLong, [&](Reply reply) { promise.set_value(std::move(reply)); });
  const auto call = wait_kept();
  call->on_cancel([&call] { call->fault(fault::kCancelled); });
  client->cancel(id);
  EXPECT_EQ(promise.get_future().get().status.code(), RPC_S_CALL_CANCELLED);
}

TEST_F(NetworkTest, DroppedCallsAreAnswered) {
  serve();
  const auto client = connect();
  ASSERT_TRUE(client->bind({kOpen}, std::nullopt, kLong).status.ok());
  auto reply = client->call_later({kOpen, 0, 1, {}}, "", kLong);
  wait_kept();
  kept_.clear();
  EXPECT_EQ(reply.get().fault, fault::kUnspecified);
}

TEST_F(NetworkTest, EndsOfConnectionsAreNoticed) {
  serve();
  auto client = connect();
  ASSERT_TRUE(client->bind({kOpen}, std::nullopt, kLong).status.ok());
  auto reply = client->call_later({kOpen, 0, 1, {}}, "", kLong);
  const auto call = wait_kept();
  std::promise<base::Status> ended;
  client->on_closed([&](base::Status status) { ended.set_value(std::move(status)); });
  client->close();
  EXPECT_EQ(reply.get().status.code(), RPC_S_CALL_CANCELLED);
  EXPECT_EQ(ended.get_future().get().code(), RPC_S_CALL_CANCELLED);
  EXPECT_TRUE(eventually([&] { return call->cancelled(); }));
  EXPECT_TRUE(eventually([&] { return server_->figures().connections == 0; }));
  EXPECT_EQ(server_->associations().size(), 0u);
  EXPECT_EQ(server_->figures().outstanding, 0u);
  EXPECT_EQ(client->call({kOpen, 0, 0, {}}, "", kLong).status.code(), RPC_S_CALL_CANCELLED);
  EXPECT_EQ(client->bind({kOpen}, std::nullopt, kLong).status.code(), RPC_S_CALL_CANCELLED);
  call->respond("nobody is there");
}

TEST_F(NetworkTest, TheEndIsReportedBeforeTheCallsThatItEnded) {
  serve();
  auto client = connect();
  ASSERT_TRUE(client->bind({kOpen}, std::nullopt, kLong).status.ok());
  std::atomic<bool> reported = false;
  client->on_closed([&](const base::Status&) {
    std::this_thread::sleep_for(20ms);
    reported = true;
  });
  std::promise<bool> first;
  std::promise<Reply> later;
  client->call({kOpen, 0, 1, {}}, "", kLong, [&](const Reply& reply) {
    first.set_value(reported && reply.status.code() == RPC_S_SERVER_UNAVAILABLE);
    client->call({kOpen, 0, 0, {}}, "", kLong, [&](Reply second) { later.set_value(std::move(second)); });
  });
  wait_kept();
  server_.reset();
  EXPECT_TRUE(first.get_future().get());
  const Reply reply = later.get_future().get();
  EXPECT_EQ(reply.status.code(), RPC_S_SERVER_UNAVAILABLE);
  EXPECT_FALSE(reply.executed);
}

TEST_F(NetworkTest, ServerThatIsNotThere) {
  serve();
  server_.reset();
  const auto client = Client::connect(network_, {.host = "127.0.0.1", .port = port_});
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().code(), RPC_S_SERVER_UNAVAILABLE);
  const auto named = Client::connect(network_, {.host = "no.such.name.invalid", .port = port_});
  ASSERT_FALSE(named);
  EXPECT_EQ(named.error().code(), RPC_S_SERVER_UNAVAILABLE);
}

TEST_F(NetworkTest, GracefulShutdown) {
  serve();
  const auto idle = connect();
  ASSERT_TRUE(idle->bind({kOpen}, std::nullopt, kLong).status.ok());
  const auto busy = connect();
  ASSERT_TRUE(busy->bind({kOpen}, std::nullopt, kLong).status.ok());
  auto reply = busy->call_later({kOpen, 0, 1, {}}, "x", kLong);
  const auto call = wait_kept();
  std::thread ending([&] { server_->shutdown(kLong); });
  EXPECT_TRUE(eventually([&] { return !idle->open(); }));
  EXPECT_FALSE(Client::connect(network_, {.host = host_, .port = port_}));
  const Reply refused = busy->call({kOpen, 0, 0, {}}, "x", kLong);
  EXPECT_EQ(refused.fault, fault::kServerTooBusy);
  call->respond("done");
  EXPECT_EQ(reply.get().stub, "done");
  ending.join();
  EXPECT_EQ(server_->figures().connections, 0u);
}

TEST_F(NetworkTest, ShutdownWithoutGraceEndsCalls) {
  serve();
  const auto client = connect();
  ASSERT_TRUE(client->bind({kOpen}, std::nullopt, kLong).status.ok());
  auto reply = client->call_later({kOpen, 0, 1, {}}, "x", kLong);
  wait_kept();
  server_->shutdown(0ms);
  EXPECT_EQ(reply.get().status.code(), RPC_S_SERVER_UNAVAILABLE);
  EXPECT_TRUE(kept_[0]->cancelled());
}

TEST_F(NetworkTest, NetworkEndsWithConnectionsOpen) {
  serve();
  auto network = std::make_unique<Network>(1);
  auto client = Client::connect(*network, {.host = host_, .port = port_});
  ASSERT_TRUE(client);
  ASSERT_TRUE((*client)->bind({kOpen}, std::nullopt, kLong).status.ok());
  auto reply = (*client)->call_later({kOpen, 0, 1, {}}, "x", kLong);
  network.reset();
  EXPECT_EQ(reply.get().status.code(), RPC_S_SERVER_UNAVAILABLE);
  EXPECT_FALSE((*client)->open());
}

/// A plain socket, for peers that misbehave.
class Peer {
 public:
  explicit Peer(std::uint16_t port) : socket_(context_) { socket_.connect({boost::asio::ip::make_address("127.0.0.1"), port}); }
  void send(std::string_view octets) { boost::asio::write(socket_, boost::asio::buffer(octets)); }
  /// Waits until the server closes; false after some seconds.
  bool ends() {
    const timeval patience{10, 0};
    ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    char octet;
    for (;;) {
      const auto count = ::recv(socket_.native_handle(), &octet, 1, 0);
      if (count <= 0) return count == 0 || errno == ECONNRESET;
    }
  }

 private:
  boost::asio::io_context context_;
  boost::asio::ip::tcp::socket socket_;
};

TEST_F(NetworkTest, NobodiesMustLogInInTime) {
  serve();
  Peer silent(port_);
  const auto known = connect();
  ASSERT_TRUE(known->bind({kOpen}, login(Provider::kNtlm, Level::kIntegrity), kLong).status.ok());
  EXPECT_EQ(known->call({kOpen, 0, 0, {}}, "", kLong).stub, "");
  EXPECT_TRUE(eventually([&] { return server_->figures().connections == 2; }));
  EXPECT_EQ(server_->figures().unauthenticated, 1u);
  clock_.advance(29s);
  server_->check_time();
  EXPECT_EQ(server_->figures().connections, 2u);
  clock_.advance(1s);
  server_->check_time();
  EXPECT_TRUE(silent.ends());
  EXPECT_TRUE(eventually([&] { return server_->figures().connections == 1; }));
  EXPECT_EQ(server_->figures().unauthenticated, 0u);
  EXPECT_TRUE(known->open());
}

TEST_F(NetworkTest, PdusMustBecomeWholeInTime) {
  serve({.unauthenticated_time = 1h});
  Peer slow(port_);
  slow.send("\x05");
  EXPECT_TRUE(eventually([&] { return server_->figures().connections == 1; }));
  std::this_thread::sleep_for(50ms);
  server_->check_time();
  clock_.advance(61s);
  server_->check_time();
  EXPECT_TRUE(slow.ends());
}

TEST_F(NetworkTest, ReadersThatStopAreLetGo) {
  serve({.unauthenticated_time = 1h});
  Peer reader(port_);
  std::string octets;
  append_bind(octets, {PduType::kBind, pfc::kWhole, 0, 0, 1}, {5840, 5840, 0, {{0, kOpen, {kNdr}}}}, nullptr);
  for (std::uint32_t id = 2; id < 12; ++id) {
    const std::size_t start = octets.size();
    append_request_header(octets, {PduType::kRequest, pfc::kWhole, 0, 0, id}, {0, 0, 2, {}});
    octets += "9000000";
    ASSERT_TRUE(finish_fragment(octets, start, kCallHeaderSize, {}).ok());
  }
  reader.send(octets);
  std::this_thread::sleep_for(200ms);
  server_->check_time();
  EXPECT_TRUE(eventually([&] {
    clock_.advance(61s);  // again and again: a slow machine may still have been at work on the answers
    server_->check_time();
    return server_->figures().connections == 0;
  }));
  EXPECT_TRUE(reader.ends());
}

TEST_F(NetworkTest, BoundsConnections) {
  serve({.max_connections = 3, .max_unauthenticated_per_peer = 2});
  Peer one(port_);
  Peer two(port_);
  EXPECT_TRUE(eventually([&] { return server_->figures().connections == 2; }));
  Peer three(port_);
  EXPECT_TRUE(three.ends());
}

TEST_F(NetworkTest, LastPduArrivesBeforeTheEnd) {
  serve();
  for (int i = 0; i < 20; ++i) {
    Peer peer(port_);
    // A wrong PDU and much behind it that nobody reads: the fault must come through all the same.
    peer.send("GET / HTTP/1.1\r\nHost: nobody\r\n\r\n" + std::string(5000, 'x'));
    EXPECT_TRUE(peer.ends());
  }
}

/// Of this process, all threads.
std::chrono::microseconds cpu_time() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& time) { return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec); };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

TEST_F(NetworkTest, WithoutDescriptorsItWaits) {
  serve();
  const auto second = server_->listen("127.0.0.1", 0);
  ASSERT_TRUE(second);
  std::vector<base::FileDescriptor> clients;
  for (int i = 0; i < 2; ++i) clients.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const int first_free = ::dup(clients[0].get());
  ::close(first_free);
  rlimit none = before;
  none.rlim_cur = static_cast<rlim_t>(first_free);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  for (int i = 0; i < 2; ++i) {
    sockaddr_in to{
        .sin_family = AF_INET, .sin_port = htons(i == 0 ? port_ : *second), .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
    EXPECT_EQ(::connect(clients[static_cast<std::size_t>(i)].get(), reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
  }
  const auto spent = cpu_time();
  std::this_thread::sleep_for(500ms);
  EXPECT_LT(cpu_time() - spent, 150ms);
  EXPECT_EQ(server_->figures().connections, 0U);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_TRUE(eventually([&] { return server_->figures().connections == 2; }));
}

}  // namespace
}  // namespace rpc
