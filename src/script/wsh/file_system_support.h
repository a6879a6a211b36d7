// What the objects of the file system share: errors, facts about files, copying and deleting.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "script/vbscript/library_support.h"
#include "script/wsh/drive_map.h"
#include "scripting/table_object.h"

namespace script::wsh {

using scripting::Outcome;
using scripting::Text;
using scripting::Variant;
using vbscript::VarType;

/// Err.Number of failed calls.
enum FileError : std::uint32_t {
  kInvalidCall = 5,
  kBadFileName = 52,
  kFileNotFound = 53,
  kBadFileMode = 54,
  kDeviceError = 57,
  kFileExists = 58,
  kDiskFull = 61,
  kPastEnd = 62,
  kTooManyFiles = 67,
  kDeviceUnavailable = 68,
  kPermissionDenied = 70,
  kPathNotFound = 76,
};
std::unexpected<scripting::Failure> file_error(std::uint32_t number);
/// Of an errno value; `missing` for ENOENT.
std::unexpected<scripting::Failure> system_error(int error, std::uint32_t missing);

/// An argument that is a text; Null is 13.
Outcome<Text> text_argument(const Variant& value);
/// An argument that is a path: its Linux path. 52 for an empty one, `missing` where DriveMap has none.
Outcome<std::string> path_argument(const DriveMap& drives, const Variant& value, std::uint32_t missing);

struct FileFacts {
  bool exists = false;
  bool is_folder = false;
  bool is_link = false;
  std::uint64_t size = 0;
  double created = 0, modified = 0, accessed = 0;  // dates of automation, local time
  std::uint32_t mode = 0;
};
/// Follows links, apart from is_link. A failed look (no permission) counts as not there.
FileFacts look(const std::string& path);

/// FileAttributes.
inline constexpr std::int32_t kReadOnly = 1;
inline constexpr std::int32_t kHidden = 2;
inline constexpr std::int32_t kSystem = 4;
inline constexpr std::int32_t kDirectory = 16;
inline constexpr std::int32_t kArchive = 32;
inline constexpr std::int32_t kAlias = 1024;
std::int32_t attributes_of(const std::string& path, const FileFacts& facts);
/// ReadOnly takes the rights to write away or gives the owner's back; Hidden, System and Archive change nothing; 5 for others.
Outcome<void> set_attributes(const std::string& path, std::int32_t attributes);

std::string parent_of(const std::string& path);
std::string name_of(const std::string& path);
/// Sizes and counts that may be large: Long, or Double beyond.
Variant number_of(std::uint64_t value);

/// The names in a folder, files or folders, in order without case. 70, 76.
Outcome<std::vector<std::string>> list_folder(const std::string& folder, bool folders);
/// Paths that a last step with `*` and `?` stands for; the path itself when there are none.
Outcome<std::vector<std::string>> expand(const std::string& path, bool folders);
bool has_wildcard(std::string_view path);
/// The octets of all files below; links are not followed.
std::uint64_t folder_size(const std::string& folder);

// Files and whole folders. 58, 70, 76 ...; nothing is followed through links inside folders.
Outcome<void> copy_file(const std::string& from, const std::string& to, bool overwrite);
Outcome<void> copy_folder(const std::string& from, const std::string& to, bool overwrite);
Outcome<void> move_path(const std::string& from, const std::string& to, bool folder);
/// Without `force`, what is read-only stays: 70.
Outcome<void> delete_file(const std::string& path, bool force);
Outcome<void> delete_folder(const std::string& path, bool force);

/// IOMode and Tristate of OpenTextFile.
struct OpenMode {
  static constexpr std::int32_t kReading = 1, kWriting = 2, kAppending = 8;
  static constexpr std::int32_t kDefault = -2, kUnicode = -1, kAscii = 0;
};
/// 5 for an unknown mode, 53, 70, 76.
Outcome<Variant> open_text(const std::string& path, std::int32_t mode, bool create, std::int32_t format);
/// CreateTextFile: 58 when it is there and may not be overwritten.
Outcome<Variant> create_text(const std::string& path, bool overwrite, bool unicode);

// The objects, each over the drives of the file system that made it.
using Drives = std::shared_ptr<const DriveMap>;
scripting::DispatchRef make_file(Drives drives, std::string path);
scripting::DispatchRef make_folder(Drives drives, std::string path);
scripting::DispatchRef make_drives(Drives drives);
/// A letter's drive, or a mount point without letter.
scripting::DispatchRef make_drive(Drives drives, char letter, std::string root);
/// The drive that holds a path.
scripting::DispatchRef drive_of(const Drives& drives, const std::string& path);

}  // namespace script::wsh
