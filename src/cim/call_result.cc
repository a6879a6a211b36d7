#include "cim/call_state.h"

namespace cim {
namespace internal {

std::optional<std::chrono::steady_clock::time_point> deadline_of(Timeout timeout) {
  if (timeout == kInfinite) return std::nullopt;
  return std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout);
}

base::Status status_of(base::Hresult code, const ObjectPtr& error) {
  if (!error || base::succeeded(code)) return code;
  auto description = error->get("Description");
  const std::string* text = description ? description->as_text() : nullptr;
  return text ? base::Status(code, *text) : base::Status(code);
}

base::Hresult CallState::Indicate(const Batch& batch, CallbackScope&) {
  const std::scoped_lock lock(mutex_);
  if (!object_) object_ = batch.object(0);
  return WBEM_S_NO_ERROR;
}

base::Hresult CallState::SetStatus(const SinkStatus& status, CallbackScope&) {
  if (status.type != StatusType::kComplete) return WBEM_S_NO_ERROR;
  const std::scoped_lock lock(mutex_);
  status_ = status_of(status.code, status.error);
  text_ = status.text;
  if (!status_.ok()) error_ = status.error;
  finished_ = true;
  changed_.notify_all();
  return WBEM_S_NO_ERROR;
}

void CallState::finish(base::Result<ServicesPtr> services) {
  const std::scoped_lock lock(mutex_);
  if (services) {
    services_ = *std::move(services);
  } else {
    status_ = std::move(services).error();
  }
  finished_ = true;
  changed_.notify_all();
}

bool CallState::wait(Timeout timeout) {
  std::unique_lock lock(mutex_);
  if (finished_ || timeout == 0) return finished_;
  const auto ended = [this] { return finished_; };
  if (const auto deadline = deadline_of(timeout)) return changed_.wait_until(lock, *deadline, ended);
  changed_.wait(lock, ended);
  return true;
}

ObjectPtr CallState::error() const {
  const std::scoped_lock lock(mutex_);
  return error_;
}

namespace {

class CallResultImpl final : public CallResult {
 public:
  explicit CallResultImpl(CallStatePtr state) : state_(std::move(state)) {}

  base::Status GetCallStatus(Timeout timeout, base::Status* call_status) override {
    if (!call_status) return WBEM_E_INVALID_PARAMETER;
    if (!state_->wait(timeout)) return WBEM_S_TIMEDOUT;
    *call_status = state_->status();
    return {};
  }

  base::Status GetResultObject(Timeout timeout, ObjectPtr* object) override {
    return get(
        timeout, object, state_->object(), "an object", [](const std::optional<Object>& o) { return o.has_value(); },
        [](const std::optional<Object>& o) { return std::make_shared<const Object>(*o); });
  }

  base::Status GetResultString(Timeout timeout, std::string* text) override {
    return get(timeout, text, state_->text(), "a path", [](const std::string& s) { return !s.empty(); }, std::identity{});
  }

  base::Status GetResultServices(Timeout timeout, ServicesPtr* services) override {
    return get(timeout, services, state_->services(), "a connection", [](const ServicesPtr& s) { return s != nullptr; }, std::identity{});
  }

  ObjectPtr error_object() const override { return state_->error(); }

 private:
  template <class Out, class In>
  base::Status get(Timeout timeout, Out* out, const In& in, std::string_view what, auto&& present, auto&& convert) {
    if (!out) return WBEM_E_INVALID_PARAMETER;
    if (!state_->wait(timeout)) return WBEM_S_TIMEDOUT;
    if (!state_->status().ok()) return state_->status();
    if (!present(in)) return {WBEM_E_INVALID_OPERATION, "the call does not give " + std::string(what)};
    *out = convert(in);
    return {};
  }

  CallStatePtr state_;
};

}  // namespace

CallResultPtr make_call_result(CallStatePtr state) { return std::make_shared<CallResultImpl>(std::move(state)); }

}  // namespace internal
}  // namespace cim
