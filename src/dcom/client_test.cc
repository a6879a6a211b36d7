// Clients against exporters and resolvers of our own, over loopback and UNIX sockets.
#include "dcom/client.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "dcom/testing/host.h"

namespace dcom {
namespace {

using namespace std::chrono_literals;
using namespace testing;
using security::Level;
using security::Provider;

class ClientTest : public ::testing::Test {
 protected:
  static Client::Options options(const base::Clock* clock = nullptr) {
    Client::Options out;
    out.timeouts = {5s, 20s};
    out.clock = clock;
    return out;
  }
  ProxyPtr activate(Client& client, const Host& machine, const Security& security = alice()) {
    auto made = client.activate(machine.address(), security, kTestClass, kEcho);
    EXPECT_TRUE(made) << made.error().to_string();
    return made.value_or(nullptr);
  }

  rpc::Network network_{2};
};

TEST_F(ClientTest, ActivatesCallsAndReleases) {
  Host machine(network_);
  Client client(network_, options());
  for (const Provider provider : {Provider::kNtlm, Provider::kSpnego}) {
    for (const Level level : {Level::kIntegrity, Level::kPrivacy}) {
      const int released = machine.object->releases;
      ProxyPtr proxy = activate(client, machine, alice(provider, level));
      ASSERT_TRUE(proxy);
      EXPECT_EQ(echo(*proxy, 42).value_or(0), 42U);
      EXPECT_EQ(machine.object->last_level, level);
      EXPECT_EQ(machine.object->last_target, "RPCSS/127.0.0.1");
      EXPECT_EQ(proxy->iid(), kEcho);
      EXPECT_EQ(proxy->ends().remote.address, "127.0.0.1");
      EXPECT_EQ(client.figures().connections, 1U);
      EXPECT_EQ(client.figures().proxies, 1U);
      proxy.reset();
      EXPECT_TRUE(eventually([&] { return machine.object->releases > released; }));
      EXPECT_TRUE(eventually([&] { return client.figures().connections == 0; }));
    }
  }
}

TEST_F(ClientTest, NeverBelowIntegrity) {
  Host machine(network_);
  Client client(network_, options());
  for (const Level asked : {Level::kNone, Level::kConnect, Level::kPacket}) {
    const ProxyPtr proxy = activate(client, machine, alice(Provider::kNtlm, asked));
    ASSERT_TRUE(proxy);
    EXPECT_TRUE(echo(*proxy, 1));
    EXPECT_EQ(machine.object->last_level, Level::kIntegrity);
  }
}

TEST_F(ClientTest, OneConnectionForOneIdentityAndLevel) {
  Host machine(network_);
  Client client(network_, options());
  const ProxyPtr one = activate(client, machine);
  const ProxyPtr two = activate(client, machine);
  ASSERT_TRUE(one && two);
  EXPECT_EQ(client.figures().connections, 1U);
  EXPECT_EQ(one->ends().local.port, two->ends().local.port);
  const ProxyPtr other_level = activate(client, machine, alice(Provider::kSpnego, Level::kIntegrity));
  const ProxyPtr other_kind = activate(client, machine, alice(Provider::kNtlm));
  ASSERT_TRUE(other_level && other_kind);
  EXPECT_EQ(client.figures().connections, 3U);
}

TEST_F(ClientTest, TellsFailuresOfActivationApart) {
  Host machine(network_);
  Client client(network_, options());
  for (const Provider provider : {Provider::kNtlm, Provider::kSpnego}) {
    Security wrong = alice(provider);
    wrong.credentials.password = "wrong";
    const auto refused = client.activate(machine.address(), wrong, kTestClass, kEcho);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), security::SEC_E_LOGON_DENIED) << refused.error().to_string();
    EXPECT_NE(refused.error().text().find("127.0.0.1 refused the login of alice"), std::string::npos) << refused.error().text();
  }
  const auto unknown = client.activate(machine.address(), alice(), kOther, kEcho);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code(), REGDB_E_CLASSNOTREG);
  EXPECT_NE(unknown.error().text().find("not registered on 127.0.0.1"), std::string::npos);

  machine.resolver->add_class(kOther, [](const rpc::Call&) -> base::Result<ObjectPtr> { return base::fail(E_ACCESSDENIED); });
  const auto denied = client.activate(machine.address(), alice(), kOther, kEcho);
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().code(), E_ACCESSDENIED);
  EXPECT_NE(denied.error().text().find("knows the account"), std::string::npos) << denied.error().text();

  const auto interface = client.activate(machine.address(), alice(), kTestClass, Guid{9, 9, 9, {}});
  ASSERT_FALSE(interface);
  EXPECT_EQ(interface.error().code(), E_NOINTERFACE) << interface.error().to_string();
}

TEST_F(ClientTest, NobodyAnswers) {
  Client client(network_, options());
  std::uint16_t port = 0;
  {
    Host machine(network_);
    port = machine.endpoint_port;
  }
  const auto refused = client.activate({"127.0.0.1", port, ""}, alice(), kTestClass, kEcho);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), rpc::RPC_S_SERVER_UNAVAILABLE);
  EXPECT_TRUE(refused.error().text().starts_with("no answer from 127.0.0.1:" + std::to_string(port) + ": connection refused"))
      << refused.error().text();
  const auto name = client.activate({"no-such-name.invalid", 135, ""}, alice(), kTestClass, kEcho);
  ASSERT_FALSE(name);
  EXPECT_NE(name.error().text().find("the name has no address"), std::string::npos) << name.error().text();
  const auto local = client.activate({"", 0, "/no/such/socket"}, alice(), kTestClass, kEcho);
  ASSERT_FALSE(local);
  EXPECT_NE(local.error().text().find("is wmid running"), std::string::npos) << local.error().text();
}

TEST_F(ClientTest, RepliesOfObjects) {
  Host machine(network_);
  Client client(network_, options());
  const ProxyPtr proxy = activate(client, machine);
  ASSERT_TRUE(proxy);
  const ObjectReply failed = proxy->call(EchoObject::kFailWithText, {});
  EXPECT_TRUE(failed.delivered);
  EXPECT_EQ(failed.result, WBEM_E_NOT_FOUND);
  EXPECT_EQ(failed.status.code(), WBEM_E_NOT_FOUND);
  EXPECT_EQ(failed.status.text(), "nothing of that name");
  const ObjectReply half = proxy->call(EchoObject::kSuccessCode, {});
  EXPECT_TRUE(half.status.ok() && half.delivered);
  EXPECT_EQ(half.result, WBEM_S_FALSE);
  EXPECT_EQ(half.results().u32(), 7U);
  EXPECT_EQ(half.results().remaining(), 4U);
  const ObjectReply unknown = proxy->call(99, {});
  EXPECT_FALSE(unknown.delivered);
  EXPECT_EQ(unknown.status.code(), rpc::RPC_S_PROCNUM_OUT_OF_RANGE);
  EXPECT_EQ(unknown.status.text(), "127.0.0.1 does not have this operation");
}

TEST_F(ClientTest, QueriesInterfaces) {
  Host machine(network_);
  Client client(network_, options());
  ProxyPtr proxy = activate(client, machine);
  ASSERT_TRUE(proxy);
  auto other = proxy->query_interface(kOther);
  ASSERT_TRUE(other) << other.error().to_string();
  EXPECT_EQ((*other)->iid(), kOther);
  EXPECT_EQ((*other)->oid(), proxy->oid());
  EXPECT_NE((*other)->ipid(), proxy->ipid());
  EXPECT_EQ(echo(**other, 5).value_or(0), 5U);
  std::promise<base::Result<ProxyPtr>> later;
  proxy->query_interface(kOther, [&](base::Result<ProxyPtr> result) { later.set_value(std::move(result)); });
  auto again = later.get_future().get();
  ASSERT_TRUE(again);
  const auto none = proxy->query_interface(Guid{9, 9, 9, {}});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code(), E_NOINTERFACE) << none.error().to_string();
  const auto unbound = proxy->query_interface(kUnoffered);
  ASSERT_FALSE(unbound);
  EXPECT_EQ(unbound.error().code(), rpc::RPC_S_UNKNOWN_IF) << unbound.error().to_string();
  // The references of all of them go, those of the interface that could not be bound too.
  proxy.reset();
  *other = nullptr;
  EXPECT_EQ(machine.object->releases, 0);
  EXPECT_EQ(echo(**again, 6).value_or(0), 6U);
  *again = nullptr;
  EXPECT_TRUE(eventually([&] { return machine.object->releases == 1; }));
}

TEST_F(ClientTest, ReleasesInBatches) {
  Host machine(network_);
  Client client(network_, options());
  const ProxyPtr proxy = activate(client, machine);
  ASSERT_TRUE(proxy);
  constexpr std::uint32_t kCount = 1500;
  std::vector<ProxyPtr> proxies;
  for (const Objref& objref : made(*proxy, kCount)) {
    EXPECT_EQ(objref.remote()->standard.public_references, kNewReferences);
    proxies.push_back(*proxy->unmarshal(objref));
  }
  ASSERT_EQ(proxies.size(), kCount);
  EXPECT_EQ(echo(*proxies.back(), 3).value_or(0), 3U);
  EXPECT_EQ(machine.exporter->figures().objects, kCount + 1);
  proxies.clear();
  EXPECT_TRUE(eventually([&] { return machine.exporter->figures().objects == 1; }));
  EXPECT_LT(machine.release_calls, 200);
}

TEST_F(ClientTest, DeadlinesAndCancellation) {
  Host machine(network_);
  Client client(network_, options());
  const ProxyPtr proxy = activate(client, machine);
  ASSERT_TRUE(proxy);
  const auto begin = std::chrono::steady_clock::now();
  const ObjectReply late = proxy->call(EchoObject::kKeep, {}, 100ms);
  EXPECT_EQ(late.status.code(), rpc::RPC_S_TIMEOUT);
  EXPECT_FALSE(late.delivered);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
  EXPECT_EQ(echo(*proxy, 8).value_or(0), 8U);

  std::promise<ObjectReply> answered;
  const auto id = proxy->call(EchoObject::kKeep, {}, 20s, [&](ObjectReply reply) { answered.set_value(std::move(reply)); });
  const auto call = machine.object->wait_kept(2);
  ASSERT_TRUE(call);
  proxy->cancel(id);
  EXPECT_TRUE(eventually([&] { return call->cancelled(); }));
  call->respond(WBEM_E_CALL_CANCELLED);
  EXPECT_EQ(answered.get_future().get().result, WBEM_E_CALL_CANCELLED);
}

TEST_F(ClientTest, LossOfTheConnection) {
  auto machine = std::make_unique<Host>(network_);
  Client client(network_, options());
  const ProxyPtr proxy = activate(client, *machine);
  ASSERT_TRUE(proxy);
  std::promise<base::Status> closed;
  proxy->on_closed([&](const base::Status& status) { closed.set_value(status); });
  std::promise<ObjectReply> answered;
  proxy->call(EchoObject::kKeep, {}, 20s, [&](ObjectReply reply) { answered.set_value(std::move(reply)); });
  ASSERT_TRUE(machine->object->wait_kept());
  const std::uint16_t port = machine->endpoint_port;
  machine->object_server->shutdown(0ms);
  const ObjectReply lost = answered.get_future().get();
  EXPECT_FALSE(lost.delivered);
  EXPECT_FALSE(lost.status.ok());
  EXPECT_NE(lost.status.text().find("127.0.0.1"), std::string::npos) << lost.status.text();
  EXPECT_FALSE(closed.get_future().get().ok());
  // No second try behind the scenes, not even when the machine is there again.
  machine.reset();
  Host::Options same;
  same.endpoint_port = port;
  Host again(network_, same);
  const auto dead = echo(*proxy, 1);
  ASSERT_FALSE(dead);
  EXPECT_EQ(dead.error().code(), rpc::RPC_S_SERVER_UNAVAILABLE) << dead.error().to_string();
  EXPECT_FALSE(proxy->query_interface(kOther));
  const ProxyPtr anew = activate(client, again);
  ASSERT_TRUE(anew);
  EXPECT_EQ(echo(*anew, 2).value_or(0), 2U);
}

TEST_F(ClientTest, TheEndOfTheClientEndsCalls) {
  Host machine(network_);
  auto client = std::make_unique<Client>(network_, options());
  const ProxyPtr proxy = activate(*client, machine);
  ASSERT_TRUE(proxy);
  std::promise<ObjectReply> answered;
  proxy->call(EchoObject::kKeep, {}, 20s, [&](ObjectReply reply) { answered.set_value(std::move(reply)); });
  ASSERT_TRUE(machine.object->wait_kept());
  client.reset();
  EXPECT_EQ(answered.get_future().get().status.code(), rpc::RPC_S_CALL_CANCELLED);
  EXPECT_FALSE(echo(*proxy, 1));
}

TEST_F(ClientTest, Pings) {
  Host machine(network_);
  auto client = std::make_unique<Client>(network_, options(&machine.clock));
  ProxyPtr proxy = activate(*client, machine);
  ASSERT_TRUE(proxy);
  ProxyPtr short_lived = *proxy->unmarshal(made(*proxy, 1).at(0));
  short_lived.reset();
  EXPECT_EQ(client->figures().pinged, 1U);
  EXPECT_EQ(machine.resolver->figures().sets, 0U);
  const auto pass = [&](std::chrono::seconds span) {
    machine.clock.advance(span);
    client->check_time();
  };
  pass(119s);
  std::this_thread::sleep_for(20ms);
  EXPECT_EQ(machine.resolver->figures().sets, 0U);
  // ComplexPing tells what is held, SimplePing keeps it.
  pass(1s);
  EXPECT_TRUE(eventually([&] { return machine.resolver->figures().sets == 1; }));
  EXPECT_EQ(machine.resolver->figures().oids, 1U);
  ProxyPtr second = *proxy->unmarshal(made(*proxy, 1).at(0));
  pass(120s);
  EXPECT_TRUE(eventually([&] { return machine.resolver->figures().oids == 2; }));
  for (int period = 1; period <= 10; ++period) {
    pass(120s);
    ASSERT_TRUE(eventually([&] { return machine.simple_pings == period; })) << period;
    machine.resolver->check_time();
    ASSERT_EQ(machine.resolver->figures().sets, 1U) << period;
  }
  EXPECT_EQ(machine.complex_pings, 2);
  EXPECT_EQ(machine.resolver->figures().oids, 2U);
  EXPECT_EQ(echo(*proxy, 4).value_or(0), 4U);
  second.reset();
  pass(120s);
  EXPECT_TRUE(eventually([&] { return machine.resolver->figures().oids == 1; }));
  EXPECT_EQ(machine.object->releases, 0);
  // Without pings it goes after three periods.
  client.reset();
  machine.clock.advance(361s);
  machine.resolver->check_time();
  EXPECT_EQ(machine.resolver->figures().sets, 0U);
  EXPECT_TRUE(eventually([&] {
    machine.clock.advance(121s);
    machine.resolver->check_time();
    return machine.object->releases == 1;
  }));
}

TEST_F(ClientTest, TellsAllAgainWhenTheSetIsForgotten) {
  Host machine(network_);
  base::ManualClock own;
  Client client(network_, options(&own));
  const ProxyPtr proxy = activate(client, machine);
  ASSERT_TRUE(proxy);
  own.advance(121s);
  client.check_time();
  ASSERT_TRUE(eventually([&] { return machine.resolver->figures().sets == 1; }));
  // The resolver's time runs faster than ours: its set expires.
  machine.clock.advance(361s);
  machine.resolver->check_time();
  ASSERT_EQ(machine.resolver->figures().sets, 0U);
  own.advance(121s);
  client.check_time();
  EXPECT_TRUE(eventually([&] { return machine.resolver->figures().sets == 1; }));
}

TEST_F(ClientTest, UnixSocket) {
  const base::TempDir directory = *base::TempDir::create();
  Host::Options where;
  where.local_path = directory.path() + "/wmi.sock";
  Host machine(network_, where);
  Client client(network_, options(&machine.clock));
  ProxyPtr proxy = activate(client, machine, {});
  ASSERT_TRUE(proxy);
  EXPECT_EQ(echo(*proxy, 1).value_or(0), 1U);
  EXPECT_EQ(machine.object->last_level, Level::kPrivacy);
  ASSERT_TRUE(proxy->ends().local_peer);
  EXPECT_EQ(proxy->ends().local_peer->uid, ::getuid());
  EXPECT_EQ(machine.endpoint_server->figures().connections, 1U);  // for resolver and objects
  auto other = proxy->query_interface(kOther);
  ASSERT_TRUE(other) << other.error().to_string();
  machine.clock.advance(121s);
  client.check_time();
  EXPECT_TRUE(eventually([&] { return machine.resolver->figures().oids == 1; }));
  EXPECT_EQ(machine.endpoint_server->figures().connections, 1U);
  proxy.reset();
  *other = nullptr;
  EXPECT_TRUE(eventually([&] {
    machine.clock.advance(121s);
    client.check_time();
    machine.resolver->check_time();
    return machine.object->releases == 1;
  }));
  const auto unknown = client.activate(machine.address(), {}, kOther, kEcho);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code(), REGDB_E_CLASSNOTREG);
}

TEST_F(ClientTest, ManyThreads) {
  Host machine(network_);
  Client client(network_, options());
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 10; ++i) {
        const auto proxy =
            client.activate(machine.address(), alice(Provider::kNtlm, t % 2 ? Level::kIntegrity : Level::kPrivacy), kTestClass, kEcho);
        if (!proxy) continue;
        const auto other = (*proxy)->query_interface(kOther);
        const auto references = made(**proxy, 3);
        std::vector<ProxyPtr> held;
        for (const Objref& objref : references) held.push_back(*(*proxy)->unmarshal(objref));
        if (other && held.size() == 3 && echo(**other, 1) && echo(*held[1], 2)) ++good;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 60);
  EXPECT_TRUE(eventually([&] { return client.figures().connections == 0; }));
  EXPECT_TRUE(eventually([&] { return machine.exporter->figures().objects == 0; }));
}

}  // namespace
}  // namespace dcom
