// Logins across the wall between the daemon's processes: login_client.h on one side, login_oracle.h on the other.
#include <gtest/gtest.h>

#include <thread>

#include "security/session.h"
#include "security/sspi_status.h"
#include "security/testing.h"
#include "wmid/callbacks.h"
#include "wmid/login_client.h"
#include "wmid/login_oracle.h"

namespace wmid {
namespace {

using namespace std::chrono_literals;
using security::Level;
using security::Provider;

class Logins : public ::testing::Test {
 protected:
  void SetUp() override {
    accounts_.add(security::testing::account("alice", "secret"));
    open({});
  }
  void open(LoginOracle::Options options) {
    options.security = &security_;
    options.accounts = &accounts_;
    options.callback_security = callback_policy(Config(), "host").security_for;
    client_ =
        std::make_shared<LoginClient>([this](std::string_view request) { return oracle_ && (honest_ = oracle_->handle(request)); }, 10s);
    oracle_ = std::make_unique<LoginOracle>(std::move(options), [client = client_, this](const std::string& answer) {
      {
        const std::lock_guard lock(mutex_);
        said_ += answer;
      }
      client->handle(answer);
    });
    elsewhere_.verifier = client_.get();
  }
  security::testing::Pair login(Provider provider, const std::string& password) {
    security::ClientOptions options;
    options.provider = provider;
    options.target_name = "RPCSS/here";
    auto pair = security::testing::make_pair(options, security::testing::password_of("alice", password), elsewhere_, nobody_);
    pair.converse();
    return pair;
  }

  security::AccountList accounts_;
  security::AccountList nobody_;
  security::ServerOptions security_;
  security::ServerOptions elsewhere_;
  std::mutex mutex_;
  std::string said_;  // everything that left the process with the accounts
  std::atomic<bool> honest_{true};
  std::shared_ptr<LoginClient> client_;
  std::unique_ptr<LoginOracle> oracle_;
};

TEST_F(Logins, HandOverTheSessionAndATicket) {
  for (const Provider provider : {Provider::kNtlm, Provider::kSpnego}) {
    auto pair = login(provider, "secret");
    ASSERT_TRUE(pair.established()) << pair.server_status.to_string();
    security::testing::expect_traffic(*pair.client, *pair.server, Level::kPrivacy, security::HeaderSigning::kYes);
    const security::Peer& peer = pair.server->peer();
    EXPECT_EQ(peer.user, "alice");
    EXPECT_EQ(peer.account.name, "alice");

    EXPECT_FALSE(peer.account.nt_hash.has_value());
    const auto found = oracle_->find(peer.ticket);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->peer->account.unix_user, "nobody");
    EXPECT_EQ(peer.account.sids.size(), found->peer->account.sids.size());
    EXPECT_EQ(found->peer_address, "192.0.2.1");
  }
  const auto hash = security::nt_hash("secret");
  EXPECT_EQ(said_.find(std::string(reinterpret_cast<const char*>(hash.data()), hash.size())), std::string::npos);
}

TEST_F(Logins, EndWithTheirContext) {
  auto pair = login(Provider::kNtlm, "secret");
  const std::string ticket = pair.server->peer().ticket;
  EXPECT_EQ(oracle_->figures().tickets, 1U);
  pair.server.reset();
  EXPECT_FALSE(oracle_->find(ticket).has_value());
  EXPECT_EQ(oracle_->figures().contexts, 0U);
  EXPECT_FALSE(oracle_->find("").has_value());
}

TEST_F(Logins, RefuseWrongPasswords) {
  auto pair = login(Provider::kNtlm, "Secret");
  EXPECT_FALSE(pair.established());
  EXPECT_EQ(pair.server_status.code(), security::SEC_E_LOGON_DENIED);
  EXPECT_EQ(oracle_->figures().tickets, 0U);
  EXPECT_FALSE(pair.server->step("again").has_value());
}

TEST_F(Logins, ProveTheServerToWhoLoggedIn) {
  auto pair = login(Provider::kNtlm, "secret");
  ASSERT_TRUE(pair.established());
  const auto callback = [this](const std::string& ticket) {
    security::Credentials credentials;
    credentials.prover = client_->prover(ticket);
    security::ClientOptions options;
    options.provider = Provider::kNtlm;
    options.target_name = "RPCSS/there";
    return security::testing::make_pair(options, credentials, security_, accounts_);
  };
  auto back = callback(pair.server->peer().ticket);
  ASSERT_TRUE(back.client) << back.client_status.to_string();
  back.converse();
  ASSERT_TRUE(back.established()) << back.client_status.to_string() << back.server_status.to_string();
  EXPECT_EQ(back.server->peer().user, "alice");
  security::testing::expect_traffic(*back.client, *back.server, Level::kPrivacy, security::HeaderSigning::kYes);
  EXPECT_EQ(callback("00112233445566778899aabbccddeeff").client_status.code(), base::WBEM_E_ACCESS_DENIED);
  pair.server.reset();
  EXPECT_FALSE(callback("").client);
}

TEST_F(Logins, FailWhenNobodyAnswers) {
  client_->close();
  EXPECT_EQ(client_->make_server(Provider::kNtlm, "192.0.2.1").error().code(), security::SEC_E_INTERNAL_ERROR);
}

TEST_F(Logins, RunBesideEachOther) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this] {
      for (int i = 0; i < 20; ++i) EXPECT_TRUE(login(Provider::kNtlm, "secret").established());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(oracle_->figures().contexts, 0U);
}

// What clients of an honest process bring about: they alone get to know.

TEST_F(Logins, AreRefusedWhenThereAreTooMany) {
  oracle_.reset();
  open({.max_contexts = 2});
  const auto one = client_->make_server(Provider::kNtlm, "192.0.2.1");
  auto two = client_->make_server(Provider::kNtlm, "192.0.2.1");
  EXPECT_TRUE(one && two);
  EXPECT_EQ(client_->make_server(Provider::kNtlm, "192.0.2.1").error().code(), security::SEC_E_INTERNAL_ERROR);
  EXPECT_TRUE(honest_);
  two->reset();
  EXPECT_TRUE(client_->make_server(Provider::kNtlm, "192.0.2.1").has_value());
}

TEST_F(Logins, GoNowhereByLongNames) {
  auto pair = login(Provider::kNtlm, "secret");
  ASSERT_TRUE(pair.established());
  security::ClientOptions options;
  options.provider = Provider::kNtlm;
  options.target_name = "RPCSS/" + std::string(login::kMaxText, 'x');
  const auto callback = client_->prover(pair.server->peer().ticket)->make_client(options);
  ASSERT_FALSE(callback);
  EXPECT_EQ(callback.error().code(), security::SEC_E_TARGET_UNKNOWN);
  EXPECT_TRUE(honest_);
}

// What no honest process sends.

TEST_F(Logins, EndForStepsWithoutOne) {
  EXPECT_FALSE(oracle_->handle(login::encode(login::Request{1, 99, login::Step{"token"}})));
  EXPECT_TRUE(oracle_->handle(login::encode(login::Request{1, 99, login::Drop{}})));
}

TEST_F(Logins, EndForNumbersThatAreTaken) {
  const std::string request = login::encode(login::Request{1, 99, login::Accept{Provider::kNtlm, "192.0.2.1"}});
  EXPECT_TRUE(oracle_->handle(request));
  EXPECT_FALSE(oracle_->handle(request));
}

TEST_F(Logins, EndForHalves) {
  login::Initiate what{"ticket", "target", true, security::Impersonation::kImpersonate, "workstation"};
  const std::string whole = login::encode(login::Request{1, 2, what});
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(oracle_->handle(whole.substr(0, size))) << size;
  EXPECT_FALSE(oracle_->handle(whole + "x"));
  what.target_name.assign(login::kMaxText + 1, 'x');
  EXPECT_FALSE(oracle_->handle(login::encode(login::Request{1, 2, what})));
}

}  // namespace
}  // namespace wmid
