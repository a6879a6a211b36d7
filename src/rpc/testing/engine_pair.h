// A server's connection engine with interfaces to call, and one with a client's engine at its other end, all in memory.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "rpc/client_connection.h"
#include "rpc/server_connection.h"
#include "rpc/testing/fake_security.h"

namespace rpc::testing {

inline SyntaxId interface_id(std::uint32_t number, std::uint16_t major = 1, std::uint16_t minor = 0) {
  base::Guid uuid;
  uuid.data1 = number;
  uuid.data2 = 0xABCD;
  return {uuid, major, minor};
}

inline const SyntaxId kOpen = interface_id(1);     // for everybody, 10 operations
inline const SyntaxId kGuarded = interface_id(2);  // from packet integrity on, else fault 5
inline const SyntaxId kObjects = interface_id(3);  // from packet integrity on, else fault E_ACCESSDENIED

/// A server with the three interfaces above.
class EngineServer {
 public:
  explicit EngineServer(const ServerLimits& limits = {}, std::string peer = "192.0.2.1") {
    interfaces.add({kOpen, 10, security::Level::kNone, fault::kAccessDenied, {}});
    interfaces.add({kGuarded, 10, security::Level::kIntegrity, fault::kAccessDenied, {}});
    interfaces.add({kObjects, 10, security::Level::kIntegrity, 0x80070005, {}});
    parts = {&interfaces, &associations, &budget, make_fake_server};
    connection = std::make_unique<ServerConnection>(limits, parts, std::move(peer), "135");
  }

  /// Delivers octets; calls are kept, or answered at once by `echo`: stub reversed in order of arrival.
  void receive(std::string_view octets) {
    auto events = connection->receive(octets);
    for (auto& dispatch : events.calls) {
      calls.push_back(std::move(dispatch.call));
      if (echo) connection->respond(calls.back().serial, answer(calls.back().stub));
    }
    for (const auto serial : events.cancelled) cancelled.push_back(serial);
  }
  static std::string answer(const std::string& stub) { return {stub.rbegin(), stub.rend()}; }
  std::string take() { return std::exchange(connection->output(), {}); }

  InterfaceTable interfaces;
  AssociationTable associations;
  ServerBudget budget;
  ServerParts parts;
  std::unique_ptr<ServerConnection> connection;
  std::vector<IncomingCall> calls;
  std::vector<std::uint64_t> cancelled;
  bool echo = false;
};

/// Both ends, joined by octets that a test may change on the way.
class EnginePair {
 public:
  explicit EnginePair(const ServerLimits& server_limits = {}, const ClientLimits& client_limits = {})
      : server(server_limits), client(client_limits) {
    server.echo = true;
  }

  static ClientAuth auth(security::Provider provider, security::Level level) {
    ClientAuth out{provider, level, std::make_unique<FakeContext>(true, legs_of(provider)), {}};
    out.first_token = out.context->step({})->token;
    return out;
  }

  /// Moves octets until nobody has more to say, `chunk` at a time (0: all at once).
  void pump(std::size_t chunk = 0) {
    while (!client.output().empty() || !server.connection->output().empty()) {
      std::string up = std::exchange(client.output(), {});
      if (on_up) on_up(up);
      each(up, chunk, [&](std::string_view part) { server.receive(part); });
      std::string down = server.take();
      if (on_down) on_down(down);
      each(down, chunk, [&](std::string_view part) { keep(client.receive(part)); });
    }
  }

  void keep(ClientConnection::Events events) {
    for (auto& exchanged : events.exchanged) exchanges.push_back(std::move(exchanged));
    for (auto& reply : events.replies) replies.push_back(std::move(reply));
  }

  /// Binds and returns the status of the login.
  base::Status bind(std::vector<SyntaxId> interfaces, std::optional<ClientAuth> with = {}, std::size_t chunk = 0) {
    client.exchange(std::move(interfaces), std::move(with));
    pump(chunk);
    return exchanges.empty() ? base::Status(RPC_S_CALL_FAILED) : exchanges.back().status;
  }

  Reply call(const OutgoingCall& what, std::string stub, std::size_t chunk = 0) {
    const auto id = client.call(what, std::move(stub));
    if (!id) return {id.error(), {}, false, {}};
    pump(chunk);
    for (auto& [call_id, reply] : replies) {
      if (call_id == *id) return std::move(reply);
    }
    return {base::Status(RPC_S_CALL_FAILED, "no reply"), {}, false, {}};
  }

  EngineServer server;
  ClientConnection client;
  std::vector<ClientConnection::Events::Exchanged> exchanges;
  std::vector<std::pair<std::uint32_t, Reply>> replies;
  std::function<void(std::string&)> on_up;
  std::function<void(std::string&)> on_down;

 private:
  template <class F>
  static void each(std::string_view octets, std::size_t chunk, F&& deliver) {
    while (!octets.empty()) {
      const std::size_t count = chunk == 0 ? octets.size() : std::min(chunk, octets.size());
      deliver(octets.substr(0, count));
      octets.remove_prefix(count);
    }
  }
};

}  // namespace rpc::testing
