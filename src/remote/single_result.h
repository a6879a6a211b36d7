// The outcome of an operation with one result: a row of WbemCallResultTable (MS-WMI 3.1.1.1.2). Only for the server's files.
#pragma once

#include <optional>

#include "cim/calls.h"
#include "remote/server_core.h"

namespace remote {

/// The sink that a synchronous or semi-synchronous operation gets. Thread-safe; what it holds is read only after its end.
class SingleResult final : public cim::Sink, public std::enable_shared_from_this<SingleResult> {
 public:
  SingleResult() = default;
  /// Ends when the server shuts down; `cancel` tells the operation.
  void watch(ServerCore& core, std::function<void()> cancel);

  base::Hresult Indicate(const cim::Batch& batch, cim::CallbackScope& scope) override;
  base::Hresult SetStatus(const cim::SinkStatus& status, cim::CallbackScope& scope) override;
  void finish(base::Result<cim::ServicesPtr> opened);
  /// OperationFinished with this failure, unless it has ended.
  void end(base::Status status);

  /// Called once, at once when the operation has ended.
  void when_finished(std::function<void()> action) { add_action(std::move(action)); }
  /// `action(finished)` once: at the end, or after `timeout` milliseconds by the clock (0 none, 0xFFFFFFFF for ever).
  void wait(Timers& timers, std::uint32_t timeout, std::function<void(bool)> action);

  bool finished();
  const base::Status& status() const { return status_; }
  const std::optional<cim::Object>& object() const { return object_; }
  const std::string& text() const { return text_; }
  const cim::ServicesPtr& services() const { return services_; }

 private:
  using Lock = std::unique_lock<std::mutex>;
  void settle(Lock& lock, base::Status status);
  /// Its number; 0 when it was called at once.
  std::uint64_t add_action(std::function<void()> action);
  void drop_action(std::uint64_t number);

  std::mutex mutex_;
  bool finished_ = false;
  base::Status status_;
  std::optional<cim::Object> object_;
  std::string text_;
  cim::ServicesPtr services_;
  std::map<std::uint64_t, std::function<void()>> actions_;
  std::uint64_t last_action_ = 0;
  std::unique_ptr<ServerCore::UnderWay> under_way_;
};
using SingleResultPtr = std::shared_ptr<SingleResult>;

/// A final status as a Status, with the description of its __ExtendedStatus on failure.
base::Status final_status(base::Hresult code, const cim::ObjectPtr& error);

}  // namespace remote
