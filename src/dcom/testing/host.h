// For tests and benchmarks: a machine that exports objects, on loopback ports and a UNIX socket.
#pragma once

#include <unistd.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "dcom/client.h"
#include "dcom/exporter.h"
#include "dcom/resolver.h"
#include "rpc/server.h"
#include "security/crypto.h"

namespace dcom::testing {

inline constexpr Guid kTestClass{0x11111111, 1, 1, {}};
inline constexpr Guid kEcho{0x22222222, 1, 1, {}};
inline constexpr Guid kOther{0x33333333, 1, 1, {}};
inline constexpr Guid kUnoffered{0x44444444, 1, 1, {}};  // objects have it, but it cannot be bound

inline bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 4000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

/// What an object does, and what was done to it.
class EchoObject : public Object, public std::enable_shared_from_this<EchoObject> {
 public:
  enum : std::uint16_t { kEchoNumber = 3, kKeep = 4, kFailWithText = 5, kMake = 6, kGive = 7, kSuccessCode = 8 };
  using Give = std::function<std::vector<Objref>(const ObjectCallPtr&, std::uint32_t count)>;

  bool implements(const Guid& iid) const override { return iid == kEcho || iid == kOther || iid == kUnoffered; }
  void released() override { ++releases; }

  void call(ObjectCallPtr call) override {
    last_level = call->level();
    if (call->peer()) {
      const std::lock_guard lock(mutex);
      last_target = call->peer()->target_name;
    }
    switch (call->opnum()) {
      case kEchoNumber: {
        const std::uint32_t number = call->parameters().u32();
        return call->respond(WBEM_S_NO_ERROR, [&](rpc::NdrWriter& out) { out.u32(number); });
      }
      case kKeep: {
        const std::lock_guard lock(mutex);
        kept.push_back(call);
        changed.notify_all();
        return;
      }
      case kFailWithText: return call->respond(base::Status(WBEM_E_NOT_FOUND, "nothing of that name"), {});
      case kSuccessCode: return call->respond(WBEM_S_FALSE, [](rpc::NdrWriter& out) { out.u32(7); });
      case kMake:
      case kGive: {
        const auto given = give(call, call->parameters().u32());
        return call->respond(WBEM_S_NO_ERROR, [&](rpc::NdrWriter& out) {
          for (const Objref& objref : given) write_interface_pointer(out, objref);
        });
      }
      default: return call->fault(rpc::fault::kOpnumRange);
    }
  }

  ObjectCallPtr wait_kept(std::size_t count = 1) {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, std::chrono::seconds(20), [&] { return kept.size() >= count; });
    return kept.size() >= count ? kept[count - 1] : nullptr;
  }
  void let_go() {
    std::vector<ObjectCallPtr> calls;
    const std::lock_guard lock(mutex);
    calls.swap(kept);
  }

  Give give;
  std::atomic<int> releases{0};
  std::atomic<security::Level> last_level{security::Level::kNone};
  std::mutex mutex;
  std::string last_target;  // of the caller's login
  std::condition_variable changed;
  std::vector<ObjectCallPtr> kept;
};

/// One machine with the accounts alice (secret). Its clock stands still until told.
class Host {
 public:
  struct Options {
    std::string local_path;  // serves there, too
    std::uint16_t endpoint_port = 0;
    std::function<bool(const rpc::Call&)> may_call;
    bool no_names = true;
  };
  explicit Host(rpc::Network& network) : Host(network, Options()) {}
  Host(rpc::Network& network, Options options) : local_path(options.local_path) {
    if (!security::crypto_ready().ok()) std::abort();
    accounts_.add({"alice", security::nt_hash("secret"), "nobody", {}, false});
    rpc::ServerOptions server;
    server.security = &security_;
    server.accounts = &accounts_;
    server.local_peer = [](const rpc::LocalIdentity& identity) {
      auto peer = std::make_shared<security::Peer>();
      peer->user = std::to_string(identity.uid);
      return peer;
    };
    endpoint_server = std::make_unique<rpc::Server>(network, server);
    object_server = std::make_unique<rpc::Server>(network, server);
    endpoint_port = *endpoint_server->listen("127.0.0.1", options.endpoint_port);
    Exporter::Options exports;
    exports.bindings.endpoint_port = endpoint_port;
    exports.bindings.object_port = *object_server->listen("127.0.0.1", 0);
    exports.bindings.local_path = local_path;
    exports.clock = &clock;
    exports.random = &random_;
    exports.may_call = [this, asked = options.may_call](const rpc::Call& call) {
      if (call.interface().uuid == iid::kRemUnknown && call.opnum() == kRemRelease) ++release_calls;
      return !asked || asked(call);
    };
    // On a UNIX socket one server answers for all.
    rpc::Server& serving = local_path.empty() ? *object_server : *endpoint_server;
    exporter = std::make_unique<Exporter>(serving, exports);
    exporter->offer(std::array{kEcho, kOther});
    Resolver::Options resolves;
    resolves.exporter = exporter.get();
    resolves.clock = &clock;
    resolves.random = &random_;
    resolver = std::make_unique<Resolver>(*endpoint_server, resolves);
    count_pings();
    object = std::make_shared<EchoObject>();
    object->give = [this](const ObjectCallPtr& call, std::uint32_t count) { return make(call->ends(), count); };
    resolver->add_class(kTestClass, [this](const rpc::Call&) -> base::Result<ObjectPtr> { return object; });
    if (!local_path.empty() && !endpoint_server->listen_local(local_path, 0600).ok()) std::abort();
  }
  ~Host() {
    stop();
    resolver.reset();
    exporter.reset();
  }
  void stop() {
    object->let_go();
    endpoint_server->shutdown(std::chrono::milliseconds(0));
    object_server->shutdown(std::chrono::milliseconds(0));
    object->let_go();
  }

  /// New objects for whoever is at `ends`.
  std::vector<Objref> make(const rpc::ConnectionEnds& ends, std::uint32_t count) {
    std::vector<Objref> out;
    for (std::uint32_t i = 0; i < count; ++i) out.push_back(*exporter->marshal(std::make_shared<EchoObject>(), kEcho, ends));
    return out;
  }

  dcom::Machine address() const {
    if (!local_path.empty()) return {"", 0, local_path};
    return {"127.0.0.1", endpoint_port, ""};
  }

  base::ManualClock clock;
  std::atomic<int> release_calls{0};
  std::atomic<int> simple_pings{0};
  std::atomic<int> complex_pings{0};
  std::string local_path;
  std::uint16_t endpoint_port = 0;
  std::unique_ptr<rpc::Server> endpoint_server;
  std::unique_ptr<rpc::Server> object_server;
  std::unique_ptr<Exporter> exporter;
  std::unique_ptr<Resolver> resolver;
  std::shared_ptr<EchoObject> object;

 private:
  void count_pings() {
    auto exporting = *endpoint_server->interfaces().find(interface_syntax(iid::kObjectExporter));
    exporting.handler = [this, real = exporting.handler](const std::shared_ptr<rpc::Call>& call) {
      if (call->opnum() == kSimplePing) ++simple_pings;
      if (call->opnum() == kComplexPing) ++complex_pings;
      real(call);
    };
    endpoint_server->interfaces().add(std::move(exporting));
  }

  security::ServerOptions security_;
  security::AccountList accounts_;
  base::SystemRandom random_;
};

inline Security alice(security::Provider provider = security::Provider::kSpnego, security::Level level = security::Level::kPrivacy) {
  Security out;
  out.provider = provider;
  out.level = level;
  out.credentials.user = "alice";
  out.credentials.password = "secret";
  return out;
}

/// EchoObject's numbers.
inline void number(rpc::NdrWriter& out, std::uint32_t value) { out.u32(value); }
inline base::Result<std::uint32_t> echo(Proxy& proxy, std::uint32_t value, std::chrono::milliseconds timeout = std::chrono::seconds(20)) {
  const ObjectReply reply = proxy.call(EchoObject::kEchoNumber, [&](rpc::NdrWriter& out) { number(out, value); }, timeout);
  if (!reply.status.ok()) return base::fail(reply.status);
  return reply.results().u32();
}
/// New objects' references.
inline std::vector<Objref> made(Proxy& proxy, std::uint32_t count, std::uint16_t opnum = EchoObject::kMake) {
  const ObjectReply reply = proxy.call(opnum, [&](rpc::NdrWriter& out) { number(out, count); }, std::chrono::seconds(20));
  std::vector<Objref> out;
  rpc::NdrReader in = reply.results();
  for (std::uint32_t i = 0; i < count; ++i) {
    auto one = read_interface_pointer(in);
    if (one && *one) out.push_back(std::move(**one));
  }
  return out;
}

}  // namespace dcom::testing
