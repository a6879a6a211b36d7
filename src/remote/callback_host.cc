#include "remote/callback_host.h"

#include <fmt/format.h>

#include "base/host_name.h"
#include "base/utf.h"
#include "remote/ids.h"
#include "security/session.h"

namespace remote {

namespace {

constexpr std::uint16_t kEndpointPort = 135;
constexpr std::size_t kLongestName = 128;
constexpr std::chrono::milliseconds kLastAnswers{200};  // a program that ends with its operation has answered for its sink before
constexpr const char* kResolverSockets[] = {"/run/openwmi/wmid.sock"};

/// Who may log in to call a sink: the account that made the call, by NTLM with its own hash; by Kerberos the services of the server's
/// machine.
class CallbackAccounts final : public security::AccountDatabase {
 public:
  /// `witness` is told whom it does not know, unless null.
  CallbackAccounts(const security::Credentials& credentials, std::string host, std::shared_ptr<CallbackWitness> witness)
      : host_(std::move(host)), witness_(std::move(witness)) {
    own_.name = credentials.user;
    if (credentials.nt_hash) {
      own_.nt_hash = credentials.nt_hash;
    } else if (credentials.password) {
      own_.nt_hash = security::nt_hash(*credentials.password);
    }
  }

  std::optional<security::Account> find(std::string_view user, std::string_view domain) const override {
    if (!own_.name.empty() && base::equal_ignore_case(user, own_.name)) return own_;
    // With a domain: NTLM of somebody else, or a Kerberos name that was looked up whole before.
    if (domain.empty() && is_server(user)) return security::Account{.name = std::string(user), .nt_hash = {}, .unix_user = {}, .sids = {}};
    if (witness_) witness_->refuse(user, domain);
    return std::nullopt;
  }

 private:
  /// "RPCSS/host@REALM", "host/host.example@REALM", "HOST$@REALM".
  bool is_server(std::string_view principal) const {
    const std::size_t at = principal.rfind('@');
    if (at == std::string_view::npos || host_.empty()) return false;
    const std::string_view name = principal.substr(0, at);
    const std::string_view short_host = std::string_view(host_).substr(0, host_.find('.'));
    if (const std::size_t slash = name.find('/'); slash != std::string_view::npos) {
      const std::string_view host = name.substr(slash + 1);
      return base::equal_ignore_case(host, host_) || base::equal_ignore_case(host, short_host);
    }
    return name.ends_with('$') && base::equal_ignore_case(name.substr(0, name.size() - 1), short_host);
  }

  security::Account own_;
  const std::string host_;
  const std::shared_ptr<CallbackWitness> witness_;
};

/// Only what the server's address tries tells of the server.
class CallbackVerifier final : public security::Verifier {
 public:
  CallbackVerifier(security::ServerOptions options, const security::Credentials& credentials, const std::string& host, std::string address,
                   std::shared_ptr<CallbackWitness> witness)
      : options_(std::move(options)),
        address_(std::move(address)),
        of_server_(credentials, host, std::move(witness)),
        of_others_(credentials, host, nullptr) {}

  base::Result<std::unique_ptr<security::Context>> make_server(security::Provider provider, const std::string& peer_address) override {
    return security::make_server(provider, options_, peer_address == address_ ? of_server_ : of_others_, peer_address);
  }

 private:
  const security::ServerOptions options_;
  const std::string address_;
  const CallbackAccounts of_server_;
  const CallbackAccounts of_others_;
};

std::string random_name(base::Random& random) { return fmt::format("@openwmi-sinks-{:016x}{:016x}", random.next(), random.next()); }

}  // namespace

void CallbackWitness::hear() {
  const std::scoped_lock lock(mutex_);
  heard_ = true;
}

void CallbackWitness::let_in() {
  const std::scoped_lock lock(mutex_);
  heard_ = let_in_ = true;
  refused_.clear();
}

void CallbackWitness::refuse(std::string_view user, std::string_view domain) {
  {
    const std::scoped_lock lock(mutex_);
    if (let_in_ || !refused_.empty()) return;
    refused_ = fmt::format("{}{}{}", domain.substr(0, kLongestName), domain.empty() ? "" : "\\", user.substr(0, kLongestName));
  }
  on_refused_();
}

bool CallbackWitness::heard() const {
  const std::scoped_lock lock(mutex_);
  return heard_;
}

std::string CallbackWitness::refused() const {
  const std::scoped_lock lock(mutex_);
  return refused_;
}

base::Status callbacks_verifiable(const ClientOptions& options) {
  if (!options.machine.local_path.empty() || options.callback_auth == CallbackAuth::kUnverified) return {};
  const security::Credentials& own = options.security.credentials;
  // Who came by Kerberos is called back by Kerberos, whose tickets only a keytab opens.
  const bool by_kerberos = options.security.provider == security::Provider::kKerberos;
  if (!own.keytab.empty() || (!by_kerberos && (own.password || own.nt_hash))) return {};
  return {WBEM_E_NOT_AVAILABLE,
          "callbacks cannot be verified: that takes a password or hash (NTLM) or a keytab (Kerberos) here, or the permission to accept "
          "unverified ones"};
}

/// In the order of their making; ended in reverse.
struct CallbackHost::State {
  explicit State(std::shared_ptr<CallbackWitness> seen) : witness(std::move(seen)) {}

  const std::shared_ptr<CallbackWitness> witness;
  std::unique_ptr<CallbackVerifier> verifier;
  security::ServerOptions security;
  security::AccountList accounts;  // empty: the verifier has its own
  std::unique_ptr<rpc::Server> server;
  std::uint16_t port = 0;
  std::string local_path;
  std::unique_ptr<dcom::Exporter> exporter;
  std::unique_ptr<dcom::Resolver> resolver;
  std::shared_ptr<rpc::Client> announced;

  base::Status listen(rpc::Network& network, const ClientOptions& options, const rpc::ConnectionEnds& ends);
  base::Status find_resolver(rpc::Network& network, const ClientOptions& options, const rpc::ConnectionEnds& ends, bool own_server);
  void make_exporter(const ClientOptions& options, const rpc::ConnectionEnds& ends, dcom::Bindings bindings);
};

base::Status CallbackHost::State::listen(rpc::Network& network, const ClientOptions& options, const rpc::ConnectionEnds& ends) {
  security.keytab = options.security.credentials.keytab;
  security.allow_unverified = options.callback_auth == CallbackAuth::kUnverified;
  security.clock = options.clock;
  security.random = options.random;
  verifier = std::make_unique<CallbackVerifier>(security, options.security.credentials, options.machine.host, ends.remote.address, witness);
  security.verifier = verifier.get();
  rpc::ServerOptions setup;
  setup.security = &security;
  setup.accounts = &accounts;
  setup.log = options.log;
  if (ends.local_peer) {
    setup.local_peer = [uid = ends.local_peer->uid](const rpc::LocalIdentity& who) -> std::shared_ptr<const security::Peer> {
      if (who.uid != uid && who.uid != 0) return nullptr;
      auto peer = std::make_shared<security::Peer>();
      peer->user = fmt::format("uid {}", who.uid);
      return peer;
    };
  }
  server = std::make_unique<rpc::Server>(network, setup);
  if (ends.local_peer) {
    local_path = random_name(*options.random);
    return server->listen_local(local_path, 0600);
  }
  auto listening = server->listen(ends.local.address, options.callback_port);
  if (!listening) {
    return {listening.error().code(), fmt::format("callbacks cannot come: {}", listening.error().text())};
  }
  port = *listening;
  return {};
}

base::Status CallbackHost::State::find_resolver(rpc::Network& network, const ClientOptions& options, const rpc::ConnectionEnds& ends,
                                                bool own_server) {
  if (ends.local_peer || own_server) return {};
  const dcom::Resolver::Foreign ours{exporter->oxid(), exporter->rem_unknown(), port,
                                     static_cast<std::uint32_t>(security::Level::kPrivacy)};
  std::vector<std::string> sockets{options.resolver_socket};
  if (options.resolver_socket.empty()) sockets.assign(std::begin(kResolverSockets), std::end(kResolverSockets));
  for (const std::string& socket : sockets) {
    auto connection = dcom::announce(network, socket, ours);
    if (!connection) continue;
    announced = *std::move(connection);
    return {};
  }
  const auto bound = server->listen(ends.local.address, kEndpointPort);
  if (bound) return {};
  return {WBEM_E_NOT_AVAILABLE,
          fmt::format("asynchronous callbacks from {} need a resolver on TCP port 135 of this machine ({}): start wmid here, or run this "
                      "with the right to bind that port ({})",
                      ends.remote.address, ends.local.address, bound.error().text())};
}

void CallbackHost::State::make_exporter(const ClientOptions& options, const rpc::ConnectionEnds& ends, dcom::Bindings bindings) {
  const bool unverified = options.callback_auth == CallbackAuth::kUnverified;
  dcom::Exporter::Options setup;
  setup.bindings = std::move(bindings);
  setup.least_level = unverified ? security::Level::kConnect : security::Level::kIntegrity;
  setup.allow_anonymous_calls = unverified;
  setup.clock = options.clock;
  setup.random = options.random;
  setup.log = options.log;
  // Who has proven to be the account or the server may come from any of its machine's addresses: a machine with several answers from one
  // and calls from another.
  setup.may_call = [address = ends.remote.address, local = ends.local_peer.has_value(), unverified,
                    witness = witness](const rpc::Call& call) {
    if (local) return call.ends().local_peer.has_value();
    const bool verified = call.peer() != nullptr && call.peer()->verified;
    if (!verified && (!unverified || call.ends().remote.address != address)) return false;
    witness->let_in();
    return true;
  };
  exporter = std::make_unique<dcom::Exporter>(*server, std::move(setup));
  static constexpr Guid kInterfaces[] = {iid::kObjectSink};
  exporter->offer(kInterfaces);
}

base::Result<std::shared_ptr<CallbackHost>> CallbackHost::start(rpc::Network& network, const ClientOptions& options,
                                                                const rpc::ConnectionEnds& ends, bool own_server,
                                                                std::function<void()> on_refused) {
  TRY(callbacks_verifiable(options));
  auto state = std::make_unique<State>(std::make_shared<CallbackWitness>(std::move(on_refused)));
  TRY(state->listen(network, options, ends));
  dcom::Bindings bindings;
  if (!options.callback_address.empty()) {
    bindings.names.push_back(options.callback_address);
  } else if (options.security.provider == security::Provider::kKerberos) {
    bindings.names.push_back(base::host_name());  // Kerberos calls a machine by its name only
  }
  bindings.object_port = state->port;
  bindings.local_path = state->local_path;
  if (own_server && !ends.local_peer) bindings.endpoint_port = state->port;
  state->make_exporter(options, ends, std::move(bindings));
  dcom::Resolver::Options resolver;
  resolver.exporter = state->exporter.get();
  resolver.least_level = options.callback_auth == CallbackAuth::kUnverified ? security::Level::kConnect : security::Level::kIntegrity;
  resolver.clock = options.clock;
  resolver.random = options.random;
  resolver.log = options.log;
  resolver.on_resolved = [address = ends.remote.address, witness = state->witness](const rpc::Call& call) {
    if (call.ends().remote.address == address) witness->hear();
  };
  state->resolver = std::make_unique<dcom::Resolver>(*state->server, std::move(resolver));
  TRY(state->find_resolver(network, options, ends, own_server));
  if (ends.local_peer || state->announced) state->witness->hear();
  return std::shared_ptr<CallbackHost>(new CallbackHost(std::move(state)));
}

CallbackHost::CallbackHost(std::unique_ptr<State> state) : witness_(state->witness), state_(std::move(state)) {}

CallbackHost::~CallbackHost() = default;

void CallbackHost::close() {
  std::unique_ptr<State> state;
  {
    const std::scoped_lock lock(mutex_);
    state = std::move(state_);
  }
  if (!state) return;
  state->announced.reset();
  state->server->shutdown(kLastAnswers);
  state->resolver.reset();
  state->exporter.reset();
}

base::Result<dcom::Objref> CallbackHost::marshal(const dcom::ObjectPtr& sink, const rpc::ConnectionEnds& ends) {
  const std::scoped_lock lock(mutex_);
  if (!state_) return base::fail(rpc::RPC_S_CALL_CANCELLED, "the client has ended");
  // Without pings: the end of the connection to the server is what ends the sinks that it holds.
  return state_->exporter->marshal(sink, iid::kObjectSink, ends, {}, /*no_ping=*/true);
}

void CallbackHost::withdraw(const dcom::ObjectPtr& sink) {
  const std::scoped_lock lock(mutex_);
  if (state_) state_->exporter->withdraw(sink);
}

}  // namespace remote
