// IObjectExporter, activations, ping sets.
#include "dcom/resolver.h"

#include <gtest/gtest.h>

#include <thread>

#include "dcom/activation.h"
#include "dcom/testing/direct_server.h"

namespace dcom {
namespace {

using namespace std::chrono_literals;
using namespace dcom::testing;
using security::Level;

constexpr std::uint32_t kNoResources = 1721;
constexpr std::uint32_t number(base::Hresult code) { return static_cast<std::uint32_t>(code); }

Resolver::Options small_limits() {
  Resolver::Options out;
  out.max_sets_per_peer = 2;
  out.max_oids_per_set = 3;
  out.max_foreign = 2;
  return out;
}

Exporter::Options with_names() {
  Exporter::Options out;
  out.bindings.names = {"server.example", "server"};
  out.bindings.principal = "host/server";
  out.bindings.local_path = "/run/sock";
  return out;
}

class ResolverTest : public ::testing::Test {
 protected:
  ResolverTest() : server_(with_names(), small_limits()) {
    server_.resolver->add_class(kClass, [this](const rpc::Call&) -> base::Result<ObjectPtr> {
      if (!object_) return base::fail(E_ACCESSDENIED);
      return object_;
    });
  }

  Answer exporter_call(std::uint16_t opnum, std::string stub, const From& from = {}) {
    return server_.call(iid::kObjectExporter, opnum, std::move(stub), {}, from);
  }
  std::uint32_t simple_ping(SetId set) {
    const Answer answer = exporter_call(kSimplePing, write_simple_ping(set));
    return read_status(answer.stub).value_or(0xDEADBEEF);
  }
  ComplexPingReply complex_ping(const ComplexPingRequest& request, const From& from = {}) {
    const Answer answer = exporter_call(kComplexPing, write_complex_ping(request), from);
    return read_complex_ping_reply(answer.stub).value_or(ComplexPingReply{0, 0, 0xDEADBEEF});
  }
  StdObjref marshal(const ObjectPtr& object) {
    const auto out = server_.exporter->marshal(object, kFirst, {});
    EXPECT_TRUE(out);
    return out->remote()->standard;
  }
  void pass(std::chrono::seconds span) {
    server_.clock.advance(span);
    server_.resolver->check_time();
  }
  static ActivationRequest request(std::vector<Guid> iids = {kFirst}) {
    ActivationRequest out;
    out.clsid = kClass;
    out.iids = std::move(iids);
    out.protocols = {kTowerTcp};
    return out;
  }
  ActivationReply create(const ActivationRequest& request, const From& from = {}) {
    const Answer answer =
        server_.call(iid::kRemoteScmActivator, kRemoteCreateInstance, write_create_instance(request, Guid{1, 2, 3, {}}), {}, from);
    EXPECT_FALSE(answer.fault);
    auto reply = read_create_instance_reply(answer.stub);
    EXPECT_TRUE(reply) << reply.error().to_string();
    return reply.value_or(ActivationReply{});
  }
  ActivationReply remote_activation(const ActivationRequest& request, const From& from = {}) {
    const Answer answer = server_.call(iid::kActivation, kRemoteActivation, write_remote_activation(request, Guid{1, 2, 3, {}}), {}, from);
    EXPECT_FALSE(answer.fault);
    auto reply = read_remote_activation_reply(answer.stub, request.iids.size());
    EXPECT_TRUE(reply) << reply.error().to_string();
    return reply.value_or(ActivationReply{});
  }

  std::shared_ptr<TestObject> object_ = std::make_shared<TestObject>();
  DirectServer server_;
};

TEST_F(ResolverTest, AliveForAnybody) {
  for (const From& from : {From::nobody(), From{Level::kConnect}, From{}}) {
    EXPECT_EQ(read_status(exporter_call(kServerAlive, {}, from).stub).value_or(1), 0U);
    const auto reply = read_server_alive2_reply(exporter_call(kServerAlive2, {}, from).stub);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->version, (Version{5, 7}));
    const std::vector<StringBinding> expected{{7, "192.0.2.1"}, {7, "server.example"}, {7, "server"}};
    EXPECT_EQ(reply->resolver.strings, expected);
    const std::vector<SecurityBinding> securities{{9, "host/server"}, {10, "host/server"}};
    EXPECT_EQ(reply->resolver.securities, securities);
  }
}

TEST_F(ResolverTest, NobodyElseBelowTheLevel) {
  for (const From& from : {From::nobody(), From{Level::kConnect}, From{Level::kPacket}}) {
    for (const std::uint16_t opnum : {kResolveOxid, kSimplePing, kComplexPing, kResolveOxid2}) {
      EXPECT_EQ(exporter_call(opnum, {}, from).fault, rpc::fault::kAccessDenied);
    }
    const std::string create = write_create_instance(request(), {});
    EXPECT_EQ(server_.call(iid::kRemoteScmActivator, kRemoteCreateInstance, create, {}, from).fault, rpc::fault::kAccessDenied);
    EXPECT_EQ(server_.call(iid::kActivation, kRemoteActivation, write_remote_activation(request(), {}), {}, from).fault,
              rpc::fault::kAccessDenied);
  }
  // Not even where the level is no obstacle.
  EXPECT_EQ(server_.call(iid::kActivation, kRemoteActivation, {}, {}, {Level::kIntegrity, nullptr}).fault, rpc::fault::kAccessDenied);
  security::Peer unproven;
  unproven.verified = false;
  const From from{Level::kIntegrity, std::make_shared<const security::Peer>(unproven)};
  EXPECT_EQ(server_.call(iid::kRemoteScmActivator, kRemoteCreateInstance, {}, {}, from).fault, rpc::fault::kAccessDenied);
}

TEST_F(ResolverTest, BadStubsAndOpnums) {
  for (const std::uint16_t opnum : {kResolveOxid, kSimplePing, kComplexPing, kResolveOxid2}) {
    EXPECT_EQ(exporter_call(opnum, "abc").fault, rpc::fault::kBadStubData);
  }
  EXPECT_EQ(exporter_call(6, {}).fault, rpc::fault::kOpnumRange);
  EXPECT_EQ(exporter_call(6, {}, From::nobody()).fault, rpc::fault::kOpnumRange);
  EXPECT_EQ(server_.call(iid::kActivation, 1, {}).fault, rpc::fault::kOpnumRange);
  EXPECT_EQ(server_.call(iid::kActivation, 0, "abc").fault, rpc::fault::kBadStubData);
  for (const std::uint16_t opnum : {0, 1, 2, 5})
    EXPECT_EQ(server_.call(iid::kRemoteScmActivator, opnum, {}).fault, rpc::fault::kOpnumRange);
  EXPECT_EQ(server_.call(iid::kRemoteScmActivator, 4, "abc").fault, rpc::fault::kBadStubData);
}

TEST_F(ResolverTest, ResolveOxid) {
  for (const bool two : {false, true}) {
    const std::uint16_t opnum = two ? kResolveOxid2 : kResolveOxid;
    const auto known = read_resolve_oxid_reply(exporter_call(opnum, write_resolve_oxid({server_.exporter->oxid(), {kTowerTcp}})).stub, two);
    ASSERT_TRUE(known);
    EXPECT_EQ(known->status, 0U);
    EXPECT_EQ(known->rem_unknown, server_.exporter->rem_unknown());
    EXPECT_EQ(known->authn_hint, 5U);
    EXPECT_EQ(known->exporter->strings.front().address, "192.0.2.1[49152]");
    EXPECT_EQ(known->exporter->strings.at(1).address, "server.example[49152]");
    if (two) {
      EXPECT_EQ(known->version, (Version{5, 7}));
    }
    const auto unknown = read_resolve_oxid_reply(exporter_call(opnum, write_resolve_oxid({12345, {kTowerTcp}})).stub, two);
    ASSERT_TRUE(unknown);
    EXPECT_EQ(unknown->status, 0x776U);
    EXPECT_FALSE(unknown->exporter);
  }
}

TEST_F(ResolverTest, BindingsOfOtherAddresses) {
  From from;
  from.ends.local = {"::ffff:198.51.100.7", 135};
  const auto first = [&] { return read_server_alive2_reply(exporter_call(kServerAlive2, {}, from).stub)->resolver.strings; };
  EXPECT_EQ(first().front().address, "198.51.100.7");
  from.ends.local = {"fe80::1%eth0", 135};
  EXPECT_EQ(first().front().address, "fe80::1");
  from.ends.local = {"/run/sock", 0};
  from.ends.local_peer.emplace();
  EXPECT_EQ(first(), (std::vector<StringBinding>{{kTowerLocal, "/run/sock"}}));
  Bindings other;
  other.endpoint_port = 10135;
  EXPECT_EQ(other.resolver(From().ends).strings.front().address, "192.0.2.1[10135]");
}

TEST_F(ResolverTest, ForeignExporters) {
  const Resolver::Foreign foreign{77, Guid{7, 7, 7, {}}, 4711, 6};
  EXPECT_TRUE(server_.resolver->add_foreign(foreign));
  EXPECT_FALSE(server_.resolver->add_foreign(foreign));
  EXPECT_FALSE(server_.resolver->add_foreign({server_.exporter->oxid(), {}, 1, 6}));
  EXPECT_TRUE(server_.resolver->add_foreign({78, {}, 1, 6}));
  EXPECT_FALSE(server_.resolver->add_foreign({79, {}, 1, 6}));
  const auto resolve = [&] { return *read_resolve_oxid_reply(exporter_call(kResolveOxid2, write_resolve_oxid({77, {7}})).stub, true); };
  EXPECT_EQ(resolve().rem_unknown, foreign.rem_unknown);
  EXPECT_EQ(resolve().authn_hint, 6U);
  EXPECT_EQ(resolve().exporter->strings.front().address, "192.0.2.1[4711]");
  server_.resolver->remove_foreign(77);
  EXPECT_EQ(resolve().status, OR_INVALID_OXID);
  EXPECT_EQ(server_.resolver->figures().foreign, 1U);
}

TEST_F(ResolverTest, Activation) {
  const auto check = [&](const ActivationReply& reply) {
    EXPECT_EQ(reply.result, WBEM_S_NO_ERROR);
    EXPECT_EQ(reply.oxid, server_.exporter->oxid());
    EXPECT_EQ(reply.rem_unknown, server_.exporter->rem_unknown());
    EXPECT_EQ(reply.authn_hint, 5U);
    EXPECT_EQ(reply.version, (Version{5, 7}));
    EXPECT_EQ(reply.exporter.strings.front().address, "192.0.2.1[49152]");
    ASSERT_EQ(reply.interfaces.size(), 2U);
    EXPECT_EQ(reply.interfaces[1].result, E_NOINTERFACE);
    EXPECT_FALSE(reply.interfaces[1].object);
    ASSERT_TRUE(reply.interfaces[0].object);
    EXPECT_EQ(reply.interfaces[0].object->iid, kFirst);
    EXPECT_EQ(server_.exporter->find(*reply.interfaces[0].object), object_);
    EXPECT_EQ(reply.interfaces[0].object->remote()->resolver.strings.front().address, "192.0.2.1");
  };
  check(create(request({kFirst, iid::kContext})));
  check(remote_activation(request({kFirst, iid::kContext})));
}

TEST_F(ResolverTest, ActivationsThatFail) {
  const auto both = [&](const ActivationRequest& request) {
    const base::Hresult result = create(request).result;
    const ActivationReply other = remote_activation(request);
    EXPECT_EQ(other.result, result);
    EXPECT_EQ(other.interfaces.size(), request.iids.size());
    for (const auto& one : other.interfaces) EXPECT_FALSE(one.object);
    return result;
  };
  ActivationRequest wrong = request();
  wrong.clsid = kFirst;
  EXPECT_EQ(both(wrong), REGDB_E_CLASSNOTREG);
  EXPECT_EQ(both(request({iid::kContext, kClass})), E_NOINTERFACE);
  wrong = request();
  wrong.version = {5, 8};
  EXPECT_EQ(both(wrong), RPC_E_VERSION_MISMATCH);
  wrong.version = {6, 1};
  EXPECT_EQ(both(wrong), RPC_E_VERSION_MISMATCH);
  wrong = request();
  wrong.mode = kModeGetClassObject;
  EXPECT_EQ(remote_activation(wrong).result, CLASS_E_CLASSNOTAVAILABLE);
  wrong = request();
  wrong.object_name = "file";
  EXPECT_EQ(remote_activation(wrong).result, E_NOINTERFACE);
  object_.reset();
  EXPECT_EQ(both(request()), E_ACCESSDENIED);
  EXPECT_EQ(server_.exporter->figures().objects, 0U);
}

TEST_F(ResolverTest, ClassObjectsAreRefused) {
  // RemoteCreateInstance without its pUnkOuter, which stands behind the ORPCTHIS.
  std::string stub = write_create_instance(request(), {});
  stub.erase(32, 4);
  const Answer answer = server_.call(iid::kRemoteScmActivator, kRemoteGetClassObject, stub);
  EXPECT_FALSE(answer.fault);
  EXPECT_EQ(read_create_instance_reply(answer.stub).value().result, CLASS_E_CLASSNOTAVAILABLE);
}

TEST_F(ResolverTest, PingsHoldObjects) {
  const StdObjref first = marshal(object_);
  const SetId set = complex_ping({0, 1, {first.oid}, {}}).set;
  EXPECT_NE(set, 0U);
  for (int i = 0; i < 10; ++i) {
    pass(359s);
    EXPECT_EQ(simple_ping(set), 0U);
  }
  EXPECT_EQ(object_->releases, 0);
  EXPECT_EQ(server_.resolver->figures().oids, 1U);
  pass(359s);
  EXPECT_EQ(object_->releases, 0);
  pass(1s);
  EXPECT_EQ(object_->releases, 1);
  EXPECT_EQ(simple_ping(set), 0x778U);
  EXPECT_EQ(complex_ping({set, 2, {}, {}}).status, 0x778U);
  EXPECT_EQ(server_.resolver->figures().sets, 0U);
  EXPECT_EQ(server_.resolver->figures().oids, 0U);
}

TEST_F(ResolverTest, SequenceNumbers) {
  const StdObjref a = marshal(object_);
  const StdObjref b = marshal(std::make_shared<TestObject>());
  const SetId set = complex_ping({0, 0xFFFE, {a.oid}, {}}).set;
  EXPECT_EQ(complex_ping({set, 0xFFFD, {b.oid}, {a.oid}}).status, 0U);
  EXPECT_EQ(server_.resolver->figures().oids, 1U);
  // The same again is no harm; round the end of the numbers it goes on.
  EXPECT_EQ(complex_ping({set, 0xFFFE, {b.oid}, {}}).status, 0U);
  EXPECT_EQ(complex_ping({set, 0xFFFE, {b.oid}, {}}).status, 0U);
  EXPECT_EQ(server_.resolver->figures().oids, 2U);
  EXPECT_EQ(complex_ping({set, 1, {}, {b.oid}}).status, 0U);
  EXPECT_EQ(server_.resolver->figures().oids, 1U);
  EXPECT_EQ(complex_ping({set, 0xFFFF, {b.oid}, {}}).status, 0U);
  EXPECT_EQ(server_.resolver->figures().oids, 1U);
}

TEST_F(ResolverTest, AStalePingResetsNothing) {
  const StdObjref first = marshal(object_);
  const SetId set = complex_ping({0, 5, {first.oid}, {}}).set;
  pass(300s);
  EXPECT_EQ(complex_ping({set, 4, {}, {}}).status, 0U);
  pass(60s);
  EXPECT_EQ(simple_ping(set), OR_INVALID_SET);
}

TEST_F(ResolverTest, UnknownOids) {
  const StdObjref first = marshal(object_);
  const StdObjref second = marshal(std::make_shared<TestObject>());
  const ComplexPingReply made = complex_ping({0, 1, {12345, first.oid}, {}});
  EXPECT_EQ(made.status, 0U);
  // The known one is held all the same.
  EXPECT_EQ(complex_ping({made.set, 2, {12345, second.oid}, {777}}).status, 0x777U);
  EXPECT_EQ(server_.resolver->figures().oids, 2U);
  EXPECT_EQ(complex_ping({99, 2, {}, {}}).status, 0x778U);
  // An object that is gone is let go without complaint.
  server_.exporter->withdraw(object_);
  EXPECT_EQ(complex_ping({made.set, 3, {}, {first.oid}}).status, 0U);
}

TEST_F(ResolverTest, SeveralSetsHoldAnObject) {
  const StdObjref first = marshal(object_);
  const SetId one = complex_ping({0, 1, {first.oid, first.oid}, {}}).set;
  const SetId two = complex_ping({0, 1, {first.oid}, {}}).set;
  pass(200s);
  EXPECT_EQ(simple_ping(two), 0U);
  pass(200s);
  EXPECT_EQ(simple_ping(one), OR_INVALID_SET);
  EXPECT_EQ(object_->releases, 0);
  pass(160s);
  EXPECT_EQ(object_->releases, 1);
}

TEST_F(ResolverTest, LimitsOfPings) {
  std::vector<Oid> oids;
  std::vector<ObjectPtr> objects;
  for (int i = 0; i < 4; ++i) {
    objects.push_back(std::make_shared<TestObject>());
    oids.push_back(marshal(objects.back()).oid);
  }
  const ComplexPingReply full = complex_ping({0, 1, oids, {}});
  EXPECT_EQ(full.status, kNoResources);
  EXPECT_EQ(server_.resolver->figures().oids, 3U);
  EXPECT_EQ(complex_ping({full.set, 2, {oids[3]}, {oids[0]}}).status, kNoResources);
  EXPECT_EQ(complex_ping({full.set, 3, {oids[3]}, {}}).status, 0U);
  const SetId second = complex_ping({0, 1, {oids[0]}, {}}).set;
  EXPECT_EQ(complex_ping({0, 1, {oids[0]}, {}}).status, kNoResources);
  From bob;
  bob.peer = peer_named("bob");
  EXPECT_EQ(complex_ping({0, 1, {oids[0]}, {}}, bob).status, 0U);
  // A set that its client has emptied makes room.
  EXPECT_EQ(complex_ping({second, 2, {}, {oids[0]}}).status, 0U);
  EXPECT_EQ(complex_ping({0, 1, {oids[0]}, {}}).status, 0U);
  EXPECT_EQ(simple_ping(second), OR_INVALID_SET);
}

TEST_F(ResolverTest, LooksAtTheClockByItself) {
  const StdObjref first = marshal(object_);
  complex_ping({0, 1, {first.oid}, {}});
  server_.clock.advance(1h);
  for (int i = 0; i < 1000 && object_->releases == 0; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(object_->releases, 1);
}

TEST_F(ResolverTest, ManyThreads) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this, i] {
      From from;
      from.peer = peer_named("user" + std::to_string(i));
      for (int turn = 0; turn < 200; ++turn) {
        const auto reply = create(request({kFirst}), from);
        ASSERT_TRUE(reply.interfaces.size() == 1 && reply.interfaces[0].object);
        const StdObjref& first = reply.interfaces[0].object->remote()->standard;
        const SetId set = complex_ping({0, 1, {first.oid}, {}}, from).set;
        EXPECT_EQ(simple_ping(set), 0U);
        complex_ping({set, 2, {}, {first.oid}}, from);
        EXPECT_FALSE(server_.call(kFirst, 3, orpc_stub(), first.ipid, from).fault);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(server_.exporter->figures().objects, 1U);
  EXPECT_EQ(server_.resolver->figures().oids, 0U);
}

}  // namespace
}  // namespace dcom
