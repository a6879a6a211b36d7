#include <set>

#include "repository/test_store.h"

namespace repository {
namespace {

using test::octets;

class ScanTest : public test::StoreTest {
 protected:
  void fill(int count) {
    open_with_class();
    ASSERT_TRUE(write([&](WriteTransaction& transaction) -> base::Status {
                  TRY_ASSIGN(next_, transaction.put_class(root_, "next", "", octets("n")));
                  for (int i = 0; i < count; ++i) TRY(transaction.put_instance(thing_, std::to_string(i), octets(std::to_string(i)), {}));
                  TRY(transaction.put_instance(next_, "other", octets("other"), {}));
                  return {};
                }).ok());
  }
  ClassId next_ = 0;
};

TEST_F(ScanTest, EveryStepSizeSeesEveryRowOnce) {
  fill(500);
  for (const std::size_t step : {1, 7, 64, 499, 500, 501, 100000}) {
    ExtentScan scan(*repository_, thing_);
    std::set<std::string> seen;
    for (;;) {
      const auto rows = scan.next_rows(step);
      ASSERT_TRUE(rows) << rows.error().to_string();
      if (rows->empty()) break;
      ASSERT_LE(rows->size(), step);
      for (const InstanceRow& row : *rows) EXPECT_TRUE(seen.insert(test::text(row.octets)).second);
    }
    EXPECT_EQ(seen.size(), 500U) << step;
    EXPECT_TRUE(scan.next_rows(step)->empty());
  }
}

TEST_F(ScanTest, EmptyExtent) {
  fill(0);
  ExtentScan scan(*repository_, thing_);
  EXPECT_TRUE(scan.next_rows(10)->empty());
  EXPECT_FALSE(scan.position());
}

TEST_F(ScanTest, GoesOnFromAPosition) {
  fill(100);
  ExtentScan scan(*repository_, thing_);
  ASSERT_EQ(scan.next_rows(40)->size(), 40U);
  ExtentScan rest(*repository_, thing_, scan.position());
  EXPECT_EQ(rest.next_rows(1000)->size(), 60U);
  ExtentScan moved = std::move(scan);
  EXPECT_EQ(moved.next_rows(1000)->size(), 60U);
}

TEST_F(ScanTest, ChangesBetweenStepsDoNoHarm) {
  fill(1000);
  ExtentScan scan(*repository_, thing_);
  std::set<std::string> seen;
  for (int step = 0;; ++step) {
    const auto rows = scan.next_rows(100);
    ASSERT_TRUE(rows);
    if (rows->empty()) break;
    std::string last;
    for (const InstanceRow& row : *rows) {
      last = std::string(row.key);
      EXPECT_TRUE(seen.insert(last).second) << last;
    }
    if (step % 2 == 0) scan.release();
    // The row that the scan stands on goes, others come.
    ASSERT_TRUE(write([&](WriteTransaction& transaction) -> base::Status {
                  TRY(transaction.delete_instance(thing_, last));
                  for (int i = 0; i < 50; ++i)
                    TRY(transaction.put_instance(thing_, "new" + std::to_string(step * 50 + i), octets("n"), {}));
                  return {};
                }).ok());
  }
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(seen.contains(std::to_string(i))) << i;
}

TEST_F(ScanTest, ALongScanDoesNotHoldSpace) {
  fill(2000);
  ExtentScan scan(*repository_, thing_);
  std::uint64_t before = 0;
  for (int i = 0; i < 100; ++i) {
    ASSERT_FALSE(scan.next_rows(5)->empty());
    scan.release();
    ASSERT_TRUE(put(next_, "k", std::string(100000, static_cast<char>('a' + i % 26))).ok());
    if (i == 20) before = repository_->statistics()->file_octets;
  }
  EXPECT_LT(repository_->statistics()->file_octets, before + 2'000'000);
}

}  // namespace
}  // namespace repository
