#include "base/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

namespace base {
namespace {

Hresult code_of(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR: return WBEM_E_NOT_FOUND;
    case EACCES:
    case EPERM:
    case EROFS: return WBEM_E_ACCESS_DENIED;
    case ENOSPC:
    case EDQUOT:
    case EFBIG: return WBEM_E_OUT_OF_DISK_SPACE;
    case ENOMEM: return WBEM_E_OUT_OF_MEMORY;
    case EEXIST: return WBEM_E_ALREADY_EXISTS;
    case EBUSY:
    case ETXTBSY: return WBEM_E_RESOURCE_CONTENTION;
    default: return WBEM_E_FAILED;
  }
}

// 0 or an errno value.
int write_all(int fd, std::string_view octets) {
  while (!octets.empty()) {
    const ssize_t done = ::write(fd, octets.data(), octets.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return errno;
    octets.remove_prefix(static_cast<std::size_t>(done));
  }
  return 0;
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Writes and syncs the new file that is to take the place of `path`; 0 or an errno value.
int write_new(const std::string& temporary, std::string_view octets, unsigned mode) {
  const FileDescriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, static_cast<mode_t>(mode)));
  if (!file.valid()) return errno;
  if (const int error = write_all(file.get(), octets)) return error;
  return ::fsync(file.get()) == 0 ? 0 : errno;
}

int sync_folder(const std::string& path) {
  const FileDescriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid()) return errno;
  return ::fsync(folder.get()) == 0 || errno == EINVAL ? 0 : errno;
}

}  // namespace

Status errno_status(int error, std::string_view doing) {
  return Status(code_of(error), std::string(doing) + ": " + std::generic_category().message(error));
}

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Result<std::string> SystemFiles::read(const std::string& path, std::size_t limit) const {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return fail(errno_status(errno, "opening " + path));
  struct stat info{};
  std::size_t expected = 4096;
  if (::fstat(file.get(), &info) == 0 && info.st_size > 0) expected = static_cast<std::size_t>(info.st_size) + 1;
  std::string out;
  std::size_t size = 0;
  for (;;) {
    if (size == out.size()) out.resize(std::max(expected, size * 2));
    const ssize_t got = ::read(file.get(), out.data() + size, out.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(errno_status(errno, "reading " + path));
    size += static_cast<std::size_t>(got);
    if (size > limit) return fail(WBEM_E_TOO_MUCH_DATA, path + " has more than " + std::to_string(limit) + " octets");
    if (got == 0) break;
  }
  out.resize(size);
  return out;
}

Status SystemFiles::write_atomic(const std::string& path, std::string_view octets, unsigned mode) {
  const std::string temporary = path + ".new." + std::to_string(::getpid());
  ::unlink(temporary.c_str());
  int error = write_new(temporary, octets, mode);
  if (error == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(temporary.c_str());
    return errno_status(error, "writing " + path);
  }
  error = sync_folder(folder_of(path));
  return error == 0 ? Status() : errno_status(error, "writing the folder of " + path);
}

Status SystemFiles::make_directories(const std::string& path, unsigned mode) {
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string part = path.substr(0, end);
    if (!part.empty() && ::mkdir(part.c_str(), static_cast<mode_t>(mode)) != 0) {
      const int error = errno;
      struct stat info{};
      if (::stat(part.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) return errno_status(error, "creating the folder " + part);
    }
    if (end == std::string::npos) return {};
  }
}

Status SystemFiles::remove(const std::string& path) {
  if (std::remove(path.c_str()) == 0 || errno == ENOENT) return {};
  return errno_status(errno, "removing " + path);
}

Result<std::vector<std::string>> SystemFiles::list(const std::string& path) const {
  std::error_code error;
  std::vector<std::string> names;
  std::filesystem::directory_iterator entry(path, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) names.push_back(entry->path().filename());
  if (error) return fail(errno_status(error.value(), "listing " + path));
  std::ranges::sort(names);
  return names;
}

Result<std::string> SystemFiles::read_link(const std::string& path) const {
  std::error_code error;
  std::string target = std::filesystem::read_symlink(path, error);
  if (error) return fail(errno_status(error.value(), "reading the link " + path));
  return target;
}

bool SystemFiles::exists(const std::string& path) const { return ::access(path.c_str(), F_OK) == 0; }

Result<TempDir> TempDir::create(std::string_view prefix) {
  const char* root = std::getenv("TMPDIR");
  std::string path = std::string(root != nullptr && *root != '\0' ? root : "/tmp") + "/" + std::string(prefix) + ".XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) return fail(errno_status(errno, "creating the folder " + path));
  return TempDir(std::move(path));
}

TempDir::~TempDir() {
  if (path_.empty()) return;
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace base
