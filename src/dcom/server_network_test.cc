// The server side behind real connections: loopback with NTLM, and UNIX sockets.
#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>

#include "dcom/testing/direct_server.h"
#include "rpc/client.h"
#include "security/testing.h"

namespace dcom {
namespace {

using namespace std::chrono_literals;
using namespace dcom::testing;
using security::Level;

constexpr std::chrono::milliseconds kLong = 20s;
constexpr std::uint32_t number(base::Hresult code) { return static_cast<std::uint32_t>(code); }

class ServerNetworkTest : public ::testing::Test {
 protected:
  ServerNetworkTest() {
    accounts_.add(security::testing::account("alice", "secret"));
    rpc::ServerOptions options;
    options.security = &security_;
    options.accounts = &accounts_;
    options.local_peer = [](const rpc::LocalIdentity& identity) { return peer_named("uid" + std::to_string(identity.uid)); };
    server_ = std::make_unique<rpc::Server>(network_, options);
    const auto port = server_->listen("127.0.0.1", 0);
    EXPECT_TRUE(port) << port.error().to_string();
    port_ = port.value_or(0);
    path_ = "@owmi-dcom-test-" + std::to_string(::getpid()) + "-" + std::to_string(port_);

    Exporter::Options exporting;
    exporting.bindings.endpoint_port = port_;
    exporting.bindings.object_port = port_;
    exporting.bindings.local_path = path_;
    exporter_ = std::make_unique<Exporter>(*server_, exporting);
    const Guid offered[] = {kFirst, kSecond};
    exporter_->offer(offered);
    Resolver::Options resolving;
    resolving.exporter = exporter_.get();
    resolver_ = std::make_unique<Resolver>(*server_, resolving);
    resolver_->add_class(kClass, [this](const rpc::Call&) -> base::Result<ObjectPtr> { return object_; });
  }
  ~ServerNetworkTest() override { server_->shutdown(0ms); }

  std::shared_ptr<rpc::Client> connect(std::optional<Level> level, std::vector<Guid> iids) {
    auto client = rpc::Client::connect(network_, {.host = "127.0.0.1", .port = port_});
    EXPECT_TRUE(client) << client.error().to_string();
    if (!client) return nullptr;
    std::optional<rpc::Client::Login> login;
    if (level) {
      login.emplace();
      login->options.provider = security::Provider::kNtlm;
      login->credentials = security::testing::password_of("alice", "secret");
      login->level = *level;
    }
    bind(**client, std::move(iids), std::move(login));
    return *client;
  }
  std::shared_ptr<rpc::Client> connect_locally(std::vector<Guid> iids) {
    rpc::Client::Options options;
    options.local_path = path_;
    auto client = rpc::Client::connect(network_, options);
    EXPECT_TRUE(client) << client.error().to_string();
    if (client) bind(**client, std::move(iids), {});
    return client ? *client : nullptr;
  }
  static void bind(rpc::Client& client, std::vector<Guid> iids, std::optional<rpc::Client::Login> login) {
    std::vector<rpc::SyntaxId> syntaxes;
    for (const Guid& iid : iids) syntaxes.push_back(interface_syntax(iid));
    const auto bound = client.bind(syntaxes, std::move(login), kLong);
    EXPECT_TRUE(bound.status.ok()) << bound.status.to_string();
    for (const auto& one : bound.interfaces) EXPECT_TRUE(one.ok()) << one.to_string();
  }
  static rpc::Reply call(rpc::Client& client, const Guid& iid, std::uint16_t opnum, std::string stub, std::optional<Guid> object = {}) {
    return client.call({interface_syntax(iid), 0, opnum, object}, std::move(stub), kLong);
  }
  static ActivationRequest request() {
    ActivationRequest out;
    out.clsid = kClass;
    out.iids = {kFirst};
    out.protocols = {kTowerTcp};
    return out;
  }
  StdObjref marshal() {
    const auto out = exporter_->marshal(object_, kFirst, {});
    EXPECT_TRUE(out);
    return out->remote()->standard;
  }

  security::ServerOptions security_;
  security::AccountList accounts_;
  rpc::Network network_{2};
  std::unique_ptr<rpc::Server> server_;
  std::uint16_t port_ = 0;
  std::string path_;
  std::shared_ptr<TestObject> object_ = std::make_shared<TestObject>();
  std::unique_ptr<Exporter> exporter_;
  std::unique_ptr<Resolver> resolver_;
};

TEST_F(ServerNetworkTest, FromActivationToRelease) {
  for (const Level level : {Level::kIntegrity, Level::kPrivacy}) {
    const auto client = connect(level, {iid::kObjectExporter, iid::kRemoteScmActivator, iid::kRemUnknown, kFirst});
    const auto activated = call(*client, iid::kRemoteScmActivator, kRemoteCreateInstance, write_create_instance(request(), {}));
    const auto reply = read_create_instance_reply(activated.stub);
    ASSERT_TRUE(reply && reply->interfaces.size() == 1 && reply->interfaces[0].object);
    EXPECT_EQ(reply->exporter.strings.front().address, make_address("127.0.0.1", port_));
    const StdObjref first = reply->interfaces[0].object->remote()->standard;

    EXPECT_TRUE(call(*client, kFirst, 3, orpc_stub(), first.ipid).status.ok());
    const auto pinged = call(*client, iid::kObjectExporter, kComplexPing, write_complex_ping({0, 1, {first.oid}, {}}));
    EXPECT_EQ(read_complex_ping_reply(pinged.stub).value().status, 0U);
    const std::string release = orpc_stub([&](rpc::NdrWriter& out) { write_references(out, {{first.ipid, 5, 0}}); });
    EXPECT_TRUE(call(*client, iid::kRemUnknown, kRemRelease, release, reply->rem_unknown).status.ok());
    EXPECT_TRUE(call(*client, iid::kRemUnknown, kRemRelease, release, reply->rem_unknown).status.ok());
    EXPECT_EQ(call(*client, kFirst, 3, orpc_stub(), first.ipid).fault, number(RPC_E_DISCONNECTED));
    EXPECT_EQ(exporter_->figures().objects, 0U);
  }
  EXPECT_EQ(object_->releases, 2);
}

TEST_F(ServerNetworkTest, BelowTheLevel) {
  const StdObjref first = marshal();
  for (const std::optional<Level> level : {std::optional<Level>(), std::optional(Level::kConnect), std::optional(Level::kPacket)}) {
    const auto client = connect(level, {iid::kObjectExporter, iid::kActivation, iid::kRemoteScmActivator, iid::kRemUnknown2, kFirst});
    EXPECT_TRUE(call(*client, iid::kObjectExporter, kServerAlive2, {}).status.ok());
    EXPECT_EQ(call(*client, iid::kObjectExporter, kSimplePing, write_simple_ping(1)).fault, rpc::fault::kAccessDenied);
    EXPECT_EQ(call(*client, iid::kActivation, 0, write_remote_activation(request(), {})).fault, rpc::fault::kAccessDenied);
    EXPECT_EQ(call(*client, iid::kRemoteScmActivator, 4, write_create_instance(request(), {})).fault, rpc::fault::kAccessDenied);
    EXPECT_EQ(call(*client, kFirst, 3, orpc_stub(), first.ipid).fault, rpc::fault::kAccessDenied);
    EXPECT_EQ(call(*client, iid::kRemUnknown2, kRemRelease, orpc_stub(), exporter_->rem_unknown()).fault, number(E_ACCESSDENIED));
  }
  EXPECT_EQ(object_->calls, 0);
}

TEST_F(ServerNetworkTest, OnUnixSockets) {
  ASSERT_TRUE(server_->listen_local(path_, 0600).ok());
  const auto client = connect_locally({iid::kObjectExporter, iid::kRemoteScmActivator, kFirst});
  ASSERT_TRUE(client);
  const auto alive = read_server_alive2_reply(call(*client, iid::kObjectExporter, kServerAlive2, {}).stub);
  ASSERT_TRUE(alive);
  EXPECT_EQ(alive->resolver.strings, (std::vector<StringBinding>{{kTowerLocal, path_}}));
  const auto activated = call(*client, iid::kRemoteScmActivator, kRemoteCreateInstance, write_create_instance(request(), {}));
  const auto reply = read_create_instance_reply(activated.stub);
  ASSERT_TRUE(reply && reply->interfaces.size() == 1 && reply->interfaces[0].object);
  EXPECT_EQ(reply->exporter.strings, alive->resolver.strings);
  EXPECT_TRUE(call(*client, kFirst, 3, orpc_stub(), reply->interfaces[0].object->remote()->standard.ipid).status.ok());
}

TEST_F(ServerNetworkTest, ExportersOfOtherProcesses) {
  ASSERT_TRUE(server_->listen_local(path_, 0600).ok());
  offer_local_resolver(*server_, *resolver_);
  const Resolver::Foreign foreign{77, Guid{7, 7, 7, {}}, 4711, 6};
  auto announced = announce(network_, path_, foreign);
  ASSERT_TRUE(announced) << announced.error().to_string();
  const auto again = announce(network_, path_, foreign);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code(), rpc::RPC_S_DUPLICATE_ENDPOINT);

  const auto client = connect(Level::kIntegrity, {iid::kObjectExporter, kLocalResolver});
  const auto resolve = [&] {
    return read_resolve_oxid_reply(call(*client, iid::kObjectExporter, kResolveOxid2, write_resolve_oxid({77, {kTowerTcp}})).stub, true)
        .value();
  };
  EXPECT_EQ(resolve().rem_unknown, foreign.rem_unknown);
  EXPECT_EQ(resolve().exporter->strings.front().address, "127.0.0.1[4711]");
  // Not over the network.
  EXPECT_EQ(call(*client, kLocalResolver, 0, std::string(32, 'x')).fault, rpc::fault::kAccessDenied);

  (*announced)->close();
  announced->reset();
  for (int i = 0; i < 1000 && resolver_->figures().foreign != 0; ++i) std::this_thread::sleep_for(5ms);
  EXPECT_EQ(resolver_->figures().foreign, 0U);
  EXPECT_EQ(resolve().status, OR_INVALID_OXID);
}

TEST_F(ServerNetworkTest, OneUserHasSoManyPlaces) {
  ASSERT_TRUE(server_->listen_local(path_, 0600).ok());
  offer_local_resolver(*server_, *resolver_);
  std::vector<std::shared_ptr<rpc::Client>> kept;
  for (Oxid oxid = 1; oxid <= 64; ++oxid) {
    auto announced = announce(network_, path_, {oxid, {}, 1, 6});
    ASSERT_TRUE(announced) << announced.error().to_string();
    kept.push_back(*announced);
  }
  const auto more = announce(network_, path_, {65, {}, 1, 6});
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code(), rpc::RPC_S_SERVER_TOO_BUSY);
}

}  // namespace
}  // namespace dcom
