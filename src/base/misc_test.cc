// The small ones: clock, random, hash, log.
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/random.h"

namespace base {
namespace {

TEST(Clock, ManualTimeMovesOnlyWhenTold) {
  ManualClock clock;
  const auto steady = clock.steady_now();
  const auto system = clock.system_now();
  EXPECT_EQ(clock.steady_now(), steady);
  clock.advance(std::chrono::seconds(31));
  EXPECT_EQ(clock.steady_now() - steady, std::chrono::seconds(31));
  EXPECT_EQ(clock.system_now() - system, std::chrono::seconds(31));
}

TEST(Hash, IsTheSameInEveryVersion) {
  EXPECT_EQ(hash64(""), 0x2D06800538D394C2U);
  EXPECT_EQ(hash128("").high, 0x99AA06D3014798D8U);
  EXPECT_EQ(hash128("").low, 0x6001C324468D497FU);
  EXPECT_NE(hash128("a"), hash128("b"));
}

TEST(Random, SeedsDecide) {
  SeededRandom one(7);
  SeededRandom two(7);
  EXPECT_EQ(one.next(), two.next());
  char octets[13] = {};
  one.fill(octets, sizeof octets);
  EXPECT_NE(one.next(), two.next());
}

TEST(Log, LevelsAreKept) {
  const auto log = make_stderr_log(LogLevel::kWarning);
  EXPECT_FALSE(log->enabled(LogLevel::kInfo));
  EXPECT_TRUE(log->enabled(LogLevel::kError));
  testing::internal::CaptureStderr();
  log->info("no");
  log->warning("yes {}");
  const std::string output = testing::internal::GetCapturedStderr();
  EXPECT_EQ(output.find("no"), std::string::npos);
  EXPECT_NE(output.find("warning: yes {}"), std::string::npos);
  EXPECT_FALSE(make_null_log()->enabled(LogLevel::kError));
}

}  // namespace
}  // namespace base
