#include "wmid/services_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "remote/sink_feed.h"
#include "wmid/services_session.h"

namespace wmid {

using namespace base::codes;

namespace {

const base::SystemClock kClock;

base::Status ended() { return {WBEM_E_SHUTTING_DOWN, "the server is ending"}; }

// The other end takes what is too large for it for dishonesty, and ends us. What clients send stops here.

base::Status check_name(std::string_view what, std::string_view text) {
  if (text.size() <= link::kMaxName) return {};
  return {WBEM_E_QUOTA_VIOLATION, fmt::format("{} is longer than {} octets", what, link::kMaxName)};
}

base::Status check_size(const std::string& request) {
  if (request.size() <= link::kMaxRequest) return {};
  return {WBEM_E_QUOTA_VIOLATION, "the request is larger than the object manager takes"};
}

}  // namespace

/// What the sink of one operation is told, and what it answers. The other end sends some batches ahead: they wait here.
class ServicesClient::Operation final : public std::enable_shared_from_this<Operation> {
 public:
  Operation(std::shared_ptr<ServicesClient> client, std::uint64_t id, std::string ticket, cim::SinkPtr sink)
      : client_(std::move(client)),
        id_(id),
        ticket_(std::move(ticket)),
        sink_(sink.get()),
        feed_(std::make_shared<remote::SinkFeed>(std::move(sink), true, kClock,
                                                 remote::SinkFeed::Owner{[client = client_, id] { client->take_operation(id); }, {}})) {}

  std::uint64_t id() const { return id_; }
  bool is_of(const std::string& ticket, const cim::SinkPtr& sink) const { return sink_ == sink.get() && ticket_ == ticket; }
  void cancel() {
    drop_waiting(true);
    client_->tell({id_, link::Cancel{}});
  }
  /// Rows, or progress.
  void take(std::variant<cim::Batch, cim::SinkStatus> what) {
    {
      const std::lock_guard lock(mutex_);
      if (cancelled_) return reply(WBEM_E_CALL_CANCELLED);
      waiting_.push_back(std::move(what));
    }
    pass_on();
  }
  /// The final status, behind what waits.
  void end(cim::SinkStatus status) {
    {
      const std::lock_guard lock(mutex_);
      if (final_) return;
      final_ = std::move(status);
    }
    pass_on();
  }
  /// The final status, in place of what waits.
  void break_off(base::Hresult code) {
    drop_waiting(false);
    end({.code = code});
  }

 private:
  void reply(base::Hresult result) { client_->tell({id_, link::Reply{result}}); }

  void drop_waiting(bool answered) {
    const std::lock_guard lock(mutex_);
    cancelled_ = true;
    if (answered) std::ranges::for_each(waiting_, [this](const auto&) { reply(WBEM_E_CALL_CANCELLED); });
    waiting_.clear();
  }

  /// One after the other; on one thread at a time.
  void pass_on() {
    std::unique_lock lock(mutex_);
    if (std::exchange(passing_on_, true)) return;
    while (!outstanding_ && !waiting_.empty()) {
      outstanding_ = true;
      const auto next = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      const auto done = [self = shared_from_this()](base::Hresult result) { self->answered(result); };
      if (const auto* batch = std::get_if<cim::Batch>(&next)) {
        feed_->indicate(*batch, done);
      } else {
        feed_->progress(std::get<cim::SinkStatus>(next), done);
      }
      lock.lock();
    }
    passing_on_ = false;
    if (outstanding_ || !final_) return;
    cim::SinkStatus last = *std::exchange(final_, std::nullopt);
    // What it did not get any more is no success.
    if (cancelled_ && base::succeeded(last.code)) last = {.code = WBEM_E_CALL_CANCELLED};
    lock.unlock();
    feed_->finish(std::move(last));
  }
  void answered(base::Hresult result) {
    {
      const std::lock_guard lock(mutex_);
      outstanding_ = false;
    }
    reply(result);
    pass_on();
  }

  const std::shared_ptr<ServicesClient> client_;
  const std::uint64_t id_;
  const std::string ticket_;
  const cim::Sink* const sink_;
  const std::shared_ptr<remote::SinkFeed> feed_;
  std::mutex mutex_;
  std::deque<std::variant<cim::Batch, cim::SinkStatus>> waiting_;
  std::optional<cim::SinkStatus> final_;
  bool outstanding_ = false;  // the sink has not answered
  bool passing_on_ = false;   // a thread is in pass_on()
  bool cancelled_ = false;
};

std::uint64_t ServicesClient::next_id() {
  const std::lock_guard lock(mutex_);
  return ++last_id_;
}

base::Result<link::Event> ServicesClient::ask(link::Request request) {
  if (options_.on_reader_thread()) return base::fail(WBEM_E_UNEXPECTED, "waiting for an answer where answers arrive");
  const std::string octets = link::encode(request);
  TRY(check_size(octets));
  const auto waiting = std::make_shared<Waiting>();
  std::unique_lock lock(mutex_);
  if (closed_) return base::fail(ended());
  waiting_.emplace(request.id, waiting);
  lock.unlock();
  const bool sent = options_.send(octets);
  lock.lock();
  if (sent) waiting->answered.wait_for(lock, options_.patience, [&] { return waiting->answer || closed_; });
  waiting_.erase(request.id);
  if (waiting->answer) return *std::move(waiting->answer);
  if (closed_ || !sent) return base::fail(ended());
  return base::fail(WBEM_E_TRANSPORT_FAILURE, "the object manager's process does not answer");
}

base::Status ServicesClient::ask_for_status(link::Request request) {
  TRY_ASSIGN(const link::Event event, ask(std::move(request)));
  const auto* started = std::get_if<link::Started>(&event.what);
  return started ? started->status : base::Status(WBEM_E_UNEXPECTED, "an answer to something else");
}

base::Result<cim::ServicesPtr> ServicesClient::connect(std::string_view name_space, const cim::Caller& caller, std::string_view locales) {
  TRY(check_name("the namespace", name_space));
  TRY(check_name("the list of locales", locales));
  link::Connect what{caller.ticket, std::string(name_space), std::string(locales)};
  TRY_ASSIGN(link::Event event, ask({next_id(), std::move(what)}));
  auto* connected = std::get_if<link::Connected>(&event.what);
  if (!connected) return base::fail(WBEM_E_UNEXPECTED, "an answer to something else");
  return opened(std::move(*connected), caller.ticket);
}

base::Result<cim::ServicesPtr> ServicesClient::opened(link::Connected what, std::string ticket) {
  TRY(what.status);
  return std::make_shared<ServicesSession>(shared_from_this(), std::move(what), std::move(ticket));
}

base::Status ServicesClient::backup(const cim::Caller& caller, const std::string& file, std::uint32_t flags) {
  TRY(check_name("the file's name", file));
  return ask_for_status({next_id(), link::Backup{caller.ticket, false, file, flags}});
}
base::Status ServicesClient::restore(const cim::Caller& caller, const std::string& file, std::uint32_t flags) {
  TRY(check_name("the file's name", file));
  return ask_for_status({next_id(), link::Backup{caller.ticket, true, file, flags}});
}

base::Status ServicesClient::open(std::uint64_t session, const std::string& ticket, const cim::OptionalText& name,
                                  const cim::CallOptions& options, cim::Services::NamespaceDone done) {
  TRY(check_name("the namespace", name.value_or("")));
  std::uint64_t id = 0;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return ended();
    id = ++last_id_;
    opening_.emplace(id, Opening{ticket, std::move(done)});
  }
  tell({id, link::Open{session, name, options.flags, options.context}});  // when nobody is there, close() answers
  return {};
}

base::Status ServicesClient::start(link::Start what, const std::string& ticket, const cim::CallOptions& options, cim::SinkPtr sink) {
  if (!sink) return {WBEM_E_INVALID_PARAMETER, "an operation without a sink"};
  what.flags = options.flags;
  what.context = options.context;
  what.reader_paced = options.reader_paced;
  what.must_exist = options.must_exist;
  OperationPtr made;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return ended();
    made = std::make_shared<Operation>(shared_from_this(), ++last_id_, ticket, std::move(sink));
    operations_.emplace(made->id(), made);
  }
  link::Request request{made->id(), std::move(what)};
  if (options_.on_reader_thread()) return tell(std::move(request)), base::Status();  // a refusal comes as the final status
  base::Status started = ask_for_status(std::move(request));
  if (!started.ok() && take_operation(made->id())) made->cancel();  // for the one that was not answered in time
  return started;
}

base::Status ServicesClient::cancel(const std::string& ticket, const cim::SinkPtr& sink) {
  if (!sink) return {WBEM_E_INVALID_PARAMETER, "no sink"};
  std::vector<OperationPtr> found;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, operation] : operations_) {
      if (operation->is_of(ticket, sink)) found.push_back(operation);
    }
  }
  for (const OperationPtr& operation : found) operation->cancel();
  return found.empty() ? base::Status(WBEM_E_NOT_FOUND, "no operation uses this sink") : base::Status();
}

base::Status ServicesClient::query_sink(std::uint64_t session, std::uint32_t flags) {
  return ask_for_status({next_id(), link::QuerySink{session, flags}});
}

bool ServicesClient::handle(std::string_view octets) {
  auto event = link::decode_event(octets, interner_);
  if (!event) return false;
  if (hand_to_waiting(*event)) return true;
  const std::uint64_t id = event->id;
  if (auto* connected = std::get_if<link::Connected>(&event->what)) {
    on_connected(id, std::move(*connected));
  } else if (const auto* started = std::get_if<link::Started>(&event->what)) {
    on_started(id, started->status);
  } else if (auto* rows = std::get_if<link::Rows>(&event->what)) {
    take(id, std::move(rows->batch));
  } else if (auto* state = std::get_if<link::State>(&event->what)) {
    if (state->status.type != cim::StatusType::kComplete) {
      take(id, std::move(state->status));
    } else if (const OperationPtr to = operation(id)) {
      to->end(std::move(state->status));
    }
  }
  return true;
}

void ServicesClient::take(std::uint64_t id, std::variant<cim::Batch, cim::SinkStatus> what) {
  if (const OperationPtr to = operation(id)) return to->take(std::move(what));
  tell({id, link::Reply{WBEM_E_CALL_CANCELLED}});  // it ended here first
}

/// Only what is a first answer.
bool ServicesClient::hand_to_waiting(link::Event& event) {
  if (!std::holds_alternative<link::Connected>(event.what) && !std::holds_alternative<link::Started>(event.what)) return false;
  const std::lock_guard lock(mutex_);
  const auto found = waiting_.find(event.id);
  if (found == waiting_.end()) return false;
  found->second->answer = std::move(event);
  found->second->answered.notify_one();
  return true;
}

void ServicesClient::on_connected(std::uint64_t id, link::Connected what) {
  const std::uint64_t session = what.session;
  Opening opening;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = opening_.find(id); found != opening_.end()) {
      opening = std::move(found->second);
      opening_.erase(found);
    }
  }
  if (opening.done) return opening.done(opened(std::move(what), std::move(opening.ticket)));
  if (what.status.ok()) tell({0, link::Close{session}});  // nobody waits any more
}

void ServicesClient::on_started(std::uint64_t id, const base::Status& status) {
  if (status.ok()) return;
  cim::SinkStatus last;
  last.code = status.code();
  if (const OperationPtr refused = take_operation(id)) refused->end(std::move(last));
}

ServicesClient::OperationPtr ServicesClient::operation(std::uint64_t id) const {
  const std::lock_guard lock(mutex_);
  const auto found = operations_.find(id);
  return found == operations_.end() ? nullptr : found->second;
}

ServicesClient::OperationPtr ServicesClient::take_operation(std::uint64_t id) {
  const std::lock_guard lock(mutex_);
  const auto found = operations_.find(id);
  if (found == operations_.end()) return nullptr;
  OperationPtr out = std::move(found->second);
  operations_.erase(found);
  return out;
}

void ServicesClient::close() {
  std::unordered_map<std::uint64_t, Opening> opening;
  std::unordered_map<std::uint64_t, OperationPtr> operations;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    opening.swap(opening_);
    operations.swap(operations_);
    for (const auto& [id, waiting] : waiting_) waiting->answered.notify_one();
  }
  for (auto& [id, one] : opening) one.done(base::fail(ended()));
  for (auto& [id, operation] : operations) operation->break_off(WBEM_E_SHUTTING_DOWN);
}

ServicesClient::Figures ServicesClient::figures() const {
  const std::lock_guard lock(mutex_);
  return {operations_.size(), waiting_.size()};
}

}  // namespace wmid
