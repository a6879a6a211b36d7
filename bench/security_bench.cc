// Protection of PDUs and the cost of a login. The baseline is the bare primitive on the same octets.
#include <benchmark/benchmark.h>

#include <cstdlib>

#include "security/auth.h"
#include "security/descriptor.h"

namespace {

using namespace security;

struct Pair {
  std::unique_ptr<Context> client;
  std::unique_ptr<Context> server;
};

const AccountList& accounts() {
  static const AccountList list = [] {
    if (!crypto_ready().ok()) std::abort();
    AccountList out;
    out.add({"alice", nt_hash("secret"), {}, {well_known::everyone()}, false});
    return out;
  }();
  return list;
}

Pair log_in(Provider provider) {
  static const ServerOptions server_options;
  ClientOptions options;
  options.provider = provider;
  Credentials credentials;
  credentials.user = "alice";
  credentials.nt_hash = accounts().find("alice", "")->nt_hash;
  Pair out{std::move(*make_client(options, credentials)), std::move(*make_server(provider, server_options, accounts(), "peer"))};
  std::string token;
  while (!out.client->done() || !out.server->done()) {
    token = out.client->step(token)->token;
    if (!token.empty()) token = out.server->step(token)->token;
  }
  return out;
}

void login(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(log_in(state.range(0) == 0 ? Provider::kNtlm : Provider::kSpnego));
}
BENCHMARK(login)->ArgName("spnego")->Arg(0)->Arg(1);

/// One side signs or seals, the other one verifies.
void pdu(benchmark::State& state) {
  const Pair pair = log_in(Provider::kNtlm);
  const Level level = state.range(0) == 5 ? Level::kIntegrity : Level::kPrivacy;
  const std::string header(24, 'h');
  const std::string trailer(8, 't');
  std::string body(static_cast<std::size_t>(state.range(1)), 'b');
  std::string signature(pair.client->signature_size(level), '\0');
  const Pdu segments{header, body, trailer};
  for (auto _ : state) {
    if (!pair.client->protect(level, HeaderSigning::kYes, segments, signature).ok() ||
        !pair.server->unprotect(level, HeaderSigning::kYes, segments, signature).ok()) {
      state.SkipWithError("a PDU did not verify");
      break;
    }
  }
  state.SetBytesProcessed(state.iterations() * state.range(1));
}
BENCHMARK(pdu)->ArgNames({"level", "octets"})->ArgsProduct({{5, 6}, {64, 5840}});

/// Baseline of pdu/level:5: HMAC-MD5 twice. Of level 6: with RC4 twice.
void primitive(benchmark::State& state) {
  if (!crypto_ready().ok()) std::abort();
  HmacMd5 mac(Key{});
  Rc4 stream(Key{});
  std::string body(static_cast<std::size_t>(state.range(1)), 'b');
  for (auto _ : state) {
    for (int i = 0; i < 2; ++i) {
      benchmark::DoNotOptimize(mac.compute({body}));
      if (state.range(0) == 6) stream.apply(body);
    }
  }
  state.SetBytesProcessed(state.iterations() * state.range(1));
}
BENCHMARK(primitive)->ArgNames({"level", "octets"})->ArgsProduct({{5, 6}, {64, 5840}});

void access_check(benchmark::State& state) {
  const SecurityDescriptor descriptor = default_namespace_descriptor();
  const std::vector<Sid> sids{Sid{5, {21, 1, 2, 3, 1000}}, well_known::everyone(), well_known::authenticated_users()};
  for (auto _ : state) benchmark::DoNotOptimize(granted_rights(descriptor, sids, kNamespaceMapping));
}
BENCHMARK(access_check);

void parse_descriptor(benchmark::State& state) {
  const std::string octets = default_namespace_descriptor().to_octets();
  for (auto _ : state) benchmark::DoNotOptimize(SecurityDescriptor::parse(octets));
}
BENCHMARK(parse_descriptor);

}  // namespace
