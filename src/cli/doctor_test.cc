#include "cli/doctor.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "cli/machines.h"
#include "cli/reach.h"
#include "dcom/ids.h"
#include "security/sspi_status.h"

namespace cli {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A socket on a free port of the loopback.
class Port {
 public:
  explicit Port(bool listens) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(fd_, reinterpret_cast<sockaddr*>(&address), size) != 0 || (listens && ::listen(fd_, 4) != 0)) std::abort();
    (void)::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    number_ = ::ntohs(address.sin_port);
  }
  ~Port() { ::close(fd_); }
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;
  std::uint16_t number() const { return number_; }
  int fd() const { return fd_; }

 private:
  int fd_;
  std::uint16_t number_ = 0;
};

/// The streams of a session in memory.
class Output {
 public:
  Output() : out_(::open_memstream(&data_, &size_)) { session.console.out = out_; }
  ~Output() {
    std::fclose(out_);
    std::free(data_);
  }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  std::string text() {
    std::fflush(out_);
    return {data_, size_};
  }
  Session session;

 private:
  char* data_ = nullptr;
  std::size_t size_ = 0;
  std::FILE* out_;
};

int run_doctor(Output& output, const Host& host) {
  rpc::Network network(1);
  remote::ClientOptions options;
  options.timeouts.connect = std::chrono::milliseconds(2000);
  options.security.credentials.user = "a";
  options.security.credentials.password = "b";
  BlockingWork work;
  const Machines machines(network, options);
  return doctor(output.session, network, {host, "root\\cimv2", machines.options(host), {}}, work);
}

TEST(Reach, TellsOpenPortsFromClosedOnes) {
  const Port open(true);
  const Port closed(false);
  const std::chrono::milliseconds second(1000);
  EXPECT_EQ(probe({"127.0.0.1"}, open.number(), second).reach, Reach::kOpen);
  const Probe refused = probe({"127.0.0.1"}, closed.number(), second);
  EXPECT_EQ(refused.reach, Reach::kRefused);
  EXPECT_EQ(refused.address, "127.0.0.1");
  EXPECT_FALSE(refused.reason.empty());
  EXPECT_EQ(probe({"127.0.0.2", "127.0.0.1"}, open.number(), second).address, "127.0.0.1");
  EXPECT_EQ(look_up("127.0.0.1").value(), std::vector<std::string>{"127.0.0.1"});
  EXPECT_EQ(look_up("no-such-host.invalid").error().code(), base::WBEM_E_NOT_FOUND);
}

TEST(Doctor, StopsAtTheNameThatNobodyKnows) {
  Output output;
  EXPECT_EQ(run_doctor(output, {"nowhere", "no-such-host.invalid", 0}), kWmiError);
  EXPECT_THAT(output.text(), HasSubstr("FAIL  name "));
  EXPECT_THAT(output.text(), HasSubstr("Likely: a misspelt name"));
  EXPECT_THAT(output.text(), HasSubstr("not tried: port, endpoint, login, activation, object port, namespace, query, callback\n"));
}

TEST(Doctor, StopsAtThePortThatIsClosed) {
  const Port closed(false);
  Output output;
  output.session.format_given = true;
  output.session.rows.format = Format::kJsonLines;
  EXPECT_EQ(run_doctor(output, {"here", "127.0.0.1", closed.number()}), kWmiError);
  EXPECT_THAT(output.text(), HasSubstr(R"({"host":"here","ok":false,"rungs":[{"rung":"name","ok":true,)"));
  EXPECT_THAT(output.text(), HasSubstr(R"({"rung":"port","ok":false,)"));
  EXPECT_THAT(output.text(), HasSubstr(R"({"rung":"endpoint","ok":null,)"));
}

TEST(Doctor, StopsAtAPortWhereSomethingElseAnswers) {
  const Port open(true);
  std::jthread web([&open](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const int client = ::accept(open.fd(), nullptr, nullptr);
      if (client < 0) return;
      constexpr std::string_view kAnswer = "HTTP/1.1 400 Bad Request\r\n\r\n";
      (void)!::write(client, kAnswer.data(), kAnswer.size());
      ::close(client);
    }
  });
  Output output;
  EXPECT_EQ(run_doctor(output, {"web", "127.0.0.1", open.number()}), kWmiError);
  EXPECT_THAT(output.text(), HasSubstr("ok    port "));
  EXPECT_THAT(output.text(), HasSubstr("FAIL  endpoint "));
  EXPECT_THAT(output.text(), HasSubstr("something else than DCOM answers"));
  web.request_stop();
  ::shutdown(open.fd(), SHUT_RDWR);
}

TEST(Doctor, TheSameCodeMeansOtherThingsOnOtherRungs) {
  EXPECT_THAT(likely_cause(Rung::kLogin, base::E_ACCESSDENIED), HasSubstr("password is wrong"));
  EXPECT_THAT(likely_cause(Rung::kActivation, base::E_ACCESSDENIED), HasSubstr("password is right"));
  EXPECT_THAT(likely_cause(Rung::kNamespace, base::WBEM_E_ACCESS_DENIED), HasSubstr("wmi security grant"));
  EXPECT_THAT(likely_cause(Rung::kLogin, security::SEC_E_TIME_SKEW), HasSubstr("clocks"));
  EXPECT_THAT(likely_cause(Rung::kLogin, security::SEC_E_TARGET_UNKNOWN), HasSubstr("Kerberos does not know"));
  EXPECT_THAT(likely_cause(Rung::kActivation, dcom::REGDB_E_CLASSNOTREG), HasSubstr("not WMI"));
  EXPECT_THAT(likely_cause(Rung::kObjects, rpc::RPC_S_TIMEOUT), HasSubstr("firewall"));
}

TEST(Machines, AClosedPortIsAnErrorWithTheHost) {
  const Port closed(false);
  rpc::Network network(1);
  Machines machines(network, {});
  const auto services = machines.connect({"here", "127.0.0.1", closed.number()}, "root\\cimv2", {});
  ASSERT_FALSE(services);
  EXPECT_EQ(services.error().code(), rpc::RPC_S_SERVER_UNAVAILABLE);
  EXPECT_THAT(services.error().text(), HasSubstr("127.0.0.1"));
  EXPECT_FALSE(machines.any_left());
}

}  // namespace
}  // namespace cli
