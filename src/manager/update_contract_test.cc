// Updates through the asynchronous contract: the final status, its __ExtendedStatus, and what becomes of operations whose namespace or
// class goes away under them.
#include <set>

#include "manager/manager_testing.h"

namespace manager {
namespace {

using testing::FunctionProvider;
using testing::ScriptedSink;
using testing::TestManager;

constexpr const char* kClasses = R"(
class Part { uint32 V; };
class Special : Part { };
class Other { uint32 V; };
class Item { [key] string Name; [not_null] string Need = "n"; Part Inside; };
class Sub : Item { };
[abstract] class Idea { [key] string Name; };
class Keyless { string Name; };
[dynamic, provider("TestProvider")] class Live { [key] string Name; [not_null] string Need = "n"; Part Inside; };
)";

std::string hex(base::Hresult code) { return fmt::format("0x{:08X}", static_cast<std::uint32_t>(code)); }

class UpdateContractTest : public ::testing::Test {
 protected:
  UpdateContractTest() {
    provider_->caps.put = true;
    provider_->on_put = [this](ProviderCall&, const cim::Instance&, std::uint32_t) -> base::Status {
      ++puts_;
      return {};
    };
    manager_.emplace(std::vector<ProviderRegistration>{{"TestProvider", "Live", provider_}});
    manager_->compile(kClasses);
  }
  cim::Services& services() { return *manager_->services; }
  cim::ClassPtr get(const char* name, std::uint32_t flags = 0) { return cim::GetObject(services(), name, flags)->cls(); }
  cim::InstanceBuilder spawn(const char* cls, const char* name = "a") {
    cim::InstanceBuilder builder(get(cls));
    (void)builder.set("Name", cim::Value::text(name));
    return builder;
  }
  static cim::Value embedded(const cim::ClassPtr& cls) {
    return cim::Value::object(std::make_shared<const cim::Object>(cim::InstanceBuilder(cls).build()));
  }
  template <class Start>
  cim::SinkStatus outcome(Start start) {
    const auto sink = std::make_shared<ScriptedSink>();
    const base::Status status = start(sink);
    EXPECT_TRUE(status.ok()) << "refused before start: " << status.to_string();
    return status.ok() ? sink->final_status() : cim::SinkStatus{};
  }
  cim::SinkStatus put(const cim::Instance& instance, std::uint32_t flags = 0) {
    return outcome([&](const auto& sink) { return services().PutInstanceAsync(instance, {.flags = flags}, sink); });
  }
  cim::SinkStatus put(const cim::ClassPtr& cls, std::uint32_t flags = 0) {
    return outcome([&](const auto& sink) { return services().PutClassAsync(cls, {.flags = flags}, sink); });
  }
  /// `code` with an __ExtendedStatus that repeats it and says in words what `mentions`; no path.
  static void expect_failure(const cim::SinkStatus& status, base::Hresult code, std::string_view mentions, std::string_view operation) {
    SCOPED_TRACE(mentions);
    EXPECT_EQ(status.code, code);
    EXPECT_TRUE(status.text.empty()) << status.text;
    ASSERT_NE(status.error, nullptr);
    EXPECT_EQ(status.error->cls()->name(), "__ExtendedStatus");
    EXPECT_EQ(status.error->get("StatusCode")->as_uint(), static_cast<std::uint32_t>(code));
    const std::string description = *status.error->get("Description")->as_text();
    EXPECT_NE(description.find(mentions), std::string::npos) << description;
    EXPECT_EQ(*status.error->get("Operation")->as_text(), operation);
  }

  std::shared_ptr<FunctionProvider> provider_ = std::make_shared<FunctionProvider>();
  int puts_ = 0;
  std::optional<TestManager> manager_;
};

TEST_F(UpdateContractTest, ErrorsOfPutInstance) {
  const auto fails = [&](const cim::Instance& instance, base::Hresult code, std::string_view mentions, std::uint32_t flags = 0) {
    expect_failure(put(instance, flags), code, mentions, "PutInstanceAsync");
  };
  ASSERT_EQ(put(spawn("Item").build()).code, WBEM_S_NO_ERROR);
  fails(spawn("Item").build(), WBEM_E_ALREADY_EXISTS, "Item.Name=\"a\"", cim::flag::kCreateOnly);
  fails(spawn("Item", "none").build(), WBEM_E_NOT_FOUND, "Item.Name=\"none\"", cim::flag::kUpdateOnly);
  fails(spawn("Sub").build(), WBEM_E_ALREADY_EXISTS, "of the class Item");
  fails(spawn("Idea").build(), WBEM_E_INVALID_OPERATION, "abstract");
  fails(spawn("Keyless").build(), WBEM_E_NO_KEY, "Keyless");
  fails(cim::InstanceBuilder(get("Item")).build(), WBEM_E_NO_KEY, "Item.Name");
  for (const char* cls : {"Item", "Live"}) {
    auto null = spawn(cls, "b");
    null.set_null(*get(cls)->handle("Need"));
    fails(null.build(), WBEM_E_ILLEGAL_NULL, "Need");
    null.set_null(*get(cls)->handle("Name"));
    fails(null.build(), WBEM_E_ILLEGAL_NULL, "Name");
    auto control = spawn(cls, "a\nb");
    fails(control.build(), WBEM_E_INVALID_OBJECT, "control");
    auto wrong = spawn(cls, "c");
    ASSERT_TRUE(wrong.set("Inside", embedded(get("Other"))).ok());
    fails(wrong.build(), WBEM_E_TYPE_MISMATCH, "Inside");
    ASSERT_TRUE(wrong.set("Inside", embedded(get("Special"))).ok());
    EXPECT_EQ(put(wrong.build()).code, WBEM_S_NO_ERROR);
  }
  EXPECT_EQ(puts_, 1);
  cim::ClassBuilder missing("Itme");
  ASSERT_TRUE(missing.put_property("Name", {}).ok());
  fails(cim::InstanceBuilder(*missing.build()).build(), WBEM_E_INVALID_CLASS, "did you mean Item?");
  fails(cim::InstanceBuilder(cim::Class::empty()).build(), WBEM_E_INCOMPLETE_CLASS, "name");
}

TEST_F(UpdateContractTest, ErrorsOfPutClass) {
  const auto fails = [&](const cim::ClassPtr& cls, base::Hresult code, std::string_view mentions, std::uint32_t flags = 0) {
    expect_failure(put(cls, flags), code, mentions, "PutClassAsync");
  };
  const auto built = [](const char* name) { return *cim::ClassBuilder(name).build(); };
  fails(get("Item"), WBEM_E_ALREADY_EXISTS, "Item", cim::flag::kCreateOnly);
  fails(built("None"), WBEM_E_NOT_FOUND, "None", cim::flag::kUpdateOnly);
  fails(built("_Mine"), WBEM_E_INVALID_OPERATION, "_Mine");
  fails(built("Mine_"), WBEM_E_INVALID_OBJECT, "Mine_");
  fails(cim::Class::empty(), WBEM_E_INCOMPLETE_CLASS, "name");
  fails(*cim::ClassBuilder(built("Nobody"), "Child").build(), WBEM_E_NOT_FOUND, "Nobody");
  auto item = cim::ClassBuilder::modify(*get("Item"));
  ASSERT_TRUE(item.put_property("More", {}).ok());
  fails(*item.build(), WBEM_E_CLASS_HAS_CHILDREN, "Sub");
  ASSERT_EQ(put(spawn("Sub").build()).code, WBEM_S_NO_ERROR);
  fails(*item.build(), WBEM_E_CLASS_HAS_INSTANCES, "Sub has");
  fails(*item.build(), WBEM_E_CLASS_HAS_INSTANCES, "Sub has", cim::flag::kUpdateSafeMode);
  const cim::SinkStatus forced = put(*item.build(), cim::flag::kUpdateForceMode);
  EXPECT_EQ(forced.code, WBEM_S_NO_ERROR);
  EXPECT_EQ(forced.text, "\\\\TESTHOST\\root\\cimv2:Item");
  EXPECT_EQ(forced.error, nullptr);
  EXPECT_EQ(cim::GetObject(services(), "Sub='a'").error().code(), WBEM_E_NOT_FOUND);
}

TEST_F(UpdateContractTest, FlagsThatNoUpdateTakes) {
  const auto sink = std::make_shared<ScriptedSink>();
  for (const std::uint32_t flags : {0x3U, 0x60U, 0x4U, 0x8U, 0x100U, 0x200U, 0x40000U}) {
    EXPECT_EQ(services().PutClassAsync(get("Item"), {.flags = flags}, sink).code(), WBEM_E_INVALID_PARAMETER) << flags;
    EXPECT_EQ(services().PutInstanceAsync(spawn("Item").build(), {.flags = flags}, sink).code(), WBEM_E_INVALID_PARAMETER) << flags;
  }
  EXPECT_EQ(services().DeleteClassAsync("Item", {.flags = cim::flag::kUseAmendedQualifiers}, sink).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(services().DeleteInstanceAsync("Item='a'", {.flags = cim::flag::kUseAmendedQualifiers}, sink).code(), WBEM_E_INVALID_PARAMETER);
  for (const char* name : {"__PUT_EXTENSIONS", "__PUT_EXT_PROPERTIES", "__PUT_EXT_STRICT_NULLS"}) {
    auto context = std::make_shared<cim::Context>();
    context->put(name, {cim::CimType::kBoolean, false}, cim::Value::boolean(true));
    EXPECT_EQ(services().PutInstanceAsync(spawn("Item").build(), {.flags = 1, .context = context}, sink).code(), WBEM_E_INVALID_CONTEXT);
  }
  manager_->manager->drain();
  EXPECT_TRUE(sink->lines().empty());
}

TEST_F(UpdateContractTest, LocalisedInstancesForProvidersNeedTheFlag) {
  auto live = cim::ClassBuilder::modify(*get("Live"));
  ASSERT_TRUE(
      live.put_property_qualifier("Need", {"Text", {cim::CimType::kString, false}, cim::Value::text("t"), cim::flavor::kAmended}).ok());
  ASSERT_EQ(put(*live.build(), cim::flag::kUseAmendedQualifiers).code, WBEM_S_NO_ERROR);
  const auto seen = get("Live", cim::flag::kUseAmendedQualifiers);
  ASSERT_TRUE(seen->has_amended_qualifiers());
  cim::InstanceBuilder builder(seen);
  ASSERT_TRUE(builder.set("Name", cim::Value::text("a")).ok());
  expect_failure(put(builder.build()), WBEM_E_AMENDED_OBJECT, "localised", "PutInstanceAsync");
  EXPECT_EQ(puts_, 0);
  EXPECT_EQ(put(builder.build(), cim::flag::kUseAmendedQualifiers).code, WBEM_S_NO_ERROR);
  EXPECT_EQ(puts_, 1);
}

TEST_F(UpdateContractTest, EveryOperationMissesADeletedNamespace) {
  const cim::ServicesPtr root = manager_->connect("root");
  manager_->compile("instance of __Namespace { Name = \"gone\"; };", "root");
  manager_->compile("class A { [key] string Name; [static] uint32 M(); };", "root\\gone");
  const cim::ServicesPtr gone = manager_->connect("root\\gone");
  const cim::ClassPtr cls = cim::GetObject(*gone, "A")->cls();
  cim::InstanceBuilder builder(cls);
  ASSERT_TRUE(builder.set("Name", cim::Value::text("a")).ok());
  ASSERT_TRUE(cim::PutInstance(*gone, builder.build()).has_value());
  ASSERT_TRUE(cim::DeleteInstance(*root, "__Namespace='gone'").ok());
  const auto code = [](auto start) {
    const auto sink = std::make_shared<ScriptedSink>();
    const base::Status status = start(sink);
    return status.ok() ? sink->code() : status.code();
  };
  EXPECT_EQ(code([&](auto& s) { return gone->GetObjectAsync("A", {}, s); }), WBEM_E_INVALID_NAMESPACE);
  EXPECT_EQ(code([&](auto& s) { return gone->GetObjectAsync("A='a'", {}, s); }), WBEM_E_INVALID_NAMESPACE);
  EXPECT_EQ(code([&](auto& s) { return gone->PutClassAsync(cls, {}, s); }), WBEM_E_INVALID_NAMESPACE);
  EXPECT_EQ(code([&](auto& s) { return gone->DeleteClassAsync("A", {}, s); }), WBEM_E_INVALID_NAMESPACE);
  EXPECT_EQ(code([&](auto& s) { return gone->CreateClassEnumAsync("", {}, s); }), WBEM_E_INVALID_NAMESPACE);
  EXPECT_EQ(code([&](auto& s) { return gone->PutInstanceAsync(builder.build(), {}, s); }), WBEM_E_INVALID_NAMESPACE);
  EXPECT_EQ(code([&](auto& s) { return gone->DeleteInstanceAsync("A='a'", {}, s); }), WBEM_E_INVALID_NAMESPACE);
  EXPECT_EQ(code([&](auto& s) { return gone->CreateInstanceEnumAsync("A", {}, s); }), WBEM_E_INVALID_NAMESPACE);
  EXPECT_EQ(code([&](auto& s) { return gone->ExecQueryAsync("WQL", "SELECT * FROM A", {}, s); }), WBEM_E_INVALID_NAMESPACE);
  EXPECT_EQ(code([&](auto& s) { return gone->ExecMethodAsync("A", "M", std::nullopt, {}, s); }), WBEM_E_INVALID_NAMESPACE);
  EXPECT_EQ(cim::OpenNamespace(*gone, "below").error().code(), WBEM_E_INVALID_NAMESPACE);
  // One of the same name is another namespace, and the connection is to the name.
  manager_->compile("instance of __Namespace { Name = \"gone\"; };", "root");
  EXPECT_EQ(cim::GetObject(*gone, "A").error().code(), WBEM_E_NOT_FOUND);
}

/// What mofcomp does, as a caller with these rights.
class CompileTest : public UpdateContractTest {
 protected:
  base::Hresult compile(std::string_view text, std::uint32_t rights, const char* name_space = "root\\cimv2") {
    cim::Caller caller = manager_->manager->local_caller();
    caller.administrator = false;
    caller.max_rights = rights;
    mof::Diagnostics diagnostics;
    const auto unit = *mof::parse_text("test.mof", std::string(text), diagnostics);
    mof::CompileOptions options;
    options.name_space = name_space;
    const auto counts = manager_->manager->compile_mof(caller, unit, options, diagnostics);
    return counts ? WBEM_S_NO_ERROR : counts.error().code();
  }
};

TEST_F(CompileTest, NeedsTheRightsOfEveryPut) {
  using namespace cim::right;
  EXPECT_EQ(compile("class New { [key] string Name; };", kEnable), WBEM_E_ACCESS_DENIED);
  EXPECT_EQ(compile("class New { [key] string Name; };", kEnable | kPartialWrite | kWriteProvider), WBEM_E_ACCESS_DENIED);
  EXPECT_EQ(compile("instance of Item { Name = \"m\"; };", kEnable), WBEM_E_ACCESS_DENIED);
  EXPECT_EQ(compile("instance of Item { Name = \"m\"; };", kEnable | kPartialWrite), WBEM_S_NO_ERROR);
  EXPECT_EQ(compile("#pragma deleteinstance(\"Item.Name='m'\", fail)\n", kEnable), WBEM_E_ACCESS_DENIED);
  EXPECT_EQ(compile("#pragma deleteclass(\"Item\", fail)\n", kEnable | kPartialWrite), WBEM_E_ACCESS_DENIED);
  EXPECT_EQ(compile("instance of __Namespace { Name = \"new\"; };", kEnable | kPartialWrite), WBEM_E_ACCESS_DENIED);
  EXPECT_EQ(compile("class New { [key] string Name; };", kFullWrite), WBEM_E_ACCESS_DENIED) << "nothing without ENABLE";
  EXPECT_EQ(compile("class New { [key] string Name; };", kEnable | kFullWrite), WBEM_S_NO_ERROR);
  EXPECT_TRUE(cim::GetObject(services(), "New").has_value()) << "the manager's own connections see it";
}

TEST_F(CompileTest, OfInstancesThatAProviderHasIsRefused) {
  EXPECT_EQ(compile("instance of Live { Name = \"m\"; };", cim::right::kAll), WBEM_E_PROVIDER_NOT_CAPABLE);
  EXPECT_EQ(compile("#pragma deleteinstance(\"Live.Name='m'\", fail)\n", cim::right::kAll), WBEM_E_PROVIDER_NOT_CAPABLE);
  EXPECT_EQ(compile("class New { [key] string Name; };\ninstance of Live { Name = \"m\"; };", cim::right::kAll),
            WBEM_E_PROVIDER_NOT_CAPABLE);
  EXPECT_FALSE(cim::GetObject(services(), "New").has_value()) << "nothing of a refused unit stays";
  EXPECT_EQ(puts_, 0);
}

TEST_F(CompileTest, OfWhatIsOnAnotherMachineIsRefused) {
  EXPECT_EQ(compile("instance of Item { Name = \"m\"; };", cim::right::kAll), WBEM_S_NO_ERROR);
  EXPECT_NE(compile("#pragma deleteinstance(\"\\\\\\\\FAR\\\\root\\\\cimv2:Item.Name='m'\", fail)\n", cim::right::kAll), WBEM_S_NO_ERROR);
  EXPECT_TRUE(cim::GetObject(services(), "Item='m'").has_value());
}

class DeletionTest : public UpdateContractTest {
 protected:
  static constexpr std::size_t kRows = 5000;
  DeletionTest() {
    std::string text = "class Row { [key] uint32 N; }; class Other2 { [key] uint32 N; };\n";
    for (std::size_t i = 0; i < kRows; ++i) text += "instance of Row { N = " + std::to_string(i) + "; };\n";
    manager_->compile(text);
  }
  /// Enumerates Row and calls `meanwhile` from within the first rows. Returns the final code, and checks that no row comes twice.
  base::Hresult enumerate(const std::function<void()>& meanwhile, std::size_t& rows) {
    bool done = false;
    const auto sink = std::make_shared<ScriptedSink>([&](const std::string& line, cim::CallbackScope&) {
      if (line.starts_with("rows") && !std::exchange(done, true)) meanwhile();
      return WBEM_S_NO_ERROR;
    });
    EXPECT_TRUE(services().CreateInstanceEnumAsync("Row", {}, sink).ok());
    const base::Hresult code = sink->code();
    std::set<std::string> seen;
    for (const auto& object : sink->objects()) EXPECT_TRUE(seen.insert(object.relative_path()).second) << object.relative_path();
    rows = seen.size();
    return code;
  }
};

TEST_F(DeletionTest, OfAClassThatIsEnumerated) {
  std::size_t rows = 0;
  const base::Hresult code = enumerate([&] { EXPECT_TRUE(cim::DeleteClass(services(), "Row").ok()); }, rows);
  EXPECT_TRUE(code == WBEM_S_NO_ERROR || code == WBEM_E_INVALID_CLASS || code == WBEM_E_NOT_FOUND) << hex(code);
  EXPECT_LT(rows, kRows);
  EXPECT_EQ(cim::GetObject(services(), "Row").error().code(), WBEM_E_NOT_FOUND);
}

TEST_F(DeletionTest, OfAClassThatIsEnumeratedAndMadeAnewOtherwise) {
  std::size_t rows = 0;
  const base::Hresult code = enumerate(
      [&] {
        EXPECT_TRUE(cim::DeleteClass(services(), "Row").ok());
        manager_->compile("class Row { string Text; [key] uint32 N; }; instance of Row { N = 1000000; Text = \"new\"; };");
      },
      rows);
  EXPECT_TRUE(code == WBEM_S_NO_ERROR || code == WBEM_E_INVALID_CLASS || code == WBEM_E_NOT_FOUND) << hex(code);
  EXPECT_LT(rows, kRows);
}

TEST_F(DeletionTest, ForcedUpdateOfAClassThatIsEnumerated) {
  std::size_t rows = 0;
  const base::Hresult code = enumerate(
      [&] {
        auto row = cim::ClassBuilder::modify(*get("Row"));
        ASSERT_TRUE(row.put_property("More", {}).ok());
        EXPECT_EQ(cim::PutClass(services(), *row.build()).error().code(), WBEM_E_CLASS_HAS_INSTANCES);
        EXPECT_TRUE(cim::PutClass(services(), *row.build(), cim::flag::kUpdateForceMode).has_value());
      },
      rows);
  EXPECT_TRUE(code == WBEM_S_NO_ERROR || code == WBEM_E_INVALID_CLASS) << hex(code);
  EXPECT_LT(rows, kRows);
}

TEST_F(DeletionTest, OfItsNamespace) {
  manager_->compile("instance of __Namespace { Name = \"gone\"; };", "root");
  std::string text = "class Row { [key] uint32 N; };\n";
  for (std::size_t i = 0; i < kRows; ++i) text += "instance of Row { N = " + std::to_string(i) + "; };\n";
  manager_->compile(text, "root\\gone");
  const cim::ServicesPtr root = manager_->connect("root");
  manager_->services = manager_->connect("root\\gone");
  std::size_t rows = 0;
  const base::Hresult code = enumerate([&] { EXPECT_TRUE(cim::DeleteInstance(*root, "__Namespace='gone'").ok()); }, rows);
  EXPECT_TRUE(code == WBEM_S_NO_ERROR || code == WBEM_E_INVALID_NAMESPACE) << hex(code);
  EXPECT_LT(rows, kRows);
}

}  // namespace
}  // namespace manager
