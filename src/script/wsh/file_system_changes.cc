// Copying, moving and deleting of files and folders.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "script/wsh/file_system_support.h"

namespace script::wsh {
namespace {

namespace fs = std::filesystem;

Outcome<void> checked(const std::error_code& error, std::uint32_t missing) {
  if (error) return system_error(error.value(), missing);
  return {};
}

bool is_read_only(const std::string& path) {
  struct stat found{};
  return ::lstat(path.c_str(), &found) == 0 && !S_ISLNK(found.st_mode) && (found.st_mode & 0222) == 0;
}

bool is_same(const std::string& a, const std::string& b) {
  struct stat left{};
  struct stat right{};
  return ::stat(a.c_str(), &left) == 0 && ::stat(b.c_str(), &right) == 0 && left.st_ino == right.st_ino && left.st_dev == right.st_dev;
}

/// Every path below a folder; links are listed, not followed.
Outcome<std::vector<fs::directory_entry>> all_below(const std::string& folder) {
  std::error_code error;
  std::vector<fs::directory_entry> out;
  fs::recursive_directory_iterator each(folder, error);
  for (; !error && each != fs::recursive_directory_iterator(); each.increment(error)) out.push_back(*each);
  if (error) return system_error(error.value(), kPathNotFound);
  return out;
}

}  // namespace

std::uint64_t folder_size(const std::string& folder) {
  std::error_code error;
  std::uint64_t size = 0;
  fs::recursive_directory_iterator each(folder, fs::directory_options::skip_permission_denied, error);
  for (; !error && each != fs::recursive_directory_iterator(); each.increment(error)) {
    struct stat found{};
    if (::lstat(each->path().c_str(), &found) == 0 && S_ISREG(found.st_mode)) size += static_cast<std::uint64_t>(found.st_size);
  }
  return size;
}

Outcome<void> copy_file(const std::string& from, const std::string& to, bool overwrite) {
  const FileFacts source = look(from);
  if (!source.exists || source.is_folder) return file_error(kFileNotFound);
  const FileFacts target = look(to);
  if (target.is_folder || is_same(from, to)) return file_error(kPermissionDenied);
  if (target.exists && !overwrite) return file_error(kFileExists);
  if (target.exists && is_read_only(to)) return file_error(kPermissionDenied);
  std::error_code error;
  fs::copy_file(from, to, fs::copy_options::overwrite_existing, error);
  return checked(error, kPathNotFound);
}

Outcome<void> copy_folder(const std::string& from, const std::string& to, bool overwrite) {
  if (!look(from).is_folder) return file_error(kPathNotFound);
  if (is_same(from, to) || to.starts_with(from + "/")) return file_error(kPermissionDenied);
  const FileFacts target = look(to);
  if (target.exists && !target.is_folder) return file_error(kFileExists);
  std::error_code error;
  if (!target.exists && !fs::create_directory(to, error)) return checked(error, kPathNotFound);
  READ(const auto entries, all_below(from));
  for (const fs::directory_entry& entry : entries) {
    const std::string place = to + entry.path().native().substr(from.size());
    if (entry.is_symlink(error)) {
      if (!fs::exists(fs::symlink_status(place, error))) fs::copy_symlink(entry.path(), place, error);
      if (error && error.value() != ENOENT) return checked(error, kPathNotFound);
    } else if (entry.is_directory(error)) {
      fs::create_directory(place, error);
      if (error) return checked(error, kPathNotFound);
    } else if (auto copied = copy_file(entry.path().native(), place, overwrite); !copied) {
      return copied;
    }
  }
  return {};
}

Outcome<void> move_path(const std::string& from, const std::string& to, bool folder) {
  const FileFacts source = look(from);
  if (!source.exists || source.is_folder != folder) return file_error(folder ? kPathNotFound : kFileNotFound);
  if (to.starts_with(from + "/")) return file_error(kPermissionDenied);
  if (look(to).exists && !is_same(from, to)) return file_error(kFileExists);
  if (::rename(from.c_str(), to.c_str()) == 0) return {};
  if (errno != EXDEV) return system_error(errno, kPathNotFound);
  auto copied = folder ? copy_folder(from, to, false) : copy_file(from, to, false);
  if (!copied) return copied;
  return folder ? delete_folder(from, true) : delete_file(from, true);
}

Outcome<void> delete_file(const std::string& path, bool force) {
  struct stat found{};
  if (::lstat(path.c_str(), &found) != 0) return system_error(errno, kFileNotFound);
  if (S_ISDIR(found.st_mode)) return file_error(kFileNotFound);
  if (!force && is_read_only(path)) return file_error(kPermissionDenied);
  if (::unlink(path.c_str()) != 0) return system_error(errno, kFileNotFound);
  return {};
}

Outcome<void> delete_folder(const std::string& path, bool force) {
  struct stat found{};
  if (path == "/") return file_error(kPermissionDenied);
  if (::lstat(path.c_str(), &found) != 0 || !look(path).is_folder) return file_error(kPathNotFound);
  if (S_ISLNK(found.st_mode)) {  // the link alone
    if (::unlink(path.c_str()) != 0) return system_error(errno, kPathNotFound);
    return {};
  }
  if (!force) {
    READ(const auto entries, all_below(path));
    if (is_read_only(path)) return file_error(kPermissionDenied);
    for (const fs::directory_entry& entry : entries) {
      if (is_read_only(entry.path().native())) return file_error(kPermissionDenied);
    }
  }
  std::error_code error;
  fs::remove_all(path, error);
  return checked(error, kPathNotFound);
}

}  // namespace script::wsh
