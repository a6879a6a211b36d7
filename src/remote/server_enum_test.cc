// Enumerators, plain and smart (MS-WMI 3.1.4.4, 3.1.4.6, 3.1.4.7).
#include "remote/enumerator_stub.h"
#include "remote/testing/served.h"

namespace remote {
namespace {

using namespace remote::testing;

constexpr std::uint32_t kPaced = 0x30;  // immediate, forward only
constexpr std::uint32_t kKept = 0x10;

class ServerEnum : public ServerTest {
 protected:
  dcom::ProxyPtr smart_of(const dcom::ProxyPtr& enumerator) {
    const auto fetch = enumerator->query_interface(iid::kFetchSmartEnum);
    EXPECT_TRUE(fetch) << fetch.error().to_string();
    return proxy_in(**fetch, (*fetch)->call(3, [](rpc::NdrWriter&) {}, 20s));
  }
  struct Packet {
    base::Status status;
    std::uint32_t returned = 0;
    std::string octets;
    std::vector<std::uint64_t> ids;
  };
  static Packet smart_next(const dcom::ProxyPtr& smart, std::uint32_t timeout, std::uint32_t count, ClassCache& cache,
                           Guid proxy = kProxy) {
    const auto reply = smart->call(3, [&](rpc::NdrWriter& out) { write_smart_next(out, {proxy, timeout, count}); }, 20s);
    Packet packet{reply.status};
    if (!reply.delivered) return packet;
    rpc::NdrReader in = reply.results();
    const auto read = read_smart_next_reply(in);
    EXPECT_TRUE(read);
    packet.returned = read->returned;
    packet.octets = read->buffer;
    if (packet.octets.empty()) return packet;
    const auto batch = read_object_array(packet.octets, PacketType::kNext, cache);
    EXPECT_TRUE(batch) << batch.error().to_string();
    for (std::size_t i = 0; batch && i < batch->size(); ++i) packet.ids.push_back(id_of(batch->object(i)));
    EXPECT_EQ(packet.ids.size(), packet.returned);
    return packet;
  }
  static constexpr Guid kProxy{1, 2, 3, {}};
};

TEST_F(ServerEnum, NextGivesRowsToTheEnd) {
  services_->set_script({.batches = {rows(0, 3), rows(3, 2)}, .on_thread = true});
  const auto enumerator = query(services(), kPaced);
  const auto first = next(enumerator, cim::kInfinite, 4);
  EXPECT_EQ(first.status.code(), WBEM_S_NO_ERROR);
  ASSERT_EQ(first.value.size(), 4U);
  EXPECT_EQ(id_of(first.value[3]), 3U);
  const auto second = next(enumerator, cim::kInfinite, 4);
  EXPECT_EQ(second.status.code(), WBEM_S_FALSE);
  EXPECT_EQ(second.value.size(), 1U);
  EXPECT_EQ(next(enumerator, 0, 1).status.code(), WBEM_S_FALSE);
  EXPECT_EQ(next(enumerator, 0, 0).status.code(), WBEM_S_NO_ERROR);
}

TEST_F(ServerEnum, TimeoutsGiveWhatIsThere) {
  services_->set_script({.batches = {rows(0, 3)}, .ends = false});
  const auto enumerator = query(services(), kPaced);
  const auto now = next(enumerator, 0, 10);
  EXPECT_EQ(now.status.code(), WBEM_S_TIMEDOUT);
  EXPECT_EQ(now.value.size(), 3U);
  std::atomic<int> code{-1};
  enumerator->call(
      4, [](rpc::NdrWriter& out) { write_next(out, {10'000, 5}); }, 20s,
      [&](const dcom::ObjectReply& reply) { code = static_cast<int>(reply.status.code()); });
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(code, -1);
  EXPECT_TRUE(eventually([&] {
    advance(1s);
    return code == static_cast<int>(WBEM_S_TIMEDOUT);
  }));
}

TEST_F(ServerEnum, RowsBeforeAFailureComeFirst) {
  services_->set_script({.batches = {rows(0, 3)}, .end = WBEM_E_PROVIDER_FAILURE, .error = extended_status("broken")});
  const auto enumerator = query(services(), kPaced);
  const auto some = next(enumerator, cim::kInfinite, 10);
  EXPECT_EQ(some.status.code(), WBEM_S_TIMEDOUT);
  EXPECT_EQ(some.value.size(), 3U);
  for (int i = 0; i < 2; ++i) {
    const auto failed = next(enumerator, cim::kInfinite, 10);
    EXPECT_EQ(failed.status.code(), WBEM_E_PROVIDER_FAILURE);
    EXPECT_EQ(failed.status.text(), "broken");
    EXPECT_TRUE(failed.value.empty());
  }
}

TEST_F(ServerEnum, SynchronousFormsWaitForTheEnd) {
  const auto proxy = services();
  services_->set_script({.batches = {rows(0, 3)}, .on_thread = true, .pause = 20ms});
  const auto enumerator = query(proxy, 0);
  EXPECT_EQ(next(enumerator, 0, 3).value.size(), 3U);
  services_->set_script({.batches = {rows(0, 3)}, .end = WBEM_E_INVALID_CLASS, .on_thread = true});
  ServicesRequest request = text("Nothing");
  const auto failed = call(proxy, Operation::kCreateInstanceEnum, request);
  EXPECT_EQ(failed.status.code(), WBEM_E_INVALID_CLASS);
  EXPECT_FALSE(failed.value.reference);
}

TEST_F(ServerEnum, ResetCloneSkip) {
  services_->set_script({.batches = {rows(0, 6)}});
  const auto enumerator = query(services(), kKept);
  EXPECT_EQ(next(enumerator, 0, 2).value.size(), 2U);
  const auto cloned = proxy_in(*enumerator, enumerator->call(6, [](rpc::NdrWriter&) {}, 20s));
  ASSERT_NE(cloned, nullptr);
  EXPECT_EQ(id_of(next(cloned, 0, 1).value[0]), 2U);
  EXPECT_EQ(fault_or_code(enumerator, 7, [](rpc::NdrWriter& out) { write_next(out, {0, 3}); }), 0U);
  EXPECT_EQ(id_of(next(enumerator, 0, 1).value[0]), 5U);
  EXPECT_EQ(fault_or_code(enumerator, 7, [](rpc::NdrWriter& out) { write_next(out, {0, 3}); }), 1U);
  EXPECT_EQ(fault_or_code(enumerator, 3), 0U);
  EXPECT_EQ(id_of(next(enumerator, 0, 1).value[0]), 0U);
  EXPECT_EQ(fault_or_code(enumerator, 8), 0x800706D1U);
  EXPECT_EQ(server_->figures().enumerators, 2U);
}

TEST_F(ServerEnum, ForwardOnlyHasNoResetAndNoClone) {
  services_->set_script({.batches = {rows(0, 6)}});
  const auto enumerator = query(services(), kPaced);
  EXPECT_EQ(fault_or_code(enumerator, 3), static_cast<std::uint32_t>(WBEM_E_INVALID_OPERATION));
  const auto reply = enumerator->call(6, [](rpc::NdrWriter&) {}, 20s);
  EXPECT_EQ(reply.status.code(), WBEM_E_INVALID_OPERATION);
  EXPECT_EQ(proxy_in(*enumerator, reply), nullptr);
}

TEST_F(ServerEnum, ResetWaitsForItsTurn) {
  services_->set_script({.batches = {rows(0, 2)}, .ends = false});
  const auto enumerator = query(services(), kKept);
  std::atomic<int> done{0};
  std::atomic<int> reset_at{0};
  enumerator->call(4, [](rpc::NdrWriter& out) { write_next(out, {5000, 5}); }, 20s, [&](const dcom::ObjectReply&) { ++done; });
  std::this_thread::sleep_for(50ms);
  enumerator->call(3, [](rpc::NdrWriter&) {}, 20s, [&](const dcom::ObjectReply&) { reset_at = ++done; });
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(done, 0);
  EXPECT_TRUE(eventually([&] {
    advance(1s);
    return done == 2;
  }));
  EXPECT_EQ(id_of(next(enumerator, 0, 1).value.at(0)), 0U);
}

TEST_F(ServerEnum, OnlyItsPrincipalReads) {
  services_->set_script({.batches = {rows(0, 6)}});
  const auto enumerator = query(services(), kKept);
  const auto other = activate(clsid::kLevel1Login, iid::kLevel1Login, bob());
  dcom::RemoteObject stolen;
  stolen.standard = {dcom::StdObjref::kNoPing, 5, served_->exporter->oxid(), enumerator->oid(), enumerator->ipid()};
  const auto thief = *other->unmarshal(dcom::Objref{iid::kEnum, stolen});
  constexpr auto kDenied = static_cast<std::uint32_t>(WBEM_E_ACCESS_DENIED);
  EXPECT_EQ(fault_or_code(thief, 3), kDenied);
  EXPECT_EQ(next(thief, 0, 1).status.code(), WBEM_E_ACCESS_DENIED);
  EXPECT_EQ(fault_or_code(thief, 5, [&](rpc::NdrWriter& out) { write_next_async(out, {1, {}}); }), kDenied);
  EXPECT_EQ(fault_or_code(thief, 6), kDenied);
  EXPECT_EQ(fault_or_code(thief, 7, [](rpc::NdrWriter& out) { write_next(out, {0, 3}); }), kDenied);
  EXPECT_EQ(next(enumerator, 0, 1).value.size(), 1U);
}

TEST_F(ServerEnum, SmartEnumeratorsSendTheClassOnce) {
  services_->set_script({.batches = {rows(0, 30), rows(30, 30)}, .on_thread = true});
  const auto smart = smart_of(query(services(), kPaced));
  ASSERT_NE(smart, nullptr);
  ClassCache cache;
  const Packet first = smart_next(smart, cim::kInfinite, 25, cache);
  EXPECT_EQ(first.status.code(), WBEM_S_NO_ERROR);
  EXPECT_EQ(first.returned, 25U);
  const Packet second = smart_next(smart, cim::kInfinite, 25, cache);
  EXPECT_EQ(second.ids.front(), 25U);
  EXPECT_GT(first.octets.size(), second.octets.size());
  EXPECT_EQ(second.octets.find("Filler"), std::string::npos);
  const Packet last = smart_next(smart, cim::kInfinite, 25, cache);
  EXPECT_EQ(last.status.code(), WBEM_S_FALSE);
  EXPECT_EQ(last.returned, 10U);
  const Packet nothing = smart_next(smart, cim::kInfinite, 25, cache);
  EXPECT_EQ(nothing.status.code(), WBEM_S_FALSE);
  EXPECT_EQ(nothing.returned, 0U);
  EXPECT_TRUE(nothing.octets.empty());
}

TEST_F(ServerEnum, EachProxyLearnsTheClasses) {
  services_->set_script({.batches = {rows(0, 30)}});
  const auto smart = smart_of(query(services(), kKept));
  ClassCache one;
  ClassCache two;
  EXPECT_EQ(smart_next(smart, 0, 5, one).returned, 5U);
  EXPECT_EQ(smart_next(smart, 0, 5, two, Guid{9, 9, 9, {}}).returned, 5U);
  EXPECT_EQ(smart_next(smart, 0, 5, one).ids.front(), 10U);
}

TEST_F(ServerEnum, ProxiesAreForgottenBeyondABound) {
  services_->set_script({.batches = {rows(10, 60)}});
  const auto smart = smart_of(query(services(), kKept));
  ClassCache first;
  const std::size_t with_class = smart_next(smart, 0, 1, first).octets.size();
  EXPECT_LT(smart_next(smart, 0, 1, first).octets.size(), with_class);
  for (std::uint32_t i = 0; i < SmartEnumStub::kMaxProxies; ++i) {
    ClassCache other;
    EXPECT_EQ(smart_next(smart, 0, 1, other, Guid{i + 20, 9, 9, {}}).returned, 1U);
  }
  ClassCache anew;
  EXPECT_EQ(smart_next(smart, 0, 1, anew).octets.size(), with_class);
}

TEST_F(ServerEnum, SmartFailuresHaveNoRows) {
  services_->set_script({.end = WBEM_E_PROVIDER_FAILURE});
  const auto smart = smart_of(query(services(), kPaced));
  ClassCache cache;
  const Packet packet = smart_next(smart, cim::kInfinite, 5, cache);
  EXPECT_EQ(packet.status.code(), WBEM_E_PROVIDER_FAILURE);
  EXPECT_EQ(packet.returned, 0U);
  EXPECT_EQ(fault_or_code(smart, 4), 0x800706D1U);
}

TEST_F(ServerEnum, AnswersAreBounded) {
  Server::Options options;
  options.max_reply = 100'000;
  client_.reset();
  start(options);
  services_->set_script({.batches = {rows(0, 40, 10'000)}});
  const auto enumerator = query(services(), kKept);
  std::size_t got = 0;
  for (;;) {
    const auto some = next(enumerator, cim::kInfinite, 4'000'000);
    EXPECT_LT(some.value.size(), 11U);
    got += some.value.size();
    if (some.status.code() != WBEM_S_TIMEDOUT) break;
    ASSERT_FALSE(some.value.empty());
  }
  EXPECT_EQ(got, 40U);
  fault_or_code(enumerator, 3);
  const auto smart = smart_of(enumerator);
  ClassCache cache;
  const Packet packet = smart_next(smart, cim::kInfinite, 0xFFFFFFFF, cache);
  EXPECT_EQ(packet.status.code(), WBEM_S_TIMEDOUT);
  EXPECT_LT(packet.octets.size(), 110'000U);
  EXPECT_GT(packet.returned, 5U);
}

TEST_F(ServerEnum, EnumeratorsAreCounted) {
  Server::Options options;
  options.max_enumerators_per_caller = 2;
  client_.reset();
  start(options);
  services_->set_script({.batches = {rows(0, 6)}});
  const auto proxy = services();
  auto first = query(proxy, kKept);
  const auto second = query(proxy, kKept);
  ServicesRequest request = text("WQL", kKept);
  request.more_text = "x";
  EXPECT_EQ(code_of(proxy, Operation::kExecQuery, request), WBEM_E_QUOTA_VIOLATION);
  EXPECT_EQ(fault_or_code(first, 6), static_cast<std::uint32_t>(WBEM_E_QUOTA_VIOLATION));
  first.reset();
  EXPECT_TRUE(eventually([&] { return server_->figures().enumerators == 1; }));
  EXPECT_EQ(code_of(proxy, Operation::kExecQuery, request), WBEM_S_NO_ERROR);
}

TEST_F(ServerEnum, WhatEnumeratorsKeepIsBounded) {
  Server::Options options;
  options.max_rows_per_caller = 100'000;
  client_.reset();
  start(options);
  services_->set_script({.batches = {rows(0, 4, 10'000), rows(4, 4, 10'000)}});
  const auto proxy = services();
  auto first = query(proxy, kKept);
  const auto second = query(proxy, kKept);
  EXPECT_EQ(next(first, cim::kInfinite, 10).value.size(), 8U);
  EXPECT_EQ(next(second, cim::kInfinite, 10).value.size(), 0U);
  EXPECT_EQ(next(second, cim::kInfinite, 10).status.code(), WBEM_E_OUT_OF_MEMORY);
  // Forward-only ones go on, with a batch at a time.
  const auto paced = query(proxy, kPaced);
  EXPECT_EQ(next(paced, cim::kInfinite, 10).value.size(), 8U);
  first.reset();
  EXPECT_TRUE(eventually([&] { return server_->figures().enumerators == 2; }));
  EXPECT_EQ(next(query(proxy, kKept), cim::kInfinite, 10).value.size(), 8U);
}

TEST_F(ServerEnum, ReleasedEnumeratorsCancelTheirOperation) {
  std::vector<cim::Batch> batches;
  for (std::uint32_t i = 0; i < 30; ++i) batches.push_back(rows(i * 1000, 1000));
  services_->set_script({.batches = batches, .on_thread = true});
  auto enumerator = query(services(), kPaced);
  EXPECT_EQ(next(enumerator, cim::kInfinite, 10).value.size(), 10U);
  EXPECT_TRUE(eventually([&] { return services_->waiting() == 1; }));  // the reader sets the pace
  EXPECT_LT(services_->indicated(), 30);
  enumerator.reset();
  EXPECT_TRUE(eventually([&] { return services_->ended() == 1; }));
  EXPECT_EQ(services_->cancellations(), 1);
  EXPECT_TRUE(eventually([&] { return server_->figures().enumerators == 0; }));
}

TEST_F(ServerEnum, NextAsyncCallsTheSink) {
  services_->set_script({.batches = {rows(0, 5)}});
  const auto enumerator = query(services(), kKept);
  const auto sink = std::make_shared<TestSink>();
  const auto ask = [&](std::uint32_t count, std::optional<dcom::Objref> to) {
    return fault_or_code(enumerator, 5, [&](rpc::NdrWriter& out) { write_next_async(out, {count, to}); });
  };
  EXPECT_EQ(ask(0, reference(sink)), 1U);
  EXPECT_EQ(ask(3, {}), static_cast<std::uint32_t>(WBEM_E_INVALID_PARAMETER));
  EXPECT_EQ(ask(3, reference(sink)), 0U);
  ASSERT_TRUE(sink->wait_final());
  EXPECT_EQ(sink->rows(), 3U);
  EXPECT_EQ(sink->final_code(), WBEM_S_NO_ERROR);
  const auto rest = std::make_shared<TestSink>();
  EXPECT_EQ(ask(3, reference(rest)), 0U);
  ASSERT_TRUE(rest->wait_final());
  EXPECT_EQ(rest->rows(), 2U);
  EXPECT_EQ(rest->final_code(), WBEM_S_FALSE);
  EXPECT_TRUE(eventually([&] { return server_->figures().operations == 0; }));
}

}  // namespace
}  // namespace remote
