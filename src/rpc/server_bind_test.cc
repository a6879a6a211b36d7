// Raw bind, alter_context and rpc_auth_3: the exact answer to each kind of wrong input (MS-RPCE 3.3.3.5; what Windows answers where the
// text is silent).
#include <gtest/gtest.h>

#include "rpc/testing/raw_server.h"

namespace rpc {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace)

// Binds.

TEST(RawBind, AnswersEveryElementInItsPlace) {
  Raw raw;
  const auto answers = raw.send(Raw::bind(
      {{4, kOpen, {kNdr}}, {6, kOpen, {kNdr64}}, {8, kOpen, {feature::syntax_of(0xFF)}}, {10, testing::interface_id(99), {kNdr}}}));
  ASSERT_TRUE(Raw::is(answers, PduType::kBindAck));
  const auto ack = parse_bind_ack(answers[0].octets, answers[0].octets.size());
  ASSERT_EQ(ack->results.size(), 4u);
  EXPECT_EQ(ack->results[0].result, ContextResult::kAccepted);
  EXPECT_EQ(ack->results[0].transfer, kNdr);
  EXPECT_EQ(ack->results[1].result, ContextResult::kProviderRejection);
  EXPECT_EQ(ack->results[1].reason, ContextResult::kTransferSyntaxes);
  EXPECT_EQ(ack->results[1].transfer, SyntaxId{});
  EXPECT_EQ(ack->results[2].result, ContextResult::kNegotiateAck);
  EXPECT_EQ(ack->results[2].reason, 3);  // reserved bits are cleared
  EXPECT_EQ(ack->results[2].transfer, SyntaxId{});
  EXPECT_EQ(ack->results[3].result, ContextResult::kProviderRejection);
  EXPECT_EQ(ack->results[3].reason, ContextResult::kAbstractSyntax);
  EXPECT_EQ(ack->secondary_address, "135");
  EXPECT_NE(ack->association, 0u);
  EXPECT_EQ(Raw::fault(raw.send(raw.request("", {.context = 6}))), fault::kUnknownInterface);
}

TEST(RawBind, WithoutContexts) {
  Raw raw;
  EXPECT_EQ(Raw::nak(raw.send(Raw::bind({}))), NakReason::kProtocolVersion);
  EXPECT_TRUE(raw.closed());
}

TEST(RawBind, ContextWithoutTransferSyntax) {
  Raw raw;
  EXPECT_EQ(Raw::nak(raw.send(Raw::bind({{0, kOpen, {}}}))), NakReason::kNotSpecified);
}

TEST(RawBind, TwoFeatureNegotiations) {
  Raw raw;
  EXPECT_EQ(Raw::nak(raw.send(Raw::bind({{0, kOpen, {feature::syntax_of(1)}}, {1, kOpen, {feature::syntax_of(2)}}}))),
            NakReason::kNotSpecified);
}

TEST(RawBind, TwiceOnOneConnection) {
  Raw raw;
  raw.send(Raw::bind(Raw::three()));
  EXPECT_EQ(Raw::nak(raw.send(Raw::bind(Raw::three()))), NakReason::kNotSpecified);
  EXPECT_TRUE(raw.closed());
}

TEST(RawBind, OtherVersion) {
  Raw raw;
  std::string octets = Raw::bind(Raw::three());
  octets[1] = 1;
  EXPECT_EQ(Raw::nak(raw.send(octets)), NakReason::kProtocolVersion);
  EXPECT_TRUE(raw.closed());
}

TEST(RawBind, UnknownAuthenticationType) {
  for (const std::uint8_t type : {0, 1, 14, 68, 255}) {
    Raw raw;
    const AuthSegment segment{type, kIntegrity, 0, 1, "leg 1", 0};
    EXPECT_EQ(Raw::nak(raw.send(Raw::bind(Raw::three(), &segment))), NakReason::kAuthenticationType);
    EXPECT_TRUE(raw.closed());
  }
}

TEST(RawBind, UnknownAuthenticationLevel) {
  for (const std::uint8_t level : {0, 1, 7, 255}) {
    Raw raw;
    const AuthSegment segment{kNtlm, level, 0, 1, "leg 1", 0};
    EXPECT_EQ(Raw::nak(raw.send(Raw::bind(Raw::three(), &segment))), NakReason::kNotSpecified);
    EXPECT_TRUE(raw.closed());
  }
}

TEST(RawBind, BadToken) {
  Raw raw;
  const AuthSegment segment{kNtlm, kIntegrity, 0, 1, "rubbish", 0};
  EXPECT_EQ(Raw::nak(raw.send(Raw::bind(Raw::three(), &segment))), NakReason::kInvalidChecksum);
  EXPECT_TRUE(raw.closed());
}

TEST(RawBind, BadPadding) {
  Raw raw;
  const AuthSegment segment{kNtlm, kIntegrity, 0, 1, "leg 1", 0};
  std::string octets = Raw::bind(Raw::three(), &segment);
  octets[octets.size() - 5 - 8 + 2] = '\xFF';
  EXPECT_EQ(Raw::nak(raw.send(octets)), NakReason::kProtocolVersion);
}

TEST(RawBind, StrangeAssociation) {
  Raw raw;
  std::string octets = Raw::bind(Raw::three());
  octets[20] = 5;
  EXPECT_EQ(Raw::nak(raw.send(octets)), NakReason::kNotSpecified);
}

TEST(RawBind, FragmentSizesAreBounded) {
  for (const auto& [asked, given] : {std::pair{0, 1432}, {1432, 1432}, {4280, 4280}, {5840, 5840}, {65535, 5840}, {2001, 2000}}) {
    Raw raw;
    std::string octets;
    append_bind(octets, {PduType::kBind, pfc::kWhole, 0, 0, 1},
                {static_cast<std::uint16_t>(asked), static_cast<std::uint16_t>(asked), 0, Raw::three()}, nullptr);
    const auto answers = raw.send(octets);
    EXPECT_EQ(parse_bind_ack(answers.at(0).octets, answers[0].octets.size())->max_xmit, given);
    const auto replies = raw.send(raw.request(std::string(5000, 'x')));
    for (const Answer& answer : replies) EXPECT_LE(answer.header.frag_length, given);
  }
}

TEST(RawBind, TooManyContexts) {
  const ServerLimits limits{.max_presentation_contexts = 4};
  Raw raw(limits);
  raw.send(Raw::bind(Raw::three()));
  EXPECT_TRUE(Raw::is(raw.send(Raw::alter({{0, kOpen, {kNdr}}, {3, kOpen, {kNdr}}})), PduType::kAlterContextResp));
  EXPECT_EQ(Raw::nak(raw.send(Raw::alter({{4, kOpen, {kNdr}}}))), NakReason::kLocalLimit);
  EXPECT_TRUE(raw.closed());
  Raw at_once(ServerLimits{.max_presentation_contexts = 2});
  EXPECT_EQ(Raw::nak(at_once.send(Raw::bind(Raw::three()))), NakReason::kLocalLimit);
}

// alter_context and rpc_auth_3.

TEST(RawAlter, BeforeBind) {
  Raw raw;
  expect_fault_and_close(raw, raw.send(Raw::alter(Raw::three())), fault::kProtocolError);
}

TEST(RawAlter, WithoutContexts) {
  Raw raw;
  raw.send(Raw::bind(Raw::three()));
  const auto answers = raw.send(Raw::alter({}));
  EXPECT_TRUE(Raw::did_not_execute(answers));
  expect_fault_and_close(raw, answers, fault::kProtocolError);
}

TEST(RawAlter, ContextIdWithAnotherMeaning) {
  Raw raw;
  raw.send(Raw::bind(Raw::three()));
  expect_fault_and_close(raw, raw.send(Raw::alter({{0, kGuarded, {kNdr}}})), fault::kProtocolError);
}

TEST(RawAlter, UnknownTypeLevelOrToken) {
  const auto answer = [](std::uint8_t type, std::uint8_t level, std::string_view token) {
    Raw raw;
    raw.send(Raw::bind(Raw::three()));
    const AuthSegment segment{type, level, 0, 1, token, 0};
    const auto answers = raw.send(Raw::alter(Raw::three(), &segment));
    EXPECT_TRUE(raw.closed());
    return Raw::fault(answers);
  };
  EXPECT_EQ(answer(99, kIntegrity, "leg 1"), fault::kUnknownAuthnService);
  EXPECT_EQ(answer(kNtlm, 7, "leg 1"), fault::kUnsupportedAuthnLevel);
  EXPECT_EQ(answer(kNtlm, kIntegrity, "rubbish"), fault::kAccessDenied);
}

TEST(RawAlter, ChangedTypeOrLevelInTheMiddleOfALogin) {
  const auto answer = [](std::uint8_t type, std::uint8_t level) {
    Raw raw;
    AuthSegment segment{kSpnego, kIntegrity, 0, 1, "leg 1", 0};
    raw.send(Raw::bind(Raw::three(), &segment));
    segment.type = type;
    segment.level = level;
    segment.token = "leg 3";
    return Raw::fault(raw.send(Raw::alter(Raw::three(), &segment)));
  };
  EXPECT_EQ(answer(kSpnego, kIntegrity), std::nullopt);
  EXPECT_EQ(answer(kNtlm, kIntegrity), fault::kSecurityPackage);
  EXPECT_EQ(answer(kSpnego, 6), fault::kAccessDenied);
}

TEST(RawAlter, LoginAgainUnderTheSameId) {
  Raw raw;
  raw.login();
  const AuthSegment segment{kNtlm, kIntegrity, 0, 7, "leg 1", 0};
  expect_fault_and_close(raw, raw.send(Raw::alter(Raw::three(), &segment)), fault::kAccessDenied);
}

TEST(RawAlter, TooManySecurityContexts) {
  Raw raw(ServerLimits{.max_security_contexts = 2});
  raw.login();
  AuthSegment segment{kSpnego, kIntegrity, 0, 8, "leg 1", 0};
  EXPECT_TRUE(Raw::is(raw.send(Raw::alter(Raw::three(), &segment)), PduType::kAlterContextResp));
  segment.context_id = 9;
  expect_fault_and_close(raw, raw.send(Raw::alter(Raw::three(), &segment)), fault::kProtocolError);
}

TEST(RawAuth3, BadTokenShowsOnTheFirstRequest) {
  Raw raw;
  AuthSegment segment{kNtlm, kIntegrity, 0, 7, "leg 1", 0};
  raw.send(Raw::bind(Raw::three(), &segment));
  segment.token = "wrong password";
  std::string auth3;
  append_auth3(auth3, 1, pfc::kWhole, segment);
  EXPECT_TRUE(raw.send(auth3).empty());
  EXPECT_FALSE(raw.closed());
  EXPECT_FALSE(raw.server.connection->authenticated());
  expect_fault_and_close(raw, raw.send(raw.request("")), fault::kAccessDenied);
  EXPECT_TRUE(raw.server.calls.empty());
}

TEST(RawAuth3, ChangedLevelFailsTheContext) {
  Raw raw;
  AuthSegment segment{kNtlm, kIntegrity, 0, 7, "leg 1", 0};
  raw.send(Raw::bind(Raw::three(), &segment));
  segment.level = kConnect;
  segment.token = "leg 3";
  std::string auth3;
  append_auth3(auth3, 1, pfc::kWhole, segment);
  EXPECT_TRUE(raw.send(auth3).empty());
  expect_fault_and_close(raw, raw.send(raw.request("")), fault::kAccessDenied);
}

TEST(RawAuth3, OfNoContextCloses) {
  Raw raw;
  raw.send(Raw::bind(Raw::three()));
  std::string auth3;
  append_auth3(auth3, 1, pfc::kWhole, {kNtlm, kIntegrity, 0, 7, "leg 3", 0});
  EXPECT_TRUE(raw.send(auth3).empty());
  EXPECT_TRUE(raw.closed());
}

}  // namespace
}  // namespace rpc
