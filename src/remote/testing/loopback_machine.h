// For tests and benchmarks of client and server together: a machine that serves a locator on loopback, as a daemon does, and the options
// of a client of it.
#pragma once

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "remote/client.h"
#include "remote/server.h"
#include "security/crypto.h"

namespace remote::testing {

/// Account alice (secret), an administrator. Thread-safe.
class LoopbackMachine {
 public:
  struct Options {
    std::uint16_t port = 0;
    std::string local_path;                             // serves there, too
    const base::Clock* clock = nullptr;                 // of everything; then check_time() is for the test to call
    const security::ServerOptions* security = nullptr;  // instead of NTLM alone
    std::vector<security::Account> accounts;            // besides alice
    std::size_t max_connections_per_peer = 2048;
  };
  LoopbackMachine(rpc::Network& network, cim::Locator& locator) : LoopbackMachine(network, locator, Options()) {}
  LoopbackMachine(rpc::Network& network, cim::Locator& locator, Options options) : callbacks_(network, {.clock = options.clock}) {
    if (!security::crypto_ready().ok()) std::abort();
    accounts_.add({"alice", security::nt_hash("secret"), "nobody", {}, true});
    for (const security::Account& account : options.accounts) accounts_.add(account);
    rpc::ServerOptions setup;
    setup.security = options.security ? options.security : &security_;
    setup.clock = options.clock;
    setup.max_connections_per_peer = options.max_connections_per_peer;
    setup.accounts = &accounts_;
    setup.local_peer = [](const rpc::LocalIdentity& who) {
      auto peer = std::make_shared<security::Peer>();
      peer->user = std::to_string(who.uid);
      peer->account.name = peer->user;
      return peer;
    };
    server_ = std::make_unique<rpc::Server>(network, setup);
    port_ = *server_->listen("127.0.0.1", options.port);
    if (!options.local_path.empty() && !server_->listen_local(options.local_path, 0600).ok()) std::abort();
    dcom::Exporter::Options exports;
    exports.bindings.endpoint_port = port_;
    exports.bindings.object_port = port_;
    exports.bindings.local_path = options.local_path;
    exports.clock = options.clock;
    exporter_ = std::make_unique<dcom::Exporter>(*server_, exports);
    dcom::Resolver::Options resolves;
    resolves.exporter = exporter_.get();
    resolves.clock = options.clock;
    resolver_ = std::make_unique<dcom::Resolver>(*server_, resolves);
    Server::Options serves;
    serves.locator = &locator;
    serves.clock = options.clock;
    serves.caller_of = [](const security::Peer& peer, const rpc::ConnectionEnds&) -> base::Result<cim::Caller> {
      cim::Caller caller = cim::Caller::process_user();
      caller.account = peer.user;
      caller.remote = true;
      caller.administrator = true;
      return caller;
    };
    serves.callbacks.security_for = [](const security::Peer&) -> base::Result<dcom::Security> {
      dcom::Security out;
      out.provider = security::Provider::kNtlm;
      out.credentials.user = "alice";
      out.credentials.nt_hash = security::nt_hash("secret");
      return out;
    };
    wmi_ = std::make_unique<Server>(*exporter_, *resolver_, callbacks_, std::move(serves));
  }
  ~LoopbackMachine() {
    server_->shutdown(std::chrono::milliseconds(0));
    wmi_.reset();
    resolver_.reset();
    exporter_.reset();
  }

  std::uint16_t port() const { return port_; }
  Server& wmi() { return *wmi_; }
  rpc::Server& rpc() { return *server_; }
  dcom::Exporter& exporter() { return *exporter_; }
  dcom::Resolver& resolver() { return *resolver_; }
  /// Does what is due by the clock.
  void check_time() {
    server_->check_time();
    resolver_->check_time();
    wmi_->check_time();
    callbacks_.check_time();
  }

  static ClientOptions client(std::uint16_t port, security::Level level = security::Level::kPrivacy) {
    ClientOptions out;
    out.machine.host = "127.0.0.1";
    out.machine.endpoint_port = port;
    out.security.provider = security::Provider::kNtlm;
    out.security.level = level;
    out.security.credentials.user = "alice";
    out.security.credentials.password = "secret";
    return out;
  }

 private:
  security::ServerOptions security_;
  security::AccountList accounts_;
  std::unique_ptr<rpc::Server> server_;
  std::uint16_t port_ = 0;
  std::unique_ptr<dcom::Exporter> exporter_;
  std::unique_ptr<dcom::Resolver> resolver_;
  std::unique_ptr<Server> wmi_;
  dcom::Client callbacks_;
};

}  // namespace remote::testing
