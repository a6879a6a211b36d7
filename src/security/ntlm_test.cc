// NTLM conversations: what establishes, what is refused and with which code, and what a changed octet does.
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "security/ntlm_keys.h"
#include "security/testing.h"

namespace security {
namespace {

using testing::expect_traffic;
using testing::make_pair;
using testing::Pair;
using testing::password_of;
using testing::TestPdu;

class NtlmTest : public ::testing::Test {
 protected:
  NtlmTest() {
    accounts_.add(testing::account("Alice", "Pässwörd"));
    client_options_.provider = Provider::kNtlm;
    client_options_.target_name = "RPCSS/server";
    client_options_.workstation = "DESK";
  }
  Pair converse(Credentials credentials, const Pair::Tamper& tamper = {}) {
    Pair pair = make_pair(client_options_, std::move(credentials), server_options_, accounts_);
    if (pair.client && pair.server) pair.converse(tamper);
    return pair;
  }
  Pair converse() { return converse(password_of("alice", "Pässwörd", "ANY")); }

  AccountList accounts_;
  ClientOptions client_options_;
  ServerOptions server_options_;
};

TEST_F(NtlmTest, EstablishesWithFacts) {
  const Pair pair = converse();
  ASSERT_TRUE(pair.established()) << pair.client_status.to_string() << pair.server_status.to_string();
  EXPECT_EQ(pair.legs, 3);
  const Peer& peer = pair.server->peer();
  EXPECT_EQ(peer.mechanism, Provider::kNtlm);
  EXPECT_EQ(peer.user, "Alice");
  EXPECT_EQ(peer.domain, "ANY");
  EXPECT_EQ(peer.workstation, "DESK");
  EXPECT_EQ(peer.target_name, "RPCSS/server");
  EXPECT_EQ(peer.channel_bindings, "");
  EXPECT_EQ(peer.impersonation, Impersonation::kImpersonate);
  EXPECT_TRUE(peer.verified);
  EXPECT_EQ(peer.account.unix_user, "nobody");
  EXPECT_EQ(peer.account.sids.front().to_string(), "S-1-5-21-1-2-3-1000");
  EXPECT_EQ(pair.client->session_key(), pair.server->session_key());
  EXPECT_EQ(pair.client->session_key().size(), 16U);
}

TEST_F(NtlmTest, ProtectsAtEveryLevel) {
  for (const Level level : {Level::kCall, Level::kPacket, Level::kIntegrity, Level::kPrivacy}) {
    for (const HeaderSigning header_signing : {HeaderSigning::kNo, HeaderSigning::kYes}) {
      const Pair pair = converse();
      ASSERT_TRUE(pair.established());
      EXPECT_EQ(pair.client->signature_size(level), 16U);
      expect_traffic(*pair.client, *pair.server, level, header_signing);
    }
  }
  const Pair pair = converse();
  EXPECT_EQ(pair.client->signature_size(Level::kConnect), 0U);
  TestPdu pdu;
  EXPECT_TRUE(pdu.protect(*pair.client, Level::kConnect).ok());
  EXPECT_TRUE(pdu.unprotect(*pair.server, Level::kConnect).ok());
}

TEST_F(NtlmTest, AcceptsHashAndUnverifiedTargetAndIdentify) {
  Credentials credentials;
  credentials.user = "ALICE";
  credentials.nt_hash = nt_hash("Pässwörd");
  client_options_.target_name_is_untrusted = true;
  client_options_.impersonation = Impersonation::kIdentify;
  const Pair pair = converse(credentials);
  ASSERT_TRUE(pair.established());
  EXPECT_EQ(pair.server->peer().target_name, "");
  EXPECT_EQ(pair.server->peer().domain, "");
  EXPECT_EQ(pair.server->peer().impersonation, Impersonation::kIdentify);
}

TEST_F(NtlmTest, WrongPasswordAndUnknownAccountLookAlike) {
  const Pair wrong = converse(password_of("alice", "password"));
  const Pair unknown = converse(password_of("bob", "Pässwörd"));
  EXPECT_EQ(wrong.server_status.code(), SEC_E_LOGON_DENIED);
  EXPECT_EQ(unknown.server_status.code(), SEC_E_LOGON_DENIED);
  EXPECT_FALSE(wrong.server->done());
  EXPECT_EQ(wrong.server->step("x").error().code(), SEC_E_INTERNAL_ERROR);
  TestPdu pdu;
  EXPECT_EQ(pdu.protect(*wrong.server, Level::kIntegrity).code(), SEC_E_INTERNAL_ERROR);
}

TEST_F(NtlmTest, AccountWithoutHashIsRefused) {
  Account account = testing::account("kerberos-only", "x");
  account.nt_hash.reset();
  accounts_.add(account);
  EXPECT_EQ(converse(password_of("kerberos-only", "")).server_status.code(), SEC_E_LOGON_DENIED);
}

TEST_F(NtlmTest, UnverifiedPeersGetConnectOnly) {
  server_options_.allow_unverified = true;
  const Pair pair = converse(password_of("MACHINE$", "secret", "DOMAIN"));
  ASSERT_TRUE(pair.established()) << pair.server_status.to_string();
  EXPECT_FALSE(pair.server->peer().verified);
  EXPECT_EQ(pair.server->peer().user, "MACHINE$");
  EXPECT_TRUE(pair.server->peer().account.sids.empty());
  TestPdu pdu;
  ASSERT_TRUE(pdu.protect(*pair.client, Level::kIntegrity).ok());
  EXPECT_EQ(pdu.unprotect(*pair.server, Level::kIntegrity).code(), SEC_E_UNSUPPORTED_FUNCTION);
  EXPECT_TRUE(pdu.unprotect(*pair.server, Level::kConnect).ok());
  // A known account must still prove itself.
  EXPECT_EQ(converse(password_of("alice", "wrong")).server_status.code(), SEC_E_LOGON_DENIED);
}

TEST_F(NtlmTest, ClientWithoutCredentialsIsRefused) {
  EXPECT_EQ(make_pair(client_options_, {}, server_options_, accounts_).client_status.code(), SEC_E_NO_CREDENTIALS);
  EXPECT_EQ(make_pair(client_options_, password_of("", "x"), server_options_, accounts_).client_status.code(), SEC_E_NO_CREDENTIALS);
}

/// Replaces the flags of a message of the client or the server.
Pair::Tamper without_flag(bool from_client, int number, std::size_t offset, std::uint32_t flag) {
  return [=](bool client, int n, std::string& token) {
    if (client != from_client || n != number) return;
    const auto flags = base::load_le<std::uint32_t>(token, offset) & ~flag;
    std::memcpy(token.data() + offset, &flags, 4);
  };
}

TEST_F(NtlmTest, WeakerFeaturesAreRefused) {
  namespace flag = ntlm::flag;
  for (const std::uint32_t weak : {flag::k128, flag::kExtendedSecurity, flag::kKeyExchange, flag::kUnicode, flag::kSign | flag::kSeal}) {
    const auto credentials = password_of("alice", "Pässwörd");
    EXPECT_EQ(converse(credentials, without_flag(true, 0, 12, weak)).server_status.code(), SEC_E_UNSUPPORTED_FUNCTION);
    EXPECT_EQ(converse(credentials, without_flag(false, 0, 20, weak)).client_status.code(), SEC_E_UNSUPPORTED_FUNCTION);
    EXPECT_EQ(converse(credentials, without_flag(true, 1, 60, weak)).server_status.code(), SEC_E_UNSUPPORTED_FUNCTION);
  }
}

/// Rebuilds the client's last message after `edit`.
Pair::Tamper edited(const std::function<void(ntlm::Authenticate&)>& edit) {
  return [=](bool client, int number, std::string& token) {
    if (!client || number != 1) return;
    const std::string original = token;
    auto message = ntlm::parse_authenticate(original);
    ASSERT_TRUE(message);
    edit(*message);
    token = ntlm::build_authenticate(*message);
  };
}

TEST_F(NtlmTest, OldKindsOfResponsesAreRefused) {
  const auto credentials = password_of("alice", "Pässwörd");
  const std::string old(24, 'x');
  const auto v1 = converse(credentials, edited([&](auto& message) { message.nt_response = old; }));
  EXPECT_EQ(v1.server_status.code(), SEC_E_LOGON_DENIED);
  EXPECT_NE(v1.server_status.text().find("NTLMv1"), std::string::npos);
  const auto lm = converse(credentials, edited([&](auto& message) { message.nt_response = {}; }));
  EXPECT_EQ(lm.server_status.code(), SEC_E_LOGON_DENIED);
  const auto anonymous = converse(credentials, edited([&](auto& message) {
                                    message.nt_response = {};
                                    message.lm_response = {};
                                    message.user.clear();
                                  }));
  EXPECT_EQ(anonymous.server_status.code(), SEC_E_LOGON_DENIED);
  EXPECT_NE(anonymous.server_status.text().find("anonymous"), std::string::npos);
}

TEST_F(NtlmTest, MissingSessionKeyIsRefused) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{8}}) {
    const auto pair =
        converse(password_of("alice", "Pässwörd"),
                 edited([&](auto& message) { message.encrypted_session_key = message.encrypted_session_key.substr(0, size); }));
    EXPECT_EQ(pair.server_status.code(), SEC_E_INVALID_TOKEN);
  }
}

TEST_F(NtlmTest, ChangedMessagesFailTheMic) {
  const auto credentials = password_of("alice", "Pässwörd");
  // The MIC itself.
  const auto mic = converse(credentials, [](bool client, int number, std::string& token) {
    if (client && number == 1) token[ntlm::Authenticate::kMicOffset] ^= 1;
  });
  EXPECT_EQ(mic.server_status.code(), SEC_E_MESSAGE_ALTERED);
  // The first message, in an octet that means nothing else.
  const auto negotiate = converse(credentials, [](bool client, int number, std::string& token) {
    if (client && number == 0) token.back() ^= 1;
  });
  EXPECT_EQ(negotiate.server_status.code(), SEC_E_MESSAGE_ALTERED);
  // The challenge.
  const auto challenge = converse(credentials, [](bool client, int, std::string& token) {
    if (!client) token[48] ^= 1;
  });
  EXPECT_EQ(challenge.server_status.code(), SEC_E_MESSAGE_ALTERED);
}

TEST_F(NtlmTest, NoOctetOfTheLastMessageMayChange) {
  // Every bit of every octet: never established, never another code than these.
  std::size_t size = 0;
  converse(password_of("alice", "Pässwörd"), [&](bool client, int number, std::string& token) {
    if (client && number == 1) size = token.size();
  });
  ASSERT_GT(size, 200U);
  for (std::size_t i = 0; i < size; ++i) {
    for (const int bit : {0, 3, 7}) {
      const Pair pair = converse(password_of("alice", "Pässwörd"), [&](bool client, int number, std::string& token) {
        if (client && number == 1) token[i] ^= static_cast<char>(1 << bit);
      });
      EXPECT_FALSE(pair.server->done()) << "octet " << i << " bit " << bit;
    }
  }
}

TEST_F(NtlmTest, ClientsWithoutMicAreAccepted) {
  // A server that sends no time gets a client that makes no MIC; here the time is cut out of the challenge on its way.
  const auto pair = converse(password_of("alice", "Pässwörd"), [](bool client, int, std::string& token) {
    if (client) return;
    auto challenge = ntlm::parse_challenge(token);
    ASSERT_TRUE(challenge);
    challenge->target_info.remove(ntlm::Av::kTimestamp);
    token = ntlm::build_challenge(*challenge);
  });
  ASSERT_TRUE(pair.established()) << pair.server_status.to_string();
  expect_traffic(*pair.client, *pair.server, Level::kPrivacy, HeaderSigning::kYes);
}

TEST_F(NtlmTest, ServersWithoutNamesAreRefused) {
  const auto pair = converse(password_of("alice", "Pässwörd"), [](bool client, int, std::string& token) {
    if (client) return;
    auto challenge = ntlm::parse_challenge(token);
    challenge->target_info.remove(ntlm::Av::kNbDomainName);
    token = ntlm::build_challenge(*challenge);
  });
  EXPECT_EQ(pair.client_status.code(), SEC_E_LOGON_DENIED);
}

TEST_F(NtlmTest, ListsOfPairsAreBounded) {
  const std::string end(4, '\0');
  const auto pairs = [&](std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += std::string("\x09\0\0\0", 4);
    return out + end;
  };
  EXPECT_TRUE(ntlm::AvPairs::parse(pairs(ntlm::AvPairs::kMaxPairs)));
  EXPECT_EQ(ntlm::AvPairs::parse(pairs(ntlm::AvPairs::kMaxPairs + 1)).error().code(), SEC_E_INVALID_TOKEN);
}

TEST_F(NtlmTest, ChannelBindings) {
  server_options_.require_channel_bindings = true;
  EXPECT_EQ(converse().server_status.code(), SEC_E_BAD_BINDINGS);
  client_options_.channel_bindings = "tls-server-end-point:abc";
  const Pair pair = converse();
  ASSERT_TRUE(pair.established());
  EXPECT_EQ(pair.server->peer().channel_bindings, view(ntlm::channel_bindings_hash("tls-server-end-point:abc")));
  server_options_.channel_bindings = "tls-server-end-point:abc";
  EXPECT_TRUE(converse().established());
  server_options_.channel_bindings = "tls-server-end-point:abd";
  EXPECT_EQ(converse().server_status.code(), SEC_E_BAD_BINDINGS);
  client_options_.channel_bindings.clear();
  EXPECT_EQ(converse().server_status.code(), SEC_E_BAD_BINDINGS);
}

TEST_F(NtlmTest, BackoffCountsFailures) {
  base::ManualClock clock;
  FailureBackoff backoff(clock);
  server_options_.backoff = &backoff;
  for (unsigned i = 0; i < FailureBackoff::kFree; ++i) converse(password_of("alice", "wrong"));
  const Pair braked = converse();
  EXPECT_EQ(braked.server_status.code(), SEC_E_LOGON_DENIED);
  EXPECT_NE(braked.server_status.text().find("wait 1000 ms"), std::string::npos) << braked.server_status.text();
  clock.advance(std::chrono::seconds(1));
  EXPECT_TRUE(converse().established());
  EXPECT_TRUE(converse().established());
}

// Whoever has an account may neither guess the password of another one without end, nor lock it out behind a common address.
TEST_F(NtlmTest, BackoffCountsByAccount) {
  base::ManualClock clock;
  FailureBackoff backoff(clock);
  server_options_.backoff = &backoff;
  accounts_.add(testing::account("mallory", "own"));
  for (unsigned i = 0; i < FailureBackoff::kFree; ++i) {
    converse(password_of(i % 2 == 0 ? "alice" : "ALICE", "guess"));
    EXPECT_TRUE(converse(password_of("mallory", "own")).established());
  }
  const Pair braked = converse(password_of("alice", "guess"));
  EXPECT_NE(braked.server_status.text().find("wait"), std::string::npos) << braked.server_status.text();
  EXPECT_TRUE(converse(password_of("mallory", "own")).established());
}

TEST_F(NtlmTest, BackoffCountsAnIpv6NetworkAsOne) {
  base::ManualClock clock;
  FailureBackoff backoff(clock);
  server_options_.backoff = &backoff;
  const auto from = [&](const std::string& address, const std::string& password) {
    Pair pair = make_pair(client_options_, password_of("alice", password), server_options_, accounts_);
    pair.server = *make_server(Provider::kNtlm, server_options_, accounts_, address);
    pair.converse();
    return pair.established();
  };
  for (unsigned i = 0; i < FailureBackoff::kFree; ++i) EXPECT_FALSE(from("2001:db8::1:" + std::to_string(i), "wrong"));
  EXPECT_FALSE(from("2001:db8:0:0:ffff::1", "Pässwörd"));
  EXPECT_TRUE(from("2001:db8:0:1::1", "Pässwörd"));
  EXPECT_TRUE(from("192.0.2.7", "Pässwörd"));
}

TEST_F(NtlmTest, NamesAreBounded) {
  client_options_.workstation = std::string(1025, 'W');
  EXPECT_EQ(converse().server_status.code(), SEC_E_INVALID_TOKEN);
  client_options_.workstation = std::string(1024, 'W');
  EXPECT_TRUE(converse().established());
}

TEST_F(NtlmTest, NegotiateIsBounded) {
  auto server = make_server(Provider::kNtlm, server_options_, accounts_, "192.0.2.1");
  ASSERT_TRUE(server);
  const auto client = make_client(client_options_, password_of("alice", "secret"));
  ASSERT_TRUE(client);
  const std::string token = (*client)->step("")->token + std::string(1024, 'x');
  EXPECT_EQ((*server)->step(token).error().code(), SEC_E_INVALID_TOKEN);
}

class NtlmPdus : public NtlmTest {
 protected:
  void SetUp() override {
    pair_ = converse();
    ASSERT_TRUE(pair_.established());
  }
  Pair pair_;
};

TEST_F(NtlmPdus, ReplayAndGapAreRefused) {
  TestPdu first;
  ASSERT_TRUE(first.protect(*pair_.client, Level::kIntegrity).ok());
  ASSERT_TRUE(first.unprotect(*pair_.server, Level::kIntegrity).ok());
  EXPECT_EQ(first.unprotect(*pair_.server, Level::kIntegrity).code(), SEC_E_OUT_OF_SEQUENCE);
  // The context is dead from here, also for what would have fitted.
  TestPdu second;
  ASSERT_TRUE(second.protect(*pair_.client, Level::kIntegrity).ok());
  EXPECT_FALSE(second.unprotect(*pair_.server, Level::kIntegrity).ok());
}

TEST_F(NtlmPdus, SkippedPduIsRefused) {
  TestPdu lost;
  TestPdu next;
  ASSERT_TRUE(lost.protect(*pair_.client, Level::kPrivacy).ok());
  ASSERT_TRUE(next.protect(*pair_.client, Level::kPrivacy).ok());
  EXPECT_EQ(next.unprotect(*pair_.server, Level::kPrivacy).code(), SEC_E_OUT_OF_SEQUENCE);
}

TEST_F(NtlmPdus, ReflectedPduIsRefused) {
  TestPdu pdu;
  ASSERT_TRUE(pdu.protect(*pair_.client, Level::kIntegrity).ok());
  EXPECT_EQ(pdu.unprotect(*pair_.client, Level::kIntegrity).code(), SEC_E_MESSAGE_ALTERED);
}

TEST_F(NtlmTest, OneFlippedBitAnywhereIsRefused) {
  for (const Level level : {Level::kIntegrity, Level::kPrivacy}) {
    for (std::string TestPdu::* part : {&TestPdu::header, &TestPdu::body, &TestPdu::trailer, &TestPdu::signature}) {
      const std::size_t size = part == &TestPdu::signature ? 16 : (TestPdu().*part).size();
      for (std::size_t i = 0; i < size; i += 5) {
        const Pair pair = converse();
        TestPdu pdu;
        ASSERT_TRUE(pdu.protect(*pair.client, level, HeaderSigning::kNo).ok());
        (pdu.*part)[i] ^= 0x10;
        EXPECT_FALSE(pdu.unprotect(*pair.server, level, HeaderSigning::kNo).ok()) << i;
      }
    }
  }
}

TEST_F(NtlmPdus, SignatureOfWrongSizeIsRefused) {
  TestPdu pdu;
  ASSERT_TRUE(pdu.protect(*pair_.client, Level::kIntegrity).ok());
  pdu.signature.pop_back();
  EXPECT_EQ(pdu.unprotect(*pair_.server, Level::kIntegrity).code(), SEC_E_MESSAGE_ALTERED);
  std::string room(15, '\0');
  EXPECT_EQ(pair_.client->protect(Level::kIntegrity, HeaderSigning::kYes, pdu.view(), room).code(), SEC_E_INTERNAL_ERROR);
}

TEST_F(NtlmTest, TruncatedMessagesAreMalformed) {
  for (const bool from_client : {true, false}) {
    for (int number = 0; number < (from_client ? 2 : 1); ++number) {
      for (std::size_t keep = 0; keep < (from_client && number == 0 ? 40 : 60); keep += 3) {
        const Pair pair = converse(password_of("alice", "Pässwörd"), [&](bool client, int n, std::string& token) {
          if (client == from_client && n == number && keep < token.size()) token.resize(keep);
        });
        EXPECT_FALSE(pair.established()) << keep;  // what still parses fails the MIC
      }
    }
  }
}

}  // namespace
}  // namespace security
