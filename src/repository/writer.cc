#include "repository/writer.h"

#include <sys/statvfs.h>

#include <cerrno>
#include <exception>

#include "base/bytes.h"
#include "repository/lmdb_status.h"
#include "repository/store.h"

namespace repository {
namespace {

/// LMDB reports a write that was cut short, as it happens when the disk fills up, as EIO.
int true_cause(int rc, const std::filesystem::path& directory) {
  struct statvfs info{};
  if (rc == EIO && ::statvfs(directory.c_str(), &info) == 0 && info.f_bavail == 0) return ENOSPC;
  return rc;
}

}  // namespace

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Writer::submit(Work work, Done done) {
  bool stopped = false;
  {
    const std::lock_guard lock(mutex_);
    stopped = stop_;
    if (!stopped) {
      queue_.push_back({std::move(work), std::move(done), {}, false});
      ++submitted_;
      if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
      if (queue_.size() == 1) wake_.notify_one();
    }
  }
  if (stopped) done(base::Status(WBEM_E_SHUTTING_DOWN, "the repository is being closed"));
}

base::Status Writer::write(Work work) {
  if (thread_id_.load() == std::this_thread::get_id()) {
    return {WBEM_E_ILLEGAL_OPERATION, "a write that waits, on the repository's own thread"};
  }
  std::mutex mutex;
  std::condition_variable finished;
  std::optional<base::Status> outcome;
  submit(std::move(work), [&](base::Status status) {
    const std::lock_guard lock(mutex);
    outcome = std::move(status);
    finished.notify_one();
  });
  std::unique_lock lock(mutex);
  finished.wait(lock, [&] { return outcome.has_value(); });
  return *std::move(outcome);
}

void Writer::drain() {
  std::unique_lock lock(mutex_);
  const std::uint64_t target = submitted_;
  idle_.wait(lock, [&] { return answered_ >= target; });
}

void Writer::run() {
  thread_id_.store(std::this_thread::get_id());
  Batch batch;
  while (take(batch, true)) {
    settle(batch, true);
    answer(batch);
    batch.clear();
  }
}

/// Moves one work into the batch; false: none there (or, when waiting, none will come any more).
bool Writer::take(Batch& batch, bool wait) {
  if (pending_.empty()) {
    std::unique_lock lock(mutex_);
    if (wait) wake_.wait(lock, [&] { return stop_ || !queue_.empty(); });
    pending_.swap(queue_);
  }
  if (pending_.empty()) return false;
  batch.push_back(std::move(pending_.front()));
  pending_.pop_front();
  return true;
}

void Writer::answer(Batch& batch) {
  for (Item& item : batch) {
    item.work = nullptr;  // what it holds is released before its owner hears of the end
    if (item.done) item.done(std::move(item.outcome));
  }
  const std::lock_guard lock(mutex_);
  answered_ += batch.size();
  idle_.notify_all();
}

/// Decides every item of the batch, and commits those that succeeded.
void Writer::settle(Batch& batch, bool may_grow) {
  for (bool first = true;; first = false) {
    const auto context = store_.begin_write();
    if (!context) return fail_rest(batch, context.error());
    const bool sound = first && may_grow ? run_growing(batch, **context) : rerun(batch, **context);
    if (!sound) continue;
    int rc = commit(**context);
    if (rc == 0) return;
    if (rc == MDB_MAP_FULL && store_.grow_map().ok()) continue;
    rc = true_cause(rc, store_.directory());
    const base::Status status = lmdb_status(rc, "writing " + store_.data_file().string());
    const auto open = std::count_if(batch.begin(), batch.end(), [](const Item& item) { return !item.decided; });
    // One large work must not take the small ones with it. After an I/O error nothing is tried again: what the system still holds of it
    // is not known.
    if (status.code() == WBEM_E_OUT_OF_DISK_SPACE && open > 1) return settle_each(batch);
    return fail_rest(batch, status);
  }
}

/// Runs the batch's one work and those that come meanwhile. False: the transaction was given up, the undecided works must run again.
bool Writer::run_growing(Batch& batch, ReadView::Context& context) {
  const auto deadline = std::chrono::steady_clock::now() + store_.options().max_batch_time;
  for (std::size_t next = 0;;) {
    Item& item = batch[next];
    const Ran ran = run_one(item, context);
    if (ran == Ran::kFailedDirty || ran == Ran::kMapFull) return undo(item, ran, context);
    ++next;
    if (next >= store_.options().max_batch || std::chrono::steady_clock::now() >= deadline) return true;
    if (!take(batch, false)) return true;
  }
}

bool Writer::rerun(Batch& batch, ReadView::Context& context) {
  for (Item& item : batch) {
    if (item.decided) continue;
    reruns_.fetch_add(1, std::memory_order_relaxed);
    const Ran ran = run_one(item, context);
    if (ran == Ran::kFailedDirty || ran == Ran::kMapFull) return undo(item, ran, context);
  }
  return true;
}

Writer::Ran Writer::run_one(Item& item, ReadView::Context& context) {
  works_.fetch_add(1, std::memory_order_relaxed);
  context.wrote = false;
  WriteTransaction transaction(&context);
  try {
    item.outcome = item.work(transaction);
  } catch (const std::exception& exception) {
    item.outcome = {WBEM_E_FAILED, std::string("a change of the repository ended with an exception: ") + exception.what()};
  }
  if (context.write_error == MDB_MAP_FULL) return Ran::kMapFull;
  if (context.write_error != 0) {
    item.outcome = lmdb_status(true_cause(context.write_error, store_.directory()), "writing " + store_.data_file().string());
    return Ran::kFailedDirty;
  }
  if (item.outcome.ok()) return Ran::kGood;
  if (context.wrote) return Ran::kFailedDirty;
  item.decided = true;
  return Ran::kFailed;
}

/// Gives up the transaction because of one item. Always false.
bool Writer::undo(Item& item, Ran ran, ReadView::Context& context) {
  store_.abort_write(&context);
  item.decided = true;
  if (ran == Ran::kMapFull) {
    item.outcome = store_.grow_map();
    item.decided = !item.outcome.ok();
  }
  return false;
}

/// The return value is LMDB's; the transaction is over in any case.
int Writer::commit(ReadView::Context& context) {
  if (context.schema_changed) {
    std::string generation;
    std::uint64_t last = 0;
    if (const auto value = lookup(context, Table::kMeta, kGenerationKey); value && value->size() == 8) {
      last = base::load_le<std::uint64_t>(*value, 0);
    }
    base::ByteWriter(generation).u64(last + 1);
    MDB_val key = value_of(kGenerationKey);
    MDB_val value = value_of(generation);
    if (const int rc = mdb_put(context.txn, context.table(Table::kMeta), &key, &value, 0); rc != 0) {
      store_.abort_write(&context);
      return rc;
    }
  }
  const int rc = store_.commit_write(&context);
  if (rc == 0) commits_.fetch_add(1, std::memory_order_relaxed);
  return rc;
}

void Writer::settle_each(Batch& batch) {
  for (Item& item : batch) {
    if (item.decided) continue;
    Batch alone;
    alone.push_back(std::move(item));
    settle(alone, false);
    item = std::move(alone.front());
  }
}

void Writer::fail_rest(Batch& batch, const base::Status& status) {
  for (Item& item : batch) {
    if (item.decided) continue;
    item.outcome = status;
    item.decided = true;
  }
}

}  // namespace repository
