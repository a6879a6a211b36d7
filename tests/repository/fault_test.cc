// Every call that writes to the store fails once, each in a process of its own. Afterwards the store opens and verifies, holds
// everything that was acknowledged and nothing half done; the failed work got the right code.
#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>

#include "base/files.h"
#include "repository/repository.h"
#include "repository/test_store.h"
#include "tests/repository/child_process.h"
#include "tests/repository/fault_injection.h"

namespace repository {
namespace {

constexpr int kWorks = 12;
constexpr int kMembers = 4;
constexpr std::uint64_t kWrongCode = 1000;  // + the work's number
constexpr std::uint64_t kNotFired = 5000;
constexpr std::uint64_t kDeaf = 6000;  // the same process could not go on afterwards

Octets octets(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }
std::string key_of(int work, int member) { return std::to_string(work) + "/" + std::to_string(member); }

base::Status put_group(WriteTransaction& transaction, ClassId cls, int work) {
  const std::string value(300 + 2500 * static_cast<std::size_t>(work), 'v');
  const Hash128 target = hash128(std::to_string(work % 3));
  for (int i = 0; i < kMembers; ++i) TRY(transaction.put_instance(cls, key_of(work, i), octets(value), {&target, 1}));
  return {};
}

class FaultTest : public testing::Test {
 protected:
  FaultTest() : folder_(test::quick_folder()), path_(folder_ / "store") {}

  void make() {
    std::filesystem::remove_all(path_);
    auto made = Repository::open(path_);
    ASSERT_TRUE(made);
    ASSERT_TRUE((*made)
                    ->write([&](WriteTransaction& transaction) -> base::Status {
                      TRY_ASSIGN(const NamespaceId root, transaction.create_namespace(0, "root", "root", {}));
                      TRY_ASSIGN(cls_, transaction.put_class(root, "thing", "", {}));
                      return {};
                    })
                    .ok());
  }

  /// The child: one work after the other with a fault armed, reporting those that were acknowledged.
  int work(const std::function<void()>& arm, base::Hresult expected, const child::Reporter& reporter) const {
    auto opened = Repository::open(path_);
    if (!opened) return 2;
    arm();
    for (int i = 0; i < kWorks; ++i) {
      const base::Status status = (*opened)->write([&](WriteTransaction& transaction) { return put_group(transaction, cls_, i); });
      if (status.ok()) {
        reporter.report(static_cast<std::uint64_t>(i));
      } else if (status.code() != expected || status.text().empty()) {
        reporter.report(kWrongCode + static_cast<std::uint64_t>(i));
      }
    }
    if (!fault::fired()) reporter.report(kNotFired);
    fault::disarm();
    // The process itself goes on, too: it reads and writes again.
    const bool reads = (*opened)->read() && (*opened)->read()->find_namespace("root");
    const bool writes = (*opened)->write([](WriteTransaction& transaction) { return transaction.put_setting("after", octets("v")); }).ok();
    if (!reads || !writes) reporter.report(kDeaf);
    return 0;
  }

  /// False when the fault did not fire any more.
  bool round(const std::function<void()>& arm, base::Hresult expected) {
    make();
    child::Process process([&](const child::Reporter& reporter) { return work(arm, expected, reporter); });
    const std::vector<std::uint64_t> reported = process.rest();
    EXPECT_EQ(process.wait(), 0);
    bool fired = true;
    std::vector<bool> acknowledged(kWorks, false);
    for (const std::uint64_t number : reported) {
      EXPECT_NE(number, kDeaf) << "the process could not go on";
      EXPECT_FALSE(number >= kWrongCode && number < kNotFired) << "work " << number - kWrongCode << " got another code";
      if (number == kNotFired) fired = false;
      if (number < kWorks) acknowledged[number] = true;
    }
    auto opened = Repository::open(path_);
    EXPECT_TRUE(opened) << opened.error().to_string();
    if (!opened) return fired;
    const auto report = Repository::verify(path_);
    EXPECT_TRUE(report && report->ok());
    const auto transaction = (*opened)->read();
    for (int i = 0; i < kWorks; ++i) {
      int members = 0;
      for (int j = 0; j < kMembers; ++j) members += transaction->get_instance(cls_, key_of(i, j)) ? 1 : 0;
      EXPECT_EQ(members, acknowledged[static_cast<std::size_t>(i)] ? kMembers : 0) << "work " << i;
    }
    return fired;
  }

  void count_up(int error, std::int64_t more, base::Hresult expected) {
    int nth = 1;
    for (;; ++nth) {
      SCOPED_TRACE(testing::Message() << "call " << nth << " fails with " << error);
      if (!round([&] { fault::arm(nth, error, more); }, expected)) break;
      ASSERT_LT(nth, 1000);
      if (HasFailure()) break;
    }
    EXPECT_GT(nth, 20);
  }

  base::TempDir folder_;
  std::filesystem::path path_;
  ClassId cls_ = 0;
};

TEST_F(FaultTest, WritesCutShort) {
  for (int nth = 1; round([&] { fault::arm_short_write(nth, EIO); }, WBEM_E_CRITICAL_ERROR); ++nth) {
    ASSERT_LT(nth, 1000);
    ASSERT_FALSE(HasFailure()) << "call " << nth;
  }
}

TEST_F(FaultTest, DiskFullOnce) { count_up(ENOSPC, 0, WBEM_E_OUT_OF_DISK_SPACE); }
TEST_F(FaultTest, InputOutputErrorOnce) { count_up(EIO, 0, WBEM_E_CRITICAL_ERROR); }
TEST_F(FaultTest, DiskFullFromThenOn) { count_up(ENOSPC, -1, WBEM_E_OUT_OF_DISK_SPACE); }
TEST_F(FaultTest, InputOutputErrorFromThenOn) { count_up(EIO, -1, WBEM_E_CRITICAL_ERROR); }

TEST_F(FaultTest, ABatchThatFailsIsToldToAllOfThem) {
  make();
  child::Process process([&](const child::Reporter& reporter) {
    auto opened = Repository::open(path_);
    if (!opened) return 2;
    std::atomic<int> answered = 0;
    fault::arm(1, EIO);
    for (int i = 0; i < 100; ++i) {
      (*opened)->submit([&, i](WriteTransaction& transaction) { return put_group(transaction, cls_, i % kWorks); },
                        [&](base::Status) { ++answered; });
    }
    opened->reset();
    reporter.report(static_cast<std::uint64_t>(answered.load()));
    return 0;
  });
  EXPECT_EQ(process.rest(), std::vector<std::uint64_t>{100});
  EXPECT_EQ(process.wait(), 0);
}

TEST_F(FaultTest, CreationThatFailsCanBeRepeated) {
  for (int nth = 1;; ++nth) {
    std::filesystem::remove_all(path_);
    child::Process process([&](const child::Reporter& reporter) {
      fault::arm(nth, ENOSPC, -1);
      const auto opened = Repository::open(path_);
      if (opened) return reporter.report(1), 0;
      return opened.error().code() == WBEM_E_OUT_OF_DISK_SPACE ? 0 : 3;
    });
    const bool opened = !process.rest().empty();
    ASSERT_EQ(process.wait(), 0) << nth;
    ASSERT_TRUE(Repository::open(path_)) << nth;
    if (opened) break;
    ASSERT_LT(nth, 100);
  }
}

}  // namespace
}  // namespace repository
