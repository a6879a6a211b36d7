// For tests, fuzz targets and benchmarks: an exporter and a resolver whose calls are made by hand, without sockets.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "dcom/exporter.h"
#include "dcom/resolver.h"
#include "rpc/network.h"
#include "rpc/server.h"

namespace dcom::testing {

inline constexpr Guid kFirst{0x11111111, 1, 1, {}};
inline constexpr Guid kSecond{0x22222222, 2, 2, {}};
inline constexpr Guid kClass{0xC1A55000, 3, 3, {}};

/// Has the interfaces kFirst and kSecond. Operation 3 answers with the causality id, 4 keeps the call, 5 fails with a text, 6 drops it.
class TestObject final : public Object {
 public:
  bool implements(const Guid& iid) const override { return iid == kFirst || iid == kSecond; }
  void call(ObjectCallPtr call) override {
    ++calls;
    if (call->opnum() == 3) {
      call->respond(base::codes::WBEM_S_NO_ERROR, [&](rpc::NdrWriter& out) { out.guid(call->causality()); });
    } else if (call->opnum() == 4) {
      const std::lock_guard lock(mutex);
      kept.push_back(std::move(call));
    } else if (call->opnum() == 5) {
      call->respond(base::Status(base::codes::WBEM_E_NOT_FOUND, "nothing there"), {});
    } else if (call->opnum() > 6) {
      call->fault(rpc::fault::kOpnumRange);
    }
  }
  void released() override { ++releases; }

  std::atomic<int> calls{0};
  std::atomic<int> releases{0};
  std::mutex mutex;
  std::vector<ObjectCallPtr> kept;
};

/// What came back.
struct Answer {
  std::optional<std::uint32_t> fault;
  bool executed = true;
  std::string stub;
  int count = 0;
};

class AnswerSink final : public rpc::CallSink {
 public:
  void respond(std::uint64_t, std::string_view stub) override {
    const std::lock_guard lock(mutex_);
    ++answer_.count;
    answer_.stub = stub;
  }
  void fault(std::uint64_t, std::uint32_t status, bool executed) override {
    const std::lock_guard lock(mutex_);
    ++answer_.count;
    answer_.fault = status;
    answer_.executed = executed;
  }
  Answer answer() const {
    const std::lock_guard lock(mutex_);
    return answer_;
  }

 private:
  mutable std::mutex mutex_;
  Answer answer_;
};

inline std::shared_ptr<const security::Peer> peer_named(std::string name) {
  security::Peer out;
  out.user = name;
  out.account.name = std::move(name);
  return std::make_shared<const security::Peer>(std::move(out));
}

/// Who calls, and how.
struct From {
  security::Level level = security::Level::kIntegrity;
  std::shared_ptr<const security::Peer> peer = peer_named("alice");
  rpc::ConnectionEnds ends{{"192.0.2.1", 135}, {"192.0.2.9", 50000}, {}};
  static From nobody() { return {security::Level::kNone, nullptr}; }
};

/// Calls made by hand never go there, so one is enough for all servers.
inline rpc::Network& idle_network() {
  static rpc::Network network(1);
  return network;
}

class DirectServer {
 public:
  explicit DirectServer(Exporter::Options exporting = {}, Resolver::Options resolving = {}) : server(idle_network(), {}) {
    if (exporting.bindings.object_port == 0) exporting.bindings.object_port = 49152;
    exporting.clock = resolving.clock = &clock;
    exporter = std::make_unique<Exporter>(server, std::move(exporting));
    resolving.exporter = exporter.get();
    resolver = std::make_unique<Resolver>(server, resolving);
    const Guid offered[] = {kFirst, kSecond};
    exporter->offer(offered);
  }

  /// `answer`: where it comes, for calls that are answered later.
  Answer call(const Guid& iid, std::uint16_t opnum, std::string stub, std::optional<Guid> object = {}, const From& from = {},
              std::shared_ptr<AnswerSink> answer = std::make_shared<AnswerSink>()) {
    const auto interface = server.interfaces().find(interface_syntax(iid));
    if (!interface) return {rpc::fault::kUnknownInterface, false, {}, 1};
    // As a connection does.
    if (from.level < interface->least_level) return {interface->below_level, false, {}, 1};
    rpc::IncomingCall incoming;
    incoming.interface = interface->id;
    incoming.opnum = opnum;
    incoming.object = object;
    incoming.stub = std::move(stub);
    incoming.level = from.level;
    incoming.peer = from.peer;
    incoming.association = 1;
    auto ends = std::make_shared<const rpc::ConnectionEnds>(from.ends);
    interface->handler(std::make_shared<rpc::Call>(std::move(incoming), answer, std::move(ends)));
    return answer->answer();
  }

  base::ManualClock clock;
  rpc::Server server;
  std::unique_ptr<Exporter> exporter;
  std::unique_ptr<Resolver> resolver;
};

/// An ORPCTHIS and what `parameters` writes behind it.
template <class F>
std::string orpc_stub(F&& parameters, OrpcThis header = {}) {
  std::string out;
  rpc::NdrWriter writer(out);
  header.write(writer);
  parameters(writer);
  return out;
}
inline std::string orpc_stub(OrpcThis header = {}) {
  return orpc_stub([](rpc::NdrWriter&) {}, std::move(header));
}

}  // namespace dcom::testing
