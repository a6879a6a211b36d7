// Attacks on the bounds of a whole server, each with its answer; and that whoever behaves is served all the same. Bounds of single parts
// are tested beside them.
#include <gtest/gtest.h>

#include <list>

#include "lab.h"

namespace protocol {
namespace {

class Limits : public ::testing::Test {
 protected:
  /// A server with these bounds.
  void serve(Lab::Options options) { lab_ = std::make_unique<Lab>(std::move(options)); }
  bool comes_in(const char* from, const Login& login = {}) {
    RawClient& client = clients_.emplace_back(lab_->port(), from);
    return client.log_in(login) && client.open() != Guid{};
  }
  RawClient& last() { return clients_.back(); }
  std::size_t connections() const { return lab_->rpc_server->figures().connections; }
  RawClient::Request erase(const Guid& services, std::size_t padding = 0) const {
    return RawClient::services_request(services, Operation::kDeleteInstance, text(std::string(padding, 'x')));
  }
  /// So many requests that are never answered; false when one is refused.
  bool occupy(RawClient& client, const Guid& services, std::size_t count, std::size_t padding = 0) {
    const std::size_t before = lab_->executed();
    for (std::size_t i = 0; i < count; ++i) client.send(client.pdu(erase(services, padding)));
    return eventually([&] { return lab_->executed() == before + count; });
  }
  static void expect_busy(const Answer& answer) {
    EXPECT_EQ(answer.fault, 0x1C010014U);
    EXPECT_FALSE(answer.executed);
  }

  std::unique_ptr<Lab> lab_;
  std::list<RawClient> clients_;
};

TEST_F(Limits, ConnectionsOfOnePeer) {
  Lab::Options options;
  options.rpc.max_connections_per_peer = 3;
  serve(std::move(options));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(comes_in("127.0.0.2"));
  EXPECT_FALSE(comes_in("127.0.0.2"));
  EXPECT_TRUE(last().ended());
  EXPECT_TRUE(comes_in("127.0.0.3"));
  clients_.front().close();
  EXPECT_TRUE(eventually([&] { return connections() == 3; }));
  EXPECT_TRUE(comes_in("127.0.0.2"));
}

TEST_F(Limits, ConnectionsAltogether) {
  Lab::Options options;
  options.rpc.max_connections = 3;
  serve(std::move(options));
  for (const char* from : {"127.0.0.2", "127.0.0.3", "127.0.0.4"}) EXPECT_TRUE(comes_in(from));
  EXPECT_FALSE(comes_in("127.0.0.5"));
  EXPECT_TRUE(last().ended());
  clients_.front().close();
  EXPECT_TRUE(eventually([&] { return connections() == 2; }));
  EXPECT_TRUE(comes_in("127.0.0.5"));
}

TEST_F(Limits, NobodiesAltogether) {
  Lab::Options options;
  options.rpc.max_unauthenticated = 2;
  serve(std::move(options));
  EXPECT_TRUE(comes_in("127.0.0.2"));  // and is nobody no longer
  for (const char* from : {"127.0.0.3", "127.0.0.4"}) EXPECT_TRUE(clients_.emplace_back(lab_->port(), from).bind());
  EXPECT_FALSE(clients_.emplace_back(lab_->port(), "127.0.0.5").bind());
  EXPECT_TRUE(last().ended());
  // They must become somebody in time, then there is room.
  lab_->advance(31s);
  EXPECT_TRUE(eventually([&] { return lab_->rpc_server->figures().unauthenticated == 0; }));
  EXPECT_TRUE(comes_in("127.0.0.5"));
}

TEST_F(Limits, NobodiesOfOnePeer) {
  Lab::Options options;
  options.rpc.max_unauthenticated_per_peer = 2;
  serve(std::move(options));
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(clients_.emplace_back(lab_->port(), "127.0.0.3").bind());
  EXPECT_FALSE(clients_.emplace_back(lab_->port(), "127.0.0.3").bind());
  EXPECT_TRUE(comes_in("127.0.0.2"));
}

TEST_F(Limits, APeerThatDoesNotClose) {
  serve({});
  RawClient client(lab_->port());
  client.send("GET / HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(eventually([&] { return connections() == 1; }));
  EXPECT_TRUE(client.receive().has_value());  // the server has said its last, the socket of the client stays open
  lab_->advance(1s);
  EXPECT_EQ(connections(), 1U);
  EXPECT_TRUE(lab_->lets_go([&] { return connections() == 0; }));
}

TEST_F(Limits, RequestsOfOneConnection) {
  Lab::Options options;
  options.rpc.limits.max_outstanding = 3;
  serve(std::move(options));
  lab_->services->set_script({.ends = false});
  RawClient client(lab_->port());
  ASSERT_TRUE(client.log_in());
  const Guid services = client.open();
  EXPECT_TRUE(occupy(client, services, 3));
  expect_busy(client.exchange(erase(services)));
  EXPECT_TRUE(comes_in("127.0.0.1"));
  EXPECT_EQ(lab_->executed(), 3U);
}

TEST_F(Limits, RequestsAltogether) {
  Lab::Options options;
  options.rpc.max_outstanding = 4;
  serve(std::move(options));
  lab_->services->set_script({.ends = false});
  RawClient one(lab_->port());
  RawClient two(lab_->port());
  ASSERT_TRUE(one.log_in() && two.log_in());
  const Guid first = one.open();
  const Guid second = two.open();
  EXPECT_TRUE(occupy(one, first, 2));
  EXPECT_TRUE(occupy(two, second, 2));
  expect_busy(one.exchange(erase(first)));
  expect_busy(two.exchange(erase(second)));
  one.close();
  EXPECT_TRUE(eventually([&] { return lab_->rpc_server->figures().outstanding == 2; }));
  EXPECT_TRUE(occupy(two, second, 1));
}

TEST_F(Limits, OctetsOfRequests) {
  for (const bool altogether : {false, true}) {
    Lab::Options options;
    (altogether ? options.rpc.max_held : options.rpc.limits.max_held) = 40'000;
    serve(std::move(options));
    lab_->services->set_script({.ends = false});
    RawClient client(lab_->port());
    ASSERT_TRUE(client.log_in());
    const Guid services = client.open();
    EXPECT_TRUE(occupy(client, services, 7, 2000));  // UTF-16 doubles them
    RawClient other(lab_->port());
    ASSERT_TRUE(other.log_in());
    const Guid others = other.open();
    for (int i = 0; i < 5; ++i) client.send(client.pdu(erase(services, 2000)));
    // Ten are more than 40,000 octets.
    for (int i = 0; i < 2; ++i) expect_busy(client.answer());
    EXPECT_TRUE(eventually([&] { return lab_->executed() == 10; }));
    if (altogether) {
      for (int i = 0; i < 5; ++i) other.send(other.pdu(erase(others, 2000)));
      expect_busy(other.answer());
    } else {
      EXPECT_TRUE(occupy(other, others, 7, 2000));
    }
  }
}

TEST_F(Limits, OperationsInWork) {
  Lab::Options options;
  options.wmi.max_requests = 2;
  serve(std::move(options));
  lab_->services->set_script({.ends = false});
  RawClient client(lab_->port());
  ASSERT_TRUE(client.log_in());
  const Guid services = client.open();
  EXPECT_TRUE(occupy(client, services, 2));
  EXPECT_EQ(client.exchange(erase(services)).code(), 0x80041045U);
  EXPECT_EQ(lab_->executed(), 2U);
}

TEST_F(Limits, ObjectsOfOnePeer) {
  Lab::Options options;
  options.exports.max_objects_per_peer = 3;
  serve(std::move(options));
  RawClient client(lab_->port());
  ASSERT_TRUE(client.log_in());
  const Guid login = client.activate(remote::clsid::kLevel1Login, remote::iid::kLevel1Login);
  const Guid first = client.open_namespace(login);
  EXPECT_NE(client.open_namespace(login), Guid{});
  const auto write = [](rpc::NdrWriter& out) {
    remote::write_ntlm_login(out, {.network_resource = "root", .locales = {}, .flags = 0, .context = {}});
  };
  EXPECT_EQ(client.exchange({kLoginContext, 6, login, RawClient::orpc(write)}).code(), 0x8004106CU);
  EXPECT_EQ(client.activate(remote::clsid::kLevel1Login, remote::iid::kLevel1Login), Guid{});
  EXPECT_TRUE(comes_in("127.0.0.1", {.user = "bob", .password = "builder"}));
  // Who releases may go on.
  client.exchange({kRemUnknownContext, dcom::kRemRelease, lab_->exporter->rem_unknown(),
                   RawClient::orpc([&](rpc::NdrWriter& out) { dcom::write_references(out, {{first, 5, 0}}); })});
  EXPECT_NE(client.open_namespace(login), Guid{});
}

TEST_F(Limits, PingSetsAndTheirObjects) {
  Lab::Options options;
  options.resolves.max_sets_per_peer = 2;
  options.resolves.max_oids_per_set = 1;
  serve(std::move(options));
  RawClient client(lab_->port());
  ASSERT_TRUE(client.log_in());
  const Guid login = client.activate(remote::clsid::kLevel1Login, remote::iid::kLevel1Login);
  std::vector<dcom::Oid> oids;
  const auto write = [](rpc::NdrWriter& out) {
    remote::write_ntlm_login(out, {.network_resource = "root", .locales = {}, .flags = 0, .context = {}});
  };
  for (int i = 0; i < 2; ++i) {
    const auto held = RawClient::reference_in(client.exchange({kLoginContext, 6, login, RawClient::orpc(write)}));
    ASSERT_TRUE(held);
    oids.push_back(held->remote()->standard.oid);
  }
  const auto ping = [](RawClient& by, const dcom::ComplexPingRequest& request) {
    const Answer answer = by.exchange({kExporterContext, dcom::kComplexPing, {}, dcom::write_complex_ping(request)});
    return dcom::read_complex_ping_reply(answer.stub)->status;
  };
  EXPECT_EQ(ping(client, {0, 1, oids, {}}), 1721U);  // RPC_S_OUT_OF_RESOURCES
  EXPECT_EQ(ping(client, {0, 1, {oids[0]}, {}}), 0U);
  EXPECT_EQ(ping(client, {0, 1, {oids[1]}, {}}), 1721U);
  RawClient bob(lab_->port());
  ASSERT_TRUE(bob.log_in({.user = "bob", .password = "builder"}));
  EXPECT_EQ(ping(bob, {0, 1, {oids[1]}, {}}), 0U);
}

TEST_F(Limits, ContextsOfOneConnection) {
  Lab::Options options;
  options.rpc.limits.max_presentation_contexts = 10;
  serve(std::move(options));
  RawClient client(lab_->port());
  ASSERT_TRUE(client.bind());
  auto more = contexts();
  for (auto& element : more) element.id = static_cast<std::uint16_t>(element.id + 100);
  client.send(RawClient::bind_pdu(more, nullptr, rpc::PduType::kAlterContext));
  const auto nak = client.receive();
  ASSERT_TRUE(nak);
  EXPECT_EQ(nak->header.type, rpc::PduType::kBindNak);
  EXPECT_EQ(rpc::parse_bind_nak(nak->octets)->reason, rpc::NakReason::kLocalLimit);
  EXPECT_TRUE(client.ended());
}

TEST_F(Limits, LoginsOfNobodies) {
  serve({});
  RawClient client(lab_->port());
  const auto begin = [&](std::uint32_t id) {
    security::ClientOptions options;
    options.provider = Provider::kNtlm;
    security::Credentials who;
    who.user = "alice";
    who.password = "secret";
    const auto token = (*security::make_client(options, who))->step("")->token;
    const rpc::AuthSegment segment{
        static_cast<std::uint8_t>(Provider::kNtlm), static_cast<std::uint8_t>(Level::kIntegrity), 0, id, token, 0};
    client.send(RawClient::bind_pdu(contexts(), &segment, id == 1 ? rpc::PduType::kBind : rpc::PduType::kAlterContext));
    const auto ack = client.receive();
    return ack ? ack->header.type : rpc::PduType::kShutdown;
  };
  EXPECT_EQ(begin(1), rpc::PduType::kBindAck);
  for (std::uint32_t id = 2; id <= 16; ++id) EXPECT_EQ(begin(id), rpc::PduType::kAlterContextResp);
  EXPECT_EQ(begin(17), rpc::PduType::kFault);
  EXPECT_TRUE(client.ended());
}

TEST_F(Limits, LoginsOfOnePeer) {
  Lab::Options options;
  options.rpc.max_contexts_per_peer = 2;
  serve(std::move(options));
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(comes_in("127.0.0.2"));
  EXPECT_FALSE(comes_in("127.0.0.2"));
  last().close();
  EXPECT_TRUE(comes_in("127.0.0.3"));
  clients_.front().close();
  EXPECT_TRUE(eventually([&] { return connections() == 2; }));
  EXPECT_TRUE(comes_in("127.0.0.2"));
}

TEST_F(Limits, OctetsOfRequestsThatAreNotWhole) {
  Lab::Options options;
  options.rpc.max_held = 40'000;
  serve(std::move(options));
  RawClient one(lab_->port());
  RawClient two(lab_->port());
  ASSERT_TRUE(one.log_in() && two.log_in());
  const Guid first = one.open();
  const Guid second = two.open();
  const auto send_parts = [&](RawClient& client, const Guid& services, std::uint32_t id) {
    for (int i = 0; i < 5; ++i) {
      RawClient::Request part = erase(services);
      part.stub.resize(5600, 'x');
      part.call_id = id;
      part.flags = i == 0 ? rpc::pfc::kFirst : std::uint8_t{0};
      client.send(client.pdu(part));
    }
  };
  send_parts(one, first, 100);
  EXPECT_TRUE(one.receive(100ms) == std::nullopt);
  send_parts(two, second, 100);
  expect_busy(two.answer());
  one.close();
  // The rest of what was refused is read over; then there is room.
  RawClient::Request last = erase(second);
  last.call_id = 100;
  last.flags = rpc::pfc::kLast;
  two.send(two.pdu(last));
  EXPECT_TRUE(eventually([&] { return connections() == 1; }));
  EXPECT_EQ(two.exchange(erase(second)).code(), 0U);
  EXPECT_EQ(lab_->executed(), 1U);
}

TEST_F(Limits, AnswersThatAreNotTaken) {
  for (const bool altogether : {false, true}) {
    Lab::Options options;
    (altogether ? options.rpc.max_unsent : options.rpc.limits.max_unsent) = 4U << 20;
    serve(std::move(options));
    lab_->services->set_script({.batches = {rows(0, 400, 100'000)}});
    RawClient reader(lab_->port());
    reader.set_receive_buffer(4096);
    ASSERT_TRUE(reader.log_in());
    const Guid services = reader.open();
    const auto enumerator = RawClient::reference_in(reader.services(services, Operation::kExecQuery, query(0x10)));
    ASSERT_TRUE(enumerator);
    const auto next = RawClient::orpc([](rpc::NdrWriter& out) { remote::write_next(out, {10'000, 10}); });
    std::string requests;
    for (int i = 0; i < 40; ++i) requests += reader.pdu({kEnumContext, 4, enumerator->remote()->standard.ipid, next});
    reader.send(requests);
    EXPECT_TRUE(eventually([&] { return connections() == 0; }));
    EXPECT_TRUE(lab_->log.have("the peer takes no answers"));
    EXPECT_TRUE(comes_in("127.0.0.1"));
    clients_.clear();
  }
}

}  // namespace
}  // namespace protocol
