// One call of a provider for one operation: what the provider sees of it, and the bounded queue of rows between the two.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "manager/connection.h"
#include "manager/operation.h"
#include "manager/provider_table.h"

namespace manager {

/// What is asked of a provider.
struct ProviderRequest {
  enum class Kind : std::uint8_t { kGet, kEnumerate, kQuery, kPut, kRemove, kMethod };
  Kind kind = Kind::kGet;
  const ProviderEntry* entry = nullptr;
  cim::ClassPtr cls;
  std::string name_space;
  cim::ObjectPath path;                     // kGet, kRemove, kMethod
  Wanted wanted;                            // kGet, kEnumerate
  std::shared_ptr<const wql::Query> query;  // kQuery
  std::optional<cim::Instance> instance;    // kPut; the in-parameters of kMethod
  std::uint32_t flags = 0;                  // kPut
  const cim::Method* method = nullptr;      // kMethod; of cls
};

/// An in-parameter of a kMethod request: as given, else its default, else NULL.
cim::Value in_parameter(const ProviderRequest& request, std::string_view name);

/// Shared by the operation that waits for it and the thread that runs the provider. The operation is woken when rows or the end have come.
class ProviderJob final : public MethodCall, public std::enable_shared_from_this<ProviderJob>, private Task {
 public:
  ProviderJob(Operation& operation, ProviderRequest request);
  ~ProviderJob() override;

  /// Runs the provider: on this thread when it answers inline, else on the pool. `operation` waits for wake().
  void start();

  // The operation's side.

  /// Moves the rows that are there into `out` (which must be empty). True: there are some.
  bool take(cim::BatchBuilder& out);
  /// The outcome, once the provider is done and its rows are taken.
  std::optional<base::Status> outcome();
  /// Nobody is interested any more: late results are dropped, cancelled() tells the provider.
  void close();
  /// Ends a call without a sign of life for longer than the provider's time-out; hands over rows that have waited for company.
  void watch(std::chrono::steady_clock::time_point now);
  const ProviderRequest& request() const { return request_; }

  // For hosts.

  /// Runs the provider's function and turns exceptions into WBEM_E_PROVIDER_FAILURE.
  static base::Status invoke(Provider& provider, const ProviderRequest& request, MethodCall& call);
  /// Called when the job is given up while it runs (time-out, close): ends a wait on another process.
  void set_interrupt(std::function<void()> interrupt);
  const cim::CallOptions& options() const { return options_; }
  const Impersonation& impersonation() const { return connection_->impersonation; }
  /// A row that came as octets of the class and was validated.
  base::Status add(const cim::ClassPtr& cls, std::span<const std::uint8_t> octets);
  base::Status set_out(const cim::Instance& out);

  // ProviderCall, MethodCall.
  const cim::Caller& caller() const override { return *connection_->caller; }
  const std::string& name_space() const override { return request_.name_space; }
  const cim::ClassPtr& cls() const override { return request_.cls; }
  const cim::ContextPtr& context() const override { return options_.context; }
  bool cancelled() const override { return closed_.load(std::memory_order_relaxed); }
  base::Status indicate(const cim::InstanceBuilder& row) override;
  base::Status indicate(const cim::Instance& row) override;
  void progress(std::uint32_t done, std::uint32_t total, std::string text) override;
  std::shared_ptr<ProviderCall> detach() override { return shared_from_this(); }
  void finish(base::Status status) override;
  const cim::ObjectPath& path() const override { return request_.path; }
  const cim::Method& method() const override { return *request_.method; }
  cim::Value in(std::string_view name) const override { return in_parameter(request_, name); }
  base::Status out(std::string_view name, const cim::Value& value) override;

 private:
  using Lock = std::unique_lock<std::mutex>;
  void run() override;
  base::Status call_provider();
  /// The first end counts. The operation that waits for it, if it still does.
  OperationPtr end(base::Status status);
  base::Status make_room(Lock& lock);
  void row_added(Lock& lock);
  bool full() const { return rows_.size() >= kBatchRows || rows_.octets() >= kBatchOctets; }
  /// The operation, null once closed: to be woken without the lock.
  OperationPtr owner(Lock&) const { return operation_; }

  const ProviderRequest request_;
  const ConnectionPtr connection_;
  const cim::CallOptions options_;
  const bool inline_;

  std::mutex mutex_;
  std::condition_variable room_;
  OperationPtr operation_;
  cim::BatchBuilder rows_;
  std::optional<cim::InstanceBuilder> out_;
  std::optional<base::Status> outcome_;
  std::atomic<bool> closed_{false};
  bool finished_ = false;
  bool started_ = false;
  Executor::Worker* worker_ = nullptr;
  std::function<void()> interrupt_;
  std::shared_ptr<ProviderJob> self_;  // while queued
  std::uint64_t signs_of_life_ = 0;
  std::uint64_t seen_signs_ = 0;
  std::chrono::steady_clock::time_point seen_at_{};
  std::string scratch_;  // octets of a row; under the lock
};
using ProviderJobPtr = std::shared_ptr<ProviderJob>;

/// The job that an operation waits for, where other threads can close it while next() replaces it.
class JobSlot {
 public:
  ~JobSlot() { close(); }
  /// Makes the job and starts it; the previous one is forgotten.
  ProviderJobPtr start(Operation& operation, ProviderRequest request);
  void close();
  void watch(std::chrono::steady_clock::time_point now);
  /// Text of the `provider` qualifier; empty when no provider was asked.
  std::string provider_name() const;

 private:
  ProviderJobPtr get() const;

  mutable std::mutex mutex_;
  ProviderJobPtr job_;
  bool closed_ = false;
};

/// An operation that may ask providers.
class ProviderOperation : public Operation {
 protected:
  using Operation::Operation;
  void on_stop() override { slot_.close(); }
  void on_watch(std::chrono::steady_clock::time_point now) override { slot_.watch(now); }
  std::string provider_name() const override;

  JobSlot slot_;
};

}  // namespace manager
