// The sink behind a synchronous or semi-synchronous call with a single result. Internal to cim.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "cim/calls.h"

namespace cim::internal {

/// The moment at which a wait that begins now ends; nullopt: never.
std::optional<std::chrono::steady_clock::time_point> deadline_of(Timeout timeout);

/// A final status as a Status, with the description of its __ExtendedStatus on failure.
base::Status status_of(base::Hresult code, const ObjectPtr& error);

/// Thread-safe. Results are read only after wait() has said true.
class CallState final : public Sink {
 public:
  base::Hresult Indicate(const Batch& batch, CallbackScope& scope) override;
  base::Hresult SetStatus(const SinkStatus& status, CallbackScope& scope) override;
  void finish(base::Result<ServicesPtr> services);

  /// True once the call has ended.
  bool wait(Timeout timeout);
  const base::Status& status() const { return status_; }
  const std::optional<Object>& object() const { return object_; }
  const std::string& text() const { return text_; }
  const ServicesPtr& services() const { return services_; }
  /// Null as long as the call has not ended.
  ObjectPtr error() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool finished_ = false;
  base::Status status_;
  std::optional<Object> object_;
  std::string text_;
  ServicesPtr services_;
  ObjectPtr error_;
};
using CallStatePtr = std::shared_ptr<CallState>;

CallResultPtr make_call_result(CallStatePtr state);

}  // namespace cim::internal
