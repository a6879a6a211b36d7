#include "script/wsh/drive_map.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/files.h"
#include "base/utf.h"

namespace script::wsh {
namespace {

std::string to_linux(const DriveMap& map, std::string_view path) { return map.to_linux(base::utf8_to_utf16(path)).value_or("none"); }
std::string to_windows(const DriveMap& map, std::string_view path) { return base::utf16_to_utf8(map.to_windows(path)); }

TEST(DriveMap, MapsTheRootAndOtherLetters) {
  const DriveMap map("D=/srv/data:h=/home/:bad:X=relative:");
  EXPECT_EQ(map.letters(), (std::vector<char>{'C', 'D', 'H'}));
  EXPECT_EQ(to_linux(map, "C:\\no\\such"), "/no/such");
  EXPECT_EQ(to_linux(map, "c:/no/such"), "/no/such");
  EXPECT_EQ(to_linux(map, "D:\\a"), "/srv/data/a");
  EXPECT_EQ(to_linux(map, "d:"), "/srv/data");
  EXPECT_EQ(to_linux(map, "H:\\"), "/home");
  EXPECT_EQ(to_linux(map, "/no/./such/../other//x/"), "/no/other/x");
  EXPECT_EQ(to_linux(map, "\\\\?\\C:\\no"), "/no");
  EXPECT_EQ(to_linux(map, "\\\\server\\share\\x"), "none");
  EXPECT_EQ(to_linux(map, "Z:\\x"), "none");
  EXPECT_EQ(to_linux(map, "C:\\..\\..\\no"), "/no");
  EXPECT_EQ(to_linux(map, "D:\\..\\..\\no"), "/srv/data/no");
  EXPECT_EQ(to_windows(map, "/"), "C:\\");
  EXPECT_EQ(to_windows(map, "/etc/hosts"), "C:\\etc\\hosts");
  EXPECT_EQ(to_windows(map, "/srv/data"), "D:\\");
  EXPECT_EQ(to_windows(map, "/srv/data/x"), "D:\\x");
  EXPECT_EQ(to_windows(map, "/srv/database"), "C:\\srv\\database");
  EXPECT_EQ(map.root(u'5'), nullptr);
}

TEST(DriveMap, FindsNamesWithoutCase) {
  auto folder = base::TempDir::create();
  ASSERT_TRUE(folder);
  ASSERT_TRUE(base::SystemFiles().make_directories(*folder / "Logs"));
  std::ofstream(*folder / "Logs/App.TXT") << "x";
  const DriveMap map;
  EXPECT_EQ(to_linux(map, *folder / "LOGS\\app.txt"), *folder / "Logs/App.TXT");
  EXPECT_EQ(to_linux(map, *folder / "logs/New.txt"), *folder / "Logs/New.txt");
}

TEST(DriveMap, PartsOfNames) {
  const auto say = [](std::u16string_view part) { return base::utf16_to_utf8(part); };
  EXPECT_EQ(say(paths::drive_name(u"C:\\a")), "C:");
  EXPECT_EQ(say(paths::drive_name(u"\\\\srv\\share\\a")), "\\\\srv\\share");
  EXPECT_EQ(say(paths::drive_name(u"a\\b")), "");
  EXPECT_EQ(say(paths::file_name(u"C:\\a\\b.txt")), "b.txt");
  EXPECT_EQ(say(paths::file_name(u"C:\\a\\")), "a");
  EXPECT_EQ(say(paths::file_name(u"C:\\")), "");
  EXPECT_EQ(say(paths::file_name(u"C:a")), "a");
  EXPECT_EQ(say(paths::parent_folder(u"C:\\a\\b")), "C:\\a");
  EXPECT_EQ(say(paths::parent_folder(u"C:\\a")), "C:\\");
  EXPECT_EQ(say(paths::parent_folder(u"C:\\")), "");
  EXPECT_EQ(say(paths::parent_folder(u"a")), "");
  EXPECT_EQ(say(paths::parent_folder(u"/a")), "/");
  EXPECT_EQ(say(paths::base_name(u"x\\a.tar.gz")), "a.tar");
  EXPECT_EQ(say(paths::base_name(u"a")), "a");
  EXPECT_EQ(say(paths::extension_name(u"a.tar.gz")), "gz");
  EXPECT_EQ(say(paths::extension_name(u"a")), "");
  EXPECT_EQ(say(paths::build(u"C:\\a", u"b")), "C:\\a\\b");
  EXPECT_EQ(say(paths::build(u"C:\\a\\", u"\\b")), "C:\\a\\b");
  EXPECT_EQ(say(paths::build(u"/a", u"b")), "/a/b");
  EXPECT_EQ(say(paths::build(u"", u"b")), "b");
}

}  // namespace
}  // namespace script::wsh
