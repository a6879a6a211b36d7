// What networks do to sessions: octets one by one, a cut after any of them, readers that stop, peers that are gone without a word.
// A whole server on one side; on the other hand-made PDUs, or our client behind a relay.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "cim/calls.h"
#include "cim/testing/fake_services.h"
#include "lab.h"
#include "relay.h"
#include "remote/client.h"

namespace protocol {
namespace {

using cim::testing::RecordingSink;
using Clock = std::chrono::steady_clock;

RawClient::Request erase(const Guid& services) { return RawClient::services_request(services, Operation::kDeleteInstance, text("Row=1")); }

// Hand-made PDUs.

class Transport : public ::testing::Test {
 protected:
  /// As far as it comes.
  void run(RawClient& client, Level level) {
    if (!client.log_in({.level = level})) return;
    const Guid services = client.open();
    if (services != Guid{}) client.exchange(erase(services));
  }
  Lab lab_;
};

TEST_F(Transport, SingleOctetsToTheServer) {
  for (const Level level : {Level::kIntegrity, Level::kPrivacy}) {
    RawClient client(lab_.port());
    client.chunk = 1;
    run(client, level);
    EXPECT_FALSE(client.gone());
  }
  EXPECT_EQ(lab_.executed(), 2U);
}

TEST_F(Transport, TheClientIsCutOffAfterEveryOctet) {
  RawClient whole(lab_.port());
  run(whole, Level::kPrivacy);
  ASSERT_EQ(lab_.executed(), 1U);
  const std::size_t end = whole.boundaries.back();
  whole.close();
  ASSERT_GT(end, 1000U);
  for (std::size_t cut = 0; cut < end; ++cut) {
    RawClient client(lab_.port());
    client.cut_after = cut;
    run(client, Level::kPrivacy);
    EXPECT_TRUE(client.gone()) << cut;
  }
  EXPECT_EQ(lab_.executed(), 1U);
  EXPECT_TRUE(lab_.forgets_everything()) << lab_.what_is_left();
  RawClient client(lab_.port());
  run(client, Level::kPrivacy);
  EXPECT_EQ(lab_.executed(), 2U);
}

TEST_F(Transport, AReaderThatStops) {
  lab_.services->set_script({.batches = {rows(0, 40, 100'000)}});
  RawClient reader(lab_.port());
  reader.set_receive_buffer(4096);
  ASSERT_TRUE(reader.log_in());
  const Guid services = reader.open();
  const auto enumerator = RawClient::reference_in(reader.services(services, Operation::kExecQuery, query(0x10)));
  ASSERT_TRUE(enumerator);
  const auto next = RawClient::orpc([](rpc::NdrWriter& out) { remote::write_next(out, {10'000, 1}); });
  for (int i = 0; i < 200; ++i) reader.send(reader.pdu({kEnumContext, 4, enumerator->remote()->standard.ipid, next}));
  // It waits for as long as it is allowed to; others are served.
  std::this_thread::sleep_for(100ms);
  lab_.advance(59s);
  EXPECT_EQ(lab_.rpc_server->figures().connections, 1U);
  RawClient other(lab_.port());
  run(other, Level::kPrivacy);
  other.close();
  // A slow machine may not have filled the sockets before: its time begins with the last octet that they took.
  EXPECT_TRUE(eventually([&] {
    lab_.advance(2s);
    return lab_.log.have("takes no octets");
  }));
  EXPECT_TRUE(lab_.forgets_everything()) << lab_.what_is_left();
}

TEST_F(Transport, APduThatNeverEnds) {
  RawClient client(lab_.port());
  ASSERT_TRUE(client.log_in());
  const Guid services = client.open();
  const std::string octets = client.pdu(erase(services));
  client.send(octets.substr(0, octets.size() - 1));
  EXPECT_FALSE(client.ended(50ms));
  lab_.advance(59s);
  EXPECT_FALSE(client.ended(50ms));
  lab_.advance(2s);
  EXPECT_TRUE(client.ended());
  EXPECT_EQ(lab_.executed(), 0U);
}

TEST_F(Transport, AHalfClosedConnectionEndsItsCalls) {
  lab_.services->set_script({.ends = false});
  RawClient client(lab_.port());
  ASSERT_TRUE(client.log_in());
  const Guid services = client.open();
  client.send(client.pdu(erase(services)));
  ASSERT_TRUE(eventually([&] { return lab_.executed() == 1; }));
  client.half_close();
  EXPECT_TRUE(client.ended());
  EXPECT_TRUE(eventually([&] { return lab_.services->ended() == 1; }));
  EXPECT_TRUE(lab_.forgets_everything()) << lab_.what_is_left();
}

TEST_F(Transport, APeerThatIsGoneWithoutAWord) {
  RawClient client(lab_.port());
  ASSERT_TRUE(client.log_in());
  const Guid services = client.open();
  EXPECT_EQ(lab_.exporter->figures().objects, 2U);
  // It never pings: what it held goes.
  EXPECT_TRUE(lab_.lets_go([&] { return lab_.exporter->figures().objects == 0; }));
  EXPECT_EQ(client.exchange(erase(services)).fault, 0x80010108U);
}

/// The server's socket of a connection of this process.
int peer_of(int client) {
  sockaddr_in mine{};
  socklen_t size = sizeof mine;
  ::getsockname(client, reinterpret_cast<sockaddr*>(&mine), &size);
  for (int fd = 0; fd < 4096; ++fd) {
    sockaddr_in theirs{};
    size = sizeof theirs;
    if (::getpeername(fd, reinterpret_cast<sockaddr*>(&theirs), &size) == 0 && theirs.sin_port == mine.sin_port) return fd;
  }
  return -1;
}
int tcp_option(int socket, int level, int name) {
  int out = -1;
  socklen_t size = sizeof out;
  ::getsockopt(socket, level, name, &out, &size);
  return out;
}

TEST_F(Transport, TheKernelAsksWhetherSilentPeersAreThere) {
  // The system's two hours would let vanished machines fill max_connections_per_peer.
  RawClient client(lab_.port());
  ASSERT_TRUE(client.bind());
  const int server = peer_of(client.socket());
  ASSERT_GE(server, 0);
  EXPECT_EQ(tcp_option(server, SOL_SOCKET, SO_KEEPALIVE), 1);
  const int silence = tcp_option(server, IPPROTO_TCP, TCP_KEEPIDLE) +
                      tcp_option(server, IPPROTO_TCP, TCP_KEEPINTVL) * tcp_option(server, IPPROTO_TCP, TCP_KEEPCNT);
  EXPECT_LE(silence, 600);
}

// Our client.

class Relayed : public ::testing::Test {
 protected:
  Relayed() : lab_(behind(relay_)) {
    relay_.lead_to(lab_.port());
    lab_.services->set_script({.batches = {rows(0, 3), rows(3, 3)}});
  }
  static Lab::Options behind(Relay& relay) {
    Lab::Options out;
    out.told_port = relay.port();
    return out;
  }
  remote::ClientOptions options() const {
    remote::ClientOptions out;
    out.machine.host = "127.0.0.1";
    out.machine.endpoint_port = relay_.port();
    out.security = remote::testing::alice();
    out.resolver_socket = "/nowhere/at/all";
    return out;
  }
  struct Outcome {
    base::Status connected;
    base::Status status;
    std::size_t rows = 0;
    int faults = 0;
    bool ended = true;
    base::Status last;
  };
  /// A login, a query, a deletion.
  Outcome session(remote::ClientOptions options) {
    remote::Machine machine(network_, std::move(options));
    Outcome out;
    const auto services = machine.connect("root\\cimv2");
    if (!services) {
      out.connected = services.error();
      return out;
    }
    const auto sink = std::make_shared<RecordingSink>();
    out.status = (*services)->ExecQueryAsync("WQL", "SELECT * FROM Row", {}, sink);
    if (out.status.ok()) {
      out.ended = sink->wait();
      out.status = base::Status(sink->code());
    }
    out.rows = sink->rows();
    out.faults = sink->faults();
    out.last = cim::DeleteInstance(**services, "Row=1");
    return out;
  }

  rpc::Network network_{2};
  Relay relay_;
  Lab lab_;
};

TEST_F(Relayed, SingleOctetsBothWays) {
  relay_.trouble({.chunk = 1});
  const Outcome out = session(options());
  EXPECT_TRUE(out.connected.ok()) << out.connected.to_string();
  EXPECT_TRUE(out.status.ok()) << out.status.to_string();
  EXPECT_EQ(out.rows, 6U);
  EXPECT_TRUE(out.last.ok()) << out.last.to_string();
  EXPECT_EQ(out.faults, 0);
}

TEST_F(Relayed, TheServerIsCutOffAfterEveryOctet) {
  ASSERT_TRUE(session(options()).last.ok());
  // The releases in the background may or may not have gone out in time: only what was answered counts.
  const std::size_t end = relay_.down();
  ASSERT_GT(end, 1000U);
  std::size_t whole = 0;
  for (std::size_t cut = 0; cut < end; ++cut) {
    relay_.trouble({.cut_down = cut});
    const auto began = Clock::now();
    const Outcome out = session(options());
    EXPECT_LT(Clock::now() - began, 5s) << cut;
    EXPECT_TRUE(out.ended) << cut;
    EXPECT_EQ(out.faults, 0) << cut;
    const bool all = out.connected.ok() && out.status.ok() && out.last.ok();
    whole += all;
    if (out.connected.ok() && out.status.ok()) {
      EXPECT_EQ(out.rows, 6U) << cut;
    }
    EXPECT_TRUE(!all || cut > end * 8 / 10) << cut;
  }
  EXPECT_LT(whole, end / 5);
  relay_.trouble({});
  EXPECT_TRUE(session(options()).last.ok());
  EXPECT_TRUE(lab_.forgets_everything()) << lab_.what_is_left();
}

TEST_F(Relayed, AServerThatFallsSilentAnywhere) {
  relay_.trouble({});
  ASSERT_TRUE(session(options()).last.ok());
  const std::size_t end = relay_.down();
  remote::ClientOptions impatient = options();
  impatient.timeouts.connect = 100ms;
  impatient.timeouts.call = 100ms;
  for (std::size_t after = 0; after < end; after += 331) {
    relay_.trouble({.stall_down = after});
    const auto began = Clock::now();
    const Outcome out = session(impatient);
    EXPECT_LT(Clock::now() - began, 5s) << after;
    EXPECT_TRUE(out.ended) << after;
    EXPECT_EQ(out.faults, 0) << after;
    const base::Status failed = !out.connected.ok() ? out.connected : !out.status.ok() ? out.status : out.last;
    if (after < end / 2) {
      EXPECT_EQ(failed.code(), rpc::RPC_S_TIMEOUT) << after << ": " << failed.to_string();
    }
  }
}

}  // namespace
}  // namespace protocol
