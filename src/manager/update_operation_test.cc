// Puts and deletions through the services: static ones, provider ones, rights, and their asynchronous answers.
#include "manager/manager_testing.h"

namespace manager {
namespace {

using testing::FunctionProvider;
using testing::ScriptedSink;
using testing::TestManager;
using Lines = std::vector<std::string>;

constexpr const char* kClasses = R"(
class Item { [key] string Name; uint32 Count; };
[dynamic, provider("TestProvider")] class Live { [key] string Name; uint32 Count; };
[dynamic, provider("Nobody")] class Lost { [key] string Name; };
)";

class UpdateOperationTest : public ::testing::Test {
 protected:
  UpdateOperationTest() {
    provider_->caps.put = provider_->caps.remove = true;
    provider_->on_put = [this](ProviderCall&, const cim::Instance& instance, std::uint32_t flags) -> base::Status {
      log_.push_back(fmt::format("put {} Count={} flags={}", instance->relative_path(), cim::to_display(instance.value("Count")), flags));
      return {};
    };
    provider_->on_remove = [this](ProviderCall&, const cim::ObjectPath& path) -> base::Status {
      log_.push_back("remove " + path.to_string());
      return path.keys.at(0).value == cim::Value::text("none") ? base::Status(WBEM_E_NOT_FOUND) : base::Status();
    };
    provider_->on_get = [](ProviderCall& call, const cim::ObjectPath& path, const Wanted&) -> base::Status {
      cim::InstanceBuilder row(call.cls());
      TRY(row.set("Name", path.keys.at(0).value));
      TRY(row.set("Count", cim::Value::uint(1)));
      return call.indicate(row);
    };
  }
  void open() {
    manager_.emplace(std::vector<ProviderRegistration>{{"TestProvider", "Live", provider_}});
    manager_->compile(kClasses);
  }
  cim::Services& services() { return *manager_->services; }
  cim::Instance item(const char* cls, const char* name, std::optional<unsigned> count = {}) {
    cim::InstanceBuilder builder(cim::GetObject(services(), cls)->cls());
    EXPECT_TRUE(builder.set("Name", cim::Value::text(name)).ok());
    if (count) (void)builder.set("Count", cim::Value::uint(*count));
    return builder.build();
  }
  cim::ServicesPtr as(std::uint32_t rights) {
    cim::Caller caller = manager_->manager->local_caller();
    caller.administrator = false;
    caller.max_rights = rights;
    return manager_->connect("root\\cimv2", caller);
  }
  template <class Start>
  base::Hresult code(Start start) {
    const auto sink = std::make_shared<ScriptedSink>();
    const base::Status status = start(sink);
    return status.ok() ? sink->code() : status.code();
  }

  std::shared_ptr<FunctionProvider> provider_ = std::make_shared<FunctionProvider>();
  Lines log_;
  std::optional<TestManager> manager_;
};

TEST_F(UpdateOperationTest, TellsThePathOfWhatWasPut) {
  open();
  const auto sink = std::make_shared<ScriptedSink>();
  ASSERT_TRUE(services().PutInstanceAsync(item("Item", "a", 1), {}, sink).ok());
  ASSERT_TRUE(sink->wait());
  EXPECT_EQ(sink->lines(), Lines{"complete 0x00000000 \\\\TESTHOST\\root\\cimv2:Item.Name=\"a\""});
  const auto cls = std::make_shared<ScriptedSink>();
  ASSERT_TRUE(services().PutClassAsync(*cim::ClassBuilder("Made").build(), {}, cls).ok());
  ASSERT_TRUE(cls->wait());
  EXPECT_EQ(cls->lines(), Lines{"complete 0x00000000 \\\\TESTHOST\\root\\cimv2:Made"});
}

TEST_F(UpdateOperationTest, PutsAndDeletesStaticInstances) {
  open();
  EXPECT_TRUE(cim::PutInstance(services(), item("Item", "a", 1)).has_value());
  EXPECT_EQ(cim::PutInstance(services(), item("Item", "a", 2), cim::flag::kCreateOnly).error().code(), WBEM_E_ALREADY_EXISTS);
  EXPECT_EQ(cim::PutInstance(services(), item("Item", "b"), cim::flag::kUpdateOnly).error().code(), WBEM_E_NOT_FOUND);
  EXPECT_EQ(cim::GetObject(services(), "Item='a'")->instance().value("Count").as_uint(), 1U);
  EXPECT_TRUE(cim::DeleteInstance(services(), "Item.Name='a'").ok());
  EXPECT_EQ(cim::DeleteInstance(services(), "Item.Name='a'").code(), WBEM_E_NOT_FOUND);
  EXPECT_TRUE(cim::DeleteClass(services(), "Item").ok());
  EXPECT_FALSE(cim::GetObject(services(), "Item").has_value());
}

TEST_F(UpdateOperationTest, WritesThroughProviders) {
  open();
  const auto path = cim::PutInstance(services(), item("Live", "a", 5), cim::flag::kCreateOnly);
  ASSERT_TRUE(path.has_value()) << path.error().to_string();
  EXPECT_EQ(*path, "\\\\TESTHOST\\root\\cimv2:Live.Name=\"a\"");
  EXPECT_TRUE(cim::DeleteInstance(services(), "live='a'").ok());
  EXPECT_EQ(cim::DeleteInstance(services(), "Live='none'").code(), WBEM_E_NOT_FOUND);
  EXPECT_EQ(log_, (Lines{"put Live.Name=\"a\" Count=5 flags=2", "remove Live.Name=\"a\"", "remove Live.Name=\"none\""}));
  EXPECT_EQ(cim::DeleteInstance(services(), "Lost='a'").code(), WBEM_E_PROVIDER_LOAD_FAILURE);
}

TEST_F(UpdateOperationTest, MergesPartialUpdatesForProviders) {
  open();
  cim::Context context;
  context.put("__PUT_EXTENSIONS", {cim::CimType::kBoolean, false}, cim::Value::boolean(true));
  context.put("__PUT_EXT_PROPERTIES", {cim::CimType::kString, true}, cim::Value::array({cim::Value::text("Count")}));
  const auto put =
      cim::PutInstance(services(), item("Live", "a", 9), cim::flag::kUpdateOnly, std::make_shared<const cim::Context>(context));
  ASSERT_TRUE(put.has_value()) << put.error().to_string();
  EXPECT_EQ(log_, Lines{"put Live.Name=\"a\" Count=9 flags=1"});
}

TEST_F(UpdateOperationTest, RefusesProvidersThatCannot) {
  provider_->caps.put = provider_->caps.remove = false;
  open();
  EXPECT_EQ(cim::PutInstance(services(), item("Live", "a")).error().code(), WBEM_E_PROVIDER_NOT_CAPABLE);
  EXPECT_EQ(cim::DeleteInstance(services(), "Live='a'").code(), WBEM_E_PROVIDER_NOT_CAPABLE);
}

TEST_F(UpdateOperationTest, ChecksBeforeItStarts) {
  open();
  const auto sink = std::make_shared<ScriptedSink>();
  EXPECT_EQ(services().PutInstanceAsync(std::nullopt, {}, sink).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(services().PutClassAsync(nullptr, {}, sink).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(services().PutInstanceAsync(item("Item", "a"), {.flags = 3}, sink).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(services().PutInstanceAsync(item("Item", "a"), {.flags = 0x20}, sink).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(services().PutInstanceAsync(item("Item", std::string(9000, 'k').c_str()), {}, sink).code(), WBEM_E_QUOTA_VIOLATION);
  EXPECT_EQ(services().DeleteInstanceAsync("Item", {}, sink).code(), WBEM_E_INVALID_OBJECT_PATH);
  EXPECT_EQ(services().DeleteInstanceAsync(std::nullopt, {}, sink).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(services().DeleteClassAsync(std::nullopt, {}, sink).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(services().DeleteClassAsync(std::string(5000, 'c'), {}, sink).code(), WBEM_E_QUOTA_VIOLATION);
  manager_->manager->drain();
  EXPECT_TRUE(sink->lines().empty());
}

TEST_F(UpdateOperationTest, DeniesEveryOperationWithoutItsRight) {
  open();
  const cim::ServicesPtr reader = as(cim::right::kEnable | cim::right::kMethodExecute);
  const cim::Instance one = item("Item", "a");
  const cim::Instance live = item("Live", "a");
  const cim::ClassPtr made = *cim::ClassBuilder("Made").build();
  EXPECT_EQ(code([&](const auto& sink) { return reader->PutInstanceAsync(one, {}, sink); }), WBEM_E_ACCESS_DENIED);
  EXPECT_EQ(code([&](const auto& sink) { return reader->PutInstanceAsync(live, {}, sink); }), WBEM_E_ACCESS_DENIED);
  EXPECT_EQ(code([&](const auto& sink) { return reader->PutClassAsync(made, {}, sink); }), WBEM_E_ACCESS_DENIED);
  EXPECT_EQ(code([&](const auto& sink) { return reader->DeleteClassAsync("Item", {}, sink); }), WBEM_E_ACCESS_DENIED);
  EXPECT_EQ(code([&](const auto& sink) { return reader->DeleteInstanceAsync("Item='a'", {}, sink); }), WBEM_E_ACCESS_DENIED);
  EXPECT_EQ(code([&](const auto& sink) { return reader->DeleteInstanceAsync("Live='a'", {}, sink); }), WBEM_E_ACCESS_DENIED);
  EXPECT_EQ(reader->QueryObjectSink(0).error().code(), WBEM_E_ACCESS_DENIED);
  EXPECT_TRUE(log_.empty());
  const cim::ServicesPtr partial = as(cim::right::kEnable | cim::right::kPartialWrite);
  EXPECT_EQ(code([&](const auto& sink) { return partial->PutInstanceAsync(one, {}, sink); }), WBEM_S_NO_ERROR);
  EXPECT_EQ(code([&](const auto& sink) { return partial->PutClassAsync(made, {}, sink); }), WBEM_E_ACCESS_DENIED);
}

TEST_F(UpdateOperationTest, DeniesReadingToo) {
  open();
  cim::Caller nobody = manager_->manager->local_caller();
  nobody.administrator = false;
  nobody.max_rights = 0;
  EXPECT_EQ(manager_->manager->connect("root\\cimv2", nobody, "").error().code(), WBEM_E_ACCESS_DENIED);
  nobody.max_rights = cim::right::kEnable;
  nobody.remote = true;
  EXPECT_EQ(manager_->manager->connect("root\\cimv2", nobody, "").error().code(), WBEM_E_ACCESS_DENIED) << "REMOTE_ENABLE";
}

TEST_F(UpdateOperationTest, WritesNothingOnceCancelled) {
  open();
  const auto sink = std::make_shared<ScriptedSink>();
  const cim::Instance one = item("Item", "cancelled");
  // The writer is kept busy, so that the put waits in its queue.
  testing::Gate gate;
  std::thread writer([&] {
    (void)manager_->manager->repository().write([&](repository::WriteTransaction&) -> base::Status {
      gate.pass();
      return {};
    });
  });
  ASSERT_TRUE(gate.wait_for_visitor());
  ASSERT_TRUE(services().PutInstanceAsync(one, {}, sink).ok());
  ASSERT_TRUE(services().CancelAsyncCall(sink).ok());
  EXPECT_EQ(sink->code(), WBEM_E_CALL_CANCELLED);
  gate.open();
  writer.join();
  manager_->manager->drain();
  ASSERT_TRUE(manager_->manager->repository().write([](repository::WriteTransaction&) { return base::Status(); }).ok());
  EXPECT_EQ(cim::GetObject(services(), "Item='cancelled'").error().code(), WBEM_E_NOT_FOUND);
}

TEST_F(UpdateOperationTest, OpensNamespaces) {
  open();
  const cim::ServicesPtr root = manager_->connect("\\\\anything\\ROOT");
  const auto below = cim::OpenNamespace(*root, "cimv2");
  ASSERT_TRUE(below.has_value()) << below.error().to_string();
  EXPECT_EQ((*below)->name_space(), "root\\cimv2");
  EXPECT_TRUE(cim::OpenNamespace(**below, "root/default").has_value());
  EXPECT_EQ(cim::OpenNamespace(*root, "nowhere").error().code(), WBEM_E_INVALID_NAMESPACE);
  EXPECT_EQ(cim::OpenNamespace(*root, std::nullopt).error().code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(manager_->manager->connect("root\\nowhere", manager_->manager->local_caller(), "").error().code(), WBEM_E_INVALID_NAMESPACE);
  EXPECT_EQ(manager_->manager->connect(std::string(9000, 'x'), manager_->manager->local_caller(), "").error().code(),
            WBEM_E_QUOTA_VIOLATION);
  EXPECT_EQ(manager_->manager->connect("root", manager_->manager->local_caller(), "MS_xyz!").error().code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(manager_->connect("root", manager_->manager->local_caller(), "MS_407,en-US")->locales(), (Lines{"MS_407", "en-US"}));
}

TEST_F(UpdateOperationTest, NoticesThatItsNamespaceIsGone) {
  open();
  const cim::ServicesPtr root = manager_->connect("root");
  cim::InstanceBuilder ns(cim::GetObject(*root, "__Namespace")->cls());
  ASSERT_TRUE(ns.set("Name", cim::Value::text("passing")).ok());
  ASSERT_TRUE(cim::PutInstance(*root, ns.build()).has_value());
  const cim::ServicesPtr passing = manager_->connect("root\\passing");
  ASSERT_TRUE(cim::GetObject(*passing, "__Namespace").has_value());
  ASSERT_TRUE(cim::DeleteInstance(*root, "__Namespace='passing'").ok());
  EXPECT_EQ(cim::GetObject(*passing, "__Namespace").error().code(), WBEM_E_INVALID_NAMESPACE);
}

}  // namespace
}  // namespace manager
