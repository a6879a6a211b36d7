#include "remote/request_gate.h"

#include "dcom/ids.h"

namespace remote {

using namespace base::codes;

base::Status RequestGate::refusal() const {
  if (restores_ != 0) return {dcom::CO_E_SERVER_STOPPING, "the repository is being restored"};
  if (shutting_down_) return {WBEM_E_SHUTTING_DOWN, "the server is shutting down"};
  return {};
}

void RequestGate::enter(bool counts, Work work) {
  base::Status status;
  {
    const Lock lock(mutex_);
    if (counts) ++requests_;
    status = refusal();
    if (status.ok() && (requests_ > max_requests_ || buffered_.size() >= max_requests_)) {
      status = {WBEM_E_SERVER_TOO_BUSY, "too many requests are at work"};
    }
    if (status.ok() && holds()) {
      buffered_.push_back(std::move(work));
      return;
    }
  }
  work(status);
}

void RequestGate::leave() {
  const Lock lock(mutex_);
  --requests_;
}

void RequestGate::flush(Lock& lock) {
  if (refusal().ok() && holds()) return;
  std::deque<Work> work;
  work.swap(buffered_);
  const base::Status status = refusal();
  lock.unlock();
  for (const Work& one : work) one(status);
}

base::Status RequestGate::pause() {
  const Lock lock(mutex_);
  if (paused_) return {WBEM_E_INVALID_OPERATION, "the server is paused already"};
  paused_ = true;
  return {};
}

base::Status RequestGate::resume() {
  Lock lock(mutex_);
  if (!paused_) return {WBEM_E_INVALID_OPERATION, "the server is not paused"};
  paused_ = false;
  flush(lock);
  return {};
}

void RequestGate::set_backing_up(bool value) {
  Lock lock(mutex_);
  backups_ += value ? 1 : -1;
  flush(lock);
}

void RequestGate::set_restoring(bool value) {
  Lock lock(mutex_);
  restores_ += value ? 1 : -1;
  flush(lock);
}

void RequestGate::shut_down() {
  Lock lock(mutex_);
  shutting_down_ = true;
  flush(lock);
}

bool RequestGate::shutting_down() const {
  const Lock lock(mutex_);
  return shutting_down_;
}

std::size_t RequestGate::requests() const {
  const Lock lock(mutex_);
  return requests_;
}

std::size_t RequestGate::buffered() const {
  const Lock lock(mutex_);
  return buffered_.size();
}

}  // namespace remote
