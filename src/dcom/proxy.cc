#include "dcom/proxy.h"

#include <fmt/format.h>

#include <algorithm>

#include "dcom/object_connection.h"
#include "dcom/outcome.h"

namespace dcom {
namespace {

constexpr rpc::Client::CallId kQueuedId = 0x80000000;  // ids of queued calls are above all that a connection gives for long
constexpr std::size_t kMaxQueued = 4096;               // [calls on an object whose resolver does not answer]

/// The ORPCTHIS of a call that does not know its server's version yet: the version is its first field.
std::string stub_for_later(ClientCore& core) {
  std::string stub;
  rpc::NdrWriter out(stub);
  OrpcThis header;
  header.causality = core.new_causality();
  header.write(out);
  return stub;
}

void set_version(std::string& stub, Version version) {
  std::string octets;
  rpc::NdrWriter out(octets);
  out.u16(version.major);
  out.u16(version.minor);
  stub.replace(0, octets.size(), octets);
}

}  // namespace

ProxyImpl::ProxyImpl(std::shared_ptr<ClientCore> core, const Guid& iid, const StdObjref& object)
    : core_(std::move(core)), iid_(iid), object_(object) {
  core_->proxies.fetch_add(1, std::memory_order_relaxed);
}

ProxyImpl::~ProxyImpl() {
  core_->proxies.fetch_sub(1, std::memory_order_relaxed);
  if (!connection_) return;
  if ((object_.flags & StdObjref::kNoPing) == 0) connection_->drop(object_.oid);
  connection_->release(object_.ipid, object_.public_references == 0 ? kNewReferences : object_.public_references);
}

void ProxyImpl::connect(std::shared_ptr<Connection> connection) {
  {
    const std::lock_guard lock(mutex_);
    connection_ = std::move(connection);
  }
  if ((object_.flags & StdObjref::kNoPing) == 0) connection_->hold(object_.oid);
  if (connection_->agreed(iid_)) return become_ready();
  connection_->agree(iid_, [self = shared_from_this()](const base::Status& status) {
    if (status.ok()) return self->become_ready();
    self->fail(status);
  });
}

void ProxyImpl::become_ready() {
  std::vector<std::function<void(base::Status)>> readiness;
  std::vector<std::function<void(base::Status)>> watchers;
  {
    const std::lock_guard lock(mutex_);
    // Under the lock, so that what waited goes first; the connection does not call back at once.
    const Deadline now = std::chrono::steady_clock::now();
    for (Queued& queued : queue_) {
      set_version(queued.stub, connection_->facts().version);
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(queued.deadline - now);
      const auto id = connection_->call(iid_, object_.ipid, queued.opnum, std::move(queued.stub),
                                        std::max(left, std::chrono::milliseconds(1)), std::move(queued.done));
      sent_.emplace_back(queued.id, id);
    }
    queue_.clear();
    readiness.swap(readiness_);
    watchers.swap(watchers_);
    state_.store(State::kReady, std::memory_order_release);
  }
  for (const auto& action : readiness) action({});
  for (auto& watcher : watchers) connection_->on_closed(std::move(watcher));
}

void ProxyImpl::fail(const base::Status& status) {
  std::vector<Queued> calls;
  std::vector<std::function<void(base::Status)>> readiness;
  std::vector<std::function<void(base::Status)>> watchers;
  {
    const std::lock_guard lock(mutex_);
    failure_ = status;
    calls.swap(queue_);
    readiness.swap(readiness_);
    watchers.swap(watchers_);
    state_.store(State::kFailed, std::memory_order_release);
  }
  refuse(std::move(calls), status);
  for (const auto& action : readiness) action(status);
  for (const auto& watcher : watchers) watcher(status);
}

void ProxyImpl::refuse(std::vector<Queued> calls, const base::Status& status) {
  for (Queued& queued : calls) {
    ObjectReply reply;
    reply.status = status;
    reply.executed = false;
    queued.done(std::move(reply));
  }
}

void ProxyImpl::when_ready(std::function<void(base::Status)> action) {
  base::Status status;
  {
    const std::lock_guard lock(mutex_);
    if (state_ == State::kWaiting) return readiness_.push_back(std::move(action));
    status = failure_;
  }
  action(status);
}

base::Status ProxyImpl::wait_ready() {
  if (state_.load(std::memory_order_acquire) == State::kReady) return {};
  const auto outcome = std::make_shared<Outcome<base::Status>>();
  when_ready([outcome](const base::Status& status) { outcome->set(status); });
  return outcome->wait(core_->stopping.get_token()).value_or(core_->ended());
}

rpc::Client::CallId ProxyImpl::call(std::uint16_t opnum, const std::function<void(rpc::NdrWriter&)>& parameters,
                                    std::chrono::milliseconds timeout, std::function<void(ObjectReply)> done, bool caller_reads) {
  const bool ready = state_.load(std::memory_order_acquire) == State::kReady;
  std::string stub = ready ? connection_->begin_stub() : stub_for_later(*core_);
  if (parameters) {
    // The writer's alignment base is its own start: the header's 32 octets change nothing.
    rpc::NdrWriter out(stub);
    parameters(out);
  }
  if (ready) return connection_->call(iid_, object_.ipid, opnum, std::move(stub), timeout, std::move(done), caller_reads);
  return enqueue(opnum, std::move(stub), timeout, std::move(done));
}

void ProxyImpl::read_until(rpc::Client::CallId call) {
  if (state_.load(std::memory_order_acquire) == State::kReady && call != 0 && call < kQueuedId) connection_->read_until(call);
}

rpc::Client::CallId ProxyImpl::enqueue(std::uint16_t opnum, std::string stub, std::chrono::milliseconds timeout,
                                       std::function<void(ObjectReply)> done) {
  if (timeout == std::chrono::milliseconds::zero()) timeout = core_->options.timeouts.call;
  const Deadline deadline = std::chrono::steady_clock::now() + timeout;
  std::unique_lock lock(mutex_);
  if (state_ == State::kReady) {
    lock.unlock();
    set_version(stub, connection_->facts().version);
    return connection_->call(iid_, object_.ipid, opnum, std::move(stub), timeout, std::move(done));
  }
  if (state_ == State::kFailed || queue_.size() >= kMaxQueued) {
    const base::Status status =
        state_ == State::kFailed ? failure_ : base::Status(rpc::RPC_S_SERVER_TOO_BUSY, "too many calls wait for an object");
    lock.unlock();
    std::vector<Queued> calls(1);
    calls[0].done = std::move(done);
    // Not at once: callers may hold locks.
    const auto shared = std::make_shared<std::vector<Queued>>(std::move(calls));
    const auto refuse_it = [shared, status] { refuse(std::move(*shared), status); };
    if (!core_->background.run("refused calls", refuse_it)) refuse_it();
    return 0;
  }
  const auto id = kQueuedId | ++last_queued_;
  queue_.push_back({id, opnum, std::move(stub), deadline, std::move(done)});
  if (!std::exchange(ticking_, true)) core_->ticker.add(shared_from_this());
  return id;
}

bool ProxyImpl::tick() {
  std::vector<Queued> late;
  bool more = false;
  {
    const std::lock_guard lock(mutex_);
    const Deadline now = std::chrono::steady_clock::now();
    std::erase_if(queue_, [&](Queued& queued) {
      if (queued.deadline > now) return false;
      late.push_back(std::move(queued));
      return true;
    });
    more = ticking_ = !queue_.empty();
  }
  refuse(std::move(late), {rpc::RPC_S_TIMEOUT, "no connection to the object in time"});
  return more;
}

ObjectReply ProxyImpl::call(std::uint16_t opnum, const std::function<void(rpc::NdrWriter&)>& parameters,
                            std::chrono::milliseconds timeout) {
  std::mutex mutex;
  std::condition_variable answered;
  std::optional<ObjectReply> answer;
  read_until(call_reading(opnum, parameters, timeout, [&](ObjectReply reply) {
    const std::lock_guard lock(mutex);
    answer = std::move(reply);
    answered.notify_one();
  }));
  std::unique_lock lock(mutex);
  answered.wait(lock, [&] { return answer.has_value(); });
  return std::move(*answer);
}

void ProxyImpl::cancel(rpc::Client::CallId call) {
  std::vector<Queued> cancelled;
  {
    const std::lock_guard lock(mutex_);
    const auto waiting = std::ranges::find(queue_, call, &Queued::id);
    if (waiting != queue_.end()) {
      cancelled.push_back(std::move(*waiting));
      queue_.erase(waiting);
    } else if (const auto sent = std::ranges::find(sent_, call, &std::pair<rpc::Client::CallId, rpc::Client::CallId>::first);
               sent != sent_.end()) {
      call = sent->second;
    }
  }
  if (!cancelled.empty()) return refuse(std::move(cancelled), {rpc::RPC_S_CALL_CANCELLED, "the call was cancelled before it was sent"});
  if (state_.load(std::memory_order_acquire) == State::kReady && call != 0) connection_->cancel(call);
}

void ProxyImpl::query_interface(const Guid& iid, std::function<void(base::Result<ProxyPtr>)> done) {
  when_ready([self = shared_from_this(), iid, done = std::move(done)](const base::Status& status) {
    if (!status.ok()) return done(base::fail(status));
    const auto answered = [connection = self->connection_, iid, done](const base::Result<StdObjref>& object) {
      if (!object) return done(base::fail(object.error()));
      const auto proxy = connection->adopt(iid, *object);
      proxy->when_ready([proxy, done](const base::Status& ready) {
        if (!ready.ok()) return done(base::fail(ready));
        done(proxy);
      });
    };
    self->connection_->query_interface(self->object_.ipid, iid, kNewReferences, answered);
  });
}

base::Result<ProxyPtr> ProxyImpl::query_interface(const Guid& iid) {
  const auto outcome = std::make_shared<Outcome<base::Result<ProxyPtr>>>();
  query_interface(iid, [outcome](base::Result<ProxyPtr> result) { outcome->set(std::move(result)); });
  auto result = outcome->wait(core_->stopping.get_token());
  if (!result) return base::fail(core_->ended());
  return std::move(*result);
}

base::Result<ProxyPtr> ProxyImpl::unmarshal(const Objref& objref) {
  const RemoteObject* remote = objref.remote();
  if (!remote) return base::fail(RPC_E_INVALID_OBJREF, "an object by value stands where a reference to one was expected");
  std::shared_ptr<Connection> connection;
  {
    const std::lock_guard lock(mutex_);
    if (state_ == State::kFailed) return base::fail(failure_);
    connection = connection_;
  }
  if (!connection) return base::fail(rpc::RPC_S_SERVER_UNAVAILABLE, "the object that gave the reference is not reached yet");
  if (remote->standard.oxid == connection->facts().oxid) {
    if (!connection->open())
      return base::fail(rpc::RPC_S_SERVER_UNAVAILABLE, fmt::format("the connection to {} has ended", connection->facts().host));
    return connection->adopt(objref.iid, remote->standard);
  }
  return unmarshal_elsewhere(objref);
}

base::Result<ProxyPtr> ProxyImpl::unmarshal_elsewhere(const Objref& objref) {
  const Connection::Facts& facts = connection_->facts();
  Client::Unmarshaling what;
  what.objref = objref;
  what.security = facts.security;
  what.security.level = facts.level;
  what.least = facts.level;
  what.reached = connection_->ends().remote.address;
  if (connection_->local()) what.reached_local = facts.resolver.local_path;
  auto proxy = std::make_shared<ProxyImpl>(core_, objref.iid, objref.remote()->standard);
  const std::string peer = peer_of(what);
  const bool taken = core_->background.run(peer, [core = core_, proxy, what = std::move(what)] {
    const auto connection = resolve_connection(*core, what);
    if (!connection) return proxy->fail(connection.error());
    if (what.objref.remote()->standard.public_references == 0) (*connection)->add_references(proxy->ipid());
    proxy->connect(*connection);
  });
  if (!taken) return base::fail(rpc::RPC_S_SERVER_TOO_BUSY, "too many references wait to be resolved");
  return proxy;
}

const rpc::ConnectionEnds& ProxyImpl::ends() const {
  static const rpc::ConnectionEnds kNone;
  return state_.load(std::memory_order_acquire) == State::kReady ? connection_->ends() : kNone;
}

void ProxyImpl::on_closed(std::function<void(base::Status)> action) {
  std::unique_lock lock(mutex_);
  if (state_ == State::kWaiting) return watchers_.push_back(std::move(action));
  const bool failed = state_ == State::kFailed;
  lock.unlock();
  if (failed) return action(failure_);
  connection_->on_closed(std::move(action));
}

}  // namespace dcom
