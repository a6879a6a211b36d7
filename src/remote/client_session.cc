#include "remote/client_session.h"

#include "remote/machine_core.h"

namespace remote {

void ClientSession::adopt(dcom::ProxyPtr proxy) {
  const dcom::Proxy* const key = proxy.get();
  {
    const std::scoped_lock lock(mutex_);
    proxy_ = proxy;
  }
  proxy->on_closed([weak = weak_from_this(), key](const base::Status& reason) {
    if (const auto self = weak.lock()) self->lost(key, reason);
  });
}

dcom::ProxyPtr ClientSession::current() const {
  const std::scoped_lock lock(mutex_);
  return proxy_;
}

base::Result<dcom::ProxyPtr> ClientSession::proxy() {
  if (auto proxy = current()) return proxy;
  const std::scoped_lock login(login_mutex_);
  if (auto proxy = current()) return proxy;
  TRY_ASSIGN(dcom::ProxyPtr proxy, core_->open(name_space_, locales_));
  adopt(proxy);
  return proxy;
}

void ClientSession::forget(const dcom::Proxy* proxy) {
  dcom::ProxyPtr dropped;  // let go of without the lock
  const std::scoped_lock lock(mutex_);
  if (proxy_.get() == proxy) dropped = std::move(proxy_);
}

void ClientSession::lost(const dcom::Proxy* proxy, const base::Status& reason) {
  dcom::ProxyPtr dropped;  // let go of without the lock
  {
    const std::scoped_lock lock(mutex_);
    if (proxy_.get() != proxy) return;
    dropped = std::move(proxy_);
  }
  core_->connection_lost(*this, reason);
}

}  // namespace remote
