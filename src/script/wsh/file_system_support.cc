#include "script/wsh/file_system_support.h"

#include <dirent.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <functional>

#include "base/utf.h"
#include "script/wsh/text_stream.h"

namespace script::wsh {
namespace {

/// A time of the system as a date in local time.
double date_of(std::int64_t seconds, std::uint32_t nanoseconds) {
  const std::time_t at = seconds;
  std::tm local{};
  localtime_r(&at, &local);
  const auto day = vbscript::date_value(local.tm_year + 1900, local.tm_mon + 1, local.tm_mday);
  static_cast<void>(nanoseconds);  // dates of files have whole seconds in scripts
  return vbscript::join_date(day.value_or(0), vbscript::time_value(local.tm_hour, local.tm_min, local.tm_sec));
}

}  // namespace

std::unexpected<scripting::Failure> file_error(std::uint32_t number) { return vbscript::fault(number); }

std::unexpected<scripting::Failure> system_error(int error, std::uint32_t missing) {
  switch (error) {
    case ENOENT: return file_error(missing);
    case ENOTDIR:
    case ELOOP: return file_error(kPathNotFound);
    case EEXIST:
    case ENOTEMPTY: return file_error(kFileExists);
    case ENOSPC:
    case EDQUOT:
    case EFBIG: return file_error(kDiskFull);
    case EMFILE:
    case ENFILE: return file_error(kTooManyFiles);
    case ENAMETOOLONG:
    case EINVAL:
    case EBADF: return file_error(kBadFileName);
    case EACCES:
    case EPERM:
    case EROFS:
    case EISDIR:
    case EBUSY:
    case ETXTBSY: return file_error(kPermissionDenied);
    default: return file_error(kDeviceError);
  }
}

Outcome<Text> text_argument(const Variant& argument) {
  READ(const Variant value, vbscript::plain(argument));
  if (value.is(VarType::kNull)) return vbscript::fault(vbscript::kTypeMismatch);
  return vbscript::to_text(value);
}

Outcome<std::string> path_argument(const DriveMap& drives, const Variant& value, std::uint32_t missing) {
  READ(const Text text, text_argument(value));
  if (text.empty()) return file_error(kInvalidCall);
  auto path = drives.to_linux(text.view());
  if (!path) return file_error(missing);
  return *std::move(path);
}

FileFacts look(const std::string& path) {
  FileFacts out;
  struct stat link{};
  if (::lstat(path.c_str(), &link) != 0) return out;
  out.is_link = S_ISLNK(link.st_mode);
  struct statx found{};
  if (::statx(AT_FDCWD, path.c_str(), 0, STATX_BASIC_STATS | STATX_BTIME, &found) != 0) return out;
  out.exists = true;
  out.is_folder = S_ISDIR(found.stx_mode);
  out.size = found.stx_size;
  out.mode = found.stx_mode;
  out.modified = date_of(found.stx_mtime.tv_sec, found.stx_mtime.tv_nsec);
  out.accessed = date_of(found.stx_atime.tv_sec, found.stx_atime.tv_nsec);
  const auto& born = (found.stx_mask & STATX_BTIME) != 0 ? found.stx_btime : found.stx_ctime;
  out.created = date_of(born.tv_sec, born.tv_nsec);
  return out;
}

std::int32_t attributes_of(const std::string& path, const FileFacts& facts) {
  std::int32_t out = 0;
  if ((facts.mode & 0222) == 0) out |= kReadOnly;
  if (name_of(path).starts_with('.')) out |= kHidden;
  if (facts.is_link) out |= kAlias;
  if (facts.is_folder) return out | kDirectory;
  return out | (S_ISREG(facts.mode) ? kArchive : kSystem);
}

Outcome<void> set_attributes(const std::string& path, std::int32_t attributes) {
  constexpr std::int32_t kKnown = kReadOnly | kHidden | kSystem | kDirectory | kArchive | kAlias | 128;  // Normal, 2048 Compressed
  if ((attributes & ~(kKnown | 2048)) != 0) return file_error(kInvalidCall);
  const FileFacts facts = look(path);
  if (!facts.exists) return file_error(kFileNotFound);
  std::uint32_t mode = facts.mode & 07777;
  const bool was_read_only = (mode & 0222) == 0;
  const bool read_only = (attributes & kReadOnly) != 0;
  if (read_only == was_read_only) return {};
  mode = read_only ? mode & ~0222U : mode | 0200U;
  if (::chmod(path.c_str(), mode) != 0) return system_error(errno, kFileNotFound);
  return {};
}

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

Variant number_of(std::uint64_t value) {
  return value <= INT32_MAX ? Variant::int32(static_cast<std::int32_t>(value)) : Variant::real(static_cast<double>(value));
}

Outcome<std::vector<std::string>> list_folder(const std::string& folder, bool folders) {
  DIR* handle = ::opendir(folder.c_str());
  if (handle == nullptr) return system_error(errno, kPathNotFound);
  std::vector<std::pair<std::string, std::string>> found;  // folded name first
  while (const dirent* entry = ::readdir(handle)) {
    std::string name(entry->d_name);
    if (name == "." || name == "..") continue;
    bool is_folder = entry->d_type == DT_DIR;
    if (entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN) is_folder = look(folder + "/" + name).is_folder;
    if (is_folder == folders) found.emplace_back(base::fold_case(name), std::move(name));
  }
  ::closedir(handle);
  std::ranges::sort(found);
  std::vector<std::string> out;
  out.reserve(found.size());
  for (auto& [folded, name] : found) out.push_back(std::move(name));
  return out;
}

bool has_wildcard(std::string_view path) {
  return path.find_first_of("*?", path.rfind('/') == std::string_view::npos ? 0 : path.rfind('/')) != std::string_view::npos;
}

Outcome<std::vector<std::string>> expand(const std::string& path, bool folders) {
  if (!has_wildcard(path)) return std::vector<std::string>{path};
  const std::string folder = parent_of(path);
  std::string pattern;
  for (const char c : base::fold_case(name_of(path))) {
    if (c == '[' || c == '\\') pattern += '\\';
    pattern += c;
  }
  if (pattern == "*.*") pattern = "*";
  READ(const auto names, list_folder(folder, folders));
  std::vector<std::string> out;
  for (const std::string& name : names) {
    if (::fnmatch(pattern.c_str(), base::fold_case(name).c_str(), 0) != 0) continue;
    out.push_back(folder == "/" ? "/" + name : folder + "/" + name);
  }
  return out;
}

Outcome<Variant> open_text(const std::string& path, std::int32_t mode, bool create, std::int32_t format) {
  using Mode = OpenMode;
  if (mode != Mode::kReading && mode != Mode::kWriting && mode != Mode::kAppending) return file_error(kInvalidCall);
  if (format > Mode::kAscii || format < Mode::kDefault) return file_error(kInvalidCall);
  const bool reading = mode == Mode::kReading;
  int flags = O_CLOEXEC | (reading ? O_RDONLY : mode == Mode::kWriting ? O_WRONLY | O_TRUNC : O_WRONLY | O_APPEND);
  if (create && !reading) flags |= O_CREAT;
  const FileFacts facts = look(path);
  if (facts.is_folder || (!reading && facts.exists && (facts.mode & 0222) == 0)) return file_error(kPermissionDenied);  // root too
  if (create && reading && !facts.exists) base::FileDescriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
  base::FileDescriptor file(::open(path.c_str(), flags, 0666));
  if (!file.valid()) return system_error(errno, look(parent_of(path)).is_folder ? kFileNotFound : kPathNotFound);
  const bool fresh = facts.size == 0 || mode == Mode::kWriting;
  TextStreamOptions options{.mode = reading ? StreamMode::kRead : StreamMode::kWrite, .write_mark = fresh};
  if (format == Mode::kUnicode) options.encoding = TextEncoding::kUtf16le;
  if (format == Mode::kDefault && reading) options.encoding = TextEncoding::kDetect;
  return Variant::object(make_text_stream(std::move(file), options));
}

Outcome<Variant> create_text(const std::string& path, bool overwrite, bool unicode) {
  if (!overwrite && look(path).exists) return file_error(kFileExists);
  return open_text(path, OpenMode::kWriting, true, unicode ? OpenMode::kUnicode : OpenMode::kAscii);
}

}  // namespace script::wsh
