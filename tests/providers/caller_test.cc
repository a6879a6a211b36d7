// What calls of another Unix user may do through a manager that is root: what that user may do.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/files.h"
#include "cim/calls.h"
#include "manager/manager.h"
#include "providers/standard.h"

namespace {

constexpr std::uint32_t kNobody = 65534;

class CallerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    ASSERT_EQ(::chmod(folder_.path().c_str(), 0777), 0);
    manager::Options options;
    options.directory = folder_.path() + "/repository";
    manager_ = *manager::Manager::open(std::move(options), providers::standard_providers({}));
    cim::Caller caller;
    caller.account = "guest";
    caller.uid = kNobody;
    caller.gid = kNobody;
    caller.sids = {"S-1-5-32-544"};  // all rights in WMI, none in the system
    caller.remote = true;
    services_ = *manager_->connect("root\\cimv2", caller, "");
  }

  cim::Instance call(const std::string& path, const char* method, std::vector<std::pair<const char*, cim::Value>> values = {}) {
    const auto cls = cim::GetObject(*services_, "Win32_Process");
    const cim::Method* found = cls->cls()->method(method);
    std::optional<cim::Instance> in;
    if (found->in != nullptr) {
      cim::InstanceBuilder builder(found->in);
      for (const auto& [name, value] : values) EXPECT_TRUE(builder.set(name, value).ok());
      in = builder.build();
    }
    auto out = cim::ExecMethod(*services_, path, method, in);
    EXPECT_TRUE(out.has_value()) << out.error().to_string();
    return **out;
  }
  static std::string process(std::uint64_t pid) { return "Win32_Process.Handle=\"" + std::to_string(pid) + "\""; }
  /// What the started shell wrote.
  std::string wait_for(const std::string& file) {
    for (int i = 0; i < 500; ++i) {
      std::stringstream text;
      text << std::ifstream(file).rdbuf();
      if (text.str().ends_with("end\n")) return text.str();
      ::usleep(10'000);
    }
    return "nothing";
  }

  base::TempDir folder_ = *base::TempDir::create("owmi_caller");
  std::unique_ptr<manager::Manager> manager_;
  cim::ServicesPtr services_;
};

TEST_F(CallerTest, StartsProcessesAsItselfAlone) {
  ::setenv("OWMI_TEST_SECRET", "of the daemon", 1);
  const std::string file = folder_.path() + "/out";
  const std::string command = "sh -c 'grep -E \"^(Uid|Gid|Groups)\" /proc/self/status > " + file + "; env >> " + file + "; pwd >> " + file +
                              "; echo end >> " + file + "'";
  const cim::Instance out = call("Win32_Process", "Create", {{"CommandLine", cim::Value::text(command)}});
  EXPECT_EQ(out.value("ReturnValue"), cim::Value::uint(0));
  const std::string text = wait_for(file);
  EXPECT_NE(text.find("Uid:\t65534\t65534\t65534\t65534\n"), std::string::npos) << text;
  EXPECT_NE(text.find("Gid:\t65534\t65534\t65534\t65534\n"), std::string::npos) << text;
  EXPECT_NE(text.find("Groups:\t65534 \n"), std::string::npos) << text;
  EXPECT_EQ(text.find("OWMI_TEST_SECRET"), std::string::npos) << text;
  EXPECT_NE(text.find("\n/\nend\n"), std::string::npos) << "not in the daemon's directory: " << text;
}

TEST_F(CallerTest, TouchesOnlyItsOwnProcesses) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::pause();
    ::_exit(0);
  }
  EXPECT_EQ(call(process(static_cast<std::uint64_t>(child)), "Terminate").value("ReturnValue"), cim::Value::uint(2));
  EXPECT_NE(call(process(static_cast<std::uint64_t>(child)), "SetPriority", {{"Priority", cim::Value::sint(64)}}).value("ReturnValue"),
            cim::Value::uint(0));
  EXPECT_EQ(::waitpid(child, nullptr, WNOHANG), 0) << "it lives";
  const auto seen = cim::GetObject(*services_, process(static_cast<std::uint64_t>(child)));
  ASSERT_TRUE(seen.has_value());
  EXPECT_TRUE(seen->instance().value("ExecutablePath").is_null()) << "the kernel keeps it from this user";
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);

  const cim::Instance out = call("Win32_Process", "Create", {{"CommandLine", cim::Value::text("sleep 60")}});
  ASSERT_EQ(out.value("ReturnValue"), cim::Value::uint(0));
  const std::string own = process(*out.value("ProcessId").as_uint());
  EXPECT_EQ(call(own, "SetPriority", {{"Priority", cim::Value::sint(64)}}).value("ReturnValue"), cim::Value::uint(0));
  EXPECT_NE(call(own, "SetPriority", {{"Priority", cim::Value::sint(128)}}).value("ReturnValue"), cim::Value::uint(0)) << "not back up";
  EXPECT_EQ(call(own, "Terminate").value("ReturnValue"), cim::Value::uint(0));
}

TEST_F(CallerTest, CannotStartWhatItMayNotExecute) {
  const std::string program = folder_.path() + "/program";
  std::ofstream(program) << "#!/bin/sh\n";
  ASSERT_EQ(::chmod(program.c_str(), 0700), 0);
  const cim::Instance out = call("Win32_Process", "Create", {{"CommandLine", cim::Value::text(program)}});
  EXPECT_EQ(out.value("ReturnValue"), cim::Value::uint(2));
}

/// No thread that a call started, the one that waits for processes among them, keeps the caller's user.
TEST_F(CallerTest, LeavesNoThreadBehind) {
  (void)call("Win32_Process", "Create", {{"CommandLine", cim::Value::text("true")}});
  manager_->drain();
  for (int i = 0; i < 200; ++i) {
    bool all = true;
    for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
      const auto status = base::SystemFiles().read(task.path().string() + "/status");
      all = all && (!status || status->find("Uid:\t0\t0\t0\t0\n") != std::string::npos);
    }
    if (all) return;
    ::usleep(10'000);
  }
  FAIL() << "a thread has another user";
}

}  // namespace
