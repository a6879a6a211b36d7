// Sequences of PDUs to the engines. The first octet chooses whom: a server as it is, a server with a login where each piece becomes a
// signed request, or a client that has bound. Then pieces: a length of two octets and as many octets.
#include <cstdlib>

#include "rpc/testing/engine_pair.h"

namespace {

using namespace rpc;
using rpc::testing::EnginePair;
using rpc::testing::EngineServer;
using rpc::testing::FakeContext;

void check(bool condition) {
  if (!condition) std::abort();
}

/// All that an engine sends must be whole PDUs.
void check_output(std::string_view octets) {
  while (!octets.empty()) {
    PduHeader header;
    check(octets.size() >= kHeaderSize && parse_header(octets, header) == HeaderError::kNone && header.frag_length <= octets.size());
    octets.remove_prefix(header.frag_length);
  }
}

template <class F>
void each_piece(std::string_view octets, F&& use) {
  while (octets.size() > 2) {
    const std::size_t wanted = static_cast<std::uint8_t>(octets[0]) | static_cast<std::size_t>(static_cast<std::uint8_t>(octets[1])) << 8;
    octets.remove_prefix(2);
    const std::size_t count = std::min(wanted, octets.size());
    use(octets.substr(0, count));
    octets.remove_prefix(count);
  }
}

const ServerLimits kLimits{.max_stub = 20'000,
                           .max_unauthenticated_stub = 10'000,
                           .max_presentation_contexts = 20,
                           .max_security_contexts = 5,
                           .max_outstanding = 10,
                           .max_held = 30'000};

void raw_server(std::string_view octets) {
  EngineServer server(kLimits);
  std::size_t turn = 0;
  each_piece(octets, [&](std::string_view piece) {
    server.receive(piece);
    // Some calls stay open for a while.
    if (++turn % 3 == 0) {
      for (const IncomingCall& call : server.calls) server.connection->respond(call.serial, call.stub);
      server.calls.clear();
    }
    check_output(server.take());
    check(server.connection->outstanding() <= kLimits.max_outstanding && server.budget.held <= kLimits.max_held + kLimits.max_stub);
  });
  server.connection.reset();
  check(server.budget.outstanding == 0 && server.budget.held == 0 && server.associations.size() == 0);
}

void signed_requests(std::string_view octets) {
  EnginePair pair(kLimits);
  check(pair.bind({rpc::testing::kOpen, rpc::testing::kGuarded}, EnginePair::auth(security::Provider::kNtlm, security::Level::kPrivacy))
            .ok());
  // A second client context with the same state as the engine's own: nothing was signed yet.
  FakeContext client(true, 3);
  (void)client.step({});
  (void)client.step("leg 2");
  AuthContext auth;
  auth.id = 1;
  auth.type = static_cast<std::uint8_t>(security::Provider::kNtlm);
  auth.level = static_cast<std::uint8_t>(security::Level::kPrivacy);
  auth.context = std::make_unique<FakeContext>(client);
  each_piece(octets, [&](std::string_view piece) {
    if (piece.size() < kCallHeaderSize || piece.size() > 5000) return;
    std::string pdu;
    append_request_header(pdu, {PduType::kRequest, static_cast<std::uint8_t>(piece[3] & ~pfc::kObjectUuid), 0, 0, 0}, {});
    pdu.replace(12, 12, piece.substr(12, 12));
    pdu.append(piece.substr(kCallHeaderSize));
    check(finish_fragment(pdu, 0, kCallHeaderSize, {&auth, security::HeaderSigning::kYes, false}).ok());
    pair.server.receive(pdu);
    check_output(pair.server.take());
  });
}

void raw_client(std::string_view octets) {
  EnginePair pair({}, {.max_reply = 30'000});
  check(pair.bind({rpc::testing::kOpen}).ok());
  for (int i = 0; i < 3; ++i) check(pair.client.call({rpc::testing::kOpen, 0, 1, {}}, "x").has_value());
  pair.client.output().clear();
  pair.client.exchange({rpc::testing::kGuarded}, EnginePair::auth(security::Provider::kSpnego, security::Level::kIntegrity));
  each_piece(octets, [&](std::string_view piece) {
    pair.keep(pair.client.receive(piece));
    check_output(pair.client.output());
    pair.client.output().clear();
  });
  pair.keep(pair.client.close({RPC_S_SERVER_UNAVAILABLE, "the end"}));
  check(pair.replies.size() == 3 && pair.exchanges.size() == 2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view octets(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 3) {
    case 0: raw_server(octets); break;
    case 1: signed_requests(octets); break;
    default: raw_client(octets); break;
  }
  return 0;
}
