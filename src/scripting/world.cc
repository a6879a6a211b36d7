#include "scripting/world.h"

#include <fmt/format.h>

#include "base/utf.h"
#include "scripting/swbem_security.h"
#include "scripting/swbem_sink.h"

namespace scripting {
namespace {

constexpr std::chrono::milliseconds kLook{50};  // how often a wait looks for an interruption

/// Takes the answer of a synchronous call. Thread-safe.
class WaitingSink final : public cim::Sink {
 public:
  base::Hresult Indicate(const cim::Batch& batch, cim::CallbackScope&) override {
    const std::scoped_lock lock(mutex_);
    if (!output_.object) output_.object = batch.object(0);
    return WBEM_S_NO_ERROR;
  }
  base::Hresult SetStatus(const cim::SinkStatus& status, cim::CallbackScope&) override {
    if (status.type != cim::StatusType::kComplete) return WBEM_S_NO_ERROR;
    const std::scoped_lock lock(mutex_);
    final_ = status;
    changed_.notify_all();
    return WBEM_S_NO_ERROR;
  }
  /// False when the time is over first.
  bool wait(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, time, [this] { return final_.has_value(); });
  }
  const cim::SinkStatus& final_status() const { return *final_; }
  CallOutput& output() { return output_; }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  CallOutput output_;
  std::optional<cim::SinkStatus> final_;
};

cim::ClassPtr extended_status_class() {
  static const cim::ClassPtr cls = [] {
    cim::ClassBuilder builder("__ExtendedStatus");
    constexpr cim::Type kText{cim::CimType::kString, false};
    for (const char* name : {"Description", "Operation", "ParameterInfo", "ProviderName"}) (void)builder.put_property(name, kText);
    (void)builder.put_property("StatusCode", {cim::CimType::kUint32, false});
    return builder.build().value_or(nullptr);
  }();
  return cls;
}

/// The operation's name without Async: what was called asynchronously and what merely ran so underneath fail alike.
std::string_view plain_name(std::string_view operation) {
  constexpr std::string_view kAsync = "Async";
  if (operation.ends_with(kAsync)) operation.remove_suffix(kAsync.size());
  return operation;
}

}  // namespace

cim::ObjectPtr with_plain_name(cim::ObjectPtr error) {
  const cim::Instance* instance = error->as_instance();
  const auto named = error->get("Operation");
  const std::string* name = named ? named->as_text() : nullptr;
  if (instance == nullptr || name == nullptr || plain_name(*name) == *name) return error;
  cim::InstanceBuilder builder(*instance);
  if (!builder.set("Operation", cim::Value::text(std::string(plain_name(*name))))) return error;
  return std::make_shared<const cim::Object>(builder.build(instance->decorated()));
}

bool changes_classes(cim::Operation operation) {
  using cim::Operation;
  return operation == Operation::kPutClass || operation == Operation::kPutClassAsync || operation == Operation::kDeleteClass ||
         operation == Operation::kDeleteClassAsync;
}

cim::ObjectPtr make_extended_status(const base::Status& status, const CallSubject& subject) {
  cim::InstanceBuilder builder(extended_status_class());
  const auto set = [&](std::string_view name, std::string_view text) {
    if (!text.empty()) (void)builder.set(name, cim::Value::text(std::string(text)));
  };
  set("Description", status.text().empty() ? base::hresult_text(status.code()) : std::string_view(status.text()));
  set("Operation", plain_name(cim::operation_name(subject.operation)));
  set("ParameterInfo", subject.parameter);
  (void)builder.set("StatusCode", cim::Value::uint(static_cast<std::uint32_t>(status.code())));
  return std::make_shared<const cim::Object>(builder.build());
}

base::Result<cim::ServicesPtr> Session::services() {
  if (changed_ && services_ && !request_.server.empty()) {
    TRY_ASSIGN(services_, world_->connector()(request_));
  }
  changed_ = false;
  if (!services_) return base::fail(WBEM_E_INVALID_OBJECT, "the object belongs to no namespace");
  return services_;
}

void Session::set_security(SecuritySettings settings) {
  changed_ =
      changed_ || settings.authentication != request_.security.authentication || settings.impersonation != request_.security.impersonation;
  request_.security = std::move(settings);
}

std::string Session::moniker_prefix() const { return security_prefix(request_.security, request_.authority, request_.locale); }

World::World(Apartment& apartment, Connector connector)
    : apartment_(apartment), connector_(std::move(connector)), queue_(std::make_shared<EventQueue>(apartment)) {}

World::~World() { queue_->close(); }

base::Result<SessionPtr> World::connect(ConnectRequest request) {
  clear_last_error();
  if (request.name_space.empty()) request.name_space = "root\\cimv2";
  auto services = connector_(request);
  if (!services) {
    remember(services.error(), {cim::Operation::kOpenNamespace, request.name_space});
    return base::fail(std::move(services).error());
  }
  return std::make_shared<Session>(shared_from_this(), *std::move(services), std::move(request));
}

void World::remember(const base::Status& status, const CallSubject& subject, cim::ObjectPtr error) {
  last_error_ = error ? with_plain_name(std::move(error)) : make_extended_status(status, subject);
}

base::Result<CallOutput> World::call(Session& session, const CallSubject& subject, std::uint32_t flags, cim::ContextPtr context,
                                     const Start& start) {
  clear_last_error();
  const auto refuse = [&](base::Status status, cim::ObjectPtr error = {}) {
    remember(status, subject, std::move(error));
    return base::fail(std::move(status));
  };
  if (auto checked = cim::check_flags(subject.operation, flags); !checked) return refuse(std::move(checked));
  auto services = session.services();
  if (!services) return refuse(std::move(services).error());
  if (changes_classes(subject.operation)) session.known_classes().clear();
  cim::CallOptions options;
  options.flags = flags & ~cim::flag::kReturnImmediately;
  options.context = std::move(context);
  options.caller_waits = true;
  const auto sink = std::make_shared<WaitingSink>();
  if (auto started = start(**services, options, sink); !started) return refuse(std::move(started));
  while (!sink->wait(kLook)) {
    if (!apartment_.interrupted()) continue;
    (void)(*services)->CancelAsyncCall(sink);
    return refuse(WBEM_E_CALL_CANCELLED);
  }
  const cim::SinkStatus& status = sink->final_status();
  if (base::failed(status.code)) return refuse(status.code, status.error);
  sink->output().text = status.text;
  return std::move(sink->output());
}

}  // namespace scripting
