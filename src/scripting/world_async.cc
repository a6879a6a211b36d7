// Asynchronous calls: from SWbemSink's callers to its events.
#include "scripting/swbem_object.h"
#include "scripting/swbem_object_path.h"
#include "scripting/swbem_sink.h"
#include "scripting/world.h"

namespace scripting {
namespace {

constexpr int kPatience = 200;                  // waits for a place in a full table of operations
constexpr std::chrono::milliseconds kTurn{50};  // each

/// Objects that a cancelled call may leave out; what a method did is told in any case.
bool yields_many(cim::Operation operation) {
  return operation != cim::Operation::kExecMethodAsync && operation != cim::Operation::kGetObjectAsync;
}

}  // namespace

/// Takes callbacks on any thread and hands them on to the script's. Thread-safe: it holds nothing of the script's own.
class World::CallSink final : public cim::Sink {
 public:
  CallSink(std::weak_ptr<World> world, std::shared_ptr<EventQueue> queue, std::uint64_t id)
      : world_(std::move(world)), queue_(std::move(queue)), id_(id) {}

  base::Hresult Indicate(const cim::Batch& batch, cim::CallbackScope& scope) override {
    queue_->post(
        batch.size(),
        [world = world_, id = id_, batch] {
          if (const WorldPtr alive = world.lock()) alive->deliver_objects(id, batch);
        },
        scope);
    return WBEM_S_NO_ERROR;
  }

  base::Hresult SetStatus(const cim::SinkStatus& status, cim::CallbackScope& scope) override {
    const bool last = status.type == cim::StatusType::kComplete;
    // Nothing follows the final status, so that its answer need not be put off.
    queue_->post(
        last ? 0 : 1,
        [world = world_, id = id_, status] {
          if (const WorldPtr alive = world.lock()) alive->deliver_status(id, status);
        },
        scope);
    if (last) queue_->note_end();
    return WBEM_S_NO_ERROR;
  }

 private:
  const std::weak_ptr<World> world_;
  const std::shared_ptr<EventQueue> queue_;
  const std::uint64_t id_;
};

base::Status World::begin(const SessionPtr& session, Ref<SwbemSink> sink, DispatchRef context, CallSubject subject, std::uint32_t flags,
                          cim::ContextPtr values, bool puts, const Start& start) {
  clear_last_error();
  const std::uint64_t id = ++last_call_;
  const auto refuse = [&](base::Status status) {
    remember(status, subject);
    calls_.erase(id);
    return status;
  };
  auto services = session->services();
  if (!services) return refuse(std::move(services).error());
  if (changes_classes(subject.operation)) session->known_classes().clear();
  cim::CallOptions options;
  options.flags = flags;
  options.context = std::move(values);
  // Progress comes by callbacks alone; everything else another machine is asked for, which works where it cannot call back.
  if ((flags & cim::flag::kSendStatus) != 0) options.delivery = cim::Delivery::kCallback;
  options.reader_paced = true;  // the script waits when it likes
  const auto wire_sink = std::make_shared<CallSink>(weak_from_this(), queue_, id);
  calls_.emplace(id, Call{session, std::move(sink), std::move(context), subject, *services, wire_sink, puts});
  for (int turn = 0;; ++turn) {
    base::Status started = start(**services, options, wire_sink);
    if (started.ok()) return started;
    // The table of operations is full: those before this one end without the script's help.
    if (started.code() != WBEM_E_SERVER_TOO_BUSY || turn == kPatience || apartment_.interrupted()) return refuse(std::move(started));
    queue_->wait_for_end(kTurn);
  }
}

void World::deliver_objects(std::uint64_t id, const cim::Batch& batch) {
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const auto found = calls_.find(id);  // a handler may have ended the script
    if (found == calls_.end()) return;
    if (found->second.cancelled && yields_many(found->second.subject.operation)) {
      found->second.cut = true;
      return;
    }
    const Call call = found->second;
    Variant arguments[] = {Variant::object(make_object(call.session, batch.object(i))), Variant::object(call.context)};
    call.sink->fire(SwbemSink::kOnObjectReady, arguments);
  }
}

void World::deliver_status(std::uint64_t id, const cim::SinkStatus& status) {
  const auto found = calls_.find(id);
  if (found == calls_.end()) return;
  if (status.type == cim::StatusType::kProgress) {
    const Call call = found->second;
    Variant arguments[] = {Variant::int32(static_cast<std::int32_t>(status.total())),
                           Variant::int32(static_cast<std::int32_t>(status.done())), Variant::utf8(status.text),
                           Variant::object(call.context)};
    call.sink->fire(SwbemSink::kOnProgress, arguments);
    return;
  }
  if (status.type != cim::StatusType::kComplete) return;
  const Call call = std::move(found->second);
  calls_.erase(found);
  // Whoever cancelled is told so even where the operation itself had ended: what came is not all.
  const base::Hresult code = call.cut && !base::failed(status.code) ? WBEM_E_CALL_CANCELLED : status.code;
  const bool failed = base::failed(code);
  if (call.puts && !failed) {
    Variant arguments[] = {Variant::object(make_object_path(call.session, status.text)), Variant::object(call.context)};
    call.sink->fire(SwbemSink::kOnObjectPut, arguments);
  }
  DispatchRef error;
  if (failed)
    error = make_last_error(call.session, status.error ? with_plain_name(status.error) : make_extended_status(code, call.subject));
  Variant arguments[] = {Variant::int32(static_cast<std::int32_t>(code)), Variant::object(std::move(error)), Variant::object(call.context)};
  call.sink->fire(SwbemSink::kOnCompleted, arguments);
}

void World::cancel(const SwbemSink& sink) {
  std::vector<std::pair<cim::ServicesPtr, cim::SinkPtr>> found;
  for (auto& [id, call] : calls_) {
    if (call.sink.get() != &sink) continue;
    call.cancelled = true;
    found.emplace_back(call.services, call.wire_sink);
  }
  for (const auto& [services, wire_sink] : found) (void)services->CancelAsyncCall(wire_sink);  // one that has ended needs none
}

void World::finish() {
  apartment_.drain();
  queue_->close();
  std::map<std::uint64_t, Call> left;
  left.swap(calls_);
  for (const auto& [id, call] : left) (void)call.services->CancelAsyncCall(call.wire_sink);
}

}  // namespace scripting
