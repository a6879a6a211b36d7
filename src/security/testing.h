// For tests: accounts, a client and a server that talk to each other, and checks of protected PDUs.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "security/auth.h"

namespace security::testing {

inline Account account(std::string name, std::string_view password) {
  EXPECT_TRUE(crypto_ready().ok());
  return {std::move(name), nt_hash(password), "nobody", {Sid{5, {21, 1, 2, 3, 1000}}, well_known::everyone()}, false};
}

inline Credentials password_of(std::string user, std::string password, std::string domain = {}) {
  Credentials out;
  out.domain = std::move(domain);
  out.user = std::move(user);
  out.password = std::move(password);
  return out;
}

/// Both ends of one conversation. `tamper` may change each token on its way: (from the client?, its number there, token).
struct Pair {
  using Tamper = std::function<void(bool from_client, int number, std::string& token)>;

  std::unique_ptr<Context> client;
  std::unique_ptr<Context> server;
  base::Status client_status;
  base::Status server_status;
  int legs = 0;

  bool established() const { return client && server && client->done() && server->done(); }

  /// Passes tokens until both are done or one fails.
  void converse(const Tamper& tamper = {}) {
    std::string to_client;
    for (int round = 0; round < 8; ++round) {
      if (!client->done()) {
        auto step = client->step(to_client);
        if (!step) {
          client_status = step.error();
          return;
        }
        to_client = std::move(step->token);
      } else {
        return;
      }
      if (to_client.empty() && server->done()) return;
      ++legs;
      if (tamper) tamper(true, round, to_client);
      auto step = server->step(to_client);
      if (!step) {
        server_status = step.error();
        return;
      }
      to_client = std::move(step->token);
      if (server->done() && to_client.empty()) return;
      ++legs;
      if (tamper) tamper(false, round, to_client);
    }
  }
};

inline Pair make_pair(ClientOptions options, Credentials credentials, const ServerOptions& server_options,
                      const AccountDatabase& accounts) {
  Pair out;
  const Provider provider = options.provider;
  auto client = make_client(std::move(options), std::move(credentials));
  auto server = make_server(provider, server_options, accounts, "192.0.2.1");
  if (client) {
    out.client = std::move(*client);
  } else {
    out.client_status = client.error();
  }
  if (server) {
    out.server = std::move(*server);
  } else {
    out.server_status = server.error();
  }
  return out;
}

/// A PDU in one piece, as a connection would hold it.
struct TestPdu {
  std::string header = "a header of 24 octets...";
  std::string body = "the body with its padding, 48 octets altogether.";
  std::string trailer = "trailer8";
  std::string signature;

  Pdu view() { return {header, body, trailer}; }
  base::Status protect(Context& context, Level level, HeaderSigning header_signing = HeaderSigning::kYes) {
    signature.assign(context.signature_size(level), '\0');
    return context.protect(level, header_signing, view(), signature);
  }
  base::Status unprotect(Context& context, Level level, HeaderSigning header_signing = HeaderSigning::kYes) {
    return context.unprotect(level, header_signing, view(), signature);
  }
};

/// Several PDUs both ways at a level.
inline void expect_traffic(Context& a, Context& b, Level level, HeaderSigning header_signing) {
  for (int i = 0; i < 3; ++i) {
    for (const auto& [from, to] : {std::pair{&a, &b}, std::pair{&b, &a}}) {
      TestPdu pdu;
      const std::string clear = pdu.body;
      ASSERT_TRUE(pdu.protect(*from, level, header_signing).ok());
      EXPECT_EQ(pdu.body == clear, level != Level::kPrivacy);
      const base::Status status = pdu.unprotect(*to, level, header_signing);
      ASSERT_TRUE(status.ok()) << status.to_string();
      EXPECT_EQ(pdu.body, clear);
    }
  }
}

}  // namespace security::testing
