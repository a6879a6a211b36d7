// Sessions that go on in another process, and contexts that are made elsewhere.
#include "security/session.h"

#include <gtest/gtest.h>

#include "security/testing.h"

namespace security {
namespace {

using testing::expect_traffic;
using testing::make_pair;
using testing::Pair;
using testing::password_of;

class SessionTest : public ::testing::TestWithParam<Provider> {
 protected:
  Pair established() {
    accounts_.add(testing::account("alice", "secret"));
    ClientOptions options;
    options.provider = GetParam();
    Pair pair = make_pair(options, password_of("alice", "secret"), server_options_, accounts_);
    pair.converse();
    return pair;
  }
  AccountList accounts_;
  ServerOptions server_options_;
};

TEST_P(SessionTest, GoesOnWhereItStood) {
  const Pair pair = established();
  ASSERT_TRUE(pair.established()) << pair.client_status.to_string() << pair.server_status.to_string();
  const auto server = pair.server->export_session();
  const auto client = pair.client->export_session();
  ASSERT_TRUE(server && client);
  EXPECT_EQ(server->mechanism, Provider::kNtlm);
  testing::TestPdu pdu;
  EXPECT_FALSE(pdu.protect(*pair.server, Level::kPrivacy).ok());
  EXPECT_FALSE(pair.server->export_session().has_value());
  const auto there = import_session(pair.server->peer(), *server);
  const auto here = import_session(pair.client->peer(), *client);
  ASSERT_TRUE(there && here);
  EXPECT_TRUE((*there)->done());
  EXPECT_EQ((*there)->peer().user, "alice");
  EXPECT_EQ((*there)->session_key(), (*here)->session_key());
  EXPECT_FALSE((*there)->step("x").has_value());
  expect_traffic(**here, **there, Level::kPrivacy, HeaderSigning::kYes);
}

INSTANTIATE_TEST_SUITE_P(Ntlm, SessionTest, ::testing::Values(Provider::kNtlm, Provider::kSpnego));

TEST(ImportedSession, MalformedStatesAreRefused) {
  ExportedSession session;
  EXPECT_EQ(import_session({}, session).error().code(), SEC_E_INVALID_TOKEN);
  session.mechanism = Provider::kNtlm;
  session.session_key.assign(16, 'k');
  for (const std::string& state : {std::string(), std::string(8, '\0'), std::string(10, '\0'), "\2" + std::string(8, '\0')}) {
    session.state = state;
    EXPECT_EQ(import_session({}, session).error().code(), SEC_E_INVALID_TOKEN) << state.size();
  }
  session.state.assign(9, '\0');
  EXPECT_TRUE(import_session({}, session).has_value());
  session.session_key.pop_back();
  EXPECT_EQ(import_session({}, session).error().code(), SEC_E_INVALID_TOKEN);
  session.mechanism = Provider::kKerberos;
  EXPECT_EQ(import_session({}, session).error().code(), SEC_E_INVALID_TOKEN);
}

class Elsewhere final : public Verifier, public Prover {
 public:
  base::Result<std::unique_ptr<Context>> make_server(Provider, const std::string& peer) override {
    return base::fail(SEC_E_LOGON_DENIED, "elsewhere: " + peer);
  }
  base::Result<std::unique_ptr<Context>> make_client(const ClientOptions& options) const override {
    return base::fail(SEC_E_NO_CREDENTIALS, "elsewhere: " + options.target_name);
  }
  std::string identity() const override { return "one"; }
};

TEST(ContextsMadeElsewhere, AreAskedForThere) {
  const auto elsewhere = std::make_shared<Elsewhere>();
  ServerOptions server;
  server.verifier = elsewhere.get();
  EXPECT_EQ(make_server(Provider::kSpnego, server, AccountList(), "192.0.2.1").error().text(), "elsewhere: 192.0.2.1");
  ClientOptions client;
  client.target_name = "RPCSS/there";
  Credentials credentials;
  credentials.prover = elsewhere;
  EXPECT_EQ(make_client(client, credentials).error().text(), "elsewhere: RPCSS/there");
}

}  // namespace
}  // namespace security
