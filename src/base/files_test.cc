#include "base/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>

namespace base {
namespace {

TEST(Files, WritesReadsListsRemoves) {
  const TempDir dir = TempDir::create().value();
  SystemFiles files;
  ASSERT_TRUE(files.make_directories(dir / "a/b/c").ok());
  ASSERT_TRUE(files.make_directories(dir / "a/b/c").ok());
  const std::string path = dir / "a/b/file";
  ASSERT_TRUE(files.write_atomic(path, "one").ok());
  ASSERT_TRUE(files.write_atomic(path, std::string(10000, 'x'), 0600).ok());
  EXPECT_EQ(files.read(path).value(), std::string(10000, 'x'));
  struct stat info{};
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  EXPECT_EQ(files.list(dir / "a/b").value(), (std::vector<std::string>{"c", "file"}));
  EXPECT_TRUE(files.exists(path));
  EXPECT_TRUE(files.remove(path).ok());
  EXPECT_TRUE(files.remove(path).ok());
  EXPECT_FALSE(files.exists(path));
}

TEST(Files, SaysWhatFailed) {
  const TempDir dir = TempDir::create().value();
  SystemFiles files;
  const Status missing = files.read(dir / "none").error();
  EXPECT_EQ(missing.code(), WBEM_E_NOT_FOUND);
  EXPECT_EQ(missing.text(), "opening " + (dir / "none") + ": No such file or directory");
  ASSERT_TRUE(files.write_atomic(dir / "file", "four").ok());
  EXPECT_EQ(files.read(dir / "file", 3).error().code(), WBEM_E_TOO_MUCH_DATA);
  EXPECT_EQ(files.read(dir / "file", 4).value(), "four");
  EXPECT_FALSE(files.make_directories(dir / "file/below").ok());
  EXPECT_EQ(files.write_atomic(dir / "none/file", "x").code(), WBEM_E_NOT_FOUND);
  EXPECT_EQ(files.list(dir / "none").error().code(), WBEM_E_NOT_FOUND);
}

TEST(Files, ReadsProcFilesThatReportNoSize) {
  EXPECT_GT(SystemFiles().read("/proc/self/status").value().size(), 100U);
  EXPECT_FALSE(SystemFiles().read_link("/proc/self/exe").value().empty());
}

TEST(Files, TempDirRemovesItself) {
  std::string path;
  {
    const TempDir dir = TempDir::create().value();
    path = dir.path();
    ASSERT_TRUE(SystemFiles().write_atomic(dir / "file", "x").ok());
  }
  EXPECT_FALSE(SystemFiles().exists(path));
}

TEST(Files, FaultsReachTheCaller) {
  const TempDir dir = TempDir::create().value();
  SystemFiles system;
  int calls = 0;
  FaultyFiles files(system, [&calls](std::string_view, const std::string&) { return ++calls == 2 ? ENOSPC : 0; });
  EXPECT_TRUE(files.write_atomic(dir / "a", "x").ok());
  EXPECT_EQ(files.write_atomic(dir / "b", "x").code(), WBEM_E_OUT_OF_DISK_SPACE);
  EXPECT_TRUE(files.read(dir / "a").has_value());
}

}  // namespace
}  // namespace base
