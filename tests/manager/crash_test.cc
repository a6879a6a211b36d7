// A process that puts through the object manager at full speed is killed with SIGKILL, again and again on the same repository. A shadow
// model says what must be there: every acknowledged instance, no instance that is half one put and half another, and derived classes
// that are in step with their parent.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <map>
#include <random>
#include <thread>

#include "base/files.h"
#include "cim/calls.h"
#include "manager/bootstrap.h"
#include "manager/manager.h"
#include "manager/mof_target.h"
#include "mof/check.h"
#include "mof/parser.h"

namespace manager {
namespace {

constexpr int kRounds = 50;
constexpr int kOutstanding = 256;
constexpr std::uint64_t kKeys = 4000;          // more than kOutstanding: puts of one key never race each other
constexpr std::uint64_t kClassPutEvery = 401;  // a put of a class with derived classes among the instances
constexpr std::chrono::seconds kBudget{15};
constexpr std::string_view kNs = "root\\cimv2";
constexpr std::string_view kSchema = R"(
class Crash_Thing { [key] uint64 Id; uint64 Number; string Text; };
[Version("0") : ToSubClass] class Crash_Parent { [key] string Id; };
class Crash_Child : Crash_Parent { string P; };
class Crash_Grandchild : Crash_Child { string Q; };
)";

std::string text_of(std::uint64_t number) { return std::string(20 + number * 37 % 900, static_cast<char>('a' + number % 26)); }

/// Answers to one put: the number goes down the pipe when it is on disk.
class AckSink : public cim::Sink {
 public:
  AckSink(int fd, std::uint64_t number, std::atomic<int>& outstanding) : fd_(fd), number_(number), outstanding_(outstanding) {}
  base::Hresult Indicate(const cim::Batch&, cim::CallbackScope&) override { return WBEM_S_NO_ERROR; }
  base::Hresult SetStatus(const cim::SinkStatus& status, cim::CallbackScope&) override {
    if (status.type != cim::StatusType::kComplete) return WBEM_S_NO_ERROR;
    if (base::succeeded(status.code) && ::write(fd_, &number_, sizeof number_) != sizeof number_) ::_exit(3);
    if (base::failed(status.code)) ::_exit(4);
    --outstanding_;
    return WBEM_S_NO_ERROR;
  }

 private:
  int fd_;
  std::uint64_t number_;
  std::atomic<int>& outstanding_;
};

base::Status put_one(cim::Services& services, const cim::ClassPtr& thing, const cim::ClassPtr& parent, std::uint64_t number,
                     cim::SinkPtr sink) {
  if (number % kClassPutEvery == 0) {
    auto builder = cim::ClassBuilder::modify(*parent);
    TRY(builder.put_qualifier({"Version", {}, cim::Value::text(std::to_string(number)), cim::flavor::kToSubclass}));
    TRY_ASSIGN(const auto cls, builder.build());
    return services.PutClassAsync(cls, {}, std::move(sink));
  }
  cim::InstanceBuilder builder(thing);
  builder.set_number<std::uint64_t>(*thing->handle("Id"), number % kKeys);
  builder.set_number<std::uint64_t>(*thing->handle("Number"), number);
  builder.set_text(*thing->handle("Text"), text_of(number));
  return services.PutInstanceAsync(builder.build(), {}, std::move(sink));
}

[[noreturn]] void put_forever(const std::filesystem::path& path, std::uint64_t first, int fd) {
  Options options;
  options.directory = path;
  auto opened = Manager::open(std::move(options), {});
  if (!opened) ::_exit(5);
  auto services = (*opened)->connect(kNs, (*opened)->local_caller(), "");
  if (!services) ::_exit(6);
  const auto thing = cim::GetObject(**services, "Crash_Thing");
  const auto parent = cim::GetObject(**services, "Crash_Parent");
  if (!thing || !parent) ::_exit(7);
  std::atomic<int> outstanding = 0;
  for (std::uint64_t number = first;; ++number) {
    while (outstanding >= kOutstanding) std::this_thread::yield();
    ++outstanding;
    if (!put_one(**services, thing->cls(), parent->cls(), number, std::make_shared<AckSink>(fd, number, outstanding)).ok()) ::_exit(8);
  }
}

/// One round: what was acknowledged before the child was killed.
std::vector<std::uint64_t> killed_child(const std::filesystem::path& path, std::uint64_t first, std::chrono::microseconds after) {
  int fds[2];
  EXPECT_EQ(::pipe(fds), 0);
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::close(fds[0]);
    put_forever(path, first, fds[1]);
  }
  ::close(fds[1]);
  std::vector<std::uint64_t> out;
  std::uint64_t number = 0;
  const auto next = [&] { return ::read(fds[0], &number, sizeof number) == sizeof number; };
  if (next()) out.push_back(number);
  std::thread killer([&] {
    std::this_thread::sleep_for(after);
    ::kill(pid, SIGKILL);
  });
  while (next()) out.push_back(number);
  killer.join();
  ::close(fds[0]);
  int status = 0;
  ::waitpid(pid, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself with " << WEXITSTATUS(status);
  return out;
}

class CrashTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto repository = *repository::Repository::open(path_);
    const Schema schema(*repository, "HOST");
    ASSERT_TRUE(bootstrap(schema, base::SystemClock()).ok());
    mof::Diagnostics diagnostics;
    const auto unit = *mof::parse_text("crash.mof", std::string(kSchema), diagnostics);
    mof::CompileOptions options;
    options.name_space = kNs;
    ASSERT_TRUE(compile_mof(schema, cim::Caller{.administrator = true}, unit, options, diagnostics).has_value());
  }

  /// Compares the repository with the model; adopts what was on its way when the process died.
  void check(int round) {
    const auto repository = *repository::Repository::open(path_);
    const Schema schema(*repository, "HOST");
    const auto transaction = *repository->read();
    SchemaView view(schema, transaction);
    const auto ns = *view.name_space(kNs);
    check_instances(view, *ns, round);
    check_classes(view, *ns, round);
  }

  void check_instances(SchemaView& view, const Namespace& ns, int round) {
    const auto cls = *view.get(ns, "Crash_Thing", WBEM_E_NOT_FOUND);
    std::map<std::uint64_t, std::uint64_t> found;
    const auto status = view.view().for_each_instance(cls->id, [&](const repository::InstanceRow& row) {
      EXPECT_TRUE(cim::validate_instance(*cls->cls, row.octets).ok());
      const cim::InstanceView instance(*cls->cls, row.octets);
      const auto number = instance.number<std::uint64_t>(*cls->cls->handle("Number"));
      EXPECT_EQ(instance.number<std::uint64_t>(*cls->cls->handle("Id")), number % kKeys);
      EXPECT_TRUE(instance.text(*cls->cls->handle("Text")).equals(text_of(number))) << "half an instance: " << number;
      found[number % kKeys] = number;
      return true;
    });
    ASSERT_TRUE(status.ok()) << status.to_string();
    for (const auto& [id, number] : model_) {
      ASSERT_TRUE(found.contains(id)) << "lost " << number << " in round " << round;
      EXPECT_GE(found[id], number) << "an older state came back in round " << round;
    }
    for (const auto& [id, number] : found) {
      EXPECT_LE(number, newest_ + 2 * kOutstanding) << "never put";
      model_[id] = number;
      newest_ = std::max(newest_, number);
    }
  }

  void check_classes(SchemaView& view, const Namespace& ns, int round) {
    const auto version = [&](std::string_view name) {
      const auto cls = *view.get(ns, name, WBEM_E_NOT_FOUND);
      return std::string(cls->cls->qualifiers().text("Version"));
    };
    EXPECT_EQ(version("Crash_Child"), version("Crash_Parent")) << "half a class put in round " << round;
    EXPECT_EQ(version("Crash_Grandchild"), version("Crash_Parent")) << "half a class put in round " << round;
    EXPECT_GE(std::stoull(version("Crash_Parent")), class_number_) << "lost a class put in round " << round;
    class_number_ = std::stoull(version("Crash_Parent"));
  }

  void acknowledge(std::uint64_t number) {
    newest_ = std::max(newest_, number);
    if (number % kClassPutEvery == 0)
      class_number_ = std::max(class_number_, number);
    else
      model_[number % kKeys] = number;
  }

  base::TempDir folder_ = *base::TempDir::create("owmi_manager_crash");
  std::filesystem::path path_ = folder_ / "repository";
  std::map<std::uint64_t, std::uint64_t> model_;  // key -> number of its last acknowledged put
  std::uint64_t newest_ = 0;
  std::uint64_t class_number_ = 0;
};

TEST_F(CrashTest, NothingAcknowledgedIsLostAndNothingIsHalf) {
  std::mt19937 random(20);
  const auto start = std::chrono::steady_clock::now();
  std::uint64_t total = 0;
  int round = 0;
  for (; round < kRounds && !HasFatalFailure(); ++round) {
    // A slow disk shortens the runs, not the rounds.
    const auto left = std::max<std::chrono::microseconds>(
        kBudget - std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start),
        std::chrono::milliseconds(50));
    const auto longest = std::min<std::chrono::microseconds>(std::chrono::milliseconds(200), left / (kRounds - round));
    const std::chrono::microseconds after(random() % static_cast<unsigned>(longest.count()) + 1000);
    const auto acknowledged = killed_child(path_, newest_ + 1, after);
    ASSERT_FALSE(acknowledged.empty());
    for (const auto number : acknowledged) acknowledge(number);
    total += acknowledged.size();
    check(round);
  }
  const auto report = repository::Repository::verify(path_);
  ASSERT_TRUE(report.has_value());
  EXPECT_TRUE(report->ok()) << report->problems.front();
  std::fprintf(stderr, "%d rounds, %llu puts acknowledged\n", round, static_cast<unsigned long long>(total));
}

}  // namespace
}  // namespace manager
