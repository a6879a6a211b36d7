// Calls on objects over loopback between our client and our exporter, beside calls of RPC alone on the same server.
#include <benchmark/benchmark.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "dcom/testing/host.h"

namespace {

using namespace dcom;
using security::Level;
constexpr std::chrono::seconds kPatience(60);
constexpr int kCalls = 1000;  // per iteration, where many are outstanding

struct Loopback {
  Loopback() : host(network), client(network, {}) {}

  ProxyPtr proxy(Level level) {
    auto made = client.activate(host.address(), testing::alice(security::Provider::kNtlm, level), testing::kTestClass, testing::kEcho);
    if (!made) std::abort();
    return *made;
  }

  /// A connection to the port of the objects, for an interface that answers with the octets of an empty method.
  std::shared_ptr<rpc::Client> raw(Level level) {
    host.object_server->interfaces().add({rpc::SyntaxId{Guid{5, 5, 5, {}}, 1, 0}, 0x10000, Level::kNone, rpc::fault::kAccessDenied,
                                          [](const std::shared_ptr<rpc::Call>& call) { call->respond(std::string(12, '\0')); }});
    auto rpc = rpc::Client::connect(network, {.host = "127.0.0.1", .port = host.exporter->bindings().object_port});
    if (!rpc) std::abort();
    rpc::Client::Login login;
    login.options.provider = security::Provider::kNtlm;
    login.credentials = testing::alice().credentials;
    login.level = level;
    if (!(*rpc)->bind({rpc::SyntaxId{Guid{5, 5, 5, {}}, 1, 0}}, login, kPatience).status.ok()) std::abort();
    return *rpc;
  }

  rpc::Network network{2};
  testing::Host host;
  Client client;
};

Loopback& loopback() {
  static Loopback the;
  return the;
}

/// Keeps `window` calls outstanding until kCalls are over. `start` is given what to call when one is.
template <class Start>
void in_flight(int window, Start&& start) {
  std::mutex mutex;
  std::condition_variable changed;
  std::atomic<int> started = 0;
  int finished = 0;
  std::function<void()> next = [&] {
    if (started.fetch_add(1) >= kCalls) return;
    start([&] {
      next();
      const std::lock_guard lock(mutex);
      if (++finished == kCalls) changed.notify_all();
    });
  };
  for (int i = 0; i < window; ++i) next();
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return finished == kCalls; });
}

const std::function<void(rpc::NdrWriter&)> kNumber = [](rpc::NdrWriter& out) { out.u32(1); };

void Object(benchmark::State& state) {
  const ProxyPtr proxy = loopback().proxy(static_cast<Level>(state.range(0)));
  const auto window = static_cast<int>(state.range(1));
  for (auto _ : state) {
    if (window == 1) {
      if (!proxy->call(testing::EchoObject::kEchoNumber, kNumber).delivered) std::abort();
      continue;
    }
    in_flight(window, [&](const std::function<void()>& done) {
      proxy->call(testing::EchoObject::kEchoNumber, kNumber, kPatience, [done](const ObjectReply& reply) {
        if (!reply.delivered) std::abort();
        done();
      });
    });
  }
  state.SetItemsProcessed(state.iterations() * (window == 1 ? 1 : kCalls));
}
BENCHMARK(Object)->ArgNames({"level", "window"})->ArgsProduct({{5, 6}, {1, 64}})->UseRealTime();

/// RPC without DCOM, with as many octets.
void Raw(benchmark::State& state) {
  const auto rpc = loopback().raw(static_cast<Level>(state.range(0)));
  const auto window = static_cast<int>(state.range(1));
  const rpc::OutgoingCall what{rpc::SyntaxId{Guid{5, 5, 5, {}}, 1, 0}, 0, 3, Guid{6, 6, 6, {}}};
  const std::string stub(36, '\0');
  for (auto _ : state) {
    if (window == 1) {
      if (!rpc->call(what, stub, kPatience).status.ok()) std::abort();
      continue;
    }
    in_flight(window, [&](const std::function<void()>& done) {
      rpc->call(what, stub, kPatience, [done](const rpc::Reply& reply) {
        if (!reply.status.ok()) std::abort();
        done();
      });
    });
  }
  state.SetItemsProcessed(state.iterations() * (window == 1 ? 1 : kCalls));
}
BENCHMARK(Raw)->ArgNames({"level", "window"})->ArgsProduct({{5, 6}, {1, 64}})->UseRealTime();

/// From nothing to a proxy and back: three connections, two logins, a release.
void Activate(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(loopback().proxy(Level::kPrivacy));
}
BENCHMARK(Activate)->UseRealTime();

/// A reference of the same exporter to a proxy, and its release.
void Unmarshal(benchmark::State& state) {
  const ProxyPtr proxy = loopback().proxy(Level::kPrivacy);
  std::vector<Objref> given;
  for (auto _ : state) {
    if (given.empty()) {
      state.PauseTiming();
      given = testing::made(*proxy, 1000);
      state.ResumeTiming();
    }
    benchmark::DoNotOptimize(proxy->unmarshal(given.back()));
    given.pop_back();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(Unmarshal)->UseRealTime();

}  // namespace
