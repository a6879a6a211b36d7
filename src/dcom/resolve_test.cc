// References from elsewhere: sinks that clients hand over, objects of other exporters, peers that do not answer or answer wrongly.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <future>

#include "base/files.h"
#include "dcom/testing/host.h"

namespace dcom {
namespace {

using namespace std::chrono_literals;
using namespace testing;
using security::Level;
using security::Provider;

/// Listens and never answers.
class SilentListener {
 public:
  SilentListener() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(socket_, 64), 0);
    socklen_t size = sizeof address;
    EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ::ntohs(address.sin_port);
  }
  ~SilentListener() { ::close(socket_); }
  std::uint16_t port() const { return port_; }

 private:
  const int socket_;
  std::uint16_t port_ = 0;
};

class ResolveTest : public ::testing::Test {
 protected:
  static Client::Options options() {
    Client::Options out;
    out.timeouts = {5s, 20s};
    return out;
  }
  /// As a server sees a reference that a client at 127.0.0.1 handed over.
  static Client::Unmarshaling from_loopback(const Objref& objref, const Security& security = alice()) {
    Client::Unmarshaling out;
    out.objref = objref;
    out.security = security;
    out.reached = "127.0.0.1";
    return out;
  }
  static Objref reference(Host& host) {
    rpc::ConnectionEnds ends;
    ends.local.address = "127.0.0.1";
    return *host.exporter->marshal(host.object, kEcho, ends);
  }
  static base::Result<ProxyPtr> unmarshal(Client& client, Client::Unmarshaling what) {
    std::promise<base::Result<ProxyPtr>> result;
    client.unmarshal(std::move(what), [&](base::Result<ProxyPtr> made) { result.set_value(std::move(made)); });
    return result.get_future().get();
  }

  rpc::Network network_{2};
};

TEST_F(ResolveTest, ASinkByItsResolversPort) {
  Host sink_owner(network_);
  Client client(network_, options());
  const Objref objref = reference(sink_owner);
  ASSERT_FALSE(objref.remote()->resolver.strings.empty());
  EXPECT_EQ(objref.remote()->resolver.strings[0].address, "127.0.0.1[" + std::to_string(sink_owner.endpoint_port) + "]");
  auto proxy = unmarshal(client, from_loopback(objref));
  ASSERT_TRUE(proxy) << proxy.error().to_string();
  EXPECT_EQ(echo(**proxy, 11).value_or(0), 11U);
  EXPECT_EQ(sink_owner.object->last_level, Level::kPrivacy);
  // A second one goes over the same connection, without another resolution.
  sink_owner.endpoint_server->shutdown(0ms);
  auto again = unmarshal(client, from_loopback(reference(sink_owner)));
  ASSERT_TRUE(again) << again.error().to_string();
  EXPECT_EQ(client.figures().connections, 1U);
  *proxy = *again = nullptr;
  EXPECT_TRUE(eventually([&] { return sink_owner.object->releases == 1; }));
}

TEST_F(ResolveTest, TheAddressFromWhichItCameIsTriedFirst) {
  Host sink_owner(network_);
  Client client(network_, options());
  Objref objref = reference(sink_owner);
  // Behind a translated address, or with a wrong name.
  std::get<RemoteObject>(objref.content).resolver.strings = {{kTowerTcp, "192.0.2.1[" + std::to_string(sink_owner.endpoint_port) + "]"}};
  const auto proxy = unmarshal(client, from_loopback(objref));
  ASSERT_TRUE(proxy) << proxy.error().to_string();
  EXPECT_EQ(echo(**proxy, 12).value_or(0), 12U);
}

TEST_F(ResolveTest, NamesAreTriedWhenTheAddressDoesNotAnswer) {
  Host sink_owner(network_);
  Client client(network_, options());
  auto what = from_loopback(reference(sink_owner));
  what.reached = "127.99.99.99";
  auto& strings = std::get<RemoteObject>(what.objref.content).resolver.strings;
  strings.insert(strings.begin(), {kTowerTcp, "localhost[" + std::to_string(sink_owner.endpoint_port) + "]"});
  const auto proxy = unmarshal(client, what);
  ASSERT_TRUE(proxy) << proxy.error().to_string();
  EXPECT_EQ(echo(**proxy, 13).value_or(0), 13U);
}

TEST_F(ResolveTest, LevelsStepDown) {
  Host::Options odd;
  odd.may_call = [](const rpc::Call& call) { return call.level() == Level::kIntegrity; };
  Host sink_owner(network_, odd);
  Client client(network_, options());
  auto proxy = unmarshal(client, from_loopback(reference(sink_owner)));
  ASSERT_TRUE(proxy) << proxy.error().to_string();
  EXPECT_EQ(echo(**proxy, 14).value_or(0), 14U);
  EXPECT_EQ(sink_owner.object->last_level, Level::kIntegrity);
  // And no further than allowed.
  auto what = from_loopback(reference(sink_owner), alice(Provider::kNtlm));
  what.least = Level::kPrivacy;
  const auto strict = unmarshal(client, what);
  ASSERT_TRUE(strict) << strict.error().to_string();  // refused at the first call
  EXPECT_EQ(echo(**strict, 1).error().code(), E_ACCESSDENIED);
}

TEST_F(ResolveTest, UnknownExporterAndByValue) {
  Host sink_owner(network_);
  Client client(network_, options());
  Objref objref = reference(sink_owner);
  std::get<RemoteObject>(objref.content).standard.oxid ^= 1;
  const auto unknown = unmarshal(client, from_loopback(objref));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code(), base::Hresult{0x80070776}) << unknown.error().to_string();
  objref.content = CustomObject{};
  const auto by_value = unmarshal(client, from_loopback(objref));
  ASSERT_FALSE(by_value);
  EXPECT_EQ(by_value.error().code(), RPC_E_INVALID_OBJREF);
  Security wrong = alice(Provider::kNtlm);
  wrong.credentials.password = "wrong";
  const auto refused = unmarshal(client, from_loopback(reference(sink_owner), wrong));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), security::SEC_E_LOGON_DENIED) << refused.error().to_string();
}

TEST_F(ResolveTest, LocalSinksBelongToTheirUser) {
  const base::TempDir directory = *base::TempDir::create();
  Host::Options where;
  where.local_path = directory.path() + "/sink.sock";
  Host sink_owner(network_, where);
  Client client(network_, options());
  rpc::ConnectionEnds ends;
  ends.local_peer = rpc::LocalIdentity{::getuid(), ::getgid(), ::getpid()};
  Client::Unmarshaling what;
  what.objref = *sink_owner.exporter->marshal(sink_owner.object, kEcho, ends);
  what.reached_local = "local:" + std::to_string(::getuid());
  what.local_uid = ::getuid() + 1;
  const auto foreign = unmarshal(client, what);
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().code(), E_ACCESSDENIED);
  what.local_uid = ::getuid();
  const auto proxy = unmarshal(client, what);
  ASSERT_TRUE(proxy) << proxy.error().to_string();
  EXPECT_EQ(echo(**proxy, 15).value_or(0), 15U);
  // A reference that names TCP alone is not followed.
  what.objref = reference(sink_owner);
  std::get<RemoteObject>(what.objref.content).standard.oxid ^= 1;
  EXPECT_FALSE(unmarshal(client, what));
}

TEST_F(ResolveTest, CallsWaitForObjectsOfOtherExporters) {
  Host machine(network_);
  Host elsewhere(network_);
  machine.object->give = [&](const ObjectCallPtr&, std::uint32_t) { return std::vector<Objref>{reference(elsewhere)}; };
  Client client(network_, options());
  const auto giver = client.activate(machine.address(), alice(), kTestClass, kEcho);
  ASSERT_TRUE(giver);
  const auto given = made(**giver, 1, EchoObject::kGive);
  ASSERT_EQ(given.size(), 1U);
  auto proxy = (*giver)->unmarshal(given[0]);
  ASSERT_TRUE(proxy) << proxy.error().to_string();
  std::vector<std::future<ObjectReply>> replies;
  for (std::uint32_t i = 0; i < 20; ++i) {
    auto promise = std::make_shared<std::promise<ObjectReply>>();
    replies.push_back(promise->get_future());
    (*proxy)->call(
        EchoObject::kEchoNumber, [&](rpc::NdrWriter& out) { out.u32(i); }, 20s,
        [promise](ObjectReply reply) { promise->set_value(std::move(reply)); });
  }
  for (std::uint32_t i = 0; i < 20; ++i) {
    const ObjectReply reply = replies[i].get();
    ASSERT_TRUE(reply.status.ok()) << reply.status.to_string();
    EXPECT_EQ(reply.results().u32(), i);
  }
  EXPECT_TRUE((*proxy)->query_interface(kOther));
  *proxy = nullptr;
  EXPECT_TRUE(eventually([&] { return elsewhere.object->releases == 1; }));
}

TEST_F(ResolveTest, QueuedCallsEndInTime) {
  Host machine(network_);
  SilentListener silent;
  machine.object->give = [&](const ObjectCallPtr&, std::uint32_t) {
    Objref out = reference(machine);
    auto& remote = std::get<RemoteObject>(out.content);
    remote.standard.oxid ^= 1;
    remote.resolver.strings = {{kTowerTcp, "127.0.0.1[" + std::to_string(silent.port()) + "]"}};
    return std::vector<Objref>{out};
  };
  auto client = std::make_unique<Client>(network_, options());
  const auto giver = client->activate(machine.address(), alice(), kTestClass, kEcho);
  ASSERT_TRUE(giver);
  const auto proxy = (*giver)->unmarshal(made(**giver, 1, EchoObject::kGive).at(0));
  ASSERT_TRUE(proxy);
  const auto late = echo(**proxy, 1, 50ms);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code(), rpc::RPC_S_TIMEOUT);
  std::promise<ObjectReply> cancelled;
  const auto id = (*proxy)->call(EchoObject::kEchoNumber, {}, 20s, [&](ObjectReply reply) { cancelled.set_value(std::move(reply)); });
  (*proxy)->cancel(id);
  EXPECT_EQ(cancelled.get_future().get().status.code(), rpc::RPC_S_CALL_CANCELLED);
  std::promise<ObjectReply> ended;
  (*proxy)->call(EchoObject::kEchoNumber, {}, 20s, [&](ObjectReply reply) { ended.set_value(std::move(reply)); });
  const auto begin = std::chrono::steady_clock::now();
  client.reset();
  EXPECT_EQ(ended.get_future().get().status.code(), rpc::RPC_S_CALL_CANCELLED);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
}

TEST_F(ResolveTest, ASlowPeerHoldsUpItselfAlone) {
  SilentListener silent;
  Host good(network_);
  Client::Options few = options();
  few.max_background = 4;
  few.timeouts.connect = 2s;
  Client client(network_, few);
  std::atomic<int> failed = 0;
  for (int i = 0; i < 50; ++i) {
    auto what = from_loopback(reference(good));
    what.reached = "127.0.0.2";
    auto& remote = std::get<RemoteObject>(what.objref.content);
    remote.standard.oxid = static_cast<Oxid>(i + 1);
    remote.resolver.strings = {{kTowerTcp, "127.0.0.1[" + std::to_string(silent.port()) + "]"}};
    client.unmarshal(what, [&](const base::Result<ProxyPtr>& result) { failed += !result; });
  }
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(unmarshal(client, from_loopback(reference(good))));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);
}

TEST_F(ResolveTest, SilentResolversEndInTime) {
  SilentListener silent;
  Client::Options hurried = options();
  hurried.timeouts = {200ms, 200ms};
  Client client(network_, hurried);
  const auto begin = std::chrono::steady_clock::now();
  const auto result = client.activate({"127.0.0.1", silent.port(), ""}, alice(), kTestClass, kEcho);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), rpc::RPC_S_TIMEOUT) << result.error().to_string();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
}

TEST_F(ResolveTest, OlderServersActivateByRemoteActivation) {
  Host machine(network_);
  machine.endpoint_server->interfaces().remove(interface_syntax(iid::kRemoteScmActivator));
  Client client(network_, options());
  const auto proxy = client.activate(machine.address(), alice(), kTestClass, kEcho);
  ASSERT_TRUE(proxy) << proxy.error().to_string();
  EXPECT_EQ(echo(**proxy, 16).value_or(0), 16U);
  const auto unknown = client.activate(machine.address(), alice(), kOther, kEcho);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code(), REGDB_E_CLASSNOTREG);
}

/// A resolver whose answers are as the test says.
class WrongAnswersTest : public ResolveTest {
 protected:
  void answer_with(std::function<std::string(std::string)> change) {
    auto real = host_.endpoint_server->interfaces().find(interface_syntax(iid::kRemoteScmActivator));
    ASSERT_TRUE(real);
    rpc::Interface fake = *real;
    fake.handler = [this, change](const std::shared_ptr<rpc::Call>& call) { call->respond(change(good_)); };
    host_.endpoint_server->interfaces().add(std::move(fake));
  }
  /// What the resolver says when all is well.
  void record() {
    ActivationReply reply;
    rpc::ConnectionEnds ends;
    ends.local.address = "127.0.0.1";
    reply.oxid = host_.exporter->oxid();
    reply.exporter = host_.exporter->bindings().exporter(ends);
    reply.rem_unknown = host_.exporter->rem_unknown();
    reply.interfaces.push_back({kEcho, WBEM_S_NO_ERROR, reference(host_)});
    good_ = write_create_instance_reply(reply);
  }

  Host host_{network_};
  std::string good_;
};

TEST_F(WrongAnswersTest, CutAndChangedRepliesEndWithAnError) {
  record();
  Client client(network_, options());
  answer_with([](std::string good) { return good; });
  EXPECT_TRUE(client.activate(host_.address(), alice(Provider::kNtlm), kTestClass, kEcho));
  for (std::size_t size = 0; size + 1 < good_.size(); size += 1 + good_.size() / 60) {
    answer_with([size](const std::string& good) { return good.substr(0, size); });
    const auto result = client.activate(host_.address(), alice(Provider::kNtlm), kTestClass, kEcho);
    ASSERT_FALSE(result) << size;
    EXPECT_NE(result.error().text(), "") << size;
  }
  Client::Options hurried = options();
  hurried.timeouts = {300ms, 300ms};
  Client patient(network_, hurried);
  for (std::size_t at = 0; at < good_.size(); at += 1 + good_.size() / 60) {
    answer_with([at](std::string good) {
      good[at] = static_cast<char>(good[at] ^ 0x21);
      return good;
    });
    (void)patient.activate(host_.address(), alice(Provider::kNtlm), kTestClass, kEcho);  // an end, whatever it is
  }
}

TEST_F(WrongAnswersTest, ReferencesToOtherThingsAreRefused) {
  Client client(network_, options());
  const auto give = [&](const std::function<void(ActivationReply&)>& change) {
    ActivationReply reply;
    rpc::ConnectionEnds ends;
    ends.local.address = "127.0.0.1";
    reply.oxid = host_.exporter->oxid();
    reply.exporter = host_.exporter->bindings().exporter(ends);
    reply.rem_unknown = host_.exporter->rem_unknown();
    reply.interfaces.push_back({kEcho, WBEM_S_NO_ERROR, reference(host_)});
    change(reply);
    good_ = write_create_instance_reply(reply);
    answer_with([](std::string good) { return good; });
    const auto result = client.activate(host_.address(), alice(), kTestClass, kEcho);
    return result ? base::Status() : result.error();
  };
  EXPECT_TRUE(give([](ActivationReply&) {}).ok());
  EXPECT_EQ(give([](ActivationReply& reply) { reply.oxid ^= 1; }).code(), RPC_E_INVALID_OBJREF);
  EXPECT_EQ(give([](ActivationReply& reply) { reply.interfaces[0].object->content = CustomObject{}; }).code(), RPC_E_INVALID_OBJREF);
  EXPECT_EQ(give([](ActivationReply& reply) { reply.interfaces[0].object->iid = kOther; }).code(), RPC_E_INVALID_OBJREF);
  EXPECT_EQ(give([](ActivationReply& reply) { reply.version = {6, 0}; }).code(), RPC_E_VERSION_MISMATCH);
  const base::Status nowhere = give([](ActivationReply& reply) { reply.exporter.strings.clear(); });
  EXPECT_EQ(nowhere.code(), rpc::RPC_S_SERVER_UNAVAILABLE) << nowhere.to_string();
  // A port where nobody is, at an address that was reached.
  const base::Status closed = give([](ActivationReply& reply) {
    reply.oxid ^= 1;
    std::get<RemoteObject>(reply.interfaces[0].object->content).standard.oxid ^= 1;
    reply.exporter.strings = {{kTowerTcp, "127.0.0.9[1]"}};
  });
  EXPECT_EQ(closed.code(), rpc::RPC_S_SERVER_UNAVAILABLE);
  EXPECT_TRUE(closed.text().starts_with("no answer from 127.0.0.1:1: connection refused")) << closed.text();
}

TEST_F(WrongAnswersTest, ACallIsAtLeastAsProtectedAsTheServerHints) {
  Client client(network_, options());
  ActivationReply reply;
  rpc::ConnectionEnds ends;
  ends.local.address = "127.0.0.1";
  reply.oxid = host_.exporter->oxid();
  reply.exporter = host_.exporter->bindings().exporter(ends);
  reply.rem_unknown = host_.exporter->rem_unknown();
  for (const auto& [hint, level] :
       {std::pair{1U, Level::kIntegrity}, {5U, Level::kIntegrity}, {6U, Level::kPrivacy}, {99U, Level::kPrivacy}}) {
    reply.authn_hint = hint;
    reply.interfaces.assign(1, {kEcho, WBEM_S_NO_ERROR, reference(host_)});
    good_ = write_create_instance_reply(reply);
    answer_with([](std::string good) { return good; });
    const auto proxy = client.activate(host_.address(), alice(Provider::kNtlm, Level::kIntegrity), kTestClass, kEcho);
    ASSERT_TRUE(proxy) << hint << proxy.error().to_string();
    EXPECT_TRUE(echo(**proxy, 1));
    EXPECT_EQ(host_.object->last_level, level) << hint;
  }
}

}  // namespace
}  // namespace dcom
