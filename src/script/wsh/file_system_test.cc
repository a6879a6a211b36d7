#include "script/wsh/file_system.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "base/files.h"
#include "script/vbscript/conversions.h"
#include "script/vbscript/errors.h"
#include "script/wsh/text_stream.h"

namespace script::wsh {
namespace {

using scripting::DispatchRef;
using scripting::Variant;
using vbscript::VarType;

Variant arg(const char* text) { return Variant::utf8(text); }
Variant arg(const std::string& text) { return Variant::utf8(text); }
Variant arg(int number) { return Variant::int32(number); }
Variant arg(bool flag) { return Variant::boolean(flag); }

std::string say(const scripting::Outcome<Variant>& result) {
  if (!result) return "error " + std::to_string(vbscript::err_number(result.error().code));
  if (result->is(VarType::kDispatch)) return result->as_object() == nullptr ? "Nothing" : result->as_object()->type_name();
  auto text = vbscript::to_text(*result);
  return text ? text->to_utf8() : "?";
}
DispatchRef object(const scripting::Outcome<Variant>& result) {
  EXPECT_TRUE(result && result->is(VarType::kDispatch)) << say(result);
  return result && result->is(VarType::kDispatch) ? DispatchRef(result->as_object()) : nullptr;
}
template <class... A>
scripting::Outcome<Variant> ask(const DispatchRef& target, const char* name, A... arguments) {
  std::vector<Variant> values{arg(arguments)...};
  const auto id = target->id_of(scripting::Text::from_utf8(name).view());
  EXPECT_NE(id, scripting::kUnknownName) << name;
  return target->invoke(id, scripting::invoke::kMethod | scripting::invoke::kGet, {values, {}});
}
std::string names(const DispatchRef& collection) {
  std::string out;
  auto each = collection->enumerate();
  EXPECT_TRUE(each);
  for (auto item = (*each)->next(); item && item->has_value(); item = (*each)->next()) {
    out += (out.empty() ? "" : " ") + say(ask(DispatchRef((*item)->as_object()), "Name"));
  }
  return out;
}

class FileSystemTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = base::TempDir::create();
    ASSERT_TRUE(made);
    folder = std::make_unique<base::TempDir>(*std::move(made));
  }
  /// As scripts write it.
  std::string at(std::string_view name) const {
    std::string out = "C:" + *folder / name;
    std::ranges::replace(out, '/', '\\');
    return out;
  }
  void write(std::string_view name, std::string_view octets) const { std::ofstream(*folder / name, std::ios::binary) << octets; }
  std::string read(std::string_view name) const { return base::SystemFiles().read(*folder / name).value_or("none"); }

  std::unique_ptr<base::TempDir> folder;
  DispatchRef fso = make_file_system(DriveMap("T=/srv"));
};

TEST_F(FileSystemTest, WritesAndReadsText) {
  DispatchRef out = object(ask(fso, "CreateTextFile", at("a.txt")));
  EXPECT_EQ(out->type_name(), "TextStream");
  EXPECT_EQ(say(ask(out, "WriteLine", "one")), "");
  EXPECT_EQ(say(ask(out, "Write", "two\xC3\xA4")), "");
  EXPECT_EQ(say(ask(out, "Line")), "2");
  EXPECT_EQ(say(ask(out, "Column")), "5");
  EXPECT_EQ(say(ask(out, "WriteBlankLines", 2)), "");
  EXPECT_EQ(say(ask(out, "ReadLine")), "error 54");
  EXPECT_EQ(say(ask(out, "Close")), "");
  EXPECT_EQ(say(ask(out, "Write", "x")), "error 52");
  EXPECT_EQ(read("a.txt"), "one\r\ntwo\xC3\xA4\r\n\r\n");

  DispatchRef in = object(ask(fso, "OpenTextFile", at("a.txt")));
  EXPECT_EQ(say(ask(in, "AtEndOfStream")), "False");
  EXPECT_EQ(say(ask(in, "ReadLine")), "one");
  EXPECT_EQ(say(ask(in, "Line")), "2");
  EXPECT_EQ(say(ask(in, "Read", 2)), "tw");
  EXPECT_EQ(say(ask(in, "Column")), "3");
  EXPECT_EQ(say(ask(in, "AtEndOfLine")), "False");
  EXPECT_EQ(say(ask(in, "Skip", 2)), "");
  EXPECT_EQ(say(ask(in, "AtEndOfLine")), "True");
  EXPECT_EQ(say(ask(in, "SkipLine")), "");
  EXPECT_EQ(say(ask(in, "ReadAll")), "\r\n");
  EXPECT_EQ(say(ask(in, "AtEndOfStream")), "True");
  EXPECT_EQ(say(ask(in, "ReadLine")), "error 62");
  EXPECT_EQ(say(ask(in, "ReadAll")), "error 62");
  EXPECT_EQ(say(ask(in, "Read", 1)), "error 62");
  EXPECT_EQ(say(ask(in, "Write", "x")), "error 54");
}

TEST_F(FileSystemTest, ReadsEncodings) {
  write("ansi.txt", "a\xE4\x80z");
  EXPECT_EQ(say(ask(object(ask(fso, "OpenTextFile", at("ansi.txt"))), "ReadAll")), "a\xC3\xA4\xE2\x82\xACz");
  write("mark.txt", "\xEF\xBB\xBFx");
  EXPECT_EQ(say(ask(object(ask(fso, "OpenTextFile", at("mark.txt"))), "ReadAll")), "x");
  DispatchRef out = object(ask(fso, "CreateTextFile", at("wide.txt"), true, true));
  EXPECT_EQ(say(ask(out, "Write", "h\xC3\xA4")), "");
  EXPECT_EQ(read("wide.txt"), std::string("\xFF\xFEh\0\xE4\0", 6));
  EXPECT_EQ(say(ask(object(ask(fso, "OpenTextFile", at("wide.txt"), 1, false, -1)), "ReadAll")), "h\xC3\xA4");
  EXPECT_EQ(say(ask(object(ask(fso, "OpenTextFile", at("wide.txt"), 1, false, -2)), "ReadAll")), "h\xC3\xA4");
  out = object(ask(fso, "OpenTextFile", at("wide.txt"), 8, false, -1));
  EXPECT_EQ(say(ask(out, "Write", "!")), "");
  EXPECT_EQ(read("wide.txt"), std::string("\xFF\xFEh\0\xE4\0!\0", 8));
  write("empty.txt", "");
  EXPECT_EQ(say(ask(object(ask(fso, "OpenTextFile", at("empty.txt"))), "ReadAll")), "error 62");
  std::string large(200'000, 'x');
  write("large.txt", large + "\xC3\xA4\n");
  EXPECT_EQ(say(ask(object(ask(fso, "OpenTextFile", at("large.txt"))), "ReadLine")), large + "\xC3\xA4");
}

TEST_F(FileSystemTest, DoesNotWriteWhatIsReadOnly) {
  write("kept.txt", "x");
  DispatchRef file = object(ask(fso, "GetFile", at("kept.txt")));
  ASSERT_EQ(::chmod((*folder / "kept.txt").c_str(), 0444), 0);
  EXPECT_EQ(say(ask(fso, "OpenTextFile", at("kept.txt"), 2)), "error 70");
  EXPECT_EQ(say(ask(fso, "OpenTextFile", at("kept.txt"), 8)), "error 70");
  EXPECT_EQ(say(ask(fso, "CreateTextFile", at("kept.txt"))), "error 70");
  EXPECT_EQ(say(ask(file, "OpenAsTextStream", 2)), "error 70");
  EXPECT_EQ(say(ask(object(ask(fso, "OpenTextFile", at("kept.txt"))), "ReadAll")), "x");
  EXPECT_EQ(read("kept.txt"), "x");
}

TEST_F(FileSystemTest, OpensByModes) {
  EXPECT_EQ(say(ask(fso, "OpenTextFile", at("no.txt"))), "error 53");
  EXPECT_EQ(say(ask(fso, "OpenTextFile", at("no.txt"), 2)), "error 53");
  EXPECT_EQ(say(ask(fso, "OpenTextFile", at("no\\x.txt"), 2, true)), "error 76");
  EXPECT_EQ(say(ask(fso, "OpenTextFile", at(""))), "error 70");
  EXPECT_EQ(say(ask(fso, "OpenTextFile", at("no.txt"), 3)), "error 5");
  EXPECT_EQ(say(ask(fso, "OpenTextFile", "Q:\\x")), "error 76");
  object(ask(fso, "OpenTextFile", at("new.txt"), 8, true));
  EXPECT_EQ(say(ask(fso, "FileExists", at("NEW.TXT"))), "True");
  EXPECT_EQ(say(ask(fso, "CreateTextFile", at("new.txt"), false)), "error 58");
}

TEST_F(FileSystemTest, FilesTellAboutThemselves) {
  write("a.txt", "12345");
  DispatchRef file = object(ask(fso, "GetFile", at("a.txt")));
  EXPECT_EQ(file->type_name(), "File");
  EXPECT_EQ(say(ask(file, "Path")), at("a.txt"));
  EXPECT_EQ(say(ask(file, "Name")), "a.txt");
  EXPECT_EQ(say(ask(file, "Size")), "5");
  EXPECT_EQ(say(ask(file, "Type")), "TXT File");
  EXPECT_EQ(say(ask(file, "Attributes")), "32");
  EXPECT_EQ(say(ask(object(ask(file, "ParentFolder")), "Path")), at("").substr(0, at("").size() - 1));
  EXPECT_EQ(say(ask(object(ask(file, "Drive")), "Path")), "C:");
  EXPECT_TRUE(ask(file, "DateLastModified")->is(VarType::kDate));
  EXPECT_TRUE(scripting::put(*file, "Attributes", arg(1)));
  EXPECT_EQ(say(ask(file, "Attributes")), "33");
  EXPECT_EQ(say(ask(file, "Delete")), "error 70");
  EXPECT_TRUE(scripting::put(*file, "Attributes", arg(0)));
  EXPECT_TRUE(scripting::put(*file, "Name", arg("b.txt")));
  EXPECT_EQ(read("b.txt"), "12345");
  EXPECT_EQ(say(ask(file, "Copy", at("c.txt"))), "");
  EXPECT_EQ(say(ask(file, "Copy", at("c.txt"), false)), "error 58");
  EXPECT_EQ(say(ask(object(ask(file, "OpenAsTextStream")), "ReadAll")), "12345");
  EXPECT_EQ(say(ask(file, "Move", at("c.txt"))), "error 58");
  EXPECT_EQ(say(ask(file, "Move", at("d.txt"))), "");
  EXPECT_EQ(say(ask(file, "Name")), "d.txt");
  EXPECT_EQ(say(ask(file, "Delete", true)), "");
  EXPECT_EQ(say(ask(file, "Size")), "error 53");
  EXPECT_EQ(say(ask(fso, "GetFile", at("d.txt"))), "error 53");
}

TEST_F(FileSystemTest, FoldersAndTheirCollections) {
  DispatchRef made = object(ask(fso, "CreateFolder", at("f")));
  EXPECT_EQ(made->type_name(), "Folder");
  EXPECT_EQ(say(ask(fso, "CreateFolder", at("f"))), "error 58");
  EXPECT_EQ(say(ask(fso, "CreateFolder", at("no\\f"))), "error 76");
  write("f/b.txt", "22");
  write("f/A.txt", "1");
  DispatchRef files = object(ask(made, "Files"));
  DispatchRef folders = object(ask(made, "SubFolders"));
  EXPECT_EQ(say(ask(files, "Count")), "2");
  EXPECT_EQ(names(files), "A.txt b.txt");
  EXPECT_EQ(say(ask(object(ask(files, "Item", "a.TXT")), "Size")), "1");
  EXPECT_EQ(say(ask(files, "Item", "x")), "error 53");
  EXPECT_EQ(say(ask(folders, "Add", "sub")), "Folder");
  EXPECT_EQ(say(ask(folders, "Add", "sub")), "error 58");
  EXPECT_EQ(names(folders), "sub");
  EXPECT_EQ(say(ask(folders, "Item", "nope")), "error 76");
  EXPECT_EQ(say(ask(made, "Size")), "3");
  EXPECT_EQ(say(ask(made, "Attributes")), "16");
  EXPECT_EQ(say(ask(made, "Type")), "File Folder");
  EXPECT_EQ(say(ask(made, "IsRootFolder")), "False");
  EXPECT_EQ(say(ask(object(ask(fso, "GetFolder", "C:\\")), "IsRootFolder")), "True");
  EXPECT_EQ(say(ask(object(ask(fso, "GetFolder", "C:\\")), "ParentFolder")), "Nothing");
  EXPECT_EQ(say(ask(made, "CreateTextFile", "n.txt")), "TextStream");
  EXPECT_EQ(say(ask(made, "Copy", at("g"))), "");
  EXPECT_EQ(read("g/b.txt"), "22");
  EXPECT_EQ(say(ask(made, "Move", at("h"))), "");
  EXPECT_EQ(say(ask(fso, "FolderExists", at("f"))), "False");
  EXPECT_EQ(say(ask(made, "Delete")), "");
  EXPECT_EQ(say(ask(fso, "GetFolder", at("h"))), "error 76");
}

TEST_F(FileSystemTest, CopiesMovesAndDeletesByWildcards) {
  write("a1.log", "1");
  write("a2.LOG", "2");
  write("b.txt", "3");
  ASSERT_TRUE(ask(fso, "CreateFolder", at("to")));
  EXPECT_EQ(say(ask(fso, "CopyFile", at("*.log"), at("to"))), "");
  EXPECT_EQ(read("to/a1.log") + read("to/a2.LOG"), "12");
  EXPECT_EQ(say(ask(fso, "CopyFile", at("*.zip"), at("to"))), "error 53");
  EXPECT_EQ(say(ask(fso, "CopyFile", at("*.log"), at("no"))), "error 76");
  EXPECT_EQ(say(ask(fso, "CopyFile", at("*.log"), at("to\\"), false)), "error 58");
  EXPECT_EQ(say(ask(fso, "CopyFile", at("b.txt"), at("to"))), "error 70");
  EXPECT_EQ(say(ask(fso, "MoveFile", at("b.txt"), at("to\\"))), "");
  EXPECT_EQ(read("to/b.txt"), "3");
  EXPECT_EQ(say(ask(fso, "MoveFile", at("nope"), at("x"))), "error 53");
  EXPECT_EQ(say(ask(fso, "DeleteFile", at("a?.log"))), "");
  EXPECT_EQ(say(ask(fso, "FileExists", at("a1.log"))), "False");
  EXPECT_EQ(say(ask(fso, "DeleteFile", at("a?.log"))), "error 53");
  EXPECT_EQ(say(ask(fso, "CopyFolder", at("to"), at("more"))), "");
  EXPECT_EQ(say(ask(fso, "CopyFolder", at("to"), at("to\\in"))), "error 70");
  EXPECT_EQ(say(ask(fso, "MoveFolder", at("more"), at("to"))), "error 58");
  EXPECT_EQ(say(ask(fso, "MoveFolder", at("more"), at("other"))), "");
  EXPECT_EQ(say(ask(fso, "DeleteFolder", at("oth*"))), "");
  EXPECT_EQ(say(ask(fso, "DeleteFolder", at("oth*"))), "error 76");
  EXPECT_EQ(say(ask(fso, "DeleteFolder", "C:\\")), "error 70");
}

TEST_F(FileSystemTest, LeavesWhatLinksPointTo) {
  ASSERT_TRUE(base::SystemFiles().make_directories(*folder / "real"));
  write("real/keep.txt", "k");
  ASSERT_TRUE(base::SystemFiles().make_directories(*folder / "f"));
  ASSERT_EQ(::symlink((*folder / "real").c_str(), (*folder / "f/link").c_str()), 0);
  EXPECT_EQ(say(ask(object(ask(fso, "GetFolder", at("f"))), "Size")), "0");
  EXPECT_EQ(say(ask(object(ask(fso, "GetFolder", at("f\\link"))), "Attributes")), std::to_string(1024 + 16));
  EXPECT_EQ(say(ask(fso, "CopyFolder", at("f"), at("g"))), "");
  EXPECT_EQ(say(ask(fso, "DeleteFolder", at("f"))), "");
  EXPECT_EQ(say(ask(fso, "DeleteFolder", at("g\\link"))), "");
  EXPECT_EQ(read("real/keep.txt"), "k");
}

TEST_F(FileSystemTest, DrivesAndNames) {
  EXPECT_EQ(fso->type_name(), "FileSystemObject");
  DispatchRef drives = object(ask(fso, "Drives"));
  EXPECT_EQ(say(ask(drives, "Count")), "2");
  EXPECT_EQ(say(ask(object(ask(drives, "Item", "c")), "Path")), "C:");
  EXPECT_EQ(say(ask(drives, "Item", "Q")), "error 5");
  EXPECT_EQ(say(ask(fso, "DriveExists", "C:\\")), "True");
  EXPECT_EQ(say(ask(fso, "DriveExists", "Q")), "False");
  EXPECT_EQ(say(ask(fso, "GetDrive", "Q:")), "error 68");
  DispatchRef drive = object(ask(fso, "GetDrive", "C:"));
  EXPECT_EQ(say(ask(drive, "DriveLetter")), "C");
  EXPECT_EQ(say(ask(drive, "IsReady")), "True");
  EXPECT_EQ(say(ask(object(ask(drive, "RootFolder")), "Path")), "C:\\");
  EXPECT_GT(ask(drive, "TotalSize")->as_real(), 0);
  EXPECT_GE(ask(drive, "TotalSize")->as_real(), ask(drive, "AvailableSpace")->as_real());
  for (const char* name : {"FileSystem", "SerialNumber", "DriveType", "ShareName", "VolumeName", "FreeSpace"})
    EXPECT_TRUE(ask(drive, name));
  EXPECT_EQ(say(ask(object(ask(fso, "GetDrive", "/proc")), "FileSystem")), "proc");
  EXPECT_EQ(say(ask(fso, "BuildPath", "C:\\a", "b")), "C:\\a\\b");
  EXPECT_EQ(say(ask(fso, "GetFileName", "C:\\a\\b.txt")), "b.txt");
  EXPECT_EQ(say(ask(fso, "GetAbsolutePathName", "C:\\no\\.\\x\\..\\y")), "C:\\no\\y");
  EXPECT_EQ(say(ask(fso, "GetTempName")).size(), 12U);
  EXPECT_EQ(say(ask(object(ask(fso, "GetSpecialFolder", 0)), "Path")), "C:\\usr");
  EXPECT_EQ(say(ask(fso, "GetSpecialFolder", 3)), "error 5");
  EXPECT_EQ(say(ask(fso, "GetFileVersion", at("no"))), "error 53");
  EXPECT_EQ(say(ask(fso, "GetStandardStream", 1)), "TextStream");
  EXPECT_EQ(say(ask(fso, "GetStandardStream", 3)), "error 5");
  EXPECT_GT(scripting_constants().size(), 20U);
}

TEST_F(FileSystemTest, StreamsOfPipesEndLinesWithLf) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  DispatchRef out = make_text_stream(base::FileDescriptor(ends[1]), {.mode = StreamMode::kWrite, .crlf = false});
  DispatchRef in = make_text_stream(base::FileDescriptor(ends[0]), {});
  EXPECT_EQ(say(ask(out, "WriteLine", "a")), "");
  EXPECT_EQ(say(ask(in, "ReadLine")), "a");
  EXPECT_EQ(say(ask(out, "Close")), "");
  EXPECT_EQ(say(ask(in, "AtEndOfStream")), "True");
}

}  // namespace
}  // namespace script::wsh
