// SPNEGO around NTLM, and its tokens.
#include <gtest/gtest.h>

#include "security/der.h"
#include "security/spnego_token.h"
#include "security/testing.h"

namespace security {
namespace {

using spnego::Init;
using spnego::Response;
using testing::expect_traffic;
using testing::make_pair;
using testing::Pair;
using testing::password_of;

class SpnegoTest : public ::testing::Test {
 protected:
  SpnegoTest() { accounts_.add(testing::account("alice", "secret")); }
  Pair converse(const Pair::Tamper& tamper = {}, std::string_view password = "secret") {
    Pair pair = make_pair(client_options_, password_of("alice", std::string(password)), server_options_, accounts_);
    if (pair.client && pair.server) pair.converse(tamper);
    return pair;
  }
  AccountList accounts_;
  ClientOptions client_options_;
  ServerOptions server_options_;
};

TEST_F(SpnegoTest, CarriesNtlm) {
  for (const Level level : {Level::kIntegrity, Level::kPrivacy}) {
    const Pair pair = converse();
    ASSERT_TRUE(pair.established()) << pair.client_status.to_string() << pair.server_status.to_string();
    EXPECT_EQ(pair.legs, 4);
    EXPECT_EQ(pair.server->peer().mechanism, Provider::kNtlm);
    EXPECT_EQ(pair.server->peer().user, "alice");
    expect_traffic(*pair.client, *pair.server, level, HeaderSigning::kYes);
  }
}

TEST_F(SpnegoTest, SequenceGoesOnBehindTheListsMic) {
  // MS-SPNG 3.2.5.1: the stream is put back, the number is not.
  const Pair pair = converse();
  ASSERT_TRUE(pair.established());
  testing::TestPdu pdu;
  ASSERT_TRUE(pdu.protect(*pair.client, Level::kIntegrity).ok());
  EXPECT_EQ(pdu.signature.substr(12), std::string("\1\0\0\0", 4));
}

TEST_F(SpnegoTest, WrongPasswordIsDenied) { EXPECT_EQ(converse({}, "wrong").server_status.code(), SEC_E_LOGON_DENIED); }

TEST_F(SpnegoTest, RawNtlmIsTolerated) {
  client_options_.provider = Provider::kNtlm;
  auto client = make_client(client_options_, password_of("alice", "secret"));
  auto server = make_server(Provider::kSpnego, server_options_, accounts_, "peer");
  Pair pair{std::move(*client), std::move(*server), {}, {}, 0};
  pair.converse();
  ASSERT_TRUE(pair.established()) << pair.server_status.to_string();
  expect_traffic(*pair.client, *pair.server, Level::kPrivacy, HeaderSigning::kYes);
}

TEST_F(SpnegoTest, MissingOrWrongListMicIsRefused) {
  const auto change = [](bool whose, const std::function<void(Response&)>& edit) {
    return [=](bool client, int number, std::string& token) {
      if (client != whose || number != 1) return;
      auto response = spnego::parse_response(token);
      ASSERT_TRUE(response);
      ASSERT_TRUE(response->mic);
      edit(*response);
      token = spnego::build_response(*response);
    };
  };
  const auto drop = [](Response& response) { response.mic.reset(); };
  const auto flip = [](Response& response) { response.mic->at(5) ^= 1; };
  EXPECT_EQ(converse(change(true, drop)).server_status.code(), SEC_E_MESSAGE_ALTERED);
  EXPECT_EQ(converse(change(true, flip)).server_status.code(), SEC_E_MESSAGE_ALTERED);
  EXPECT_EQ(converse(change(false, drop)).client_status.code(), SEC_E_MESSAGE_ALTERED);
  EXPECT_EQ(converse(change(false, flip)).client_status.code(), SEC_E_MESSAGE_ALTERED);
}

/// A client's first token with more mechanisms in front, as from Windows.
Pair::Tamper with_mechanisms(std::vector<std::string> mechanisms) {
  return [=](bool client, int number, std::string& token) {
    if (!client || number != 0) return;
    auto init = spnego::parse_init(token);
    ASSERT_TRUE(init);
    init->mechanism_list = spnego::build_mechanism_list(mechanisms);
    token = spnego::build_init(*init);
  };
}

TEST_F(SpnegoTest, ChangedListIsNoticed) {
  using namespace spnego::oid;
  const std::string krb5(kKerberos);
  const std::string ntlm(kNtlm);
  // Another order or another mechanism on the way: the MIC covers the list that the client made.
  EXPECT_EQ(converse(with_mechanisms({ntlm, krb5})).server_status.code(), SEC_E_MESSAGE_ALTERED);
  EXPECT_EQ(converse(with_mechanisms({krb5})).server_status.code(), SEC_E_SECPKG_NOT_FOUND);
}

TEST_F(SpnegoTest, ServerThatTakesTheSecondMechanism) {
  // The test speaks as a client that prefers Kerberos to a server without a keytab.
  auto server = make_server(Provider::kSpnego, server_options_, accounts_, "peer");
  client_options_.provider = Provider::kNtlm;
  auto ntlm = make_client(client_options_, password_of("alice", "secret"));
  Init init;
  init.mechanism_list = spnego::build_mechanism_list(
      {std::string(spnego::oid::kMicrosoftKerberos), std::string(spnego::oid::kKerberos), std::string(spnego::oid::kNtlm)});
  init.token = "a ticket that is not looked at";
  auto step = (*server)->step(spnego::build_init(init));
  ASSERT_TRUE(step) << step.error().to_string();
  auto answer = spnego::parse_response(step->token);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->state, Response::State::kRequestMic);
  EXPECT_EQ(answer->mechanism, spnego::oid::kNtlm);
  EXPECT_FALSE(answer->token);

  Response request;
  request.token = (*ntlm)->step({})->token;
  step = (*server)->step(spnego::build_response(request));
  ASSERT_TRUE(step);
  answer = spnego::parse_response(step->token);
  request.token = (*ntlm)->step(*answer->token)->token;
  request.mic = std::string(16, '\0');
  std::string list = init.mechanism_list;
  ASSERT_TRUE((*ntlm)->protect(Level::kIntegrity, HeaderSigning::kNo, {{}, list, {}}, *request.mic).ok());
  step = (*server)->step(spnego::build_response(request));
  ASSERT_TRUE(step) << step.error().to_string();
  EXPECT_TRUE(step->done);
  EXPECT_EQ(spnego::parse_response(step->token)->state, Response::State::kAcceptCompleted);
}

TEST_F(SpnegoTest, EarlyCompletionIsRefused) {
  const Pair pair = converse([](bool client, int number, std::string& token) {
    if (client || number != 0) return;
    Response response = *spnego::parse_response(token);
    response.state = Response::State::kAcceptCompleted;
    token = spnego::build_response(response);
  });
  EXPECT_EQ(pair.client_status.code(), SEC_E_INVALID_TOKEN);
}

TEST_F(SpnegoTest, RejectIsDenied) {
  const Pair pair = converse([](bool client, int, std::string& token) {
    if (client) return;
    Response response;
    response.state = Response::State::kReject;
    token = spnego::build_response(response);
  });
  EXPECT_EQ(pair.client_status.code(), SEC_E_LOGON_DENIED);
}

TEST(SpnegoTokens, RoundTrip) {
  Init init;
  init.mechanism_list = spnego::build_mechanism_list({std::string(spnego::oid::kNtlm)});
  init.token = std::string(300, 't');
  init.mic = "mic";
  const auto parsed = spnego::parse_init(spnego::build_init(init));
  ASSERT_TRUE(parsed) << parsed.error().to_string();
  EXPECT_EQ(parsed->mechanisms, std::vector<std::string>{std::string(spnego::oid::kNtlm)});
  EXPECT_EQ(parsed->token, init.token);
  EXPECT_EQ(parsed->mic, init.mic);
}

TEST(SpnegoTokens, HintsOfNegTokenInit2AreIgnored) {
  // MS-SPNG 2.2.1: [3] holds the hints, [4] the MIC.
  const std::string hint =
      der::element(der::kSequence, der::element(der::context(0), der::element(0x1B, "not_defined_in_RFC4178@please_ignore")));
  std::string fields = der::element(der::context(0), spnego::build_mechanism_list({std::string(spnego::oid::kKerberos)}));
  fields += der::element(der::context(3), hint);
  fields += der::element(der::context(4), der::element(der::kOctetString, "mic"));
  const std::string token = der::element(der::kApplication0, der::element(der::kOid, spnego::oid::kSpnego) +
                                                                 der::element(der::context(0), der::element(der::kSequence, fields)));
  const auto parsed = spnego::parse_init(token);
  ASSERT_TRUE(parsed) << parsed.error().to_string();
  EXPECT_EQ(parsed->mic, "mic");
}

TEST(SpnegoTokens, MalformedOnes) {
  Init init;
  init.mechanism_list = spnego::build_mechanism_list({std::string(spnego::oid::kNtlm)});
  init.token = "token";
  const std::string good = spnego::build_init(init);
  for (std::size_t keep = 0; keep < good.size(); ++keep) EXPECT_FALSE(spnego::parse_init(good.substr(0, keep))) << keep;
  EXPECT_FALSE(spnego::parse_init(good + "x"));
  EXPECT_FALSE(spnego::parse_response(good));
  init.mechanism_list = spnego::build_mechanism_list({});
  EXPECT_FALSE(spnego::parse_init(spnego::build_init(init)));
  init.mechanism_list = spnego::build_mechanism_list(std::vector<std::string>(33, "x"));
  EXPECT_EQ(spnego::parse_init(spnego::build_init(init)).error().code(), SEC_E_INVALID_TOKEN);
  // Indefinite and overlong lengths.
  EXPECT_FALSE(spnego::parse_init(std::string("\x60\x80\x06\x00", 4)));
  EXPECT_FALSE(spnego::parse_init(std::string("\x60\x85\x01\x00\x00\x00\x00", 7)));
}

}  // namespace
}  // namespace security
