// Any octets as each NTLM message, and as the other side's answer in a conversation. First octet: which.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "security/mechanism.h"
#include "security/ntlm_message.h"

namespace {

using namespace security;

const AccountList& accounts() {
  static const AccountList list = [] {
    AccountList out;
    out.add({"alice", nt_hash("secret"), {}, {well_known::everyone()}, false});
    return out;
  }();
  return list;
}

void parse(std::string_view octets) {
  static_cast<void>(ntlm::parse_negotiate(octets));
  if (const auto challenge = ntlm::parse_challenge(octets)) static_cast<void>(ntlm::build_challenge(*challenge));
  if (const auto message = ntlm::parse_authenticate(octets)) {
    static_cast<void>(ntlm::build_authenticate(*message));
    static_cast<void>(ntlm::parse_v2_response(message->nt_response));
  }
  if (const auto pairs = ntlm::AvPairs::parse(octets)) {
    // What was read is written so that it reads the same.
    const auto again = ntlm::AvPairs::parse(pairs->build());
    if (!again || again->build() != pairs->build()) std::abort();
  }
}

void converse(std::string_view octets, unsigned which) {
  base::SeededRandom random(1);
  base::ManualClock clock;
  ServerOptions server_options;
  server_options.random = &random;
  server_options.clock = &clock;
  server_options.allow_unverified = (which & 4U) != 0;
  ClientOptions client_options;
  client_options.random = &random;
  client_options.clock = &clock;
  Credentials credentials;
  credentials.user = "alice";
  credentials.password = "secret";
  auto client = make_ntlm_client(client_options, credentials);
  auto server = make_ntlm_server({server_options, accounts(), "peer"});
  if (!client || !server) std::abort();
  const auto negotiate = (*client)->step({});
  if ((which & 3U) == 1) {
    static_cast<void>((*client)->step(octets));
  } else if ((which & 3U) == 2) {
    static_cast<void>((*server)->step(octets));
  } else {
    if (!(*server)->step(negotiate->token)) std::abort();
    const auto end = (*server)->step(octets);
    // The challenge is always the same here, so that a valid answer could be found; without the password none can.
    if (end && (*server)->peer().verified && octets.size() < 64) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || !security::crypto_ready().ok()) return 0;
  const std::string_view octets(reinterpret_cast<const char*>(data) + 1, size - 1);
  if ((data[0] & 3U) == 0) {
    parse(octets);
  } else {
    converse(octets, data[0]);
  }
  return 0;
}
