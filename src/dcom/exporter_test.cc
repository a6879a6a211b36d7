// Calls on exported objects, references, reclamation.
#include "dcom/exporter.h"

#include <gtest/gtest.h>

#include <thread>

#include "dcom/testing/direct_server.h"

namespace dcom {
namespace {

using namespace std::chrono_literals;
using namespace dcom::testing;
using security::Level;

constexpr std::uint32_t number(base::Hresult code) { return static_cast<std::uint32_t>(code); }

/// The HRESULT at the end of an answer.
std::uint32_t result_of(const Answer& answer) {
  EXPECT_FALSE(answer.fault);
  if (answer.stub.size() < 4) return 0xDEADBEEF;
  rpc::NdrReader in(std::string_view(answer.stub).substr(answer.stub.size() - 4));
  return in.u32();
}

rpc::NdrReader behind_header(const Answer& answer) {
  rpc::NdrReader in(answer.stub);
  OrpcThat::read(in);
  return in;
}

class ExporterTest : public ::testing::Test {
 protected:
  explicit ExporterTest(Exporter::Options options = {}) : server_(std::move(options)) {}

  StdObjref marshal(const ObjectPtr& object, const Guid& iid = kFirst, bool no_ping = false) {
    const auto out = server_.exporter->marshal(object, iid, From().ends, "alice@192.0.2.9", no_ping);
    EXPECT_TRUE(out) << out.error().to_string();
    return out ? out->remote()->standard : StdObjref{};
  }
  Answer call(const Ipid& ipid, std::uint16_t opnum = 3, const From& from = {}, OrpcThis header = {}) {
    return server_.call(kFirst, opnum, orpc_stub(std::move(header)), ipid, from);
  }
  template <class F>
  Answer rem_unknown(std::uint16_t opnum, F&& parameters, const From& from = {}) {
    return server_.call(iid::kRemUnknown2, opnum, orpc_stub(parameters), server_.exporter->rem_unknown(), from);
  }
  std::uint32_t release(const Ipid& ipid, std::uint32_t pub, std::uint32_t priv = 0, const From& from = {}) {
    return result_of(rem_unknown(kRemRelease, [&](auto& out) { write_references(out, {{ipid, pub, priv}}); }, from));
  }
  std::uint32_t add(const Ipid& ipid, std::uint32_t pub, std::uint32_t priv = 0, const From& from = {}) {
    const Answer answer = rem_unknown(kRemAddRef, [&](auto& out) { write_references(out, {{ipid, pub, priv}}); }, from);
    EXPECT_EQ(result_of(answer), 0U);
    rpc::NdrReader in = behind_header(answer);
    const auto results = read_add_ref_reply(in);
    return results && results->size() == 1 ? number(results->front()) : 0xDEADBEEF;
  }
  std::vector<QueryInterfaceResult> query(const Ipid& ipid, std::vector<Guid> iids, std::uint32_t expected, std::uint32_t references = 5) {
    const Answer answer = rem_unknown(kRemQueryInterface, [&](auto& out) { write_query_interface(out, {ipid, references, iids}); });
    EXPECT_EQ(result_of(answer), expected);
    rpc::NdrReader in = behind_header(answer);
    const auto results = read_query_interface_reply(in);
    EXPECT_TRUE(results);
    return results ? *results : std::vector<QueryInterfaceResult>{};
  }
  void pass(std::chrono::seconds span) {
    server_.clock.advance(span);
    server_.exporter->check_time();
  }

  DirectServer server_;
  std::shared_ptr<TestObject> object_ = std::make_shared<TestObject>();
};

TEST_F(ExporterTest, CallsGoToTheInterfaceOfTheIpid) {
  const StdObjref first = marshal(object_);
  EXPECT_EQ(first.public_references, kNewReferences);
  EXPECT_EQ(first.oxid, server_.exporter->oxid());
  EXPECT_EQ(first.flags, 0U);
  OrpcThis header;
  header.causality = Guid{7, 7, 7, {}};
  const Answer answer = call(first.ipid, 3, {}, header);
  EXPECT_EQ(result_of(answer), 0U);
  EXPECT_EQ(behind_header(answer).guid(), header.causality);
  // The presentation context says another interface: it does not matter.
  EXPECT_EQ(result_of(server_.call(kSecond, 3, orpc_stub(), first.ipid)), 0U);
  EXPECT_EQ(result_of(server_.call(iid::kRemUnknown, 3, orpc_stub(), first.ipid)), 0U);
  EXPECT_EQ(object_->calls, 3);
}

TEST_F(ExporterTest, TheSameObjectHasOneOid) {
  const StdObjref first = marshal(object_);
  const StdObjref again = marshal(object_);
  const StdObjref second = marshal(object_, kSecond);
  EXPECT_EQ(first, again);
  EXPECT_EQ(first.oid, second.oid);
  EXPECT_NE(first.ipid, second.ipid);
  EXPECT_NE(marshal(std::make_shared<TestObject>()).oid, first.oid);
  EXPECT_EQ(server_.exporter->figures().objects, 2U);
  EXPECT_EQ(server_.exporter->figures().interfaces, 3U);
  const auto none = server_.exporter->marshal(object_, kClass, {});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code(), E_NOINTERFACE);
}

TEST_F(ExporterTest, WrongCalls) {
  const StdObjref first = marshal(object_);
  EXPECT_EQ(call(Guid{9, 9, 9, {}}).fault, number(RPC_E_DISCONNECTED));
  EXPECT_EQ(server_.call(kFirst, 3, orpc_stub()).fault, number(RPC_E_DISCONNECTED));
  EXPECT_EQ(call(first.ipid, 2).fault, rpc::fault::kOpnumRange);
  EXPECT_EQ(call(first.ipid, 99).fault, rpc::fault::kOpnumRange);
  OrpcThis header;
  header.flags = 1;
  EXPECT_EQ(call(first.ipid, 3, {}, header).fault, number(RPC_E_INVALID_HEADER));
  header = {};
  header.version = {5, 8};
  EXPECT_EQ(call(first.ipid, 3, {}, header).fault, number(RPC_E_VERSION_MISMATCH));
  header.version = {6, 1};
  EXPECT_EQ(call(first.ipid, 3, {}, header).fault, number(RPC_E_VERSION_MISMATCH));
  EXPECT_EQ(server_.call(kFirst, 3, "short", first.ipid).fault, rpc::fault::kBadStubData);
  EXPECT_EQ(object_->calls, 1);  // of operation 99
  header.version = {5, 1};
  EXPECT_EQ(result_of(call(first.ipid, 3, {}, header)), 0U);
}

TEST_F(ExporterTest, BelowTheLevel) {
  const StdObjref first = marshal(object_);
  for (const From& from : {From::nobody(), From{Level::kConnect}, From{Level::kPacket}}) {
    EXPECT_EQ(call(first.ipid, 3, from).fault, rpc::fault::kAccessDenied);
    EXPECT_EQ(call(Guid{9, 9, 9, {}}, 3, from).fault, rpc::fault::kAccessDenied);
    const Answer answer = rem_unknown(kRemRelease, [](auto& out) { write_references(out, {}); }, from);
    EXPECT_EQ(answer.fault, number(E_ACCESSDENIED));
    EXPECT_FALSE(answer.executed);
    EXPECT_EQ(server_.call(iid::kRemUnknown, 3, {}, {}, from).fault, number(E_ACCESSDENIED));
    EXPECT_EQ(server_.call(iid::kRemUnknown, 3, orpc_stub(), first.ipid, from).fault, rpc::fault::kAccessDenied);
  }
  security::Peer unproven;
  unproven.verified = false;
  EXPECT_EQ(call(first.ipid, 3, {Level::kIntegrity, std::make_shared<const security::Peer>(unproven)}).fault, rpc::fault::kAccessDenied);
  EXPECT_EQ(object_->calls, 0);
}

class FilteredTest : public ExporterTest {
 protected:
  FilteredTest() : ExporterTest(options()) {}
  static Exporter::Options options() {
    Exporter::Options out;
    out.allow_anonymous_calls = true;
    out.may_call = [](const rpc::Call& call) { return call.ends().remote.address == "192.0.2.9"; };
    return out;
  }
};

TEST_F(FilteredTest, CallersOfSinks) {
  const StdObjref first = marshal(object_);
  From elsewhere;
  elsewhere.ends.remote.address = "192.0.2.8";
  EXPECT_EQ(result_of(call(first.ipid, 3)), 0U);
  EXPECT_EQ(result_of(call(first.ipid, 3, From::nobody())), 0U);
  EXPECT_EQ(call(first.ipid, 3, elsewhere).fault, rpc::fault::kAccessDenied);
  elsewhere.level = Level::kNone;
  EXPECT_EQ(call(first.ipid, 3, elsewhere).fault, rpc::fault::kAccessDenied);
  EXPECT_EQ(rem_unknown(kRemRelease, [](auto&) {}, elsewhere).fault, number(E_ACCESSDENIED));
}

TEST_F(ExporterTest, ErrorsCarryTheirText) {
  const Answer answer = call(marshal(object_).ipid, 5);
  EXPECT_EQ(result_of(answer), number(WBEM_E_NOT_FOUND));
  rpc::NdrReader in(answer.stub);
  const auto info = ErrorInfo::from_extents(OrpcThat::read(in).extents);
  ASSERT_TRUE(info);
  EXPECT_EQ(info->description, "nothing there");
  EXPECT_EQ(info->iid, kFirst);
}

TEST_F(ExporterTest, ADroppedCallIsAnswered) {
  const Answer answer = call(marshal(object_).ipid, 6);
  EXPECT_EQ(answer.fault, number(E_UNEXPECTED));
  EXPECT_EQ(answer.count, 1);
}

TEST_F(ExporterTest, ReleaseToZero) {
  const StdObjref first = marshal(object_);
  const StdObjref second = marshal(object_, kSecond);
  EXPECT_EQ(release(first.ipid, 4), 0U);
  EXPECT_EQ(result_of(call(first.ipid)), 0U);
  EXPECT_EQ(release(first.ipid, 1), 0U);
  EXPECT_EQ(call(first.ipid).fault, number(RPC_E_DISCONNECTED));
  EXPECT_EQ(result_of(call(second.ipid)), 0U);
  EXPECT_EQ(object_->releases, 0);
  EXPECT_EQ(release(second.ipid, 1000), 0U);
  EXPECT_EQ(object_->releases, 1);
  EXPECT_EQ(server_.exporter->figures().objects, 0U);
  EXPECT_EQ(server_.exporter->figures().interfaces, 0U);
  // Released already: no error.
  EXPECT_EQ(release(second.ipid, 5), 0U);
  EXPECT_EQ(object_.use_count(), 1);
  // It may be given out again, as another.
  EXPECT_NE(marshal(object_).oid, first.oid);
}

TEST_F(ExporterTest, ReferencesAreAdded) {
  const StdObjref first = marshal(object_);
  EXPECT_EQ(add(first.ipid, 3), 0U);
  EXPECT_EQ(add(Guid{9, 9, 9, {}}, 3), number(CO_E_OBJNOTREG));
  EXPECT_EQ(add(server_.exporter->rem_unknown(), 1), 0U);
  EXPECT_EQ(release(first.ipid, 5), 0U);
  EXPECT_EQ(object_->releases, 0);
  // Private ones are released by whose they are.
  EXPECT_EQ(add(first.ipid, 0, 2), 0U);
  EXPECT_EQ(release(first.ipid, 3), 0U);
  const From bob{Level::kIntegrity, peer_named("bob")};
  EXPECT_EQ(release(first.ipid, 0, 2, bob), 0U);
  EXPECT_EQ(object_->releases, 0);
  EXPECT_EQ(release(first.ipid, 0, 1), 0U);
  EXPECT_EQ(object_->releases, 0);
  EXPECT_EQ(release(first.ipid, 0, 9), 0U);
  EXPECT_EQ(object_->releases, 1);
}

TEST_F(ExporterTest, QueryInterface) {
  const StdObjref first = marshal(object_);
  const auto results = query(first.ipid, {kSecond, kClass, iid::kUnknown, kFirst}, 1, 2);
  ASSERT_EQ(results.size(), 4U);
  EXPECT_EQ(results[0].result, WBEM_S_NO_ERROR);
  EXPECT_EQ(results[0].object.public_references, 2U);
  EXPECT_EQ(results[0].object.oid, first.oid);
  EXPECT_EQ(results[0].object.oxid, first.oxid);
  EXPECT_EQ(results[1].result, E_NOINTERFACE);
  EXPECT_EQ(results[2].result, WBEM_S_NO_ERROR);
  EXPECT_EQ(results[3].object.ipid, first.ipid);
  EXPECT_EQ(result_of(call(results[0].object.ipid)), 0U);
  EXPECT_EQ(call(results[2].object.ipid).fault, rpc::fault::kOpnumRange);
  query(first.ipid, {kClass}, number(E_NOINTERFACE));
  query(first.ipid, {kSecond}, 0);
  EXPECT_TRUE(query(Guid{9, 9, 9, {}}, {kFirst}, number(RPC_E_INVALID_OBJECT)).empty());
  // 5 + 2 of the first, 2 + 5 of the second, 2 of IUnknown.
  EXPECT_EQ(release(first.ipid, 7), 0U);
  EXPECT_EQ(release(results[0].object.ipid, 7), 0U);
  EXPECT_EQ(object_->releases, 0);
  EXPECT_EQ(release(results[2].object.ipid, 2), 0U);
  EXPECT_EQ(object_->releases, 1);
}

TEST_F(ExporterTest, InterfacesWithoutReferencesHoldNothing) {
  const StdObjref first = marshal(object_);
  query(first.ipid, {kSecond}, 0, 0);
  EXPECT_EQ(release(first.ipid, 5), 0U);
  EXPECT_EQ(object_->releases, 1);
  EXPECT_EQ(server_.exporter->figures().interfaces, 0U);
}

TEST_F(ExporterTest, QueryInterface2) {
  const StdObjref first = marshal(object_);
  const auto ask = [&](const Ipid& ipid, std::uint32_t expected) {
    const std::vector<Guid> iids{kSecond, kClass};
    const Answer answer = rem_unknown(kRemQueryInterface2, [&](auto& out) { write_query_interface2(out, {ipid, 0, iids}); });
    EXPECT_EQ(result_of(answer), expected);
    rpc::NdrReader in = behind_header(answer);
    auto results = read_query_interface2_reply(in, 2);
    EXPECT_TRUE(results);
    return results ? *results : std::vector<QueryInterface2Result>(2);
  };
  const auto results = ask(first.ipid, 1);
  ASSERT_TRUE(results[0].object);
  EXPECT_EQ(results[0].object->iid, kSecond);
  EXPECT_EQ(results[0].object->remote()->standard.public_references, kNewReferences);
  EXPECT_EQ(results[0].object->remote()->resolver.strings.front().address, "192.0.2.1");
  EXPECT_EQ(results[1].result, E_NOINTERFACE);
  EXPECT_FALSE(results[1].object);
  EXPECT_EQ(ask(Guid{9, 9, 9, {}}, number(RPC_E_INVALID_OBJECT))[0].result, RPC_E_INVALID_OBJECT);
}

TEST_F(ExporterTest, RemUnknownItself) {
  const Ipid ipid = server_.exporter->rem_unknown();
  const auto results = query(ipid, {iid::kRemUnknown2, iid::kUnknown, kFirst}, 1);
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(results[0].object.ipid, ipid);
  EXPECT_EQ(results[2].result, E_NOINTERFACE);
  EXPECT_TRUE(server_.exporter->knows(results[0].object.oid));
  EXPECT_EQ(release(ipid, 50), 0U);
  query(ipid, {iid::kRemUnknown}, 0);
  for (const std::uint16_t opnum : {0, 2, 7, 0xFFFF}) EXPECT_EQ(rem_unknown(opnum, [](auto&) {}).fault, rpc::fault::kOpnumRange);
  for (const std::uint16_t opnum : {3, 4, 5, 6}) EXPECT_EQ(rem_unknown(opnum, [](auto&) {}).fault, rpc::fault::kBadStubData);
}

TEST_F(ExporterTest, FindAndTake) {
  auto objref = *server_.exporter->marshal(object_, kFirst, {});
  EXPECT_EQ(server_.exporter->find(objref), object_);
  auto other = objref;
  std::get<RemoteObject>(other.content).standard.oxid ^= 1;
  EXPECT_EQ(server_.exporter->find(other), nullptr);
  EXPECT_EQ(server_.exporter->find({kFirst, CustomObject{}}), nullptr);
  EXPECT_EQ(server_.exporter->take(objref), object_);
  EXPECT_EQ(object_->releases, 1);
  EXPECT_EQ(server_.exporter->take(objref), nullptr);
}

TEST_F(ExporterTest, Withdrawn) {
  const StdObjref first = marshal(object_);
  auto answer = std::make_shared<AnswerSink>();
  server_.call(kFirst, 4, orpc_stub(), first.ipid, {}, answer);
  server_.exporter->withdraw(object_);
  server_.exporter->withdraw(object_);
  EXPECT_EQ(object_->releases, 1);
  EXPECT_EQ(call(first.ipid).fault, number(RPC_E_DISCONNECTED));
  object_->kept.front()->respond(WBEM_S_NO_ERROR);
  EXPECT_EQ(result_of(answer->answer()), 0U);
  // A kept call keeps no object.
  EXPECT_EQ(object_.use_count(), 1);
}

TEST_F(ExporterTest, EndOfTheExporterReleases) {
  marshal(object_);
  server_.resolver.reset();
  server_.exporter.reset();
  EXPECT_EQ(object_->releases, 1);
}

TEST_F(ExporterTest, NeverPingedObjectsGoAfterThreePeriods) {
  const StdObjref first = marshal(object_);
  pass(359s);
  EXPECT_EQ(result_of(call(first.ipid)), 0U);
  pass(359s);
  marshal(object_);
  pass(359s);
  query(first.ipid, {kSecond}, 0);
  pass(359s);
  EXPECT_EQ(object_->releases, 0);
  pass(10s);
  EXPECT_EQ(object_->releases, 1);
  EXPECT_EQ(call(first.ipid).fault, number(RPC_E_DISCONNECTED));
}

TEST_F(ExporterTest, CallsUnderWayHoldTheObject) {
  const StdObjref first = marshal(object_);
  call(first.ipid, 4);
  pass(3600s);
  EXPECT_EQ(object_->releases, 0);
  object_->kept.clear();
  pass(359s);
  EXPECT_EQ(object_->releases, 0);
  pass(10s);
  EXPECT_EQ(object_->releases, 1);
}

TEST_F(ExporterTest, WithoutPings) {
  const StdObjref first = marshal(object_, kFirst, true);
  EXPECT_EQ(first.flags, StdObjref::kNoPing);
  pass(24h);
  EXPECT_EQ(result_of(call(first.ipid)), 0U);
  EXPECT_EQ(release(first.ipid, 5), 0U);
  EXPECT_EQ(object_->releases, 1);
}

TEST_F(ExporterTest, HeldByPingSets) {
  const StdObjref first = marshal(object_);
  EXPECT_FALSE(server_.exporter->pinged(12345, true));
  EXPECT_TRUE(server_.exporter->pinged(first.oid, true));
  EXPECT_TRUE(server_.exporter->pinged(first.oid, true));
  pass(24h);
  server_.exporter->pinged(first.oid, false);
  server_.exporter->expired(first.oid);
  pass(24h);
  EXPECT_EQ(object_->releases, 0);
  // Taken out of the last one without being released: as if never pinged.
  server_.exporter->pinged(first.oid, false);
  pass(359s);
  EXPECT_EQ(object_->releases, 0);
  pass(10s);
  EXPECT_EQ(object_->releases, 1);
}

TEST_F(ExporterTest, ExpiredPingSetsLetGoUnlessCalled) {
  const StdObjref first = marshal(object_);
  const StdObjref idle = marshal(std::make_shared<TestObject>());
  for (const Oid oid : {first.oid, idle.oid}) server_.exporter->pinged(oid, true);
  server_.clock.advance(600s);
  call(first.ipid);
  for (const Oid oid : {first.oid, idle.oid}) {
    server_.exporter->pinged(oid, false);
    server_.exporter->expired(oid);
  }
  pass(0s);
  EXPECT_FALSE(server_.exporter->knows(idle.oid));
  pass(119s);
  EXPECT_EQ(object_->releases, 0);
  // A new set in time.
  server_.exporter->pinged(first.oid, true);
  pass(24h);
  EXPECT_EQ(object_->releases, 0);
  server_.exporter->pinged(first.oid, false);
  server_.exporter->expired(first.oid);
  pass(0s);
  EXPECT_EQ(object_->releases, 1);
}

class LimitedTest : public ExporterTest {
 protected:
  LimitedTest() : ExporterTest(options()) {}
  static Exporter::Options options() {
    Exporter::Options out;
    out.max_objects = 5;
    out.max_objects_per_peer = 2;
    return out;
  }
  base::Hresult outcome(std::string_view owner) {
    kept_.push_back(std::make_shared<TestObject>());
    const auto out = server_.exporter->marshal(kept_.back(), kFirst, {}, owner);
    return out ? WBEM_S_NO_ERROR : out.error().code();
  }
  std::vector<ObjectPtr> kept_;
};

TEST_F(LimitedTest, Limits) {
  EXPECT_EQ(outcome("a"), WBEM_S_NO_ERROR);
  EXPECT_EQ(outcome("a"), WBEM_S_NO_ERROR);
  EXPECT_EQ(outcome("a"), WBEM_E_QUOTA_VIOLATION);
  EXPECT_EQ(outcome("b"), WBEM_S_NO_ERROR);
  EXPECT_EQ(outcome("b"), WBEM_S_NO_ERROR);
  EXPECT_EQ(outcome(""), WBEM_S_NO_ERROR);
  EXPECT_EQ(outcome("c"), WBEM_E_QUOTA_VIOLATION);
  server_.exporter->withdraw(kept_.front());
  EXPECT_EQ(outcome("b"), WBEM_E_QUOTA_VIOLATION);
  EXPECT_EQ(outcome("a"), WBEM_S_NO_ERROR);
}

TEST_F(ExporterTest, ManyThreads) {
  std::vector<std::thread> threads;
  std::atomic<bool> stop{false};
  const StdObjref lasting = marshal(object_);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int turn = 0; turn < 300; ++turn) {
        const auto object = std::make_shared<TestObject>();
        const StdObjref first = marshal(object);
        EXPECT_EQ(result_of(call(first.ipid)), 0U);
        EXPECT_EQ(result_of(call(lasting.ipid)), 0U);
        query(first.ipid, {kSecond, iid::kUnknown}, 0, 1);
        EXPECT_EQ(add(lasting.ipid, 1), 0U);
        EXPECT_EQ(release(lasting.ipid, 1), 0U);
        release(first.ipid, 5);
        if (turn % 2 == 0) server_.exporter->withdraw(object);
      }
    });
  }
  std::thread clock([&] {
    while (!stop) pass(0s), std::this_thread::yield();
  });
  for (auto& thread : threads) thread.join();
  stop = true;
  clock.join();
  EXPECT_EQ(result_of(call(lasting.ipid)), 0U);
}

}  // namespace
}  // namespace dcom
