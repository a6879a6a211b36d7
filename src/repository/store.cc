#include "repository/store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <thread>

#include "base/bytes.h"
#include "repository/lmdb_status.h"

namespace repository {
namespace {

constexpr auto kGatePatience = std::chrono::seconds(2);
constexpr std::size_t kProbes = 4;  // slots that a thread tries before the shared list

std::size_t home_slot() {
  static std::atomic<std::size_t> next = 0;
  static thread_local const std::size_t mine = next.fetch_add(kProbes, std::memory_order_relaxed);
  return mine;
}

}  // namespace

Context* Store::take_context() {
  const std::size_t home = home_slot();
  for (std::size_t i = 0; i < kProbes; ++i) {
    Slot& slot = slots_[(home + i) % kSlots];
    if (slot.context.load(std::memory_order_relaxed) == nullptr) continue;
    if (Context* context = slot.context.exchange(nullptr, std::memory_order_acquire)) return context;
  }
  const std::lock_guard lock(contexts_mutex_);
  if (!spare_.empty()) {
    Context* context = spare_.back();
    spare_.pop_back();
    return context;
  }
  contexts_.push_back(std::make_unique<Context>());
  contexts_.back()->store = this;
  return contexts_.back().get();
}

void Store::park(Context* context) {
  const std::size_t home = home_slot();
  for (std::size_t i = 0; i < kProbes; ++i) {
    Slot& slot = slots_[(home + i) % kSlots];
    Context* empty = nullptr;
    if (slot.context.compare_exchange_strong(empty, context, std::memory_order_release, std::memory_order_relaxed)) return;
  }
  const std::lock_guard lock(contexts_mutex_);
  spare_.push_back(context);
}

/// A parked context that has a reader slot; the one in hand needs one and there is none left.
Context* Store::take_any_with_slot() {
  for (Slot& slot : slots_) {
    Context* context = slot.context.exchange(nullptr, std::memory_order_acquire);
    if (context == nullptr || context->txn != nullptr) {
      if (context != nullptr) return context;
      continue;
    }
    const std::lock_guard lock(contexts_mutex_);
    spare_.insert(spare_.begin(), context);
  }
  const std::lock_guard lock(contexts_mutex_);
  const auto found = std::find_if(spare_.rbegin(), spare_.rend(), [](const Context* context) { return context->txn != nullptr; });
  if (found == spare_.rend()) return nullptr;
  Context* context = *found;
  spare_.erase(std::next(found).base());
  return context;
}

/// LMDB's begin or renew. Requires an active context.
int Store::start(Context* context) {
  if (env_ == nullptr) return MDB_PANIC;
  int rc = context->txn != nullptr ? mdb_txn_renew(context->txn) : mdb_txn_begin(env_, nullptr, MDB_RDONLY, &context->txn);
  if (rc == MDB_READERS_FULL) {
    int dead = 0;
    mdb_reader_check(env_, &dead);
    if (dead > 0) rc = mdb_txn_begin(env_, nullptr, MDB_RDONLY, &context->txn);
  }
  if (rc != 0 && context->txn != nullptr) {
    // A transaction whose renewal failed is of no further use.
    if (context->extent != nullptr) mdb_cursor_close(context->extent);
    mdb_txn_abort(context->txn);
    context->extent = nullptr;
    context->txn = nullptr;
  }
  return rc;
}

base::Result<Context*> Store::begin_read() {
  Context* context = take_context();
  TRY(start_or_repair(context));
  return context;
}

base::Status Store::start_or_repair(Context*& context) {
  for (int attempt = 0;; ++attempt) {
    // Either whoever closes the gate sees `active`, or this thread sees the closed gate: both stores are sequentially consistent.
    context->active.store(true);
    if (gate_closed_.load()) {
      context->active.store(false);
      const base::Status status = wait_for_gate();
      if (status.ok()) continue;
      park(context);
      return status;
    }
    const int rc = start(context);
    if (rc == 0) return {};
    context->active.store(false);
    base::Status status = lmdb_status(rc, "reading " + data_file().string());
    if ((rc == MDB_MAP_RESIZED || rc == MDB_PANIC) && attempt < 3) {
      const std::lock_guard no_writer(write_mutex_);
      status = repair(rc);
      if (status.ok()) continue;
    }
    Context* other = rc == MDB_READERS_FULL && attempt < 100 ? take_any_with_slot() : nullptr;
    park(context);
    if (other == nullptr) return status;
    context = other;
  }
}

base::Status Store::renew_read(Context*& context) {
  mdb_txn_reset(context->txn);
  context->active.store(false, std::memory_order_release);
  return start_or_repair(context);
}

void Store::end_read(Context* context) {
  mdb_txn_reset(context->txn);
  context->active.store(false, std::memory_order_release);
  park(context);
}

base::Status Store::wait_for_gate() {
  std::unique_lock lock(gate_mutex_);
  if (gate_opened_.wait_for(lock, 2 * kGatePatience, [&] { return !gate_closed_.load(); })) return {};
  return {WBEM_E_SERVER_TOO_BUSY, "the repository is being opened again"};
}

base::Status Store::alone(const std::function<base::Status()>& change) {
  gate_closed_.store(true);
  const auto deadline = std::chrono::steady_clock::now() + kGatePatience;
  const auto anyone = [&] {
    const std::lock_guard lock(contexts_mutex_);
    return std::any_of(contexts_.begin(), contexts_.end(), [](const auto& context) { return context->active.load(); });
  };
  base::Status status;
  while (status.ok() && anyone()) {
    if (std::chrono::steady_clock::now() > deadline) status = {WBEM_E_SERVER_TOO_BUSY, "a read transaction of this process does not end"};
    std::this_thread::sleep_for(std::chrono::microseconds(50));
  }
  if (status.ok()) {
    const std::lock_guard lock(contexts_mutex_);
    status = change();
  }
  {
    const std::lock_guard lock(gate_mutex_);
    gate_closed_.store(false);
  }
  gate_opened_.notify_all();
  return status;
}

base::Status Store::reopen() {
  close_environment();
  known_transaction_.store(0);
  return open_environment();
}

/// After MDB_MAP_RESIZED: another process enlarged the map. After MDB_PANIC: a meta page could not be written, and LMDB wants to be opened
/// again; what was committed before is sound.
base::Status Store::repair(int rc) {
  return alone([&]() -> base::Status {
    MDB_txn* probe = nullptr;
    const int state = env_ == nullptr ? MDB_PANIC : mdb_txn_begin(env_, nullptr, MDB_RDONLY, &probe);
    if (state == 0) {
      mdb_txn_abort(probe);
      return {};  // another thread was here before
    }
    if (rc != MDB_MAP_RESIZED || mdb_env_set_mapsize(env_, 0) != 0) return reopen();
    MDB_envinfo info;
    mdb_env_info(env_, &info);
    map_size_ = info.me_mapsize;
    return {};
  });
}

base::Status Store::grow_map() {
  const std::lock_guard writing(write_mutex_);
  return alone([&]() -> base::Status {
    if (env_ == nullptr) return reopen();
    const std::uint64_t wanted = map_size_ * 2;
    if (mdb_env_set_mapsize(env_, wanted) == 0) {
      map_size_ = wanted;
      return {};
    }
    TRY(reopen());  // the old map is gone, too
    return {WBEM_E_OUT_OF_DISK_SPACE, fmt::format("{}: no address space for a map of {} octets", data_file().string(), wanted)};
  });
}

base::Result<Context*> Store::begin_write() {
  if (read_only_) {
    return base::fail(WBEM_E_ACCESS_DENIED, fmt::format("this process may not write {}, or opened it for reading", data_file().string()));
  }
  writing_ = std::unique_lock(write_mutex_);
  for (int attempt = 0;; ++attempt) {
    MDB_txn* txn = nullptr;
    const int rc = env_ == nullptr ? MDB_PANIC : mdb_txn_begin(env_, nullptr, 0, &txn);
    if (rc == 0) {
      write_context_.store = this;
      write_context_.txn = txn;
      write_context_.wrote = false;
      write_context_.write_error = 0;
      write_context_.schema_changed = false;
      write_context_.uncommitted_generation = 0;
      return &write_context_;
    }
    base::Status status = lmdb_status(rc, "writing " + data_file().string());
    if ((rc == MDB_MAP_RESIZED || rc == MDB_PANIC) && attempt < 3) status = repair(rc);
    if (!status.ok()) {
      writing_.unlock();
      return base::fail(std::move(status));
    }
  }
}

int Store::commit_write(Context* context) {
  const int rc = mdb_txn_commit(context->txn);
  context->txn = nullptr;
  if (rc == 0) fill_up_file();
  writing_.unlock();
  return rc;
}

/// LMDB need not write free pages at the end of the file. With them an opening sees at once that nothing was cut off. The call only ever
/// extends the file: another process may be writing already.
void Store::fill_up_file() {
  int fd = -1;
  struct stat info{};
  MDB_envinfo env_info;
  MDB_stat env_stat;
  if (mdb_env_get_fd(env_, &fd) != 0 || ::fstat(fd, &info) != 0) return;
  if (mdb_env_info(env_, &env_info) != 0 || mdb_env_stat(env_, &env_stat) != 0) return;
  const off_t page = static_cast<off_t>(env_stat.ms_psize);
  const off_t wanted = static_cast<off_t>(env_info.me_last_pgno + 1) * page;
  if (info.st_size < wanted) (void)::fallocate(fd, 0, wanted - page, page);
}

void Store::abort_write(Context* context) {
  mdb_txn_abort(context->txn);
  context->txn = nullptr;
  writing_.unlock();
}

std::uint64_t Store::read_generation(MDB_txn* txn) {
  MDB_val key = value_of(kGenerationKey);
  MDB_val value;
  if (mdb_get(txn, dbi(Table::kMeta), &key, &value) != 0 || value.mv_size != 8) return 0;
  return base::load_le<std::uint64_t>(text_of(value), 0);
}

std::uint64_t Store::generation_of(const Context& context) {
  if (context.uncommitted_generation != 0) return context.uncommitted_generation;
  const std::uint64_t transaction = mdb_txn_id(context.txn);
  if (known_transaction_.load(std::memory_order_acquire) == transaction) {
    const std::uint64_t generation = known_generation_.load(std::memory_order_acquire);
    // A newer pair may have come between the two loads.
    if (known_transaction_.load(std::memory_order_acquire) == transaction) return generation;
  }
  const std::uint64_t generation = read_generation(context.txn);
  if (&context == &write_context_) return generation;  // its id is that of a state not yet committed
  const std::lock_guard lock(generation_mutex_);
  if (transaction > known_transaction_.load(std::memory_order_relaxed)) {
    known_transaction_.store(0, std::memory_order_release);
    known_generation_.store(generation, std::memory_order_release);
    known_transaction_.store(transaction, std::memory_order_release);
  }
  return generation;
}

std::uint64_t Store::schema_generation() {
  const auto context = begin_read();
  if (!context) return 0;
  const std::uint64_t generation = generation_of(**context);
  end_read(*context);
  return generation;
}

base::Result<std::string_view> lookup(const Context& context, Table table, std::string_view key) {
  MDB_val wanted = value_of(key);
  MDB_val found;
  if (const int rc = mdb_get(context.txn, context.table(table), &wanted, &found); rc != 0) {
    return base::fail(lmdb_status(rc, "reading " + context.store->data_file().string()));
  }
  return text_of(found);
}

std::string hex(std::string_view octets) {
  std::string out;
  for (const char octet : octets) fmt::format_to(std::back_inserter(out), "{:02x}", static_cast<unsigned char>(octet));
  return out;
}

base::Status damaged_record(Table table, std::string_view key, std::string_view what) {
  return {WBEM_E_CRITICAL_ERROR,
          fmt::format("the repository is damaged: table {}, key {}: {}", kTableNames[index_of(table)], hex(key), what)};
}

base::Status Cursor::status() const {
  if (rc_ == 0 || rc_ == MDB_NOTFOUND) return {};
  return lmdb_status(rc_, "reading the repository");
}

}  // namespace repository
