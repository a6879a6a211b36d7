// Opening and closing: what is on disk is looked at first, so that a foreign or damaged file is refused untouched.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "repository/lmdb_status.h"
#include "repository/store.h"
#include "repository/store_registry.h"
#include "repository/writer.h"

namespace repository {
namespace {

constexpr std::uint64_t kQuickPages = 256;  // of the upper tree levels, read at every opening
constexpr auto kCreationPatience = std::chrono::seconds(10);
constexpr std::uint64_t kSmallestMap = 64ULL << 20U;

base::Status in_file(const std::filesystem::path& file, const base::Status& status) {
  return {status.code(), fmt::format("{}: {}", file.string(), status.text())};
}

/// One look at a file that others may write to meanwhile.
base::Status check_once(int fd, std::uint64_t size, std::uint64_t& transaction) {
  TRY_ASSIGN(const PageFile file, PageFile::open(fd, 0, size));
  transaction = file.meta().transaction;
  if (file.empty()) return WBEM_E_NOT_FOUND;
  std::string first_problem;
  file.walk(file.is_short() ? UINT64_MAX : kQuickPages, [&](std::string problem) {
    if (first_problem.empty()) first_problem = std::move(problem);
  });
  if (!first_problem.empty()) return {WBEM_E_CRITICAL_ERROR, first_problem};
  const auto format = file.find(kTableNames[index_of(Table::kMeta)], kFormatKey);
  if (!format && format.error().code() != WBEM_E_NOT_FOUND) return format.error();
  if (!format) return {WBEM_E_CRITICAL_ERROR, "an LMDB file of another program: it has no table meta with a record \"format\""};
  return check_format(*format);
}

mode_t directory_mode(mode_t file_mode) { return file_mode | ((file_mode & 0444U) >> 2U) | 0700U; }
/// Whoever may read must be able to announce it in the lock file.
mode_t lock_mode(mode_t file_mode) { return file_mode | ((file_mode & 0444U) >> 1U); }

/// LMDB maps this file and writes into it: without room on the disk for its pages that would end the process. Before the environment is
/// open, as the file's closing ends this process' locks on it. Files that others made, and systems that cannot, are left as they are.
base::Status reserve_lock_file(const std::filesystem::path& file, const Options& options) {
  constexpr off_t kReader = 64;
  const off_t size = (static_cast<off_t>(options.max_readers) + 2) * kReader;  // LMDB's header and its table of readers
  const base::FileDescriptor fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, options.file_mode));
  struct stat info{};
  if (!fd.valid() || ::fstat(fd.get(), &info) != 0) return {};
  const bool used = info.st_size > 0 && info.st_blocks > 0;
  const int error = ::posix_fallocate(fd.get(), 0, info.st_size > 0 ? info.st_size : size);
  if (used || (error != ENOSPC && error != EDQUOT)) return {};
  return base::errno_status(error, "writing " + file.string());
}

base::Status check_directory(const std::filesystem::path& directory, const Options& options) {
  struct stat info{};
  if (::stat(directory.c_str(), &info) == 0) {
    if (S_ISDIR(info.st_mode)) return {};
    return {WBEM_E_CRITICAL_ERROR, fmt::format("{} is not a directory; a repository is a directory", directory.string())};
  }
  if (errno != ENOENT) return base::errno_status(errno, "opening the repository " + directory.string());
  if (!options.create || options.read_only) return {WBEM_E_NOT_FOUND, fmt::format("there is no repository {}", directory.string())};
  return base::SystemFiles().make_directories(directory.string(), directory_mode(options.file_mode));
}

}  // namespace

base::Status Store::check_file(const std::filesystem::path& path) {
  const base::FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return base::errno_status(errno, "opening " + path.string());
  base::Status status;
  std::uint64_t seen = 0;
  // A finding only counts when nothing was committed meanwhile: what lay on the pages before may be gone.
  for (int attempt = 0; attempt < 100; ++attempt) {
    struct stat info{};
    if (::fstat(fd.get(), &info) != 0) return base::errno_status(errno, "looking at " + path.string());
    if (!S_ISREG(info.st_mode)) return {WBEM_E_CRITICAL_ERROR, path.string() + " is not a regular file"};
    if (info.st_size == 0) return WBEM_E_NOT_FOUND;
    const std::uint64_t before = seen;
    status = check_once(fd.get(), static_cast<std::uint64_t>(info.st_size), seen);
    if (status.ok() || status.code() == WBEM_E_NOT_FOUND) return status;
    if (attempt > 0 && before == seen) break;
  }
  return in_file(path, status);
}

base::Result<std::shared_ptr<Store>> Store::open(const std::filesystem::path& directory, const Options& options) {
  TRY(check_directory(directory, options));
  return StoreRegistry::instance().find_or_open(directory, [&]() -> base::Result<std::unique_ptr<Store>> {
    std::unique_ptr<Store> store(new Store(directory, options));
    TRY(store->open_environment());
    return store;
  });
}

base::Status Store::open_environment() {
  // A restore holds this lock alone while it exchanges the files.
  const base::FileDescriptor lock(::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock.valid()) return base::errno_status(errno, "opening the repository " + directory_.string());
  while (::flock(lock.get(), LOCK_SH) != 0 && errno == EINTR) {
  }
  const std::filesystem::path file = data_file();
  const base::Status checked = check_file(file);
  const bool fresh = checked.code() == WBEM_E_NOT_FOUND;
  if (!checked.ok() && !fresh) return checked;
  if (fresh && (!options_.create || options_.read_only)) {
    return {WBEM_E_NOT_FOUND, fmt::format("there is no repository in {}: no file data.mdb with content", directory_.string())};
  }
  read_only_ = options_.read_only || (!fresh && ::faccessat(AT_FDCWD, file.c_str(), W_OK, AT_EACCESS) != 0);

  if (!read_only_) TRY(reserve_lock_file(directory_ / "lock.mdb", options_));

  MDB_env* env = nullptr;
  if (const int rc = mdb_env_create(&env); rc != 0) return lmdb_status(rc, "opening " + file.string());
  base::Status status = try_map(env, MDB_NOTLS | (read_only_ ? MDB_RDONLY : 0U));
  if (status.ok()) env_ = env;
  if (status.ok() && fresh) status = create_tables(env);
  if (status.ok()) status = open_tables(env);
  if (!status.ok()) {
    close_environment();
    return status;
  }
  int dead = 0;
  mdb_reader_check(env, &dead);
  return {};
}

base::Status Store::try_map(MDB_env*& env, unsigned flags) {
  const std::string doing = "opening " + data_file().string();
  int attempts = 0;
  for (map_size_ = std::max(options_.map_size, std::uint64_t{1} << 20U);;) {
    mdb_env_set_maxdbs(env, kTableCount);
    mdb_env_set_maxreaders(env, options_.max_readers);
    mdb_env_set_mapsize(env, map_size_);
    const int rc = mdb_env_open(env, directory_.c_str(), flags, options_.file_mode);
    if (rc == 0) return {};
    mdb_env_close(env);
    env = nullptr;
    const bool smaller = rc == ENOMEM && map_size_ > kSmallestMap;
    // Another process may be between creating the lock file and filling it.
    const bool again = (rc == MDB_INVALID || rc == EINTR || rc == EINVAL) && ++attempts < 20;
    if (smaller) map_size_ /= 2;
    if (again) ::usleep(5000);
    if (!smaller && !again) return lmdb_status(rc, doing);
    if (const int created = mdb_env_create(&env); created != 0) return lmdb_status(created, doing);
  }
}

base::Status Store::open_tables(MDB_env* env) {
  const auto deadline = std::chrono::steady_clock::now() + kCreationPatience;
  for (;;) {
    MDB_txn* txn = nullptr;
    int rc = mdb_txn_begin(env, nullptr, MDB_RDONLY, &txn);
    if (rc == MDB_MAP_RESIZED && mdb_env_set_mapsize(env, 0) == 0) rc = mdb_txn_begin(env, nullptr, MDB_RDONLY, &txn);
    if (rc != 0) return lmdb_status(rc, "opening " + data_file().string());
    std::size_t opened = 0;
    while (opened < kTableCount && (rc = mdb_dbi_open(txn, kTableNames[opened], 0, &dbis_[opened])) == 0) ++opened;
    if (opened == kTableCount) {
      rc = mdb_txn_commit(txn);
      return rc == 0 ? base::Status() : lmdb_status(rc, "opening " + data_file().string());
    }
    mdb_txn_abort(txn);
    const std::string table = fmt::format("{}: table {}", data_file().string(), kTableNames[opened]);
    if (rc != MDB_NOTFOUND) return lmdb_status(rc, table);
    // Another process creates the store: its commit is in the file, as was seen there, but LMDB announces it when it is on disk.
    if (opened > 0 || std::chrono::steady_clock::now() > deadline) return {WBEM_E_CRITICAL_ERROR, table + " is missing"};
    ::usleep(1000);
  }
}

base::Status Store::create_tables(MDB_env* env) {
  const std::string doing = "creating the repository " + directory_.string();
  MDB_txn* txn = nullptr;
  int rc = mdb_txn_begin(env, nullptr, 0, &txn);
  for (std::size_t i = 0; rc == 0 && i < kTableCount; ++i) {
    rc = mdb_dbi_open(txn, kTableNames[i], MDB_CREATE, &dbis_[i]);
  }
  if (rc == 0) {
    // Another process may have been quicker.
    const std::string format = encode_format();
    MDB_val key = value_of(kFormatKey);
    MDB_val value = value_of(format);
    rc = mdb_put(txn, dbis_[index_of(Table::kMeta)], &key, &value, MDB_NOOVERWRITE);
    if (rc == MDB_KEYEXIST) rc = 0;
  }
  if (rc == 0) {
    rc = mdb_txn_commit(txn);
  } else if (txn != nullptr) {
    mdb_txn_abort(txn);
  }
  if (rc != 0) return lmdb_status(rc, doing);
  return after_creation();
}

/// The exact modes, whatever the umask, and the names of the new files on disk.
base::Status Store::after_creation() {
  const std::string lock_file = (directory_ / "lock.mdb").string();
  if (::chmod(data_file().c_str(), options_.file_mode) != 0 || ::chmod(lock_file.c_str(), lock_mode(options_.file_mode)) != 0) {
    if (errno != EPERM) return base::errno_status(errno, "setting the mode of the files in " + directory_.string());
  }
  for (const std::filesystem::path& path : {directory_, std::filesystem::absolute(directory_).parent_path()}) {
    const base::FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (fd.valid() && ::fsync(fd.get()) != 0 && errno != EINVAL) return base::errno_status(errno, "writing " + path.string());
  }
  return {};
}

void Store::close_environment() {
  for (const std::unique_ptr<Context>& context : contexts_) {
    if (context->extent != nullptr) mdb_cursor_close(context->extent);
    if (context->txn != nullptr) mdb_txn_abort(context->txn);
    context->extent = nullptr;
    context->txn = nullptr;
  }
  if (env_ != nullptr) mdb_env_close(env_);
  env_ = nullptr;
}

Store::Store(std::filesystem::path directory, const Options& options)
    : directory_(std::move(directory)), options_(options), writer_(std::make_unique<Writer>(*this)) {}

Store::~Store() {
  writer_.reset();
  close_environment();
}

}  // namespace repository
