// Two processes change one class hierarchy by turns while a third reads it: every reader sees a whole hierarchy, of one version, and every
// instance that it sees belongs to it.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>

#include "base/files.h"
#include "manager/bootstrap.h"
#include "manager/mof_target.h"
#include "manager/update.h"
#include "mof/parser.h"

namespace manager {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kDuration{2500};
constexpr std::string_view kNs = "root\\cimv2";

struct Shared {
  std::atomic<std::uint64_t> updates{0};
  std::atomic<std::uint64_t> refused{0};
  std::atomic<std::uint64_t> reads{0};
  std::atomic<bool> failed{false};
};

/// Base carries the version as the default of its property, and one property more in odd versions.
std::string text_of(unsigned writer, std::uint64_t version) {
  return "class Base { [key] string Id; uint64 Version = " + std::to_string(version) + "; uint32 Writer = " + std::to_string(writer) + ";" +
         (version % 2 == 1 ? " string Odd = \"odd\";" : "") + " };";
}

bool say(const std::string& what) {
  fprintf(stderr, "%s\n", what.c_str());
  return false;
}

/// One put of Base, by turns forced, safe and compatible; now and then an instance of the leaf.
bool write_once(Schema& schema, unsigned writer, std::uint64_t n, Shared& shared) {
  mof::Diagnostics diagnostics;
  const auto cls = *mof::parse_text("base.mof", text_of(writer, n), diagnostics);
  const auto row = *mof::parse_text("row.mof", "instance of Leaf { Id = \"" + std::to_string(writer) + "\"; };", diagnostics);
  mof::CompileOptions options;
  options.name_space = kNs;
  static constexpr std::uint32_t kModes[] = {cim::flag::kUpdateForceMode, cim::flag::kUpdateSafeMode, 0};
  options.class_flags = kModes[n % 3];
  const cim::Caller caller{.administrator = true};
  const auto done = compile_mof(schema, caller, cls, options, diagnostics);
  if (done) {
    ++shared.updates;
  } else {
    const auto code = done.error().code();
    if (code != WBEM_E_CLASS_HAS_INSTANCES && code != WBEM_E_CLASS_HAS_CHILDREN) return say(done.error().to_string());
    ++shared.refused;
  }
  if (n % 4 != 0) return true;
  const auto put = compile_mof(schema, caller, row, options, diagnostics);
  return put ? true : say(put.error().to_string());
}

/// All classes of one snapshot are of one version, and its instances read as instances of them.
bool read_once(Schema& schema) {
  const auto transaction = *schema.repository().read();
  SchemaView view(schema, transaction);
  const auto ns = *view.name_space(kNs);
  const auto base = view.find(*ns, "Base");
  if (!base) return say(base.error().to_string());
  const auto version = (*base)->cls->property("Version")->default_value;
  const bool odd = (*base)->cls->property("Odd") != nullptr;
  for (const char* name : {"Middle", "Leaf"}) {
    const auto cls = view.find(*ns, name);
    if (!cls) return say(cls.error().to_string());
    if ((*cls)->cls->property("Version")->default_value != version) return say(std::string(name) + " is of another version");
    if (((*cls)->cls->property("Odd") != nullptr) != odd) return say(std::string(name) + " has other properties");
  }
  const auto leaf = *view.find(*ns, "Leaf");
  bool whole = true;
  const auto status = view.view().for_each_instance(leaf->id, [&](const repository::InstanceRow& row) {
    whole = whole && cim::validate_instance(*leaf->cls, row.octets).ok() &&
            cim::InstanceView(*leaf->cls, row.octets).value(*leaf->cls->property("Version")) == version;
    return true;
  });
  return status.ok() && whole ? true : say("an instance of another definition");
}

/// In a process of its own, without gtest's state.
template <class Work>
pid_t fork_worker(const std::filesystem::path& directory, Shared& shared, Work work) {
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  auto store = repository::Repository::open(directory);
  bool good = store.has_value();
  if (good) {
    Schema schema(**store, "HOST");
    const auto end = Clock::now() + kDuration;
    for (std::uint64_t n = 0; good && Clock::now() < end; ++n) good = work(schema, n);
  }
  if (!good) shared.failed = true;
  ::_exit(good ? 0 : 1);
}

TEST(SchemaWriters, ReadersSeeWholeHierarchies) {
  auto* shared = new (::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) Shared;
  const base::TempDir directory = *base::TempDir::create("owmi_writers");
  {
    const auto store = *repository::Repository::open(directory.path());
    const Schema schema(*store, "HOST");
    const base::SystemClock clock;
    ASSERT_TRUE(bootstrap(schema, clock).ok());
    mof::Diagnostics diagnostics;
    const auto unit = *mof::parse_text(
        "all.mof", text_of(0, 0) + "class Middle : Base { string M; }; class Leaf : Middle { uint64 L = 7; };", diagnostics);
    mof::CompileOptions options;
    options.name_space = kNs;
    ASSERT_TRUE(compile_mof(schema, {.administrator = true}, unit, options, diagnostics).has_value());
  }
  std::vector<pid_t> workers;
  for (const unsigned writer : {1U, 2U})
    workers.push_back(
        fork_worker(directory.path(), *shared, [=](Schema& schema, std::uint64_t n) { return write_once(schema, writer, n, *shared); }));
  workers.push_back(fork_worker(directory.path(), *shared, [=](Schema& schema, std::uint64_t) {
    ++shared->reads;
    return read_once(schema);
  }));
  for (const pid_t worker : workers) {
    int status = 0;
    ASSERT_EQ(::waitpid(worker, &status, 0), worker);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "worker " << worker << " ended with " << status;
  }
  EXPECT_FALSE(shared->failed.load());
  EXPECT_GT(shared->updates.load(), 20U);
  EXPECT_GT(shared->refused.load(), 0U);
  EXPECT_GT(shared->reads.load(), 100U);
  RecordProperty("updates", std::to_string(shared->updates.load()));
  RecordProperty("reads", std::to_string(shared->reads.load()));
  printf("%lu updates, %lu refused, %lu reads\n", shared->updates.load(), shared->refused.load(), shared->reads.load());
}

}  // namespace
}  // namespace manager
