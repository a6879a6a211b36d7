#include "remote/enumerator_stub.h"

namespace remote {

EnumerationPtr Enumeration::make(Owner owner, cim::RowReaderPtr reader, std::shared_ptr<void> room) {
  auto self = std::make_shared<Enumeration>(std::move(owner), std::move(reader), std::move(room));
  self->under_way_ = self->owner_.core->under_way([weak = std::weak_ptr(self)](const base::Status&) {
    if (const auto one = weak.lock()) one->end();
  });
  return self;
}

cim::RowReaderPtr Enumeration::reader() const {
  const std::scoped_lock lock(mutex_);
  return reader_;
}

void Enumeration::end() {
  cim::RowReaderPtr dropped;  // without the lock: its callers are answered
  const std::scoped_lock lock(mutex_);
  dropped.swap(reader_);
}

void Enumeration::read(const InvocationPtr& invocation, std::uint32_t timeout, const Begin& begin, cim::RowReader::Done done) {
  const cim::RowReaderPtr reader = this->reader();
  if (!reader) return done({WBEM_E_CALL_CANCELLED, "the enumeration has ended"}, {});
  struct Waiting {
    std::atomic<bool> over{false};
    std::atomic<Timers::Id> timer{0};
  };
  auto waiting = std::make_shared<Waiting>();
  Timers& timers = owner_.core->timers();
  const cim::RowReader::Ticket ticket =
      begin(*reader, [waiting, &timers, done = std::move(done)](base::Status status, std::vector<cim::Slice> rows) {
        waiting->over = true;
        timers.cancel(waiting->timer);
        done(std::move(status), std::move(rows));
      });
  if (waiting->over) return;
  const auto end_wait = [weak = std::weak_ptr(reader), ticket] {
    if (const auto waited = weak.lock()) waited->end_wait(ticket);
  };
  if (timeout == 0) return end_wait();
  invocation->call().on_cancel(end_wait);
  if (timeout == cim::kInfinite) return;
  waiting->timer = timers.add(std::chrono::milliseconds(timeout), end_wait);
  if (waiting->over) timers.cancel(waiting->timer);
}

}  // namespace remote
