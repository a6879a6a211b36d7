// Files and folders with errors as Status, behind an interface so that tests can make any call fail.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace base {

/// The Status of an errno value: `doing` says what was tried ("opening /etc/x"), the system's message follows. ENOENT becomes
/// WBEM_E_NOT_FOUND, EACCES, EPERM and EROFS WBEM_E_ACCESS_DENIED, ENOSPC, EDQUOT and EFBIG WBEM_E_OUT_OF_DISK_SPACE, ENOMEM
/// WBEM_E_OUT_OF_MEMORY, EEXIST WBEM_E_ALREADY_EXISTS, EBUSY and ETXTBSY WBEM_E_RESOURCE_CONTENTION, else WBEM_E_FAILED.
Status errno_status(int error, std::string_view doing);

/// Thread-safe. Paths are taken as they are.
class Files {
 public:
  static constexpr std::size_t kNoLimit = SIZE_MAX;

  virtual ~Files() = default;

  /// The whole content, also of files in /proc that report no size. WBEM_E_TOO_MUCH_DATA beyond `limit` octets.
  virtual Result<std::string> read(const std::string& path, std::size_t limit = kNoLimit) const = 0;

  /// Replaces or creates the file in one step: a reader or a crash sees the old or the new content. On disk when it returns.
  virtual Status write_atomic(const std::string& path, std::string_view octets, unsigned mode = 0644) = 0;

  /// Creates the folder and those above it; success when it exists.
  virtual Status make_directories(const std::string& path, unsigned mode = 0755) = 0;

  /// Success when there was nothing to remove.
  virtual Status remove(const std::string& path) = 0;

  /// The names in a folder, sorted, without "." and "..".
  virtual Result<std::vector<std::string>> list(const std::string& path) const = 0;

  virtual Result<std::string> read_link(const std::string& path) const = 0;
  virtual bool exists(const std::string& path) const = 0;
};

class SystemFiles final : public Files {
 public:
  Result<std::string> read(const std::string& path, std::size_t limit = kNoLimit) const override;
  Status write_atomic(const std::string& path, std::string_view octets, unsigned mode = 0644) override;
  Status make_directories(const std::string& path, unsigned mode = 0755) override;
  Status remove(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& path) const override;
  Result<std::string> read_link(const std::string& path) const override;
  bool exists(const std::string& path) const override;
};

/// Passes calls on until `fault` returns an errno value for one (operation name, path); 0 lets the call through. For tests.
class FaultyFiles final : public Files {
 public:
  using Fault = std::function<int(std::string_view operation, const std::string& path)>;
  FaultyFiles(Files& files, Fault fault) : files_(files), fault_(std::move(fault)) {}

  Result<std::string> read(const std::string& path, std::size_t limit = kNoLimit) const override;
  Status write_atomic(const std::string& path, std::string_view octets, unsigned mode = 0644) override;
  Status make_directories(const std::string& path, unsigned mode = 0755) override;
  Status remove(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& path) const override;
  Result<std::string> read_link(const std::string& path) const override;
  bool exists(const std::string& path) const override;

 private:
  Status check(std::string_view operation, const std::string& path) const;

  Files& files_;
  Fault fault_;
};

/// A new empty folder under $TMPDIR or /tmp, removed with its content at the end. Not thread-safe.
class TempDir {
 public:
  static Result<TempDir> create(std::string_view prefix = "openwmi");
  TempDir(TempDir&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TempDir& operator=(TempDir&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
  }
  ~TempDir();

  const std::string& path() const { return path_; }
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  explicit TempDir(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

/// A file descriptor that closes itself.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileDescriptor();

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

}  // namespace base
