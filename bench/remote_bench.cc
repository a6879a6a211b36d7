// MS-WMI on loopback between our client and our server, with NTLM; beside it the raw streams, round trips and ping-pong that bound it.
#include <benchmark/benchmark.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "cim/calls.h"
#include "remote/message_samples.h"
#include "remote/testing/loopback_machine.h"
#include "rpc/client.h"
#include "rpc/server.h"

namespace {

using security::Level;
constexpr std::uint32_t kBatchRows = 1000;
constexpr std::uint32_t kRows = 100'000;

/// Serves rows that are there, without a manager: what is measured is the way.
class Rows final : public cim::Services {
 public:
  Rows() : batch_(remote::samples::make_batch(remote::samples::make_class("Row"), kBatchRows)), one_(cim::batch_of(batch_.object(0))) {}

  const std::string& name_space() const override { return name_space_; }
  const std::vector<std::string>& locales() const override { return locales_; }
  base::Status OpenNamespaceAsync(const cim::OptionalText&, const cim::CallOptions&, NamespaceDone) override { return refuse(); }
  base::Status CancelAsyncCall(const cim::SinkPtr&) override { return {}; }
  base::Result<cim::SinkPtr> QueryObjectSink(std::uint32_t) override { return base::fail(refuse()); }
  base::Status GetObjectAsync(const cim::OptionalText&, const cim::CallOptions&, cim::SinkPtr sink) override {
    return give(std::move(sink), one_, 1);
  }
  base::Status PutClassAsync(const cim::ClassPtr&, const cim::CallOptions&, cim::SinkPtr) override { return refuse(); }
  base::Status DeleteClassAsync(const cim::OptionalText&, const cim::CallOptions&, cim::SinkPtr) override { return refuse(); }
  base::Status CreateClassEnumAsync(const cim::OptionalText&, const cim::CallOptions&, cim::SinkPtr) override { return refuse(); }
  base::Status PutInstanceAsync(const std::optional<cim::Instance>&, const cim::CallOptions&, cim::SinkPtr) override { return refuse(); }
  base::Status DeleteInstanceAsync(const cim::OptionalText&, const cim::CallOptions&, cim::SinkPtr) override { return refuse(); }
  base::Status CreateInstanceEnumAsync(const cim::OptionalText& name, const cim::CallOptions&, cim::SinkPtr sink) override {
    return *name == "One" ? give(std::move(sink), one_, 1) : give(std::move(sink), batch_, kRows / kBatchRows);
  }
  base::Status ExecQueryAsync(const cim::OptionalText&, const cim::OptionalText&, const cim::CallOptions&, cim::SinkPtr) override {
    return refuse();
  }
  base::Status ExecNotificationQueryAsync(const cim::OptionalText&, const cim::OptionalText&, const cim::CallOptions&,
                                          cim::SinkPtr) override {
    return refuse();
  }
  base::Status ExecMethodAsync(const cim::OptionalText&, const cim::OptionalText&, const std::optional<cim::Instance>&,
                               const cim::CallOptions&, cim::SinkPtr sink) override {
    return give(std::move(sink), one_, 1);
  }

 private:
  /// One producer at work: goes on where an answer was deferred.
  struct Play : std::enable_shared_from_this<Play> {
    struct Scope final : cim::CallbackScope {
      struct Later final : cim::DeferredReply {
        explicit Later(std::shared_ptr<Play> waiting) : play(std::move(waiting)) {}
        void complete(base::Hresult result) override {
          if (base::succeeded(result)) {
            play->answer();
          } else {
            play->left = 0;
            play->answer();
          }
        }
        std::shared_ptr<Play> play;
      };
      explicit Scope(std::shared_ptr<Play> playing) : play(std::move(playing)) {}
      std::unique_ptr<cim::DeferredReply> defer() override {
        play->waits = 2;  // for the answer and for the return of the callback
        return std::make_unique<Later>(play);
      }
      std::shared_ptr<Play> play;
    };
    void answer() {
      if (waits.fetch_sub(1) == 1) run();
    }
    void run() {
      Scope scope(shared_from_this());
      while (left > 0) {
        --left;
        waits = 0;
        sink->Indicate(batch, scope);
        if (waits != 0 && waits.fetch_sub(1) != 1) return;
      }
      sink->SetStatus({}, scope);
    }
    cim::SinkPtr sink;
    cim::Batch batch;
    std::uint32_t left = 0;
    std::atomic<int> waits{0};
  };
  static base::Status refuse() { return base::codes::WBEM_E_NOT_SUPPORTED; }
  base::Status give(cim::SinkPtr sink, const cim::Batch& batch, std::uint32_t times) {
    auto play = std::make_shared<Play>();
    play->sink = std::move(sink);
    play->batch = batch;
    play->left = times;
    play->run();
    return {};
  }
  const cim::Batch batch_;
  const cim::Batch one_;
  const std::string name_space_ = "root\\cimv2";
  const std::vector<std::string> locales_{"MS_409"};
};

class RowsLocator final : public cim::Locator {
 public:
  base::Result<cim::ServicesPtr> connect(std::string_view, const cim::Caller&, std::string_view) override { return services_; }

 private:
  const cim::ServicesPtr services_ = std::make_shared<Rows>();
};

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

/// Counts rows and waits for the end.
class Counting final : public cim::Sink {
 public:
  base::Hresult Indicate(const cim::Batch& batch, cim::CallbackScope&) override {
    rows += batch.size();
    return base::codes::WBEM_S_NO_ERROR;
  }
  base::Hresult SetStatus(const cim::SinkStatus& status, cim::CallbackScope&) override {
    if (base::failed(status.code)) std::abort();
    const std::scoped_lock lock(mutex_);
    ++ended_;
    changed_.notify_all();
    return base::codes::WBEM_S_NO_ERROR;
  }
  void wait(int ends = 1) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ended_ >= ends; });
  }
  std::size_t rows = 0;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int ended_ = 0;
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

}  // namespace
