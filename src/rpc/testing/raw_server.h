// Raw PDUs to a server's engine, and its answers one by one.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rpc/testing/engine_pair.h"

namespace rpc::testing {

inline constexpr std::uint8_t kNtlm = 10;
inline constexpr std::uint8_t kSpnego = 9;
inline constexpr std::uint8_t kIntegrity = 5;
inline constexpr std::uint8_t kConnect = 2;

/// One PDU of an answer.
struct Answer {
  PduHeader header;
  std::string octets;
};

class Raw {
 public:
  explicit Raw(const ServerLimits& limits = {}) : server(limits) { server.echo = true; }

  std::vector<Answer> send(std::string_view octets) {
    server.receive(octets);
    std::vector<Answer> out;
    std::string got = server.take();
    while (!got.empty()) {
      Answer answer;
      EXPECT_EQ(parse_header(got, answer.header), HeaderError::kNone);
      answer.octets = got.substr(0, answer.header.frag_length);
      got.erase(0, answer.header.frag_length);
      out.push_back(std::move(answer));
    }
    return out;
  }
  bool closed() const { return server.connection->closing(); }

  // What a bind is answered with; the reason of a bind_nak.
  static std::optional<NakReason> nak(const std::vector<Answer>& answers) {
    if (answers.size() != 1 || answers[0].header.type != PduType::kBindNak) return {};
    return parse_bind_nak(answers[0].octets)->reason;
  }
  static std::optional<std::uint32_t> fault(const std::vector<Answer>& answers) {
    if (answers.size() != 1 || answers[0].header.type != PduType::kFault) return {};
    return parse_fault(answers[0].octets)->status;
  }
  static bool did_not_execute(const std::vector<Answer>& answers) { return (answers.at(0).header.flags & pfc::kDidNotExecute) != 0; }
  static bool is(const std::vector<Answer>& answers, PduType type) { return answers.size() == 1 && answers[0].header.type == type; }

  static std::string bind(std::vector<ContextElement> contexts, const AuthSegment* auth = nullptr, PduType type = PduType::kBind,
                          std::uint8_t flags = pfc::kWhole) {
    std::string out;
    append_bind(out, {type, flags, 0, 0, 1}, {5840, 5840, 0, std::move(contexts)}, auth);
    return out;
  }
  static std::string alter(std::vector<ContextElement> contexts, const AuthSegment* auth = nullptr) {
    return bind(std::move(contexts), auth, PduType::kAlterContext);
  }

  /// Presentation contexts 0 (open), 1 (guarded), 2 (objects).
  static std::vector<ContextElement> three() { return {{0, kOpen, {kNdr}}, {1, kGuarded, {kNdr}}, {2, kObjects, {kNdr}}}; }

  /// Binds with a security context of id 7 that is ready.
  void login(std::uint8_t level = kIntegrity) {
    client = std::make_unique<FakeContext>(true, 3);
    const std::string first = client->step({})->token;
    AuthSegment segment{kNtlm, level, 0, 7, first, 0};
    const auto ack = send(bind(three(), &segment, PduType::kBind, pfc::kWhole | pfc::kHeaderSign));
    ASSERT_TRUE(is(ack, PduType::kBindAck));
    const std::string third = client->step("leg 2")->token;
    segment.token = third;
    std::string auth3;
    append_auth3(auth3, 1, pfc::kWhole, segment);
    EXPECT_TRUE(send(auth3).empty());
    auth.id = 7;
    auth.type = kNtlm;
    auth.level = level;
    auth.context = std::move(client);
    EXPECT_TRUE(server.connection->authenticated());
  }

  struct Options {
    std::uint32_t call_id = 2;
    std::uint8_t flags = pfc::kWhole;
    std::uint16_t context = 0;
    std::uint16_t opnum = 1;
    std::uint32_t hint = 0;
    bool authenticated = true;
  };

  /// A request, protected when a login was made.
  std::string request(std::string_view stub, Options options) {
    std::string out;
    append_request_header(out, {PduType::kRequest, options.flags, 0, 0, options.call_id},
                          {options.hint, options.context, options.opnum, {}});
    out.append(stub);
    const bool with = options.authenticated && auth.context;
    EXPECT_TRUE(finish_fragment(out, 0, kCallHeaderSize, {with ? &auth : nullptr, security::HeaderSigning::kYes, false}).ok());
    return out;
  }
  std::string request(std::string_view stub) { return request(stub, Options{}); }

  EngineServer server;
  std::unique_ptr<FakeContext> client;
  AuthContext auth;
};

inline void expect_fault_and_close(Raw& raw, const std::vector<Answer>& answers, std::uint32_t status) {
  EXPECT_EQ(Raw::fault(answers), status);
  EXPECT_TRUE(raw.closed());
}

inline void expect_fault_only(Raw& raw, const std::vector<Answer>& answers, std::uint32_t status) {
  EXPECT_EQ(Raw::fault(answers), status);
  EXPECT_TRUE(Raw::did_not_execute(answers));
  EXPECT_FALSE(raw.closed());
  EXPECT_TRUE(raw.server.calls.empty());
}

}  // namespace rpc::testing
