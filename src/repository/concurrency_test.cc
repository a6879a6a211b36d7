// Readers, scans, writers and schema changes at once. Every group of records is written together and must be read together.
#include <atomic>
#include <random>
#include <thread>

#include "repository/test_store.h"

namespace repository {
namespace {

using test::octets;
using test::text;

class ConcurrencyTest : public test::StoreTest {};

constexpr int kGroups = 20;
constexpr int kMembers = 5;
std::string member(int group, int index) { return "g" + std::to_string(group) + "m" + std::to_string(index); }

base::Status put_group(WriteTransaction& transaction, ClassId cls, int group, const std::string& value) {
  for (int i = 0; i < kMembers; ++i) {
    const Hash128 target = hash128(value);
    TRY(transaction.put_instance(cls, member(group, i), octets(value), {&target, 1}));
  }
  return {};
}

TEST_F(ConcurrencyTest, GroupsAreReadWhole) {
  open_with_class();
  ASSERT_TRUE(write([&](WriteTransaction& transaction) -> base::Status {
                for (int group = 0; group < kGroups; ++group) TRY(put_group(transaction, thing_, group, "0"));
                return {};
              }).ok());
  std::atomic<bool> stop = false;
  std::atomic<int> acknowledged = 0, reads = 0, scans = 0;
  std::array<std::atomic<int>, kGroups> newest{};  // highest acknowledged value of each group
  std::vector<std::thread> threads;

  for (int writer = 0; writer < 2; ++writer) {
    threads.emplace_back([&, writer] {
      std::mt19937 random(static_cast<unsigned>(writer));
      for (int value = 1; !stop; ++value) {
        // Each writer has groups of its own, so that its values only grow.
        const int group = static_cast<int>(random() % (kGroups / 2)) * 2 + writer;
        const bool spoil = value % 11 == 0;
        const base::Status status = write([&](WriteTransaction& transaction) -> base::Status {
          TRY(put_group(transaction, thing_, group, std::to_string(value)));
          return spoil ? base::Status(WBEM_E_VETO_PUT) : base::Status();
        });
        EXPECT_EQ(status.code(), spoil ? WBEM_E_VETO_PUT : WBEM_S_NO_ERROR);
        if (spoil) continue;
        newest[group] = value;
        ++acknowledged;
      }
    });
  }
  for (int reader = 0; reader < 3; ++reader) {
    threads.emplace_back([&, reader] {
      std::mt19937 random(static_cast<unsigned>(100 + reader));
      while (!stop) {
        const int group = static_cast<int>(random() % kGroups);
        const int at_least = newest[group];
        const auto transaction = repository_->read();
        ASSERT_TRUE(transaction);
        const std::string value = text(*transaction->get_instance(thing_, member(group, 0)));
        for (int i = 1; i < kMembers; ++i) EXPECT_EQ(text(*transaction->get_instance(thing_, member(group, i))), value);
        EXPECT_GE(std::stoi(value), at_least);
        EXPECT_GE(transaction->referrers(hash128(value))->size(), static_cast<std::size_t>(kMembers));
        ++reads;
      }
    });
  }
  threads.emplace_back([&] {
    while (!stop) {
      ExtentScan scan(*repository_, thing_);
      int rows = 0;
      for (auto step = scan.next_rows(16); step && !step->empty(); step = scan.next_rows(16)) rows += static_cast<int>(step->size());
      EXPECT_EQ(rows, kGroups * kMembers);
      ++scans;
    }
  });
  threads.emplace_back([&] {
    std::uint64_t last = repository_->schema_generation();
    for (int i = 0; !stop; ++i) {
      ASSERT_TRUE(write([&](WriteTransaction& transaction) -> base::Status {
                    TRY(transaction.put_class(root_, "c" + std::to_string(i % 10), "thing", octets(std::to_string(i))));
                    return {};
                  }).ok());
      const std::uint64_t now = repository_->schema_generation();
      EXPECT_GT(now, last);
      last = now;
    }
  });
  for (int i = 0; i < 8; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    expect_sound();
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(acknowledged, 0);
  EXPECT_GT(reads, 0);
  EXPECT_GT(scans, 0);
  expect_sound();
}

TEST_F(ConcurrencyTest, TheMapGrowsUnderReaders) {
  Options options;
  options.map_size = 1 << 20;
  open(options);
  std::atomic<bool> stop = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!stop) {
        const auto transaction = repository_->read();
        ASSERT_TRUE(transaction) << transaction.error().to_string();
        const auto value = transaction->setting("value");
        if (value) {
          EXPECT_EQ(value->front(), value->back());
        }
      }
    });
  }
  for (int i = 0; i < 30; ++i) {
    const std::string value(100000 * static_cast<std::size_t>(i + 1), static_cast<char>('a' + i % 26));
    const base::Status status = write([&](WriteTransaction& transaction) { return transaction.put_setting("value", octets(value)); });
    ASSERT_TRUE(status.ok()) << status.to_string();
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_GT(repository_->statistics()->map_octets, 1U << 20U);
}

TEST_F(ConcurrencyTest, ManyTransactionsAtOnceAndTheLimit) {
  Options options;
  options.max_readers = 100;
  open(options);
  std::vector<ReadTransaction> held;
  base::Status last;
  while (held.size() < 500) {
    auto transaction = repository_->read();
    if (!transaction) {
      last = transaction.error();
      break;
    }
    held.push_back(*std::move(transaction));
  }
  EXPECT_GE(held.size(), 90U);
  EXPECT_EQ(last.code(), WBEM_E_SERVER_TOO_BUSY) << last.to_string();
  held.clear();
  EXPECT_TRUE(repository_->read());
}

}  // namespace
}  // namespace repository
