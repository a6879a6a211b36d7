#include "providers/mounts.h"

#include <gtest/gtest.h>

#include "base/files.h"

namespace providers {
namespace {

constexpr const char* kMountInfo =
    "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
    "23 22 0:5 / /proc rw - proc proc rw\n"
    "24 22 0:20 / /run rw shared:5 master:2 - tmpfs tmpfs rw\n"
    "25 22 8:17 / /mnt/my\\040disk ro,relatime - xfs /dev/sdb1 rw\n"
    "26 22 8:17 /sub /mnt/my\\040disk/longer/bind rw - xfs /dev/sdb1 rw\n"
    "27 22 0:44 / /net rw - nfs4 files:/export rw\n"
    "damaged line\n";

TEST(Mounts, ParsesMountinfo) {
  const auto mounts = parse_mounts(kMountInfo);
  ASSERT_EQ(mounts.size(), 6U);
  EXPECT_EQ(mounts[3].point, "/mnt/my disk");
  EXPECT_EQ(mounts[3].type, "xfs");
  EXPECT_TRUE(mounts[3].read_only);
  EXPECT_FALSE(mounts[0].read_only);
  EXPECT_TRUE(mounts[5].network());
}

TEST(Mounts, ListsDisksOnceAndNoKernelFileSystems) {
  const auto directory = base::TempDir::create();
  ASSERT_TRUE(directory);
  Roots roots;
  roots.proc = directory->path();
  ASSERT_TRUE(base::SystemFiles().make_directories(roots.proc + "/self").ok());
  ASSERT_TRUE(base::SystemFiles().write_atomic(roots.proc + "/self/mountinfo", kMountInfo).ok());
  const auto found = disks(roots);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].device_id(), "C:");
  EXPECT_EQ(found[1].device_id(), "/mnt/my disk");
  EXPECT_EQ(found[2].device_id(), "/net");
}

}  // namespace
}  // namespace providers
