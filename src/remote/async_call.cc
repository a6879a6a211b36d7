#include "remote/async_call.h"

#include <fmt/format.h>

#include "remote/messages.h"
#include "remote/server_core.h"

namespace remote {

namespace {

constexpr auto kIndicate = static_cast<std::uint16_t>(SinkOp::kIndicate);
constexpr auto kSetStatus = static_cast<std::uint16_t>(SinkOp::kSetStatus);

/// What an __ExtendedStatus says.
std::string text_of(const cim::ObjectPtr& error) {
  if (!error) return {};
  const auto description = error->get("Description");
  const std::string* text = description ? description->as_text() : nullptr;
  return text != nullptr ? *text : std::string();
}

bool decorated(const cim::Batch& batch) { return batch.is_class(0) || batch.object(0).instance().decorated(); }

}  // namespace

AsyncCall::AsyncCall(std::shared_ptr<ServerCore> core, SinkKey key, ServerSinkPtr sink, std::string caller, std::string operation,
                     bool sends_text)
    : core_(std::move(core)),
      key_(std::move(key)),
      sink_(std::move(sink)),
      caller_(std::move(caller)),
      operation_(std::move(operation)),
      sends_text_(sends_text),
      ids_(*core_->options().random) {}

void AsyncCall::log_failure(const base::Status& status) const {
  base::Log& log = *core_->options().log;
  if (!log.enabled(base::LogLevel::kInfo)) return;
  log.info(fmt::format("{}: {}: callback failed: {}", caller_, operation_, status.to_string()));
}

/// One callback, answered by the client or by the clock, whichever is first.
void AsyncCall::send(std::uint16_t opnum, ServerSink::Parameters parameters, std::function<void(const dcom::ObjectReply&)> answered) {
  struct Pending {
    std::atomic<bool> answered{false};
    std::atomic<Timers::Id> timer{0};
  };
  auto pending = std::make_shared<Pending>();
  const std::chrono::milliseconds timeout = core_->options().callbacks.timeout;
  auto once = std::make_shared<std::function<void(const dcom::ObjectReply&)>>(std::move(answered));
  const Timers::Id timer = core_->timers().add(timeout, [pending, once, self = shared_from_this()] {
    if (pending->answered.exchange(true)) return;
    dcom::ObjectReply late;
    late.status = {WBEM_E_CALL_CANCELLED, "the sink did not answer in time"};
    (*once)(late);
  });
  pending->timer = timer;
  // Real time ends the call too, but the clock has the first word.
  sink_->call(opnum, std::move(parameters), 2 * timeout, [pending, once, self = shared_from_this()](const dcom::ObjectReply& reply) {
    self->core_->timers().cancel(pending->timer);
    if (!pending->answered.exchange(true)) (*once)(reply);
  });
}

base::Hresult AsyncCall::Indicate(const cim::Batch& batch, cim::CallbackScope& scope) {
  {
    const Lock lock(mutex_);
    if (final_sent_) return WBEM_E_CALL_CANCELLED;
    reply_ = scope.defer();
    batch_ = batch;
    next_row_ = 0;
  }
  send_rows();
  return WBEM_S_NO_ERROR;
}

/// As many of the rows as one callback takes.
cim::Batch AsyncCall::next_rows() {
  const Lock lock(mutex_);
  const bool plain = !sink_->new_style;
  const std::size_t first = next_row_;
  std::size_t octets = 0;
  while (next_row_ < batch_.size()) {
    const std::size_t instance = batch_.is_class(next_row_) ? 0 : batch_.view(next_row_).octets().size();
    octets += instance + (plain || instance == 0 ? batch_.cls(next_row_)->class_part().size() : 0);
    if (octets > kMaxBatchOctets && next_row_ != first) break;
    ++next_row_;
  }
  if (first == 0 && next_row_ == batch_.size()) return std::exchange(batch_, {});
  cim::BatchBuilder builder;
  builder.set_decorated(decorated(batch_));
  for (std::size_t row = first; row < next_row_; ++row) {
    if (batch_.is_class(row)) {
      builder.add(batch_.object(row));
    } else {
      builder.add(batch_.cls(row), batch_.view(row).octets());
    }
  }
  if (next_row_ == batch_.size()) batch_ = {};
  return builder.take();
}

// MS-WMI 3.1.6.1: the first Indicate is plain; ObjectArrays only once the sink has said that it understands them.
void AsyncCall::send_rows() {
  send(
      kIndicate,
      [self = shared_from_this(), rows = next_rows()](rpc::NdrWriter& out) {
        if (self->sink_->new_style) {
          write_optimised_indicate(out, rows, self->ids_);
        } else {
          write_indicate(out, rows);
        }
      },
      [self = shared_from_this()](const dcom::ObjectReply& reply) { self->answered(reply); });
}

void AsyncCall::answered(const dcom::ObjectReply& reply) {
  if (reply.status.code() == WBEM_S_NEW_STYLE) sink_->new_style = true;
  if (!reply.status.ok()) log_failure(reply.status);
  bool more = false;
  Reply owed;
  {
    const Lock lock(mutex_);
    more = reply.status.ok() && !final_sent_ && !batch_.empty();
    if (!more) {
      batch_ = {};
      owed = std::move(reply_);
    }
  }
  if (more) return send_rows();
  if (owed) owed->complete(reply.status.ok() ? WBEM_S_NO_ERROR : reply.status.code());
}

base::Hresult AsyncCall::SetStatus(const cim::SinkStatus& status, cim::CallbackScope& scope) {
  if (status.type == cim::StatusType::kComplete) {
    send_final(status.code, sends_text_ ? status.text : std::string(), status.error);
    return WBEM_S_NO_ERROR;
  }
  {
    const Lock lock(mutex_);
    if (final_sent_) return WBEM_E_CALL_CANCELLED;
    reply_ = scope.defer();
  }
  SetStatusRequest request;
  request.flags = static_cast<std::uint32_t>(status.type);
  request.result = static_cast<std::uint32_t>(status.code);
  if (!status.text.empty()) request.text = status.text;
  send(
      kSetStatus, [request](rpc::NdrWriter& out) { write_set_status(out, request); },
      [self = shared_from_this()](const dcom::ObjectReply& reply) { self->answered(reply); });
  return WBEM_S_NO_ERROR;
}

void AsyncCall::send_final(base::Hresult code, std::string text, cim::ObjectPtr error) {
  {
    const Lock lock(mutex_);
    if (std::exchange(final_sent_, true)) return;
    cancel_ = nullptr;
  }
  if (code == WBEM_E_CALL_CANCELLED && core_->gate().shutting_down()) code = WBEM_E_SHUTTING_DOWN;
  // A cancelled call did not fail: its client, or its sink, wanted no more.
  if (base::failed(code) && code != WBEM_E_CALL_CANCELLED) core_->log_failure(caller_, operation_, {code, text_of(error)});
  SetStatusRequest request;
  request.result = static_cast<std::uint32_t>(code);
  if (base::succeeded(code) && !text.empty()) request.text = std::move(text);
  if (base::failed(code) && error) request.object = *error;
  send(
      kSetStatus, [request](rpc::NdrWriter& out) { write_set_status(out, request); },
      [self = shared_from_this()](const dcom::ObjectReply& reply) {
        if (!reply.status.ok()) self->log_failure(reply.status);
        self->core_->async_calls().remove(self);
      });
}

void AsyncCall::set_canceller(std::function<void()> cancel) {
  {
    const Lock lock(mutex_);
    if (!cancelled_) {
      if (!final_sent_) cancel_ = std::move(cancel);
      return;
    }
  }
  cancel();
}

// MS-WMI 3.1.4.3.2: CallCancelled; the final status goes out without waiting for the client.
bool AsyncCall::cancel(base::Hresult code) {
  std::function<void()> cancel;
  Reply owed;
  {
    const Lock lock(mutex_);
    if (final_sent_) return false;
    cancelled_ = true;
    cancel = std::move(cancel_);
    cancel_ = nullptr;
    batch_ = {};
    owed = std::move(reply_);
  }
  send_final(code, {}, nullptr);
  if (cancel) cancel();
  if (owed) owed->complete(WBEM_E_CALL_CANCELLED);
  return true;
}

}  // namespace remote
