// Client and server engines against each other.
#include <gtest/gtest.h>

#include "rpc/testing/engine_pair.h"

namespace rpc {
namespace {

using security::Level;
using security::Provider;
using testing::EnginePair;
using testing::EngineServer;
using testing::kGuarded;
using testing::kObjects;
using testing::kOpen;

std::string pattern(std::size_t size) {
  std::string out(size, '\0');
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<char>(i * 31 + i / 251);
  return out;
}

TEST(Connection, UnauthenticatedCall) {
  EnginePair pair;
  ASSERT_TRUE(pair.bind({kOpen}).ok());
  EXPECT_TRUE(pair.client.multiplexes());
  EXPECT_NE(pair.client.association(), 0u);
  const Reply reply = pair.call({kOpen, 0, 3, {}}, "abc");
  EXPECT_TRUE(reply.status.ok()) << reply.status.to_string();
  EXPECT_EQ(reply.stub, "cba");
  ASSERT_EQ(pair.server.calls.size(), 1u);
  EXPECT_EQ(pair.server.calls[0].opnum, 3);
  EXPECT_EQ(pair.server.calls[0].level, Level::kNone);
  EXPECT_EQ(pair.server.calls[0].peer, nullptr);
  EXPECT_FALSE(pair.server.connection->authenticated());
}

struct Combination {
  Provider provider;
  Level level;
};

class Authenticated : public ::testing::TestWithParam<Combination> {};

TEST_P(Authenticated, CallsOfAllSizesInAllChunks) {
  for (const std::size_t chunk : {std::size_t{0}, std::size_t{1}, std::size_t{1000}}) {
    EnginePair pair;
    ASSERT_TRUE(pair.bind({kOpen, kGuarded}, EnginePair::auth(GetParam().provider, GetParam().level), chunk).ok());
    for (const std::size_t size : {0u, 1u, 15u, 16u, 17u, 5760u, 5784u, 5785u, 5816u, 5817u, 20000u, 100000u}) {
      if (chunk == 1 && size > 6000) continue;
      const std::string stub = pattern(size);
      const Reply reply = pair.call({kOpen, 0, 1, base::Guid{1, 2, 3, {}}}, stub, chunk);
      ASSERT_TRUE(reply.status.ok()) << reply.status.to_string() << " " << size;
      ASSERT_EQ(reply.stub, EngineServer::answer(stub)) << size;
      const IncomingCall& call = pair.server.calls.back();
      EXPECT_EQ(call.level, GetParam().level);
      ASSERT_TRUE(call.peer);
      EXPECT_EQ(call.peer->user, "alice");
      EXPECT_EQ(call.object->data1, 1u);
    }
    EXPECT_TRUE(pair.server.connection->authenticated());
    EXPECT_EQ(pair.server.budget.outstanding, 0u);
    EXPECT_EQ(pair.server.budget.held, 0u);
  }
}

INSTANTIATE_TEST_SUITE_P(All, Authenticated,
                         ::testing::Values(Combination{Provider::kNtlm, Level::kConnect}, Combination{Provider::kNtlm, Level::kPacket},
                                           Combination{Provider::kNtlm, Level::kIntegrity}, Combination{Provider::kNtlm, Level::kPrivacy},
                                           Combination{Provider::kSpnego, Level::kIntegrity},
                                           Combination{Provider::kKerberos, Level::kPrivacy}));

TEST(Connection, PrivacyHidesTheStub) {
  EnginePair pair;
  ASSERT_TRUE(pair.bind({kOpen}, EnginePair::auth(Provider::kNtlm, Level::kPrivacy)).ok());
  std::string seen;
  pair.on_up = pair.on_down = [&](std::string& octets) { seen += octets; };
  EXPECT_EQ(pair.call({kOpen, 0, 1, {}}, "a secret").stub, "terces a");
  EXPECT_EQ(seen.find("a secret"), std::string::npos);
  EXPECT_EQ(seen.find("terces a"), std::string::npos);
}

TEST(Connection, SeveralContextsOfBothKinds) {
  EnginePair pair;
  ASSERT_TRUE(pair.bind({kOpen}, EnginePair::auth(Provider::kNtlm, Level::kConnect)).ok());
  ASSERT_TRUE(pair.bind({kGuarded}, EnginePair::auth(Provider::kSpnego, Level::kPrivacy)).ok());
  ASSERT_TRUE(pair.bind({kObjects}).ok());  // without authentication, under an existing context
  const std::uint32_t first = pair.exchanges[0].auth;
  const std::uint32_t second = pair.exchanges[1].auth;
  EXPECT_NE(first, second);
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(pair.call({kOpen, first, 1, {}}, "ab").stub, "ba");
    EXPECT_EQ(pair.server.calls.back().level, Level::kConnect);
    EXPECT_EQ(pair.call({kGuarded, second, 1, {}}, "cd").stub, "dc");
    EXPECT_EQ(pair.server.calls.back().level, Level::kPrivacy);
    EXPECT_EQ(pair.call({kObjects, second, 1, {}}, "ef").stub, "fe");
  }
  const Reply below = pair.call({kGuarded, first, 1, {}}, "x");
  EXPECT_EQ(below.fault, fault::kAccessDenied);
  EXPECT_FALSE(below.executed);
  EXPECT_EQ(pair.call({kObjects, first, 1, {}}, "x").fault, 0x80070005u);
  EXPECT_EQ(pair.call({kOpen, first, 1, {}}, "ab").stub, "ba");
}

TEST(Connection, InterfacesThatAreNotThere) {
  EnginePair pair;
  ASSERT_TRUE(pair.bind({testing::interface_id(77), kOpen, testing::interface_id(1, 2), testing::interface_id(1, 1, 1)}).ok());
  const auto& results = pair.exchanges[0].interfaces;
  EXPECT_EQ(results[0].code(), RPC_S_UNKNOWN_IF);
  EXPECT_TRUE(results[1].ok());
  EXPECT_EQ(results[2].code(), RPC_S_UNKNOWN_IF);
  EXPECT_EQ(results[3].code(), RPC_S_UNKNOWN_IF);
  EXPECT_EQ(pair.call({testing::interface_id(77), 0, 1, {}}, "").status.code(), RPC_S_UNKNOWN_IF);
  EXPECT_EQ(pair.call({kOpen, 0, 10, {}}, "").fault, fault::kOpnumRange);
  EXPECT_EQ(pair.call({kOpen, 0, 9, {}}, "ab").stub, "ba");
}

TEST(Connection, ManyOutstandingAnsweredInAnyOrder) {
  EnginePair pair;
  ASSERT_TRUE(pair.bind({kOpen}, EnginePair::auth(Provider::kNtlm, Level::kIntegrity)).ok());
  pair.server.echo = false;
  std::vector<std::uint32_t> ids;
  for (int i = 0; i < 100; ++i) ids.push_back(*pair.client.call({kOpen, 0, 1, {}}, std::to_string(i)));
  pair.pump();
  ASSERT_EQ(pair.server.calls.size(), 100u);
  for (std::size_t i = 100; i-- > 0;) pair.server.connection->respond(pair.server.calls[i].serial, pair.server.calls[i].stub);
  pair.server.connection->respond(pair.server.calls[5].serial, "a second answer");
  pair.pump();
  ASSERT_EQ(pair.replies.size(), 100u);
  for (std::size_t i = 0; i < 100; ++i) {
    EXPECT_EQ(pair.replies[i].first, ids[99 - i]);
    EXPECT_EQ(pair.replies[i].second.stub, std::to_string(99 - i));
  }
}

TEST(Connection, WithoutMultiplexingCallsWait) {
  EnginePair pair;
  pair.on_down = [](std::string& octets) { octets[3] = static_cast<char>(octets[3] & ~pfc::kConcurrentMultiplex); };
  ASSERT_TRUE(pair.bind({kOpen}).ok());
  pair.on_down = nullptr;
  EXPECT_FALSE(pair.client.multiplexes());
  pair.server.echo = false;
  ASSERT_TRUE(pair.client.call({kOpen, 0, 1, {}}, "1"));
  const auto second = pair.client.call({kOpen, 0, 1, {}}, "2");
  const auto third = pair.client.call({kOpen, 0, 1, {}}, "3");
  pair.pump();
  EXPECT_EQ(pair.server.calls.size(), 1u);
  pair.client.abandon(*second);
  pair.server.connection->respond(pair.server.calls[0].serial, "");
  pair.pump();
  ASSERT_EQ(pair.server.calls.size(), 2u);
  EXPECT_EQ(pair.server.calls[1].stub, "3");
  pair.server.connection->respond(pair.server.calls[1].serial, "");
  pair.pump();
  EXPECT_EQ(pair.replies.back().first, *third);
  EXPECT_EQ(pair.replies.size(), 2u);
}

TEST(Connection, CancelAndAbandon) {
  EnginePair pair;
  ASSERT_TRUE(pair.bind({kOpen}, EnginePair::auth(Provider::kNtlm, Level::kIntegrity)).ok());
  pair.server.echo = false;
  const auto first = pair.client.call({kOpen, 0, 1, {}}, "1");
  const auto second = pair.client.call({kOpen, 0, 1, {}}, "2");
  pair.client.cancel(*first);
  pair.pump();
  EXPECT_EQ(pair.server.cancelled, std::vector<std::uint64_t>{pair.server.calls[0].serial});
  pair.client.abandon(*second);
  pair.pump();
  EXPECT_EQ(pair.server.cancelled.size(), 3u);  // by co_cancel and by orphaned
  pair.server.connection->respond(pair.server.calls[1].serial, "nobody waits");
  EXPECT_TRUE(pair.server.connection->output().empty());
  pair.server.connection->respond(pair.server.calls[0].serial, "late");
  pair.pump();
  ASSERT_EQ(pair.replies.size(), 1u);
  EXPECT_EQ(pair.replies[0].second.stub, "late");
  pair.server.echo = true;
  EXPECT_EQ(pair.call({kOpen, 0, 1, {}}, "on").stub, "no");
}

TEST(Connection, FaultsOfHandlers) {
  EnginePair pair;
  ASSERT_TRUE(pair.bind({kOpen}).ok());
  pair.server.echo = false;
  const auto fault_with = [&](std::uint32_t status) {
    const auto id = pair.client.call({kOpen, 0, 1, {}}, "");
    pair.pump();
    pair.server.connection->fault(pair.server.calls.back().serial, status);
    pair.pump();
    EXPECT_EQ(pair.replies.back().first, *id);
    return *pair.replies.back().second.fault;
  };
  EXPECT_EQ(fault_with(0x80010108), 0x80010108u);
  EXPECT_EQ(fault_with(fault::kBadStubData), fault::kBadStubData);
  EXPECT_EQ(fault_with(0), fault::kUnspecified);
  EXPECT_EQ(fault_with(0xC0000005), fault::kUnspecified);
}

TEST(Connection, OneBitFlippedInAnAnswerEndsTheConnection) {
  for (const std::size_t from_end : {1u, 10u, 20u, 30u, 40u, 55u}) {
    EnginePair pair;
    ASSERT_TRUE(pair.bind({kOpen}, EnginePair::auth(Provider::kNtlm, Level::kIntegrity)).ok());
    pair.on_down = [&](std::string& octets) { octets[octets.size() - from_end] ^= 0x10; };
    const Reply reply = pair.call({kOpen, 0, 1, {}}, std::string(20, 'x'));
    EXPECT_FALSE(reply.status.ok()) << from_end;
    EXPECT_TRUE(pair.client.closed()) << from_end;
  }
}

TEST(Connection, UnprotectedAnswersAreRefused) {
  EnginePair pair;
  ASSERT_TRUE(pair.bind({kOpen}, EnginePair::auth(Provider::kNtlm, Level::kIntegrity)).ok());
  pair.server.echo = false;
  const auto id = pair.client.call({kOpen, 0, 1, {}}, "x");
  pair.pump();
  std::string forged;
  append_response_header(forged, {PduType::kResponse, pfc::kWhole, kCallHeaderSize, 0, *id}, {0, 0, 0});
  pair.keep(pair.client.receive(forged));
  ASSERT_EQ(pair.replies.size(), 1u);
  EXPECT_EQ(pair.replies[0].second.status.code(), RPC_S_SEC_PKG_ERROR);
}

TEST(Connection, BoundsTheAnswer) {
  EnginePair pair({}, {.max_reply = 10'000});
  ASSERT_TRUE(pair.bind({kOpen}).ok());
  EXPECT_TRUE(pair.call({kOpen, 0, 1, {}}, std::string(10'000, 'x')).status.ok());
  EXPECT_EQ(pair.call({kOpen, 0, 1, {}}, std::string(10'001, 'x')).status.code(), RPC_S_PROTOCOL_ERROR);
}

TEST(Connection, LoginsThatDoNotEnd) {
  EXPECT_TRUE(EnginePair({}, {.max_legs = 2}).bind({kOpen}, EnginePair::auth(Provider::kSpnego, Level::kPrivacy)).ok());
  EnginePair pair({}, {.max_legs = 1});
  EXPECT_EQ(pair.bind({kOpen}, EnginePair::auth(Provider::kSpnego, Level::kPrivacy)).code(), RPC_S_SEC_PKG_ERROR);
  EXPECT_FALSE(pair.call({kOpen, 0, 1, {}}, "x").status.ok());
}

TEST(Connection, CutAfterEveryOctet) {
  // What one session sends in each direction, cut anywhere, ends every call with a status and never runs one twice.
  EnginePair whole;
  std::string up;
  whole.on_up = [&](std::string& octets) { up += octets; };
  ASSERT_TRUE(whole.bind({kOpen}, EnginePair::auth(Provider::kNtlm, Level::kPrivacy)).ok());
  ASSERT_TRUE(whole.call({kOpen, 0, 1, {}}, pattern(6000)).status.ok());
  for (std::size_t cut = 0; cut < up.size(); cut += cut < 600 ? 1 : 7) {
    EngineServer server;
    server.echo = true;
    server.receive(std::string_view(up).substr(0, cut));
    EXPECT_TRUE(server.calls.empty());
    EXPECT_FALSE(server.connection->closing()) << cut << server.connection->reason();
    server.receive(std::string_view(up).substr(cut));
    EXPECT_EQ(server.calls.size(), 1u);
  }
  for (std::size_t cut = 0; cut < 700; ++cut) {
    EnginePair pair;
    std::size_t left = cut;
    pair.on_down = [&](std::string& octets) {
      octets.resize(std::min(left, octets.size()));
      left -= octets.size();
    };
    (void)pair.bind({kOpen}, EnginePair::auth(Provider::kSpnego, Level::kIntegrity));
    (void)pair.call({kOpen, 0, 1, {}}, "x");
    pair.keep(pair.client.close({RPC_S_SERVER_UNAVAILABLE, "cut"}));
    ASSERT_FALSE(pair.exchanges.empty());
    EXPECT_EQ(pair.exchanges.size(), 1u);
  }
}

TEST(Connection, WhatWasNotSentWasNotExecuted) {
  EnginePair pair;
  ASSERT_TRUE(pair.bind({kOpen}).ok());
  const std::uint32_t sent = *pair.client.call({kOpen, 0, 1, {}}, "x");
  const std::uint32_t unsent = *pair.client.call({kOpen, 0, 1, {}}, "x");
  pair.client.not_sent(unsent);
  pair.client.not_sent(77);
  const auto events = pair.client.close({RPC_S_SERVER_UNAVAILABLE, "cut"});
  ASSERT_EQ(events.replies.size(), 2u);
  for (const auto& [call_id, reply] : events.replies) EXPECT_EQ(reply.executed, call_id == sent);
}

TEST(Connection, AssociationsBelongToAnAddress) {
  AssociationTable table;
  std::vector<std::uint32_t> ended;
  table.set_on_end([&](std::uint32_t id) { ended.push_back(id); });
  const std::uint32_t id = table.join(0, "192.0.2.1");
  EXPECT_EQ(table.join(id, "192.0.2.1"), id);
  EXPECT_EQ(table.join(id, "192.0.2.2"), 0u);
  EXPECT_EQ(table.join(id + 5, "192.0.2.1"), 0u);
  table.leave(id);
  EXPECT_TRUE(ended.empty());
  table.leave(id);
  EXPECT_EQ(ended, std::vector<std::uint32_t>{id});
  EXPECT_EQ(table.size(), 0u);
}

}  // namespace
}  // namespace rpc
