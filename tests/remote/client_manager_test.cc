// Our client against our server over a real object manager, on loopback and on a UNIX socket: what a door sees is what the manager does.
#include <unistd.h>

#include "cim/testing/fake_services.h"
#include "manager/manager_testing.h"
#include "remote/testing/loopback_machine.h"

namespace {

using namespace base::codes;
using cim::testing::RecordingSink;
using manager::testing::FunctionProvider;
using manager::testing::TestManager;
using remote::testing::LoopbackMachine;

constexpr const char* kClasses = R"(
class Note { [key] string Name; uint32 Version; string Text; };
[dynamic, provider("TestProvider")] class Live { [key] uint32 Number; [static, implemented] uint32 Do([in] uint32 X, [out] uint32 Y); };
)";
constexpr std::uint32_t kRows = 20'000;

std::shared_ptr<FunctionProvider> make_provider() {
  auto provider = std::make_shared<FunctionProvider>();
  provider->caps.methods = true;
  provider->on_enumerate = [](manager::ProviderCall& call, const manager::Wanted&) -> base::Status {
    cim::InstanceBuilder row(call.cls());
    for (std::uint32_t i = 0; i < kRows; ++i) {
      row.reset();
      TRY(row.set("Number", cim::Value::uint(i)));
      TRY(call.indicate(row));
    }
    return {};
  };
  provider->on_method = [](manager::MethodCall& call) -> base::Status {
    call.progress(1, 1, "done");
    TRY(call.out("Y", cim::Value::uint(*call.in("X").as_uint() + 1)));
    return call.out("ReturnValue", cim::Value::uint(0));
  };
  return provider;
}

/// How the client reaches the server, and how results come back.
struct Way {
  const char* name;
  bool local;
  cim::Delivery delivery;
};

class ClientManager : public testing::TestWithParam<Way> {
 protected:
  ClientManager() : manager_({{"TestProvider", "Live", make_provider()}}) {
    manager_.compile(kClasses);
    LoopbackMachine::Options options;
    options.local_path = "@owmi-test-" + std::to_string(::getpid());
    server_ = std::make_unique<LoopbackMachine>(network_, *manager_.manager, options);
    auto client = LoopbackMachine::client(server_->port());
    if (GetParam().local) {
      client = {};
      client.machine.local_path = options.local_path;
    }
    machine_ = std::make_unique<remote::Machine>(network_, client);
    auto connected = machine_->connect("root\\cimv2");
    EXPECT_TRUE(connected) << connected.error().to_string();
    services_ = connected.value_or(nullptr);
  }
  ~ClientManager() override {
    services_.reset();
    machine_.reset();
    server_.reset();
  }

  cim::CallOptions options(std::uint32_t flags = 0) const {
    cim::CallOptions out;
    out.flags = flags;
    out.delivery = GetParam().delivery;
    return out;
  }
  /// Runs one operation to its end. `start`: base::Status(cim::SinkPtr).
  std::shared_ptr<RecordingSink> run(auto&& start) {
    auto sink = std::make_shared<RecordingSink>();
    const base::Status started = start(sink);
    EXPECT_TRUE(started.ok()) << started.to_string();
    EXPECT_TRUE(!started.ok() || sink->wait());
    EXPECT_EQ(sink->faults(), 0);
    return sink;
  }
  static cim::Object only(const RecordingSink& sink) { return sink.batches().at(0).object(0); }
  cim::Instance note(const std::string& name, std::uint32_t version) {
    cim::InstanceBuilder builder(only(*run([&](auto sink) { return services_->GetObjectAsync("Note", options(), sink); })).cls());
    EXPECT_TRUE(builder.set("Name", cim::Value::text(name)).ok());
    EXPECT_TRUE(builder.set("Version", cim::Value::uint(version)).ok());
    EXPECT_TRUE(builder.set("Text", cim::Value::text("Grüße, Ελλάδα, 日本")).ok());
    return builder.build();
  }

  rpc::Network network_{2};
  TestManager manager_;
  std::unique_ptr<LoopbackMachine> server_;
  std::unique_ptr<remote::Machine> machine_;
  cim::ServicesPtr services_;
};

TEST_P(ClientManager, PutsReadsAndDeletesInstances) {
  const auto put = run([&](auto sink) { return services_->PutInstanceAsync(note("a", 1), options(), sink); });
  ASSERT_EQ(put->code(), WBEM_S_NO_ERROR);
  EXPECT_EQ(put->statuses().back().text, "\\\\TESTHOST\\root\\cimv2:Note.Name=\"a\"");
  const auto read = run([&](auto sink) { return services_->GetObjectAsync("Note.Name='a'", options(), sink); });
  ASSERT_EQ(read->rows(), 1u);
  EXPECT_EQ(*only(*read).get("Text")->as_text(), "Grüße, Ελλάδα, 日本");
  EXPECT_EQ(only(*read).path(), "\\\\TESTHOST\\root\\cimv2:Note.Name=\"a\"");
  const auto again = run([&](auto sink) { return services_->PutInstanceAsync(note("a", 2), options(cim::flag::kCreateOnly), sink); });
  EXPECT_EQ(again->code(), WBEM_E_ALREADY_EXISTS);
  ASSERT_TRUE(again->statuses().back().error);
  EXPECT_FALSE(again->statuses().back().error->get("Description")->as_text()->empty());
  const auto gone = run([&](auto sink) { return services_->DeleteInstanceAsync("Note.Name='a'", options(), sink); });
  EXPECT_EQ(gone->code(), WBEM_S_NO_ERROR);
  EXPECT_EQ(run([&](auto sink) { return services_->GetObjectAsync("Note.Name='a'", options(), sink); })->code(), WBEM_E_NOT_FOUND);
}

TEST_P(ClientManager, PutsAndDeletesClasses) {
  cim::ClassBuilder builder("Fresh");
  EXPECT_TRUE(builder.put_property("Id", {cim::CimType::kUint32}).ok());
  const auto put = run([&](auto sink) { return services_->PutClassAsync(*builder.build(), options(), sink); });
  EXPECT_EQ(put->code(), WBEM_S_NO_ERROR);
  EXPECT_NE(put->statuses().back().text.find("root\\cimv2:Fresh"), std::string::npos) << put->statuses().back().text;
  const auto classes = run([&](auto sink) { return services_->CreateClassEnumAsync(std::nullopt, options(), sink); });
  EXPECT_GT(classes->rows(), 50u);
  EXPECT_EQ(run([&](auto sink) { return services_->DeleteClassAsync("Fresh", options(), sink); })->code(), WBEM_S_NO_ERROR);
  EXPECT_EQ(run([&](auto sink) { return services_->DeleteClassAsync("Fresh", options(), sink); })->code(), WBEM_E_NOT_FOUND);
}

TEST_P(ClientManager, Enumerates) {
  const auto all = run([&](auto sink) { return services_->CreateInstanceEnumAsync("Live", options(), sink); });
  EXPECT_EQ(all->code(), WBEM_S_NO_ERROR);
  EXPECT_EQ(all->rows(), kRows);
  const auto some =
      run([&](auto sink) { return services_->ExecQueryAsync("WQL", "SELECT * FROM Live WHERE Number < 100", options(), sink); });
  EXPECT_EQ(some->rows(), 100u);
  const auto sink = std::make_shared<RecordingSink>();
  const base::Status wrong = services_->ExecQueryAsync("WQL", "SELECT * FROM Nothing", options(), sink);
  if (wrong.ok()) {
    EXPECT_TRUE(sink->wait());
    EXPECT_EQ(sink->code(), WBEM_E_INVALID_CLASS);
  } else {
    EXPECT_EQ(wrong.code(), WBEM_E_INVALID_CLASS);
  }
}

TEST_P(ClientManager, CallsMethods) {
  const auto cls = only(*run([&](auto sink) { return services_->GetObjectAsync("Live", options(), sink); })).cls();
  cim::InstanceBuilder in(cls->method("Do")->in);
  EXPECT_TRUE(in.set("X", cim::Value::uint(41)).ok());
  for (int i = 0; i < 20; ++i) {
    const auto called =
        run([&](auto sink) { return services_->ExecMethodAsync("Live", "Do", in.build(), options(cim::flag::kSendStatus), sink); });
    ASSERT_EQ(called->code(), WBEM_S_NO_ERROR);
    EXPECT_EQ(*only(*called).get("Y")->as_uint(), 42u);
    EXPECT_EQ(called->statuses().size(), GetParam().delivery == cim::Delivery::kCallback ? 2u : 1u);
  }
  const auto unknown = run([&](auto sink) { return services_->ExecMethodAsync("Live", "Undo", std::nullopt, options(), sink); });
  EXPECT_TRUE(base::failed(unknown->code()));
}

TEST_P(ClientManager, CancelsInTheMiddle) {
  const auto sink = std::make_shared<RecordingSink>(true);
  ASSERT_TRUE(services_->CreateInstanceEnumAsync("Live", options(), sink).ok());
  ASSERT_TRUE(sink->wait_for_batches(1));
  EXPECT_TRUE(services_->CancelAsyncCall(sink).ok());
  sink->answer();
  ASSERT_TRUE(sink->wait());
  EXPECT_EQ(sink->code(), WBEM_E_CALL_CANCELLED);
  EXPECT_LT(sink->rows(), kRows);
  manager_.manager->drain();
  EXPECT_TRUE(manager_.manager->operations().empty());
}

TEST_P(ClientManager, TheServerGoesInTheMiddle) {
  const auto sink = std::make_shared<RecordingSink>(true);
  ASSERT_TRUE(services_->CreateInstanceEnumAsync("Live", options(), sink).ok());
  ASSERT_TRUE(sink->wait_for_batches(1));
  server_.reset();
  while (sink->code() == WBEM_S_PENDING) {
    if (!sink->answer()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_TRUE(base::failed(sink->code()));
  EXPECT_EQ(sink->faults(), 0);
}

TEST_P(ClientManager, OpensNamespacesAndSinks) {
  const auto below = cim::OpenNamespace(*services_, "\\\\.\\root\\default");
  ASSERT_TRUE(below) << below.error().to_string();
  EXPECT_EQ((*below)->name_space(), "root\\default");
  EXPECT_EQ(cim::OpenNamespace(*services_, "nowhere").error().code(), WBEM_E_INVALID_NAMESPACE);
  EXPECT_EQ(services_->QueryObjectSink(0).error().code(), WBEM_E_NOT_SUPPORTED);
  const auto events = std::make_shared<RecordingSink>();
  const base::Status status = services_->ExecNotificationQueryAsync(
      "WQL", "SELECT * FROM __InstanceCreationEvent WITHIN 1 WHERE TargetInstance ISA 'Note'", options(), events);
  if (status.ok()) {
    ASSERT_TRUE(events->wait());
    EXPECT_EQ(events->code(), WBEM_E_NOT_SUPPORTED);
  } else {
    EXPECT_EQ(status.code(), WBEM_E_NOT_SUPPORTED);
  }
}

INSTANTIATE_TEST_SUITE_P(Ways, ClientManager,
                         testing::Values(Way{"Tcp", false, cim::Delivery::kAny}, Way{"TcpCallbacks", false, cim::Delivery::kCallback},
                                         Way{"Local", true, cim::Delivery::kAny}, Way{"LocalCallbacks", true, cim::Delivery::kCallback}),
                         [](const auto& way) { return way.param.name; });

}  // namespace
