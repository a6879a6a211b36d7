#include "script/wsh/file_system.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>

#include <fmt/format.h>

#include "base/random.h"
#include "base/utf.h"
#include "script/wsh/file_system_support.h"
#include "script/wsh/text_stream.h"

namespace script::wsh {
namespace {

using namespace vbscript;
using scripting::handler;
using scripting::MemberCall;
using scripting::MemberTable;
using scripting::TableObject;
namespace invoke = scripting::invoke;

Outcome<Variant> nothing(Outcome<void> result) {
  if (!result) return std::unexpected(std::move(result).error());
  return Variant();
}

/// One of paths:: applied to the first argument.
template <auto Part>
Outcome<Variant> part_of(TableObject&, MemberCall& call) {
  READ(const Text path, text_argument(call.argument(0)));
  return text_of(Part(path.view()));
}

class FileSystem final : public TableObject {
 public:
  explicit FileSystem(DriveMap drives) : TableObject(table()), drives_(std::make_shared<const DriveMap>(std::move(drives))) {}

 private:
  // Names.
  Outcome<Variant> build_path(MemberCall& call) {
    READ(const Text path, text_argument(call.argument(0)));
    READ(const Text name, text_argument(call.argument(1)));
    return text_of(paths::build(path.view(), name.view()));
  }
  Outcome<Variant> absolute_path(MemberCall& call) {
    READ(const Text text, text_argument(call.argument(0)));
    const auto path = drives_->to_linux(text.empty() ? std::u16string_view(u".") : text.view());
    return path ? text_of(drives_->to_windows(*path)) : Variant::text(text);
  }
  Outcome<Variant> temp_name(MemberCall&) { return Variant::utf8(fmt::format("rad{:05X}.tmp", base::SystemRandom().next() & 0xFFFFF)); }

  // What is there.
  FileFacts facts_of(const Text& text) const {
    const auto path = text.empty() ? std::nullopt : drives_->to_linux(text.view());
    return path ? look(*path) : FileFacts();
  }
  Outcome<Variant> file_exists(MemberCall& call) {
    READ(const Text text, text_argument(call.argument(0)));
    const FileFacts facts = facts_of(text);
    return Variant::boolean(facts.exists && !facts.is_folder);
  }
  Outcome<Variant> folder_exists(MemberCall& call) {
    READ(const Text text, text_argument(call.argument(0)));
    return Variant::boolean(facts_of(text).is_folder);
  }
  Outcome<Variant> drive_exists(MemberCall& call) {
    READ(const Text text, text_argument(call.argument(0)));
    return Variant::boolean(letter_of(text.view()) != 0);
  }
  Outcome<Variant> get_file(MemberCall& call) {
    READ(const std::string path, path_argument(*drives_, call.argument(0), kFileNotFound));
    const FileFacts facts = look(path);
    if (!facts.exists || facts.is_folder) return file_error(kFileNotFound);
    return Variant::object(make_file(drives_, path));
  }
  Outcome<Variant> get_folder(MemberCall& call) {
    READ(const std::string path, path_argument(*drives_, call.argument(0), kPathNotFound));
    if (!look(path).is_folder) return file_error(kPathNotFound);
    return Variant::object(make_folder(drives_, path));
  }
  Outcome<Variant> drives(MemberCall&) { return Variant::object(make_drives(drives_)); }
  Outcome<Variant> get_drive(MemberCall& call) {
    READ(const Text text, text_argument(call.argument(0)));
    if (const char letter = letter_of(text.view()); letter != 0) {
      return Variant::object(make_drive(drives_, letter, *drives_->root(static_cast<unsigned char>(letter))));
    }
    const bool mount_point = text.view().starts_with(u'/') && facts_of(text).is_folder;
    if (mount_point) return Variant::object(make_drive(drives_, 0, *drives_->to_linux(text.view())));
    const bool letter_form = text.size() == 1 || (text.size() > 1 && text.view()[1] == u':');
    return file_error(letter_form ? kDeviceUnavailable : kInvalidCall);
  }
  /// Of "C", "C:" and "C:\"; 0 for a letter without drive and for what is no letter.
  char letter_of(std::u16string_view text) const {
    if (text.empty() || text.size() > 3 || (text.size() > 1 && text[1] != u':')) return 0;
    if (text.size() == 3 && !paths::is_separator(text[2])) return 0;
    return drives_->root(text[0]) != nullptr ? static_cast<char>(upper(text[0])) : '\0';
  }
  Outcome<Variant> special_folder(MemberCall& call) {
    READ(const std::int32_t which, to_int32(call.argument(0)));
    const char* temporary = std::getenv("TMPDIR");
    switch (which) {
      case 0: return Variant::object(make_folder(drives_, "/usr"));
      case 1: return Variant::object(make_folder(drives_, "/usr/bin"));
      case 2: return Variant::object(make_folder(drives_, temporary != nullptr && *temporary == '/' ? temporary : "/tmp"));
      default: return file_error(kInvalidCall);
    }
  }
  Outcome<Variant> file_version(MemberCall& call) {
    READ(const std::string path, path_argument(*drives_, call.argument(0), kFileNotFound));
    if (!look(path).exists) return file_error(kFileNotFound);
    return text_of({});  // files of Linux have none
  }

  // Changes. With wildcards in the source, or a separator at the end of the destination, the destination is a folder that is there.
  Outcome<std::vector<std::string>> sources(const Variant& argument, bool folders, std::uint32_t missing) {
    READ(const std::string path, path_argument(*drives_, argument, missing));
    READ(auto all, expand(path, folders));
    if (all.empty()) return file_error(missing);
    return all;
  }
  Outcome<Variant> remove(MemberCall& call, bool folders) {
    const std::uint32_t missing = folders ? kPathNotFound : kFileNotFound;
    READ(const auto all, sources(call.argument(0), folders, missing));
    READ(const bool force, call.has(1) ? to_boolean(call.argument(1)) : Outcome<bool>(false));
    for (const std::string& path : all) {
      if (auto done = folders ? delete_folder(path, force) : delete_file(path, force); !done) return nothing(std::move(done));
    }
    return Variant();
  }
  Outcome<Variant> delete_file_member(MemberCall& call) { return remove(call, false); }
  Outcome<Variant> delete_folder_member(MemberCall& call) { return remove(call, true); }

  template <class Action>
  Outcome<Variant> transfer(MemberCall& call, bool folders, Action action) {
    const std::uint32_t missing = folders ? kPathNotFound : kFileNotFound;
    READ(const Text source, text_argument(call.argument(0)));
    READ(const Text target, text_argument(call.argument(1)));
    READ(const auto all, sources(call.argument(0), folders, missing));
    READ(const std::string to, path_argument(*drives_, call.argument(1), kPathNotFound));
    const bool wild = source.view().find_first_of(u"*?") != std::u16string_view::npos;
    const bool into = wild || paths::is_separator(target.view().back());
    if (into && !look(to).is_folder) return file_error(kPathNotFound);
    for (const std::string& path : all) {
      const std::string place = !into ? to : to == "/" ? "/" + name_of(path) : to + "/" + name_of(path);
      if (auto done = action(path, place); !done) return nothing(std::move(done));
    }
    return Variant();
  }
  Outcome<Variant> copy(MemberCall& call, bool folders) {
    READ(const bool overwrite, call.has(2) ? to_boolean(call.argument(2)) : Outcome<bool>(true));
    return transfer(call, folders, [&](const std::string& from, const std::string& to) {
      return folders ? copy_folder(from, to, overwrite) : copy_file(from, to, overwrite);
    });
  }
  Outcome<Variant> move(MemberCall& call, bool folders) {
    return transfer(call, folders, [&](const std::string& from, const std::string& to) { return move_path(from, to, folders); });
  }
  Outcome<Variant> copy_file_member(MemberCall& call) { return copy(call, false); }
  Outcome<Variant> copy_folder_member(MemberCall& call) { return copy(call, true); }
  Outcome<Variant> move_file(MemberCall& call) { return move(call, false); }
  Outcome<Variant> move_folder(MemberCall& call) { return move(call, true); }

  Outcome<Variant> create_folder(MemberCall& call) {
    READ(const std::string path, path_argument(*drives_, call.argument(0), kPathNotFound));
    if (::mkdir(path.c_str(), 0777) != 0) return system_error(errno, kPathNotFound);
    return Variant::object(make_folder(drives_, path));
  }
  Outcome<Variant> create_text_file(MemberCall& call) {
    READ(const std::string path, path_argument(*drives_, call.argument(0), kPathNotFound));
    READ(const bool overwrite, call.has(1) ? to_boolean(call.argument(1)) : Outcome<bool>(true));
    READ(const bool unicode, call.has(2) ? to_boolean(call.argument(2)) : Outcome<bool>(false));
    return create_text(path, overwrite, unicode);
  }
  Outcome<Variant> open_text_file(MemberCall& call) {
    READ(const std::string path, path_argument(*drives_, call.argument(0), kPathNotFound));
    READ(const std::int32_t mode, call.has(1) ? to_int32(call.argument(1)) : Outcome<std::int32_t>(OpenMode::kReading));
    READ(const bool create, call.has(2) ? to_boolean(call.argument(2)) : Outcome<bool>(false));
    READ(const std::int32_t format, call.has(3) ? to_int32(call.argument(3)) : Outcome<std::int32_t>(OpenMode::kAscii));
    return open_text(path, mode, create, format);
  }
  Outcome<Variant> standard_stream(MemberCall& call) {
    READ(const std::int32_t which, to_int32(call.argument(0)));
    READ(const bool unicode, call.has(1) ? to_boolean(call.argument(1)) : Outcome<bool>(false));
    if (which < 0 || which > 2) return file_error(kInvalidCall);
    return Variant::object(make_standard_stream(which, unicode));
  }

  static const MemberTable& table();

  std::shared_ptr<const DriveMap> drives_;
};

const MemberTable& FileSystem::table() {
  using Self = FileSystem;
  constexpr unsigned kMethod = invoke::kMethod;
  static const MemberTable made(
      "FileSystemObject", {
                              {"OpenTextFile", 1100, kMethod, "FileName, [IOMode], [Create], [Format]", handler<&Self::open_text_file>},
                              {"CreateTextFile", 1101, kMethod, "FileName, [Overwrite], [Unicode]", handler<&Self::create_text_file>},
                              {"CreateFolder", 1120, kMethod, "Path", handler<&Self::create_folder>},
                              {"DeleteFile", 1200, kMethod, "FileSpec, [Force]", handler<&Self::delete_file_member>},
                              {"DeleteFolder", 1201, kMethod, "FolderSpec, [Force]", handler<&Self::delete_folder_member>},
                              {"CopyFile", 1202, kMethod, "Source, Destination, [OverWriteFiles]", handler<&Self::copy_file_member>},
                              {"CopyFolder", 1203, kMethod, "Source, Destination, [OverWriteFiles]", handler<&Self::copy_folder_member>},
                              {"MoveFile", 1204, kMethod, "Source, Destination", handler<&Self::move_file>},
                              {"MoveFolder", 1205, kMethod, "Source, Destination", handler<&Self::move_folder>},
                              {"BuildPath", 10000, kMethod, "Path, Name", handler<&Self::build_path>},
                              {"GetAbsolutePathName", 10002, kMethod, "Path", handler<&Self::absolute_path>},
                              {"GetTempName", 10003, kMethod, "", handler<&Self::temp_name>},
                              {"GetDriveName", 10004, kMethod, "Path", part_of<paths::drive_name>},
                              {"GetParentFolderName", 10005, kMethod, "Path", part_of<paths::parent_folder>},
                              {"GetFileName", 10006, kMethod, "Path", part_of<paths::file_name>},
                              {"GetBaseName", 10007, kMethod, "Path", part_of<paths::base_name>},
                              {"GetExtensionName", 10008, kMethod, "Path", part_of<paths::extension_name>},
                              {"GetDrive", 10009, kMethod, "DriveSpec", handler<&Self::get_drive>},
                              {"Drives", 10010, invoke::kGet, "", handler<&Self::drives>},
                              {"GetFile", 10011, kMethod, "FilePath", handler<&Self::get_file>},
                              {"GetFolder", 10012, kMethod, "FolderPath", handler<&Self::get_folder>},
                              {"GetSpecialFolder", 10013, kMethod, "SpecialFolder", handler<&Self::special_folder>},
                              {"DriveExists", 10015, kMethod, "DriveSpec", handler<&Self::drive_exists>},
                              {"FileExists", 10016, kMethod, "FileSpec", handler<&Self::file_exists>},
                              {"FolderExists", 10017, kMethod, "FolderSpec", handler<&Self::folder_exists>},
                              {"GetStandardStream", 20000, kMethod, "StandardStreamType, [Unicode]", handler<&Self::standard_stream>},
                              {"GetFileVersion", 20010, kMethod, "FileName", handler<&Self::file_version>},
                          });
  return made;
}

}  // namespace

scripting::DispatchRef make_file_system(DriveMap drives) { return scripting::make<FileSystem>(std::move(drives)); }

std::span<const LibraryConstant> scripting_constants() {
  static constexpr LibraryConstant kConstants[] = {
      {u"BinaryCompare", 0}, {u"TextCompare", 1},     {u"DatabaseCompare", 2}, {u"ForReading", 1},     {u"ForWriting", 2},
      {u"ForAppending", 8},  {u"TristateTrue", -1},   {u"TristateFalse", 0},   {u"TristateMixed", -2}, {u"TristateUseDefault", -2},
      {u"Normal", 0},        {u"ReadOnly", 1},        {u"Hidden", 2},          {u"System", 4},         {u"Volume", 8},
      {u"Directory", 16},    {u"Archive", 32},        {u"Alias", 1024},        {u"Compressed", 2048},  {u"WindowsFolder", 0},
      {u"SystemFolder", 1},  {u"TemporaryFolder", 2}, {u"UnknownType", 0},     {u"Removable", 1},      {u"Fixed", 2},
      {u"Remote", 3},        {u"CDRom", 4},           {u"RamDisk", 5},         {u"StdIn", 0},          {u"StdOut", 1},
      {u"StdErr", 2},
  };
  return kConstants;
}

}  // namespace script::wsh
