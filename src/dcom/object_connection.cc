#include "dcom/object_connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "dcom/client_status.h"
#include "dcom/proxy.h"

namespace dcom {
namespace {

constexpr std::size_t kMaxReleasesAtOnce = 1024;  // in one RemRelease, whose count has 16 bits

}  // namespace

Connection::Connection(ClientCore& core, std::shared_ptr<rpc::Client> rpc, Facts facts)
    : core_(core.shared_from_this()),
      rpc_(std::move(rpc)),
      facts_(std::move(facts)),
      pings_(core.pinger.set_of(core, facts_.resolver, facts_.security, facts_.host)),
      agreed_(facts_.agreed) {}

base::Result<std::shared_ptr<Connection>> Connection::make(ClientCore& core, std::shared_ptr<rpc::Client> rpc, Facts facts) {
  auto made = std::make_shared<Connection>(core, std::move(rpc), std::move(facts));
  if (!core.pool.enlist(made)) return base::fail(core.ended());
  made->rpc_->on_closed([weak = std::weak_ptr(made)](const base::Status&) {
    if (const auto self = weak.lock()) self->closed();
  });
  return made;
}

std::string Connection::begin_stub() {
  std::string stub;
  stub.reserve(256);
  rpc::NdrWriter out(stub);
  OrpcThis header;
  header.version = facts_.version;
  header.causality = core_->new_causality();
  header.write(out);
  return stub;
}

rpc::Client::CallId Connection::call(const Guid& iid, const Ipid& ipid, std::uint16_t opnum, std::string stub,
                                     std::chrono::milliseconds timeout, std::function<void(ObjectReply)> done, bool caller_reads) {
  if (timeout == std::chrono::milliseconds::zero()) timeout = core_->options.timeouts.call;
  rpc::OutgoingCall what{interface_syntax(iid), facts_.auth, opnum, ipid, caller_reads};
  return rpc_->call(what, std::move(stub), timeout, [self = shared_from_this(), done = std::move(done)](rpc::Reply reply) {
    done(read_object_reply(std::move(reply), self->facts_.host));
  });
}

bool Connection::agreed(const Guid& iid) const {
  const std::lock_guard lock(mutex_);
  return std::ranges::find(agreed_, iid) != agreed_.end();
}

void Connection::agree(const Guid& iid, std::function<void(base::Status)> done) {
  const auto answered = [self = shared_from_this(), iid, done = std::move(done)](const rpc::Client::Bound& bound) {
    base::Status status = bound.status.ok() && !bound.interfaces.empty() ? bound.interfaces[0] : bound.status;
    if (status.ok()) {
      const std::lock_guard lock(self->mutex_);
      if (std::ranges::find(self->agreed_, iid) == self->agreed_.end()) self->agreed_.push_back(iid);
    } else {
      status = {status.code(), fmt::format("{}: {}", self->facts_.host, status.text())};
    }
    done(status);
  };
  rpc_->bind({interface_syntax(iid)}, std::nullopt, core_->options.timeouts.connect, answered);
}

std::shared_ptr<ProxyImpl> Connection::adopt(const Guid& iid, const StdObjref& object) {
  const auto proxy = std::make_shared<ProxyImpl>(core_, iid, object);
  if (object.public_references == 0) add_references(object.ipid);
  proxy->connect(shared_from_this());
  return proxy;
}

void Connection::query_interface(const Ipid& ipid, const Guid& iid, std::uint32_t references,
                                 std::function<void(base::Result<StdObjref>)> done) {
  std::string stub = begin_stub();
  rpc::NdrWriter out(stub);
  write_query_interface(out, {ipid, references, {iid}});
  const auto answered = [self = shared_from_this(), iid, done = std::move(done)](const ObjectReply& reply) {
    done(self->read_queried(reply, iid));
  };
  call(iid::kRemUnknown, facts_.rem_unknown, kRemQueryInterface, std::move(stub), {}, answered);
}

base::Result<StdObjref> Connection::read_queried(const ObjectReply& reply, const Guid& iid) const {
  if (!reply.delivered) return base::fail(reply.status);
  // 3.1.1.5.6.1.1: the results stand behind failures too, in which one of them says why.
  rpc::NdrReader in = reply.results();
  const auto results = read_query_interface_reply(in);
  const bool answered = results && results->size() == 1;
  const base::Hresult result = answered ? (*results)[0].result : reply.result;
  if (base::failed(reply.result) || base::failed(result)) {
    const base::Hresult code = base::failed(result) ? result : reply.result;
    if (code == E_NOINTERFACE)
      return base::fail(code, fmt::format("the object on {} does not have interface {}", facts_.host, iid.to_string()));
    return base::fail(code, reply.status.ok() ? fmt::format("{} refused interface {}", facts_.host, iid.to_string()) : reply.status.text());
  }
  if (!answered || (*results)[0].object.oxid != facts_.oxid) {
    return base::fail(RPC_E_INVALID_OBJREF, fmt::format("{} answered with something that is no reference to its object", facts_.host));
  }
  return (*results)[0].object;
}

void Connection::add_references(const Ipid& ipid) {
  std::string stub = begin_stub();
  rpc::NdrWriter out(stub);
  write_references(out, {{ipid, kNewReferences, 0}});
  call(iid::kRemUnknown, facts_.rem_unknown, kRemAddRef, std::move(stub), {}, [](const ObjectReply&) {});
}

void Connection::release(const Ipid& ipid, std::uint32_t references) {
  if (references == 0) return;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    releases_.push_back({ipid, references, 0});
    if (releasing_) return;
    releasing_ = true;
  }
  core_->pool.release_began();
  send_releases();
}

void Connection::send_releases() {
  std::vector<InterfaceReferences> batch;
  {
    const std::lock_guard lock(mutex_);
    const std::size_t count = closed_ ? 0 : std::min(releases_.size(), kMaxReleasesAtOnce);
    const auto end = releases_.begin() + static_cast<std::ptrdiff_t>(count);
    batch.assign(releases_.begin(), end);
    releases_.erase(releases_.begin(), end);
    releasing_ = !batch.empty();
  }
  if (batch.empty()) return core_->pool.release_ended();
  std::string stub = begin_stub();
  rpc::NdrWriter out(stub);
  write_references(out, batch);
  call(iid::kRemUnknown, facts_.rem_unknown, kRemRelease, std::move(stub), {},
       [self = shared_from_this()](const ObjectReply&) { self->send_releases(); });
}

void Connection::hold(Oid oid) {
  const std::lock_guard lock(mutex_);
  if (!closed_ && ++held_[oid] == 1) pings_->hold(oid);
}

void Connection::drop(Oid oid) {
  const std::lock_guard lock(mutex_);
  const auto at = held_.find(oid);
  if (at == held_.end() || --at->second > 0) return;
  held_.erase(at);
  pings_->drop(oid);
}

void Connection::closed() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  releases_.clear();
  // Nobody can use them any more: they are left to expire.
  for (const auto& [oid, count] : held_) pings_->drop(oid);
  held_.clear();
}

ObjectReply read_object_reply(rpc::Reply reply, const std::string& host) {
  ObjectReply out;
  out.executed = reply.executed;
  if (!reply.status.ok()) {
    out.status = call_failed(host, reply);
    return out;
  }
  out.octets = std::move(reply.stub);
  rpc::NdrReader in(out.octets);
  OrpcThat header;
  constexpr std::size_t kBareHeader = 8;  // flags, and a null pointer to extensions
  const std::string_view start = std::string_view(out.octets).substr(0, kBareHeader);
  if (start.size() == kBareHeader && start.substr(4) == std::string_view("\0\0\0\0", 4)) {
    in.octets(kBareHeader);
  } else {
    header = OrpcThat::read(in);
  }
  out.offset = in.position();
  // The HRESULT is the last of the results, all of which are aligned to 4 at least.
  const bool whole = in.ok() && out.octets.size() % 4 == 0 && out.octets.size() >= out.offset + 4;
  if (!whole) {
    out.status = {rpc::RPC_X_BAD_STUB_DATA, fmt::format("{} answered with something that is not DCOM's", host)};
    out.octets.clear();
    out.offset = 0;
    return out;
  }
  out.end = out.octets.size() - 4;
  rpc::NdrReader tail(std::string_view(out.octets).substr(out.end));
  out.result = base::Hresult{tail.u32()};
  out.delivered = true;
  out.status = out.result;
  if (base::failed(out.result) && !header.extents.empty()) {
    const auto info = ErrorInfo::from_extents(header.extents);
    if (info && info->description) out.status = {out.result, *info->description};
  }
  return out;
}

rpc::NdrReader ObjectReply::results() const {
  rpc::NdrReader in(std::string_view(octets).substr(0, end));
  in.octets(offset);
  return in;
}

}  // namespace dcom
