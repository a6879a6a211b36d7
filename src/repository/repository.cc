#include "repository/repository.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "repository/backup.h"
#include "repository/lmdb_status.h"
#include "repository/repository_impl.h"
#include "repository/verify.h"
#include "repository/writer.h"

namespace repository {

Repository::Repository(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

Repository::~Repository() { impl_->store->writer().drain(); }

base::Result<std::unique_ptr<Repository>> Repository::open(const std::filesystem::path& directory, const Options& options) {
  TRY_ASSIGN(auto store, Store::open(directory, options));
  return std::unique_ptr<Repository>(new Repository(std::make_shared<Impl>(std::move(store))));
}

base::Result<ReadTransaction> Repository::read() { return impl_->store->read(); }

void Repository::submit(Work work, Done done) { impl_->store->writer().submit(std::move(work), std::move(done)); }

base::Status Repository::write(Work work) { return impl_->store->writer().write(std::move(work)); }

std::uint64_t Repository::schema_generation() const { return impl_->store->schema_generation(); }

const std::filesystem::path& Repository::directory() const { return impl_->store->directory(); }

Access Repository::access() const {
  Access out;
  const std::string file = impl_->store->data_file().string();
  struct stat info{};
  if (::stat(file.c_str(), &info) != 0) return out;
  out.owner = info.st_uid;
  out.group = info.st_gid;
  out.mode = info.st_mode & 07777U;
  out.may_read = ::faccessat(AT_FDCWD, file.c_str(), R_OK, AT_EACCESS) == 0;
  out.may_write = ::faccessat(AT_FDCWD, file.c_str(), W_OK, AT_EACCESS) == 0;
  return out;
}

base::Result<Statistics> Repository::statistics() {
  Store& store = *impl_->store;
  Statistics out;
  out.commits = store.writer().commits();
  out.works = store.writer().works();
  out.reruns = store.writer().reruns();
  std::error_code error;
  out.file_octets = std::filesystem::file_size(store.data_file(), error);
  out.map_octets = store.map_octets();
  TRY_ASSIGN(Context * context, store.begin_read());
  MDB_stat instances{};
  MDB_stat classes{};
  const int rc = mdb_stat(context->txn, store.dbi(Table::kInstances), &instances);
  const int rc2 = mdb_stat(context->txn, store.dbi(Table::kClasses), &classes);
  store.end_read(context);
  if (rc != 0 || rc2 != 0) return base::fail(lmdb_status(rc != 0 ? rc : rc2, "reading " + store.data_file().string()));
  out.instances = instances.ms_entries;
  out.classes = classes.ms_entries;
  return out;
}

base::Status Repository::backup(const std::filesystem::path& file) { return write_backup(*impl_->store, file); }

base::Status Repository::restore(const std::filesystem::path& file, const std::filesystem::path& directory, const Options& options,
                                 const Validator& validate) {
  return restore_backup(file, directory, options, validate);
}

base::Result<VerifyReport> Repository::verify(const std::filesystem::path& directory, const Validator& validate) {
  return verify_directory(directory, validate);
}

}  // namespace repository
