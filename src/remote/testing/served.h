// For tests of the server: a host that serves a FakeServices, and a client of it with a sink, on loopback with NTLM. The clock stands
// still.
#pragma once

#include <gtest/gtest.h>

#include "cim/calls.h"
#include "cim/testing/fake_services.h"
#include "remote/messages.h"
#include "remote/refresher_messages.h"
#include "remote/server.h"
#include "security/crypto.h"

namespace remote::testing {

using namespace std::chrono_literals;
using cim::Operation;
using cim::testing::FakeServices;
using cim::testing::Script;

inline bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 4000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(5ms);
  }
  return false;
}

inline cim::ClassPtr row_class() {
  static const cim::ClassPtr cls = [] {
    cim::ClassBuilder builder("Row");
    EXPECT_TRUE(builder.put_property("Id", {cim::CimType::kUint32}).ok());
    EXPECT_TRUE(builder.put_property("Filler", {cim::CimType::kString}).ok());
    EXPECT_TRUE(builder.put_property_qualifier("Id", cim::Qualifier{"key", {cim::CimType::kBoolean}, cim::Value::boolean(true), 0}).ok());
    return *builder.build();
  }();
  return cls;
}
inline cim::Instance row(std::uint32_t id, std::size_t filler = 0) {
  cim::InstanceBuilder builder(row_class());
  EXPECT_TRUE(builder.set("Id", cim::Value::uint(id)).ok());
  EXPECT_TRUE(builder.set("Filler", filler == 0 ? cim::Value() : cim::Value::text(std::string(filler, 'x'))).ok());
  return builder.build();
}
inline cim::Batch rows(std::uint32_t first, std::uint32_t count, std::size_t filler = 0) {
  cim::BatchBuilder builder;
  builder.set_decorated(false);
  for (std::uint32_t i = 0; i < count; ++i) builder.add(cim::Object(row(first + i, filler)));
  return builder.take();
}
inline std::uint64_t id_of(const cim::Object& object) { return object.get("Id")->as_uint().value(); }
inline cim::ObjectPtr extended_status(const std::string& description) {
  cim::ClassBuilder builder("__ExtendedStatus");
  EXPECT_TRUE(builder.put_property("Description", {cim::CimType::kString}).ok());
  cim::InstanceBuilder instance(*builder.build());
  EXPECT_TRUE(instance.set("Description", cim::Value::text(description)).ok());
  return std::make_shared<const cim::Object>(instance.build());
}

/// FakeServices with the flag that a test needs, and what QueryObjectSink gives.
class Namespace final : public FakeServices {
 public:
  using FakeServices::FakeServices;
  ~Namespace() override { join(); }
  bool requires_encryption() const override { return encrypted; }
  base::Result<cim::SinkPtr> QueryObjectSink(std::uint32_t) override {
    if (!events) return base::fail(WBEM_E_NOT_SUPPORTED, "no events here");
    return events;
  }
  std::atomic<bool> encrypted{false};
  cim::SinkPtr events;
};

/// A client's sink: records, and answers as told.
class TestSink final : public dcom::Object {
 public:
  bool implements(const Guid& iid) const override { return iid == iid::kObjectSink; }
  void released() override { ++releases; }
  void call(dcom::ObjectCallPtr call) override {
    rpc::NdrReader in = call->parameters();
    std::unique_lock lock(mutex);
    last_level = call->level();
    if (call->opnum() == 3) {
      const bool plain = rpc::NdrReader(in).u32() != 0;
      auto batch = read_indicate(in, cache);
      if (!batch) return call->respond(batch.error().code());
      batches.push_back(*batch);
      plain_calls.push_back(plain);
    } else {
      auto status = read_set_status(in, nullptr);
      if (!status) return call->respond(status.error().code());
      statuses.push_back(*status);
    }
    outstanding = std::max(outstanding, ++open);
    changed.notify_all();
    if (hang) {
      kept.push_back(std::move(call));
      return;
    }
    --open;
    const base::Hresult code = answer;
    lock.unlock();
    call->respond(code);
  }
  bool wait_for(const std::function<bool()>& condition) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, 20s, condition);
  }
  bool wait_final() {
    return wait_for([this] { return !statuses.empty() && statuses.back().flags == 0; });
  }
  base::Hresult final_code() {
    const std::scoped_lock lock(mutex);
    return statuses.empty() ? WBEM_S_PENDING : base::Hresult{statuses.back().result};
  }
  std::size_t rows() {
    const std::scoped_lock lock(mutex);
    std::size_t n = 0;
    for (const auto& batch : batches) n += batch.size();
    return n;
  }
  /// Answers what was kept.
  void let_go(base::Hresult code = WBEM_S_NO_ERROR) {
    std::vector<dcom::ObjectCallPtr> calls;
    {
      const std::scoped_lock lock(mutex);
      calls.swap(kept);
      open -= static_cast<int>(calls.size());
    }
    for (const auto& call : calls) call->respond(code);
  }

  std::mutex mutex;
  std::condition_variable changed;
  ClassCache cache;
  std::vector<cim::Batch> batches;
  std::vector<bool> plain_calls;
  std::vector<SetStatusRequest> statuses;
  std::vector<dcom::ObjectCallPtr> kept;
  base::Hresult answer = WBEM_S_NO_ERROR;
  bool hang = false;
  int open = 0;
  int outstanding = 0;  // at most
  security::Level last_level = security::Level::kNone;
  std::atomic<int> releases{0};
};

/// Log lines.
class Lines final : public base::Log {
 public:
  bool enabled(base::LogLevel) const override { return true; }
  void write(base::LogLevel, std::string_view message) override {
    const std::scoped_lock lock(mutex_);
    lines_.emplace_back(message);
  }
  bool have(std::string_view part) {
    const std::scoped_lock lock(mutex_);
    return std::ranges::any_of(lines_, [&](const std::string& line) { return line.find(part) != std::string::npos; });
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> lines_;
};

/// One rpc::Server with exporter and resolver; accounts alice (secret), bob (builder).
struct Side {
  Side(rpc::Network& network, const base::Clock& clock) {
    if (!security::crypto_ready().ok()) std::abort();
    accounts.add({"alice", security::nt_hash("secret"), "nobody", {security::Sid{5, {21, 1, 2, 3, 1000}}}, false});
    accounts.add({"bob", security::nt_hash("builder"), "nobody", {security::Sid{5, {21, 1, 2, 3, 1001}}}, false});
    rpc::ServerOptions options;
    options.security = &security;
    options.accounts = &accounts;
    server = std::make_unique<rpc::Server>(network, options);
    port = *server->listen("127.0.0.1", 0);
    dcom::Exporter::Options exports;
    exports.bindings.endpoint_port = port;
    exports.bindings.object_port = port;
    exports.clock = &clock;
    exporter = std::make_unique<dcom::Exporter>(*server, exports);
    dcom::Resolver::Options resolves;
    resolves.exporter = exporter.get();
    resolves.clock = &clock;
    resolver = std::make_unique<dcom::Resolver>(*server, resolves);
  }
  ~Side() {
    server->shutdown(0ms);
    resolver.reset();
    exporter.reset();
  }
  security::ServerOptions security;
  security::AccountList accounts;
  std::unique_ptr<rpc::Server> server;
  std::uint16_t port = 0;
  std::unique_ptr<dcom::Exporter> exporter;
  std::unique_ptr<dcom::Resolver> resolver;
};

inline dcom::Security account(std::string user, std::string password) {
  dcom::Security out;
  out.provider = security::Provider::kNtlm;
  out.credentials.user = std::move(user);
  out.credentials.password = std::move(password);
  return out;
}
inline dcom::Security alice() { return account("alice", "secret"); }
inline dcom::Security bob() { return account("bob", "builder"); }

/// The out-parameters of a call, or its failure.
template <class T>
struct Reply {
  base::Status status;
  T value{};
};

class ServerTest : public ::testing::Test, protected cim::Locator {
 protected:
  ServerTest() { start(); }
  ~ServerTest() override {
    sink_side_.reset();
    served_->server->shutdown(0ms);
    server_.reset();
    client_.reset();
    callbacks_.reset();
    served_.reset();
    services_->join();  // its threads must not be the last to let go of it
  }

  void start(Server::Options options = {}) {
    if (served_) {
      served_->server->shutdown(0ms);
      server_.reset();
    }
    served_ = std::make_unique<Side>(network_, clock_);
    sink_side_ = std::make_unique<Side>(network_, clock_);
    sink_side_->exporter->offer(std::array{iid::kObjectSink});
    client_ = std::make_unique<dcom::Client>(network_, dcom::Client::Options());
    callbacks_ = std::make_unique<dcom::Client>(network_, dcom::Client::Options());
    options.locator = this;
    options.caller_of = [](const security::Peer& peer, const rpc::ConnectionEnds&) -> base::Result<cim::Caller> {
      cim::Caller caller;
      caller.account = peer.user;
      caller.remote = true;
      if (peer.user == "bob") caller.sids.emplace_back("S-1-5-32-551");
      return caller;
    };
    if (!options.callbacks.security_for) options.callbacks.security_for = [](const security::Peer&) { return alice(); };
    options.clock = &clock_;
    options.log = &log_;
    server_ = std::make_unique<Server>(*served_->exporter, *served_->resolver, *callbacks_, options);
  }

  base::Result<cim::ServicesPtr> connect(std::string_view name_space, const cim::Caller& caller, std::string_view locales) override {
    last_login_ = std::string(name_space) + "|" + caller.account + "|" + std::string(locales);
    if (name_space.find("missing") != std::string_view::npos) return base::fail(WBEM_E_INVALID_NAMESPACE, "no such namespace");
    return services_;
  }

  dcom::ProxyPtr activate(const Guid& clsid, const Guid& iid, dcom::Security security = alice()) {
    auto proxy = client_->activate({"127.0.0.1", served_->port, ""}, security, clsid, iid);
    EXPECT_TRUE(proxy) << proxy.error().to_string();
    return proxy.value_or(nullptr);
  }
  Reply<dcom::ProxyPtr> log_in(const dcom::ProxyPtr& login, NtlmLoginRequest request) {
    const auto reply = login->call(6, [&](rpc::NdrWriter& out) { write_ntlm_login(out, request); });
    return {reply.status, proxy_in(*login, reply)};
  }
  /// Logs in.
  dcom::ProxyPtr services(dcom::Security security = alice()) {
    const auto login = activate(clsid::kLevel1Login, iid::kLevel1Login, std::move(security));
    auto reply = log_in(login, {.network_resource = "//./root/cimv2", .locales = {}, .flags = 0, .context = {}});
    EXPECT_TRUE(reply.status.ok()) << reply.status.to_string();
    return reply.value;
  }
  static dcom::ProxyPtr proxy_in(dcom::Proxy& from, const dcom::ObjectReply& reply) {
    if (!reply.delivered) return nullptr;
    rpc::NdrReader in = reply.results();
    const auto reference = read_interface_reply(in);
    EXPECT_TRUE(reference) << reference.error().to_string();
    if (!reference || !*reference) return nullptr;
    return *from.unmarshal(**reference);
  }

  static Reply<ServicesReply> call(const dcom::ProxyPtr& services, Operation operation, const ServicesRequest& request) {
    const auto reply =
        services->call(static_cast<std::uint16_t>(operation), [&](rpc::NdrWriter& out) { write_request(out, operation, request); }, 20s);
    if (!reply.delivered) return {reply.status, {}};
    rpc::NdrReader in = reply.results();
    auto read = read_reply(in, operation, request, nullptr);
    EXPECT_TRUE(read) << cim::operation_name(operation) << ": " << read.error().to_string();
    return {reply.status, read.value_or(ServicesReply())};
  }
  static base::Hresult code_of(const dcom::ProxyPtr& services, Operation operation, const ServicesRequest& request) {
    return call(services, operation, request).status.code();
  }
  /// What every synchronous caller passes.
  static ServicesRequest text(std::string text, std::uint32_t flags = 0) {
    ServicesRequest request;
    request.text = std::move(text);
    request.flags = flags;
    request.wants_object = true;
    return request;
  }
  dcom::ProxyPtr query(const dcom::ProxyPtr& services, std::uint32_t flags) {
    ServicesRequest request = text("WQL", flags);
    request.more_text = "SELECT * FROM Row";
    auto reply = call(services, Operation::kExecQuery, request);
    EXPECT_TRUE(reply.status.ok()) << reply.status.to_string();
    return reply.value.reference ? *services->unmarshal(*reply.value.reference) : nullptr;
  }
  static Reply<std::vector<cim::Object>> next(const dcom::ProxyPtr& enumerator, std::uint32_t timeout, std::uint32_t count) {
    const auto reply = enumerator->call(4, [&](rpc::NdrWriter& out) { write_next(out, {timeout, count}); }, 20s);
    if (!reply.delivered) return {reply.status, {}};
    rpc::NdrReader in = reply.results();
    auto read = read_next_reply(in, count, nullptr);
    EXPECT_TRUE(read) << read.error().to_string();
    return {reply.status, read.value_or(std::vector<cim::Object>())};
  }
  static Reply<base::Hresult> call_status(const dcom::ProxyPtr& result, std::uint32_t timeout) {
    const auto reply = result->call(6, [&](rpc::NdrWriter& out) { write_timeout(out, timeout); }, 20s);
    if (!reply.delivered) return {reply.status, WBEM_S_PENDING};
    rpc::NdrReader in = reply.results();
    return {reply.status, *read_call_status(in)};
  }
  /// A reference to `sink` as this client passes it.
  dcom::Objref reference(const std::shared_ptr<TestSink>& sink) {
    rpc::ConnectionEnds ends;
    ends.local = {"127.0.0.1", sink_side_->port};
    ends.remote = {"127.0.0.1", 1};
    return *sink_side_->exporter->marshal(sink, iid::kObjectSink, ends);
  }
  ServicesRequest with_sink(const std::shared_ptr<TestSink>& sink, ServicesRequest request = text("Row")) {
    request.sink = reference(sink);
    return request;
  }
  void advance(std::chrono::milliseconds span) {
    clock_.advance(span);
    server_->check_time();
  }
  std::uint32_t fault_or_code(
      const dcom::ProxyPtr& proxy, std::uint16_t opnum, const std::function<void(rpc::NdrWriter&)>& parameters = [](rpc::NdrWriter&) {}) {
    return static_cast<std::uint32_t>(proxy->call(opnum, parameters, 20s).status.code());
  }

  base::ManualClock clock_;  // outlives what operations hold
  Lines log_;
  rpc::Network network_{2};
  std::shared_ptr<Namespace> services_ = std::make_shared<Namespace>();
  std::string last_login_;
  std::unique_ptr<Side> served_;
  std::unique_ptr<Side> sink_side_;
  std::unique_ptr<dcom::Client> callbacks_;
  std::unique_ptr<dcom::Client> client_;
  std::unique_ptr<Server> server_;
};

}  // namespace remote::testing
