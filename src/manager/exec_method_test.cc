#include "manager/manager_testing.h"

namespace manager {
namespace {

using testing::FunctionProvider;
using testing::ScriptedSink;
using testing::TestManager;

constexpr const char* kMachines = R"(
class Startup { uint32 Priority; };
class FastStartup : Startup { uint32 Speed; };
class Unrelated { uint32 X; };
[dynamic, provider("TestProvider")] class Machine {
  [key] string Name;
  [static, implemented] uint32 Add([in] sint32 A, [in] sint32 B = 10, [in, optional] string Comment, [out] sint32 Sum);
  [static, implemented] uint32 Nothing();
  [static, implemented] void Void();
  [static, implemented] uint32 Start([in] Startup How, [out] uint32 Priority);
  [implemented] uint32 Stop([out] string Who);
  [implemented, Bypass_GetObject] uint32 Poke([out] string Who);
  [static, implemented, disabled] uint32 Off();
  [static] uint32 Declared();
};
[dynamic, provider("OtherProvider")] class BigMachine : Machine {
  string Extra;
  [implemented] uint32 Stop([out] string Who);
};
class StaticMachine : Machine { uint32 Size; };
instance of StaticMachine { Name = "shelf"; Size = 1; };
[dynamic, provider("Nobody")] class Orphan { [key] string Name; [static, implemented] uint32 Do(); };
)";

base::Status run(MethodCall& call, std::string_view who) {
  const std::string& name = call.method().name;
  if (name == "Add") {
    TRY(call.out("Sum", cim::Value::sint(*call.in("A").as_sint() + *call.in("B").as_sint())));
    if (call.out("Missing", {}).code() != WBEM_E_NOT_FOUND) return WBEM_E_UNEXPECTED;
  }
  if (name == "Void") return {};
  if (name == "Start") {
    const cim::Value how = call.in("How");
    if (how.as_object() != nullptr) TRY(call.out("Priority", (*how.as_object())->instance().value("Priority")));
  }
  if (name == "Stop" || name == "Poke") TRY(call.out("Who", cim::Value::text(fmt::format("{} {}", who, call.path().to_string()))));
  return call.out("ReturnValue", cim::Value::uint(0));
}

class ExecMethodTest : public ::testing::TestWithParam<bool> {
 protected:
  ExecMethodTest() {
    for (const auto& [provider, who] : {std::pair{first_, "first"}, std::pair{second_, "second"}}) {
      provider->caps.methods = true;
      provider->caps.inline_calls = GetParam();
      provider->on_method = [who = who](MethodCall& call) { return run(call, who); };
      provider->on_get = [](ProviderCall& call, const cim::ObjectPath& path, const Wanted&) -> base::Status {
        const std::string wanted = call.cls()->name() == "Machine" ? "small" : "big";
        if (path.keys.at(0).value != cim::Value::text(wanted)) return WBEM_E_NOT_FOUND;
        cim::InstanceBuilder row(call.cls());
        TRY(row.set("Name", path.keys[0].value));
        return call.indicate(row);
      };
    }
    manager_.emplace(std::vector<ProviderRegistration>{{"TestProvider", "Machine", first_}, {"OtherProvider", "BigMachine", second_}});
    manager_->compile(kMachines);
  }
  cim::ClassPtr cls(const char* name) { return cim::GetObject(*manager_->services, name)->cls(); }
  base::Result<std::optional<cim::Instance>> call(const char* path, const char* method, const std::optional<cim::Instance>& in = {}) {
    return cim::ExecMethod(*manager_->services, path, method, in);
  }
  base::Hresult code(const char* path, const char* method, const std::optional<cim::Instance>& in = {}) {
    const auto result = call(path, method, in);
    return result ? WBEM_S_NO_ERROR : result.error().code();
  }
  /// An instance of a class made for the occasion: { name, type, value }.
  static cim::Instance params(std::vector<std::tuple<const char*, cim::CimType, cim::Value>> values) {
    cim::ClassBuilder builder("__PARAMETERS");
    for (const auto& [name, type, value] : values) EXPECT_TRUE(builder.put_property(name, {type, false}).ok());
    const cim::ClassPtr made = *builder.build();
    cim::InstanceBuilder instance(made);
    for (const auto& [name, type, value] : values) EXPECT_TRUE(instance.set(name, value).ok());
    return instance.build();
  }
  static cim::Value sint(int i) { return cim::Value::sint(i); }

  std::shared_ptr<FunctionProvider> first_ = std::make_shared<FunctionProvider>();
  std::shared_ptr<FunctionProvider> second_ = std::make_shared<FunctionProvider>();
  std::optional<TestManager> manager_;
};

TEST_P(ExecMethodTest, GivesTheOutParameters) {
  cim::InstanceBuilder in(cls("Machine")->method("Add")->in);
  ASSERT_TRUE(in.set("A", sint(3)).ok());
  const auto out = call("machine", "add", in.build());
  ASSERT_TRUE(out.has_value()) << out.error().to_string();
  EXPECT_EQ((*out)->value("Sum").as_sint(), 13) << "B has a default";
  EXPECT_EQ((*out)->value("ReturnValue").as_uint(), 0U);
  EXPECT_EQ((*out)->cls()->name(), "__PARAMETERS");
}

TEST_P(ExecMethodTest, TakesNoInputsAsNullOrAsAnEmptyInstance) {
  EXPECT_EQ(code("Machine", "Nothing"), WBEM_S_NO_ERROR);
  EXPECT_EQ(code("Machine", "Nothing", params({})), WBEM_S_NO_ERROR);
  EXPECT_EQ(code("Machine", "Nothing", params({{"A", cim::CimType::kSint32, sint(1)}})), WBEM_E_INVALID_METHOD_PARAMETERS);
}

TEST_P(ExecMethodTest, SendsNoObjectForAVoidMethod) {
  const auto sink = std::make_shared<ScriptedSink>();
  ASSERT_TRUE(manager_->services->ExecMethodAsync("Machine", "Void", std::nullopt, {}, sink).ok());
  EXPECT_EQ(sink->code(), WBEM_S_NO_ERROR);
  EXPECT_EQ(sink->lines(), std::vector<std::string>{"complete 0x00000000"});
}

TEST_P(ExecMethodTest, ChecksInParametersByNameTypeAndPresence) {
  const auto sint32 = cim::CimType::kSint32;
  EXPECT_EQ(code("Machine", "Add", params({{"A", sint32, sint(1)}})), WBEM_S_NO_ERROR);
  EXPECT_EQ(code("Machine", "Add", params({{"B", sint32, sint(1)}})), WBEM_E_INVALID_METHOD_PARAMETERS);
  EXPECT_EQ(code("Machine", "Add", params({{"A", sint32, sint(1)}, {"C", sint32, sint(1)}})), WBEM_E_INVALID_METHOD_PARAMETERS);
  EXPECT_EQ(code("Machine", "Add", params({{"A", cim::CimType::kString, cim::Value::text("1")}})), WBEM_E_INVALID_METHOD_PARAMETERS);
  EXPECT_EQ(code("Machine", "Add"), WBEM_E_INVALID_METHOD_PARAMETERS);
}

TEST_P(ExecMethodTest, TakesEmbeddedObjectsOfTheRightClass) {
  const auto start = [&](const char* name) {
    const cim::ClassPtr startup = cls(name);
    cim::InstanceBuilder how(startup);
    if (startup->property("Priority") != nullptr) (void)how.set("Priority", cim::Value::uint(7));
    cim::InstanceBuilder in(cls("Machine")->method("Start")->in);
    EXPECT_TRUE(in.set("How", cim::Value::object(std::make_shared<const cim::Object>(how.build()))).ok());
    return call("Machine", "Start", in.build());
  };
  for (const char* name : {"Startup", "FastStartup"}) {
    const auto out = start(name);
    ASSERT_TRUE(out.has_value()) << out.error().to_string();
    EXPECT_EQ((*out)->value("Priority").as_uint(), 7U);
  }
  EXPECT_EQ(start("Unrelated").error().code(), WBEM_E_INVALID_METHOD_PARAMETERS);
}

TEST_P(ExecMethodTest, RunsInheritedAndOverriddenMethods) {
  const auto who = [&](const char* path, const char* method) -> std::string {
    const auto out = call(path, method);
    return out ? *(*out)->value("Who").as_text() : out.error().to_string();
  };
  EXPECT_EQ(who("Machine.Name='small'", "Stop"), "first Machine.Name=\"small\"");
  EXPECT_EQ(who("Machine.Name='big'", "Stop"), "second BigMachine.Name=\"big\"") << "the instance's own class overrides it";
  EXPECT_EQ(who("BigMachine='big'", "Poke"), "first BigMachine.Name=\"big\"") << "inherited: the provider of the class that implements it";
  EXPECT_EQ(who("Machine.Name='shelf'", "Stop"), "first StaticMachine.Name=\"shelf\"");
}

TEST_P(ExecMethodTest, LooksForTheInstanceUnlessItIsBypassed) {
  EXPECT_EQ(code("Machine.Name='none'", "Stop"), WBEM_E_NOT_FOUND);
  EXPECT_EQ(code("Machine.Name='none'", "Poke"), WBEM_S_NO_ERROR);
  EXPECT_EQ(code("Machine.Name='none'", "Nothing"), WBEM_S_NO_ERROR) << "static";
  EXPECT_EQ(code("Machine.Nam='small'", "Stop"), WBEM_E_INVALID_OBJECT_PATH);
}

TEST_P(ExecMethodTest, RefusesWhatCannotRun) {
  EXPECT_EQ(code("NoMachine", "Add"), WBEM_E_INVALID_CLASS);
  EXPECT_EQ(code("Machine", "Ad"), WBEM_E_INVALID_METHOD);
  EXPECT_NE(call("Machine", "Ad").error().text().find("did you mean Add?"), std::string::npos);
  EXPECT_EQ(code("Machine", "Off"), WBEM_E_METHOD_DISABLED);
  EXPECT_EQ(code("Machine", "Declared"), WBEM_E_METHOD_NOT_IMPLEMENTED);
  EXPECT_EQ(code("Orphan", "Do"), WBEM_E_METHOD_NOT_IMPLEMENTED);
  EXPECT_EQ(code("Machine", "Stop"), WBEM_E_INVALID_METHOD_PARAMETERS) << "an instance method on the class";
}

TEST_P(ExecMethodTest, ChecksBeforeItStarts) {
  const auto sink = std::make_shared<ScriptedSink>();
  cim::Services& services = *manager_->services;
  EXPECT_EQ(services.ExecMethodAsync(std::nullopt, "Add", {}, {}, sink).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(services.ExecMethodAsync("Machine", std::nullopt, {}, {}, sink).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(services.ExecMethodAsync("Machine", "Add", {}, {.flags = 1}, sink).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(services.ExecMethodAsync("Machine.Name=", "Add", {}, {}, sink).code(), WBEM_E_INVALID_OBJECT_PATH);
  EXPECT_EQ(services.ExecMethodAsync("Machine", "Add", {}, {}, nullptr).code(), WBEM_E_INVALID_PARAMETER);
  cim::Caller reader = manager_->manager->local_caller();
  reader.administrator = false;
  reader.max_rights = cim::right::kEnable;
  EXPECT_EQ(manager_->connect("root\\cimv2", reader)->ExecMethodAsync("Machine", "Nothing", {}, {}, sink).code(), WBEM_E_ACCESS_DENIED);
  manager_->manager->drain();
  EXPECT_TRUE(sink->lines().empty());
}

TEST_P(ExecMethodTest, ReportsFailuresOfTheProvider) {
  first_->on_method = [](MethodCall&) -> base::Status { throw std::runtime_error("boom"); };
  const auto thrown = call("Machine", "Nothing");
  EXPECT_EQ(thrown.error().code(), WBEM_E_PROVIDER_FAILURE);
  EXPECT_NE(thrown.error().text().find("boom"), std::string::npos);
  first_->on_method = [](MethodCall&) { return base::Status(WBEM_E_OUT_OF_MEMORY, "no memory"); };
  EXPECT_EQ(code("Machine", "Nothing"), WBEM_E_OUT_OF_MEMORY);
  const auto sink = std::make_shared<ScriptedSink>();
  ASSERT_TRUE(manager_->services->ExecMethodAsync("Machine", "Nothing", {}, {}, sink).ok());
  sink->wait();
  EXPECT_EQ(sink->final_status().error->instance().value("ProviderName"), cim::Value::text("TestProvider"));
}

TEST_P(ExecMethodTest, LetsAProviderAnswerLater) {
  std::thread later;
  first_->on_method = [&](MethodCall& call) -> base::Status {
    auto kept = call.detach();
    (void)call.out("ReturnValue", cim::Value::uint(5));
    later = std::thread([kept = std::move(kept)] {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      kept->finish({});
    });
    return WBEM_S_PENDING;
  };
  const auto out = call("Machine", "Nothing");
  ASSERT_TRUE(out.has_value()) << out.error().to_string();
  EXPECT_EQ((*out)->value("ReturnValue").as_uint(), 5U);
  later.join();
}

INSTANTIATE_TEST_SUITE_P(PoolAndInline, ExecMethodTest, ::testing::Bool());

TEST(ProviderTimeout, CostsTheCallOnly) {
  auto provider = std::make_shared<FunctionProvider>();
  testing::Gate gate;
  std::atomic<bool> hang{true};
  provider->on_enumerate = [&](ProviderCall& call, const Wanted&) -> base::Status {
    if (hang) gate.pass();
    cim::InstanceBuilder row(call.cls());
    TRY(row.set("Name", cim::Value::text("x")));
    return call.indicate(row);
  };
  TestManager manager({{"TestProvider", "Slow", provider, std::chrono::seconds(5)}},
                      [](Options& options) { options.provider_threads = 1; });
  manager.compile(R"([dynamic, provider("TestProvider")] class Slow { [key] string Name; };)");
  const auto sink = std::make_shared<ScriptedSink>();
  ASSERT_TRUE(manager.services->CreateInstanceEnumAsync("Slow", {}, sink).ok());
  ASSERT_TRUE(gate.wait_for_visitor());
  std::this_thread::sleep_for(std::chrono::milliseconds(150));
  manager.clock.advance(std::chrono::seconds(6));
  EXPECT_EQ(sink->code(), WBEM_E_PROVIDER_TIMED_OUT);
  hang = false;
  const auto next = std::make_shared<ScriptedSink>();
  ASSERT_TRUE(manager.services->CreateInstanceEnumAsync("Slow", {}, next).ok());
  EXPECT_EQ(next->code(), WBEM_S_NO_ERROR) << "the only thread was replaced";
  gate.open();
  manager.manager->drain();
  EXPECT_EQ(sink->lines().size(), 1U) << "the late row is dropped";
}

}  // namespace
}  // namespace manager
