#include "remote/server_sink.h"

#include <fmt/format.h>

#include "remote/server_core.h"

namespace remote {

void ServerSink::with_proxy(Waiting action) {
  bool resolve = false;
  {
    const std::scoped_lock lock(mutex_);
    if (!proxy_) {
      waiting_.push_back(std::move(action));
      resolve = !std::exchange(resolving_, true);
      action = nullptr;
    }
  }
  if (action) action(*proxy_);  // never changes again
  if (!resolve) return;
  core_->unmarshal(unmarshaling_, [self = shared_from_this()](base::Result<dcom::ProxyPtr> proxy) { self->resolved(std::move(proxy)); });
}

void ServerSink::resolved(base::Result<dcom::ProxyPtr> proxy) {
  if (!proxy) {
    core_->options().log->warning(
        fmt::format("{}: the sink of an asynchronous call cannot be reached: {}", unmarshaling_.reached, proxy.error().to_string()));
  }
  std::vector<Waiting> waiting;
  {
    const std::scoped_lock lock(mutex_);
    proxy_ = std::move(proxy);
    waiting.swap(waiting_);
  }
  for (const Waiting& action : waiting) action(*proxy_);
}

void ServerSink::drop(const dcom::Objref& objref) {
  with_proxy([objref](const base::Result<dcom::ProxyPtr>& proxy) {
    if (proxy) static_cast<void>((*proxy)->unmarshal(objref));  // goes out of scope, which releases what it brought
  });
}

void ServerSink::call(std::uint16_t opnum, Parameters parameters, std::chrono::milliseconds timeout, Done done) {
  with_proxy([opnum, parameters = std::move(parameters), timeout, done = std::move(done)](const base::Result<dcom::ProxyPtr>& proxy) {
    if (proxy) {
      (*proxy)->call(opnum, parameters, timeout, done);
      return;
    }
    dcom::ObjectReply reply;
    reply.status = proxy.error();
    reply.executed = false;
    done(std::move(reply));
  });
}

}  // namespace remote
