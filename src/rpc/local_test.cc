// Servers and clients on UNIX sockets, where the kernel says who calls.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <condition_variable>
#include <thread>

#include "base/files.h"
#include "rpc/client.h"
#include "rpc/local_socket.h"
#include "rpc/probe.h"
#include "rpc/server.h"
#include "rpc/testing/engine_pair.h"
#include "security/testing.h"

namespace rpc {
namespace {

using namespace std::chrono_literals;
using security::Level;
using testing::kOpen;

constexpr std::chrono::milliseconds kLong = 20s;

/// A client without an engine.
class Peer {
 public:
  explicit Peer(const std::string& path) : address_(*LocalAddress::of(path)), socket_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    EXPECT_EQ(::connect(socket_.get(), address_.data(), address_.size()), 0);
  }
  void send(std::string_view octets) { (void)::send(socket_.get(), octets.data(), octets.size(), MSG_NOSIGNAL); }
  std::string read(std::size_t count) {
    std::string out(count, '\0');
    const ssize_t got = ::recv(socket_.get(), out.data(), count, MSG_WAITALL);
    out.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return out;
  }
  bool ends() { return read(1).empty(); }

 private:
  LocalAddress address_;
  base::FileDescriptor socket_;
};

/// A server with an echo: operation 0 answers, 1 keeps the call, 2 answers with as many octets as asked for.
class LocalTest : public ::testing::Test {
 protected:
  std::string path(const std::string& name = "rpc.sock") const { return directory_.path() + "/" + name; }

  void prepare(ServerOptions options = {}) {
    if (!options.local_peer) options.local_peer = [this](const LocalIdentity& identity) { return peer_of(identity); };
    options.security = &security_;
    options.accounts = &accounts_;
    options.clock = &clock_;
    server_ = std::make_unique<Server>(network_, options);
    Interface interface{kOpen, 10, Level::kNone, fault::kAccessDenied, [this](std::shared_ptr<Call> call) { handle(call); }};
    server_->interfaces().add(std::move(interface));
  }
  void serve(ServerOptions options = {}) {
    prepare(std::move(options));
    const base::Status listening = server_->listen_local(path(), 0600);
    ASSERT_TRUE(listening.ok()) << listening.to_string();
  }

  std::shared_ptr<const security::Peer> peer_of(const LocalIdentity& identity) const {
    if (!known_) return nullptr;
    security::Peer peer;
    peer.user = "uid " + std::to_string(identity.uid);
    return std::make_shared<const security::Peer>(peer);
  }
  void handle(const std::shared_ptr<Call>& call) {
    if (call->opnum() == 0) return call->respond(std::string(call->stub().rbegin(), call->stub().rend()));
    if (call->opnum() == 2) return call->respond(std::string(std::stoul(std::string(call->stub())), 'z'));
    const std::lock_guard lock(mutex_);
    kept_.push_back(call);
    changed_.notify_all();
  }
  std::shared_ptr<Call> wait_kept() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kLong, [&] { return !kept_.empty(); }) ? kept_.back() : nullptr;
  }

  base::Result<std::shared_ptr<Client>> connect(const std::string& where, std::chrono::milliseconds timeout = kLong) {
    Client::Options options;
    options.local_path = where;
    options.timeout = timeout;
    return Client::connect(network_, options);
  }
  base::Status talk(const std::string& where) {
    TRY_ASSIGN(const auto client, connect(where));
    TRY(client->bind({kOpen}, {}, kLong).status);
    const Reply reply = client->call({kOpen, 0, 0, {}}, "abc", kLong);
    TRY(reply.status);
    return reply.stub == "cba" ? base::Status() : base::Status(RPC_S_PROTOCOL_ERROR, "another answer");
  }
  bool eventually(const std::function<bool()>& condition) {
    for (int i = 0; i < 2000; ++i) {
      if (condition()) return true;
      std::this_thread::sleep_for(5ms);
    }
    return false;
  }
  bool exists(const std::string& file) const { return ::access(file.c_str(), F_OK) == 0; }

  base::TempDir directory_ = *base::TempDir::create();
  security::ServerOptions security_;
  security::AccountList accounts_;
  base::ManualClock clock_;
  bool known_ = true;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::shared_ptr<Call>> kept_;
  Network network_{2};
  std::unique_ptr<Server> server_;
};

TEST_F(LocalTest, CallerIsKnownWithoutLogin) {
  serve();
  const auto client = *connect(path());
  ASSERT_TRUE(client->ends().local_peer);
  EXPECT_EQ(client->ends().local_peer->uid, ::getuid());
  EXPECT_EQ(client->ends().local_peer->pid, ::getpid());
  EXPECT_EQ(client->ends().local.address, path());
  ASSERT_TRUE(client->bind({kOpen}, {}, kLong).status.ok());
  const auto later = client->call_later({kOpen, 0, 1, {}}, "", kLong);
  const auto call = wait_kept();
  ASSERT_TRUE(call && call->peer() && call->ends().local_peer);
  EXPECT_EQ(call->peer()->user, "uid " + std::to_string(::getuid()));
  EXPECT_EQ(call->level(), Level::kPrivacy);
  EXPECT_EQ(call->ends().local_peer->uid, ::getuid());
  EXPECT_EQ(call->ends().local_peer->gid, ::getgid());
  EXPECT_EQ(call->ends().remote.address, "local:" + std::to_string(::getuid()));
  EXPECT_EQ(call->ends().local.address, path());
}

TEST_F(LocalTest, LargeStubsBothWays) {
  ServerOptions options;
  options.limits.max_unauthenticated_stub = 16;  // of nobodies, which local callers are not
  serve(options);
  const auto client = *connect(path());
  ASSERT_TRUE(client->bind({kOpen}, {}, kLong).status.ok());
  for (const std::size_t size : {0u, 1u, 5840u, 32'743u, 32'744u, 32'745u, 65'488u, 1'000'000u}) {
    const Reply reply = client->call({kOpen, 0, 0, {}}, std::string(size, 'a') + "b", kLong);
    ASSERT_TRUE(reply.status.ok()) << size << ": " << reply.status.to_string();
    EXPECT_EQ(reply.stub, "b" + std::string(size, 'a'));
  }
  EXPECT_EQ(client->call({kOpen, 0, 2, {}}, "9000000", kLong).stub.size(), 9'000'000u);
}

TEST_F(LocalTest, UnknownUsersAreRefused) {
  known_ = false;
  serve();
  EXPECT_FALSE(talk(path()).ok());
  EXPECT_TRUE(eventually([&] { return server_->figures().connections == 0; }));
  known_ = true;
  EXPECT_TRUE(talk(path()).ok());
}

TEST_F(LocalTest, LoginsAreRefused) {
  accounts_.add(security::testing::account("alice", "secret"));
  serve();
  const auto client = *connect(path());
  Client::Login login;
  login.options.provider = security::Provider::kNtlm;
  login.credentials = security::testing::password_of("alice", "secret");
  EXPECT_EQ(client->bind({kOpen}, login, kLong).status.code(), RPC_S_UNKNOWN_AUTHN_SERVICE);
}

TEST_F(LocalTest, NobodysLimitsDoNotApplyButTheUsersDo) {
  ServerOptions options;
  options.max_unauthenticated = 0;
  options.max_connections_per_peer = 2;
  serve(options);
  const auto one = *connect(path());
  const auto two = *connect(path());
  ASSERT_TRUE(one->bind({kOpen}, {}, kLong).status.ok());
  ASSERT_TRUE(two->bind({kOpen}, {}, kLong).status.ok());
  EXPECT_EQ(server_->figures().unauthenticated, 0u);
  clock_.advance(1h);
  server_->check_time();
  EXPECT_TRUE(one->open());
  EXPECT_FALSE(talk(path()).ok());
  two->close();
  EXPECT_TRUE(eventually([&] { return talk(path()).ok(); }));
}

TEST_F(LocalTest, BoundsChangeWhileItRuns) {
  serve();
  const auto client = *connect(path());
  ASSERT_TRUE(client->bind({kOpen}, {}, kLong).status.ok());
  ServerOptions options;
  options.max_connections = 1;
  server_->set_bounds(options);
  EXPECT_FALSE(talk(path()).ok());
  EXPECT_TRUE(client->open());
  server_->set_bounds({});
  EXPECT_TRUE(talk(path()).ok());
}

TEST_F(LocalTest, ModeOfTheFile) {
  prepare();
  const mode_t before = ::umask(0077);
  ASSERT_TRUE(server_->listen_local(path(), 0666).ok());
  ::umask(before);
  struct stat found{};
  ASSERT_EQ(::stat(path().c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 07777, 0666u);
}

TEST_F(LocalTest, StaleSocketsAreReplacedLivingOnesAndOthersAreNot) {
  {
    // As a process that was killed leaves it.
    const auto address = *LocalAddress::of(path());
    const base::FileDescriptor stale(::socket(AF_UNIX, SOCK_STREAM, 0));
    ASSERT_EQ(::bind(stale.get(), address.data(), address.size()), 0);
    ASSERT_EQ(::listen(stale.get(), 1), 0);
  }
  ASSERT_TRUE(exists(path()));
  serve();
  EXPECT_TRUE(talk(path()).ok());
  ServerOptions options;
  options.local_peer = [this](const LocalIdentity& identity) { return peer_of(identity); };
  Server second(network_, options);
  EXPECT_EQ(second.listen_local(path(), 0600).code(), RPC_S_DUPLICATE_ENDPOINT);
  EXPECT_TRUE(talk(path()).ok());
  base::FileDescriptor(::open(path("file").c_str(), O_CREAT | O_WRONLY, 0600));
  EXPECT_EQ(second.listen_local(path("file"), 0600).code(), RPC_S_DUPLICATE_ENDPOINT);
  EXPECT_TRUE(exists(path("file")));
  EXPECT_EQ(second.listen_local(path("missing/rpc.sock"), 0600).code(), RPC_S_SERVER_UNAVAILABLE);
}

TEST_F(LocalTest, FileGoesWithTheServerUnlessItIsAnothers) {
  serve();
  server_->shutdown(0ms);
  EXPECT_FALSE(exists(path()));
  serve();
  ASSERT_EQ(::unlink(path().c_str()), 0);
  const auto other = *LocalListener::listen(path(), 0600);
  server_->shutdown(0ms);
  EXPECT_TRUE(exists(path()));
}

TEST_F(LocalTest, LongPathsAndAbstractNames) {
  prepare();
  std::string folder = directory_.path();
  for (int i = 0; i < 10; ++i) {
    folder += "/" + std::string(40, 'd');
    ASSERT_EQ(::mkdir(folder.c_str(), 0700), 0);
  }
  const std::string abstract = "@openwmi-test-" + std::to_string(::getpid());
  for (const std::string& where : {folder + "/rpc.sock", abstract}) {
    ASSERT_TRUE(server_->listen_local(where, 0600).ok());
    const base::Status talked = talk(where);
    EXPECT_TRUE(talked.ok()) << talked.to_string();
    EXPECT_EQ(server_->listen_local(where, 0600).code(), RPC_S_DUPLICATE_ENDPOINT);
  }
  server_->shutdown(0ms);
  EXPECT_FALSE(exists(folder + "/rpc.sock"));
  EXPECT_FALSE(talk(abstract).ok());
  EXPECT_FALSE(LocalAddress::of("@" + std::string(200, 'x')));
  EXPECT_FALSE(LocalAddress::of(""));
  EXPECT_FALSE(LocalAddress::of("/"));
}

TEST_F(LocalTest, SocketThatIsHandedOver) {
  prepare();
  const auto listener = *LocalListener::listen(path(), 0600);
  EXPECT_EQ(server_->listen_on(listener->take()).value(), 0);
  EXPECT_TRUE(talk(path()).ok());
  server_->shutdown(0ms);
  EXPECT_TRUE(exists(path()));
}

TEST_F(LocalTest, ServerThatIsNotThereOrDoesNotAccept) {
  EXPECT_EQ(connect(path()).error().code(), RPC_S_SERVER_UNAVAILABLE);
  EXPECT_EQ(probe_local(path()).error().code(), RPC_S_SERVER_UNAVAILABLE);
  const auto listener = *LocalListener::listen(path(), 0600);
  const base::FileDescriptor socket(listener->take());
  EXPECT_EQ(probe_local(path())->uid, ::getuid());
  base::FileDescriptor(::accept(socket.get(), nullptr, nullptr));
  ASSERT_EQ(::listen(socket.get(), 0), 0);
  const Peer first(path());  // fills the queue
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(connect(path(), 100ms).error().code(), RPC_S_TIMEOUT);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 90ms);
  std::thread acceptor([&] {
    std::this_thread::sleep_for(50ms);
    base::FileDescriptor(::accept(socket.get(), nullptr, nullptr));
  });
  EXPECT_TRUE(connect(path()));
  acceptor.join();
}

std::string session() {
  std::string octets;
  append_bind(octets, {PduType::kBind, pfc::kWhole, 0, 0, 1}, {5840, 5840, 0, {{0, kOpen, {kNdr}}}}, nullptr);
  const std::size_t start = octets.size();
  append_request_header(octets, {PduType::kRequest, pfc::kWhole, 0, 0, 2}, {0, 0, 0, {}});
  octets += "drawkcab";
  EXPECT_TRUE(finish_fragment(octets, start, kCallHeaderSize, {}).ok());
  return octets;
}

TEST_F(LocalTest, SingleOctets) {
  serve();
  Peer peer(path());
  for (const char octet : session()) peer.send({&octet, 1});
  PduHeader header;
  ASSERT_EQ(parse_header(peer.read(kHeaderSize), header), HeaderError::kNone);
  EXPECT_EQ(header.type, PduType::kBindAck);
  (void)peer.read(header.frag_length - kHeaderSize);
  EXPECT_EQ(peer.read(kCallHeaderSize + 8).substr(kCallHeaderSize), "backward");
}

TEST_F(LocalTest, CutAfterEveryOctet) {
  serve();
  const std::string octets = session();
  for (std::size_t i = 0; i < octets.size(); ++i) Peer(path()).send(std::string_view(octets).substr(0, i));
  EXPECT_TRUE(eventually([&] { return server_->figures().connections == 0; }));
  EXPECT_EQ(server_->figures().outstanding, 0u);
  EXPECT_TRUE(talk(path()).ok());
}

TEST_F(LocalTest, StalledWritersAndReadersAreLetGo) {
  serve();
  Peer writer(path());
  writer.send("\x05");
  Peer reader(path());
  std::string octets = session();
  for (std::uint32_t id = 3; id < 12; ++id) {
    const std::size_t start = octets.size();
    append_request_header(octets, {PduType::kRequest, pfc::kWhole, 0, 0, id}, {0, 0, 2, {}});
    octets += "9000000";
    ASSERT_TRUE(finish_fragment(octets, start, kCallHeaderSize, {}).ok());
  }
  reader.send(octets);
  EXPECT_TRUE(eventually([&] { return server_->figures().connections == 2; }));
  std::this_thread::sleep_for(200ms);
  server_->check_time();
  EXPECT_TRUE(eventually([&] {
    clock_.advance(61s);  // again and again: a slow machine may still have been at work on the answers
    server_->check_time();
    return server_->figures().connections == 0;
  }));
  EXPECT_TRUE(writer.ends());
}

TEST_F(LocalTest, EndsAreNoticedOnBothSides) {
  serve();
  auto client = *connect(path());
  ASSERT_TRUE(client->bind({kOpen}, {}, kLong).status.ok());
  (void)client->call_later({kOpen, 0, 1, {}}, "", kLong);
  const auto call = wait_kept();
  ASSERT_TRUE(call);
  client->close();
  EXPECT_TRUE(eventually([&] { return call->cancelled(); }));

  client = *connect(path());
  ASSERT_TRUE(client->bind({kOpen}, {}, kLong).status.ok());
  auto later = client->call_later({kOpen, 0, 1, {}}, "", kLong);
  EXPECT_TRUE(eventually([&] {
    const std::lock_guard lock(mutex_);
    return kept_.size() == 2;
  }));
  server_->shutdown(0ms);
  EXPECT_EQ(later.get().status.code(), RPC_S_SERVER_UNAVAILABLE);
}

TEST_F(LocalTest, ShutdownWaitsForWhoIsBeingLookedUp) {
  std::atomic<bool> asked{false};
  ServerOptions options;
  options.local_peer = [&](const LocalIdentity& identity) {
    asked = true;
    std::this_thread::sleep_for(100ms);
    return peer_of(identity);
  };
  serve(options);
  const Peer peer(path());
  EXPECT_TRUE(eventually([&] { return asked.load(); }));
  server_.reset();
}

}  // namespace
}  // namespace rpc
