// Any octets as SPNEGO tokens: parsed, and given to a server and a client in turn. First octet: which.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "security/auth.h"
#include "security/spnego_token.h"

namespace {

using namespace security;

void parse(std::string_view octets) {
  if (const auto init = spnego::parse_init(octets)) {
    const auto again = spnego::parse_init(spnego::build_init(*init));
    if (!again || again->mechanisms != init->mechanisms || again->token != init->token || again->mic != init->mic) std::abort();
  }
  if (const auto response = spnego::parse_response(octets)) {
    const auto again = spnego::parse_response(spnego::build_response(*response));
    if (!again || again->state != response->state || again->mechanism != response->mechanism || again->token != response->token)
      std::abort();
  }
}

std::unique_ptr<Context> new_client() {
  Credentials credentials;
  credentials.user = "alice";
  credentials.password = "secret";
  auto out = make_client({}, credentials);
  if (!out) std::abort();
  return std::move(*out);
}

/// Octet 0 of the rest is the size of a first token, what follows it is a second one.
void converse(std::string_view octets, bool with_server) {
  static const AccountList accounts;
  static const ServerOptions options;
  auto client = new_client();
  const auto first = client->step({});
  auto server = make_server(Provider::kSpnego, options, accounts, "peer");
  Context& context = with_server ? **server : *client;
  const std::size_t size = octets.empty() ? 0 : static_cast<std::uint8_t>(octets[0]);
  if (with_server && size == 0xFF) {
    // The second token alone is foreign.
    static_cast<void>(context.step(first->token));
    static_cast<void>(context.step(octets.substr(1)));
    return;
  }
  octets = octets.substr(octets.empty() ? 0 : 1);
  static_cast<void>(context.step(octets.substr(0, size)));
  if (octets.size() > size) static_cast<void>(context.step(octets.substr(size)));
  if (context.done()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || !crypto_ready().ok()) return 0;
  const std::string_view octets(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 3) {
    case 0: parse(octets); break;
    case 1: converse(octets, true); break;
    default: converse(octets, false); break;
  }
  return 0;
}
