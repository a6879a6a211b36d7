// A process that puts at full speed is killed with SIGKILL, again and again on the same store: what was acknowledged is there, and
// every group of records is whole or absent.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/files.h"
#include "repository/repository.h"
#include "tests/repository/child_process.h"

namespace repository {
namespace {

constexpr int kRounds = 50;
constexpr int kMembers = 3;  // records of one transaction

Octets octets(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

/// The key of a record, and its content: the sequence number that wrote it, with a size that follows from it.
std::string key_of(std::uint64_t number, int member) { return std::to_string(number) + "/" + std::to_string(member); }
std::string value_of(std::uint64_t number) { return std::string(50 + number * 37 % 6000, static_cast<char>('a' + number % 26)); }

base::Status put_group(WriteTransaction& transaction, ClassId cls, std::uint64_t number) {
  const std::string value = value_of(number);
  const Hash128 target = hash128(std::to_string(number % 50));
  for (int i = 0; i < kMembers; ++i) TRY(transaction.put_instance(cls, key_of(number, i), octets(value), {&target, 1}));
  // Space is freed and used again.
  if (number % 4 != 0 || number < 400) return {};
  for (int i = 0; i < kMembers; ++i) {
    const base::Status status = transaction.delete_instance(cls, key_of(number - 400, i));
    if (!status.ok() && status.code() != WBEM_E_NOT_FOUND) return status;
  }
  return {};
}

int put_forever(const std::filesystem::path& path, ClassId cls, std::uint64_t first, const child::Reporter& reporter) {
  auto opened = Repository::open(path);
  if (!opened) return 2;
  std::atomic<int> outstanding = 0;
  for (std::uint64_t number = first;; ++number) {
    while (outstanding >= 256) std::this_thread::yield();
    ++outstanding;
    (*opened)->submit([cls, number](WriteTransaction& transaction) { return put_group(transaction, cls, number); },
                      [&, number](base::Status status) {
                        if (status.ok()) reporter.report(number);
                        --outstanding;
                      });
  }
}

TEST(Crash, NothingAcknowledgedIsLostAndNothingIsHalf) {
  const base::TempDir folder = *base::TempDir::create("owmi_crash");
  const std::filesystem::path path = folder / "store";
  ClassId cls = 0;
  {
    auto made = Repository::open(path);
    ASSERT_TRUE(made);
    ASSERT_TRUE((*made)
                    ->write([&](WriteTransaction& transaction) -> base::Status {
                      TRY_ASSIGN(const NamespaceId root, transaction.create_namespace(0, "root", "root", {}));
                      TRY_ASSIGN(cls, transaction.put_class(root, "thing", "", {}));
                      return {};
                    })
                    .ok());
  }
  std::uint64_t next = 1;
  std::uint64_t total = 0;
  const auto check = [&](int round, const std::vector<std::uint64_t>& reported) {
    ASSERT_FALSE(reported.empty()) << "round " << round;
    total += reported.size();
    auto opened = Repository::open(path);
    ASSERT_TRUE(opened) << opened.error().to_string();
    {
      const auto transaction = (*opened)->read();
      const std::uint64_t newest = reported.back();
      std::uint64_t last_seen = newest;
      const auto present = [&](std::uint64_t number) {
        int members = 0;
        for (int i = 0; i < kMembers; ++i) {
          const auto found = transaction->get_instance(cls, key_of(number, i));
          if (!found) continue;
          ++members;
          EXPECT_TRUE(std::string_view(reinterpret_cast<const char*>(found->data()), found->size()) == value_of(number)) << number;
        }
        EXPECT_TRUE(members == 0 || members == kMembers) << "group " << number << " is half there";
        return members == kMembers;
      };
      // Beyond the last answer at most those that were under way can be there.
      for (std::uint64_t number = newest + 1; number <= newest + 600; ++number) {
        if (present(number)) last_seen = number;
      }
      for (const std::uint64_t number : reported) {
        const bool may_be_deleted = number % 4 == 0 && number + 400 <= last_seen;
        EXPECT_TRUE(present(number) || may_be_deleted) << "lost " << number << " in round " << round;
      }
      next = last_seen + 1;
    }
    if (round % 10 == 9) {
      const auto report = Repository::verify(path);
      ASSERT_TRUE(report);
      EXPECT_TRUE(report->ok()) << report->problems.front();
    }
  };
  child::kill_rounds(kRounds, 60'000, [&](int, const child::Reporter& reporter) { return put_forever(path, cls, next, reporter); }, check);
  EXPECT_GT(total, static_cast<std::uint64_t>(kRounds));
}

TEST(Crash, CreationThatWasInterruptedIsRepeated) {
  const base::TempDir folder = *base::TempDir::create("owmi_crash");
  const std::filesystem::path path = folder / "store";
  child::kill_rounds(
      20, 3'000,
      [&](int, const child::Reporter& reporter) {
        reporter.report(1);
        return Repository::open(path) ? 0 : 1;
      },
      [&](int round, const std::vector<std::uint64_t>&) {
        {
          auto opened = Repository::open(path);
          ASSERT_TRUE(opened) << round << " " << opened.error().to_string();
        }
        std::filesystem::remove_all(path);
      });
}

}  // namespace
}  // namespace repository
