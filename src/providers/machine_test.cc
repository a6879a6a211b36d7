#include "providers/machine.h"

#include <gtest/gtest.h>

#include <thread>

#include "providers/testing.h"

namespace providers {
namespace {

TEST(Machine, ReadsOsRelease) {
  testing::FakeRoots fake;
  EXPECT_EQ(os_caption(fake.roots), "Linux");
  fake.put(fake.roots.etc + "/os-release", "# comment\nNAME=Sample\nPRETTY_NAME=\"Sample OS 3 (x)\"\nID='s'\nno equals sign\nEMPTY=\n");
  EXPECT_EQ(os_caption(fake.roots), "Sample OS 3 (x)");
  const auto values = os_release(fake.roots);
  EXPECT_EQ(values.at("NAME"), "Sample");
  EXPECT_EQ(values.at("ID"), "s");
  EXPECT_EQ(values.at("EMPTY"), "");
  EXPECT_EQ(values.size(), 4U);
}

TEST(Machine, NamesTheVisibleRootDevice) {
  testing::FakeRoots fake;
  fake.put(fake.roots.proc + "/self/mounts", "rootfs / rootfs rw 0 0\n/dev/sda2 / ext4 rw 0 0\n/dev/sda1 /boot ext2 rw 0 0\n");
  EXPECT_EQ(os_name(fake.roots), "Linux|/|/dev/sda2");
}

TEST(Machine, ReadsMemoryInOctets) {
  testing::FakeRoots fake;
  fake.put(fake.roots.proc + "/meminfo", "MemTotal:       2048 kB\nHugePages_Total:       3\n\nbroken\n");
  const auto memory = memory_info(fake.roots);
  EXPECT_EQ(memory.at("MemTotal"), 2048U * 1024);
  EXPECT_EQ(memory.at("HugePages_Total"), 3U);
  EXPECT_EQ(memory.size(), 2U);
}

TEST(Machine, ReadsTheMomentOfBoot) {
  testing::FakeRoots fake;
  EXPECT_EQ(boot_time_microseconds(fake.roots), 0);
  fake.put(fake.roots.proc + "/stat", "cpu 1 2 3\nbtime 1700000000\nprocesses 9\n");
  EXPECT_EQ(boot_time_microseconds(fake.roots), 1'700'000'000'000'000);
}

TEST(Machine, CountsNoZombies) {
  testing::FakeRoots fake;
  fake.put_process(1, "init");
  fake.put_process(2, "a ) Z");
  fake.put_process(3, "dead", 'Z');
  fake.put(fake.roots.proc + "/4/cmdline", "gone before its stat was read");
  fake.put(fake.roots.proc + "/5x/stat", "5 (no process) S 1");
  EXPECT_EQ(process_count(fake.roots), 2U);
}

TEST(Machine, KnowsUsers) {
  EXPECT_EQ(user_name(0), "root");
  ASSERT_TRUE(user_record(0));
  EXPECT_EQ(user_record(0)->home, "/root");
  constexpr std::uint32_t kNobodyHasThis = 3'999'999'999;
  EXPECT_FALSE(user_record(kNobodyHasThis));
  EXPECT_EQ(user_name(kNobodyHasThis), "3999999999");
  EXPECT_EQ(user_sid(7), "S-1-22-1-7");
}

TEST(Machine, ListsLoginsOnSeveralThreads) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([] {
      for (int round = 0; round < 50; ++round) EXPECT_EQ(user_count() > 0, user_count() > 0);
    });
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace providers
