// One open LMDB environment: opening and checking it, the pool of read transactions, and the gate that stops them while the
// environment is exchanged (a map that another process enlarged, a failed write to a meta page).
#pragma once

#include <lmdb.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "base/files.h"
#include "repository/keys.h"
#include "repository/page_check.h"
#include "repository/repository.h"

namespace repository {

class Store;
class Writer;

/// What a transaction works with. Read contexts live in their store's pool, each on cache lines of its own.
struct alignas(64) ReadView::Context {
  Store* store = nullptr;
  MDB_txn* txn = nullptr;
  MDB_cursor* extent = nullptr;      // on kInstances, renewed for each scan step; read contexts only
  std::atomic<bool> active = false;  // between begin and end

  // Write context only.
  bool wrote = false;           // the work that runs has changed something
  int write_error = 0;          // of LMDB: the transaction cannot be committed any more
  bool schema_changed = false;  // in this transaction
  std::uint64_t uncommitted_generation = 0;

  MDB_dbi table(Table table) const;
};
using Context = ReadView::Context;

/// Thread-safe but for what is said. Transactions of a store must end before it does.
class Store {
 public:
  static base::Result<std::shared_ptr<Store>> open(const std::filesystem::path& directory, const Options& options);
  ~Store();

  /// A context with a fresh snapshot; give it back to end_read on any thread. Errors: WBEM_E_SERVER_TOO_BUSY, WBEM_E_CRITICAL_ERROR.
  base::Result<Context*> begin_read();
  base::Result<ReadTransaction> read();
  void end_read(Context* context);
  /// Takes a new snapshot in a context that is active (it may become another one); on failure it was given back.
  base::Status renew_read(Context*& context);

  // For the one thread that writes:
  base::Result<Context*> begin_write();
  /// Always ends the transaction. The return value is LMDB's.
  int commit_write(Context* context);
  void abort_write(Context* context);
  /// Doubles the map after MDB_MAP_FULL; no write transaction may be open.
  base::Status grow_map();

  std::uint64_t schema_generation();
  /// Of a snapshot.
  std::uint64_t generation_of(const Context& context);

  /// The one that writes for every Repository of this store.
  Writer& writer() { return *writer_; }
  MDB_env* env() const { return env_; }
  MDB_dbi dbi(Table table) const { return dbis_[index_of(table)]; }
  const std::filesystem::path& directory() const { return directory_; }
  std::filesystem::path data_file() const { return directory_ / "data.mdb"; }
  const Options& options() const { return options_; }
  bool read_only() const { return read_only_; }
  std::uint64_t next_uncommitted_generation() { return (1ULL << 63U) | uncommitted_.fetch_add(1); }
  std::uint64_t map_octets() const { return map_size_; }

  /// The meta pages, the format mark and the upper tree levels of a file, with plain reads. WBEM_E_NOT_FOUND: no such file, or an empty
  /// one.
  static base::Status check_file(const std::filesystem::path& file);

 private:
  Store(std::filesystem::path directory, const Options& options);

  base::Status open_environment();
  base::Status try_map(MDB_env*& env, unsigned flags);
  base::Status open_tables(MDB_env* env);
  base::Status create_tables(MDB_env* env);
  base::Status after_creation();
  void close_environment();
  std::uint64_t read_generation(MDB_txn* txn);

  Context* take_context();
  void park(Context* context);
  int start(Context* context);
  base::Status start_or_repair(Context*& context);
  Context* take_any_with_slot();
  /// Waits until no transaction of this process is open, then runs `change` alone. The caller holds write_mutex_.
  base::Status alone(const std::function<base::Status()>& change);
  base::Status wait_for_gate();
  base::Status repair(int rc);
  base::Status reopen();
  void fill_up_file();

  std::filesystem::path directory_;
  Options options_;
  bool read_only_ = false;
  std::uint64_t map_size_ = 0;
  MDB_env* env_ = nullptr;
  std::array<MDB_dbi, kTableCount> dbis_{};

  static constexpr std::size_t kSlots = 64;
  struct alignas(64) Slot {
    std::atomic<Context*> context = nullptr;
  };
  std::array<Slot, kSlots> slots_;
  std::mutex contexts_mutex_;
  std::vector<std::unique_ptr<Context>> contexts_;
  std::vector<Context*> spare_;

  std::atomic<bool> gate_closed_ = false;
  std::mutex gate_mutex_;
  std::condition_variable gate_opened_;
  std::mutex write_mutex_;
  std::unique_lock<std::mutex> writing_;  // of write_mutex_, touched by the writing thread only
  Context write_context_;

  std::mutex generation_mutex_;
  std::atomic<std::uint64_t> known_transaction_ = 0;
  std::atomic<std::uint64_t> known_generation_ = 0;
  std::atomic<std::uint64_t> uncommitted_ = 1;
  std::unique_ptr<Writer> writer_;
};

inline MDB_dbi ReadView::Context::table(Table name) const { return store->dbi(name); }

inline MDB_val value_of(std::string_view text) { return {text.size(), const_cast<char*>(text.data())}; }
inline std::string_view text_of(const MDB_val& value) { return {static_cast<const char*>(value.mv_data), value.mv_size}; }

/// mdb_get; the value is in the map.
base::Result<std::string_view> lookup(const Context& context, Table table, std::string_view key);
base::Status damaged_record(Table table, std::string_view key, std::string_view what);
std::string hex(std::string_view octets);

/// A cursor that closes itself.
class Cursor {
 public:
  Cursor(const Context& context, Table table) { rc_ = mdb_cursor_open(context.txn, context.table(table), &cursor_); }
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;
  ~Cursor() {
    if (cursor_ != nullptr) mdb_cursor_close(cursor_);
  }
  /// Moves to the first key that is not less. False at the end and on errors, then status() says which.
  bool seek(std::string_view key) {
    key_ = value_of(key);
    return move(MDB_SET_RANGE);
  }
  bool first() { return move(MDB_FIRST); }
  bool next() { return move(MDB_NEXT); }
  std::string_view key() const { return text_of(key_); }
  std::string_view value() const { return text_of(value_); }
  int erase() { return mdb_cursor_del(cursor_, 0); }
  base::Status status() const;

 private:
  bool move(MDB_cursor_op op) {
    if (cursor_ == nullptr) return false;
    rc_ = mdb_cursor_get(cursor_, &key_, &value_, op);
    return rc_ == 0;
  }

  MDB_cursor* cursor_ = nullptr;
  MDB_val key_{};
  MDB_val value_{};
  int rc_ = 0;
};

}  // namespace repository
