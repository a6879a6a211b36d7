// The values of MS-NLMP 4.2.4.
#include <gtest/gtest.h>

#include "base/utf.h"
#include "security/ntlm_keys.h"
#include "security/ntlm_session.h"

namespace security::ntlm {
namespace {

std::string octets(std::string_view hex) {
  std::string out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    while (hex[i] == ' ') ++i;
    out += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return out;
}

Key key(std::string_view hex) {
  Key out;
  octets(hex).copy(out.data(), out.size());
  return out;
}

constexpr Challenge8 kServerChallenge{0x01, 0x23, 0x45, 0x67, '\x89', '\xab', '\xcd', '\xef'};
constexpr Challenge8 kClientChallenge{'\xaa', '\xaa', '\xaa', '\xaa', '\xaa', '\xaa', '\xaa', '\xaa'};

class NtlmVectors : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(crypto_ready().ok());
    info.set_text(Av::kNbDomainName, "Domain");
    info.set_text(Av::kNbComputerName, "Server");
    response = response_key(nt_hash("Password"), "User", "Domain");
    temp = build_v2_temp(0, kClientChallenge, info);
    proof_octets = proof(response, kServerChallenge, temp);
    random_key.fill(0x55);
  }
  AvPairs info;
  Key response{};
  Key proof_octets{};
  Key random_key{};
  std::string temp;
};

TEST_F(NtlmVectors, ResponseKey) {
  EXPECT_EQ(response, key("0c868a403bfd7a93a3001ef22ef02e3f"));
  EXPECT_EQ(response_key(nt_hash("Password"), "uSER", "Domain"), response);
  EXPECT_NE(response_key(nt_hash("Password"), "User", "DOMAIN"), response);
}

TEST_F(NtlmVectors, Responses) {
  EXPECT_EQ(proof_octets, key("68cd0ab851e51c96aabc927bebef6a1c"));
  EXPECT_EQ(lm_v2_response(response, kServerChallenge, kClientChallenge), octets("86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa"));
}

TEST_F(NtlmVectors, SessionKeys) {
  const Key base_key = session_base_key(response, security::view(proof_octets));
  EXPECT_EQ(base_key, key("8de40ccadbc14a82f15cb0ad0de95ca3"));
  EXPECT_EQ(exchange_key(base_key, random_key), key("c5dad2544fc9799094ce1ce90bc9d03e"));
  EXPECT_EQ(exchange_key(base_key, exchange_key(base_key, random_key)), random_key);
  EXPECT_EQ(seal_key(random_key, Sender::kClient), key("59f600973cc4960a25480a7c196e4c58"));
  EXPECT_EQ(sign_key(random_key, Sender::kClient), key("4788dc861b4782f35d43fd98fe1a2d39"));
}

TEST_F(NtlmVectors, SealedMessage) {
  Direction client(random_key, Sender::kClient);
  std::string body = base::utf8_to_utf16le("Plaintext");
  std::string signature(kSignatureSize, '\0');
  client.protect(Direction::Seal::kYes, {{}, body, {}}, signature.data());
  EXPECT_EQ(body, octets("54e50165bf1936dc996020c1811b0f06fb5f"));
  EXPECT_EQ(signature, octets("010000007fb38ec5c55d497600000000"));
  Direction server(random_key, Sender::kClient);
  ASSERT_TRUE(server.unprotect(Direction::Seal::kYes, {{}, body, {}}, signature).ok());
  EXPECT_EQ(base::utf16le_to_utf8(body), "Plaintext");
}

const std::string kChallengeMessage = octets(
    "4e544c4d53535000020000000c000c0038000000 33828ae20123456789abcdef0000000000000000 24002400440000000600701700 00000f"
    "530065007200760065007200 02000c0044006f006d00610069006e00 01000c00530065007200760065007200 00000000");
const std::string kAuthenticateMessage = octets(
    "4e544c4d5353500003000000180018006c000000 5400540084000000 0c000c0048000000 0800080054000000 100010005c000000 10001000d8000000"
    "358288e2 0501280a0000000f 44006f006d00610069006e00 5500730065007200 43004f004d0050005500540045005200"
    "86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa 68cd0ab851e51c96aabc927bebef6a1c 01010000000000000000000000000000"
    "aaaaaaaaaaaaaaaa00000000 02000c0044006f006d00610069006e00 01000c00530065007200760065007200 00000000 00000000"
    "c5dad2544fc9799094ce1ce90bc9d03e");

TEST_F(NtlmVectors, ChallengeMessage) {
  const auto challenge = parse_challenge(kChallengeMessage);
  ASSERT_TRUE(challenge) << challenge.error().to_string();
  EXPECT_EQ(challenge->flags, 0xe28a8233);
  EXPECT_EQ(challenge->target_name, "Server");
  EXPECT_EQ(challenge->server_challenge, kServerChallenge);
  EXPECT_EQ(challenge->target_info.build(), info.build());
}

TEST_F(NtlmVectors, AuthenticateMessage) {
  const auto message = parse_authenticate(kAuthenticateMessage);
  ASSERT_TRUE(message) << message.error().to_string();
  EXPECT_EQ(message->domain, "Domain");
  EXPECT_EQ(message->user, "User");
  EXPECT_EQ(message->workstation, "COMPUTER");
  EXPECT_EQ(message->encrypted_session_key, octets("c5dad2544fc9799094ce1ce90bc9d03e"));
  const auto v2 = parse_v2_response(message->nt_response);
  ASSERT_TRUE(v2);
  EXPECT_EQ(v2->proof, security::view(proof_octets));
  EXPECT_EQ(v2->temp, temp);
}

}  // namespace
}  // namespace security::ntlm
