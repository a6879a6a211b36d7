// The client against a server that does what each test says.
#include "remote/client.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "cim/calls.h"
#include "cim/testing/fake_services.h"
#include "remote/testing/scripted_server.h"

namespace remote {
namespace {

using cim::testing::RecordingSink;
using namespace std::chrono_literals;

constexpr cim::Type kNumber{cim::CimType::kUint32, false};
constexpr cim::Type kText{cim::CimType::kString, false};

cim::ClassPtr thing_class() {
  cim::ClassBuilder builder("Thing");
  builder.set_decoration("SERVER", "root\\cimv2");
  EXPECT_TRUE(builder.put_property("Id", kNumber).ok());
  EXPECT_TRUE(builder.put_property_qualifier("Id", {.name = "key"}).ok());
  EXPECT_TRUE(builder.put_property("Name", kText).ok());
  return *builder.build();
}

cim::Instance thing(std::uint32_t id, bool decorated = true) {
  static const cim::ClassPtr cls = thing_class();
  cim::InstanceBuilder builder(cls);
  EXPECT_TRUE(builder.set("Id", cim::Value::uint(id)).ok());
  EXPECT_TRUE(builder.set("Name", cim::Value::text("thing " + std::to_string(id))).ok());
  return builder.build(decorated);
}

std::vector<cim::Object> things(std::uint32_t count) {
  std::vector<cim::Object> out;
  for (std::uint32_t i = 0; i < count; ++i) out.emplace_back(thing(i));
  return out;
}

class ClientTest : public ::testing::Test {
 protected:
  ClientTest() : server_(std::make_unique<testing::ScriptedServer>(network_)) {}

  ClientOptions options() {
    ClientOptions out;
    out.machine.host = "127.0.0.1";
    out.machine.endpoint_port = server_->port();
    out.security.provider = security::Provider::kNtlm;
    out.security.credentials.user = "alice";
    out.security.credentials.password = "secret";
    out.timeouts.connect = 5s;
    out.timeouts.call = 10s;
    out.resolver_socket = "/nowhere/at/all";
    return out;
  }
  cim::ServicesPtr connect() { return connect(options()); }
  cim::ServicesPtr connect(ClientOptions options, std::string_view name_space = "root\\cimv2", std::string_view locales = {}) {
    services_.reset();
    machine_ = std::make_unique<Machine>(network_, std::move(options));
    auto connected = machine_->connect(name_space, locales);
    if (!connected) {
      ADD_FAILURE() << connected.error().to_string();
      return nullptr;
    }
    services_ = *connected;
    return services_;
  }
  void script(testing::ServerScript script) { server_->set(std::move(script)); }
  int count_calls(std::string_view name) {
    return static_cast<int>(std::ranges::count_if(server_->calls(), [&](const auto& call) { return call.starts_with(name); }));
  }
  static cim::CallOptions callbacks(std::uint32_t flags = 0) {
    cim::CallOptions out;
    out.flags = flags;
    out.delivery = cim::Delivery::kCallback;
    return out;
  }

  base::ManualClock clock_;
  rpc::Network network_{2};
  std::unique_ptr<testing::ScriptedServer> server_;
  std::unique_ptr<Machine> machine_;
  cim::ServicesPtr services_;
};

TEST_F(ClientTest, LogsIn) {
  const auto services = connect();
  ASSERT_TRUE(services);
  EXPECT_EQ(services->name_space(), "root\\cimv2");
  EXPECT_EQ(services->locales(), std::vector<std::string>{"MS_409"});
  EXPECT_EQ(server_->resources(), std::vector<std::string>{"\\\\127.0.0.1\\root\\cimv2 (none)"});
  EXPECT_EQ(count_calls("EstablishPosition"), 0);
  ASSERT_TRUE(machine_->connect("//./root", "de-DE,MS_409"));
  EXPECT_EQ(server_->resources().back(), "\\\\127.0.0.1\\root de-DE,MS_409");
  EXPECT_EQ(count_calls("EstablishPosition"), 1);
  EXPECT_EQ(server_->activations(), 1);
  EXPECT_EQ(machine_->connect("", "").error().code(), WBEM_E_INVALID_NAMESPACE);
  EXPECT_EQ(machine_->connect("root", "?").error().code(), WBEM_E_INVALID_PARAMETER);
}

TEST_F(ClientTest, TellsWhyItCannotConnect) {
  auto wrong = options();
  wrong.security.credentials.password = "wrong";
  Machine denied(network_, wrong);
  const auto refused = denied.connect("root");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), security::SEC_E_LOGON_DENIED) << refused.error().to_string();
  auto nowhere = options();
  nowhere.machine.endpoint_port = 1;
  Machine absent(network_, nowhere);
  EXPECT_EQ(absent.connect("root").error().code(), rpc::RPC_S_SERVER_UNAVAILABLE);
}

TEST_F(ClientTest, SingleCalls) {
  const auto services = connect();
  script({.object = cim::Object(thing(7))});
  const auto object = cim::GetObject(*services, "Thing.Id=7");
  ASSERT_TRUE(object) << object.error().to_string();
  EXPECT_EQ(object->relative_path(), "Thing.Id=7");
  EXPECT_TRUE(cim::DeleteInstance(*services, "Thing.Id=7").ok());
  EXPECT_TRUE(cim::DeleteClass(*services, "Thing").ok());
  EXPECT_TRUE(cim::ExecMethod(*services, "Thing.Id=7", "Do", std::nullopt)->has_value());
  EXPECT_EQ(*cim::PutClass(*services, thing_class()), "\\\\SERVER\\root\\cimv2:Thing");
  EXPECT_EQ(*cim::PutInstance(*services, thing(3, false)), "\\\\SERVER\\root\\cimv2:Thing.Id=3");
  EXPECT_EQ(count_calls("GetResultString"), 0);
}

TEST_F(ClientTest, ThePathOfAKeyThatTheServerMakesUp) {
  const auto services = connect();
  script({.result_string = "\\\\SERVER\\root\\cimv2:Thing.Id=42"});
  const cim::Instance keyless = cim::InstanceBuilder(thing_class()).build();
  EXPECT_EQ(*cim::PutInstance(*services, keyless), "\\\\SERVER\\root\\cimv2:Thing.Id=42");
  script({});
  EXPECT_EQ(*cim::PutInstance(*services, keyless), "");
}

TEST_F(ClientTest, FailuresKeepCodeAndText) {
  const auto services = connect();
  script({.result = {WBEM_E_NOT_FOUND, "there is no thing 9"}});
  const auto sink = std::make_shared<RecordingSink>();
  ASSERT_TRUE(services->GetObjectAsync("Thing.Id=9", {}, sink).ok());
  ASSERT_TRUE(sink->wait());
  const auto status = sink->statuses().back();
  EXPECT_EQ(status.code, WBEM_E_NOT_FOUND);
  ASSERT_TRUE(status.error);
  EXPECT_EQ(*status.error->get("Description")->as_text(), "there is no thing 9");
  EXPECT_EQ(*status.error->get("Operation")->as_text(), "GetObject");
  EXPECT_EQ(*status.error->get("ParameterInfo")->as_text(), "Thing.Id=9");
  EXPECT_EQ(cim::ExecQuery(services, "WQL", "SELECT * FROM Thing").error().text(), "there is no thing 9");
}

TEST_F(ClientTest, ChecksBeforeTheStart) {
  const auto services = connect();
  const auto sink = std::make_shared<RecordingSink>();
  EXPECT_EQ(services->GetObjectAsync("a:b:c", {}, sink).code(), WBEM_E_INVALID_OBJECT_PATH);
  EXPECT_EQ(services->GetObjectAsync("Thing", {.flags = 0x20}, sink).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(services->GetObjectAsync("Thing", {}, nullptr).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(services->DeleteInstanceAsync("Thing", {}, sink).code(), WBEM_E_INVALID_OBJECT_PATH);
  EXPECT_EQ(services->ExecMethodAsync(std::nullopt, "Do", {}, {}, sink).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(services->ExecQueryAsync("WQL", std::string(16385, 'x'), {}, sink).code(), WBEM_E_QUOTA_VIOLATION);
  EXPECT_EQ(services->PutInstanceAsync(std::nullopt, {}, sink).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(services->CancelAsyncCall(nullptr).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(services->CancelAsyncCall(sink).code(), WBEM_E_NOT_FOUND);
  EXPECT_TRUE(sink->statuses().empty());
}

TEST_F(ClientTest, Enumerates) {
  const auto services = connect();
  for (const bool smart : {true, false}) {
    for (const std::uint32_t count : {0U, 1U, 15U, 16U, 17U, 80U, 5000U}) {
      script({.smart = smart, .rows = things(count)});
      const auto sink = std::make_shared<RecordingSink>();
      ASSERT_TRUE(services->ExecQueryAsync("WQL", "SELECT * FROM Thing", {}, sink).ok());
      ASSERT_TRUE(sink->wait());
      EXPECT_EQ(sink->code(), WBEM_S_NO_ERROR);
      EXPECT_EQ(sink->faults(), 0);
      ASSERT_EQ(sink->rows(), count) << smart;
      std::uint32_t expected = 0;
      for (const auto& batch : sink->batches()) {
        for (std::size_t i = 0; i < batch.size(); ++i) {
          EXPECT_EQ(batch.object(i).relative_path(), "Thing.Id=" + std::to_string(expected++));
        }
      }
    }
    EXPECT_EQ(count_calls("SmartNext") > 0, true);
  }
}

TEST_F(ClientTest, AnEnumerationThatFails) {
  const auto services = connect();
  script({.rows = things(64), .next_failure = {WBEM_E_PROVIDER_FAILURE, "it broke"}});
  const auto sink = std::make_shared<RecordingSink>();
  ASSERT_TRUE(services->CreateInstanceEnumAsync("Thing", {}, sink).ok());
  ASSERT_TRUE(sink->wait());
  EXPECT_EQ(sink->rows(), 64u);
  EXPECT_EQ(sink->code(), WBEM_E_PROVIDER_FAILURE);
  EXPECT_EQ(*sink->statuses().back().error->get("Description")->as_text(), "it broke");
}

TEST_F(ClientTest, ASlowSinkSlowsTheReader) {
  const auto services = connect();
  script({.rows = things(50'000)});
  const auto sink = std::make_shared<RecordingSink>(true);
  ASSERT_TRUE(services->CreateInstanceEnumAsync("Thing", {}, sink).ok());
  ASSERT_TRUE(sink->wait_for_batches(1));
  std::this_thread::sleep_for(100ms);
  EXPECT_LE(count_calls("Next") + count_calls("SmartNext"), 3);
  while (sink->code() == WBEM_S_PENDING) {
    if (!sink->answer()) std::this_thread::sleep_for(100us);
  }
  EXPECT_EQ(sink->rows(), 50'000u);
  EXPECT_EQ(sink->faults(), 0);
}

TEST_F(ClientTest, CancelsEnumerationsAndCalls) {
  const auto services = connect();
  script({.rows = things(100), .hang = true});
  const auto sink = std::make_shared<RecordingSink>();
  ASSERT_TRUE(services->CreateInstanceEnumAsync("Thing", {}, sink).ok());
  ASSERT_TRUE(services->GetObjectAsync("Thing.Id=1", {}, sink).ok());
  ASSERT_TRUE(sink->wait_for_batches(1));
  EXPECT_TRUE(services->CancelAsyncCall(sink).ok());
  for (int i = 0; i < 1000 && sink->statuses().size() < 2; ++i) std::this_thread::sleep_for(5ms);
  EXPECT_EQ(services->CancelAsyncCall(sink).code(), WBEM_E_NOT_FOUND);
  const auto statuses = sink->statuses();
  ASSERT_EQ(statuses.size(), 2u);
  for (const auto& status : statuses) EXPECT_EQ(status.code, WBEM_E_CALL_CANCELLED);
}

TEST_F(ClientTest, EnumeratorsAreReleased) {
  const auto services = connect();
  script({.rows = things(3)});
  for (int i = 0; i < 5; ++i) {
    auto rows = cim::ExecQuery(services, "WQL", "SELECT * FROM Thing");
    ASSERT_TRUE(rows);
  }
  for (int i = 0; i < 1000 && server_->enumerators_released() < 5; ++i) std::this_thread::sleep_for(5ms);
  EXPECT_GE(server_->enumerators_released(), 5);
}

TEST_F(ClientTest, TheServerGoesInTheMiddle) {
  const auto services = connect();
  script({.rows = things(100), .hang = true});
  const auto sink = std::make_shared<RecordingSink>();
  const auto single = std::make_shared<RecordingSink>();
  ASSERT_TRUE(services->CreateInstanceEnumAsync("Thing", {}, sink).ok());
  ASSERT_TRUE(services->GetObjectAsync("Thing.Id=1", {}, single).ok());
  ASSERT_TRUE(sink->wait_for_batches(1));
  ASSERT_TRUE(server_->wait_call("GetObject"));
  const auto port = server_->port();
  server_.reset();
  ASSERT_TRUE(sink->wait());
  ASSERT_TRUE(single->wait());
  EXPECT_TRUE(base::failed(sink->code()));
  EXPECT_TRUE(base::failed(single->code()));
  const auto text = *single->statuses().back().error->get("Description")->as_text();
  EXPECT_NE(text.find("127.0.0.1"), std::string::npos) << text;

  const auto absent = cim::GetObject(*services, "Thing.Id=1");
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code(), rpc::RPC_S_SERVER_UNAVAILABLE) << absent.error().to_string();

  server_ = std::make_unique<testing::ScriptedServer>(network_, port);
  script({.object = cim::Object(thing(1))});
  const auto object = cim::GetObject(*services, "Thing.Id=1");
  EXPECT_TRUE(object) << object.error().to_string();
  EXPECT_EQ(server_->activations(), 1);
}

TEST_F(ClientTest, LogsInAgainWhenTheServerForgotTheObject) {
  const auto services = connect();
  script({.forget = true});
  EXPECT_EQ(cim::GetObject(*services, "Thing.Id=1").error().code(), dcom::RPC_E_DISCONNECTED);
  script({.object = cim::Object(thing(1))});
  EXPECT_TRUE(cim::GetObject(*services, "Thing.Id=1"));
  EXPECT_EQ(server_->resources().size(), 2u);
}

TEST_F(ClientTest, ReconnectsFromWithinACallback) {
  class Restarting final : public cim::Sink {
   public:
    Restarting(cim::ServicesPtr to_call, cim::SinkPtr then) : services(std::move(to_call)), next(std::move(then)) {}
    base::Hresult Indicate(const cim::Batch&, cim::CallbackScope&) override { return WBEM_S_NO_ERROR; }
    base::Hresult SetStatus(const cim::SinkStatus&, cim::CallbackScope&) override {
      EXPECT_TRUE(services->GetObjectAsync("Thing.Id=1", {}, next).ok());
      return WBEM_S_NO_ERROR;
    }
    cim::ServicesPtr services;
    cim::SinkPtr next;
  };
  const auto services = connect();
  const auto port = server_->port();
  script({.forget = true});
  const auto next = std::make_shared<RecordingSink>();
  ASSERT_TRUE(services->GetObjectAsync("Thing.Id=1", {}, std::make_shared<Restarting>(services, next)).ok());
  ASSERT_TRUE(next->wait());
  EXPECT_EQ(server_->resources().size(), 2u);
  EXPECT_EQ(server_->port(), port);
}

TEST_F(ClientTest, OpensNamespaces) {
  const auto services = connect();
  script({});
  const auto below = cim::OpenNamespace(*services, "power");
  ASSERT_TRUE(below) << below.error().to_string();
  EXPECT_EQ((*below)->name_space(), "root\\cimv2\\power");
  EXPECT_EQ(server_->calls().back(), "OpenNamespace power");
  const auto elsewhere = cim::OpenNamespace(*services, "root\\default");
  ASSERT_TRUE(elsewhere);
  EXPECT_EQ((*elsewhere)->name_space(), "root\\default");
  EXPECT_EQ(server_->resources().back(), "\\\\127.0.0.1\\root\\default (none)");
  EXPECT_EQ(server_->activations(), 1);
}

TEST_F(ClientTest, TheEndOfTheMachineEndsItsOperations) {
  script({.hang = true});
  auto services = connect();
  const auto sink = std::make_shared<RecordingSink>();
  ASSERT_TRUE(services->GetObjectAsync("Thing.Id=1", {}, sink).ok());
  ASSERT_TRUE(server_->wait_call("GetObject"));
  services.reset();
  services_.reset();
  machine_.reset();
  ASSERT_TRUE(sink->wait());
  EXPECT_TRUE(base::failed(sink->code()));
}

TEST_F(ClientTest, DeadlinesOfCalls) {
  auto quick = options();
  quick.timeouts.call = 200ms;
  const auto services = connect(quick);
  script({.hang = true});
  const auto late = cim::GetObject(*services, "Thing.Id=1");
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code(), rpc::RPC_S_TIMEOUT) << late.error().to_string();
}

TEST_F(ClientTest, Callbacks) {
  const auto services = connect();
  const auto sink = std::make_shared<RecordingSink>();
  const base::Status started = services->ExecMethodAsync("Thing.Id=1", "Do", std::nullopt, callbacks(cim::flag::kSendStatus), sink);
  ASSERT_TRUE(started.ok()) << started.to_string();
  const auto proxy = server_->sink();
  ASSERT_TRUE(proxy) << proxy.error().to_string();
  auto reply = server_->indicate(**proxy, cim::batch_of(cim::Object(thing(5))));
  EXPECT_EQ(reply.status.code(), WBEM_S_NEW_STYLE);
  reply = server_->set_status(**proxy, {.flags = 2, .result = 3U << 16U | 1U, .text = "half-way", .object = {}});
  EXPECT_TRUE(reply.status.ok());
  reply = server_->set_status(**proxy, {.flags = 0, .result = 0, .text = "the path", .object = {}});
  EXPECT_TRUE(reply.status.ok());
  ASSERT_TRUE(sink->wait());
  EXPECT_EQ(sink->rows(), 1u);
  ASSERT_EQ(sink->statuses().size(), 2u);
  EXPECT_EQ(sink->statuses()[0].done(), 1u);
  EXPECT_EQ(sink->statuses()[0].total(), 3u);
  EXPECT_EQ(sink->statuses()[1].text, "the path");
  EXPECT_EQ(sink->faults(), 0);
  reply = server_->set_status(**proxy, {});
  EXPECT_FALSE(reply.status.ok());
  EXPECT_EQ(sink->statuses().size(), 2u);
}

TEST_F(ClientTest, CallbacksThatDoNotWaitForTheirAnswers) {
  const auto services = connect();
  const auto sink = std::make_shared<RecordingSink>(true);
  ASSERT_TRUE(services->ExecQueryAsync("WQL", "SELECT * FROM Thing", callbacks(), sink).ok());
  const auto proxy = server_->sink();
  ASSERT_TRUE(proxy) << proxy.error().to_string();
  std::atomic<int> taken{0};
  std::atomic<int> refused{0};
  for (std::uint32_t i = 0; i < 40; ++i) {
    (*proxy)->call(
        3, [&](rpc::NdrWriter& out) { write_indicate(out, cim::batch_of(cim::Object(thing(i)))); }, 20s,
        [&](const dcom::ObjectReply& reply) { ++(reply.status.code() == WBEM_E_SERVER_TOO_BUSY ? refused : taken); });
  }
  // One is with the sink, 16 wait.
  for (int i = 0; i < 2000 && refused < 23; ++i) std::this_thread::sleep_for(5ms);
  EXPECT_EQ(refused, 23);
  EXPECT_EQ(taken, 0);
  for (int i = 0; i < 2000 && taken < 17; ++i) {
    if (!sink->answer()) std::this_thread::sleep_for(5ms);
  }
  EXPECT_EQ(taken, 17);
  EXPECT_EQ(sink->rows(), 17u);
  EXPECT_EQ(sink->faults(), 0);
  server_->set_status(**proxy, {});
  EXPECT_TRUE(sink->wait());
}

TEST_F(ClientTest, CallbacksThatFindNoWayHere) {
  ClientOptions given = options();
  given.clock = &clock_;
  script({.deaf = true});
  const auto services = connect(given);
  const auto sink = std::make_shared<RecordingSink>();
  ASSERT_TRUE(services->ExecQueryAsync("WQL", "SELECT * FROM Thing", callbacks(), sink).ok());
  std::this_thread::sleep_for(600ms);  // the worker has seen that it waits
  clock_.advance(44s);
  std::this_thread::sleep_for(600ms);
  EXPECT_EQ(sink->code(), WBEM_S_PENDING);
  clock_.advance(2s);
  ASSERT_TRUE(sink->wait());
  EXPECT_EQ(sink->code(), WBEM_E_TRANSPORT_FAILURE);
  ASSERT_TRUE(sink->statuses().back().error);
  const std::string text = *sink->statuses().back().error->get("Description")->as_text();
  for (const char* word : {"127.0.0.1", "callback", "45 s", "firewall", "wmi doctor"})
    EXPECT_NE(text.find(word), std::string::npos) << text;
}

TEST_F(ClientTest, CallbacksWaitForLongOnceAServerFoundItsWay) {
  ClientOptions given = options();
  given.clock = &clock_;
  const auto services = connect(given);
  const auto sink = std::make_shared<RecordingSink>();
  ASSERT_TRUE(services->ExecQueryAsync("WQL", "SELECT * FROM Thing", callbacks(), sink).ok());
  auto proxy = server_->sink();  // resolved, and silent then
  ASSERT_TRUE(proxy) << proxy.error().to_string();
  std::this_thread::sleep_for(600ms);
  clock_.advance(3600s);
  std::this_thread::sleep_for(600ms);
  EXPECT_EQ(sink->code(), WBEM_S_PENDING);
  EXPECT_TRUE(server_->set_status(**proxy, {}).status.ok());
  ASSERT_TRUE(sink->wait());
  EXPECT_EQ(sink->code(), WBEM_S_NO_ERROR);
}

TEST_F(ClientTest, CallbacksFromAnotherAddressOfTheServer) {
  server_ = std::make_unique<testing::ScriptedServer>(network_, 0, "127.0.0.9");
  ClientOptions given = options();
  given.machine.host = "127.0.0.9";
  const auto services = connect(given);
  const auto sink = std::make_shared<RecordingSink>();
  ASSERT_TRUE(services->ExecQueryAsync("WQL", "SELECT * FROM Thing", callbacks(), sink).ok());
  auto proxy = server_->sink();  // it calls from 127.0.0.1
  ASSERT_TRUE(proxy) << proxy.error().to_string();
  const auto reply = server_->set_status(**proxy, {});
  EXPECT_TRUE(reply.status.ok()) << reply.status.to_string();
  ASSERT_TRUE(sink->wait());
  EXPECT_EQ(sink->code(), WBEM_S_NO_ERROR);
}

TEST_F(ClientTest, TellsWhoseCallbacksItRefused) {
  ClientOptions given = options();
  given.clock = &clock_;
  script({.calls_as = "SERVER$"});
  const auto services = connect(given);
  const auto sink = std::make_shared<RecordingSink>();
  ASSERT_TRUE(services->ExecQueryAsync("WQL", "SELECT * FROM Thing", callbacks(), sink).ok());
  auto proxy = server_->sink();
  EXPECT_FALSE(proxy && server_->set_status(**proxy, {}).status.ok());
  std::this_thread::sleep_for(600ms);  // the worker has seen that it waits
  EXPECT_EQ(sink->code(), WBEM_S_PENDING);
  clock_.advance(3s);
  ASSERT_TRUE(sink->wait());
  EXPECT_EQ(sink->code(), WBEM_E_TRANSPORT_FAILURE);
  const std::string text = *sink->statuses().back().error->get("Description")->as_text();
  for (const char* word : {"127.0.0.1", "SERVER$", "--keytab", "--callback-auth unverified"})
    EXPECT_NE(text.find(word), std::string::npos) << text;
}

TEST_F(ClientTest, FailuresBeforeTheStartOfACallback) {
  const auto services = connect();
  script({.result = {WBEM_E_ACCESS_DENIED, "not you"}});
  const auto sink = std::make_shared<RecordingSink>();
  const base::Status refused = services->PutClassAsync(thing_class(), callbacks(), sink);
  EXPECT_EQ(refused.code(), WBEM_E_ACCESS_DENIED);
  EXPECT_EQ(refused.text(), "not you");
  EXPECT_EQ(services->CancelAsyncCall(sink).code(), WBEM_E_NOT_FOUND);
  EXPECT_TRUE(sink->statuses().empty());
}

TEST_F(ClientTest, ADeferredAnswerHoldsTheServersCall) {
  const auto services = connect();
  const auto sink = std::make_shared<RecordingSink>(true);
  ASSERT_TRUE(services->CreateInstanceEnumAsync("Thing", callbacks(), sink).ok());
  const auto proxy = server_->sink();
  ASSERT_TRUE(proxy);
  std::atomic<bool> answered = false;
  std::thread calling([&] {
    server_->indicate(**proxy, cim::batch_of(cim::Object(thing(5))));
    answered = true;
  });
  ASSERT_TRUE(sink->wait_for_batches(1));
  std::this_thread::sleep_for(50ms);
  EXPECT_FALSE(answered);
  EXPECT_TRUE(sink->answer());
  calling.join();
  server_->set_status(**proxy, {.result = static_cast<std::uint32_t>(WBEM_E_PROVIDER_FAILURE)});
  ASSERT_TRUE(sink->wait());
  EXPECT_EQ(sink->code(), WBEM_E_PROVIDER_FAILURE);
  EXPECT_TRUE(sink->statuses().back().error);
}

TEST_F(ClientTest, CancelsCallsWithCallbacks) {
  const auto services = connect();
  const auto sink = std::make_shared<RecordingSink>();
  ASSERT_TRUE(services->ExecQueryAsync("WQL", "SELECT * FROM Thing", callbacks(), sink).ok());
  const auto proxy = server_->sink();
  ASSERT_TRUE(proxy);
  EXPECT_TRUE(services->CancelAsyncCall(sink).ok());
  EXPECT_EQ(sink->code(), WBEM_E_CALL_CANCELLED);
  ASSERT_TRUE(server_->wait_call("CancelAsyncCall"));
  EXPECT_EQ(server_->indicate(**proxy, cim::batch_of(cim::Object(thing(1)))).status.code(), WBEM_E_CALL_CANCELLED);
  EXPECT_TRUE(server_->set_status(**proxy, {.result = static_cast<std::uint32_t>(WBEM_E_CALL_CANCELLED)}).status.ok());
  EXPECT_EQ(sink->statuses().size(), 1u);
}

TEST_F(ClientTest, AClientThatEndsHasAnsweredForItsSink) {
  for (std::size_t i = 0; i < 40; ++i) {
    const auto sink = std::make_shared<RecordingSink>();
    ASSERT_TRUE(connect()->ExecQueryAsync("WQL", "SELECT * FROM Thing", callbacks(), sink).ok());
    const auto proxy = server_->sink(i);
    dcom::ObjectReply reply;
    std::thread calling([&] { reply = server_->set_status(**proxy, {}); });
    ASSERT_TRUE(sink->wait());
    machine_.reset();
    calling.join();
    EXPECT_TRUE(reply.status.ok()) << reply.status.to_string();
  }
}

TEST_F(ClientTest, TheServerGoesWithOurSink) {
  const auto services = connect();
  const auto sink = std::make_shared<RecordingSink>();
  ASSERT_TRUE(services->ExecQueryAsync("WQL", "SELECT * FROM Thing", callbacks(), sink).ok());
  ASSERT_TRUE(server_->sink());
  server_.reset();
  ASSERT_TRUE(sink->wait());
  EXPECT_TRUE(base::failed(sink->code()));
  const auto text = *sink->statuses().back().error->get("Description")->as_text();
  // The server's last words may still arrive: RemRelease of the sink.
  EXPECT_TRUE(text.contains("the connection to 127.0.0.1 was lost") || text.contains("127.0.0.1 let go of the sink")) << text;
}

TEST_F(ClientTest, TheServerLetsGoOfOurSink) {
  const auto services = connect();
  const auto sink = std::make_shared<RecordingSink>();
  ASSERT_TRUE(services->ExecQueryAsync("WQL", "SELECT * FROM Thing", callbacks(), sink).ok());
  ASSERT_TRUE(server_->sink());
  server_->drop_sinks();
  ASSERT_TRUE(sink->wait());
  EXPECT_EQ(sink->code(), WBEM_E_TRANSPORT_FAILURE);
}

TEST_F(ClientTest, SaysWhatCallbacksNeed) {
  rpc::Server holder(network_, {});
  (void)holder.listen("127.0.0.1", 135);  // taken now: by this, by another, or by the lack of the right to it
  script({.own = false});
  const auto services = connect();
  const auto sink = std::make_shared<RecordingSink>();
  const base::Status readiness = machine_->callback_readiness();
  EXPECT_EQ(readiness.code(), WBEM_E_NOT_AVAILABLE) << readiness.to_string();
  EXPECT_NE(readiness.text().find("135"), std::string::npos);
  EXPECT_EQ(services->ExecQueryAsync("WQL", "SELECT * FROM Thing", callbacks(), sink).code(), WBEM_E_NOT_AVAILABLE);
  EXPECT_EQ(count_calls("ExecQueryAsync"), 0);
  EXPECT_TRUE(sink->statuses().empty());
}

TEST_F(ClientTest, ResolvesOnPort135ForServersThatKnowNoOther) {
  script({.own = false});
  const auto services = connect();
  if (!machine_->callback_readiness().ok()) GTEST_SKIP() << "TCP 135 is not to be had";
  const auto sink = std::make_shared<RecordingSink>();
  ASSERT_TRUE(services->ExecQueryAsync("WQL", "SELECT * FROM Thing", callbacks(), sink).ok());
  const auto proxy = server_->sink();
  ASSERT_TRUE(proxy) << proxy.error().to_string();
  EXPECT_TRUE(server_->set_status(**proxy, {}).status.ok());
  EXPECT_TRUE(sink->wait());
}

TEST_F(ClientTest, CallbacksThatNobodyCouldVerify) {
  auto blind = options();
  blind.security.credentials.password.reset();
  blind.security.credentials.ccache = "FILE:/nowhere";
  EXPECT_EQ(Machine(network_, blind).callback_readiness().code(), WBEM_E_NOT_AVAILABLE);
}

TEST_F(ClientTest, ASinkThatTakesTooLong) {
  base::ManualClock clock;
  auto timed = options();
  timed.clock = &clock;
  const auto services = connect(timed);
  script({.rows = things(3)});
  const auto sink = std::make_shared<RecordingSink>(true);
  ASSERT_TRUE(services->CreateInstanceEnumAsync("Thing", {}, sink).ok());
  ASSERT_TRUE(sink->wait_for_batches(1));
  clock.advance(31s);
  for (int i = 0; i < 400 && sink->statuses().empty(); ++i) std::this_thread::sleep_for(10ms);
  ASSERT_EQ(sink->statuses().size(), 1u);
  EXPECT_EQ(sink->code(), WBEM_E_CALL_CANCELLED);
  services_.reset();
  machine_.reset();
}

}  // namespace
}  // namespace remote
