#include "wmid/services_gate.h"

#include <deque>
#include <utility>

namespace wmid {

using namespace base::codes;

/// The sink of one operation: what it gets goes to the other process, up to a window ahead of its answers; then one is deferred until there
/// is room again.
class ServicesGate::Operation final : public cim::Sink, public std::enable_shared_from_this<Operation> {
 public:
  Operation(std::weak_ptr<ServicesGate> gate, std::uint64_t id, cim::ServicesPtr services)
      : gate_(std::move(gate)), id_(id), services_(std::move(services)) {}

  base::Hresult Indicate(const cim::Batch& batch, cim::CallbackScope& scope) override { return forward({id_, link::Rows{batch}}, scope); }
  base::Hresult SetStatus(const cim::SinkStatus& status, cim::CallbackScope& scope) override {
    if (status.type != cim::StatusType::kComplete) return forward({id_, link::State{status}}, scope);
    if (const auto gate = gate_.lock()) {
      end_window(*gate);
      gate->ended(id_);  // first, as its number may come again when the other end knows
      gate->send({id_, link::State{status}});
    }
    return WBEM_S_NO_ERROR;
  }

  /// To the oldest that is outstanding. A failure ends the operation.
  void reply(ServicesGate& gate, base::Hresult result) {
    std::unique_ptr<cim::DeferredReply> owed;
    bool ends = false;
    {
      const std::lock_guard lock(mutex_);
      if (unanswered_.empty()) return;
      gate.ahead_ -= unanswered_.front();
      octets_ -= unanswered_.front();
      unanswered_.pop_front();
      ends = base::failed(result) && !std::exchange(stopped_, true);
      if (stopped_ || !full(gate)) owed = std::move(reply_);
    }
    if (owed) {
      owed->complete(result);
    } else if (ends) {
      cancel();  // it may be waiting for something else for long
    }
  }
  void cancel() { services_->CancelAsyncCall(shared_from_this()).ok(); }  // it may have ended
  /// Nobody answers any more.
  void abandon(ServicesGate& gate) {
    std::unique_ptr<cim::DeferredReply> owed;
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
      owed = std::move(reply_);
    }
    end_window(gate);
    cancel();
    if (owed) owed->complete(WBEM_E_CALL_CANCELLED);
  }

 private:
  /// Under the mutex.
  bool full(const ServicesGate& gate) const {
    const Options& options = gate.options_;
    return !unanswered_.empty() &&
           (unanswered_.size() >= options.window_batches || octets_ >= options.window_octets || gate.ahead_ >= options.windows_octets);
  }
  void end_window(ServicesGate& gate) {
    const std::lock_guard lock(mutex_);
    gate.ahead_ -= octets_;
    octets_ = 0;
    unanswered_.clear();
  }
  base::Hresult forward(const link::Event& event, cim::CallbackScope& scope) {
    const auto gate = gate_.lock();
    if (!gate) return WBEM_E_CALL_CANCELLED;
    const std::string octets = link::encode(event);
    {
      const std::lock_guard lock(mutex_);
      if (stopped_) return WBEM_E_CALL_CANCELLED;
      unanswered_.push_back(octets.size());
      octets_ += octets.size();
      gate->ahead_ += octets.size();
      if (full(*gate)) reply_ = scope.defer();
    }
    gate->send_(octets);
    return WBEM_S_NO_ERROR;
  }

  const std::weak_ptr<ServicesGate> gate_;
  const std::uint64_t id_;
  const cim::ServicesPtr services_;
  std::mutex mutex_;
  std::deque<std::size_t> unanswered_;  // octets of each
  std::size_t octets_ = 0;              // their sum
  std::unique_ptr<cim::DeferredReply> reply_;
  bool stopped_ = false;
};

namespace {

base::Status begin(cim::Services& services, link::Start what, const cim::CallOptions& options, const cim::SinkPtr& sink) {
  using enum cim::Operation;
  const cim::Instance* instance = what.object ? what.object->as_instance() : nullptr;
  const std::optional<cim::Instance> in = instance ? std::optional(*instance) : std::nullopt;
  switch (what.operation) {
    case kGetObjectAsync: return services.GetObjectAsync(what.text, options, sink);
    case kPutClassAsync:
      return services.PutClassAsync(what.object && what.object->is_class() ? what.object->cls() : nullptr, options, sink);
    case kDeleteClassAsync: return services.DeleteClassAsync(what.text, options, sink);
    case kCreateClassEnumAsync: return services.CreateClassEnumAsync(what.text, options, sink);
    case kPutInstanceAsync: return services.PutInstanceAsync(in, options, sink);
    case kDeleteInstanceAsync: return services.DeleteInstanceAsync(what.text, options, sink);
    case kCreateInstanceEnumAsync: return services.CreateInstanceEnumAsync(what.text, options, sink);
    case kExecQueryAsync: return services.ExecQueryAsync(what.text, what.more_text, options, sink);
    case kExecNotificationQueryAsync: return services.ExecNotificationQueryAsync(what.text, what.more_text, options, sink);
    case kExecMethodAsync: return services.ExecMethodAsync(what.text, what.more_text, in, options, sink);
    default: return WBEM_E_INVALID_PARAMETER;
  }
}

}  // namespace

ServicesGate::ServicesGate(Options options, std::function<void(std::string_view)> send)
    : options_(std::move(options)), send_(std::move(send)), pool_(options_.threads) {}

ServicesGate::~ServicesGate() { pool_.stop(); }

bool ServicesGate::handle(std::string_view octets) {
  auto decoded = link::decode_request(octets, interner_);
  if (!decoded) return false;
  const std::uint64_t id = decoded->request.id;
  auto& what = decoded->request.what;
  if (!decoded->object_error.ok()) {
    if (std::holds_alternative<link::Open>(what)) return connected(id, base::fail(std::move(decoded->object_error))), true;
    return answer(id, std::move(decoded->object_error));
  }
  if (const auto* connecting = std::get_if<link::Connect>(&what)) return connect(id, *connecting);
  if (const auto* opening = std::get_if<link::Open>(&what)) return open(id, *opening);
  if (auto* starting = std::get_if<link::Start>(&what)) return start(id, std::move(*starting));
  if (const auto* querying = std::get_if<link::QuerySink>(&what)) return query_sink(id, *querying);
  if (const auto* backing_up = std::get_if<link::Backup>(&what)) return backup(id, *backing_up);
  if (const auto* closing = std::get_if<link::Close>(&what)) {
    cim::ServicesPtr let_go;  // without the lock
    const std::lock_guard lock(mutex_);
    if (const auto found = sessions_.find(closing->session); found != sessions_.end()) {
      let_go = std::move(found->second);
      sessions_.erase(found);
    }
    return true;
  }
  // What is for an operation that has just ended says nothing.
  const OperationPtr under_way = operation(id);
  if (!under_way) return true;
  if (const auto* reply = std::get_if<link::Reply>(&what)) return under_way->reply(*this, reply->result), true;
  under_way->cancel();
  return true;
}

bool ServicesGate::connect(std::uint64_t id, const link::Connect& what) {
  const bool taken = pool_.run([self = weak_from_this(), id, what] {
    const auto gate = self.lock();
    if (!gate) return;
    const auto connect = [&]() -> base::Result<cim::ServicesPtr> {
      TRY_ASSIGN(const cim::Caller caller, gate->options_.caller_of(what.ticket));
      return gate->options_.locator->connect(what.name_space, caller, what.locales);
    };
    gate->connected(id, connect());
  });
  if (!taken) connected(id, base::fail(WBEM_E_SERVER_TOO_BUSY, "too many logins are at work"));
  return true;
}

void ServicesGate::connected(std::uint64_t id, const base::Result<cim::ServicesPtr>& services) {
  link::Connected out;
  if (services) {
    out.name_space = (*services)->name_space();
    out.locales = (*services)->locales();
    out.requires_encryption = (*services)->requires_encryption();
    const std::lock_guard lock(mutex_);
    if (closed_ || sessions_.size() >= options_.max_sessions) {
      out.status = {WBEM_E_QUOTA_VIOLATION, "too many namespaces are open"};
    } else {
      out.session = ++last_session_;
      sessions_.emplace(out.session, *services);
    }
  } else {
    out.status = services.error();
  }
  send({id, std::move(out)});
}

bool ServicesGate::answer(std::uint64_t id, base::Status status) {
  send({id, link::Started{std::move(status)}});
  return true;
}

cim::ServicesPtr ServicesGate::session(std::uint64_t id) const {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : found->second;
}

ServicesGate::OperationPtr ServicesGate::operation(std::uint64_t id) const {
  const std::lock_guard lock(mutex_);
  const auto found = operations_.find(id);
  return found == operations_.end() ? nullptr : found->second;
}

void ServicesGate::ended(std::uint64_t id) {
  const std::lock_guard lock(mutex_);
  operations_.erase(id);
}

bool ServicesGate::open(std::uint64_t id, const link::Open& what) {
  const cim::ServicesPtr services = session(what.session);
  if (!services) return false;
  cim::CallOptions options;
  options.flags = what.flags;
  options.context = what.context;
  base::Status started = services->OpenNamespaceAsync(what.name, options, [weak = weak_from_this(), id](auto opened) {
    if (const auto gate = weak.lock()) gate->connected(id, opened);
  });
  if (!started.ok()) connected(id, base::fail(std::move(started)));
  return true;
}

bool ServicesGate::start(std::uint64_t id, link::Start what) {
  const cim::ServicesPtr services = session(what.session);
  if (!services) return false;
  const auto made = std::make_shared<Operation>(weak_from_this(), id, services);
  {
    const std::lock_guard lock(mutex_);
    if (closed_ || operations_.contains(id)) return false;
    if (operations_.size() < options_.max_operations) operations_.emplace(id, made);
  }
  if (operation(id) != made) return answer(id, {WBEM_E_SERVER_TOO_BUSY, "too many operations are at work"});
  cim::CallOptions options;
  options.flags = what.flags;
  options.context = what.context;
  options.reader_paced = what.reader_paced;
  options.must_exist = what.must_exist;
  base::Status started = begin(*services, std::move(what), options, made);
  if (!started.ok()) ended(id);
  return answer(id, std::move(started));
}

bool ServicesGate::query_sink(std::uint64_t id, const link::QuerySink& what) {
  const cim::ServicesPtr services = session(what.session);
  if (!services) return false;
  const auto sink = services->QueryObjectSink(what.flags);
  // Events have no way from that process yet.
  return answer(id, sink ? base::Status(WBEM_E_NOT_SUPPORTED, "events cannot be delivered yet") : sink.error());
}

bool ServicesGate::backup(std::uint64_t id, const link::Backup& what) {
  const bool taken = pool_.run([self = weak_from_this(), id, what] {
    const auto gate = self.lock();
    if (!gate) return;
    const auto perform = [&]() -> base::Status {
      TRY_ASSIGN(const cim::Caller caller, gate->options_.caller_of(what.ticket));
      remote::BackupService* service = gate->options_.backup;
      if (!service) return {E_NOTIMPL, "this server does not back up"};
      return what.restore ? service->restore(caller, what.file, what.flags) : service->backup(caller, what.file, what.flags);
    };
    gate->answer(id, perform());
  });
  return taken || answer(id, {WBEM_E_SERVER_TOO_BUSY, "too many requests are at work"});
}

void ServicesGate::close() {
  pool_.stop();
  std::unordered_map<std::uint64_t, cim::ServicesPtr> sessions;
  std::unordered_map<std::uint64_t, OperationPtr> operations;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    sessions.swap(sessions_);
    operations.swap(operations_);
  }
  for (const auto& [id, operation] : operations) operation->abandon(*this);
}

ServicesGate::Figures ServicesGate::figures() const {
  const std::lock_guard lock(mutex_);
  return {sessions_.size(), operations_.size(), ahead_};
}

}  // namespace wmid
