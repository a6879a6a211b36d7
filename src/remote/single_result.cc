#include "remote/single_result.h"

namespace remote {

base::Status final_status(base::Hresult code, const cim::ObjectPtr& error) {
  if (base::succeeded(code) || !error) return code;
  const base::Result<cim::Value> description = error->get("Description");
  if (!description || !description->as_text()) return code;
  return {code, std::string(*description->as_text())};
}

void SingleResult::watch(ServerCore& core, std::function<void()> cancel) {
  auto under_way = core.under_way([weak = weak_from_this(), cancel = std::move(cancel)](const base::Status& code) {
    const auto self = weak.lock();
    if (!self) return;
    self->end(code);
    cancel();
  });
  const Lock lock(mutex_);
  if (!finished_) under_way_ = std::move(under_way);
}

base::Hresult SingleResult::Indicate(const cim::Batch& batch, cim::CallbackScope&) {
  const Lock lock(mutex_);
  if (finished_) return WBEM_E_CALL_CANCELLED;
  object_ = batch.object(0);
  return WBEM_S_NO_ERROR;
}

base::Hresult SingleResult::SetStatus(const cim::SinkStatus& status, cim::CallbackScope&) {
  if (status.type != cim::StatusType::kComplete) return WBEM_S_NO_ERROR;
  Lock lock(mutex_);
  if (finished_) return WBEM_S_NO_ERROR;
  text_ = status.text;
  settle(lock, final_status(status.code, status.error));
  return WBEM_S_NO_ERROR;
}

void SingleResult::finish(base::Result<cim::ServicesPtr> opened) {
  Lock lock(mutex_);
  if (finished_) return;
  if (opened) services_ = *std::move(opened);
  settle(lock, opened ? base::Status() : std::move(opened).error());
}

void SingleResult::end(base::Status status) {
  Lock lock(mutex_);
  if (!finished_) settle(lock, std::move(status));
}

void SingleResult::settle(Lock& lock, base::Status status) {
  finished_ = true;
  status_ = std::move(status);
  const auto actions = std::exchange(actions_, {});
  const auto under_way = std::move(under_way_);
  lock.unlock();
  for (const auto& [number, action] : actions) action();
}

std::uint64_t SingleResult::add_action(std::function<void()> action) {
  {
    const Lock lock(mutex_);
    if (!finished_) {
      actions_.emplace(++last_action_, std::move(action));
      return last_action_;
    }
  }
  action();
  return 0;
}

void SingleResult::drop_action(std::uint64_t number) {
  std::function<void()> dropped;  // freed without the lock
  const Lock lock(mutex_);
  const auto found = actions_.find(number);
  if (found == actions_.end()) return;
  dropped = std::move(found->second);
  actions_.erase(found);
}

bool SingleResult::finished() {
  const Lock lock(mutex_);
  return finished_;
}

void SingleResult::wait(Timers& timers, std::uint32_t timeout, std::function<void(bool)> action) {
  if (timeout == 0) return action(finished());
  struct Waiting {
    std::atomic<bool> over{false};
    std::atomic<Timers::Id> timer{0};
    std::function<void(bool)> action;
  };
  auto waiting = std::make_shared<Waiting>();
  waiting->action = std::move(action);
  const std::uint64_t number = add_action([waiting, &timers] {
    if (!waiting->over.exchange(true)) waiting->action(true);
    timers.cancel(waiting->timer);
  });
  if (waiting->over || timeout == cim::kInfinite) return;
  waiting->timer = timers.add(std::chrono::milliseconds(timeout), [waiting, number, self = shared_from_this()] {
    self->drop_action(number);
    if (!waiting->over.exchange(true)) waiting->action(false);
  });
  if (waiting->over) timers.cancel(waiting->timer);
}

}  // namespace remote
