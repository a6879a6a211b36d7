// Windows' paths on Linux: C: is the root, other letters are what the user says, `\` is `/`.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace script::wsh {

/// Immutable after it is made; thread-safe apart from the working folder.
class DriveMap {
 public:
  /// C: alone.
  DriveMap();
  /// Letters and folders as OWMI_DRIVES has them: "D=/srv/data:H=/home". What is not like that is left out; C can be given too.
  explicit DriveMap(std::string_view setting);
  /// Of the environment variable OWMI_DRIVES.
  static DriveMap from_environment();

  /// The absolute Linux path of a path as scripts write it: `C:\a\b`, `\a`, `a\b` and `C:a` (both below the working folder), `/a/b` as it
  /// is, with `.` and `..` resolved by name. A name that is not there is looked for without case, step by step; what is found then stands
  /// in the result. nullopt: another drive's letter, a server's share (`\\server\share`), a NUL.
  std::optional<std::string> to_linux(std::u16string_view path) const;
  /// An absolute Linux path as scripts see it: below the drive whose folder is the longest that holds it, `C:\etc\hosts`.
  std::u16string to_windows(std::string_view path) const;

  /// Letters in order.
  std::vector<char> letters() const;
  /// Null for a letter without drive; either case.
  const std::string* root(char16_t letter) const;

 private:
  void add(char letter, std::string folder);
  std::map<char, std::string> roots_;  // absolute; "/" or without a slash at the end
};

/// Parts of names, without looking at files: both `\` and `/` separate.
namespace paths {
bool is_separator(char16_t c);
std::u16string_view drive_name(std::u16string_view path);      // "C:", `\\server\share`, ""
std::u16string_view file_name(std::u16string_view path);       // what stands last
std::u16string_view parent_folder(std::u16string_view path);   // "" when there is none
std::u16string_view base_name(std::u16string_view path);       // file_name without extension
std::u16string_view extension_name(std::u16string_view path);  // without dot
std::u16string build(std::u16string_view path, std::u16string_view name);
}  // namespace paths

}  // namespace script::wsh
