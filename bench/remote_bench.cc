// MS-WMI on loopback between our client and our server, with NTLM; beside it the raw streams, round trips and ping-pong that bound it.
#include <benchmark/benchmark.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "base/files.h"
#include "bench/remote_served.h"
#include "cim/calls.h"
#include "manager/manager.h"
#include "remote/testing/loopback_machine.h"
#include "rpc/client.h"
#include "rpc/server.h"
#include "security/test_kdc.h"

namespace {

using security::Level;
using namespace remote_bench;

struct Setting {
  rpc::Network network{2};
  RowsLocator locator;
  remote::testing::LoopbackMachine machine{network, locator};
};
Setting& setting() {
  static Setting the;
  return the;
}

struct Connected {
  explicit Connected(Level level) : machine(setting().network, remote::testing::LoopbackMachine::client(setting().machine.port(), level)) {
    auto connected = machine.connect("root\\cimv2");
    if (!connected) std::abort();
    services = *connected;
  }
  remote::Machine machine;
  cim::ServicesPtr services;
};

void Enumerate(benchmark::State& state) {
  const Connected client(static_cast<Level>(state.range(0)));
  for (auto _ : state) {
    const auto sink = std::make_shared<Counting>();
    if (!client.services->CreateInstanceEnumAsync("Row", {}, sink).ok()) std::abort();
    sink->wait();
    if (sink->rows != kRows) std::abort();
  }
  state.SetItemsProcessed(state.iterations() * kRows);
}
BENCHMARK(Enumerate)->ArgName("level")->Arg(5)->Arg(6)->UseRealTime()->Unit(benchmark::kMillisecond);

/// The bound of Enumerate: the same octets, request by request with one ahead, through one connection of the same library.
void RawRows(benchmark::State& state) {
  auto& network = setting().network;
  security::ServerOptions security;
  security::AccountList accounts;
  accounts.add({"alice", security::nt_hash("secret"), "nobody", {}, false});
  rpc::ServerOptions options;
  options.security = &security;
  options.accounts = &accounts;
  rpc::Server server(network, options);
  base::SystemRandom random;
  remote::ClassIds ids(random);
  const cim::Batch batch = remote::samples::make_batch(remote::samples::make_class("Row"), kBatchRows);
  std::string packet;
  for (int i = 0; i < 2; ++i) {
    packet.clear();
    remote::ObjectArrayWriter writer(packet, remote::PacketType::kNext, ids);
    for (std::size_t row = 0; row < batch.size(); ++row) writer.add(batch, row);
    writer.finish();
  }
  const rpc::SyntaxId interface{base::Guid{1, 2, 3, {}}, 1, 0};
  server.interfaces().add(
      {interface, 1, Level::kNone, rpc::fault::kAccessDenied, [&](const std::shared_ptr<rpc::Call>& call) { call->respond(packet); }});
  const auto port = *server.listen("127.0.0.1", 0);
  const auto client = *rpc::Client::connect(network, {.host = "127.0.0.1", .port = port});
  rpc::Client::Login login;
  login.options.provider = security::Provider::kNtlm;
  login.credentials.user = "alice";
  login.credentials.password = "secret";
  login.level = static_cast<Level>(state.range(0));
  constexpr std::chrono::seconds kPatience(60);
  if (!client->bind({interface}, std::move(login), kPatience).status.ok()) std::abort();
  for (auto _ : state) {
    auto ahead = client->call_later({interface, 0, 0, {}}, "", kPatience);
    for (std::uint32_t i = 1; i < kRows / kBatchRows; ++i) {
      auto next = client->call_later({interface, 0, 0, {}}, "", kPatience);
      if (!ahead.get().status.ok()) std::abort();
      ahead = std::move(next);
    }
    if (!ahead.get().status.ok()) std::abort();
  }
  state.SetItemsProcessed(state.iterations() * kRows);
  state.counters["octets/row"] = static_cast<double>(packet.size()) / kBatchRows;
  client->close();
  server.shutdown(std::chrono::milliseconds(0));
}
BENCHMARK(RawRows)->ArgName("level")->Arg(5)->Arg(6)->UseRealTime()->Unit(benchmark::kMillisecond);

void GetObject(benchmark::State& state) {
  const Connected client(static_cast<Level>(state.range(0)));
  for (auto _ : state) {
    if (!cim::GetObject(*client.services, "Row.Id=1")) std::abort();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(GetObject)->ArgName("level")->Arg(5)->Arg(6)->UseRealTime();

/// The same from the repository of an object manager.
void GetObjectOfManager(benchmark::State& state) {
  const auto folder = base::TempDir::create("owmi-bench");
  manager::Options options;
  options.directory = *folder / "store";
  options.server_name = "BENCH";
  const auto manager = manager::Manager::open(std::move(options), {});
  if (!manager) return state.SkipWithError(manager.error().to_string().c_str());
  const auto local = *(*manager)->connect("root\\cimv2", (*manager)->local_caller(), "");
  if (!cim::PutClass(*local, remote::samples::make_class("Row", false))) std::abort();
  const cim::ClassPtr cls = cim::GetObject(*local, "Row")->cls();
  if (!cim::PutInstance(*local, *remote::samples::make_row(cls, 1).as_instance())) std::abort();
  remote::testing::LoopbackMachine server(setting().network, **manager);
  {
    remote::Machine machine(setting().network, remote::testing::LoopbackMachine::client(server.port(), static_cast<Level>(state.range(0))));
    const auto services = *machine.connect("root\\cimv2");
    for (auto _ : state) {
      if (!cim::GetObject(*services, "Row.Id=1")) std::abort();
    }
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(GetObjectOfManager)->ArgName("level")->Arg(5)->Arg(6)->UseRealTime();

/// The bound of GetObject: 200 octets to and fro over blocking sockets.
void RawPingPong(benchmark::State& state) {
  namespace asio = boost::asio;
  asio::io_context context;
  asio::ip::tcp::acceptor acceptor(context, {asio::ip::make_address("127.0.0.1"), 0});
  asio::ip::tcp::socket near(context);
  near.connect(acceptor.local_endpoint());
  asio::ip::tcp::socket far = acceptor.accept();
  near.set_option(asio::ip::tcp::no_delay(true));
  far.set_option(asio::ip::tcp::no_delay(true));
  std::thread echo([&] {
    std::array<char, 200> octets;
    boost::system::error_code error;
    while (!error) {
      asio::read(far, asio::buffer(octets), error);
      if (!error) asio::write(far, asio::buffer(octets), error);
    }
  });
  std::array<char, 200> octets{};
  for (auto _ : state) {
    asio::write(near, asio::buffer(octets));
    asio::read(near, asio::buffer(octets));
  }
  near.close();
  echo.join();
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(RawPingPong)->UseRealTime();

/// Methods with both callbacks over the wire, so many outstanding.
void ExecMethodWithCallbacks(benchmark::State& state) {
  const Connected client(static_cast<Level>(state.range(0)));
  const auto outstanding = static_cast<int>(state.range(1));
  cim::CallOptions options;
  options.delivery = cim::Delivery::kCallback;
  std::atomic<bool> failed = false;
  for (auto _ : state) {
    constexpr int kCalls = 1000;
    std::mutex mutex;
    std::condition_variable changed;
    int open = 0;
    class Gate final : public cim::Sink {
     public:
      explicit Gate(std::function<void()> ended) : ended_(std::move(ended)) {}
      base::Hresult Indicate(const cim::Batch&, cim::CallbackScope&) override { return base::codes::WBEM_S_NO_ERROR; }
      base::Hresult SetStatus(const cim::SinkStatus&, cim::CallbackScope&) override {
        ended_();
        return base::codes::WBEM_S_NO_ERROR;
      }

     private:
      const std::function<void()> ended_;
    };
    const auto sink = std::make_shared<Gate>([&] {
      const std::scoped_lock lock(mutex);
      --open;
      changed.notify_all();
    });
    for (int i = 0; i < kCalls; ++i) {
      {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return open < outstanding; });
        ++open;
      }
      if (!client.services->ExecMethodAsync("Row.Id=1", "Do", std::nullopt, options, sink).ok()) failed = true;
    }
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return failed || open == 0; });
    if (failed) return state.SkipWithError("a call did not start");
  }
  state.SetItemsProcessed(state.iterations() * 1000);
}
BENCHMARK(ExecMethodWithCallbacks)
    ->ArgNames({"level", "outstanding"})
    ->Args({5, 64})
    ->Args({6, 64})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

void ConnectToFirstRow(benchmark::State& state) {
  for (auto _ : state) {
    const Connected client(static_cast<Level>(state.range(0)));
    const auto sink = std::make_shared<Counting>();
    if (!client.services->CreateInstanceEnumAsync("One", {}, sink).ok()) std::abort();
    sink->wait();
  }
}
BENCHMARK(ConnectToFirstRow)->ArgName("level")->Arg(5)->Arg(6)->UseRealTime()->Unit(benchmark::kMillisecond);

/// The same with Kerberos and a private KDC, the caller's first ticket at hand as after kinit.
void ConnectByKerberosToFirstRow(benchmark::State& state) {
  static std::string why;
  static const auto kdc = security::testing::TestKdc::start(why);
  if (!kdc) return state.SkipWithError(("NOT MEASURED: no private KDC: " + why).c_str());
  const std::string ccache = "FILE:" + kdc->path("ccache");
  const std::string kinit = "kinit -k -t " + kdc->user_keytab() + " -c " + ccache + " alice";
  if (std::system(kinit.c_str()) != 0) return state.SkipWithError("NOT MEASURED: kinit (package krb5-user) does not work");
  security::ServerOptions security;
  security.keytab = kdc->service_keytab();
  remote::testing::LoopbackMachine::Options serving;
  serving.security = &security;
  remote::testing::LoopbackMachine server(setting().network, setting().locator, serving);
  auto options = remote::testing::LoopbackMachine::client(server.port());
  options.security.provider = security::Provider::kKerberos;
  options.security.credentials = {};
  options.security.credentials.user = "alice";
  options.security.credentials.domain = security::testing::TestKdc::kRealm;
  options.security.credentials.ccache = ccache;
  options.security.service = "host";
  options.security.known_as = "server.test.example";
  for (auto _ : state) {
    remote::Machine machine(setting().network, options);
    const auto services = machine.connect("root\\cimv2");
    if (!services) return state.SkipWithError(services.error().to_string().c_str());
    const auto sink = std::make_shared<Counting>();
    if (!(*services)->CreateInstanceEnumAsync("One", {}, sink).ok()) std::abort();
    sink->wait();
  }
}
BENCHMARK(ConnectByKerberosToFirstRow)->UseRealTime()->Unit(benchmark::kMillisecond);

/// 2,000 rows that our client reads, and that impacket's client reads from the same server: "times" is the ratio.
void AgainstImpacket(benchmark::State& state) {
  const std::string script = OWMI_SOURCE_DIR "/bench/impacket_rows.py";
  const std::string command = "/usr/bin/python3 " + script + " " + std::to_string(setting().machine.port());
  std::array<char, 256> answer{};
  std::FILE* reading = ::popen(command.c_str(), "r");
  const bool said = reading && std::fgets(answer.data(), answer.size(), reading);
  if (reading) ::pclose(reading);
  double theirs = 0;
  if (!said || std::sscanf(answer.data(), "seconds %lf", &theirs) != 1) {
    return state.SkipWithError((std::string("NOT MEASURED: ") + (said ? answer.data() : "the script does not run")).c_str());
  }
  const Connected client(Level::kPrivacy);
  const auto began = std::chrono::steady_clock::now();
  for (auto _ : state) {
    const auto sink = std::make_shared<Counting>();
    if (!client.services->ExecQueryAsync("WQL", "SELECT * FROM Few", {}, sink).ok()) std::abort();
    sink->wait();
    if (sink->rows != kFewRows) std::abort();
  }
  const std::chrono::duration<double> ours = std::chrono::steady_clock::now() - began;
  state.counters["theirs_ms"] = theirs * 1000;
  state.counters["times"] = theirs / (ours.count() / static_cast<double>(state.iterations()));
}
BENCHMARK(AgainstImpacket)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
