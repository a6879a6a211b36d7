// Kerberos, bare and under SPNEGO, against a KDC of the test's own.
#include <gtest/gtest.h>

#include <cstdlib>

#include "security/der.h"
#include "security/gss.h"
#include "security/session.h"
#include "security/spnego_token.h"
#include "security/test_kdc.h"
#include "security/testing.h"
#include "security/tickets.h"

namespace security {
namespace {

using testing::expect_traffic;
using testing::make_pair;
using testing::Pair;
using testing::password_of;
using testing::TestKdc;
using testing::TestPdu;

class KerberosTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { kdc_ = TestKdc::start(why_); }
  static void TearDownTestSuite() { kdc_.reset(); }

  void SetUp() override {
    if (!kdc_) GTEST_SKIP() << "NOT TESTED: no private KDC: " << why_;
    accounts_.add(testing::account("alice", "secret"));
    client_options_.provider = Provider::kKerberos;
    client_options_.target_name = "host/server.test.example";
    server_options_.keytab = kdc_->service_keytab();
  }
  Pair converse(Credentials credentials, const Pair::Tamper& tamper = {}) {
    Pair pair = make_pair(client_options_, std::move(credentials), server_options_, accounts_);
    if (pair.client && pair.server) pair.converse(tamper);
    return pair;
  }
  Credentials keytab() const {
    Credentials out;
    out.user = "alice";
    out.domain = TestKdc::kRealm;
    out.keytab = kdc_->user_keytab();
    return out;
  }

  inline static std::unique_ptr<TestKdc> kdc_;
  inline static std::string why_;
  AccountList accounts_;
  ClientOptions client_options_;
  ServerOptions server_options_;
};

TEST_F(KerberosTest, SessionsGoOnInAProcessWithoutConfigurationAndKeys) {
  for (const Provider provider : {Provider::kKerberos, Provider::kSpnego}) {
    client_options_.provider = provider;
    const Pair pair = converse(password_of("alice", "secret", TestKdc::kRealm));
    ASSERT_TRUE(pair.established()) << pair.client_status.to_string() << pair.server_status.to_string();
    const auto server = pair.server->export_session();
    const auto client = pair.client->export_session();
    ASSERT_TRUE(server && client);
    EXPECT_FALSE(pair.server->export_session().has_value());
    const std::string configuration = std::getenv("KRB5_CONFIG");
    ::setenv("KRB5_CONFIG", "/no/such/file", 1);
    const auto there = import_session(pair.server->peer(), *server);
    const auto here = import_session(pair.client->peer(), *client);
    ASSERT_TRUE(there && here) << (there ? here : there).error().to_string();
    EXPECT_EQ((*there)->session_key(), (*here)->session_key());
    EXPECT_EQ((*there)->peer().user, "alice");
    expect_traffic(**here, **there, Level::kPrivacy, HeaderSigning::kYes);
    expect_traffic(**here, **there, Level::kIntegrity, HeaderSigning::kNo);
    ::setenv("KRB5_CONFIG", configuration.c_str(), 1);
  }
}

TEST_F(KerberosTest, PasswordEstablishesInThreeLegs) {
  const Pair pair = converse(password_of("alice", "secret", TestKdc::kRealm));
  ASSERT_TRUE(pair.established()) << pair.client_status.to_string() << pair.server_status.to_string();
  EXPECT_EQ(pair.legs, 3);
  const Peer& peer = pair.server->peer();
  EXPECT_EQ(peer.mechanism, Provider::kKerberos);
  EXPECT_EQ(peer.user, "alice");
  EXPECT_EQ(peer.domain, TestKdc::kRealm);
  EXPECT_EQ(peer.target_name, "host/server.test.example");
  EXPECT_EQ(peer.account.unix_user, "nobody");
  EXPECT_EQ(pair.client->peer().user, "host/server.test.example");
  EXPECT_EQ(pair.client->session_key(), pair.server->session_key());
  EXPECT_GE(pair.client->session_key().size(), 16U);
}

TEST_F(KerberosTest, AFramedFirstTokenIsTakenToo) {
  Pair pair = make_pair(client_options_, password_of("alice", "secret", TestKdc::kRealm), server_options_, accounts_);
  ASSERT_TRUE(pair.client && pair.server);
  const auto bare = pair.client->step({});
  ASSERT_TRUE(bare.has_value()) << bare.error().to_string();
  const std::string mechanism = der::element(der::kOid, spnego::oid::kKerberos);
  const std::string framed = der::element(der::kApplication0, mechanism + std::string("\x01\x00", 2) + bare->token);
  const auto answer = pair.server->step(framed);
  ASSERT_TRUE(answer.has_value()) << answer.error().to_string();
  const auto last = pair.client->step(answer->token);
  ASSERT_TRUE(last.has_value()) << last.error().to_string();
  EXPECT_TRUE(pair.server->step(last->token).has_value());
  EXPECT_TRUE(pair.client->done() && pair.server->done());
  expect_traffic(*pair.client, *pair.server, Level::kPrivacy, HeaderSigning::kYes);
}

TEST_F(KerberosTest, TicketsAtHandAreSeen) {
  ASSERT_EQ(::setenv("KRB5CCNAME", ("FILE:" + kdc_->path("no-tickets")).c_str(), 1), 0);
  EXPECT_FALSE(has_kerberos_tickets());
  ::unsetenv("KRB5CCNAME");
}

TEST_F(KerberosTest, ProtectsAtEveryLevel) {
  for (const Level level : {Level::kPacket, Level::kIntegrity, Level::kPrivacy}) {
    for (const HeaderSigning header_signing : {HeaderSigning::kNo, HeaderSigning::kYes}) {
      const Pair pair = converse(keytab());
      ASSERT_TRUE(pair.established()) << pair.client_status.to_string() << pair.server_status.to_string();
      expect_traffic(*pair.client, *pair.server, level, header_signing);
    }
  }
}

TEST_F(KerberosTest, SizesAreThoseOfEveryPdu) {
  const Pair pair = converse(keytab());
  ASSERT_TRUE(pair.established());
  EXPECT_EQ(pair.client->signature_size(Level::kIntegrity), 28U);  // RFC 4121: 16 and a checksum of 12
  EXPECT_EQ(pair.client->signature_size(Level::kPrivacy), 76U);    // as Windows: 16, 16 of padding, 16, 16, 12
  for (const std::size_t size : {std::size_t{0}, std::size_t{16}, std::size_t{5840}}) {
    TestPdu pdu;
    pdu.body.assign(size, 'b');
    ASSERT_TRUE(pdu.protect(*pair.client, Level::kPrivacy).ok());
    ASSERT_TRUE(pdu.unprotect(*pair.server, Level::kPrivacy).ok());
  }
}

TEST_F(KerberosTest, UnderSpnego) {
  client_options_.provider = Provider::kSpnego;
  const Pair pair = converse(keytab());
  ASSERT_TRUE(pair.established()) << pair.client_status.to_string() << pair.server_status.to_string();
  EXPECT_EQ(pair.legs, 4);
  EXPECT_EQ(pair.server->peer().mechanism, Provider::kKerberos);
  expect_traffic(*pair.client, *pair.server, Level::kPrivacy, HeaderSigning::kYes);
}

TEST_F(KerberosTest, SpnegoFallsBackToNtlm) {
  // A server without a keytab takes the second mechanism; the list is then signed by both.
  client_options_.provider = Provider::kSpnego;
  server_options_.keytab.clear();
  Credentials credentials = keytab();
  credentials.password = "secret";
  const Pair pair = converse(credentials);
  ASSERT_TRUE(pair.established()) << pair.client_status.to_string() << pair.server_status.to_string();
  EXPECT_EQ(pair.server->peer().mechanism, Provider::kNtlm);
  expect_traffic(*pair.client, *pair.server, Level::kPrivacy, HeaderSigning::kYes);
}

TEST_F(KerberosTest, SpnegoWithoutTicketsOffersNtlmOnly) {
  client_options_.provider = Provider::kSpnego;
  Credentials credentials = password_of("alice", "secret");
  credentials.ccache = "FILE:" + kdc_->path("no-such-cache");
  const Pair pair = converse(credentials);
  ASSERT_TRUE(pair.established()) << pair.client_status.to_string();
  EXPECT_EQ(pair.server->peer().mechanism, Provider::kNtlm);
}

/// kinit: tickets for a password, stored in a cache file.
void store_tickets(const std::string& cache) {
  auto user = gss::import_name("alice", const_cast<gss_OID>(GSS_KRB5_NT_PRINCIPAL_NAME));
  ASSERT_TRUE(user);
  gss_buffer_desc password = gss::input("secret");
  gss_OID_set_desc mechanisms{1, const_cast<gss_OID>(gss_mech_krb5)};
  gss::Credential credential;
  OM_uint32 minor = 0;
  ASSERT_EQ(gss_acquire_cred_with_password(&minor, user->get(), &password, GSS_C_INDEFINITE, &mechanisms, GSS_C_INITIATE, credential.out(),
                                           nullptr, nullptr),
            GSS_S_COMPLETE);
  gss_key_value_element_desc element{"ccache", cache.c_str()};
  const gss_key_value_set_desc store{1, &element};
  ASSERT_EQ(
      gss_store_cred_into(&minor, credential.get(), GSS_C_INITIATE, const_cast<gss_OID>(gss_mech_krb5), 1, 1, &store, nullptr, nullptr),
      GSS_S_COMPLETE);
}

TEST_F(KerberosTest, TicketCache) {
  Credentials credentials;
  credentials.ccache = "FILE:" + kdc_->path("cache");
  ASSERT_NO_FATAL_FAILURE(store_tickets(credentials.ccache));
  const Pair pair = converse(credentials);
  ASSERT_TRUE(pair.established()) << pair.client_status.to_string();
  EXPECT_EQ(pair.server->peer().user, "alice");
}

TEST_F(KerberosTest, Refusals) {
  EXPECT_EQ(converse(password_of("alice", "wrong", TestKdc::kRealm)).client_status.code(), SEC_E_LOGON_DENIED);
  EXPECT_EQ(converse(password_of("nobody", "x", TestKdc::kRealm)).client_status.code(), SEC_E_LOGON_DENIED);
  const Pair no_account = converse(password_of("mallory", "other", TestKdc::kRealm));
  EXPECT_EQ(no_account.server_status.code(), SEC_E_LOGON_DENIED);
  EXPECT_FALSE(no_account.server->done());
  client_options_.target_name = "host/elsewhere.test.example";
  EXPECT_EQ(converse(keytab()).client_status.code(), SEC_E_TARGET_UNKNOWN);
  client_options_.target_name.clear();
  EXPECT_EQ(converse(keytab()).client_status.code(), SEC_E_TARGET_UNKNOWN);
  server_options_.keytab.clear();
  EXPECT_EQ(converse(keytab()).server_status.code(), SEC_E_SECPKG_NOT_FOUND);
}

TEST_F(KerberosTest, PrincipalIsAnAccountOfItsOwn) {
  accounts_.add(testing::account("mallory@TEST.EXAMPLE", "unused"));
  const Pair pair = converse(password_of("mallory", "other", TestKdc::kRealm));
  ASSERT_TRUE(pair.established()) << pair.server_status.to_string();
  EXPECT_EQ(pair.server->peer().account.name, "mallory@TEST.EXAMPLE");
}

TEST_F(KerberosTest, ChannelBindings) {
  client_options_.channel_bindings = server_options_.channel_bindings = "tls-server-end-point:abc";
  EXPECT_TRUE(converse(keytab()).established());
  client_options_.channel_bindings = "tls-server-end-point:abd";
  EXPECT_EQ(converse(keytab()).server_status.code(), SEC_E_BAD_BINDINGS);
  client_options_.channel_bindings.clear();
  EXPECT_EQ(converse(keytab()).server_status.code(), SEC_E_BAD_BINDINGS);
}

TEST_F(KerberosTest, ChangedTokensAreRefused) {
  for (const int number : {0, 1}) {
    const Pair pair = converse(keytab(), [&](bool client, int n, std::string& token) {
      if (client && n == number) token[token.size() / 2] ^= 1;
    });
    EXPECT_FALSE(pair.server->done());
    EXPECT_FALSE(pair.server_status.ok());
  }
}

TEST_F(KerberosTest, OneFlippedBitOrAReplayIsRefused) {
  for (const Level level : {Level::kIntegrity, Level::kPrivacy}) {
    for (std::string TestPdu::* part : {&TestPdu::header, &TestPdu::body, &TestPdu::trailer, &TestPdu::signature}) {
      const Pair pair = converse(keytab());
      ASSERT_TRUE(pair.established());
      TestPdu pdu;
      ASSERT_TRUE(pdu.protect(*pair.client, level).ok());
      (pdu.*part)[(pdu.*part).size() - 2] ^= 0x10;
      EXPECT_EQ(pdu.unprotect(*pair.server, level).code(), SEC_E_MESSAGE_ALTERED);
      TestPdu good;
      ASSERT_TRUE(good.protect(*pair.client, level).ok());
      EXPECT_FALSE(good.unprotect(*pair.server, level).ok());
    }
    const Pair pair = converse(keytab());
    TestPdu pdu;
    ASSERT_TRUE(pdu.protect(*pair.client, level).ok());
    TestPdu copy = pdu;
    ASSERT_TRUE(pdu.unprotect(*pair.server, level).ok());
    EXPECT_EQ(copy.unprotect(*pair.server, level).code(), SEC_E_OUT_OF_SEQUENCE);
  }
}

TEST_F(KerberosTest, UnsignedHeaderIsNotCoveredWithoutHeaderSigning) {
  const Pair pair = converse(keytab());
  TestPdu pdu;
  ASSERT_TRUE(pdu.protect(*pair.client, Level::kIntegrity, HeaderSigning::kNo).ok());
  pdu.header[0] ^= 1;
  EXPECT_TRUE(pdu.unprotect(*pair.server, Level::kIntegrity, HeaderSigning::kNo).ok());
}

}  // namespace
}  // namespace security
