#include <signal.h>
#include <sys/wait.h>

#include "manager/isolated_protocol.h"
#include "manager/manager_testing.h"

namespace manager {
namespace {

using testing::eventually;
using testing::FunctionProvider;
using testing::ScriptedSink;
using testing::TestManager;

/// Lives in the server process: what it does there is decided by what it is asked for.
std::shared_ptr<FunctionProvider> make_provider() {
  auto provider = std::make_shared<FunctionProvider>();
  provider->caps.methods = provider->caps.put = true;
  provider->on_enumerate = [](ProviderCall& call, const Wanted& wanted) -> base::Status {
    cim::InstanceBuilder row(call.cls());
    for (std::uint32_t i = 0; i < 3000; ++i) {
      row.reset();
      TRY(row.set("Name", cim::Value::text(fmt::format("n{}", i))));
      TRY(row.set("Pid", cim::Value::uint(static_cast<std::uint64_t>(::getpid()))));
      TRY(row.set("Wanted", cim::Value::text(fmt::format("{}", wanted.constraints.size()))));
      TRY(call.indicate(row));
    }
    return {};
  };
  provider->on_get = [](ProviderCall& call, const cim::ObjectPath& path, const Wanted&) -> base::Status {
    cim::InstanceBuilder row(call.cls());
    TRY(row.set("Name", path.keys.at(0).value));
    TRY(row.set("Wanted", cim::Value::text(call.caller().account + " " + call.name_space())));
    return call.indicate(row);
  };
  provider->on_put = [](ProviderCall&, const cim::Instance& instance, std::uint32_t) -> base::Status {
    return {WBEM_E_VETO_PUT, cim::to_display(instance.value("Name"))};
  };
  provider->on_method = [](MethodCall& call) -> base::Status {
    const std::string what = *call.in("What").as_text();
    if (what == "die") ::raise(SIGKILL);
    if (what == "hang") std::this_thread::sleep_for(std::chrono::hours(1));
    if (what == "throw") throw std::runtime_error("thrown over there");
    if (what == "report") call.progress(1, 2, "half");
    TRY(call.out("Answer", cim::Value::text(what + " " + call.context()->get("Tag").as_text()->substr(0))));
    return call.out("ReturnValue", cim::Value::uint(0));
  };
  return provider;
}

constexpr const char* kMof = R"([dynamic, provider("Far")] class Far {
  [key] string Name; uint32 Pid; string Wanted;
  [static, implemented] uint32 Do([in] string What, [out] string Answer);
};)";

class IsolatedTest : public ::testing::Test {
 protected:
  IsolatedTest() : manager_({{"Far", "Far", make_provider(), std::chrono::seconds(5), Hosting::kIsolated}}) { manager_.compile(kMof); }
  base::Result<std::optional<cim::Instance>> call(const char* what) {
    cim::InstanceBuilder in(cim::GetObject(*manager_.services, "Far")->cls()->method("Do")->in);
    EXPECT_TRUE(in.set("What", cim::Value::text(what)).ok());
    return cim::ExecMethod(*manager_.services, "Far", "Do", in.build(), 0, context());
  }
  static cim::ContextPtr context() {
    auto out = std::make_shared<cim::Context>();
    out->put("Tag", {cim::CimType::kString, false}, cim::Value::text("tag"));
    return out;
  }
  TestManager manager_;
};

TEST_F(IsolatedTest, EnumeratesInAnotherProcess) {
  const auto rows = cim::ExecQuery(manager_.services, "WQL", "SELECT * FROM Far WHERE Pid > 0");
  ASSERT_TRUE(rows.has_value()) << rows.error().to_string();
  std::vector<cim::Object> out;
  ASSERT_TRUE((*rows)->Next(cim::kInfinite, 5000, out).ok());
  ASSERT_EQ(out.size(), 3000U);
  EXPECT_NE(out[0].instance().value("Pid").as_uint(), static_cast<std::uint64_t>(::getpid()));
  EXPECT_EQ(out[0].instance().value("Wanted"), cim::Value::text("1"));
}

TEST_F(IsolatedTest, CarriesRequestsAndAnswers) {
  const auto one = cim::GetObject(*manager_.services, "Far.Name='x'");
  ASSERT_TRUE(one.has_value()) << one.error().to_string();
  EXPECT_EQ(one->instance().value("Wanted"), cim::Value::text(manager_.manager->local_caller().account + " root\\cimv2"));
  const auto done = call("work");
  ASSERT_TRUE(done.has_value()) << done.error().to_string();
  EXPECT_EQ((*done)->value("Answer"), cim::Value::text("work tag"));
  cim::InstanceBuilder row(cim::GetObject(*manager_.services, "Far")->cls());
  ASSERT_TRUE(row.set("Name", cim::Value::text("put")).ok());
  const auto put = cim::PutInstance(*manager_.services, row.build());
  EXPECT_EQ(put.error().code(), WBEM_E_VETO_PUT);
  EXPECT_EQ(call("throw").error().code(), WBEM_E_PROVIDER_FAILURE);
}

TEST_F(IsolatedTest, CostsOneCallWhenAServerDies) {
  EXPECT_EQ(call("die").error().code(), WBEM_E_PROVIDER_FAILURE);
  EXPECT_TRUE(call("work").has_value());
}

TEST_F(IsolatedTest, KillsAServerThatHangs) {
  const auto sink = std::make_shared<ScriptedSink>();
  cim::InstanceBuilder in(cim::GetObject(*manager_.services, "Far")->cls()->method("Do")->in);
  ASSERT_TRUE(in.set("What", cim::Value::text("hang")).ok());
  ASSERT_TRUE(manager_.services->ExecMethodAsync("Far", "Do", in.build(), {}, sink).ok());
  for (int i = 0; i < 50 && sink->finals() == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    manager_.clock.advance(std::chrono::seconds(1));
  }
  EXPECT_EQ(sink->code(), WBEM_E_PROVIDER_TIMED_OUT);
  EXPECT_TRUE(call("work").has_value());
}

TEST_F(IsolatedTest, EndsAllProcessesWithTheManager) {
  const auto rows = cim::CreateInstanceEnum(manager_.services, "Far");
  std::vector<cim::Object> out;
  ASSERT_TRUE((*rows)->Next(cim::kInfinite, 1, out).ok());
  const auto pid = static_cast<pid_t>(*out[0].instance().value("Pid").as_uint());
  EXPECT_EQ(::kill(pid, 0), 0);
  manager_.services.reset();
  manager_.manager.reset();
  EXPECT_TRUE(eventually([pid] { return ::kill(pid, 0) != 0; }));
}

TEST(IsolatedProtocol, RefusesBrokenReplies) {
  const std::string whole = isolated::encode_reply({isolated::ReplyKind::kRow, "octets", 1, 2});
  ASSERT_TRUE(isolated::decode_reply(whole).has_value());
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(isolated::decode_reply(whole.substr(0, size)).has_value());
  EXPECT_FALSE(isolated::decode_reply(whole + "x").has_value());
  std::string unknown = whole;
  unknown[0] = 'Z';
  EXPECT_FALSE(isolated::decode_reply(unknown).has_value());
}

}  // namespace
}  // namespace manager
