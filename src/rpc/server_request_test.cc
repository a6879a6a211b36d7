// Raw requests: the exact answer to each kind of wrong input (MS-RPCE 3.3.3.5; what Windows answers where the text is
// silent).
#include <gtest/gtest.h>

#include "rpc/testing/raw_server.h"

namespace rpc {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace)
using security::Level;

// Requests.

TEST(RawRequest, BeforeBind) {
  Raw raw;
  expect_fault_and_close(raw, raw.send(raw.request("")), fault::kProtocolError);
}

TEST(RawRequest, UnknownContextAndOperation) {
  Raw raw;
  raw.send(Raw::bind(Raw::three()));
  expect_fault_only(raw, raw.send(raw.request("", {.context = 12345})), 0x1C010003);
  expect_fault_only(raw, raw.send(raw.request("", {.call_id = 3, .opnum = 10})), 0x1C010002);
  EXPECT_TRUE(Raw::is(raw.send(raw.request("", {.call_id = 4})), PduType::kResponse));
}

TEST(RawRequest, UnknownContextInFragments) {
  Raw raw;
  raw.send(Raw::bind(Raw::three()));
  expect_fault_only(raw, raw.send(raw.request("ab", {.flags = pfc::kFirst, .context = 9})), 0x1C010003);
  EXPECT_TRUE(raw.send(raw.request("cd", {.flags = pfc::kLast, .context = 9})).empty());
  EXPECT_TRUE(Raw::is(raw.send(raw.request("", {.call_id = 3})), PduType::kResponse));
}

TEST(RawRequest, BelowTheLevelOfTheInterface) {
  Raw unauthenticated;
  unauthenticated.send(Raw::bind(Raw::three()));
  expect_fault_only(unauthenticated, unauthenticated.send(unauthenticated.request("", {.context = 1})), 5);
  expect_fault_only(unauthenticated, unauthenticated.send(unauthenticated.request("", {.call_id = 3, .context = 2})), 0x80070005);
  Raw connect;
  connect.login(kConnect);
  expect_fault_only(connect, connect.send(connect.request("", {.context = 1})), 5);
  Raw packet;
  packet.login(4);
  expect_fault_only(packet, packet.send(packet.request("", {.context = 2})), 0x80070005);
  Raw call_level;
  call_level.login(3);
  expect_fault_only(call_level, call_level.send(call_level.request("", {.context = 2})), 0x80070005);
  EXPECT_TRUE(Raw::is(call_level.send(call_level.request("", {.call_id = 3})), PduType::kResponse));
  EXPECT_EQ(call_level.server.calls.at(0).level, Level::kPacket);
}

TEST(RawRequest, BeforeAuthenticationEnded) {
  for (const bool authenticated : {false, true}) {
    Raw raw;
    const AuthSegment segment{kNtlm, kIntegrity, 0, 7, "leg 1", 0};
    raw.send(Raw::bind(Raw::three(), &segment));
    FakeContext other(true, 1);
    (void)other.step({});
    raw.auth.id = 7;
    raw.auth.type = kNtlm;
    raw.auth.level = kIntegrity;
    raw.auth.context = std::make_unique<FakeContext>(other);
    expect_fault_and_close(raw, raw.send(raw.request("", {.authenticated = authenticated})), fault::kProtocolError);
    EXPECT_TRUE(raw.server.calls.empty());
  }
}

TEST(RawRequest, WithoutTrailerOnAnAuthenticatedConnection) {
  Raw raw;
  raw.login();
  expect_fault_and_close(raw, raw.send(raw.request("", {.authenticated = false})), fault::kAccessDenied);
  Raw connect;
  connect.login(kConnect);
  EXPECT_TRUE(Raw::is(connect.send(connect.request("", {.authenticated = false})), PduType::kResponse));
  EXPECT_EQ(connect.server.calls.at(0).level, Level::kConnect);
}

TEST(RawRequest, ChangedTypeLevelOrContext) {
  const auto answer = [](auto change) {
    Raw raw;
    raw.login();
    change(raw.auth);
    const auto answers = raw.send(raw.request("x"));
    EXPECT_TRUE(raw.server.calls.empty());
    EXPECT_TRUE(raw.closed());
    return Raw::fault(answers);
  };
  EXPECT_EQ(answer([](AuthContext& auth) { auth.type = kSpnego; }), fault::kAccessDenied);
  EXPECT_EQ(answer([](AuthContext& auth) { auth.level = 6; }), fault::kAccessDenied);
  EXPECT_EQ(answer([](AuthContext& auth) { auth.level = 4; }), fault::kAccessDenied);
  EXPECT_EQ(answer([](AuthContext& auth) { auth.id = 8; }), fault::kAccessDenied);
}

TEST(RawRequest, TrailerOnAnUnauthenticatedConnection) {
  Raw raw;
  raw.send(Raw::bind(Raw::three()));
  FakeContext other(true, 1);
  (void)other.step({});
  raw.auth.id = 0;
  raw.auth.type = kNtlm;
  raw.auth.level = kIntegrity;
  raw.auth.context = std::make_unique<FakeContext>(other);
  expect_fault_and_close(raw, raw.send(raw.request("")), fault::kAccessDenied);
}

TEST(RawRequest, EveryFlippedBitIsNoticed) {
  Raw sample;
  sample.login();
  const std::string good = sample.request(std::string(20, 's'));
  for (std::size_t at = 0; at < good.size(); ++at) {
    Raw raw;
    raw.login();
    std::string bad = raw.request(std::string(20, 's'));
    bad[at] ^= 0x40;
    const auto answers = raw.send(bad);
    EXPECT_TRUE(raw.server.calls.empty()) << at;
    // The signature covers all octets; those that carry lengths and types end the conversation before it is looked at.
    const bool covered_alone = (at >= 16 && at < 24 + 32) || at >= good.size() - 16;
    if (covered_alone) {
      EXPECT_EQ(Raw::fault(answers), fault::kSecurityPackage) << at;
    }
    EXPECT_TRUE(raw.closed() || at == 8 || at == 9) << at;  // a longer PDU is waited for
  }
}

TEST(RawRequest, ReplayIsNeverExecuted) {
  Raw raw;
  raw.login();
  const std::string octets = raw.request("once");
  EXPECT_TRUE(Raw::is(raw.send(octets), PduType::kResponse));
  expect_fault_and_close(raw, raw.send(octets), fault::kSecurityPackage);
  EXPECT_EQ(raw.server.calls.size(), 1u);
}

TEST(RawRequest, SkippedRequestIsNoticed) {
  Raw raw;
  raw.login();
  (void)raw.request("lost");
  expect_fault_and_close(raw, raw.send(raw.request("next", {.call_id = 3})), fault::kSecurityPackage);
}

TEST(RawRequest, BadPadding) {
  Raw raw;
  raw.login();
  std::string octets = raw.request("abc");
  octets[octets.size() - 16 - 8 + 2] = 17;  // more than the body has
  expect_fault_and_close(raw, raw.send(octets), fault::kProtocolError);
}

TEST(RawRequest, TooLongFragment) {
  Raw raw;
  raw.send(Raw::bind(Raw::three()));
  expect_fault_and_close(raw, raw.send(raw.request(std::string(5840 - 24 + 1, 'x'))), fault::kProtocolError);
}

TEST(RawRequest, StubOverTheLimit) {
  const ServerLimits limits{.max_stub = 10'000, .max_unauthenticated_stub = 10'000};
  Raw raw(limits);
  raw.send(Raw::bind(Raw::three()));
  EXPECT_TRUE(raw.send(raw.request(std::string(5000, 'x'), {.flags = pfc::kFirst})).empty());
  EXPECT_FALSE(raw.send(raw.request(std::string(5000, 'x'), {.flags = pfc::kLast})).empty());
  EXPECT_EQ(raw.server.calls.size(), 1u);
  EXPECT_TRUE(raw.send(raw.request(std::string(5000, 'x'), {.call_id = 3, .flags = pfc::kFirst})).empty());
  expect_fault_and_close(raw, raw.send(raw.request(std::string(5001, 'x'), {.call_id = 3, .flags = 0})), 5);
  EXPECT_EQ(raw.server.calls.size(), 1u);
}

TEST(RawRequest, FourMebibytesAndNoMore) {
  const std::string part(5760, 'x');
  for (const bool too_much : {false, true}) {
    Raw raw;
    raw.login();
    std::vector<Answer> answers;
    std::size_t left = (4U << 20) + (too_much ? 1 : 0);
    std::uint8_t flags = pfc::kFirst;
    while (left > 0 && answers.empty()) {
      const std::size_t count = std::min(left, part.size());
      left -= count;
      if (left == 0) flags |= pfc::kLast;
      answers = raw.send(raw.request(std::string_view(part).substr(0, count), {.flags = flags}));
      flags = 0;
    }
    EXPECT_EQ(raw.server.calls.size(), too_much ? 0u : 1u);
    if (too_much) expect_fault_and_close(raw, answers, 5);
  }
}

TEST(RawRequest, UnauthenticatedPeersGetLess) {
  Raw raw;
  raw.send(Raw::bind(Raw::three()));
  expect_fault_and_close(raw, raw.send(raw.request("x", {.flags = pfc::kFirst, .hint = 65537})), 5);
}

TEST(RawRequest, LyingAllocHint) {
  Raw huge;
  huge.login();
  expect_fault_and_close(huge, huge.send(huge.request("x", {.flags = pfc::kFirst, .hint = (4U << 20) + 1})), 5);
  Raw more_than_sent;
  more_than_sent.login();
  expect_fault_and_close(more_than_sent, more_than_sent.send(more_than_sent.request("abcd", {.hint = 17})), 5);
  Raw in_fragments;
  in_fragments.login();
  EXPECT_TRUE(in_fragments.send(in_fragments.request(std::string(16, 'x'), {.flags = pfc::kFirst, .hint = 33})).empty());
  expect_fault_and_close(in_fragments, in_fragments.send(in_fragments.request(std::string(16, 'x'), {.flags = pfc::kLast, .hint = 16})), 5);
  Raw honest;
  honest.login();
  EXPECT_TRUE(Raw::is(honest.send(honest.request("abcd", {.hint = 4})), PduType::kResponse));
  EXPECT_TRUE(Raw::is(honest.send(honest.request("abcd", {.call_id = 3, .hint = 1})), PduType::kResponse));
}

TEST(RawRequest, MixedFragments) {
  const auto second = [](Raw::Options options, auto change) {
    Raw raw;
    raw.login();
    raw.send(raw.request("ab", {.call_id = 50, .flags = pfc::kFirst}));
    change(raw);
    const auto answers = raw.send(raw.request("cd", options));
    EXPECT_TRUE(raw.server.calls.empty());
    EXPECT_TRUE(raw.closed());
    EXPECT_EQ(answers.at(0).header.call_id, 50u);
    return Raw::fault(answers);
  };
  const auto same = [](Raw&) {};
  EXPECT_EQ(second({.call_id = 51, .flags = pfc::kFirst}, same), fault::kProtocolError);
  EXPECT_EQ(second({.call_id = 50, .flags = pfc::kFirst}, same), fault::kProtocolError);
  EXPECT_EQ(second({.call_id = 51, .flags = pfc::kLast}, same), fault::kProtocolError);
  EXPECT_EQ(second({.call_id = 50, .flags = pfc::kLast, .context = 1}, same), fault::kProtocolError);
  EXPECT_EQ(second({.call_id = 50, .flags = pfc::kLast, .opnum = 2}, same), fault::kProtocolError);
  const auto other_context = [](Raw& raw) {
    FakeContext client(true, 3);
    const std::string first = client.step({})->token;
    const std::string third = client.step("leg 2")->token;
    AuthSegment segment{kNtlm, kIntegrity, 0, 8, first, 0};
    raw.send(Raw::alter(Raw::three(), &segment));
    segment.token = third;
    std::string auth3;
    append_auth3(auth3, 1, pfc::kWhole, segment);
    raw.send(auth3);
    raw.auth.id = 8;
    raw.auth.context = std::make_unique<FakeContext>(client);
  };
  EXPECT_EQ(second({.call_id = 50, .flags = pfc::kLast}, other_context), fault::kProtocolError);
}

TEST(RawRequest, FragmentsOfNoCall) {
  Raw raw;
  raw.send(Raw::bind(Raw::three()));
  raw.send(raw.request("", {.call_id = 500}));
  EXPECT_TRUE(raw.send(raw.request("", {.call_id = 499, .flags = pfc::kLast})).empty());  // late: dropped
  EXPECT_TRUE(raw.send(raw.request("", {.call_id = 351, .flags = pfc::kLast})).empty());
  EXPECT_FALSE(raw.closed());
  expect_fault_and_close(raw, raw.send(raw.request("", {.call_id = 350, .flags = pfc::kLast})), fault::kProtocolError);
  Raw none;
  none.send(Raw::bind(Raw::three()));
  expect_fault_and_close(none, none.send(none.request("", {.flags = 0})), fault::kProtocolError);
}

TEST(RawRequest, CallIds) {
  Raw raw;
  raw.send(Raw::bind(Raw::three()));
  raw.server.echo = false;
  EXPECT_TRUE(raw.send(raw.request("", {.call_id = 5})).empty());
  EXPECT_TRUE(raw.send(raw.request("", {.call_id = 3})).empty());  // one counter for each interface: seen in the wild
  expect_fault_and_close(raw, raw.send(raw.request("", {.call_id = 5})), fault::kProtocolError);
  Raw large;
  large.send(Raw::bind(Raw::three()));
  expect_fault_and_close(large, large.send(large.request("", {.call_id = 0x80000000})), fault::kProtocolError);
}

TEST(RawRequest, CancelledBeforeItIsThere) {
  Raw raw;
  raw.send(Raw::bind(Raw::three()));
  expect_fault_and_close(raw, raw.send(raw.request("", {.flags = pfc::kFirst | pfc::kPendingCancel})), fault::kNoCallActive);
}

TEST(RawRequest, TooManyOutstanding) {
  Raw raw(ServerLimits{.max_outstanding = 3});
  raw.send(Raw::bind(Raw::three()));
  raw.server.echo = false;
  for (std::uint32_t id = 2; id < 5; ++id) EXPECT_TRUE(raw.send(raw.request("x", {.call_id = id})).empty());
  const auto answers = raw.send(raw.request("x", {.call_id = 5}));
  EXPECT_EQ(Raw::fault(answers), fault::kServerTooBusy);
  EXPECT_TRUE(Raw::did_not_execute(answers));
  EXPECT_FALSE(raw.closed());
  raw.server.connection->respond(raw.server.calls[0].serial, "");
  raw.server.take();
  EXPECT_TRUE(raw.send(raw.request("x", {.call_id = 6})).empty());
  EXPECT_EQ(raw.server.calls.size(), 4u);
}

TEST(RawRequest, TooManyOctetsHeldOrOutstandingOnTheServer) {
  Raw raw(ServerLimits{.max_held = 100});
  raw.send(Raw::bind(Raw::three()));
  raw.server.echo = false;
  EXPECT_TRUE(raw.send(raw.request(std::string(100, 'x'))).empty());
  EXPECT_EQ(Raw::fault(raw.send(raw.request("x", {.call_id = 3}))), fault::kServerTooBusy);
  Raw other;
  other.send(Raw::bind(Raw::three()));
  other.server.budget.max_outstanding = 0;
  EXPECT_EQ(Raw::fault(other.send(other.request("x"))), fault::kServerTooBusy);
}

TEST(RawRequest, VerificationTrailer) {
  using namespace std::string_view_literals;
  const std::string stub = "stub";
  const std::string trailer = "\x8A\xE3\x13\x71\x02\xF4\x36\x71" + std::string("\x01\x40\x04\x00\x01\x00\x00\x00"sv);
  Raw raw;
  raw.login();
  EXPECT_TRUE(Raw::is(raw.send(raw.request(stub + trailer)), PduType::kResponse));
  EXPECT_EQ(raw.server.calls.at(0).stub, "stub");
  Raw liar;  // says that header signing was agreed on, which it was not
  liar.send(Raw::bind(Raw::three()));
  expect_fault_only(liar, liar.send(liar.request(stub + trailer)), 5);
}

// The rest.

TEST(RawOther, CancelAndOrphanedOfNoCallAreIgnored) {
  Raw raw;
  raw.send(Raw::bind(Raw::three()));
  std::string octets;
  append_bare(octets, PduType::kCancel, 3);
  append_bare(octets, PduType::kOrphaned, 3);
  EXPECT_TRUE(raw.send(octets).empty());
  EXPECT_TRUE(raw.send(raw.request("a", {.flags = pfc::kFirst})).empty());
  octets.clear();
  append_bare(octets, PduType::kOrphaned, 2);
  EXPECT_TRUE(raw.send(octets).empty());
  EXPECT_TRUE(Raw::is(raw.send(raw.request("b", {.flags = pfc::kLast})), PduType::kResponse));
}

TEST(RawOther, PdusThatOnlyServersSend) {
  for (const PduType type :
       {PduType::kResponse, PduType::kFault, PduType::kBindAck, PduType::kBindNak, PduType::kAlterContextResp, PduType::kShutdown}) {
    Raw raw;
    std::string octets(40, '\0');
    std::string header;
    append_bare(header, type, 4);
    octets.replace(0, 16, header);
    octets[8] = 40;
    expect_fault_and_close(raw, raw.send(octets), fault::kProtocolError);
  }
}

TEST(RawOther, OtherProtocolsAreToldOff) {
  Raw raw;
  expect_fault_and_close(raw, raw.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), fault::kProtocolError);
  EXPECT_TRUE(raw.send(Raw::bind(Raw::three())).empty());
}

TEST(RawOther, BudgetIsGivenBackWhenAConnectionEnds) {
  ServerLimits limits;
  EngineServer server(limits);
  Raw raw;
  raw.send(Raw::bind(Raw::three()));
  raw.server.echo = false;
  raw.send(raw.request("xyz"));
  EXPECT_EQ(raw.server.budget.outstanding, 1u);
  EXPECT_EQ(raw.server.budget.held, 3u);
  raw.server.connection.reset();
  EXPECT_EQ(raw.server.budget.outstanding, 0u);
  EXPECT_EQ(raw.server.budget.held, 0u);
  EXPECT_EQ(raw.server.associations.size(), 0u);
}

}  // namespace
}  // namespace rpc
