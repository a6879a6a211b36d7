// The object manager against LMDB itself on the same store, in the same run. Sizes: 100,000 rows, and OWMI_BENCH_ROWS (1,000,000) rows.
// Each figure is measured once over the whole store and printed with its ratio to the baseline.
#include <benchmark/benchmark.h>
#include <lmdb.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>
#include <random>

#include "base/files.h"
#include "cim/calls.h"
#include "manager/manager.h"
#include "manager/mof_target.h"
#include "mof/check.h"
#include "mof/parser.h"

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

std::int64_t large() {
  const char* set = std::getenv("OWMI_BENCH_ROWS");
  return set != nullptr ? std::atoll(set) : 1'000'000;
}

constexpr const char* kMof = R"(
class Bench_Device {
  [key] string DeviceID; string Caption; string Vendor; uint32 Slot; uint32 Speed; uint64 Capacity; boolean Online; datetime InstallDate;
  sint32 Temperature; string Status;
};
class Bench_Note { [key] uint32 Id; string Text; };
[dynamic, provider("Bench")] class Bench_Tool { [key] string Name; [static, implemented] uint32 Nothing(); };
)";

/// Answers at once, on the thread that asks.
class NoOpProvider final : public manager::Provider {
 public:
  manager::Capabilities capabilities() const override {
    manager::Capabilities out;
    out.methods = true;
    out.inline_calls = true;
    return out;
  }
  base::Status exec_method(manager::MethodCall& call) override { return call.out("ReturnValue", cim::Value::uint(0)); }
};

std::unique_ptr<manager::Manager> open(const std::string& directory) {
  manager::Options options;
  options.directory = directory;
  options.server_name = "BENCH";
  return *manager::Manager::open(std::move(options), {{"Bench", "Bench_Tool", std::make_shared<NoOpProvider>()}});
}

std::string device(std::int64_t i) { return "PCI\\VEN_8086&DEV_" + std::to_string(i); }

cim::InstanceBuilder& fill(cim::InstanceBuilder& row, std::int64_t i) {
  row.reset();
  const cim::Class& cls = *row.cls();
  row.set_text(*cls.handle("DeviceID"), device(i));
  row.set_text(*cls.handle("Caption"), i % 10 == 0 ? "Network adapter" : "Storage controller");
  row.set_text(*cls.handle("Vendor"), "Contoso Limited");
  row.set_number<std::uint32_t>(*cls.handle("Slot"), static_cast<std::uint32_t>(i % 64));
  row.set_number<std::uint32_t>(*cls.handle("Speed"), static_cast<std::uint32_t>(i % 10000));
  row.set_number<std::uint64_t>(*cls.handle("Capacity"), static_cast<std::uint64_t>(i) * 4096);
  row.set_boolean(*cls.handle("Online"), i % 3 != 0);
  row.set_text(*cls.handle("InstallDate"), "20240131120000.000000+000");
  row.set_number<std::int32_t>(*cls.handle("Temperature"), static_cast<std::int32_t>(i % 90) - 10);
  row.set_text(*cls.handle("Status"), "OK");
  return row;
}

/// A store of `rows` devices, filled in big transactions.
struct Filled {
  explicit Filled(std::int64_t count) : rows(count) {
    manager = open(folder / "store");
    mof::Diagnostics diagnostics;
    const auto unit = mof::parse_text("bench.mof", kMof, diagnostics);
    mof::CompileOptions options;
    options.name_space = "root\\cimv2";
    manager::Schema schema(manager->repository(), "BENCH");
    (void)manager::compile_mof(schema, cim::Caller{.administrator = true}, *unit, options, diagnostics);
    services = *manager->connect("root\\cimv2", manager->local_caller(), "");
    const cim::ClassPtr cls = cim::GetObject(*services, "Bench_Device")->cls();
    constexpr std::int64_t kChunk = 20'000;
    for (std::int64_t first = 0; first < rows; first += kChunk) {
      const base::Status status = manager->repository().write([&](repository::WriteTransaction& transaction) -> base::Status {
        manager::SchemaView view(schema, transaction);
        manager::UpdateRequest request;
        TRY_ASSIGN(request.name_space, view.name_space("root\\cimv2"));
        request.rights = cim::right::kAll;
        cim::InstanceBuilder row(cls);
        for (std::int64_t i = first; i < std::min(rows, first + kChunk); ++i) {
          TRY(manager::put_instance(view, transaction, request, fill(row, i).build()));
        }
        return {};
      });
      if (!status.ok()) std::abort();
    }
  }
  /// Closes the store for the raw measurement, and opens it again.
  template <class F>
  double raw(F&& measure) {
    services.reset();
    manager.reset();
    MDB_env* env = nullptr;
    mdb_env_create(&env);
    mdb_env_set_maxdbs(env, 16);
    mdb_env_set_mapsize(env, 64ULL << 30U);
    if (mdb_env_open(env, (folder / "store").c_str(), MDB_RDONLY | MDB_NOTLS, 0600) != 0) std::abort();
    MDB_txn* txn = nullptr;
    MDB_dbi dbi = 0;
    mdb_txn_begin(env, nullptr, MDB_RDONLY, &txn);
    mdb_dbi_open(txn, "instances", 0, &dbi);
    const double out = measure(txn, dbi);
    mdb_txn_abort(txn);
    mdb_env_close(env);
    manager = open(folder / "store");
    services = *manager->connect("root\\cimv2", manager->local_caller(), "");
    return out;
  }

  const std::int64_t rows;
  base::TempDir folder = *base::TempDir::create("owmi_bench");
  std::unique_ptr<manager::Manager> manager;
  cim::ServicesPtr services;
};

Filled& filled(std::int64_t rows) {
  static std::map<std::int64_t, std::unique_ptr<Filled>> all;
  std::unique_ptr<Filled>& one = all[rows];
  if (!one) one = std::make_unique<Filled>(rows);
  return *one;
}

/// Counts rows and waits for the end.
class CountingSink final : public cim::Sink {
 public:
  base::Hresult Indicate(const cim::Batch& batch, cim::CallbackScope&) override {
    rows_ += batch.size();
    return base::WBEM_S_NO_ERROR;
  }
  base::Hresult SetStatus(const cim::SinkStatus& status, cim::CallbackScope&) override {
    const std::lock_guard lock(mutex_);
    code_ = status.code;
    ended_ = true;
    changed_.notify_all();
    return base::WBEM_S_NO_ERROR;
  }
  std::size_t wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return ended_; });
    if (base::failed(code_)) std::abort();
    return rows_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t rows_ = 0;
  base::Hresult code_{};
  bool ended_ = false;
};

/// Octets of the key of one extent: its class id. The devices' extent is the largest.
std::string device_prefix(MDB_txn* txn, MDB_dbi dbi) {
  MDB_cursor* cursor = nullptr;
  mdb_cursor_open(txn, dbi, &cursor);
  MDB_val key;
  MDB_val value;
  std::map<std::string, std::int64_t> counts;
  for (int rc = mdb_cursor_get(cursor, &key, &value, MDB_FIRST); rc == 0; rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) {
    ++counts[std::string(static_cast<const char*>(key.mv_data), 4)];
  }
  mdb_cursor_close(cursor);
  return std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; })->first;
}

/// Rows per second of a cursor over the extent: prefix compared, first and last octet of each value read.
double raw_scan(MDB_txn* txn, MDB_dbi dbi) {
  std::string prefix = device_prefix(txn, dbi);
  double best = 0;
  for (int round = 0; round < 3; ++round) {
    MDB_cursor* cursor = nullptr;
    mdb_cursor_open(txn, dbi, &cursor);
    MDB_val key{prefix.size(), prefix.data()};
    MDB_val value;
    std::int64_t rows = 0;
    std::uint64_t sum = 0;
    const auto start = Clock::now();
    for (int rc = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE); rc == 0; rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) {
      if (std::memcmp(key.mv_data, prefix.data(), prefix.size()) != 0) break;
      const auto* octets = static_cast<const std::uint8_t*>(value.mv_data);
      sum += octets[0] + octets[value.mv_size - 1];
      ++rows;
    }
    best = std::max(best, static_cast<double>(rows) / seconds_since(start));
    benchmark::DoNotOptimize(sum);
    mdb_cursor_close(cursor);
  }
  return best;
}

/// Random gets per second by keys that are known.
double raw_gets(MDB_txn* txn, MDB_dbi dbi) {
  const std::string prefix = device_prefix(txn, dbi);
  std::vector<std::string> keys;
  MDB_cursor* cursor = nullptr;
  mdb_cursor_open(txn, dbi, &cursor);
  MDB_val key;
  MDB_val value;
  for (int rc = mdb_cursor_get(cursor, &key, &value, MDB_FIRST); rc == 0; rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) {
    if (std::memcmp(key.mv_data, prefix.data(), prefix.size()) == 0) keys.emplace_back(static_cast<const char*>(key.mv_data), key.mv_size);
  }
  mdb_cursor_close(cursor);
  std::mt19937_64 random(7);
  std::shuffle(keys.begin(), keys.end(), random);
  if (keys.size() > 300'000) keys.resize(300'000);
  std::uint64_t sum = 0;
  const auto start = Clock::now();
  for (std::string& one : keys) {
    MDB_val wanted{one.size(), one.data()};
    if (mdb_get(txn, dbi, &wanted, &value) != 0) std::abort();
    const auto* octets = static_cast<const std::uint8_t*>(value.mv_data);
    sum += octets[0] + octets[value.mv_size - 1];
  }
  benchmark::DoNotOptimize(sum);
  return static_cast<double>(keys.size()) / seconds_since(start);
}

/// Best rows per second of three rounds of an enumeration or a query over all devices.
double scan(Filled& store, const char* query, std::size_t* delivered = nullptr) {
  double best = 0;
  for (int round = 0; round < 3; ++round) {
    const auto sink = std::make_shared<CountingSink>();
    const auto start = Clock::now();
    const base::Status status = query == nullptr ? store.services->CreateInstanceEnumAsync("Bench_Device", {}, sink)
                                                 : store.services->ExecQueryAsync("WQL", query, {}, sink);
    if (!status.ok()) std::abort();
    const std::size_t rows = sink->wait();
    best = std::max(best, static_cast<double>(store.rows) / seconds_since(start));
    if (delivered != nullptr) *delivered = rows;
  }
  return best;
}

void enumerate(benchmark::State& state) {
  Filled& store = filled(state.range(0));
  for (auto _ : state) {
    const double rate = scan(store, nullptr);
    const double raw = store.raw(raw_scan);
    state.counters["rows/s"] = rate;
    state.counters["raw/s"] = raw;
    state.counters["ratio"] = rate / raw;
  }
}
BENCHMARK(enumerate)->Arg(100'000)->Arg(large())->Iterations(1)->Unit(benchmark::kMillisecond);

void where_from_repository(benchmark::State& state) {
  Filled& store = filled(state.range(0));
  for (auto _ : state) {
    std::size_t rows = 0;
    const double plain = scan(store, nullptr);
    const double rate = scan(store, "SELECT * FROM Bench_Device WHERE Caption LIKE '%adapter%' AND Speed > 5000", &rows);
    state.counters["rows/s"] = rate;
    state.counters["plain/s"] = plain;
    state.counters["ratio"] = rate / plain;
    state.counters["found"] = static_cast<double>(rows);
  }
}
BENCHMARK(where_from_repository)->Arg(large())->Iterations(1)->Unit(benchmark::kMillisecond);

void get_object(benchmark::State& state) {
  Filled& store = filled(state.range(0));
  for (auto _ : state) {
    std::mt19937_64 random(11);
    std::vector<std::string> paths;
    for (int i = 0; i < 300'000; ++i) {
      paths.push_back("Bench_Device.DeviceID=\"PCI\\\\VEN_8086&DEV_" + std::to_string(random() % static_cast<std::uint64_t>(store.rows)) +
                      "\"");
    }
    cim::CallOptions options;
    options.caller_waits = true;
    const auto start = Clock::now();
    for (std::string& path : paths) {
      const auto sink = std::make_shared<CountingSink>();
      if (!store.services->GetObjectAsync(std::move(path), options, sink).ok() || sink->wait() != 1) std::abort();
    }
    const double rate = static_cast<double>(paths.size()) / seconds_since(start);
    const double raw = store.raw(raw_gets);
    state.counters["gets/s"] = rate;
    state.counters["raw/s"] = raw;
    state.counters["ratio"] = rate / raw;
  }
}
BENCHMARK(get_object)->Arg(large())->Iterations(1)->Unit(benchmark::kMillisecond);

/// Keeps `outstanding` operations running: each final status starts the next.
class Pipeline final : public cim::Sink, public std::enable_shared_from_this<Pipeline> {
 public:
  using Start = std::function<base::Status(std::int64_t, const cim::SinkPtr&)>;
  Pipeline(std::int64_t count, Start start) : count_(count), start_(std::move(start)) {}

  /// Operations per second.
  double run(int outstanding) {
    const auto begin = Clock::now();
    for (int i = 0; i < outstanding; ++i) next();
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return done_; });
    return static_cast<double>(count_) / seconds_since(begin);
  }
  base::Hresult Indicate(const cim::Batch&, cim::CallbackScope&) override { return base::WBEM_S_NO_ERROR; }
  base::Hresult SetStatus(const cim::SinkStatus& status, cim::CallbackScope&) override {
    if (base::failed(status.code)) std::abort();
    next();
    if (finished_.fetch_add(1) + 1 == count_) {
      const std::lock_guard lock(mutex_);
      done_ = true;
      changed_.notify_all();
    }
    return base::WBEM_S_NO_ERROR;
  }

 private:
  void next() {
    const std::int64_t i = started_.fetch_add(1);
    if (i < count_ && !start_(i, shared_from_this()).ok()) std::abort();
  }
  const std::int64_t count_;
  const Start start_;
  std::atomic<std::int64_t> started_{0};
  std::atomic<std::int64_t> finished_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool done_ = false;
};

void exec_method_no_op(benchmark::State& state) {
  Filled& store = filled(100'000);
  for (auto _ : state) {
    double best = 0;
    for (int round = 0; round < 3; ++round) {
      const auto pipeline = std::make_shared<Pipeline>(400'000, [&](std::int64_t, const cim::SinkPtr& sink) {
        return store.services->ExecMethodAsync("Bench_Tool", "Nothing", std::nullopt, {}, sink);
      });
      best = std::max(best, pipeline->run(256));
    }
    state.counters["calls/s"] = best;
    state.counters["floor"] = 400'000;
  }
}
BENCHMARK(exec_method_no_op)->Iterations(1)->Unit(benchmark::kMillisecond);

void put_instance(benchmark::State& state) {
  Filled& store = filled(100'000);
  const cim::ClassPtr cls = cim::GetObject(*store.services, "Bench_Note")->cls();
  std::atomic<std::uint64_t> number{0};
  const auto put = [&](std::int64_t, const cim::SinkPtr& sink) {
    cim::InstanceBuilder note(cls);
    note.set_number<std::uint32_t>(*cls->handle("Id"), static_cast<std::uint32_t>(number.fetch_add(1)));
    note.set_text(*cls->handle("Text"), "a note of some length, as notes are");
    return store.services->PutInstanceAsync(note.build(), {}, sink);
  };
  for (auto _ : state) {
    const double single = std::make_shared<Pipeline>(500, put)->run(1);
    const double many = std::make_shared<Pipeline>(20'000, put)->run(256);
    state.counters["puts/s"] = many;
    state.counters["one_at_a_time/s"] = single;
    state.counters["ratio"] = many / single;
  }
}
BENCHMARK(put_instance)->Iterations(1)->Unit(benchmark::kMillisecond);

/// A child process opens the filled store, gets one object and tells the time and its private memory.
void start_to_first_answer(benchmark::State& state) {
  Filled& store = filled(large());
  store.services.reset();
  store.manager.reset();
  for (auto _ : state) {
    double best = 1e9;
    double memory = 0;
    for (int round = 0; round < 5; ++round) {
      int pipe_ends[2];
      if (pipe(pipe_ends) != 0) std::abort();
      const auto start = Clock::now();
      if (fork() == 0) {
        const auto opened = open(store.folder / "store");
        const auto services = *opened->connect("root\\cimv2", opened->local_caller(), "");
        const bool found = cim::GetObject(*services, "Bench_Device.DeviceID=\"PCI\\\\VEN_8086&DEV_77\"").has_value();
        double result[2] = {found ? seconds_since(start) : 1e9, 0};
        std::ifstream smaps("/proc/self/smaps_rollup");
        for (std::string line; std::getline(smaps, line);) {
          if (line.starts_with("Private_Dirty:")) result[1] = std::atof(line.c_str() + 14) / 1024;
        }
        if (write(pipe_ends[1], result, sizeof result) != sizeof result) _exit(1);
        _exit(0);
      }
      double result[2] = {1e9, 0};
      if (read(pipe_ends[0], result, sizeof result) != sizeof result) std::abort();
      close(pipe_ends[0]);
      close(pipe_ends[1]);
      wait(nullptr);
      best = std::min(best, result[0]);
      memory = result[1];
    }
    state.counters["ms"] = best * 1000;
    state.counters["private_MB"] = memory;
  }
  store.manager = open(store.folder / "store");
  store.services = *store.manager->connect("root\\cimv2", store.manager->local_caller(), "");
}
BENCHMARK(start_to_first_answer)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
