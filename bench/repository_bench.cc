// The store against LMDB itself, on one store of 100,000 instances of 400 octets (OWMI_BENCH_ROWS sets another number). The raw
// figures are the baselines of the object manager's, too.
#include <benchmark/benchmark.h>
#include <lmdb.h>

#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <random>

#include "base/files.h"
#include "repository/repository.h"

namespace {

using repository::ClassId;
using repository::Octets;
using repository::Repository;
using repository::WriteTransaction;

Octets octets(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

int row_count() {
  const char* set = std::getenv("OWMI_BENCH_ROWS");
  return set != nullptr ? std::atoi(set) : 100'000;
}

std::string key_of(int i) { return "device-" + std::to_string(i); }

/// One filled store for all figures.
struct Filled {
  base::TempDir folder = *base::TempDir::create("owmi_bench");
  std::unique_ptr<Repository> store = *Repository::open(folder / "store");
  ClassId cls = 0;
  int rows = row_count();

  Filled() {
    const std::string value(400, 'v');
    (void)store->write([&](WriteTransaction& transaction) -> base::Status {
      TRY_ASSIGN(const auto root, transaction.create_namespace(0, "root", "root", {}));
      TRY_ASSIGN(cls, transaction.put_class(root, "thing", "", octets("class")));
      return {};
    });
    for (int first = 0; first < rows; first += 20'000) {
      (void)store->write([&](WriteTransaction& transaction) -> base::Status {
        for (int i = first; i < std::min(rows, first + 20'000); ++i) TRY(transaction.put_instance(cls, key_of(i), octets(value), {}));
        return {};
      });
    }
  }
};

Filled& filled() {
  static Filled instance;
  return instance;
}

/// The same file through LMDB alone. A process may open it once, so the repository's handle is closed meanwhile.
class Raw {
 public:
  Raw() {
    filled().store.reset();
    mdb_env_create(&env_);
    mdb_env_set_maxdbs(env_, 10);
    mdb_env_set_mapsize(env_, 64ULL << 30U);
    mdb_env_open(env_, (filled().folder / "store").c_str(), MDB_NOTLS, 0600);
    mdb_txn_begin(env_, nullptr, MDB_RDONLY, &txn);
    mdb_dbi_open(txn, "instances", 0, &dbi);
  }
  ~Raw() {
    mdb_txn_abort(txn);
    mdb_env_close(env_);
    filled().store = *Repository::open(filled().folder / "store");
  }
  MDB_txn* txn = nullptr;
  MDB_dbi dbi = 0;

 private:
  MDB_env* env_ = nullptr;
};

std::string instance_key(ClassId cls, std::string_view key) {
  const repository::Hash128 hash = repository::hash128(key);
  std::string out = {static_cast<char>(cls >> 24U), static_cast<char>(cls >> 16U), static_cast<char>(cls >> 8U), static_cast<char>(cls)};
  out.append(reinterpret_cast<const char*>(hash.octets.data()), 16);
  return out;
}

void raw_scan(benchmark::State& state) {
  const Raw raw;
  const std::string prefix = instance_key(filled().cls, "").substr(0, 4);
  unsigned sum = 0;
  for (auto _ : state) {
    MDB_cursor* cursor = nullptr;
    mdb_cursor_open(raw.txn, raw.dbi, &cursor);
    MDB_val key{prefix.size(), const_cast<char*>(prefix.data())};
    MDB_val value;
    int rows = 0;
    for (int rc = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE); rc == 0; rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) {
      if (std::memcmp(key.mv_data, prefix.data(), 4) != 0) break;
      const auto* at = static_cast<const unsigned char*>(value.mv_data);
      sum += at[0] + at[value.mv_size - 1];
      ++rows;
    }
    mdb_cursor_close(cursor);
    if (rows != filled().rows) state.SkipWithError("wrong number of rows");
  }
  benchmark::DoNotOptimize(sum);
  state.SetItemsProcessed(state.iterations() * filled().rows);
}

void scan(benchmark::State& state) {
  Filled& store = filled();
  unsigned sum = 0;
  for (auto _ : state) {
    repository::ExtentScan scan(*store.store, store.cls);
    int rows = 0;
    for (auto step = scan.next_rows(static_cast<std::size_t>(state.range(0))); step && !step->empty();
         step = scan.next_rows(static_cast<std::size_t>(state.range(0)))) {
      for (const repository::InstanceRow& row : *step) sum += row.octets.front() + row.octets.back();
      rows += static_cast<int>(step->size());
    }
    if (rows != store.rows) state.SkipWithError("wrong number of rows");
  }
  benchmark::DoNotOptimize(sum);
  state.SetItemsProcessed(state.iterations() * store.rows);
}

void raw_get(benchmark::State& state) {
  const Raw raw;
  std::mt19937 random(1);
  std::vector<std::string> keys;
  for (int i = 0; i < 10'000; ++i) {
    keys.push_back(instance_key(filled().cls, key_of(static_cast<int>(random() % static_cast<unsigned>(filled().rows)))));
  }
  unsigned sum = 0;
  std::size_t next = 0;
  for (auto _ : state) {
    const std::string& wanted = keys[next++ % keys.size()];
    MDB_val key{wanted.size(), const_cast<char*>(wanted.data())};
    MDB_val value;
    if (mdb_get(raw.txn, raw.dbi, &key, &value) != 0) state.SkipWithError("not found");
    sum += *static_cast<const unsigned char*>(value.mv_data);
  }
  benchmark::DoNotOptimize(sum);
  state.SetItemsProcessed(state.iterations());
}

/// Each get in a transaction of its own, from the canonical key on.
void get(benchmark::State& state) {
  Filled& store = filled();
  std::mt19937 random(1);
  std::vector<std::string> keys;
  for (int i = 0; i < 10'000; ++i) keys.push_back(key_of(static_cast<int>(random() % static_cast<unsigned>(store.rows))));
  unsigned sum = 0;
  std::size_t next = 0;
  for (auto _ : state) {
    const auto transaction = store.store->read();
    const auto found = transaction->get_instance(store.cls, keys[next++ % keys.size()]);
    if (!found) state.SkipWithError("not found");
    sum += found->front();
  }
  benchmark::DoNotOptimize(sum);
  state.SetItemsProcessed(state.iterations());
}

void begin_read(benchmark::State& state) {
  Filled& store = filled();
  for (auto _ : state) benchmark::DoNotOptimize(store.store->read());
  state.SetItemsProcessed(state.iterations());
}

void schema_generation(benchmark::State& state) {
  Filled& store = filled();
  for (auto _ : state) benchmark::DoNotOptimize(store.store->schema_generation());
  state.SetItemsProcessed(state.iterations());
}

/// Durable puts with so many outstanding; 1 is one at a time.
void put(benchmark::State& state) {
  Filled& store = filled();
  const std::string value(400, 'w');
  const int limit = static_cast<int>(state.range(0));
  std::mutex mutex;
  std::condition_variable room;
  int outstanding = 0;
  int next = 0;
  for (auto _ : state) {
    {
      std::unique_lock lock(mutex);
      room.wait(lock, [&] { return outstanding < limit; });
      ++outstanding;
    }
    store.store->submit(
        [&, key = key_of(next++ % store.rows)](WriteTransaction& transaction) -> base::Status {
          TRY(transaction.put_instance(store.cls, key, octets(value), {}));
          return {};
        },
        [&](base::Status) {
          const std::lock_guard lock(mutex);
          --outstanding;
          room.notify_one();
        });
  }
  std::unique_lock lock(mutex);
  room.wait(lock, [&] { return outstanding == 0; });
  state.SetItemsProcessed(state.iterations());
}

void open_store(benchmark::State& state) {
  Filled& store = filled();
  store.store.reset();
  for (auto _ : state) {
    auto opened = Repository::open(store.folder / "store");
    if (!opened) state.SkipWithError("did not open");
  }
  store.store = *Repository::open(store.folder / "store");
}

BENCHMARK(raw_scan)->Unit(benchmark::kMillisecond);
BENCHMARK(scan)->Arg(64)->Arg(256)->Arg(1024)->Unit(benchmark::kMillisecond);
BENCHMARK(raw_get);
BENCHMARK(get);
BENCHMARK(begin_read);
BENCHMARK(schema_generation);
BENCHMARK(put)->Arg(1)->UseRealTime()->MinTime(0.5);
BENCHMARK(put)->Arg(256)->UseRealTime()->MinTime(0.5);
BENCHMARK(open_store)->Unit(benchmark::kMicrosecond);

}  // namespace
