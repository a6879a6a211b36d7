#include "rpc/client_stream.h"

#include <fmt/format.h>

namespace rpc {
namespace {

base::Result<std::optional<ClientAuth>> first_leg(Client::Login login) {
  TRY_ASSIGN(auto context, security::make_client(login.options, std::move(login.credentials)));
  TRY_ASSIGN(auto step, context->step({}));
  return ClientAuth{login.options.provider, login.level, std::move(context), std::move(step.token)};
}

}  // namespace

ClientStream::ClientStream(std::shared_ptr<NetworkCore> core, Socket socket, const Client::Options& options, ConnectionEnds ends)
    : Stream(std::move(core), std::move(socket)),
      ends_(std::move(ends)),
      engine_(options.limits, options.association),
      timer_(socket_.get_executor()) {
  engine_.set_on_output([this] { flush_under_mutex(); });
}

void ClientStream::bind(std::vector<SyntaxId> interfaces, std::optional<Client::Login> login, std::chrono::milliseconds timeout,
                        std::function<void(Client::Bound)> done) {
  const Time deadline = std::chrono::steady_clock::now() + timeout;
  if (!login) return exchange(std::move(interfaces), std::optional<ClientAuth>(), deadline, std::move(done));
  auto self = std::static_pointer_cast<ClientStream>(shared_from_this());
  const auto work = [self, interfaces = std::move(interfaces), login = std::move(*login), deadline, done = std::move(done)] {
    self->exchange(interfaces, first_leg(login), deadline, done);
  };
  if (!core_->post_blocking(work)) work();  // fails at once, as the connection has ended
}

void ClientStream::exchange(std::vector<SyntaxId> interfaces, base::Result<std::optional<ClientAuth>> auth, Time deadline,
                            std::function<void(Client::Bound)> done) {
  base::Status failure;
  {
    const Lock lock(mutex_);
    if (interfaces.empty()) {
      failure = {E_INVALIDARG, "a bind needs an interface"};
    } else if (!auth) {
      failure = auth.error();
    } else if (engine_.closed()) {
      failure = engine_.end();
    } else {
      const std::uint64_t token = engine_.exchange(std::move(interfaces), std::move(*auth));
      bindings_[token] = {std::move(done), deadline};
      give_reading(lock);
      arm(lock, deadline);
      flush(lock);
      return;
    }
  }
  std::vector<base::Status> each(interfaces.size(), failure);
  core_->post_or_run([done = std::move(done), bound = Client::Bound{failure, 0, std::move(each)}] { done(bound); });
}

std::uint32_t ClientStream::call(const OutgoingCall& what, std::string stub, std::chrono::milliseconds timeout,
                                 std::function<void(Reply)> done) {
  base::Status failure;
  {
    const Lock lock(mutex_);
    const bool gone = closed(lock);
    const bool idle = unsent(lock) == 0;
    const std::size_t progress_before = progress(lock);
    const auto id = engine_.call(what, std::move(stub));
    if (id) {
      const Time deadline = std::chrono::steady_clock::now() + timeout;
      calls_[*id] = {std::move(done), deadline};
      if (what.caller_reads && calls_.size() == 1 && bindings_.empty()) {
        take_reading(lock);
      } else {
        give_reading(lock);
      }
      arm(lock, deadline);
      if (engine_.closed()) close(lock, engine_.end().text());
      flush(lock);
      const bool nothing_left = gone || (closed(lock) && idle && progress(lock) == progress_before);
      if (nothing_left) engine_.not_sent(*id);
      return *id;
    }
    failure = id.error();
    if (engine_.closed() && !end_reported_) {
      end_watchers_.push_back([done = std::move(done), failure](const base::Status&) { done({failure, {}, false, {}}); });
      return 0;
    }
  }
  core_->post_or_run([done = std::move(done), failure] { done({failure, {}, false, {}}); });
  return 0;
}

void ClientStream::read_until(std::uint32_t call_id) {
  Lock lock(mutex_);
  const auto call = calls_.find(call_id);
  if (call != calls_.end() && taken(lock)) read_while_wanted(lock, call_id, call->second.deadline);
}

void ClientStream::cancel(std::uint32_t call_id) {
  const Lock lock(mutex_);
  engine_.cancel(call_id);
  flush(lock);
}

void ClientStream::on_received(std::size_t count) {
  ClientConnection::Events events;
  {
    const Lock lock(mutex_);
    if (closed(lock)) return;
    events = engine_.received(count);
    flush(lock);
    if (engine_.closed()) close(lock, engine_.end().text());
  }
  deliver(std::move(events));
}

void ClientStream::deliver(ClientConnection::Events events) {
  std::vector<std::pair<std::function<void(Client::Bound)>, Client::Bound>> bound;
  std::vector<std::pair<std::function<void(Reply)>, Reply>> replies;
  {
    const Lock lock(mutex_);
    for (auto& exchanged : events.exchanged) {
      auto node = bindings_.extract(exchanged.token);
      if (node.empty()) continue;
      Client::Bound result{std::move(exchanged.status), exchanged.auth, std::move(exchanged.interfaces)};
      bound.emplace_back(std::move(node.mapped().done), std::move(result));
    }
    for (auto& [call_id, reply] : events.replies) {
      auto node = calls_.extract(call_id);
      if (!node.empty()) replies.emplace_back(std::move(node.mapped().done), std::move(reply));
    }
  }
  for (auto& [done, result] : bound) done(std::move(result));
  for (auto& [done, reply] : replies) done(std::move(reply));
}

void ClientStream::end(base::Status status) {
  ClientConnection::Events events;
  {
    const Lock lock(mutex_);
    events = engine_.close(std::move(status));
    close(lock, engine_.end().text());
  }
  deliver(std::move(events));
}

void ClientStream::on_closed(const std::string& reason) {
  const std::string where = ends_.local_peer ? ends_.local.address : fmt::format("{} port {}", ends_.remote.address, ends_.remote.port);
  ClientConnection::Events events;
  {
    const Lock lock(mutex_);
    events = engine_.close({RPC_S_SERVER_UNAVAILABLE, fmt::format("the connection to {} ended: {}", where, reason)});
    timer_.cancel();
  }
  // Before the replies: whoever learns from a reply that the connection is lost finds it forgotten when it calls again.
  report_end();
  deliver(std::move(events));
}

void ClientStream::report_end() {
  for (;;) {
    std::vector<std::function<void(base::Status)>> watchers;
    base::Status status;
    {
      const Lock lock(mutex_);
      end_reported_ = end_watchers_.empty();
      watchers.swap(end_watchers_);
      status = engine_.end();
    }
    if (watchers.empty()) return;
    for (const auto& watcher : watchers) watcher(status);
  }
}

void ClientStream::watch_end(std::function<void(base::Status)> action) {
  base::Status status;
  {
    const Lock lock(mutex_);
    if (!end_reported_) return end_watchers_.push_back(std::move(action));
    status = engine_.end();
  }
  action(status);
}

void ClientStream::arm(const Lock& lock, Time deadline) {
  // Deadlines are mostly further away than the one that is waited for; then there is nothing to do.
  if (deadline >= armed_ || closed(lock)) return;
  armed_ = deadline;
  timer_.expires_at(deadline);
  timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    const auto self = std::static_pointer_cast<ClientStream>(weak.lock());
    if (!error && self) self->on_timer();
  });
}

void ClientStream::on_timer() {
  const Time now = std::chrono::steady_clock::now();
  std::vector<std::function<void(Reply)>> late;
  bool bind_late = false;
  {
    const Lock lock(mutex_);
    armed_ = Time::max();
    Time next = Time::max();
    for (const auto& [token, binding] : bindings_) {
      bind_late = bind_late || binding.deadline <= now;
      next = std::min(next, binding.deadline);
    }
    std::erase_if(calls_, [&](auto& entry) {
      if (entry.second.deadline > now) {
        next = std::min(next, entry.second.deadline);
        return false;
      }
      engine_.abandon(entry.first);
      late.push_back(std::move(entry.second.done));
      return true;
    });
    flush(lock);
    if (!bind_late) arm(lock, next);
  }
  const base::Status timeout{RPC_S_TIMEOUT, "the server did not answer in time"};
  for (const auto& done : late) done({timeout, {}, true, {}});
  // What was agreed on is not known any more.
  if (bind_late) end(timeout);
}

bool ClientStream::accepts(const SyntaxId& interface) {
  const Lock lock(mutex_);
  return engine_.accepts(interface);
}

bool ClientStream::open() {
  const Lock lock(mutex_);
  return !engine_.closed() && !closed(lock);
}

std::uint32_t ClientStream::association() {
  const Lock lock(mutex_);
  return engine_.association();
}

std::shared_ptr<const security::Peer> ClientStream::peer(std::uint32_t auth) {
  const Lock lock(mutex_);
  return engine_.peer(auth);
}

}  // namespace rpc
