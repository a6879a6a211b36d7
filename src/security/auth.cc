#include "security/auth.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/utf.h"
#include "security/mechanism.h"
#include "security/session.h"

namespace security {

base::Result<std::unique_ptr<Context>> make_client(ClientOptions options, Credentials credentials) {
  if (credentials.prover) return credentials.prover->make_client(options);
  switch (options.provider) {
    case Provider::kNtlm: return make_ntlm_client(std::move(options), std::move(credentials));
    case Provider::kKerberos: return make_kerberos_client(std::move(options), std::move(credentials));
    case Provider::kSpnego: return make_spnego_client(std::move(options), std::move(credentials));
    default: return base::fail(SEC_E_SECPKG_NOT_FOUND, "the security provider is none of SPNEGO, NTLM and Kerberos");
  }
}

base::Result<std::unique_ptr<Context>> make_server(Provider provider, const ServerOptions& options, const AccountDatabase& accounts,
                                                   std::string peer_address) {
  if (options.verifier) return options.verifier->make_server(provider, peer_address);
  ServerSetup setup{options, accounts, std::move(peer_address)};
  switch (provider) {
    case Provider::kNtlm: return make_ntlm_server(std::move(setup));
    case Provider::kKerberos: return make_kerberos_server(std::move(setup));
    case Provider::kSpnego: return make_spnego_server(std::move(setup));
    default: return base::fail(SEC_E_SECPKG_NOT_FOUND, fmt::format("security provider {} is not offered", static_cast<unsigned>(provider)));
  }
}

namespace {

/// An IPv6 host has 2^64 addresses to guess from: all of its network count as one.
std::string network_of(const std::string& address) {
  in6_addr octets{};
  if (::inet_pton(AF_INET6, address.c_str(), &octets) != 1) return address;
  std::fill_n(octets.s6_addr + 8, 8, std::uint8_t{0});
  char text[INET6_ADDRSTRLEN] = {};
  return ::inet_ntop(AF_INET6, &octets, text, sizeof text) ? text : address;
}

}  // namespace

std::string backoff_key(const ServerSetup& setup, std::string_view user) {
  constexpr std::size_t kMost = 512;  // no account has a longer name
  return fmt::format("{}\n{}", network_of(setup.peer_address), base::fold_case(user.substr(0, kMost)));
}

base::Status check_backoff(const ServerSetup& setup, const std::string& key) {
  if (!setup.options.backoff) return {};
  const auto wait = setup.options.backoff->wait(key);
  if (wait.count() == 0) return {};
  return {SEC_E_LOGON_DENIED, fmt::format("too many failed logins from {}: wait {} ms", setup.peer_address, wait.count())};
}

base::Status not_established() { return {SEC_E_INTERNAL_ERROR, "the security context is not established"}; }

}  // namespace security
