#include "rpc/call.h"

namespace rpc {

bool Call::cancelled() const {
  const std::lock_guard lock(mutex_);
  return cancelled_;
}

void Call::on_cancel(std::function<void()> action) {
  {
    const std::lock_guard lock(mutex_);
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
