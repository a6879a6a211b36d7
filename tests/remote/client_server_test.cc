// Our client against our server and the manager behind it, what a door may do: every operation in three modes, every type, many rows, sinks
// that fail or stall, processes that are killed on either side.
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "cim/testing/fake_services.h"
#include "manager/manager_testing.h"
#include "remote/testing/loopback_machine.h"

namespace {

using namespace std::chrono_literals;
using namespace base::codes;
using cim::testing::RecordingSink;
using manager::testing::FunctionProvider;
using manager::testing::TestManager;
using remote::testing::LoopbackMachine;

constexpr const char* kClasses = R"(
class Note { [key] string Name; uint32 Version; };
[dynamic, provider("TestProvider")] class Live { [key] uint32 Number; string Text; [static, implemented] uint32 Do([in] uint32 X, [out] uint32 Y); };
class Types {
  [key] uint32 Id; boolean B; sint8 S8; uint8 U8; sint16 S16; uint16 U16; sint32 S32; uint32 U32; sint64 S64; uint64 U64; real32 R32; real64 R64;
  char16 C; string T; datetime D; Note ref R;
  boolean Bs[]; sint8 S8s[]; uint8 U8s[]; sint16 S16s[]; uint16 U16s[]; sint32 S32s[]; uint32 U32s[]; sint64 S64s[]; uint64 U64s[];
  real32 R32s[]; real64 R64s[]; char16 Cs[]; string Ts[]; datetime Ds[]; Note ref Rs[]; string Empty[]; string Null;
  object O; object Os[]; Note N; Note Ns[]; object NoO; object NoOs[];
};
instance of Note { Name = "n"; Version = 1; };
instance of Types {
  Id = 1; B = true; S8 = -128; U8 = 255; S16 = -32768; U16 = 65535; S32 = -2147483648; U32 = 4294967295; S64 = -9223372036854775807;
  U64 = 18446744073709551615; R32 = 1.5; R64 = -2.25e300; C = 8364; T = "Gr\x00FC\x00DF\x20AC"; D = "20260102030405.000000+060"; R = "Note.Name=\"n\"";
  Bs = {true, false}; S8s = {-1, 2}; U8s = {1, 200}; S16s = {-300, 4}; U16s = {50000}; S32s = {-70000, 1}; U32s = {4000000000}; S64s = {-5000000000};
  U64s = {18446744073709551615, 0}; R32s = {0.5, -1.5}; R64s = {1e-300}; Cs = {65, 8364}; Ts = {"a", "", "\x65E5"};
  Ds = {"20260102030405.000000+060", "00000001020304.000005:000"}; Rs = {"Note.Name=\"n\""}; Empty = {};
  O = instance of Note { Name = "inner \x20AC"; Version = 7; }; N = instance of Note { Name = "typed"; Version = 8; };
  Os = {instance of Note { Name = "first"; }, instance of Live { Number = 2; Text = "second"; }};
  Ns = {instance of Note { Name = "a"; Version = 9; }, instance of Note { Name = "b"; }};
};
)";
constexpr std::uint32_t kRows = 100'000;

std::shared_ptr<FunctionProvider> make_provider() {
  auto provider = std::make_shared<FunctionProvider>();
  provider->caps.methods = true;
  provider->on_enumerate = [](manager::ProviderCall& call, const manager::Wanted&) -> base::Status {
    cim::InstanceBuilder row(call.cls());
    for (std::uint32_t i = 0; i < kRows; ++i) {
      row.reset();
      TRY(row.set("Number", cim::Value::uint(i)));
      TRY(row.set("Text", cim::Value::text("row " + std::to_string(i))));
      TRY(call.indicate(row));
    }
    return {};
  };
  provider->on_method = [](manager::MethodCall& call) -> base::Status {
    TRY(call.out("Y", cim::Value::uint(*call.in("X").as_uint() + 1)));
    return call.out("ReturnValue", cim::Value::uint(0));
  };
  return provider;
}

/// Checks that rows come in order and counts them.
class Counter final : public cim::Sink {
 public:
  base::Hresult Indicate(const cim::Batch& batch, cim::CallbackScope&) override {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const auto number = batch.object(i).get("Number");
      wrong += !number || *number->as_uint() != rows + i;
    }
    rows += batch.size();
    return WBEM_S_NO_ERROR;
  }
  base::Hresult SetStatus(const cim::SinkStatus& status, cim::CallbackScope&) override {
    code = status.code;
    ended.store(true);
    ended.notify_all();
    return WBEM_S_NO_ERROR;
  }
  std::size_t rows = 0;
  std::size_t wrong = 0;
  base::Hresult code{WBEM_S_NO_ERROR};
  std::atomic<bool> ended{false};
};

bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 4000; ++i, std::this_thread::sleep_for(5ms)) {
    if (condition()) return true;
  }
  return false;
}

class ClientServer : public testing::Test {
 protected:
  ClientServer() : manager_({{"TestProvider", "Live", make_provider()}}) {
    manager_.compile(kClasses);
    LoopbackMachine::Options options;
    options.clock = &clock_;
    server_ = std::make_unique<LoopbackMachine>(network_, *manager_.manager, options);
    auto client = LoopbackMachine::client(server_->port());
    client.clock = &clock_;
    machine_ = std::make_unique<remote::Machine>(network_, client);
    auto connected = machine_->connect("root\\cimv2");
    EXPECT_TRUE(connected) << connected.error().to_string();
    services_ = connected.value_or(nullptr);
  }
  ~ClientServer() override {
    services_.reset();
    machine_.reset();
    server_.reset();
  }
  static cim::CallOptions callbacks() {
    cim::CallOptions out;
    out.delivery = cim::Delivery::kCallback;
    return out;
  }
  bool manager_is_idle() {
    return eventually([&] { return manager_.manager->operations().empty(); });
  }

  base::ManualClock clock_;
  rpc::Network network_{2};
  TestManager manager_;
  std::unique_ptr<LoopbackMachine> server_;
  std::unique_ptr<remote::Machine> machine_;
  cim::ServicesPtr services_;
};

// Every operation in three modes.

enum class Mode { kSynchronous, kSemiSynchronous, kAsynchronous };
constexpr std::uint32_t kSemi = cim::flag::kReturnImmediately;

struct Outcome {
  base::Status status;
  std::optional<cim::Object> object;
  std::string text;
  std::size_t rows = 0;
};

Outcome of(const base::Status& status) { return {status, {}, {}, 0}; }
Outcome of(const base::Result<std::string>& text) { return text ? Outcome{{}, {}, *text, 0} : of(text.error()); }
Outcome of(const base::Result<cim::Object>& object) { return object ? Outcome{{}, *object, {}, 0} : of(object.error()); }
Outcome of(const base::Result<std::optional<cim::Instance>>& out) {
  if (!out) return of(out.error());
  return *out ? Outcome{{}, cim::Object(**out), {}, 0} : of(base::Status());
}
Outcome of(const base::Result<cim::CallResultPtr>& result) {
  if (!result) return of(result.error());
  Outcome out;
  if (const base::Status status = (*result)->GetCallStatus(cim::kInfinite, &out.status); !status.ok()) return of(status);
  if (!out.status.ok()) return out;
  cim::ObjectPtr object;
  if ((*result)->GetResultObject(cim::kInfinite, &object).ok()) out.object = *object;
  (*result)->GetResultString(cim::kInfinite, &out.text).ok();
  return out;
}
Outcome of(const base::Result<cim::EnumeratorPtr>& rows) {
  if (!rows) return of(rows.error());
  std::vector<cim::Object> got;
  base::Status status;
  while ((status = (*rows)->Next(cim::kInfinite, 1000, got)).code() == WBEM_S_NO_ERROR) continue;
  return {status.code() == WBEM_S_FALSE ? base::Status() : status, {}, {}, got.size()};
}
/// `start`: base::Status(const cim::SinkPtr&).
Outcome of_callbacks(auto&& start) {
  const auto sink = std::make_shared<RecordingSink>();
  if (const base::Status status = start(sink); !status.ok()) return of(status);
  EXPECT_TRUE(sink->wait());
  EXPECT_EQ(sink->faults(), 0);
  Outcome out{base::Status(sink->code()), {}, sink->statuses().back().text, sink->rows()};
  if (out.rows == 1) out.object = sink->batches()[0].object(0);
  return out;
}

class Modes : public ClientServer, public testing::WithParamInterface<Mode> {
 protected:
  /// One of the three forms of an operation.
  static Outcome in_mode(auto&& synchronous, auto&& semi, auto&& asynchronous) {
    if (GetParam() == Mode::kSynchronous) return of(synchronous());
    if (GetParam() == Mode::kSemiSynchronous) return of(semi());
    return of_callbacks(asynchronous);
  }
  Outcome get(const std::string& path) {
    return in_mode([&] { return cim::GetObject(*services_, path); }, [&] { return cim::GetObjectSemi(services_, path, kSemi, {}); },
                   [&](const cim::SinkPtr& sink) { return services_->GetObjectAsync(path, callbacks(), sink); });
  }
  /// `open(flags)` and `start(sink)` of an enumeration.
  static Outcome rows(auto&& open, auto&& start) {
    return in_mode([&] { return open(0U); }, [&] { return open(kSemi | cim::flag::kForwardOnly); }, start);
  }
};

TEST_P(Modes, Classes) {
  cim::ClassBuilder builder("Made");
  EXPECT_TRUE(builder.put_property("Id", {cim::CimType::kUint32}).ok());
  const cim::ClassPtr made = *builder.build();
  const Outcome put =
      in_mode([&] { return cim::PutClass(*services_, made); }, [&] { return cim::PutClassSemi(services_, made, kSemi, {}); },
              [&](const cim::SinkPtr& sink) { return services_->PutClassAsync(made, callbacks(), sink); });
  EXPECT_TRUE(put.status.ok()) << put.status.to_string();
  const Outcome read = get("Made");
  ASSERT_TRUE(read.object) << read.status.to_string();
  EXPECT_EQ(read.object->cls()->name(), "Made");
  const Outcome all = rows([&](std::uint32_t flags) { return cim::CreateClassEnum(services_, std::nullopt, cim::flag::kShallow | flags); },
                           [&](const cim::SinkPtr& sink) {
                             cim::CallOptions options = callbacks();
                             options.flags = cim::flag::kShallow;
                             return services_->CreateClassEnumAsync(std::nullopt, options, sink);
                           });
  EXPECT_TRUE(all.status.ok()) << all.status.to_string();
  EXPECT_GT(all.rows, 3U);
  const auto remove = [&] {
    return in_mode([&] { return cim::DeleteClass(*services_, "Made"); }, [&] { return cim::DeleteClassSemi(services_, "Made", kSemi, {}); },
                   [&](const cim::SinkPtr& sink) { return services_->DeleteClassAsync("Made", callbacks(), sink); });
  };
  EXPECT_TRUE(remove().status.ok());
  EXPECT_EQ(remove().status.code(), WBEM_E_NOT_FOUND);
  EXPECT_EQ(get("Made").status.code(), WBEM_E_NOT_FOUND);
}

TEST_P(Modes, Instances) {
  cim::InstanceBuilder note(get("Note").object->cls());
  EXPECT_TRUE(note.set("Name", cim::Value::text("made")).ok());
  const cim::Instance made = note.build();
  const Outcome put =
      in_mode([&] { return cim::PutInstance(*services_, made); }, [&] { return cim::PutInstanceSemi(services_, made, kSemi, {}); },
              [&](const cim::SinkPtr& sink) { return services_->PutInstanceAsync(made, callbacks(), sink); });
  EXPECT_TRUE(put.status.ok()) << put.status.to_string();
  EXPECT_NE(put.text.find("Note.Name=\"made\""), std::string::npos) << put.text;
  ASSERT_TRUE(get("Note.Name='made'").object);
  const Outcome all = rows([&](std::uint32_t flags) { return cim::CreateInstanceEnum(services_, "Note", flags); },
                           [&](const cim::SinkPtr& sink) { return services_->CreateInstanceEnumAsync("Note", callbacks(), sink); });
  EXPECT_EQ(all.rows, 2U) << all.status.to_string();
  const std::string query = "SELECT * FROM Note WHERE Name = 'made'";
  const Outcome some = rows([&](std::uint32_t flags) { return cim::ExecQuery(services_, "WQL", query, flags); },
                            [&](const cim::SinkPtr& sink) { return services_->ExecQueryAsync("WQL", query, callbacks(), sink); });
  EXPECT_EQ(some.rows, 1U) << some.status.to_string();
  const std::string path = "Note.Name='made'";
  const Outcome gone =
      in_mode([&] { return cim::DeleteInstance(*services_, path); }, [&] { return cim::DeleteInstanceSemi(services_, path, kSemi, {}); },
              [&](const cim::SinkPtr& sink) { return services_->DeleteInstanceAsync(path, callbacks(), sink); });
  EXPECT_TRUE(gone.status.ok()) << gone.status.to_string();
  EXPECT_EQ(get(path).status.code(), WBEM_E_NOT_FOUND);
}

TEST_P(Modes, MethodsNamespacesAndEvents) {
  cim::InstanceBuilder in(get("Live").object->cls()->method("Do")->in);
  EXPECT_TRUE(in.set("X", cim::Value::uint(41)).ok());
  const std::optional<cim::Instance> given = in.build();
  const Outcome called =
      in_mode([&] { return cim::ExecMethod(*services_, "Live", "Do", given); },
              [&] { return cim::ExecMethodSemi(services_, "Live", "Do", given, kSemi, {}); },
              [&](const cim::SinkPtr& sink) { return services_->ExecMethodAsync("Live", "Do", given, callbacks(), sink); });
  ASSERT_TRUE(called.object) << called.status.to_string();
  EXPECT_EQ(*called.object->get("Y")->as_uint(), 42U);

  // OpenNamespace has no third form.
  cim::ServicesPtr below;
  if (GetParam() == Mode::kSemiSynchronous) {
    const auto opened = cim::OpenNamespaceSemi(services_, "\\\\.\\root\\default", kSemi, {});
    ASSERT_TRUE(opened && (*opened)->GetResultServices(cim::kInfinite, &below).ok());
  } else {
    below = cim::OpenNamespace(*services_, "\\\\.\\root\\default").value_or(nullptr);
  }
  ASSERT_TRUE(below);
  EXPECT_EQ(below->name_space(), "root\\default");

  const std::string query = "SELECT * FROM __InstanceCreationEvent WITHIN 1 WHERE TargetInstance ISA 'Note'";
  constexpr std::uint32_t kEvents = kSemi | cim::flag::kForwardOnly;
  const auto listen = [&] { return cim::ExecNotificationQuery(services_, "WQL", query, kEvents); };
  const Outcome events = in_mode(
      listen, listen, [&](const cim::SinkPtr& sink) { return services_->ExecNotificationQueryAsync("WQL", query, callbacks(), sink); });
  EXPECT_EQ(events.status.code(), WBEM_E_NOT_SUPPORTED);
  EXPECT_EQ(services_->QueryObjectSink(0).error().code(), WBEM_E_NOT_SUPPORTED);
  EXPECT_TRUE(base::failed(services_->CancelAsyncCall(std::make_shared<RecordingSink>()).code()));
}

std::string name_of(const testing::TestParamInfo<Mode>& mode) {
  constexpr std::array kNames = {"Synchronous", "SemiSynchronous", "Asynchronous"};
  return kNames[static_cast<std::size_t>(mode.param)];
}
INSTANTIATE_TEST_SUITE_P(All, Modes, testing::Values(Mode::kSynchronous, Mode::kSemiSynchronous, Mode::kAsynchronous), name_of);

/// What a value displays as; of embedded objects, class and values one by one.
std::string shown(const cim::Value& value) {
  if (const auto* object = value.as_object()) {
    std::string out = (*object)->cls()->name() + " {";
    for (const cim::Property& property : (*object)->cls()->properties())
      out += property.name + "=" + shown(*(*object)->get(property.name)) + ";";
    return out + "}";
  }
  const auto* array = value.as_array();
  if (!array || array->empty() || !array->front().as_object()) return cim::to_display(value);
  std::string out;
  for (const cim::Value& element : *array) out += shown(element);
  return out;
}

TEST_F(ClientServer, EveryType) {
  const auto local = manager_.manager->connect("root\\cimv2", cim::Caller::process_user(), "");
  ASSERT_TRUE(local) << local.error().to_string();
  const auto here = cim::GetObject(**local, "Types.Id=1");
  const auto there = cim::GetObject(*services_, "Types.Id=1");
  ASSERT_TRUE(here && there) << (there ? "" : there.error().to_string());
  cim::InstanceBuilder copy(*there->as_instance());
  EXPECT_TRUE(copy.set("Id", cim::Value::uint(2)).ok());
  ASSERT_TRUE(cim::PutInstance(*services_, copy.build()));
  const auto put = cim::GetObject(**local, "Types.Id=2");
  ASSERT_TRUE(put);
  std::size_t compared = 0;
  for (const cim::Property& property : here->cls()->properties()) {
    const std::string value = shown(*here->get(property.name));
    EXPECT_EQ(shown(*there->get(property.name)), value) << property.name;
    EXPECT_EQ(there->cls()->property(property.name)->type.base, property.type.base) << property.name;
    if (property.name == "Id") continue;
    EXPECT_EQ(shown(*put->get(property.name)), value) << property.name;
    ++compared;
  }
  EXPECT_EQ(compared, 38U);
  EXPECT_EQ(shown(*there->get("O")), R"(Note {Name="inner €";Version=7;})");
  EXPECT_EQ(shown(*put->get("Os")), R"(Note {Name="first";Version=NULL;}Live {Number=2;Text="second";})");
}

TEST_F(ClientServer, AHundredThousandRows) {
  for (const cim::Delivery delivery : {cim::Delivery::kAny, cim::Delivery::kCallback}) {
    cim::CallOptions options;
    options.delivery = delivery;
    const auto sink = std::make_shared<Counter>();
    ASSERT_TRUE(services_->CreateInstanceEnumAsync("Live", options, sink).ok());
    sink->ended.wait(false);
    EXPECT_EQ(sink->code, WBEM_S_NO_ERROR);
    EXPECT_EQ(sink->rows, kRows);
    EXPECT_EQ(sink->wrong, 0U);
  }
}

TEST_F(ClientServer, ASinkThatFails) {
  for (const cim::Delivery delivery : {cim::Delivery::kAny, cim::Delivery::kCallback}) {
    cim::CallOptions options;
    options.delivery = delivery;
    const auto sink = std::make_shared<RecordingSink>(false, WBEM_E_OUT_OF_MEMORY);
    ASSERT_TRUE(services_->CreateInstanceEnumAsync("Live", options, sink).ok());
    ASSERT_TRUE(sink->wait());
    EXPECT_EQ(sink->code(), WBEM_E_CALL_CANCELLED);
    EXPECT_EQ(sink->batches().size(), 1U);
    EXPECT_EQ(sink->faults(), 0);
    EXPECT_TRUE(manager_is_idle());
  }
}

TEST_F(ClientServer, ASinkThatStalls) {
  for (const cim::Delivery delivery : {cim::Delivery::kAny, cim::Delivery::kCallback}) {
    cim::CallOptions options;
    options.delivery = delivery;
    const auto sink = std::make_shared<RecordingSink>(true);
    ASSERT_TRUE(services_->CreateInstanceEnumAsync("Live", options, sink).ok());
    ASSERT_TRUE(sink->wait_for_batches(1));
    std::this_thread::sleep_for(20ms);
    EXPECT_EQ(sink->code(), WBEM_S_PENDING);
    clock_.advance(31s);
    server_->check_time();
    ASSERT_TRUE(eventually([&] { return manager_.manager->operations().empty() || sink->code() != WBEM_S_PENDING; }));
    sink->answer();  // too late
    ASSERT_TRUE(sink->wait());
    EXPECT_EQ(sink->code(), WBEM_E_CALL_CANCELLED);
    EXPECT_TRUE(manager_is_idle());
  }
}

// Processes that are killed. A child is this program again with one of the tests that are disabled otherwise.

constexpr const char* kPortOut = "OWMI_TEST_PORT_OUT";
constexpr const char* kPort = "OWMI_TEST_PORT";

pid_t start_child(const std::string& test, const char* name, const std::string& value) {
  const std::string filter = "--gtest_filter=" + test;
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::setenv(name, value.c_str(), 1);
  ::execl("/proc/self/exe", "client_server_test", filter.c_str(), "--gtest_also_run_disabled_tests", nullptr);
  ::_exit(127);
}

TEST_F(ClientServer, DISABLED_ServesUntilKilled) {
  const char* out = std::getenv(kPortOut);
  ASSERT_TRUE(out);
  const std::uint16_t port = server_->port();
  ASSERT_EQ(::write(std::atoi(out), &port, sizeof port), static_cast<ssize_t>(sizeof port));
  for (;;) ::pause();
}

TEST(ClientProcess, DISABLED_VanishesInTheMiddle) {
  const char* port = std::getenv(kPort);
  ASSERT_TRUE(port);
  rpc::Network network;
  remote::Machine machine(network, LoopbackMachine::client(static_cast<std::uint16_t>(std::atoi(port))));
  const auto services = machine.connect("root\\cimv2");
  ASSERT_TRUE(services);
  for (const cim::Delivery delivery : {cim::Delivery::kAny, cim::Delivery::kCallback}) {
    cim::CallOptions options;
    options.delivery = delivery;
    const auto sink = std::make_shared<RecordingSink>(true);
    ASSERT_TRUE((*services)->CreateInstanceEnumAsync("Live", options, sink).ok());
    ASSERT_TRUE(sink->wait_for_batches(1));
  }
  ::raise(SIGKILL);
}

TEST_F(ClientServer, AClientThatIsKilled) {
  const std::size_t before = server_->exporter().figures().objects;
  const pid_t client = start_child("ClientProcess.DISABLED_VanishesInTheMiddle", kPort, std::to_string(server_->port()));
  int status = 0;
  ASSERT_EQ(::waitpid(client, &status, 0), client);
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << status;
  EXPECT_GT(server_->exporter().figures().objects, before);
  // The sink's connection is gone, and so is its operation; what was enumerated goes with its pings.
  for (int i = 0; i < 20 && server_->exporter().figures().objects > before; ++i) {
    clock_.advance(30s);
    machine_->check_time();
    std::this_thread::sleep_for(20ms);
    server_->check_time();
  }
  EXPECT_EQ(server_->exporter().figures().objects, before);
  EXPECT_TRUE(manager_is_idle());
  EXPECT_TRUE(eventually([&] { return server_->wmi().figures().operations + server_->wmi().figures().enumerators == 0; }));
  EXPECT_TRUE(cim::GetObject(*services_, "Note.Name='n'"));  // others are served as before
}

class ServerProcess : public testing::TestWithParam<cim::Delivery> {};

TEST_P(ServerProcess, IsKilledInTheMiddle) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const pid_t server = start_child("ClientServer.DISABLED_ServesUntilKilled", kPortOut, std::to_string(ends[1]));
  std::uint16_t port = 0;
  ASSERT_EQ(::read(ends[0], &port, sizeof port), static_cast<ssize_t>(sizeof port));
  rpc::Network network;
  remote::Machine machine(network, LoopbackMachine::client(port));
  const auto services = machine.connect("root\\cimv2");
  ASSERT_TRUE(services);
  cim::CallOptions options;
  options.delivery = GetParam();
  const auto sink = std::make_shared<RecordingSink>(true);
  ASSERT_TRUE((*services)->CreateInstanceEnumAsync("Live", options, sink).ok());
  ASSERT_TRUE(sink->wait_for_batches(1));
  ::kill(server, SIGKILL);
  ::waitpid(server, nullptr, 0);
  ASSERT_TRUE(eventually([&] {
    sink->answer();
    return sink->code() != WBEM_S_PENDING;
  }));
  EXPECT_TRUE(base::failed(sink->code()));
  EXPECT_EQ(sink->faults(), 0);
  const auto later = cim::GetObject(**services, "Note.Name='n'");
  ASSERT_FALSE(later);
  EXPECT_EQ(later.error().code(), rpc::RPC_S_SERVER_UNAVAILABLE) << later.error().to_string();
  EXPECT_FALSE(later.error().text().empty());
  ::close(ends[0]);
  ::close(ends[1]);
}

INSTANTIATE_TEST_SUITE_P(Ways, ServerProcess, testing::Values(cim::Delivery::kAny, cim::Delivery::kCallback),
                         [](const auto& way) { return way.param == cim::Delivery::kAny ? "Polled" : "Callbacks"; });

}  // namespace
