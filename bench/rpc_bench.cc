// RPC on loopback between our client and our server, with NTLM: round trips, requests in flight, streams; and raw sockets beside them.
#include <benchmark/benchmark.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "rpc/client.h"
#include "rpc/ndr.h"
#include "rpc/server.h"

namespace {

using namespace rpc;
using security::Level;
constexpr std::chrono::seconds kPatience(60);
const SyntaxId kEcho{base::Guid{1, 2, 3, {}}, 1, 0};

/// Operation 0 gives back 200 octets, operation n gives n KiB.
class Loopback {
 public:
  Loopback() : network_(2) {
    accounts_.add({"alice", security::nt_hash("secret"), "nobody", {}, false});
    ServerOptions options;
    options.security = &security_;
    options.accounts = &accounts_;
    options.local_peer = [](const LocalIdentity&) { return std::make_shared<const security::Peer>(); };
    server_ = std::make_unique<Server>(network_, options);
    server_->interfaces().add({kEcho, 0x10000, Level::kNone, fault::kAccessDenied, [this](const std::shared_ptr<Call>& call) {
                                 const std::size_t size = call->opnum() == 0 ? 200 : std::size_t{call->opnum()} << 10;
                                 call->respond(std::string_view(answer_).substr(0, size));
                               }});
    port_ = *server_->listen("127.0.0.1", 0);
    if (!server_->listen_local(path(), 0600).ok()) std::abort();
  }

  std::shared_ptr<Client> connect(Level level) {
    auto client = *Client::connect(network_, {.host = "127.0.0.1", .port = port_});
    std::optional<Client::Login> login;
    if (level != Level::kNone) {
      login.emplace();
      login->options.provider = security::Provider::kNtlm;
      login->credentials.user = "alice";
      login->credentials.password = "secret";
      login->level = level;
    }
    if (!client->bind({kEcho}, std::move(login), kPatience).status.ok()) std::abort();
    return client;
  }

  std::shared_ptr<Client> connect_local() {
    Client::Options options;
    options.local_path = path();
    auto client = *Client::connect(network_, options);
    if (!client->bind({kEcho}, {}, kPatience).status.ok()) std::abort();
    return client;
  }

 private:
  static std::string path() { return "@openwmi-bench-" + std::to_string(::getpid()); }

  security::ServerOptions security_;
  security::AccountList accounts_;
  std::string answer_ = std::string(4 << 20, 'x');
  Network network_;
  std::unique_ptr<Server> server_;
  std::uint16_t port_ = 0;
};

Loopback& loopback() {
  static Loopback the;
  return the;
}

void RoundTrip(benchmark::State& state) {
  const auto client = loopback().connect(static_cast<Level>(state.range(0)));
  for (auto _ : state) {
    if (!client->call({kEcho, 0, 0, {}}, std::string(200, 'q'), kPatience).status.ok()) std::abort();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(RoundTrip)->ArgName("level")->Arg(1)->Arg(5)->Arg(6)->UseRealTime();

void LocalRoundTrip(benchmark::State& state) {
  const auto client = loopback().connect_local();
  for (auto _ : state) {
    if (!client->call({kEcho, 0, 0, {}}, std::string(200, 'q'), kPatience).status.ok()) std::abort();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(LocalRoundTrip)->UseRealTime();

/// A thousand calls per iteration, so many of them at once.
void InFlight(benchmark::State& state) {
  const auto client = loopback().connect(static_cast<Level>(state.range(0)));
  const auto window = static_cast<int>(state.range(1));
  constexpr int kCalls = 1000;
  for (auto _ : state) {
    std::mutex mutex;
    std::condition_variable done;
    std::atomic<int> started = 0;
    int finished = 0;
    std::function<void()> next = [&] {
      if (started.fetch_add(1) >= kCalls) return;
      client->call({kEcho, 0, 0, {}}, std::string(200, 'q'), kPatience, [&](const Reply& reply) {
        if (!reply.status.ok()) std::abort();
        next();
        const std::lock_guard lock(mutex);
        if (++finished == kCalls) done.notify_all();
      });
    };
    for (int i = 0; i < window; ++i) next();
    std::unique_lock lock(mutex);
    done.wait(lock, [&] { return finished == kCalls; });
  }
  state.SetItemsProcessed(state.iterations() * kCalls);
}
BENCHMARK(InFlight)->ArgNames({"level", "window"})->Args({5, 64})->Args({6, 64})->UseRealTime();

void stream(benchmark::State& state, Client& client, std::uint16_t kib) {
  for (auto _ : state) {
    // One request ahead, as enumerators read.
    auto first = client.call_later({kEcho, 0, kib, {}}, "", kPatience);
    auto second = client.call_later({kEcho, 0, kib, {}}, "", kPatience);
    if (first.get().stub.size() != std::size_t{kib} << 10 || !second.get().status.ok()) std::abort();
  }
  state.SetBytesProcessed(state.iterations() * 2 * (kib << 10));
}

void Stream(benchmark::State& state) {
  stream(state, *loopback().connect(static_cast<Level>(state.range(0))), static_cast<std::uint16_t>(state.range(1)));
}
BENCHMARK(Stream)->ArgNames({"level", "KiB"})->Args({1, 64})->Args({5, 64})->Args({6, 64})->Args({5, 1024})->Args({6, 1024})->UseRealTime();

void LocalStream(benchmark::State& state) { stream(state, *loopback().connect_local(), static_cast<std::uint16_t>(state.range(0))); }
BENCHMARK(LocalStream)->ArgName("KiB")->Arg(64)->Arg(1024)->UseRealTime();

void Connect(benchmark::State& state) {
  for (auto _ : state) {
    const auto client = loopback().connect(Level::kIntegrity);
    if (!client->call({kEcho, 0, 0, {}}, "", kPatience).status.ok()) std::abort();
  }
}
BENCHMARK(Connect)->UseRealTime();

/// The baseline: 200 octets to and fro over blocking sockets.
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
  near.shutdown(asio::socket_base::shutdown_both);
  echo.join();
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(RawPingPong)->UseRealTime();

/// NDR alone: an array of ten structures with a string each, there and back.
void Ndr(benchmark::State& state) {
  for (auto _ : state) {
    std::string stub;
    NdrWriter out(stub);
    out.construct([&] {
      out.conformance(10);
      for (int i = 0; i < 10; ++i) {
        out.u32(7);
        out.pointer();
        out.defer([&] { out.wide_string("a string of some length"); });
      }
    });
    NdrReader in(stub);
    in.construct([&] {
      const std::uint32_t count = in.conformance(8, "array");
      for (std::uint32_t i = 0; i < count; ++i) {
        benchmark::DoNotOptimize(in.u32());
        if (in.pointer()) in.defer([&] { benchmark::DoNotOptimize(in.wide_string("text")); });
      }
    });
    if (!in.ok()) std::abort();
  }
}
BENCHMARK(Ndr);

}  // namespace
