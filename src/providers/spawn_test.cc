#include "providers/spawn.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "providers/proc.h"

namespace providers {
namespace {

/// Waits until `done()` holds, at most ten seconds.
template <class F>
bool eventually(F done) {
  for (int i = 0; i < 1000; ++i) {
    if (done()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

std::string content(const std::string& path) { return read_text(path); }

class SpawnTest : public testing::Test {
 protected:
  SpawnOutcome run(SpawnRequest request) { return spawn(request, reaper_); }
  std::string file(std::string_view name) { return *directory_ / name; }
  base::Result<base::TempDir> directory_ = base::TempDir::create();
  Reaper reaper_;
};

TEST_F(SpawnTest, StartsARealProcessInItsOwnSessionAndReapsIt) {
  const SpawnOutcome outcome = run({.command_line = "sleep 30"});
  ASSERT_EQ(outcome.result, MethodResult::kSuccess);
  const auto pid = static_cast<pid_t>(outcome.pid);
  EXPECT_EQ(::getsid(pid), pid);
  const auto stat = read_stat({}, outcome.pid);
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->comm, "sleep");
  ASSERT_EQ(::kill(pid, SIGKILL), 0);
  EXPECT_TRUE(eventually([&] { return !read_stat({}, outcome.pid); })) << "it stayed a zombie";
}

TEST_F(SpawnTest, RunsWindowsCommandLinesInTheShell) {
  const std::string out = file("out");
  ASSERT_EQ(run({.command_line = R"(C:\Windows\system32\cmd.exe /c "echo one > )" + out + "\""}).result, MethodResult::kSuccess);
  EXPECT_TRUE(eventually([&] { return content(out) == "one"; }));
  EXPECT_EQ(run({.command_line = "cmd.exe /c true", .map_cmd = false}).result, MethodResult::kPathNotFound);
}

TEST_F(SpawnTest, UsesDirectoryAndEnvironment) {
  const std::string out = file("where");
  std::string windows = "C:" + directory_->path();
  std::ranges::replace(windows, '/', '\\');
  ASSERT_EQ(
      run({.command_line = "sh -c 'pwd > where; echo $OWMI_TEST >> where'", .directory = windows, .environment = {"OWMI_TEST=a b"}}).result,
      MethodResult::kSuccess);
  EXPECT_TRUE(eventually([&] { return content(out) == directory_->path() + "\na b"; })) << content(out);
}

TEST_F(SpawnTest, SetsPriorityAndStops) {
  const SpawnOutcome outcome = run({.command_line = "sleep 30", .nice = 10, .stopped = true});
  ASSERT_EQ(outcome.result, MethodResult::kSuccess);
  EXPECT_EQ(::getpriority(PRIO_PROCESS, outcome.pid), 10);
  EXPECT_TRUE(eventually([&] { return read_stat({}, outcome.pid)->state == 'T'; }));
  ::kill(static_cast<pid_t>(outcome.pid), SIGKILL);
}

TEST_F(SpawnTest, AnswersWithTheDocumentedCodes) {
  EXPECT_EQ(run({.command_line = "no-such-program-here"}).result, MethodResult::kPathNotFound);
  EXPECT_EQ(run({.command_line = "/no/such/file"}).result, MethodResult::kPathNotFound);
  EXPECT_EQ(run({.command_line = ""}).result, MethodResult::kInvalidParameter);
  EXPECT_EQ(run({.command_line = "sleep 1", .directory = "/no/such/directory"}).result, MethodResult::kPathNotFound);
  EXPECT_EQ(run({.command_line = "sleep 1", .directory = "D:\\"}).result, MethodResult::kPathNotFound);
  EXPECT_EQ(run({.command_line = "sleep 1", .environment = {"no equals sign"}}).result, MethodResult::kInvalidParameter);
  const std::string plain = file("plain");
  ASSERT_TRUE(base::SystemFiles().write_atomic(plain, "not executable").ok());
  EXPECT_EQ(run({.command_line = plain}).result, MethodResult::kAccessDenied);
  const std::string garbage = file("garbage");
  ASSERT_TRUE(base::SystemFiles().write_atomic(garbage, "\x01\x02", 0755).ok());
  EXPECT_EQ(run({.command_line = garbage}).result, MethodResult::kUnknownFailure);
}

TEST_F(SpawnTest, RunsAsTheCallersUserWhenRoot) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  ASSERT_EQ(::setenv("OWMI_SECRET", "ours", 1), 0);
  const SpawnOutcome outcome = run({.command_line = "sleep 30", .environment = {"ADDED=1"}, .uid = 65534, .gid = 65534});
  ::unsetenv("OWMI_SECRET");
  ASSERT_EQ(outcome.result, MethodResult::kSuccess);
  const std::string directory = "/proc/" + std::to_string(outcome.pid);
  const std::string status = content(directory + "/status");
  EXPECT_NE(status.find("\nUid:\t65534\t65534\t65534\t65534\n"), std::string::npos) << status;
  EXPECT_NE(status.find("\nGid:\t65534\t65534\t65534\t65534\n"), std::string::npos) << status;
  const std::string environment = content(directory + "/environ");
  EXPECT_NE(environment.find("ADDED=1"), std::string::npos);
  EXPECT_NE(environment.find("USER=" + user_name(65534)), std::string::npos);
  EXPECT_EQ(environment.find("OWMI_SECRET"), std::string::npos);
  EXPECT_EQ(base::SystemFiles().read_link(directory + "/cwd").value_or(""), "/");
  ::kill(static_cast<pid_t>(outcome.pid), SIGKILL);
}

TEST_F(SpawnTest, UrgencyNeedsTheUsersOwnPrivilege) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  EXPECT_EQ(run({.command_line = "sleep 1", .nice = -5, .uid = 65534, .gid = 65534}).result, MethodResult::kInsufficientPrivilege);
}

}  // namespace
}  // namespace providers
