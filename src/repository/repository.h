// Classes and static instances on disk: namespaces, the class hierarchy, instances by key, back-links of references. It keeps
// octets, names and hashes and never looks into an object. One LMDB directory holds one repository; several processes may use
// it at the same time. Names and paths that are called "folded" are compared octet by octet: the caller folds their case.
#pragma once

#include <sys/types.h>

#include <array>
#include <chrono>
#include <compare>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace repository {

using Octets = std::span<const std::uint8_t>;
using NamespaceId = std::uint32_t;  ///< never 0, never used again
using ClassId = std::uint32_t;      ///< never 0, never used again; unique in the whole repository

/// A 128-bit hash in the order of the store.
struct Hash128 {
  std::array<std::uint8_t, 16> octets{};
  auto operator<=>(const Hash128&) const = default;
};
/// The hash of a canonical key or of a reference target's canonical path. Thread-safe.
Hash128 hash128(std::string_view octets);

struct InstanceId {
  ClassId class_id = 0;
  Hash128 key;
  auto operator<=>(const InstanceId&) const = default;
};

// Records as they lie in the store: every view is valid until the transaction (or the scan's next call) that gave it ends, and
// in a WriteTransaction until its next change.

struct NamespaceRecord {
  NamespaceId id = 0;
  NamespaceId parent = 0;        ///< 0: a root
  std::string_view folded_path;  ///< root\cimv2, folded
  std::string_view path;         ///< as it was spelled when created
  Octets security_descriptor;    ///< empty: none set
};

struct ClassRecord {
  ClassId id = 0;
  NamespaceId name_space = 0;
  std::string_view name;    ///< folded
  std::string_view parent;  ///< folded; empty: top-level
  Octets octets;
};

struct InstanceRow {
  InstanceId id;
  std::string_view key;  ///< the canonical key
  Octets octets;         ///< exactly what was put
};

/// What both kinds of transaction read; a WriteTransaction sees its own changes. What is not there is WBEM_E_NOT_FOUND without a text.
/// Any function may also fail with WBEM_E_CRITICAL_ERROR (damaged store, with what and where). Used by one thread at a time.
class ReadView {
 public:
  ReadView(const ReadView&) = delete;
  ReadView& operator=(const ReadView&) = delete;

  base::Result<NamespaceRecord> find_namespace(std::string_view folded_path) const;
  base::Result<NamespaceRecord> get_namespace(NamespaceId id) const;
  /// Direct children in the order of their folded names; 0 gives the roots.
  base::Result<std::vector<NamespaceRecord>> child_namespaces(NamespaceId parent) const;

  base::Result<ClassRecord> find_class(NamespaceId name_space, std::string_view folded_name) const;
  base::Result<ClassRecord> get_class(ClassId id) const;
  /// Direct children in the order of their folded names; an empty parent gives the top-level classes.
  base::Result<std::vector<std::string>> child_classes(NamespaceId name_space, std::string_view folded_parent) const;
  base::Result<bool> has_child_classes(NamespaceId name_space, std::string_view folded_name) const;
  /// All classes of one namespace in the order of their folded names, until `visit` returns false.
  base::Status for_each_class(NamespaceId name_space, const std::function<bool(const ClassRecord&)>& visit) const;

  /// Instances of exactly this class.
  base::Result<Octets> get_instance(ClassId class_id, std::string_view canonical_key) const;
  base::Result<InstanceRow> get_instance(const InstanceId& id) const;
  base::Result<bool> has_instances(ClassId class_id) const;
  base::Result<std::uint64_t> count_instances(ClassId class_id) const;  ///< walks the extent
  /// The extent in key-hash order, until `visit` returns false. Holds the transaction: for long extents use ExtentScan. `visit` changes
  /// nothing in the store.
  base::Status for_each_instance(ClassId class_id, const std::function<bool(const InstanceRow&)>& visit) const;

  /// Instances that refer to a target, sorted, each once; at most `limit`, those after `after` only.
  base::Result<std::vector<InstanceId>> referrers(const Hash128& target, std::size_t limit = SIZE_MAX, const InstanceId& after = {}) const;

  /// A small named value that the layers above keep with the store (a schema version, a list of files); WBEM_E_NOT_FOUND when never set.
  base::Result<Octets> setting(std::string_view name) const;
  /// Counts committed changes of classes and namespaces; equal numbers mean an equal schema, in every process.
  std::uint64_t schema_generation() const;

  struct Context;  ///< what a transaction works with; defined inside the folder
  const Context& context() const { return *context_; }

 protected:
  explicit ReadView(Context* context) : context_(context) {}
  ~ReadView() = default;
  Context* context_;
  friend class Repository;
  friend class ExtentScan;
};

/// One consistent snapshot. Cheap (about 100 ns from begin to end); hold it for milliseconds, not for as long as a client takes. May move
/// to another thread between calls. Must end before its Repository.
class ReadTransaction : public ReadView {
 public:
  ReadTransaction(ReadTransaction&& other) noexcept;
  ReadTransaction& operator=(ReadTransaction&& other) noexcept;
  ~ReadTransaction();

 private:
  explicit ReadTransaction(Context* context) : ReadView(context) {}
  friend class Store;
  friend class ExtentScan;
};

enum class PutMode : std::uint8_t { kCreateOrReplace, kCreateOnly, kReplaceOnly };

/// Exists only inside a work that the writer runs. Octets that are put must not be views of the same transaction. Errors of all functions:
/// WBEM_E_OUT_OF_DISK_SPACE, WBEM_E_CRITICAL_ERROR.
class WriteTransaction : public ReadView {
 public:
  /// `parent` 0: a root. `name` is one component, as spelled. Errors: WBEM_E_ALREADY_EXISTS; WBEM_E_INVALID_NAMESPACE (no such parent).
  base::Result<NamespaceId> create_namespace(NamespaceId parent, std::string_view folded_name, std::string_view name,
                                             Octets security_descriptor);
  base::Status set_security_descriptor(NamespaceId id, Octets security_descriptor);
  /// With its classes, instances and child namespaces. Errors: WBEM_E_NOT_FOUND.
  base::Status delete_namespace(NamespaceId id);

  /// Creates, or replaces keeping id, instances and children; a changed parent moves it. Errors: WBEM_E_INVALID_NAMESPACE,
  /// WBEM_E_INVALID_SUPERCLASS (no such parent), WBEM_E_CIRCULAR_REFERENCE.
  base::Result<ClassId> put_class(NamespaceId name_space, std::string_view folded_name, std::string_view folded_parent, Octets octets);
  /// With its instances. Errors: WBEM_E_NOT_FOUND, WBEM_E_CLASS_HAS_CHILDREN.
  base::Status delete_class(NamespaceId name_space, std::string_view folded_name);

  /// `references` are the hashes of the canonical paths of what the instance refers to; the back-links follow them on every later change.
  /// True: created; false: replaced. Errors: WBEM_E_INVALID_CLASS (no such id), WBEM_E_ALREADY_EXISTS (kCreateOnly), WBEM_E_NOT_FOUND
  /// (kReplaceOnly), WBEM_E_QUOTA_VIOLATION (key over 65,535 octets or over 65,535 references), WBEM_E_FAILED (another key with this hash).
  base::Result<bool> put_instance(ClassId class_id, std::string_view canonical_key, Octets octets, std::span<const Hash128> references,
                                  PutMode mode = PutMode::kCreateOrReplace);
  /// Errors: WBEM_E_NOT_FOUND.
  base::Status delete_instance(ClassId class_id, std::string_view canonical_key);
  /// All instances of exactly this class; how many there were.
  base::Result<std::uint64_t> delete_instances(ClassId class_id);

  /// An empty value deletes it. Name: 1 to 200 octets.
  base::Status put_setting(std::string_view name, Octets value);

 private:
  explicit WriteTransaction(Context* context) : ReadView(context) {}
  friend class Writer;
};

/// A group of changes that are committed together. Runs on the writer's thread; returns a failure to leave no trace. It may be run again
/// (when another work of its batch failed after writing), so its effects outside the store must bear repetition. It must not call
/// Repository::write, nor keep views.
using Work = std::function<base::Status(WriteTransaction&)>;
using Done = std::function<void(base::Status)>;

struct Options {
  bool create = true;       ///< make the directory and an empty store when absent; else WBEM_E_NOT_FOUND
  bool read_only = false;   ///< open for reading even where writing is allowed
  mode_t file_mode = 0600;  ///< of a new store; the directory gets the matching search rights
  /// Address space to reserve, halved until the system grants it; the file is only as large as its data.
  std::uint64_t map_size = 64ULL << 30U;
  unsigned max_readers = 1022;  ///< simultaneous read transactions of all processes
  /// A commit takes at most so many works, and no further one after this time; nothing is delayed to fill it.
  std::size_t max_batch = 1024;
  std::chrono::milliseconds max_batch_time{8};
};

/// What the files' owner and mode give this process.
struct Access {
  uid_t owner = 0;
  gid_t group = 0;
  mode_t mode = 0;  ///< permission bits of data.mdb
  bool may_read = false;
  bool may_write = false;
};

struct Statistics {
  std::uint64_t commits = 0;  ///< of this process since open, like the next two
  std::uint64_t works = 0;
  std::uint64_t reruns = 0;  ///< works run again because another one of their batch failed
  std::uint64_t file_octets = 0;
  std::uint64_t map_octets = 0;
  std::uint64_t instances = 0;
  std::uint64_t classes = 0;
};

/// A verified store: how much was looked at, and what was wrong.
struct VerifyReport {
  std::uint64_t pages = 0;
  std::uint64_t namespaces = 0;
  std::uint64_t classes = 0;
  std::uint64_t instances = 0;
  std::uint64_t references = 0;
  std::vector<std::string> problems;  ///< "instances, class 7 (root\cimv2:foo), key ...: what"; the first 100
  std::uint64_t problem_count = 0;
  bool ok() const { return problem_count == 0; }
};
/// Judges the octets of one class (`instance` null) or of one instance of it.
using Validator = std::function<base::Status(const ReadView& view, const ClassRecord& cls, const InstanceRow* instance)>;

/// An open repository. Thread-safe. Opening a directory that this process has open already shares the store, with its first options.
/// Not to be used in the child of a fork.
class Repository {
 public:
  /// Errors: WBEM_E_NOT_FOUND; WBEM_E_ACCESS_DENIED; WBEM_E_DATABASE_VER_MISMATCH (a newer format); WBEM_E_CRITICAL_ERROR (foreign or
  /// damaged: the text names the file, the offset and what was expected); WBEM_E_OUT_OF_DISK_SPACE. What is refused is not touched.
  static base::Result<std::unique_ptr<Repository>> open(const std::filesystem::path& directory, const Options& options = {});
  /// Finishes the works that were submitted. Not to be called on the writer's thread (in a Work or a Done).
  ~Repository();

  /// Errors: WBEM_E_SERVER_TOO_BUSY (no reader slot left).
  base::Result<ReadTransaction> read();

  /// Queues a work; `done` gets its outcome after the commit is on disk, in the order of submission, on the writer's thread. A failed
  /// work does not harm others. Errors that `done` gets beside the work's own: WBEM_E_OUT_OF_DISK_SPACE, WBEM_E_CRITICAL_ERROR (with the
  /// system's text), WBEM_E_ACCESS_DENIED (read-only), WBEM_E_SHUTTING_DOWN.
  void submit(Work work, Done done);
  /// The same, waiting for the outcome. On the writer's thread it fails with WBEM_E_ILLEGAL_OPERATION.
  base::Status write(Work work);

  /// As ReadView::schema_generation of the newest commit of any process (about 100 ns).
  std::uint64_t schema_generation() const;
  Access access() const;
  base::Result<Statistics> statistics();
  const std::filesystem::path& directory() const;

  /// A consistent copy while others read and write: one file with a checksum, in place under its name only when whole.
  base::Status backup(const std::filesystem::path& file);
  /// Replaces the store in `directory` (made if absent) by a backup that was verified first. Errors: WBEM_E_NOT_FOUND,
  /// WBEM_E_INVALID_OBJECT (not a whole backup: what and where), WBEM_E_BACKUP_RESTORE_WINMGMT_RUNNING (open in this or another process).
  static base::Status restore(const std::filesystem::path& file, const std::filesystem::path& directory, const Options& options = {},
                              const Validator& validate = {});
  /// Walks every page and record of a store that need not be sound. Errors as open; findings are in the report. Changes nothing.
  static base::Result<VerifyReport> verify(const std::filesystem::path& directory, const Validator& validate = {});

 private:
  class Impl;
  explicit Repository(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
  friend class ExtentScan;
};

/// Walks the extent of one class in steps, each in a transaction of its own, so that a slow consumer holds no snapshot: rows that others
/// add or delete between two steps may or may not be seen, every other row is seen exactly once. Used by one thread at a time; must end
/// before its Repository.
class ExtentScan {
 public:
  /// `after`: a position() to go on from.
  ExtentScan(Repository& repository, ClassId class_id, std::optional<Hash128> after = std::nullopt);
  ExtentScan(ExtentScan&& other) noexcept;
  ExtentScan& operator=(ExtentScan&& other) noexcept;
  ~ExtentScan();

  /// Up to `max` rows; empty at the end. The rows are valid until the next call or release(). 64 to 1,024 is a good step.
  base::Result<std::span<const InstanceRow>> next_rows(std::size_t max);
  /// Ends the step's transaction early: call it before waiting for anything.
  void release();
  /// The last row given.
  const std::optional<Hash128>& position() const { return position_; }

 private:
  Repository* repository_;
  ClassId class_id_;
  std::optional<Hash128> position_;
  std::optional<ReadTransaction> transaction_;
  std::vector<InstanceRow> rows_;
  bool at_end_ = false;
};

}  // namespace repository
