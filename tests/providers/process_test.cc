#include "providers/process.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "cim/object.h"
#include "providers/testing.h"
#include "tests/providers/shipped.h"

namespace providers {
namespace {

using testing::FakeCall;
using testing::number_of;
using testing::text_of;

constexpr std::uint32_t kNobody = 65534;
const manager::Wanted kEverything;
const std::string kProgram = "providers_process_test";  // longer than the 15 characters that the kernel keeps

cim::ClassPtr process_class() { return testing::shipped_class("Win32_Process"); }
std::string path_of(std::uint32_t pid) { return fmt::format("Win32_Process.Handle=\"{}\"", pid); }

/// A child that waits; reaped at the end.
class Child {
 public:
  explicit Child(bool zombie = false) : pid_(::fork()) {
    if (pid_ == 0) {
      if (zombie) ::_exit(0);
      for (;;) ::pause();
    }
    if (zombie) {
      siginfo_t info{};
      ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT);
    }
  }
  ~Child() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  std::uint32_t pid() const { return static_cast<std::uint32_t>(pid_); }

 private:
  pid_t pid_;
};

class ProcessTest : public ::testing::Test {
 protected:
  base::Status run(FakeCall& call) { return provider_->exec_method(call); }
  cim::Instance row_of(std::uint32_t pid, FakeCall call = FakeCall(process_class())) {
    EXPECT_TRUE(provider_->get(call, *cim::ObjectPath::parse(path_of(pid)), kEverything).ok());
    EXPECT_EQ(call.rows.size(), 1U);
    return call.rows.at(0);
  }
  manager::ProviderPtr provider_ = make_process_provider({}, {});
};

TEST_F(ProcessTest, ShowsThisProcessAsTheKernelDoes) {
  const auto pid = static_cast<std::uint32_t>(::getpid());
  const cim::Instance row = row_of(pid);
  EXPECT_EQ(text_of(row, "Handle"), std::to_string(pid));
  EXPECT_EQ(number_of(row, "ProcessId"), pid);
  EXPECT_EQ(number_of(row, "ParentProcessId"), static_cast<std::uint32_t>(::getppid()));
  EXPECT_EQ(text_of(row, "Name"), kProgram);
  EXPECT_TRUE(text_of(row, "ExecutablePath").ends_with("/" + kProgram));
  EXPECT_EQ(text_of(row, "CSName"), host_name());
  EXPECT_EQ(number_of(row, "ExecutionState"), 3U);
  EXPECT_LE(*number_of(row, "WorkingSetSize"), *number_of(row, "PeakWorkingSetSize") * 1024 + 1024 * 1024);
  EXPECT_LE(*number_of(row, "WorkingSetSize"), *number_of(row, "VirtualSize"));
  EXPECT_GT(*number_of(row, "HandleCount"), 2U);
  EXPECT_GT(*number_of(row, "ReadTransferCount"), 0U);
  EXPECT_TRUE(row.value("TerminationDate").is_null());
  EXPECT_EQ(text_of(row, "CreationDate").size(), 25U);
}

TEST_F(ProcessTest, TakesProcessesThatVanishOrAreZombies) {
  testing::FakeRoots fake;
  fake.put_process(10, "kept");
  fake.put_process(11, "zombie", 'Z');
  fake.put(fake.roots.proc + "/12/cmdline", "its stat is gone");
  fake.put_process(13, "no more files than stat");
  const auto provider = make_process_provider(fake.roots, {});
  FakeCall call(process_class());
  ASSERT_TRUE(provider->enumerate(call, kEverything).ok());
  ASSERT_EQ(call.rows.size(), 2U);
  EXPECT_EQ(text_of(call.rows[0], "Name"), "kept");
  EXPECT_EQ(number_of(call.rows[0], "KernelModeTime"), 40U * 10'000'000 / static_cast<unsigned>(::sysconf(_SC_CLK_TCK)));
  EXPECT_EQ(number_of(call.rows[0], "WorkingSetSize"), 7U * static_cast<unsigned>(::sysconf(_SC_PAGESIZE)));
  EXPECT_EQ(text_of(call.rows[0], "CommandLine"), "NULL");
  FakeCall get(process_class());
  EXPECT_EQ(provider->get(get, *cim::ObjectPath::parse(path_of(11)), kEverything).code(), WBEM_E_NOT_FOUND);
  EXPECT_EQ(provider->get(get, *cim::ObjectPath::parse(path_of(12)), kEverything).code(), WBEM_E_NOT_FOUND);
}

TEST_F(ProcessTest, ProcessesMayEndWhileTheyAreListed) {
  auto child = std::make_unique<Child>();
  FakeCall call(process_class());
  call.on_row = [&](const cim::Instance&) { child.reset(); };  // the first row ends a process that the list still holds
  EXPECT_TRUE(provider_->enumerate(call, kEverything).ok());
  EXPECT_GT(call.rows.size(), 1U);
}

TEST_F(ProcessTest, KeepsFromOtherUsersWhatTheKernelKeeps) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  const Child child;
  const cim::Instance row = row_of(child.pid(), FakeCall(process_class()).by_user(kNobody));
  for (const char* name :
       {"HandleCount", "ExecutablePath", "ReadOperationCount", "WriteOperationCount", "ReadTransferCount", "WriteTransferCount"})
    EXPECT_TRUE(row.value(name).is_null()) << name;
  EXPECT_EQ(text_of(row, "Name"), kProgram);
  EXPECT_FALSE(row.value("ThreadCount").is_null());
  EXPECT_FALSE(row_of(child.pid()).value("HandleCount").is_null());
}

TEST_F(ProcessTest, CreateStartsAndTerminateEnds) {
  FakeCall create(process_class());
  create.of_method("Create", "Win32_Process").with("CommandLine", cim::Value::text("sleep 30"));
  ASSERT_TRUE(run(create).ok());
  ASSERT_EQ(create.return_value(), 0U);
  const auto pid = static_cast<std::uint32_t>(*create.answers["ProcessId"].as_uint());
  EXPECT_EQ(text_of(row_of(pid), "Name"), "sleep");
  FakeCall end(process_class());
  ASSERT_TRUE(run(end.of_method("Terminate", path_of(pid))).ok());
  EXPECT_EQ(end.return_value(), 0U);
  for (int i = 0; i < 1000 && ::kill(static_cast<pid_t>(pid), 0) == 0; ++i) ::usleep(10'000);
  EXPECT_EQ(run(end).code(), WBEM_E_NOT_FOUND);
}

TEST_F(ProcessTest, CreateChecksItsParameters) {
  FakeCall none(process_class());
  ASSERT_TRUE(run(none.of_method("Create", "Win32_Process")).ok());
  EXPECT_EQ(none.return_value(), 21U);
  EXPECT_FALSE(none.answers.contains("ProcessId"));
  for (const auto& [property, value] :
       std::vector<std::pair<const char*, std::uint64_t>>{{"CreateFlags", 0x80000000U}, {"PriorityClass", 5}}) {
    cim::InstanceBuilder startup(testing::shipped_class("Win32_ProcessStartup"));
    ASSERT_TRUE(startup.set(property, cim::Value::uint(value)).ok());
    FakeCall call(process_class());
    call.of_method("Create", "Win32_Process").with("CommandLine", cim::Value::text("sleep 1"));
    call.with("ProcessStartupInformation", cim::Value::object(std::make_shared<const cim::Object>(startup.build())));
    ASSERT_TRUE(run(call).ok());
    EXPECT_EQ(call.return_value(), 21U) << property;
  }
  FakeCall nobody(process_class());
  nobody.of_method("Create", "Win32_Process").with("CommandLine", cim::Value::text("true")).by_user(::geteuid() == 0 ? kNobody : 0);
  ASSERT_TRUE(run(nobody).ok());
  EXPECT_EQ(nobody.return_value(), ::geteuid() == 0 ? 0U : 2U);
}

TEST_F(ProcessTest, OwnersAreTheRealUsers) {
  const Child child;
  FakeCall owner(process_class());
  ASSERT_TRUE(run(owner.of_method("GetOwner", path_of(child.pid()))).ok());
  EXPECT_EQ(owner.return_value(), 0U);
  EXPECT_EQ(*owner.answers["User"].as_text(), user_name(::getuid()));
  EXPECT_EQ(*owner.answers["Domain"].as_text(), host_name());
  FakeCall sid(process_class());
  ASSERT_TRUE(run(sid.of_method("GetOwnerSid", path_of(child.pid()))).ok());
  EXPECT_EQ(*sid.answers["Sid"].as_text(), user_sid(::getuid()));
}

TEST_F(ProcessTest, PriorityFollowsTheCallersRights) {
  const Child child;
  const auto set = [&](std::int64_t priority_class, std::uint32_t uid) {
    FakeCall call(process_class());
    call.of_method("SetPriority", path_of(child.pid())).with("Priority", cim::Value::sint(priority_class)).by_user(uid);
    EXPECT_TRUE(run(call).ok());
    return call.return_value();
  };
  const std::uint32_t self = ::geteuid();
  EXPECT_EQ(set(7, self), 21U);
  EXPECT_EQ(set(16384, self), 0U);
  EXPECT_EQ(::getpriority(PRIO_PROCESS, child.pid()), 10);
  EXPECT_EQ(set(64, self + 1000), 2U) << "another user's process";
  EXPECT_EQ(set(256, self), self == 0 ? 0U : 3U);
}

TEST_F(ProcessTest, RootsServerMakesNoProcessMoreUrgentForOthers) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  FakeCall create(process_class());
  create.of_method("Create", "Win32_Process").with("CommandLine", cim::Value::text("sleep 30")).by_user(kNobody);
  ASSERT_TRUE(run(create).ok());
  ASSERT_EQ(create.return_value(), 0U);
  const auto pid = static_cast<std::uint32_t>(*create.answers["ProcessId"].as_uint());
  EXPECT_FALSE(row_of(pid, FakeCall(process_class()).by_user(kNobody)).value("HandleCount").is_null()) << "its own process";
  for (const auto& [priority_class, expected] :
       std::vector<std::pair<std::int64_t, std::uint64_t>>{{16384, 0}, {256, 3}, {32, 3}, {64, 0}}) {
    FakeCall call(process_class());
    call.of_method("SetPriority", path_of(pid)).with("Priority", cim::Value::sint(priority_class)).by_user(kNobody);
    ASSERT_TRUE(run(call).ok());
    EXPECT_EQ(call.return_value(), expected) << priority_class;
  }
  FakeCall stranger(process_class());
  ASSERT_TRUE(run(stranger.of_method("Terminate", path_of(pid)).by_user(kNobody - 1)).ok());
  EXPECT_EQ(stranger.return_value(), 2U);
  FakeCall end(process_class());
  ASSERT_TRUE(run(end.of_method("Terminate", path_of(pid)).by_user(kNobody)).ok());
  EXPECT_EQ(end.return_value(), 0U);
}

TEST_F(ProcessTest, ZombiesAndWhatIsNoProcessHaveNoMethods) {
  const Child zombie(true);
  for (const std::string& path : {path_of(zombie.pid()), path_of(4294967295U), std::string("Win32_Process.Handle=\"01\""),
                                  std::string("Win32_Process.Handle=\"x\"")}) {
    for (const char* method : {"Terminate", "GetOwner", "GetOwnerSid", "SetPriority"}) {
      FakeCall call(process_class());
      EXPECT_EQ(run(call.of_method(method, path)).code(), WBEM_E_NOT_FOUND) << path << method;
    }
    FakeCall call(process_class());
    EXPECT_EQ(provider_->remove(call, *cim::ObjectPath::parse(path)).code(), WBEM_E_NOT_FOUND) << path;
  }
  const Child child;
  FakeCall debugger(process_class());
  EXPECT_EQ(run(debugger.of_method("AttachDebugger", path_of(child.pid()))).code(), WBEM_E_METHOD_NOT_IMPLEMENTED);
}

}  // namespace
}  // namespace providers
