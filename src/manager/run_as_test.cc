// What a provider may do for its caller. The parts that change users need root.
#include <fcntl.h>
#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>

#include "base/files.h"
#include "manager/core.h"
#include "manager/manager_testing.h"
#include "manager/run_as.h"

namespace manager {
namespace {

using testing::FunctionProvider;
using testing::TestManager;

constexpr uid_t kNobody = 65534;

std::vector<gid_t> groups() {
  std::vector<gid_t> out(256);
  const int count = ::getgroups(static_cast<int>(out.size()), out.data());
  out.resize(static_cast<std::size_t>(std::max(count, 0)));
  return out;
}

cim::Caller caller(std::optional<std::uint32_t> uid, bool remote = true) {
  cim::Caller out;
  out.account = "someone";
  out.uid = uid;
  out.remote = remote;
  out.administrator = true;  // rights in namespaces are not the matter here
  return out;
}

TEST(Impersonation, ItsOwnUserNeedsNone) {
  const Impersonation own = impersonation_of(caller(::geteuid()));
  EXPECT_TRUE(own.refused.ok());
  EXPECT_FALSE(own.identity.has_value());
}

TEST(Impersonation, OfRootIsTheUserOrNobody) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  const Impersonation user = impersonation_of(caller(1));
  ASSERT_TRUE(user.identity.has_value());
  EXPECT_EQ(user.identity->uid, 1U);
  EXPECT_NE(user.identity->gid, 0U);
  for (const gid_t group : user.identity->groups) EXPECT_NE(group, 0U);
  EXPECT_EQ(impersonation_of(caller(std::nullopt)).identity, (Identity{kNobody, kNobody, {}}));
  EXPECT_EQ(impersonation_of(caller(4'000'000)).identity, (Identity{4'000'000, kNobody, {kNobody}})) << "unknown to the system";
}

/// Runs `body` in a child process that is the user `uid`; its exit status.
int as_user(uid_t uid, const std::function<bool()>& body) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    if (::setgid(uid) != 0 || ::setuid(uid) != 0) ::_exit(2);
    ::_exit(body() ? 0 : 1);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(Impersonation, WithoutRootIsRefused) {
  const auto refused = [] {
    const auto denied = [](const Impersonation& as) { return as.refused.code() == WBEM_E_ACCESS_DENIED && !as.identity; };
    const auto allowed = [](const Impersonation& as) { return as.refused.ok() && !as.identity; };
    return denied(impersonation_of(caller(12345))) && denied(impersonation_of(caller(12345, false))) &&
           denied(impersonation_of(caller(0))) && denied(impersonation_of(caller(std::nullopt))) &&
           allowed(impersonation_of(caller(std::nullopt, false))) && allowed(impersonation_of(caller(::geteuid())));
  };
  if (::geteuid() != 0) {
    EXPECT_TRUE(refused());
  } else {
    EXPECT_EQ(as_user(kNobody, refused), 0);
  }
}

class RunAsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  }
  const std::optional<Identity> nobody_{{kNobody, kNobody, {12345, kNobody}}};
};

TEST_F(RunAsTest, ChangesThisThreadAndGivesItsRightsBack) {
  const std::vector<gid_t> before = groups();
  const base::Status status = run_as(nobody_, [&]() -> base::Status {
    EXPECT_EQ(::geteuid(), kNobody);
    EXPECT_EQ(::getuid(), kNobody);
    EXPECT_EQ(::getegid(), kNobody);
    EXPECT_EQ(groups(), (std::vector<gid_t>{12345, kNobody}));
    EXPECT_LT(::open("/etc/shadow", O_RDONLY | O_CLOEXEC), 0);
    EXPECT_EQ(errno, EACCES);
    return {WBEM_E_NOT_FOUND, "what the work says"};
  });
  EXPECT_EQ(status.text(), "what the work says");
  EXPECT_EQ(::geteuid(), 0U);
  EXPECT_EQ(::getuid(), 0U);
  EXPECT_EQ(::getegid(), 0U);
  EXPECT_EQ(groups(), before);
  EXPECT_EQ(::access("/etc/shadow", R_OK), 0);
}

TEST_F(RunAsTest, LeavesOtherThreadsAlone) {
  testing::Gate gate;
  std::thread other([&] {
    (void)run_as(nobody_, [&]() -> base::Status {
      gate.pass();
      EXPECT_EQ(::geteuid(), kNobody);
      return {};
    });
  });
  ASSERT_TRUE(gate.wait_for_visitor());
  EXPECT_EQ(::geteuid(), 0U);
  std::thread([] { EXPECT_EQ(::geteuid(), 0U); }).join();
  gate.open();
  other.join();
}

TEST_F(RunAsTest, StepsOutForTheProcessAndBack) {
  (void)run_as(nobody_, []() -> base::Status {
    {
      const AsProcess own;
      EXPECT_EQ(::geteuid(), 0U);
      const AsProcess again;
      EXPECT_EQ(::geteuid(), 0U);
      std::thread([] { EXPECT_EQ(::getuid(), 0U); }).join();
    }
    EXPECT_EQ(::geteuid(), kNobody);
    return {};
  });
  const AsProcess outside;
  EXPECT_EQ(::geteuid(), 0U);
}

/// A provider that says as whom it runs: in this process, on the caller's thread, in a process of its own.
class ProviderRightsTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    const auto provider = std::make_shared<FunctionProvider>();
    provider->caps.methods = true;
    provider->caps.inline_calls = GetParam() == "inline";
    const auto row = [](ProviderCall& call) -> base::Status {
      cim::InstanceBuilder out(call.cls());
      TRY(out.set("Name", cim::Value::text(fmt::format("{}/{}/{}", ::geteuid(), ::getegid(), groups().size()))));
      return call.indicate(out);
    };
    provider->on_get = [row](ProviderCall& call, const cim::ObjectPath&, const Wanted&) { return row(call); };
    provider->on_enumerate = [row](ProviderCall& call, const Wanted&) -> base::Status {
      for (int i = 0; i < 5000; ++i) TRY(row(call));
      return {};
    };
    provider->on_method = [](MethodCall& call) { return call.out("ReturnValue", cim::Value::uint(::geteuid())); };
    ProviderRegistration registration{"TestProvider", "Who", provider};
    if (GetParam() == "isolated") registration.hosting = Hosting::kIsolated;
    manager_.emplace(std::vector<ProviderRegistration>{std::move(registration)});
    manager_->compile(R"([dynamic, provider("TestProvider")] class Who { [key] string Name; [static, implemented] uint32 Am(); };)");
  }
  std::string enumerate(const cim::Caller& caller) {
    const auto services = manager_->connect("root\\cimv2", caller);
    const auto rows = cim::CreateInstanceEnum(services, "Who");
    std::vector<cim::Object> out;
    if (!rows || (*rows)->Next(cim::kInfinite, 10'000, out).code() != WBEM_S_FALSE || out.size() != 5000) return "not all";
    return *out[0].instance().value("Name").as_text();
  }
  std::optional<TestManager> manager_;
};

TEST_P(ProviderRightsTest, AreTheCallers) {
  EXPECT_TRUE(enumerate(manager_->manager->local_caller()).starts_with("0/0/"));
  cim::Caller stranger = caller(4'000'000);
  stranger.gid = 4'000'001;
  EXPECT_EQ(enumerate(stranger), "4000000/4000001/1");
  EXPECT_EQ(enumerate(caller(std::nullopt)), "65534/65534/0");
  const auto services = manager_->connect("root\\cimv2", stranger);
  const auto called = cim::ExecMethod(*services, "Who", "Am", std::nullopt);
  ASSERT_TRUE(called.has_value()) << called.error().to_string();
  EXPECT_EQ((*called)->value("ReturnValue"), cim::Value::uint(4'000'000));
  EXPECT_TRUE(enumerate(manager_->manager->local_caller()).starts_with("0/0/")) << "given back";
}

/// Effective users of all threads of this process.
std::set<uid_t> thread_users() {
  std::set<uid_t> out;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    const base::SystemFiles files;
    const auto status = files.read(task.path().string() + "/status");
    if (!status) continue;
    const auto at = status->find("Uid:\t");
    if (at != std::string::npos) out.insert(static_cast<uid_t>(std::stoul(status->substr(at + 5))));
  }
  return out;
}

TEST_P(ProviderRightsTest, AreNotLeftOnAnyThread) {
  for (int i = 0; i < 20; ++i) EXPECT_EQ(enumerate(caller(4'000'000 + i % 3)), fmt::format("{}/65534/1", 4'000'000 + i % 3));
  manager_->manager->drain();
  EXPECT_TRUE(testing::eventually([] { return thread_users() == std::set<uid_t>{0}; }));
}

INSTANTIATE_TEST_SUITE_P(Hosting, ProviderRightsTest, ::testing::Values("pool", "inline", "isolated"));

}  // namespace
}  // namespace manager
