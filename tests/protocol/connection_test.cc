// Wrong PDUs and wrong logins, as a whole server answers them: the code, whether the connection ends, and that nothing was executed
// (MS-RPCE 3.3.3.5, MS-NLMP 3.2.5, MS-DCOM 3.1.1.5).
#include <gtest/gtest.h>

#include "dcom/activation.h"
#include "lab.h"
#include "security/ntlm_message.h"

namespace protocol {
namespace {

using rpc::NakReason;
using rpc::PduType;
namespace pfc = rpc::pfc;

constexpr std::uint32_t kDenied = 0x80070005;  // E_ACCESSDENIED

std::string release_nothing() {
  return RawClient::orpc([](rpc::NdrWriter& out) { dcom::write_references(out, {}); });
}
std::string activation() {
  dcom::ActivationRequest request;
  request.clsid = remote::clsid::kLevel1Login;
  request.iids = {remote::iid::kLevel1Login};
  request.protocols = {dcom::kTowerTcp};
  return dcom::write_create_instance(request, {});
}

class Connection : public ::testing::Test {
 protected:
  /// Logged in, with an IWbemServices.
  std::unique_ptr<RawClient> session(Level level = Level::kIntegrity) {
    auto client = std::make_unique<RawClient>(lab_.port());
    EXPECT_TRUE(client->log_in({.level = level}));
    services_ = client->open();
    EXPECT_NE(services_, Guid{});
    return client;
  }
  /// An operation that would be executed.
  RawClient::Request erase() const { return RawClient::services_request(services_, Operation::kDeleteInstance, text("Row=1")); }
  std::optional<NakReason> nak(const std::string& octets) {
    RawClient client(lab_.port());
    client.send(octets);
    const auto got = client.receive();
    EXPECT_TRUE(client.ended());
    if (!got || got->header.type != PduType::kBindNak) return {};
    return rpc::parse_bind_nak(got->octets)->reason;
  }
  void expect_fault_and_end(RawClient& client, const Answer& answer, std::uint32_t status) {
    EXPECT_EQ(answer.fault, status);
    EXPECT_TRUE(client.ended());
  }
  /// A first token as a client would send it.
  static std::string first_token() {
    security::ClientOptions options;
    options.provider = Provider::kNtlm;
    security::Credentials credentials;
    credentials.user = "alice";
    credentials.password = "secret";
    auto context = security::make_client(options, credentials);
    return (*context)->step({})->token;
  }

  Lab lab_;
  Guid services_;
};

TEST_F(Connection, AWholeSessionWorks) {
  for (const Level level : {Level::kIntegrity, Level::kPrivacy}) {
    auto client = session(level);
    EXPECT_EQ(client->exchange(erase()).code(), 0U);
  }
  EXPECT_EQ(lab_.executed(), 2U);
}

TEST_F(Connection, NobodyIsServed) {
  const Guid services = session() ? services_ : Guid{};
  RawClient client(lab_.port());
  ASSERT_TRUE(client.bind());
  EXPECT_EQ(client.exchange({kRemUnknownContext, dcom::kRemRelease, lab_.exporter->rem_unknown(), release_nothing()}).fault, kDenied);
  EXPECT_EQ(client.exchange({kScmContext, dcom::kRemoteCreateInstance, {}, activation()}).fault, 5U);
  EXPECT_EQ(client.exchange({kActivationContext, dcom::kRemoteActivation, {}, "x"}).fault, 5U);
  EXPECT_EQ(client.exchange({kLoginContext, 6, Guid{9, 9, 9, {}}, RawClient::orpc([](auto&) {})}).fault, 5U);
  EXPECT_EQ(client.exchange(RawClient::services_request(services, Operation::kDeleteInstance, text("Row=1"))).fault, 5U);
  for (const std::uint16_t opnum : {dcom::kResolveOxid, dcom::kSimplePing, dcom::kComplexPing, dcom::kResolveOxid2}) {
    EXPECT_EQ(client.exchange({kExporterContext, opnum, {}, "x"}).fault, 5U);
  }
  // These two are for everybody (MS-DCOM 3.1.2.5.1.4, 3.1.2.5.1.6).
  EXPECT_FALSE(client.exchange({kExporterContext, dcom::kServerAlive, {}, ""}).fault);
  EXPECT_FALSE(client.exchange({kExporterContext, dcom::kServerAlive2, {}, ""}).fault);
  EXPECT_EQ(lab_.executed(), 0U);
}

TEST_F(Connection, BelowIntegrityIsRefused) {
  const auto owner = session();
  for (const Level level : {Level::kConnect, Level::kCall, Level::kPacket}) {
    RawClient client(lab_.port());
    ASSERT_TRUE(client.log_in({.level = level}));
    EXPECT_EQ(client.exchange({kScmContext, dcom::kRemoteCreateInstance, {}, activation()}).fault, 5U);
    EXPECT_EQ(client.exchange({kActivationContext, dcom::kRemoteActivation, {}, "x"}).fault, 5U);
    EXPECT_EQ(client.exchange({kExporterContext, dcom::kSimplePing, {}, dcom::write_simple_ping(1)}).fault, 5U);
    const Answer release = client.exchange({kRemUnknownContext, dcom::kRemRelease, lab_.exporter->rem_unknown(), release_nothing()});
    EXPECT_EQ(release.fault, kDenied);
    EXPECT_FALSE(release.executed);
    const Answer called = client.exchange(erase());
    EXPECT_EQ(called.fault, 5U);
    EXPECT_FALSE(called.executed);
  }
  EXPECT_EQ(lab_.executed(), 0U);
}

TEST_F(Connection, BindsThatAreWrong) {
  EXPECT_EQ(nak(RawClient::bind_pdu({})), NakReason::kProtocolVersion);
  std::string version = RawClient::bind_pdu(contexts());
  version[1] = 1;
  EXPECT_EQ(nak(version), NakReason::kProtocolVersion);
  const std::string token = first_token();
  for (const std::uint8_t type : {0, 1, 14, 68, 255}) {
    const rpc::AuthSegment segment{type, 5, 0, 1, token, 0};
    EXPECT_EQ(nak(RawClient::bind_pdu(contexts(), &segment)), NakReason::kAuthenticationType) << int{type};
  }
  for (const std::uint8_t level : {0, 1, 7, 255}) {
    const rpc::AuthSegment segment{10, level, 0, 1, token, 0};
    EXPECT_EQ(nak(RawClient::bind_pdu(contexts(), &segment)), NakReason::kNotSpecified) << int{level};
  }
  const rpc::AuthSegment rubbish{10, 5, 0, 1, "rubbish", 0};
  EXPECT_EQ(nak(RawClient::bind_pdu(contexts(), &rubbish)), NakReason::kInvalidChecksum);
  const rpc::AuthSegment good{10, 5, 0, 1, token, 0};
  std::string padding = RawClient::bind_pdu(contexts(), &good);
  padding[padding.size() - token.size() - 8 + 2] = '\xFF';
  EXPECT_EQ(nak(padding), NakReason::kProtocolVersion);
}

TEST_F(Connection, RequestBeforeTheLoginEnded) {
  for (const bool signed_already : {false, true}) {
    RawClient client(lab_.port());
    const std::string token = first_token();
    const rpc::AuthSegment segment{10, 5, 0, 1, token, 0};
    client.send(RawClient::bind_pdu(contexts(), &segment));
    ASSERT_TRUE(client.receive());
    std::string request = client.pdu({kExporterContext, dcom::kServerAlive, {}, ""});
    if (signed_already) {
      request += std::string("\x0A\x05\x00\x00\x01\x00\x00\x00", 8) + std::string(16, '\1');
      request[8] = static_cast<char>(request.size());
      request[10] = 16;
    }
    expect_fault_and_end(client, client.exchange_octets(request), 0x1C01000B);
  }
}

TEST_F(Connection, RequestWithoutTrailerAfterTheLogin) {
  auto client = session();
  RawClient::Request request = erase();
  request.authenticated = false;
  expect_fault_and_end(*client, client->exchange(request), 5);
  EXPECT_EQ(lab_.executed(), 0U);
}

TEST_F(Connection, ChangedLevelTypeOrContext) {
  const auto changed = [&](auto change) {
    auto client = session();
    change(client->auth);
    expect_fault_and_end(*client, client->exchange(erase()), 5);
  };
  changed([](rpc::AuthContext& auth) { auth.level = 6; });
  changed([](rpc::AuthContext& auth) { auth.level = 4; });
  changed([](rpc::AuthContext& auth) { auth.level = 2; });
  changed([](rpc::AuthContext& auth) { auth.type = 9; });
  changed([](rpc::AuthContext& auth) { auth.id = 8; });
  EXPECT_EQ(lab_.executed(), 0U);
}

TEST_F(Connection, BadPaddingOfARequest) {
  auto client = session();
  std::string octets = client->pdu(erase());
  octets[octets.size() - 16 - 8 + 2] = '\xFF';
  expect_fault_and_end(*client, client->exchange_octets(octets), 0x1C01000B);
  EXPECT_EQ(lab_.executed(), 0U);
}

TEST_F(Connection, OneFlippedBitAnywhereIsNeverExecuted) {
  std::size_t size = 0;
  {
    auto client = session(Level::kPrivacy);
    size = client->pdu(erase()).size();
  }
  const std::size_t trailer = size - 16 - 8;
  // Every position of header, IPID, trailer and signature, and some of the stub.
  for (const Level level : {Level::kIntegrity, Level::kPrivacy}) {
    for (std::size_t at = 0; at < size; at += at < 40 || at >= trailer ? 1 : 23) {
      if (at == 8 || at == 9) continue;  // frag_length: more is waited for
      auto client = session(level);
      std::string octets = client->pdu(erase());
      octets[at] ^= static_cast<char>(1 << (at % 8));
      const Answer answer = client->exchange_octets(octets);
      EXPECT_TRUE(answer.fault || answer.ended) << at;
      const bool covered_alone = (at >= 16 && at < trailer) || at >= size - 16;
      if (covered_alone) {
        EXPECT_EQ(answer.fault, 0x721U) << at;
      }
      EXPECT_TRUE(client->ended()) << at;
    }
  }
  EXPECT_EQ(lab_.executed(), 0U);
}

TEST_F(Connection, AReplayIsExecutedOnce) {
  for (const Level level : {Level::kIntegrity, Level::kPrivacy}) {
    auto client = session(level);
    const std::size_t before = lab_.executed();
    const std::string octets = client->pdu(erase());
    EXPECT_EQ(client->exchange_octets(octets).code(), 0U);
    expect_fault_and_end(*client, client->exchange_octets(octets), 0x721);
    EXPECT_EQ(lab_.executed(), before + 1);
  }
}

TEST_F(Connection, AnotherSessionsRequestIsNotExecuted) {
  auto first = session();
  auto second = session();
  const std::string octets = first->pdu(erase());
  expect_fault_and_end(*second, second->exchange_octets(octets), 0x721);
  EXPECT_EQ(lab_.executed(), 0U);
}

TEST_F(Connection, StubsOverFourMebibytes) {
  auto client = session();
  RawClient::Request request = erase();
  request.call_id = 100;
  request.stub = std::string(5600, 'x');
  request.flags = pfc::kFirst;
  for (std::size_t sent = 0; sent <= (4U << 20); sent += request.stub.size()) {
    if (!client->send(client->pdu(request))) break;
    request.flags = 0;
  }
  expect_fault_and_end(*client, client->answer(), 5);
  EXPECT_EQ(lab_.executed(), 0U);
}

TEST_F(Connection, LyingAllocHint) {
  auto huge = session();
  RawClient::Request request = erase();
  request.flags = pfc::kFirst;
  request.hint = (4U << 20) + 1;
  expect_fault_and_end(*huge, huge->exchange(request), 5);
  auto more = session();
  request = erase();
  request.hint = static_cast<std::uint32_t>(request.stub.size() + 16);
  expect_fault_and_end(*more, more->exchange(request), 5);
  auto honest = session();
  request = erase();
  request.hint = static_cast<std::uint32_t>(request.stub.size());
  EXPECT_EQ(honest->exchange(request).code(), 0U);
  EXPECT_EQ(lab_.executed(), 1U);
}

TEST_F(Connection, MixedFragments) {
  const auto second = [&](auto change) {
    auto client = session();
    RawClient::Request part = erase();
    const std::string whole = part.stub;
    part.call_id = 50;
    part.flags = pfc::kFirst;
    part.stub = whole.substr(0, 64);
    client->send(client->pdu(part));
    part.flags = pfc::kLast;
    part.stub = whole.substr(64);
    change(part);
    expect_fault_and_end(*client, client->exchange_octets(client->pdu(part)), 0x1C01000B);
  };
  second([](RawClient::Request& part) { part.call_id = 51; });
  second([](RawClient::Request& part) { part.flags = pfc::kFirst | pfc::kLast; });
  second([](RawClient::Request& part) { part.context = kLoginContext; });
  second([](RawClient::Request& part) { part.opnum = 6; });
  second([](RawClient::Request& part) { part.object = Guid{9, 9, 9, {}}; });
  EXPECT_EQ(lab_.executed(), 0U);
}

TEST_F(Connection, FragmentsThatBelongTogetherAreExecuted) {
  auto client = session(Level::kPrivacy);
  RawClient::Request part = erase();
  const std::string whole = part.stub;
  part.call_id = 50;
  for (std::size_t at = 0; at < whole.size(); at += 32) {
    part.flags = 0;
    if (at == 0) part.flags |= pfc::kFirst;
    if (at + 32 >= whole.size()) part.flags |= pfc::kLast;
    part.stub = whole.substr(at, 32);
    client->send(client->pdu(part));
  }
  EXPECT_EQ(client->answer().code(), 0U);
  EXPECT_EQ(lab_.executed(), 1U);
}

TEST_F(Connection, UnknownContextAndOperation) {
  auto client = session();
  RawClient::Request request = erase();
  request.context = kNoContext;
  const Answer context = client->exchange(request);
  EXPECT_EQ(context.fault, 0x1C010003U);
  EXPECT_FALSE(context.executed);
  request = erase();
  for (const std::uint16_t opnum : {0, 1, 2, 26, 5000}) {
    request.opnum = opnum;
    EXPECT_EQ(client->exchange(request).fault, 0x1C010002U) << opnum;
  }
  EXPECT_EQ(client->exchange({kExporterContext, 6, {}, ""}).fault, 0x1C010002U);
  EXPECT_EQ(client->exchange({kScmContext, 5, {}, ""}).fault, 0x1C010002U);
  EXPECT_EQ(client->exchange(erase()).code(), 0U);
  EXPECT_EQ(lab_.executed(), 1U);
}

// Logins.

/// What the first request after the login is answered with; the connection ends with it.
class Logins : public Connection {
 protected:
  std::uint32_t first_answer(const Login& login, Lab& lab) {
    RawClient client(lab.port());
    if (!client.log_in(login)) return 0xBAD;
    const Answer answer = client.exchange({kScmContext, dcom::kRemoteCreateInstance, {}, activation()});
    if (!answer.fault) return 0;
    EXPECT_TRUE(client.ended());
    return *answer.fault;
  }
  std::uint32_t first_answer(const Login& login) { return first_answer(login, lab_); }
  /// Rebuilds the last message after `edit`.
  static Tamper edited(const std::function<void(security::ntlm::Authenticate&)>& edit) {
    return [=](int leg, std::string& token) {
      if (leg != 1) return;
      const std::string original = token;
      auto message = security::ntlm::parse_authenticate(original);
      ASSERT_TRUE(message);
      edit(*message);
      token = security::ntlm::build_authenticate(*message);
    };
  }
};

TEST_F(Logins, WrongPasswordAndUnknownAccount) {
  EXPECT_EQ(first_answer({}), 0U);
  EXPECT_EQ(first_answer({.password = "wrong"}), 5U);
  EXPECT_EQ(first_answer({.user = "nobody"}), 5U);
}

TEST_F(Logins, WrongMic) {
  const auto tamper = [](int leg, std::string& token) {
    if (leg == 1) token[security::ntlm::Authenticate::kMicOffset] ^= 1;
  };
  EXPECT_EQ(first_answer({.tamper = tamper}), 5U);
  EXPECT_TRUE(lab_.log.have("login refused: "));
}

TEST_F(Logins, MissingSessionKey) {
  EXPECT_EQ(first_answer({.tamper = edited([](auto& message) { message.encrypted_session_key = {}; })}), 5U);
}

TEST_F(Logins, NtlmV1LmAndAnonymous) {
  static const std::string old(24, 'x');
  EXPECT_EQ(first_answer({.tamper = edited([](auto& message) { message.nt_response = old; })}), 5U);
  EXPECT_EQ(first_answer({.tamper = edited([](auto& message) { message.nt_response = {}; })}), 5U);
  EXPECT_EQ(first_answer({.tamper = edited([](auto& message) {
                            message.nt_response = message.lm_response = {};
                            message.user.clear();
                          })}),
            5U);
}

TEST_F(Logins, WeakerFeatures) {
  namespace flag = security::ntlm::flag;
  for (const std::uint32_t weak : {flag::k128, flag::kExtendedSecurity, flag::kKeyExchange}) {
    const auto tamper = [weak](int leg, std::string& token) {
      if (leg != 0) return;
      const auto flags = base::load_le<std::uint32_t>(token, 12) & ~weak;
      std::memcpy(token.data() + 12, &flags, 4);
    };
    RawClient client(lab_.port());
    EXPECT_FALSE(client.log_in({.tamper = tamper}));
    EXPECT_TRUE(client.ended());
  }
}

TEST_F(Logins, ChannelBindings) {
  Lab::Options options;
  options.security.channel_bindings = "tls-server-end-point:abc";
  options.security.require_channel_bindings = true;
  Lab bound(std::move(options));
  EXPECT_EQ(first_answer({.channel_bindings = "tls-server-end-point:abc"}, bound), 0U);
  EXPECT_EQ(first_answer({.channel_bindings = "tls-server-end-point:abd"}, bound), 5U);
  EXPECT_EQ(first_answer({}, bound), 5U);
}

TEST_F(Logins, TwentyWrongPasswords) {
  Lab::Options options;
  options.braked = true;
  Lab lab(std::move(options));
  for (int i = 0; i < 20; ++i) EXPECT_EQ(first_answer({.password = "wrong" + std::to_string(i)}, lab), 5U);
  // From now on even the right one must wait, at most a minute.
  EXPECT_NE(first_answer({}, lab), 0U);
  EXPECT_TRUE(lab.log.have("wait"));
  lab.advance(61s);
  EXPECT_EQ(first_answer({}, lab), 0U);
  EXPECT_EQ(lab.executed(), 0U);
}

}  // namespace
}  // namespace protocol
