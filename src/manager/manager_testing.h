// A whole object manager over a repository of its own, sinks that follow a script, and a provider made of functions: for tests.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "cim/calls.h"
#include "manager/manager.h"
#include "manager/mof_target.h"
#include "mof/check.h"
#include "mof/parser.h"

namespace manager::testing {

/// A provider whose functions a test sets. What is not set is not capable.
class FunctionProvider : public Provider {
 public:
  Capabilities caps;
  std::function<base::Status(ProviderCall&, const cim::ObjectPath&, const Wanted&)> on_get;
  std::function<base::Status(ProviderCall&, const Wanted&)> on_enumerate;
  std::function<base::Status(ProviderCall&, const wql::Query&)> on_query;
  std::function<base::Status(ProviderCall&, const cim::Instance&, std::uint32_t)> on_put;
  std::function<base::Status(ProviderCall&, const cim::ObjectPath&)> on_remove;
  std::function<base::Status(MethodCall&)> on_method;

  Capabilities capabilities() const override { return caps; }
  base::Status get(ProviderCall& call, const cim::ObjectPath& path, const Wanted& wanted) override {
    return on_get ? on_get(call, path, wanted) : Provider::get(call, path, wanted);
  }
  base::Status enumerate(ProviderCall& call, const Wanted& wanted) override {
    return on_enumerate ? on_enumerate(call, wanted) : Provider::enumerate(call, wanted);
  }
  base::Status query(ProviderCall& call, const wql::Query& query) override {
    return on_query ? on_query(call, query) : Provider::query(call, query);
  }
  base::Status put(ProviderCall& call, const cim::Instance& instance, std::uint32_t flags) override {
    return on_put ? on_put(call, instance, flags) : Provider::put(call, instance, flags);
  }
  base::Status remove(ProviderCall& call, const cim::ObjectPath& path) override {
    return on_remove ? on_remove(call, path) : Provider::remove(call, path);
  }
  base::Status exec_method(MethodCall& call) override { return on_method ? on_method(call) : Provider::exec_method(call); }
};

/// A sink that writes down every callback: "rows 3", "progress 1/2 text", "complete 0x00000000 path". `react` decides what a callback
/// answers; by default success. Overlapping callbacks and empty batches are failures of the test.
class ScriptedSink : public cim::Sink {
 public:
  using React = std::function<base::Hresult(const std::string& line, cim::CallbackScope& scope)>;
  explicit ScriptedSink(React react = {}) : react_(std::move(react)) {}

  base::Hresult Indicate(const cim::Batch& batch, cim::CallbackScope& scope) override {
    EXPECT_FALSE(batch.empty());
    {
      const std::lock_guard lock(mutex_);
      for (std::size_t i = 0; i < batch.size(); ++i) objects_.push_back(batch.object(i));
    }
    return note("rows " + std::to_string(batch.size()), scope);
  }
  base::Hresult SetStatus(const cim::SinkStatus& status, cim::CallbackScope& scope) override {
    if (status.type == cim::StatusType::kProgress) {
      return note(fmt::format("progress {}/{} {}", status.done(), status.total(), status.text), scope);
    }
    const std::lock_guard lock(last_mutex_);
    {
      const std::lock_guard inner(mutex_);
      final_ = status;
      final_code_ = status.code;
    }
    std::string line = fmt::format("complete 0x{:08X}", static_cast<std::uint32_t>(status.code));
    if (!status.text.empty()) line += " " + status.text;
    return note(line, scope);
  }

  /// False when the final status did not come within ten seconds.
  bool wait() {
    return wait_for([this] { return finals_ > 0; });
  }
  bool wait_lines(std::size_t count) {
    return wait_for([this, count] { return lines_.size() >= count; });
  }
  std::vector<std::string> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }
  std::vector<cim::Object> objects() const {
    const std::lock_guard lock(mutex_);
    return objects_;
  }
  base::Hresult code() {
    EXPECT_TRUE(wait());
    const std::lock_guard lock(mutex_);
    return final_code_;
  }
  cim::SinkStatus final_status() {
    EXPECT_TRUE(wait());
    const std::lock_guard lock(mutex_);
    return final_;
  }
  int finals() const {
    const std::lock_guard lock(mutex_);
    return finals_;
  }

 private:
  base::Hresult note(const std::string& line, cim::CallbackScope& scope) {
    {
      const std::lock_guard lock(mutex_);
      EXPECT_FALSE(inside_) << "two callbacks at once: " << line;
      EXPECT_EQ(finals_, 0) << "a callback after the final status: " << line;
      inside_ = true;
      lines_.push_back(line);
      changed_.notify_all();
    }
    const base::Hresult result = react_ ? react_(line, scope) : WBEM_S_NO_ERROR;
    const std::lock_guard lock(mutex_);
    inside_ = false;
    if (line.starts_with("complete")) ++finals_;
    changed_.notify_all();
    return result;
  }
  bool wait_for(const std::function<bool()>& condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), condition);
  }

  const React react_;
  std::mutex last_mutex_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> lines_;
  std::vector<cim::Object> objects_;
  cim::SinkStatus final_;
  base::Hresult final_code_ = WBEM_S_NO_ERROR;
  int finals_ = 0;
  bool inside_ = false;
};
using ScriptedSinkPtr = std::shared_ptr<ScriptedSink>;

/// A gate that a callback or a provider can wait at.
class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  /// Until somebody stands at the gate.
  bool wait_for_visitor(int count = 1) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return waiting_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  int waiting_ = 0;
};

/// Until `condition` holds; false after ten seconds.
inline bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 2000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return condition();
}

/// A manager with a manual clock in a directory of its own. The repository is filled once per process and copied.
class TestManager {
 public:
  explicit TestManager(std::vector<ProviderRegistration> providers = {}, std::function<void(Options&)> adjust = {}) {
    static int number = 0;
    directory_ = fresh_directory(number++);
    std::filesystem::create_directories(directory_);
    std::filesystem::copy(filled_directory() / "data.mdb", directory_ / "data.mdb");
    Options options = default_options();
    options.directory = directory_;
    options.clock = &clock;
    if (adjust) adjust(options);
    auto opened = Manager::open(std::move(options), std::move(providers));
    EXPECT_TRUE(opened.has_value()) << opened.error().to_string();
    if (opened) manager = *std::move(opened);
    services = connect("root\\cimv2");
  }
  ~TestManager() {
    services.reset();
    manager.reset();
    std::filesystem::remove_all(directory_);
  }

  cim::ServicesPtr connect(std::string_view name_space) { return connect(name_space, manager->local_caller()); }
  cim::ServicesPtr connect(std::string_view name_space, const cim::Caller& caller, std::string_view locales = {}) {
    auto out = manager->connect(name_space, caller, locales);
    EXPECT_TRUE(out.has_value()) << out.error().to_string();
    return out ? *out : nullptr;
  }

  /// Compiles MOF into the repository behind the manager's back (another connection, as another process would).
  void compile(std::string_view text, std::string_view name_space = "root\\cimv2") {
    mof::Diagnostics diagnostics;
    const auto unit = mof::parse_text("test.mof", std::string(text), diagnostics);
    ASSERT_TRUE(unit.has_value()) << unit.error().to_string();
    mof::CompileOptions options;
    options.name_space = name_space;
    const Schema schema(manager->repository(), "TESTHOST");
    const auto counts = compile_mof(schema, cim::Caller{.administrator = true}, *unit, options, diagnostics);
    ASSERT_TRUE(counts.has_value()) << counts.error().to_string();
  }

  const std::filesystem::path& directory() const { return directory_; }

  base::ManualClock clock;
  std::unique_ptr<Manager> manager;
  cim::ServicesPtr services;

 private:
  static Options default_options() {
    Options options;
    options.server_name = "TESTHOST";
    return options;
  }
  static std::filesystem::path fresh_directory(int number) {
    return std::filesystem::temp_directory_path() / fmt::format("owmi-async-{}-{}", ::getpid(), number);
  }
  static const std::filesystem::path& filled_directory() {
    struct Filled {
      Filled() {
        Options options = default_options();
        options.directory = path;
        const auto opened = Manager::open(std::move(options), {});
        EXPECT_TRUE(opened.has_value()) << opened.error().to_string();
      }
      ~Filled() { std::filesystem::remove_all(path); }
      std::filesystem::path path = fresh_directory(-1);
    };
    static const Filled filled;
    return filled.path;
  }

  std::filesystem::path directory_;
};

}  // namespace manager::testing
