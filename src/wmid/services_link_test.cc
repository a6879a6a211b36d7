// The object manager seen through the wall between the daemon's processes: services_client.h on one side, services_gate.h on the other.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <future>
#include <mutex>
#include <thread>

#include "cim/testing/fake_services.h"
#include "wmid/channel.h"
#include "wmid/services_client.h"
#include "wmid/services_gate.h"

namespace wmid {
namespace {

using namespace base::codes;
using namespace std::chrono_literals;
using cim::testing::RecordingSink;
using cim::testing::Script;

constexpr const char* kTicket = "00112233445566778899aabbccddeeff";

class FakeLocator final : public cim::Locator {
 public:
  explicit FakeLocator(cim::ServicesPtr services) : services_(std::move(services)) {}
  base::Result<cim::ServicesPtr> connect(std::string_view name_space, const cim::Caller& caller, std::string_view) override {
    if (name_space != "root\\cimv2") return base::fail(WBEM_E_INVALID_NAMESPACE, "no such namespace");
    const std::lock_guard lock(mutex_);
    last = caller.account;
    return services_;
  }
  std::string last;

 private:
  std::mutex mutex_;
  const cim::ServicesPtr services_;
};

class FakeBackup final : public remote::BackupService {
 public:
  base::Status backup(const cim::Caller&, const std::string& file, std::uint32_t) override { return note(file); }
  base::Status restore(const cim::Caller&, const std::string& file, std::uint32_t) override { return note("restore " + file); }
  std::string said;

 private:
  base::Status note(std::string what) {
    said = std::move(what);
    return {WBEM_E_BACKUP_RESTORE_WINMGMT_RUNNING, "running"};
  }
};

cim::ClassPtr make_class(const std::string& name = "Thing") {
  cim::ClassBuilder builder(name);
  EXPECT_TRUE(builder.put_property("Name", cim::Type{cim::CimType::kString}).ok());
  return *builder.build();
}

cim::Instance make_instance(const cim::ClassPtr& cls, const std::string& name) {
  cim::InstanceBuilder builder(cls);
  EXPECT_TRUE(builder.set("Name", cim::Value::text(name)).ok());
  return builder.build();
}

std::string name_of(const cim::Object& object) {
  const auto name = object.get("Name");
  return name && name->as_text() ? *name->as_text() : "";
}

cim::Batch make_batch(const cim::ClassPtr& cls, int first, int count) {
  cim::BatchBuilder builder;
  builder.set_decorated(false);
  for (int i = 0; i < count; ++i) builder.add(cim::Object(make_instance(cls, "n" + std::to_string(first + i))));
  return builder.take();
}

class ServicesLink : public ::testing::Test {
 protected:
  void SetUp() override { open({}); }
  void open(ServicesGate::Options options) {
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    close();
    core_ = std::make_shared<Channel>(base::FileDescriptor(ends[0]), Channel::Options{});
    network_ = std::make_shared<Channel>(base::FileDescriptor(ends[1]), Channel::Options{.max_message = 1U << 30});
    options.locator = &locator_;
    options.backup = &backup_;
    options.caller_of = [](const std::string& ticket) -> base::Result<cim::Caller> {
      if (ticket != kTicket) return base::fail(WBEM_E_ACCESS_DENIED, "no such login");
      cim::Caller out;
      out.account = "alice";
      return out;
    };
    gate_ = std::make_shared<ServicesGate>(std::move(options), [way = core_](std::string_view event) { way->send(event); });
    client_ =
        std::make_shared<ServicesClient>(ServicesClient::Options{[way = network_](std::string_view request) { return way->send(request); },
                                                                 [way = network_] { return way->on_reader_thread(); }, 10s});
    core_->start({[gate = gate_.get(), this](std::string_view request) { return honest_ = gate->handle(request); }, {}});
    network_->start({[client = client_.get()](std::string_view event) { return client->handle(event); }, [this] { client_->close(); }});
  }
  void close() {
    if (!core_) return;
    core_->stop();
    network_->stop();
    client_->close();
    gate_->close();
    services_->join();
  }
  void TearDown() override {
    close();
    EXPECT_EQ(gate_->figures().operations, 0U);
    EXPECT_EQ(client_->figures().operations, 0U);
  }
  cim::Caller caller(std::string ticket = kTicket) {
    cim::Caller out;
    out.ticket = std::move(ticket);
    return out;
  }
  cim::ServicesPtr connect() {
    auto out = client_->connect("root\\cimv2", caller(), "");
    EXPECT_TRUE(out) << out.error().to_string();
    return out ? *out : nullptr;
  }
  template <class Condition>
  static bool eventually(Condition condition) {
    for (int i = 0; i < 2000 && !condition(); ++i) std::this_thread::sleep_for(5ms);
    return condition();
  }

  const std::shared_ptr<cim::testing::FakeServices> services_ = std::make_shared<cim::testing::FakeServices>();
  FakeLocator locator_{services_};
  FakeBackup backup_;
  std::shared_ptr<Channel> core_;
  std::shared_ptr<Channel> network_;
  std::shared_ptr<ServicesGate> gate_;
  std::shared_ptr<ServicesClient> client_;
  std::atomic<bool> honest_{true};
};

TEST_F(ServicesLink, ConnectsWhomATicketStandsFor) {
  auto services = connect();
  EXPECT_EQ(services->name_space(), "root\\cimv2");
  EXPECT_EQ(services->locales(), std::vector<std::string>{"MS_409"});
  EXPECT_EQ(locator_.last, "alice");
  EXPECT_EQ(client_->connect("root\\cimv2", caller("another"), "").error().code(), WBEM_E_ACCESS_DENIED);
  EXPECT_EQ(client_->connect("root\\cimv2", caller(""), "").error().code(), WBEM_E_ACCESS_DENIED);
  const auto refused = client_->connect("root\\none", caller(), "");
  EXPECT_EQ(refused.error().code(), WBEM_E_INVALID_NAMESPACE);
  EXPECT_EQ(refused.error().text(), "no such namespace");
  EXPECT_EQ(gate_->figures().sessions, 1U);
  services.reset();
  EXPECT_TRUE(eventually([this] { return gate_->figures().sessions == 0; }));
}

TEST_F(ServicesLink, PassesOnEveryOperation) {
  const auto services = connect();
  const auto cls = make_class();
  const auto instance = make_instance(cls, "x");
  cim::CallOptions options;
  options.flags = 0x30;
  options.reader_paced = true;
  options.must_exist = true;
  const auto sink = [] { return std::make_shared<RecordingSink>(); };
  EXPECT_TRUE(services->GetObjectAsync("P", options, sink()).ok());
  EXPECT_TRUE(services->PutClassAsync(cls, options, sink()).ok());
  EXPECT_TRUE(services->DeleteClassAsync("D", options, sink()).ok());
  EXPECT_TRUE(services->CreateClassEnumAsync(std::nullopt, options, sink()).ok());
  EXPECT_TRUE(services->PutInstanceAsync(instance, options, sink()).ok());
  EXPECT_TRUE(services->DeleteInstanceAsync("I", options, sink()).ok());
  EXPECT_TRUE(services->CreateInstanceEnumAsync("C", options, sink()).ok());
  EXPECT_TRUE(services->ExecQueryAsync("WQL", "select", options, sink()).ok());
  EXPECT_TRUE(services->ExecNotificationQueryAsync("WQL", "notify", options, sink()).ok());
  EXPECT_TRUE(services->ExecMethodAsync("O", "M", instance, options, sink()).ok());
  std::string said;
  for (const cim::testing::Call& call : services_->calls()) {
    said += std::string(cim::operation_name(call.op)) + "(" + call.text + "," + call.text2 + ") ";
    EXPECT_EQ(call.options.flags, 0x30U);
    EXPECT_TRUE(call.options.reader_paced);
    EXPECT_TRUE(call.options.must_exist);
  }
  EXPECT_EQ(said,
            "GetObjectAsync(P,) PutClassAsync(Thing,) DeleteClassAsync(D,) CreateClassEnumAsync(,) PutInstanceAsync(,) "
            "DeleteInstanceAsync(I,) CreateInstanceEnumAsync(C,) ExecQueryAsync(select,WQL) ExecNotificationQueryAsync(notify,WQL) "
            "ExecMethodAsync(O,M) ");
  EXPECT_EQ(services->QueryObjectSink(0).error().code(), WBEM_E_NOT_SUPPORTED);
  EXPECT_TRUE(eventually([this] { return client_->figures().operations == 0; }));
}

TEST_F(ServicesLink, BringsRowsTextsAndErrors) {
  const auto cls = make_class();
  const auto other = make_class("Other");
  cim::BatchBuilder mixed;
  mixed.set_decorated(false);
  mixed.add(cim::Object(make_instance(cls, "a")));
  mixed.add(cim::Object(make_instance(other, "b")));
  mixed.add(cim::Object(other));
  mixed.add(cim::Object(make_instance(cls, "c")));
  Script script;
  script.batches = {make_batch(cls, 0, 100), mixed.take()};
  script.end = {WBEM_E_FAILED, ""};
  script.text = "text";
  script.error = std::make_shared<const cim::Object>(make_instance(other, "why"));
  script.on_thread = true;
  services_->set_script(script);
  const auto sink = std::make_shared<RecordingSink>();
  ASSERT_TRUE(connect()->ExecQueryAsync("WQL", "q", {}, sink).ok());
  ASSERT_TRUE(sink->wait());
  EXPECT_EQ(sink->faults(), 0);
  const auto batches = sink->batches();
  ASSERT_EQ(batches.size(), 2U);
  ASSERT_EQ(batches[0].size(), 100U);
  EXPECT_EQ(name_of(batches[0].object(99)), "n99");
  ASSERT_EQ(batches[1].size(), 4U);
  EXPECT_EQ(batches[1].cls(1)->name(), "Other");
  EXPECT_TRUE(batches[1].is_class(2));
  EXPECT_EQ(name_of(batches[1].object(3)), "c");
  EXPECT_EQ(sink->code(), WBEM_E_FAILED);
  EXPECT_EQ(sink->statuses().back().text, "text");
  ASSERT_TRUE(sink->statuses().back().error);
  EXPECT_EQ(name_of(*sink->statuses().back().error), "why");
}

TEST_F(ServicesLink, LetsASlowSinkSlowItsProducer) {
  constexpr int kBatches = 8;
  constexpr int kWindow = 3;
  const auto cls = make_class();
  Script script;
  for (int i = 0; i < kBatches; ++i) script.batches.push_back(make_batch(cls, i, 1));
  script.on_thread = true;
  services_->set_script(script);
  struct Case {
    ServicesGate::Options options;
    int window;
  };
  for (const Case& one : {Case{{.window_batches = 1}, 1}, Case{{.window_batches = kWindow}, kWindow}, Case{{.window_octets = 1}, 1},
                          Case{{.windows_octets = 1}, 1}}) {
    open(one.options);
    const int before = services_->indicated();
    const auto sink = std::make_shared<RecordingSink>(true);
    ASSERT_TRUE(connect()->ExecQueryAsync("WQL", "q", {}, sink).ok());
    for (int i = 1; i <= kBatches; ++i) {
      ASSERT_TRUE(sink->wait_for_batches(static_cast<std::size_t>(i)));
      const int ahead = std::min(kBatches, i + one.window - 1);
      EXPECT_TRUE(eventually([&] { return services_->indicated() - before == ahead; }));
      std::this_thread::sleep_for(10ms);
      EXPECT_EQ(services_->indicated() - before, ahead);
      EXPECT_EQ(sink->code(), WBEM_S_PENDING);
      EXPECT_TRUE(sink->answer());
    }
    EXPECT_TRUE(sink->wait());
    EXPECT_EQ(sink->code(), WBEM_S_NO_ERROR);
    EXPECT_EQ(sink->faults(), 0);
    const auto batches = sink->batches();
    ASSERT_EQ(batches.size(), static_cast<std::size_t>(kBatches));
    for (int i = 0; i < kBatches; ++i) EXPECT_EQ(name_of(batches[static_cast<std::size_t>(i)].object(0)), "n" + std::to_string(i));
  }
}

TEST_F(ServicesLink, DropsWhatIsOnItsWayToASinkThatGivesUp) {
  const auto cls = make_class();
  for (const bool fails : {true, false}) {
    for (const int count : {3, 8}) {  // the operation has ended behind the window, or waits before it
      Script script;
      for (int i = 0; i < count; ++i) script.batches.push_back(make_batch(cls, i, 1));
      script.on_thread = true;
      services_->set_script(script);
      const int before = services_->indicated();
      const auto sink = std::make_shared<RecordingSink>(true);
      const auto services = connect();
      ASSERT_TRUE(services->ExecQueryAsync("WQL", "q", {}, sink).ok());
      ASSERT_TRUE(sink->wait_for_batches(1));
      EXPECT_TRUE(eventually([&] { return services_->indicated() - before == std::min(count, 4); }));
      if (!fails) {
        EXPECT_TRUE(services->CancelAsyncCall(sink).ok());
        std::this_thread::sleep_for(10ms);
        EXPECT_EQ(sink->code(), WBEM_S_PENDING);  // a callback is outstanding
      }
      EXPECT_TRUE(sink->answer(fails ? WBEM_E_FAILED : WBEM_S_NO_ERROR));
      ASSERT_TRUE(sink->wait());
      EXPECT_EQ(sink->code(), WBEM_E_CALL_CANCELLED);
      EXPECT_EQ(sink->rows(), 1U);
      EXPECT_EQ(sink->faults(), 0);
      EXPECT_TRUE(eventually([this] { return gate_->figures().operations == 0; }));
      EXPECT_EQ(client_->figures().operations, 0U);
    }
  }
  EXPECT_EQ(gate_->figures().ahead, 0U);
}

TEST_F(ServicesLink, EndsWhenASinkFails) {
  const auto cls = make_class();
  Script script;
  script.batches = {make_batch(cls, 0, 1), make_batch(cls, 1, 1)};
  script.on_thread = true;
  services_->set_script(script);
  const auto failing = std::make_shared<RecordingSink>(false, WBEM_E_FAILED);
  const auto services = connect();
  ASSERT_TRUE(services->ExecQueryAsync("WQL", "q", {}, failing).ok());
  ASSERT_TRUE(failing->wait());
  EXPECT_EQ(failing->code(), WBEM_E_CALL_CANCELLED);
  EXPECT_EQ(failing->rows(), 1U);
  /// Forgets to answer.
  class Forgetful final : public RecordingSink {
   public:
    base::Hresult Indicate(const cim::Batch& batch, cim::CallbackScope& scope) override {
      scope.defer();
      return RecordingSink::Indicate(batch, scope);
    }
  };
  const auto forgetful = std::make_shared<Forgetful>();
  ASSERT_TRUE(services->ExecQueryAsync("WQL", "q", {}, forgetful).ok());
  ASSERT_TRUE(forgetful->wait());
  EXPECT_EQ(forgetful->code(), WBEM_E_CALL_CANCELLED);
}

TEST_F(ServicesLink, RefusesAStartWithoutTouchingTheSink) {
  Script script;
  script.start = {WBEM_E_INVALID_PARAMETER, "no"};
  services_->set_script(script);
  const auto sink = std::make_shared<RecordingSink>();
  const auto status = connect()->DeleteClassAsync("D", {}, sink);
  EXPECT_EQ(status.code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(status.text(), "no");
  EXPECT_TRUE(sink->statuses().empty());
  EXPECT_EQ(connect()->DeleteClassAsync("D", {}, nullptr).code(), WBEM_E_INVALID_PARAMETER);
}

TEST_F(ServicesLink, Cancels) {
  Script script;
  script.ends = false;
  services_->set_script(script);
  const auto services = connect();
  const auto sink = std::make_shared<RecordingSink>();
  ASSERT_TRUE(services->ExecQueryAsync("WQL", "q", {}, sink).ok());
  EXPECT_EQ(services->CancelAsyncCall(nullptr).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(services->CancelAsyncCall(std::make_shared<RecordingSink>()).code(), WBEM_E_NOT_FOUND);
  EXPECT_EQ(client_->cancel("somebody else's", sink).code(), WBEM_E_NOT_FOUND);
  EXPECT_EQ(sink->code(), WBEM_S_PENDING);
  EXPECT_TRUE(services->CancelAsyncCall(sink).ok());
  ASSERT_TRUE(sink->wait());
  EXPECT_EQ(sink->code(), WBEM_E_CALL_CANCELLED);
}

TEST_F(ServicesLink, OpensNamespaces) {
  const auto services = connect();
  Script script;
  script.opened = services_;
  script.on_thread = true;
  services_->set_script(script);
  std::promise<base::Result<cim::ServicesPtr>> opened;
  ASSERT_TRUE(services->OpenNamespaceAsync("child", {}, [&](auto result) { opened.set_value(std::move(result)); }).ok());
  auto child = opened.get_future().get();
  ASSERT_TRUE(child);
  EXPECT_EQ(gate_->figures().sessions, 2U);
  script.end = {WBEM_E_ACCESS_DENIED, "not you"};
  services_->set_script(script);
  std::promise<base::Result<cim::ServicesPtr>> refused;
  ASSERT_TRUE((*child)->OpenNamespaceAsync("child", {}, [&](auto result) { refused.set_value(std::move(result)); }).ok());
  EXPECT_EQ(refused.get_future().get().error().code(), WBEM_E_ACCESS_DENIED);
  services_->set_script({});  // which held itself
}

TEST_F(ServicesLink, StartsFromASinkWithoutWaitingForItself) {
  /// Its end starts another operation.
  class Chain final : public RecordingSink {
   public:
    base::Hresult SetStatus(const cim::SinkStatus& status, cim::CallbackScope& scope) override {
      started = services->GetObjectAsync("next", {}, next);
      return RecordingSink::SetStatus(status, scope);
    }
    cim::ServicesPtr services;
    const std::shared_ptr<RecordingSink> next = std::make_shared<RecordingSink>();
    base::Status started{WBEM_E_FAILED};
  };
  Script script;
  script.pause = 50ms;
  script.on_thread = true;
  services_->set_script(script);
  const auto chain = std::make_shared<Chain>();
  chain->services = connect();
  ASSERT_TRUE(chain->services->GetObjectAsync("first", {}, chain).ok());
  script.start = {WBEM_E_QUOTA_VIOLATION, "enough"};
  services_->set_script(script);
  ASSERT_TRUE(chain->wait());
  EXPECT_TRUE(chain->started.ok());
  ASSERT_TRUE(chain->next->wait());
  EXPECT_EQ(chain->next->code(), WBEM_E_QUOTA_VIOLATION);
}

TEST_F(ServicesLink, BacksUp) {
  EXPECT_EQ(client_->backup(caller(), "/file", 0).code(), WBEM_E_BACKUP_RESTORE_WINMGMT_RUNNING);
  EXPECT_EQ(backup_.said, "/file");
  client_->restore(caller(), "/file", 0).ok();
  EXPECT_EQ(backup_.said, "restore /file");
  EXPECT_EQ(client_->backup(caller("another"), "/other", 0).code(), WBEM_E_ACCESS_DENIED);
  EXPECT_EQ(backup_.said, "restore /file");
}

// Longer than any that can be: whoever sends it is told, and nobody else notices.
TEST_F(ServicesLink, RefusesWhatIsTooLong) {
  const std::string text(link::kMaxName + 1, 'x');
  EXPECT_EQ(client_->connect("root\\cimv2", caller(), text).error().code(), WBEM_E_QUOTA_VIOLATION);
  EXPECT_EQ(client_->connect(text, caller(), "").error().code(), WBEM_E_QUOTA_VIOLATION);
  EXPECT_EQ(client_->backup(caller(), text, 0).code(), WBEM_E_QUOTA_VIOLATION);
  EXPECT_EQ(client_->restore(caller(), text, 1).code(), WBEM_E_QUOTA_VIOLATION);
  const auto services = connect();
  ASSERT_TRUE(services);
  EXPECT_EQ(services->OpenNamespaceAsync(text, {}, [](auto) {}).code(), WBEM_E_QUOTA_VIOLATION);
  EXPECT_TRUE(honest_);
}

TEST_F(ServicesLink, EndsWithTheOtherProcess) {
  Script script;
  script.ends = false;
  services_->set_script(script);
  const auto services = connect();
  const auto sink = std::make_shared<RecordingSink>();
  ASSERT_TRUE(services->ExecQueryAsync("WQL", "q", {}, sink).ok());
  core_->close();
  ASSERT_TRUE(sink->wait());
  EXPECT_EQ(sink->code(), WBEM_E_SHUTTING_DOWN);
  EXPECT_EQ(services->ExecQueryAsync("WQL", "q", {}, sink).code(), WBEM_E_SHUTTING_DOWN);
  EXPECT_EQ(client_->connect("root\\cimv2", caller(), "").error().code(), WBEM_E_SHUTTING_DOWN);
  gate_->close();
  EXPECT_TRUE(eventually([this] { return services_->ended() == 1; }));  // cancelled
  EXPECT_EQ(gate_->figures().sessions, 0U);
}

TEST_F(ServicesLink, CarriesManyAtOnce) {
  const auto cls = make_class();
  Script script;
  for (int i = 0; i < 10; ++i) script.batches.push_back(make_batch(cls, i * 50, 50));
  script.on_thread = true;
  services_->set_script(script);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this] {
      const auto services = connect();
      for (int i = 0; i < 25; ++i) {
        const auto sink = std::make_shared<RecordingSink>();
        ASSERT_TRUE(services->ExecQueryAsync("WQL", "q", {}, sink).ok());
        if (i % 5 == 4) services->CancelAsyncCall(sink).ok();
        ASSERT_TRUE(sink->wait());
        EXPECT_EQ(sink->faults(), 0);
        if (i % 5 != 4) {
          EXPECT_EQ(sink->rows(), 500U);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

// What no honest process sends.

class HostileNetwork : public ServicesLink {
 protected:
  /// What the gate makes of it, in place of the channel's other end.
  bool handle(const link::Request& request) { return gate_->handle(link::encode(request)); }
  link::Start start(std::uint64_t session) {
    link::Start out;
    out.session = session;
    out.operation = cim::Operation::kExecQueryAsync;
    return out;
  }
};

TEST_F(HostileNetwork, UsesWhatIsNotItsOwn) {
  EXPECT_FALSE(handle({1, start(1)}));
  EXPECT_FALSE(handle({1, link::Open{1, "x", 0, nullptr}}));
  EXPECT_FALSE(handle({1, link::QuerySink{1, 0}}));
  EXPECT_TRUE(handle({1, link::Close{1}}));
  EXPECT_TRUE(handle({1, link::Reply{WBEM_S_NO_ERROR}}));
  EXPECT_TRUE(handle({1, link::Cancel{}}));
}

TEST_F(HostileNetwork, NumbersTwoOperationsAlike) {
  Script script;
  script.ends = false;
  services_->set_script(script);
  const auto services = connect();
  EXPECT_TRUE(handle({1000, start(1)}));
  EXPECT_FALSE(handle({1000, start(1)}));
  EXPECT_EQ(gate_->figures().operations, 1U);
}

TEST_F(HostileNetwork, AsksForOperationsThatAreNone) {
  const auto services = connect();
  for (const int operation : {0, 3, 4, 5, 6, 24, 26, 255}) {
    link::Start what = start(1);
    what.operation = static_cast<cim::Operation>(operation);
    EXPECT_FALSE(handle({1000, what})) << operation;
  }
}

TEST_F(HostileNetwork, TakesAllThereIs) {
  open({.max_sessions = 2, .max_operations = 3});
  const auto first = connect();
  const auto second = connect();
  EXPECT_EQ(client_->connect("root\\cimv2", caller(), "").error().code(), WBEM_E_QUOTA_VIOLATION);
  Script script;
  script.ends = false;
  services_->set_script(script);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(first->ExecQueryAsync("WQL", "q", {}, std::make_shared<RecordingSink>()).ok());
  EXPECT_EQ(first->ExecQueryAsync("WQL", "q", {}, std::make_shared<RecordingSink>()).code(), WBEM_E_SERVER_TOO_BUSY);
}

TEST_F(HostileNetwork, SendsHalves) {
  const auto services = connect();
  link::Start what = start(1);
  what.operation = cim::Operation::kPutInstanceAsync;
  what.object = std::make_shared<const cim::Object>(make_instance(make_class(), "x"));
  const std::string whole = link::encode(link::Request{1000, what});
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(gate_->handle(whole.substr(0, size))) << size;
  EXPECT_FALSE(gate_->handle(whole + "x"));
  EXPECT_TRUE(services_->calls().empty());
}

TEST_F(HostileNetwork, SendsObjectsThatAreNone) {
  const auto services = connect();
  link::Start what = start(1);
  what.operation = cim::Operation::kPutInstanceAsync;
  what.object = std::make_shared<const cim::Object>(make_instance(make_class(), "Marker"));
  const std::string whole = link::encode(link::Request{1000, what});
  const std::size_t unit = whole.find("\x78\x56\x34\x12");
  ASSERT_NE(unit, std::string::npos);
  for (std::size_t at = unit; at < whole.size(); ++at) {
    std::string octets = whole;
    octets[at] = static_cast<char>(octets[at] ^ 0xFF);
    gate_->handle(octets);  // refused, or an instance like any other
  }
  std::string broken = whole;
  broken[unit] = 0;
  const std::size_t before = services_->calls().size();
  EXPECT_TRUE(gate_->handle(broken));  // its answer says what is wrong
  EXPECT_EQ(services_->calls().size(), before);
}

}  // namespace
}  // namespace wmid
