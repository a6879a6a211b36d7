#include "scripting/event_queue.h"

namespace scripting {

using namespace base::codes;

/// Counts its rows as dealt with when it goes, whether or not the work ran.
class EventQueue::Ticket {
 public:
  Ticket(std::shared_ptr<EventQueue> queue, std::size_t rows) : queue_(std::move(queue)), rows_(rows) {}
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;
  ~Ticket() { queue_->done(rows_); }

 private:
  const std::shared_ptr<EventQueue> queue_;
  const std::size_t rows_;
};

void EventQueue::post(std::size_t rows, std::function<void()> work, cim::CallbackScope& scope) {
  const auto ticket = std::make_shared<Ticket>(shared_from_this(), rows);  // goes after the lock, which it takes then
  auto ticketed = [ticket, work = std::move(work)] { work(); };
  const std::scoped_lock lock(mutex_);
  waiting_ += rows;
  if (apartment_ == nullptr) return;
  if (waiting_ > kMaxWaiting) held_.push_back(scope.defer());
  apartment_->post(std::move(ticketed));
}

void EventQueue::done(std::size_t rows) {
  std::vector<std::unique_ptr<cim::DeferredReply>> due;
  {
    const std::scoped_lock lock(mutex_);
    waiting_ -= rows;
    if (waiting_ <= kMaxWaiting / 2) due.swap(held_);
  }
  for (const auto& reply : due) reply->complete(WBEM_S_NO_ERROR);
}

void EventQueue::note_end() {
  {
    const std::scoped_lock lock(mutex_);
    ++ends_;
  }
  changed_.notify_all();
}

void EventQueue::wait_for_end(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  const std::uint64_t before = ends_;
  changed_.wait_for(lock, time, [&] { return ends_ != before; });
}

void EventQueue::close() {
  std::vector<std::unique_ptr<cim::DeferredReply>> refused;
  {
    const std::scoped_lock lock(mutex_);
    apartment_ = nullptr;
    refused.swap(held_);
  }
  for (const auto& reply : refused) reply->complete(WBEM_E_CALL_CANCELLED);
}

}  // namespace scripting
