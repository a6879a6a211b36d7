#include "rpc/call.h"

namespace rpc {

bool Call::begin_answer() {
  if (answered_.exchange(true)) return false;
  std::function<void()> dropped;
  const std::lock_guard lock(mutex_);
  dropped.swap(on_cancel_);
  return true;
}

void Call::respond(std::string_view stub) {
  if (begin_answer()) sink_->respond(call_.serial, stub);
}

void Call::fault(std::uint32_t status, bool executed) {
  if (begin_answer()) sink_->fault(call_.serial, status, executed);
}

bool Call::cancelled() const {
  const std::lock_guard lock(mutex_);
  return cancelled_;
}

void Call::on_cancel(std::function<void()> action) {
  {
    const std::lock_guard lock(mutex_);
    if (answered_) return;
    if (!cancelled_) {
      on_cancel_ = std::move(action);
      return;
    }
  }
  action();
}

void Call::cancel() {
  std::function<void()> action;
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(cancelled_, true)) return;
    action.swap(on_cancel_);
  }
  if (action) action();
}

}  // namespace rpc
