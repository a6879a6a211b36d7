// A whole server of MS-WMI in this process, on a loopback port: network, RPC, exporter, resolver and the objects of MS-WMI over fake
// services that count what reaches them, or over another locator. Its clock stands still.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "raw_client.h"
#include "remote/checks.h"
#include "remote/testing/served.h"

namespace protocol {

using cim::Operation;
using remote::testing::account;
using remote::testing::eventually;
using remote::testing::FakeServices;
using remote::testing::Lines;
using remote::testing::Namespace;
using remote::testing::row;
using remote::testing::rows;
using remote::testing::Script;
using remote::testing::Side;
using remote::testing::TestSink;

/// Accounts alice (secret) and bob (builder).
class Lab : protected cim::Locator {
 public:
  struct Options {
    rpc::ServerOptions rpc;
    dcom::Exporter::Options exports;
    dcom::Resolver::Options resolves;
    remote::Server::Options wmi;
    security::ServerOptions security;
    cim::Locator* locator = nullptr;  // in the place of the fake services
    std::function<cim::Caller(const security::Peer&)> caller_of;
    bool braked = false;          // with a FailureBackoff
    std::uint16_t told_port = 0;  // where clients are sent; 0: to port()
  };
  Lab();
  explicit Lab(Options options);
  ~Lab() override;
  Lab(const Lab&) = delete;
  Lab& operator=(const Lab&) = delete;

  std::uint16_t port() const { return port_; }
  /// Moves the clock and lets everything look at it.
  void advance(std::chrono::milliseconds span);
  /// Whether it happens with time. A call counts as under way until its last holder let go, a little after its answer: so the clock moves
  /// again and again.
  bool lets_go(const std::function<bool()>& condition) {
    return eventually([&] {
      advance(120s);
      return condition();
    });
  }
  /// A reference to `sink` as the client of this connection passes it; it is served in this process, behind a port of its own.
  dcom::Objref reference(const std::shared_ptr<TestSink>& sink);
  void drop_sinks() { sink_side_.reset(); }
  /// Operations that reached the services.
  std::size_t executed() const { return services->calls().size(); }
  /// Whether nothing of any client is left, after the time that objects and callbacks may take.
  bool forgets_everything();
  std::string what_is_left() const;
  void stop();

  base::ManualClock clock;
  Lines log;
  rpc::Network network{2};
  std::shared_ptr<Namespace> services = std::make_shared<Namespace>();
  std::unique_ptr<rpc::Server> rpc_server;
  std::unique_ptr<dcom::Exporter> exporter;
  std::unique_ptr<dcom::Resolver> resolver;
  std::unique_ptr<dcom::Client> callbacks;
  std::unique_ptr<remote::Server> wmi;

 private:
  base::Result<cim::ServicesPtr> connect(std::string_view name_space, const cim::Caller& caller, std::string_view locales) override;

  security::ServerOptions security_;
  security::AccountList accounts_;
  security::FailureBackoff backoff_{clock};
  std::uint16_t port_ = 0;
  std::unique_ptr<Side> sink_side_;
};

inline remote::ServicesRequest text(std::string text, std::uint32_t flags = 0) {
  remote::ServicesRequest out;
  out.text = std::move(text);
  out.flags = flags;
  out.wants_object = true;
  return out;
}
inline remote::ServicesRequest query(std::uint32_t flags) {
  remote::ServicesRequest out = text("WQL", flags);
  out.more_text = "SELECT * FROM Row";
  return out;
}

}  // namespace protocol
