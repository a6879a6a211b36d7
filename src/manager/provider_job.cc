#include "manager/provider_job.h"

#include <exception>

#include "base/utf.h"
#include "manager/core.h"
#include "manager/isolated_host.h"
#include "manager/update.h"

namespace manager {

namespace {

/// Rows that are worth waking the operation for; fewer wait for the end of the call or the watchdog's next visit.
constexpr std::size_t kEnoughRows = 64;
constexpr std::size_t kEnoughOctets = 16U << 10U;

/// Called inside a provider's function too: what the operation does then, threads that it starts included, is not done as its caller.
void wake(const OperationPtr& operation) {
  if (!operation) return;
  const AsProcess own;
  operation->wake();
}

base::Status gone() { return {WBEM_E_CALL_CANCELLED, "nobody waits for this call any more"}; }

}  // namespace

ProviderJob::ProviderJob(Operation& operation, ProviderRequest request)
    : request_(std::move(request)),
      connection_(operation.connection_ptr()),
      options_(operation.options()),
      // Only single answers: rows without bound need a thread that may wait.
      inline_(request_.entry->capabilities.inline_calls && request_.kind != ProviderRequest::Kind::kEnumerate &&
              request_.kind != ProviderRequest::Kind::kQuery),
      operation_(&operation) {
  if (request_.method != nullptr && request_.method->out != nullptr) out_.emplace(request_.method->out);
}

ProviderJob::~ProviderJob() = default;

void ProviderJob::start() {
  if (inline_) {
    run();
    return;
  }
  self_ = shared_from_this();
  if (connection_->core->provider_pool.post(*this)) return;
  self_.reset();
  finish({WBEM_E_SHUTTING_DOWN, "the object manager is shutting down"});
}

void ProviderJob::run() {
  const std::shared_ptr<ProviderJob> self = inline_ ? nullptr : std::move(self_);
  if (cancelled()) {
    finish(gone());
    return;
  }
  if (!inline_) {
    const Lock lock(mutex_);
    started_ = true;
    worker_ = Executor::current();
  }
  base::Status status = call_provider();
  if (!inline_) {
    const Lock lock(mutex_);
    worker_ = nullptr;
  }
  if (status.code() == WBEM_S_PENDING) return;
  if (const OperationPtr operation = end(std::move(status)); operation && !inline_) operation->wake();
}

base::Status ProviderJob::call_provider() {
  const ProviderEntry& entry = *request_.entry;
  TRY(impersonation().refused);
  if (entry.host != nullptr) return entry.host->run(*this);
  return run_as(impersonation().identity, [&] { return invoke(*entry.registration.provider, request_, *this); });
}

base::Status ProviderJob::invoke(Provider& provider, const ProviderRequest& request, MethodCall& call) {
  try {
    switch (request.kind) {
      case ProviderRequest::Kind::kGet: return provider.get(call, request.path, request.wanted);
      case ProviderRequest::Kind::kEnumerate: return provider.enumerate(call, request.wanted);
      case ProviderRequest::Kind::kQuery: return provider.query(call, *request.query);
      case ProviderRequest::Kind::kPut: return provider.put(call, *request.instance, request.flags);
      case ProviderRequest::Kind::kRemove: return provider.remove(call, request.path);
      case ProviderRequest::Kind::kMethod: return provider.exec_method(call);
    }
    return WBEM_E_UNEXPECTED;
  } catch (const std::exception& error) {
    return {WBEM_E_PROVIDER_FAILURE, fmt::format("the provider of {} failed: {}", request.cls->name(), error.what())};
  } catch (...) {
    return {WBEM_E_PROVIDER_FAILURE, fmt::format("the provider of {} failed", request.cls->name())};
  }
}

bool ProviderJob::take(cim::BatchBuilder& out) {
  const Lock lock(mutex_);
  if (rows_.size() == 0) return false;
  std::swap(out, rows_);
  room_.notify_all();
  return true;
}

std::optional<base::Status> ProviderJob::outcome() {
  const Lock lock(mutex_);
  if (rows_.size() != 0) return std::nullopt;
  return outcome_;
}

void ProviderJob::close() {
  std::function<void()> interrupt;
  {
    const Lock lock(mutex_);
    closed_.store(true, std::memory_order_relaxed);
    operation_.reset();
    interrupt = std::exchange(interrupt_, nullptr);
    room_.notify_all();
  }
  if (interrupt) interrupt();
}

void ProviderJob::set_interrupt(std::function<void()> interrupt) {
  {
    const Lock lock(mutex_);
    if (!closed_.load(std::memory_order_relaxed) || !interrupt) {
      interrupt_ = std::move(interrupt);
      return;
    }
  }
  interrupt();
}

void ProviderJob::watch(std::chrono::steady_clock::time_point now) {
  OperationPtr operation;
  std::function<void()> interrupt;
  {
    Lock lock(mutex_);
    if (closed_.load(std::memory_order_relaxed) || finished_ || !started_) return;
    if (rows_.size() != 0) operation = owner(lock);
    if (seen_signs_ != signs_of_life_ + 1) {
      seen_signs_ = signs_of_life_ + 1;
      seen_at_ = now;
    }
    const std::chrono::milliseconds limit = request_.entry->registration.timeout;
    // A provider that waits for a slow sink is not to blame.
    if (full() || now - seen_at_ <= limit) {
      lock.unlock();
      if (operation) operation->wake();
      return;
    }
    operation = std::move(operation_);
    outcome_ = base::Status(WBEM_E_PROVIDER_TIMED_OUT,
                            fmt::format("the provider of {} gave no sign of life for {} ms", request_.cls->name(), limit.count()));
    finished_ = true;
    closed_.store(true, std::memory_order_relaxed);
    interrupt = std::exchange(interrupt_, nullptr);
    if (worker_ != nullptr && !interrupt) Executor::replace(*worker_);
    room_.notify_all();
  }
  if (interrupt) interrupt();
  if (operation) operation->wake();
}

base::Status ProviderJob::make_room(Lock& lock) {
  ++signs_of_life_;
  if (finished_) return gone();
  if (!full() || inline_) return closed_.load(std::memory_order_relaxed) ? gone() : base::Status();
  if (const OperationPtr operation = owner(lock)) {
    lock.unlock();
    wake(operation);
    lock.lock();
  }
  room_.wait(lock, [this] { return !full() || closed_.load(std::memory_order_relaxed); });
  ++signs_of_life_;
  return closed_.load(std::memory_order_relaxed) ? gone() : base::Status();
}

void ProviderJob::row_added(Lock& lock) {
  if (inline_) return;
  const bool enough = rows_.size() == kEnoughRows || (rows_.octets() >= kEnoughOctets && rows_.size() % kEnoughRows == 1);
  if (!enough) return;
  const OperationPtr operation = owner(lock);
  lock.unlock();
  wake(operation);
}

base::Status ProviderJob::indicate(const cim::InstanceBuilder& row) {
  if (row.cls() != request_.cls) return indicate(row.build());
  Lock lock(mutex_);
  TRY(make_room(lock));
  scratch_.clear();
  row.append_to(scratch_);
  rows_.add(row.cls(), {reinterpret_cast<const std::uint8_t*>(scratch_.data()), scratch_.size()});
  row_added(lock);
  return {};
}

/// A row made with an older definition of the class is carried over; one of another class is refused.
base::Status ProviderJob::indicate(const cim::Instance& row) {
  if (row.cls() == request_.cls) return add(request_.cls, row.view().octets());
  if (!base::equal_ignore_case(row.cls()->name(), request_.cls->name())) {
    return {WBEM_E_PROVIDER_FAILURE, fmt::format("the provider of {} gave an instance of {}", request_.cls->name(), row.cls()->name())};
  }
  TRY_ASSIGN(const cim::Instance adapted, adapt(row, request_.cls));
  return add(request_.cls, adapted.view().octets());
}

base::Status ProviderJob::add(const cim::ClassPtr& cls, std::span<const std::uint8_t> octets) {
  Lock lock(mutex_);
  TRY(make_room(lock));
  rows_.add(cls, octets);
  row_added(lock);
  return {};
}

void ProviderJob::progress(std::uint32_t done, std::uint32_t total, std::string text) {
  OperationPtr operation;
  {
    Lock lock(mutex_);
    ++signs_of_life_;
    operation = owner(lock);
  }
  if (!operation) return;
  const AsProcess own;
  operation->report(done, total, std::move(text));
}

void ProviderJob::finish(base::Status status) { wake(end(std::move(status))); }

OperationPtr ProviderJob::end(base::Status status) {
  const Lock lock(mutex_);
  if (std::exchange(finished_, true)) return nullptr;
  interrupt_ = nullptr;
  if (status.ok() && out_ && !closed_.load(std::memory_order_relaxed)) rows_.add(cim::Object(out_->build()));
  outcome_ = std::move(status);
  return std::move(operation_);
}

cim::Value in_parameter(const ProviderRequest& request, std::string_view name) {
  if (request.instance && request.instance->cls()->property(name) != nullptr) return request.instance->value(name);
  if (request.method->in == nullptr) return {};
  const cim::Property* property = request.method->in->property(name);
  return property == nullptr ? cim::Value() : property->default_value;
}

base::Status ProviderJob::out(std::string_view name, const cim::Value& value) {
  const Lock lock(mutex_);
  if (!out_) return {WBEM_E_NOT_FOUND, fmt::format("{} has no out-parameter {}", request_.method->name, name)};
  return out_->set(name, value);
}

base::Status ProviderJob::set_out(const cim::Instance& out) {
  const Lock lock(mutex_);
  out_.emplace(out);
  return {};
}

ProviderJobPtr JobSlot::get() const {
  const std::lock_guard lock(mutex_);
  return job_;
}

ProviderJobPtr JobSlot::start(Operation& operation, ProviderRequest request) {
  auto job = std::make_shared<ProviderJob>(operation, std::move(request));
  {
    const std::lock_guard lock(mutex_);
    job_ = job;
    if (closed_) job->close();
  }
  job->start();
  return job;
}

void JobSlot::close() {
  ProviderJobPtr job;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    job = job_;
  }
  if (job) job->close();
}

void JobSlot::watch(std::chrono::steady_clock::time_point now) {
  if (const ProviderJobPtr job = get()) job->watch(now);
}

std::string JobSlot::provider_name() const {
  const ProviderJobPtr job = get();
  return job ? job->request().entry->registration.provider_name : std::string();
}

std::string ProviderOperation::provider_name() const {
  std::string name = slot_.provider_name();
  return name.empty() ? Operation::provider_name() : name;
}

}  // namespace manager
