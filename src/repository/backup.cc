#include "repository/backup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cerrno>
#include <cstring>

#include "base/bytes.h"
#include "repository/lmdb_status.h"
#include "repository/store_registry.h"
#include "repository/verify.h"

namespace repository {
namespace {

// A page's worth, so that the image in the file is aligned as it was.
constexpr std::size_t kHeadSize = 4096;
constexpr std::string_view kHead = "OpenWMI repository backup 1\n";
constexpr std::size_t kTrailerSize = 40;
constexpr std::string_view kTrailer = "end of OpenWMI repository backup\n";
constexpr std::size_t kChunk = 1U << 20U;

base::Status system_error(std::string_view doing, const std::filesystem::path& path) {
  return base::errno_status(errno, fmt::format("{} {}", doing, path.string()));
}

base::Status write_all(int fd, std::string_view octets, const std::filesystem::path& path) {
  while (!octets.empty()) {
    const ssize_t count = ::write(fd, octets.data(), octets.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_error("writing", path);
    octets.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

base::Status sync_directory(const std::filesystem::path& directory) {
  const base::FileDescriptor fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid() || ::fsync(fd.get()) != 0) return system_error("writing the directory", directory);
  return {};
}

/// Reads `size` octets of `from` on, hands them on in chunks and hashes them.
base::Result<Hash128> hash_range(int fd, std::uint64_t from, std::uint64_t size, const std::filesystem::path& path,
                                 const std::function<base::Status(std::string_view)>& each) {
  XXH3_state_t state;
  XXH3_128bits_reset(&state);
  std::string buffer(kChunk, '\0');
  for (std::uint64_t done = 0; done < size;) {
    const std::size_t wanted = std::min<std::uint64_t>(kChunk, size - done);
    const ssize_t count = ::pread(fd, buffer.data(), wanted, static_cast<off_t>(from + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return base::fail(system_error("reading", path));
    if (count == 0)
      return base::fail(WBEM_E_INVALID_OBJECT, fmt::format("{}: offset {}: the file ends too early", path.string(), from + done));
    const std::string_view octets(buffer.data(), static_cast<std::size_t>(count));
    XXH3_128bits_update(&state, octets.data(), octets.size());
    if (each) TRY(each(octets));
    done += octets.size();
  }
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(&state));
  Hash128 out;
  std::memcpy(out.octets.data(), canonical.digest, out.octets.size());
  return out;
}

/// A file under a temporary name that is removed unless it gets its own.
class PendingFile {
 public:
  explicit PendingFile(std::filesystem::path target) : target_(std::move(target)) {
    std::string name = target_.string() + ".XXXXXX";
    fd_ = base::FileDescriptor(::mkostemp(name.data(), O_CLOEXEC));
    if (fd_.valid()) path_ = name;
  }
  ~PendingFile() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  int fd() const { return fd_.get(); }
  bool valid() const { return fd_.valid(); }
  base::Status publish() {
    if (::fsync(fd()) != 0) return system_error("writing", target_);
    if (::rename(path_.c_str(), target_.c_str()) != 0) return system_error("writing", target_);
    path_.clear();
    return sync_directory(std::filesystem::absolute(target_).parent_path());
  }

 private:
  std::filesystem::path target_;
  std::string path_;
  base::FileDescriptor fd_;
};

base::Status copy_image(Store& store, int fd, const std::filesystem::path& file) {
  // The context keeps the environment from being exchanged meanwhile.
  TRY_ASSIGN(Context * context, store.begin_read());
  int rc = mdb_env_copyfd2(store.env(), fd, MDB_CP_COMPACT);
  if (rc == MDB_INCOMPATIBLE && ::ftruncate(fd, kHeadSize) == 0 && ::lseek(fd, kHeadSize, SEEK_SET) >= 0) {
    rc = mdb_env_copyfd2(store.env(), fd, 0);
  }
  store.end_read(context);
  return rc == 0 ? base::Status() : lmdb_status(rc, "writing " + file.string());
}

struct Image {
  base::FileDescriptor fd;
  std::uint64_t size = 0;
  Hash128 hash;
};

base::Status not_a_backup(const std::filesystem::path& file, std::string_view what) {
  return {WBEM_E_INVALID_OBJECT, fmt::format("{}: {}", file.string(), what)};
}

base::Result<Image> open_backup(const std::filesystem::path& file) {
  Image image;
  image.fd = base::FileDescriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat info{};
  if (!image.fd.valid() || ::fstat(image.fd.get(), &info) != 0) return base::fail(system_error("opening", file));
  if (!S_ISREG(info.st_mode)) return base::fail(not_a_backup(file, "not a regular file"));
  const auto size = static_cast<std::uint64_t>(info.st_size);
  std::string head(kHead.size(), '\0');
  std::string trailer(kTrailerSize + kTrailer.size(), '\0');
  if (size < kHeadSize + trailer.size()) return base::fail(not_a_backup(file, "too short for a backup of a repository"));
  if (::pread(image.fd.get(), head.data(), head.size(), 0) != static_cast<ssize_t>(head.size()))
    return base::fail(system_error("reading", file));
  if (head != kHead) return base::fail(not_a_backup(file, "offset 0: not the mark of a backup of a repository"));
  const std::uint64_t trailer_at = size - trailer.size();
  if (::pread(image.fd.get(), trailer.data(), trailer.size(), static_cast<off_t>(trailer_at)) != static_cast<ssize_t>(trailer.size())) {
    return base::fail(system_error("reading", file));
  }
  base::ByteReader reader(trailer);
  image.size = reader.u64();
  std::memcpy(image.hash.octets.data(), reader.bytes(16).data(), 16);
  reader.skip(16);
  if (reader.rest() != kTrailer || image.size != trailer_at - kHeadSize) {
    return base::fail(not_a_backup(file, fmt::format("offset {}: no trailer of a backup, the file was cut off or added to", trailer_at)));
  }
  return image;
}

/// Removes a directory that holds a store, whatever happens.
struct Scratch {
  std::filesystem::path path;
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
};

/// Writes the image to `scratch`/data.mdb and looks at everything in it.
base::Status unpack(const Image& image, const std::filesystem::path& file, const std::filesystem::path& scratch,
                    const Validator& validate) {
  const std::filesystem::path data = scratch / "data.mdb";
  {
    const base::FileDescriptor out(::open(data.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!out.valid()) return system_error("creating", data);
    TRY_ASSIGN(const Hash128 hash, hash_range(image.fd.get(), kHeadSize, image.size, file,
                                              [&](std::string_view octets) { return write_all(out.get(), octets, data); }));
    if (hash != image.hash) return not_a_backup(file, "the checksum does not fit: the backup is damaged");
    if (::fsync(out.get()) != 0) return system_error("writing", data);
  }
  TRY_ASSIGN(const VerifyReport report, verify_directory(scratch, validate));
  if (!report.ok()) return not_a_backup(file, "the store in the backup is damaged: " + report.problems.front());
  return {};
}

base::Status replace_store(const std::filesystem::path& file, const std::filesystem::path& directory, const Options& options,
                           const Validator& validate) {
  TRY_ASSIGN(const Image image, open_backup(file));
  // Keeps openers waiting until the files are exchanged; LMDB's own lock tells whether one has the store open.
  const base::FileDescriptor opening(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opening.valid()) return system_error("opening", directory);
  while (::flock(opening.get(), LOCK_EX) != 0 && errno == EINTR) {
  }
  const std::filesystem::path lock_file = directory / "lock.mdb";
  const base::FileDescriptor lock(::open(lock_file.c_str(), O_RDWR | O_CLOEXEC));
  if (!lock.valid() && errno != ENOENT) return system_error("opening", lock_file);
  struct flock whole{};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  whole.l_len = 1;
  if (lock.valid() && ::fcntl(lock.get(), F_SETLK, &whole) != 0) {
    return {WBEM_E_BACKUP_RESTORE_WINMGMT_RUNNING, fmt::format("another process has the repository {} open", directory.string())};
  }
  std::string name = (directory / "restore.XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) return system_error("creating a directory in", directory);
  const Scratch scratch{name};
  TRY(unpack(image, file, scratch.path, validate));
  const std::filesystem::path data = directory / "data.mdb";
  struct stat before{};
  const mode_t mode = ::stat(data.c_str(), &before) == 0 ? before.st_mode & 07777U : options.file_mode;
  const std::filesystem::path fresh = scratch.path / "data.mdb";
  if (::chmod(fresh.c_str(), mode) != 0) return system_error("setting the mode of", fresh);
  if (::rename(fresh.c_str(), data.c_str()) != 0) return system_error("replacing", data);
  return sync_directory(directory);
}

}  // namespace

base::Status write_backup(Store& store, const std::filesystem::path& file) {
  PendingFile pending(file);
  if (!pending.valid()) return system_error("creating", file);
  std::string head(kHead);
  head.resize(kHeadSize);
  TRY(write_all(pending.fd(), head, file));
  TRY(copy_image(store, pending.fd(), file));
  const off_t end = ::lseek(pending.fd(), 0, SEEK_END);
  if (end < 0) return system_error("writing", file);
  const std::uint64_t size = static_cast<std::uint64_t>(end) - kHeadSize;
  TRY_ASSIGN(const Hash128 hash, hash_range(pending.fd(), kHeadSize, size, file, {}));
  std::string trailer;
  base::ByteWriter writer(trailer);
  writer.u64(size);
  writer.bytes({reinterpret_cast<const char*>(hash.octets.data()), hash.octets.size()});
  writer.fill(16);
  writer.bytes(kTrailer);
  TRY(write_all(pending.fd(), trailer, file));
  return pending.publish();
}

base::Status restore_backup(const std::filesystem::path& file, const std::filesystem::path& directory, const Options& options,
                            const Validator& validate) {
  TRY(open_backup(file));  // before anything is made
  TRY(base::SystemFiles().make_directories(directory.string(), 0700));
  return StoreRegistry::instance().while_closed(directory, [&] { return replace_store(file, directory, options, validate); });
}

}  // namespace repository
