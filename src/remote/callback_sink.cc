#include "remote/callback_sink.h"

#include <fmt/format.h>

#include "remote/callback_host.h"
#include "remote/client_errors.h"
#include "remote/client_session.h"
#include "remote/machine_core.h"

namespace remote {

namespace {

constexpr std::size_t kMaxWaiting = 16;  // a server has one callback outstanding [calls without end]

/// The asynchronous method beside a synchronous one.
std::uint16_t async_opnum(cim::Operation operation) { return static_cast<std::uint16_t>(static_cast<std::uint16_t>(operation) + 1); }

}  // namespace

CallbackSink::CallbackSink(std::shared_ptr<ClientSession> session, cim::Operation operation, std::string subject,
                           const cim::CallOptions& options, cim::SinkPtr sink, ServicesRequest request, std::string path)
    : ClientOperation(std::move(session), operation, std::move(subject), options, std::move(sink)),
      request_(std::move(request)),
      path_(std::move(path)),
      wants_progress_((options.flags & cim::flag::kSendStatus) != 0),
      cache_(core().interner()) {}

base::Status CallbackSink::start() {
  if (!CallbackMark::here()) {
    TRY(connect());
    enlist();
    base::Status status;
    make_call(true, &status);
    return status;
  }
  enlist();
  const bool posted = core().post([self = self()] {
    if (const base::Status connected = self->connect(); !connected.ok()) return self->fail(connected);
    self->make_call(false, nullptr);
  });
  if (!posted) fail(rpc::RPC_S_CALL_CANCELLED);
  return {};
}

/// The proxy to call, and the reference that goes along.
base::Status CallbackSink::connect() {
  TRY_ASSIGN(dcom::ProxyPtr services, session()->proxy());
  rpc::ConnectionEnds ends = services->ends();
  if (ends.local.address.empty()) {  // its connection is still being made: that of the login has the same address
    TRY_ASSIGN(const dcom::ProxyPtr login, core().login());
    ends = login->ends();
  }
  TRY_ASSIGN(auto host, core().callback_host(ends));
  TRY_ASSIGN(request_.sink, host->marshal(self(), ends));
  const Lock lock(mutex_);
  services_ = std::move(services);
  host_ = std::move(host);
  return {};
}

void CallbackSink::make_call(bool wait, base::Status* outcome) {
  dcom::ProxyPtr services;
  {
    const Lock lock(mutex_);
    services = services_;
  }
  if (!services) return withdraw();  // ended meanwhile
  const auto op = static_cast<cim::Operation>(async_opnum(operation()));
  const auto parameters = [this, op](rpc::NdrWriter& out) { write_request(out, op, request_); };
  if (wait) {
    dcom::ObjectReply reply = services->call(async_opnum(operation()), parameters);
    if (may_call_again(reply)) {
      if (const auto fresh = session()->proxy(); fresh && take_over(*fresh)) {
        services = *fresh;
        reply = services->call(async_opnum(operation()), parameters);
      }
    }
    *outcome = started(reply, services.get());
    return;
  }
  services->call(async_opnum(operation()), parameters, {}, [self = self(), key = services.get()](const dcom::ObjectReply& reply) {
    const CallbackMark mark;
    if (self->may_call_again(reply)) {
      return self->call_behind([self](const dcom::ProxyPtr& fresh) {
        if (self->take_over(fresh)) self->make_call(false, nullptr);
      });
    }
    if (const base::Status failure = self->started(reply, key); !failure.ok()) self->fail(failure);
  });
}

/// False when the operation has ended meanwhile.
bool CallbackSink::take_over(const dcom::ProxyPtr& services) {
  const Lock lock(mutex_);
  if (!services_) return false;
  services_ = services;
  return true;
}

/// Before its start the caller learns of a lost connection by the start's failure.
bool CallbackSink::called_back() const {
  const Lock lock(mutex_);
  return started_;
}

base::Status CallbackSink::started(const dcom::ObjectReply& reply, const dcom::Proxy* services) {
  if (reply.status.ok()) {
    bool released = false;
    bool lost = false;
    {
      const Lock lock(mutex_);
      started_ = true;
      released = released_ && !server_done_;
      lost = services_ != nullptr && session()->current() != services_;
    }
    if (released || lost) fail(describe_loss({}, core().host()));
    return {};
  }
  if (reply.status.code() == dcom::RPC_E_DISCONNECTED) session()->forget(services);
  withdraw();
  core().remove(*this);  // never started: the caller's sink stays untouched
  return describe_failure(reply, core().host(), cim::operation_name(static_cast<cim::Operation>(async_opnum(operation()))));
}

void CallbackSink::call(dcom::ObjectCallPtr call) {
  {
    const Lock lock(mutex_);
    if (calls_.size() < kMaxWaiting) {
      calls_.push_back(std::move(call));
    }
  }
  if (call) return call->respond(WBEM_E_SERVER_TOO_BUSY);
  serve();
}

/// One callback after the other, in the order of their arrival.
void CallbackSink::serve() {
  const auto self = shared_from_this();
  for (;;) {
    dcom::ObjectCallPtr next;
    {
      const Lock lock(mutex_);
      if (serving_ || calls_.empty()) return;
      serving_ = true;
      next = std::move(calls_.front());
      calls_.pop_front();
    }
    if (!serve_one(next)) return;  // answered() goes on
    const Lock lock(mutex_);
    serving_ = false;
  }
}

/// True when the call was answered here and now.
bool CallbackSink::serve_one(const dcom::ObjectCallPtr& call) {
  switch (static_cast<SinkOp>(call->opnum())) {
    case SinkOp::kIndicate: return indicate(call);
    case SinkOp::kSetStatus: return set_status(call);
  }
  call->fault(rpc::fault::kOpnumRange);
  return true;
}

bool CallbackSink::indicate(const dcom::ObjectCallPtr& call) {
  rpc::NdrReader in = call->parameters();
  const auto batch = read_indicate(in, cache_);
  if (!batch) {
    if (batch.error().code() == rpc::RPC_X_BAD_STUB_DATA) {
      call->fault(rpc::fault::kBadStubData);
    } else {
      call->respond(batch.error(), {});
    }
    return true;
  }
  feed().indicate(*batch, [self = self(), call](base::Hresult answer) {
    call->respond(answer == WBEM_S_NO_ERROR ? WBEM_S_NEW_STYLE : answer);  // we read ObjectArrays
    self->answered();
  });
  return false;
}

bool CallbackSink::set_status(const dcom::ObjectCallPtr& call) {
  rpc::NdrReader in = call->parameters();
  auto read = read_set_status(in, core().interner().get());
  if (!read && read.error().code() == rpc::RPC_X_BAD_STUB_DATA) {
    call->fault(rpc::fault::kBadStubData);
    return true;
  }
  cim::SinkStatus status;
  if (!read) {  // final all the same: what is wrong with its object is no reason to wait for ever
    status = failure_status(read.error(), name(), subject());
  } else {
    status.type = static_cast<cim::StatusType>(read->flags);
    status.code = base::Hresult{read->result};
    status.text = read->text.value_or("");
    if (read->object) status.error = std::make_shared<const cim::Object>(*std::move(read->object));
  }
  if (status.type != cim::StatusType::kComplete) {
    if (status.type != cim::StatusType::kProgress || !wants_progress_) {
      call->respond(WBEM_S_NO_ERROR);
      return true;
    }
    feed().progress(status, [self = self(), call](base::Hresult answer) {
      call->respond(answer);
      self->answered();
    });
    return false;
  }
  if (status.text.empty() && base::succeeded(status.code)) status.text = path_;
  if (base::failed(status.code) && !status.error) status.error = make_error_object(status.code, name(), subject());
  {
    const Lock lock(mutex_);
    server_done_ = true;
  }
  const bool taken = feed().finish(std::move(status), [self = self(), call](base::Hresult answer) {
    call->respond(answer);
    self->answered();
    self->withdraw();
  });
  if (taken) return false;
  call->respond(WBEM_S_NO_ERROR);  // it ended here before
  withdraw();
  return true;
}

void CallbackSink::answered() {
  {
    const Lock lock(mutex_);
    serving_ = false;
  }
  serve();
}

void CallbackSink::released() {
  {
    const Lock lock(mutex_);
    released_ = true;
    if (!started_ || server_done_ || withdrawn_) return;
  }
  fail({WBEM_E_TRANSPORT_FAILURE, fmt::format("{} let go of the sink before the end of the operation", core().host())});
}

void CallbackSink::withdraw() {
  std::shared_ptr<CallbackHost> host;
  dcom::ProxyPtr services;
  {
    const Lock lock(mutex_);
    withdrawn_ = true;
    host = std::move(host_);
    services = std::move(services_);
  }
  if (host) host->withdraw(self());
}

void CallbackSink::stop() {
  dcom::ProxyPtr services;
  {
    const Lock lock(mutex_);
    if (server_done_ || std::exchange(stopped_, true)) return;
    services = services_;
  }
  if (!services) return;
  // Its answer, or the loss of the connection, is the end of this object's life in the server's hands. The sink has its final status.
  ServicesRequest cancel;
  cancel.sink = request_.sink;
  services->call(
      static_cast<std::uint16_t>(cim::Operation::kCancelAsyncCall),
      [&](rpc::NdrWriter& out) { write_request(out, cim::Operation::kCancelAsyncCall, cancel); }, {},
      [self = self()](const dcom::ObjectReply& reply) {
        if (!reply.status.ok()) self->withdraw();
      });
}

}  // namespace remote
