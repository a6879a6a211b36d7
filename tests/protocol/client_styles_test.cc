// The habits of three independent clients, PDU by PDU: one that sends every call on one presentation context, one in C of the old `wmic`
// lineage, and one in Go.
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "dcom/activation.h"
#include "lab.h"
#include "remote/ids.h"

namespace protocol {
namespace {

constexpr std::uint32_t kRows = 12;

class ClientStyles : public ::testing::Test {
 protected:
  ClientStyles() {
    Script script;
    script.batches = {rows(1, kRows)};
    lab_.services->set_script(script);
  }
  static rpc::NdrReader behind_header(const Answer& answer) {
    rpc::NdrReader in(answer.stub);
    (void)dcom::OrpcThat::read(in);
    return in;
  }
  static Guid ipid_in(const Answer& answer) {
    const auto reference = RawClient::reference_in(answer);
    return reference ? reference->remote()->standard.ipid : Guid{};
  }
  static Answer call(RawClient& client, std::uint16_t context, std::uint16_t opnum, const Guid& ipid,
                     const std::function<void(rpc::NdrWriter&)>& parameters, std::optional<std::uint32_t> call_id = {}) {
    RawClient::Request request{context, opnum, ipid, RawClient::orpc(parameters)};
    request.call_id = call_id;
    return client.exchange(request);
  }
  static Answer log_in_to_wmi(RawClient& client, std::uint16_t context, const Guid& ipid) {
    return call(client, context, 6, ipid, [](rpc::NdrWriter& out) {
      remote::write_ntlm_login(out, {.network_resource = "//./root/cimv2", .locales = {}, .flags = 0, .context = {}});
    });
  }
  static Answer query_on(RawClient& client, std::uint16_t context, const Guid& services, std::uint32_t flags,
                         std::optional<std::uint32_t> call_id = {}) {
    return call(
        client, context, static_cast<std::uint16_t>(Operation::kExecQuery), services,
        [&](rpc::NdrWriter& out) { remote::write_request(out, Operation::kExecQuery, query(flags)); }, call_id);
  }
  /// IActivation::RemoteActivation with three protocol sequences.
  static Guid activate_as_of_old(RawClient& client, std::uint16_t context) {
    dcom::ActivationRequest request;
    request.clsid = remote::clsid::kLevel1Login;
    request.iids = {remote::iid::kLevel1Login};
    request.protocols = {7, 15, 16};  // tcp, smb, ncalrpc
    const Answer got = client.exchange({context, 0, {}, dcom::write_remote_activation(request, {})});
    const auto reply = dcom::read_remote_activation_reply(got.stub, 1);
    EXPECT_TRUE(reply && reply->interfaces.size() == 1 && reply->interfaces[0].object);
    return reply && !reply->interfaces.empty() && reply->interfaces[0].object ? reply->interfaces[0].object->remote()->standard.ipid
                                                                              : Guid{};
  }
  /// alter_context without authentication for one more interface; whether it was accepted.
  static bool alter(RawClient& client, std::uint16_t context, const Guid& iid, std::uint32_t call_id) {
    std::string pdu;
    rpc::append_bind(pdu, {rpc::PduType::kAlterContext, rpc::pfc::kWhole, 0, 0, call_id},
                     {5840, 5840, 0, {{context, dcom::interface_syntax(iid), {rpc::kNdr}}}}, nullptr);
    client.send(pdu);
    const auto answer = client.receive();
    if (!answer || answer->header.type != rpc::PduType::kAlterContextResp) return false;
    const auto ack = rpc::parse_bind_ack(answer->octets, answer->octets.size());
    return ack && ack->results.size() == 1 && ack->results[0].result == rpc::ContextResult::kAccepted;
  }
  /// What a strict reader of ObjectArray demands, header by header; the number of objects.
  static std::uint32_t strictly_read(std::string_view octets) {
    const auto u32 = [&](std::size_t at) { return base::load_le<std::uint32_t>(octets, at); };
    EXPECT_EQ(u32(0), 0U);
    EXPECT_EQ(octets.substr(4, 8), "WBEMDATA");
    EXPECT_EQ(u32(12), 0x1AU);
    EXPECT_EQ(u32(16), octets.size() - 26);
    EXPECT_EQ(u32(20), 0U);
    EXPECT_EQ(octets[24], 1);
    EXPECT_LE(octets[25], 1);
    EXPECT_EQ(u32(26), 8U);
    EXPECT_EQ(u32(30), octets.size() - 34);
    EXPECT_EQ(u32(34), 12U);
    EXPECT_EQ(u32(38), octets.size() - 46);
    const std::uint32_t count = u32(42);
    std::size_t at = 46;
    for (std::uint32_t i = 0; i < count && at + 9 <= octets.size(); ++i) {
      EXPECT_EQ(u32(at), 9U);
      const std::uint32_t size = u32(at + 4);
      const char type = octets[at + 8];
      EXPECT_TRUE(type == 2 || type == 3) << int{type};
      EXPECT_EQ(u32(at + 9), 0x18U);
      EXPECT_EQ(u32(at + 13) + 24U, size);
      at += 9 + size;
    }
    EXPECT_EQ(at, octets.size());
    return count;
  }
  static std::uint32_t smart_rows(RawClient& client, std::uint16_t context, const Guid& smart, std::uint32_t page) {
    std::uint32_t sum = 0;
    for (int turn = 0; turn < 10; ++turn) {
      const Answer answer =
          call(client, context, 3, smart, [&](rpc::NdrWriter& out) { remote::write_smart_next(out, {{1, 2, 3, {}}, 0xFFFFFFFF, page}); });
      rpc::NdrReader in = behind_header(answer);
      const auto reply = remote::read_smart_next_reply(in);
      if (!reply) return 0;
      if (!reply->buffer.empty()) {
        EXPECT_EQ(strictly_read(reply->buffer), reply->returned);
      }
      sum += reply->returned;
      if (reply->returned < page) break;
    }
    return sum;
  }

  Lab lab_;
};

TEST_F(ClientStyles, EveryCallOnOneContext) {
  RawClient client(lab_.port());
  ASSERT_TRUE(client.log_in());
  const Guid login = client.activate(remote::clsid::kLevel1Login, remote::iid::kLevel1Login);
  const Guid services = ipid_in(log_in_to_wmi(client, kLoginContext, login));
  const Guid rows = ipid_in(query_on(client, kLoginContext, services, 0x30));
  ASSERT_NE(rows, Guid{});
  std::uint32_t count = 0;
  for (std::uint32_t i = 0; i <= kRows; ++i) {
    const Answer next = call(client, kLoginContext, 4, rows, [](rpc::NdrWriter& out) { remote::write_next(out, {0xFFFFFFFF, 1}); });
    if (next.code() != 0) {
      EXPECT_EQ(next.code(), 1U);
      break;
    }
    ++count;
  }
  EXPECT_EQ(count, kRows);
  const Answer released = call(client, kLoginContext, dcom::kRemRelease, lab_.exporter->rem_unknown(),
                               [&](rpc::NdrWriter& out) { dcom::write_references(out, {{rows, 5, 0}, {services, 5, 0}}); });
  EXPECT_EQ(released.code(), 0U);
}

TEST_F(ClientStyles, TheClientInC) {
  RawClient anonymous(lab_.port());
  ASSERT_TRUE(anonymous.bind());
  EXPECT_EQ(anonymous.exchange({kExporterContext, 3, {}, {}}).code(), 0U);  // ServerAlive
  RawClient client(lab_.port());
  ASSERT_TRUE(client.log_in());
  const Guid login = activate_as_of_old(client, kActivationContext);
  const Guid services = ipid_in(log_in_to_wmi(client, kLoginContext, login));
  ASSERT_NE(services, Guid{});
  const std::uint32_t id = ++client.call_id;
  ASSERT_TRUE(alter(client, 20, remote::iid::kServices, id));
  const Guid rows = ipid_in(query_on(client, 20, services, 0x110, id));  // the request bears the call_id of the alter_context
  ASSERT_NE(rows, Guid{});
  EXPECT_EQ(call(client, kEnumContext, 3, rows, [](rpc::NdrWriter&) {}).code(), 0U);  // Reset
  const Answer queried = call(client, kRemUnknownContext, dcom::kRemQueryInterface, lab_.exporter->rem_unknown(),
                              [&](rpc::NdrWriter& out) { dcom::write_query_interface(out, {rows, 5, {remote::iid::kFetchSmartEnum}}); });
  rpc::NdrReader in = behind_header(queried);
  const auto results = dcom::read_query_interface_reply(in);
  ASSERT_TRUE(results && results->size() == 1);
  ASSERT_TRUE(alter(client, 21, remote::iid::kFetchSmartEnum, ++client.call_id));
  const Guid smart = ipid_in(call(client, 21, 3, results->at(0).object.ipid, [](rpc::NdrWriter&) {}));
  ASSERT_TRUE(alter(client, 22, remote::iid::kSmartEnum, ++client.call_id));
  EXPECT_EQ(smart_rows(client, 22, smart, 5), kRows);
}

TEST_F(ClientStyles, TheClientInGo) {
  RawClient client(lab_.port());
  ASSERT_TRUE(client.bind());
  EXPECT_EQ(client.exchange({kExporterContext, 5, {}, {}}).code(), 0U);  // ServerAlive2 before any login
  RawClient objects(lab_.port());
  ASSERT_TRUE(objects.log_in({.level = Level::kPrivacy}));
  const Guid login = activate_as_of_old(objects, kActivationContext);
  for (std::uint16_t context : {22, 24, 26}) {  // with gaps
    ASSERT_TRUE(alter(objects, context, context == 22 ? remote::iid::kServices : remote::iid::kSmartEnum, ++objects.call_id));
  }
  const Guid services = ipid_in(log_in_to_wmi(objects, kLoginContext, login));
  const Guid rows = ipid_in(query_on(objects, 22, services, 0x10));
  ASSERT_NE(rows, Guid{});
  const Answer queried = call(objects, kRemUnknownContext, dcom::kRemQueryInterface2, lab_.exporter->rem_unknown(),
                              [&](rpc::NdrWriter& out) { dcom::write_query_interface2(out, {rows, 0, {remote::iid::kFetchSmartEnum}}); });
  rpc::NdrReader in = behind_header(queried);
  const auto results = dcom::read_query_interface2_reply(in, 1);
  ASSERT_TRUE(results && results->size() == 1 && results->at(0).object);
  const Guid smart = ipid_in(call(objects, 24, 3, results->at(0).object->remote()->standard.ipid, [](rpc::NdrWriter&) {}));
  EXPECT_EQ(smart_rows(objects, 26, smart, 100), kRows);
}

}  // namespace
}  // namespace protocol
