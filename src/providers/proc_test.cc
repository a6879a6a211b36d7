#include "providers/proc.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace providers {
namespace {

constexpr const char* kStat =
    "42 (odd) name (x)) S 7 42 42 0 -1 4194560 11 0 3 0 250 50 0 0 20 5 4 0 900 8192000 100 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 "
    "17 1 0 0 0 0 0 0 0 0 0 0 0 0 0";

TEST(ParseStat, TakesNamesWithBlanksAndParentheses) {
  const auto stat = parse_stat(kStat);
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->pid, 42U);
  EXPECT_EQ(stat->comm, "odd) name (x)");
  EXPECT_EQ(stat->state, 'S');
  EXPECT_EQ(stat->parent, 7U);
  EXPECT_EQ(stat->minor_faults, 11U);
  EXPECT_EQ(stat->major_faults, 3U);
  EXPECT_EQ(stat->user_ticks, 250U);
  EXPECT_EQ(stat->system_ticks, 50U);
  EXPECT_EQ(stat->nice, 5);
  EXPECT_EQ(stat->threads, 4U);
  EXPECT_EQ(stat->start_ticks, 900U);
  EXPECT_EQ(stat->virtual_size, 8192000U);
  EXPECT_EQ(stat->resident, 100U * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)));
  EXPECT_FALSE(stat->zombie());
}

TEST(ParseStat, RefusesMalformedText) {
  EXPECT_FALSE(parse_stat(""));
  EXPECT_FALSE(parse_stat("42 name S 1 2 3"));
  EXPECT_FALSE(parse_stat("42 (name) S 1 2 3"));
}

TEST(StatusValue, FindsWholeNamesAndScalesKilobytes) {
  const std::string status = "Name:\tx\nVmPeak:\t  120 kB\nUid:\t1000\t0\t0\t0\nThreads:\t3\n";
  EXPECT_EQ(status_value(status, "VmPeak").value_or(0), 120U * 1024);
  EXPECT_EQ(status_value(status, "Uid").value_or(0), 1000U);
  EXPECT_EQ(status_value(status, "Threads").value_or(0), 3U);
  EXPECT_FALSE(status_value(status, "Peak"));
  EXPECT_FALSE(status_value(status, "VmHWM"));
}

TEST(Proc, KnowsThisProcess) {
  const Roots roots;
  const auto pid = static_cast<std::uint32_t>(::getpid());
  const auto stat = read_stat(roots, pid);
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->pid, pid);
  EXPECT_EQ(stat->parent, static_cast<std::uint32_t>(::getppid()));
  EXPECT_EQ(process_owner(roots, pid).value_or(~0U), ::getuid());
  EXPECT_NE(command_line(roots, pid).find("providers_test"), std::string::npos);
  EXPECT_EQ(process_name(roots, *stat), "providers_test");
  const auto ids = process_ids(roots);
  EXPECT_TRUE(std::ranges::binary_search(ids, pid));
}

TEST(Priority, MapsBothWays) {
  ProcessStat stat;
  for (const auto& [priority_class, base] :
       std::vector<std::pair<int, std::uint32_t>>{{64, 4}, {16384, 6}, {32, 8}, {32768, 10}, {128, 13}, {256, 24}}) {
    stat.nice = *nice_of_priority_class(priority_class);
    EXPECT_EQ(windows_priority(stat), base) << priority_class;
  }
  EXPECT_FALSE(nice_of_priority_class(5));
}

}  // namespace
}  // namespace providers
