#include "dcom/client_core.h"

#include <fmt/format.h>

#include <algorithm>

#include "dcom/client_status.h"
#include "dcom/outcome.h"
#include "security/session.h"

namespace dcom {
namespace {

constexpr std::chrono::milliseconds kReleaseGrace{300};

base::SystemClock& system_clock() {
  static base::SystemClock clock;
  return clock;
}

base::SystemRandom& system_random() {
  static base::SystemRandom random;
  return random;
}

Client::Options completed(Client::Options options) {
  if (!options.clock) options.clock = &system_clock();
  if (!options.random) options.random = &system_random();
  return options;
}

/// What is left until a deadline; RPC takes no less than a moment.
std::chrono::milliseconds left(Deadline deadline) {
  const auto span = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  return std::max(span, std::chrono::milliseconds(1));
}

}  // namespace

std::string Target::to_string() const {
  if (local()) return local_path;
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

ClientCore::ClientCore(rpc::Network& net, Client::Options given)
    : network(net), options(completed(std::move(given))), background(options.max_background), causality_(Guid::random(*options.random)) {}

base::Status ClientCore::ended() const { return {rpc::RPC_S_CALL_CANCELLED, "this program ends its connections"}; }

Guid ClientCore::new_causality() {
  // One random start is as unique as many, and costs nothing per call.
  Guid out = causality_;
  const std::uint64_t count = last_causality_.fetch_add(1, std::memory_order_relaxed);
  out.data1 += static_cast<std::uint32_t>(count);
  out.data2 = static_cast<std::uint16_t>(out.data2 + (count >> 32));
  return out;
}

base::Result<std::shared_ptr<rpc::Client>> ClientCore::connect(const Target& target, Deadline deadline) {
  if (stopping.stop_requested()) return base::fail(ended());
  rpc::Client::Options how;
  how.host = target.host;
  how.port = target.port;
  how.local_path = target.local_path;
  how.timeout = left(deadline);
  how.limits = options.limits;
  using Connected = base::Result<std::shared_ptr<rpc::Client>>;
  const auto outcome = std::make_shared<Outcome<Connected>>();
  rpc::Client::connect(network, std::move(how), [outcome](Connected result) { outcome->set(std::move(result)); });
  auto result = outcome->wait(stopping.get_token());
  if (!result) return base::fail(ended());
  if (!*result) return base::fail(unreachable(target, result->error()));
  return std::move(**result);
}

base::Result<ClientCore::Agreed> ClientCore::log_in(rpc::Client& rpc, std::vector<Guid> iids, const Security* security,
                                                    security::Level level, const std::string& host, Deadline deadline) {
  std::vector<rpc::SyntaxId> interfaces;
  for (const Guid& iid : iids) interfaces.push_back(interface_syntax(iid));
  std::optional<rpc::Client::Login> login;
  if (security && !rpc.ends().local_peer) {
    login.emplace();
    login->options.provider = security->provider;
    login->options.target_name = security->service + "/" + (security->known_as.empty() ? host : security->known_as);
    login->options.target_name_is_untrusted = !security->known_as.empty();
    login->options.impersonation = security->impersonation;
    login->options.clock = nullptr;  // the time of day: `options.clock` may be a test's
    login->credentials = security->credentials;
    login->level = level;
  }
  const bool authenticated = login.has_value();
  const auto outcome = std::make_shared<Outcome<rpc::Client::Bound>>();
  rpc.bind(std::move(interfaces), std::move(login), left(deadline),
           [outcome](rpc::Client::Bound bound) { outcome->set(std::move(bound)); });
  auto bound = outcome->wait(stopping.get_token());
  if (!bound) return base::fail(ended());
  if (!bound->status.ok()) {
    if (authenticated) return base::fail(login_failed(host, *security, bound->status));
    return base::fail(bound->status.code(), fmt::format("{} does not answer as a DCOM server: {}", host, bound->status.text()));
  }
  return Agreed{bound->auth, std::move(bound->interfaces)};
}

rpc::Reply ClientCore::call(rpc::Client& rpc, const rpc::OutgoingCall& what, std::string stub, Deadline deadline) {
  const auto outcome = std::make_shared<Outcome<rpc::Reply>>();
  rpc.call(what, std::move(stub), left(deadline), [outcome](rpc::Reply reply) { outcome->set(std::move(reply)); });
  auto reply = outcome->wait(stopping.get_token());
  if (!reply) return {ended(), {}, true, {}};
  return std::move(*reply);
}

void ClientCore::stop() {
  if (!stopping.stop_requested()) pool.stop(kReleaseGrace);
  stopping.request_stop();
  ticker.stop();
  background.stop();
}

std::string identity_of(const Security& security) {
  const security::Credentials& who = security.credentials;
  std::string hash;
  if (who.nt_hash) hash.assign(reinterpret_cast<const char*>(who.nt_hash->data()), who.nt_hash->size());
  std::string out;
  const auto add = [&out](std::string_view part) { out += fmt::format("{}:{}", part.size(), part); };
  add(std::to_string(static_cast<unsigned>(security.provider)));
  add(std::to_string(static_cast<unsigned>(security.impersonation)));
  for (const std::string& part : {security.service, who.domain, who.user, who.password.value_or(""), hash, who.ccache, who.keytab})
    add(part);
  add(who.prover ? who.prover->identity() : "");
  return out;
}

security::Level raised(security::Level level, std::uint32_t authn_hint) {
  const auto most = static_cast<std::uint32_t>(security::Level::kPrivacy);
  const auto least = static_cast<std::uint32_t>(security::Level::kIntegrity);
  return static_cast<security::Level>(std::clamp(std::max(static_cast<std::uint32_t>(level), authn_hint), least, most));
}

}  // namespace dcom
