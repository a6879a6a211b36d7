// One asynchronous operation: a row of AsyncOperationTable (MS-WMI 3.1.1.1.1) on the side of the wire. Only for the server's files.
#pragma once

#include <optional>

#include "cim/services.h"
#include "remote/object_array.h"
#include "remote/server_sink.h"
#include "remote/timers.h"

namespace remote {

/// The sink that the operation gets. At most one callback is outstanding, but for the final status of a cancelled one, which waits for
/// nobody. Each callback has CallbackPolicy::timeout by the clock (3.1.2.2). Thread-safe.
class AsyncCall final : public cim::Sink, public std::enable_shared_from_this<AsyncCall> {
 public:
  static constexpr std::size_t kMaxBatchOctets = 262'144;  // FinalizerBatchSize

  /// `caller`: for the log. `sends_text`: the final status carries the operation's string (a put instance's path).
  AsyncCall(std::shared_ptr<ServerCore> core, SinkKey key, ServerSinkPtr sink, std::string caller, std::string operation, bool sends_text);
  AsyncCall(const AsyncCall&) = delete;
  AsyncCall& operator=(const AsyncCall&) = delete;

  base::Hresult Indicate(const cim::Batch& batch, cim::CallbackScope& scope) override;
  base::Hresult SetStatus(const cim::SinkStatus& status, cim::CallbackScope& scope) override;

  /// How the operation is told to end; called by cancel(), at once when that came before.
  void set_canceller(std::function<void()> cancel);
  /// The final status is `code`, now, and the operation is told. False when a final status was sent before.
  bool cancel(base::Hresult code);

  const SinkKey& key() const { return key_; }
  const ServerSinkPtr& sink() const { return sink_; }

 private:
  using Lock = std::unique_lock<std::mutex>;
  using Reply = std::unique_ptr<cim::DeferredReply>;

  void send_rows();
  cim::Batch next_rows();
  void send(std::uint16_t opnum, ServerSink::Parameters parameters, std::function<void(const dcom::ObjectReply&)> answered);
  void answered(const dcom::ObjectReply& reply);
  void send_final(base::Hresult code, std::string text, cim::ObjectPtr error);
  void log_failure(const base::Status& status) const;

  const std::shared_ptr<ServerCore> core_;
  const SinkKey key_;
  const ServerSinkPtr sink_;
  const std::string caller_;
  const std::string operation_;
  const bool sends_text_;
  ClassIds ids_;  // used by one callback at a time

  std::mutex mutex_;
  Reply reply_;  // of the callback that is outstanding
  cim::Batch batch_;
  std::size_t next_row_ = 0;
  bool final_sent_ = false;  // SetStatusWithFinalResultCalled
  bool cancelled_ = false;
  std::function<void()> cancel_;
};
using AsyncCallPtr = std::shared_ptr<AsyncCall>;

}  // namespace remote
