// What a call costs between the connection and the object, without sockets: one thread and two, with many objects exported.
#include <benchmark/benchmark.h>

#include "dcom/testing/direct_server.h"

namespace {

using namespace dcom;
using namespace dcom::testing;

struct Loaded {
  Loaded() {
    for (int i = 0; i < 100'000; ++i) {
      objects.push_back(std::make_shared<TestObject>());
      ipids.push_back(server.exporter->marshal(objects.back(), kFirst, {})->remote()->standard.ipid);
    }
  }
  DirectServer server;
  std::vector<ObjectPtr> objects;
  std::vector<Ipid> ipids;
};

Loaded& loaded() {
  static Loaded out;
  return out;
}

void DcomDispatch(benchmark::State& state) {
  Loaded& all = loaded();
  const auto interface = all.server.server.interfaces().find(interface_syntax(kFirst));
  const auto ends = std::make_shared<const rpc::ConnectionEnds>(From().ends);
  const auto sink = std::make_shared<AnswerSink>();
  const From from;
  const std::string stub = orpc_stub();
  std::size_t next = static_cast<std::size_t>(state.thread_index()) * 1000;
  for (auto _ : state) {
    rpc::IncomingCall incoming;
    incoming.interface = interface->id;
    incoming.opnum = 3;
    incoming.object = all.ipids[next = (next + 7919) % all.ipids.size()];
    incoming.stub = stub;
    incoming.level = from.level;
    incoming.peer = from.peer;
    interface->handler(std::make_shared<rpc::Call>(std::move(incoming), sink, ends));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(DcomDispatch)->Threads(1)->Threads(2)->UseRealTime();

/// An object that comes and goes: marshal, release.
void DcomMarshalRelease(benchmark::State& state) {
  Loaded& all = loaded();
  for (auto _ : state) {
    const auto objref = all.server.exporter->marshal(std::make_shared<TestObject>(), kFirst, From().ends, "alice@192.0.2.9");
    all.server.exporter->take(*objref);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(DcomMarshalRelease);

/// What happens once in ten seconds with 100,000 objects.
void DcomCheckTime(benchmark::State& state) {
  Loaded& all = loaded();
  for (auto _ : state) {
    all.server.clock.advance(std::chrono::seconds(10));
    all.server.exporter->check_time();
  }
}
BENCHMARK(DcomCheckTime)->Iterations(20);

}  // namespace
