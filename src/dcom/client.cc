#include "dcom/client.h"

#include "dcom/client_core.h"

namespace dcom {

Client::Client(rpc::Network& network, Options options) : state_(std::make_shared<State>(network, std::move(options))) {}

Client::~Client() { state_->stop(); }

base::Result<ProxyPtr> Client::activate(const Machine& machine, const Security& security, const Guid& clsid, const Guid& iid) {
  return dcom::activate(*state_, machine, security, clsid, iid);
}

void Client::unmarshal(Unmarshaling what, std::function<void(base::Result<ProxyPtr>)> done) {
  const std::string peer = peer_of(what);
  const bool taken = state_->background.run(peer, [state = state_, what = std::move(what), done] { done(resolve(*state, what)); });
  if (taken) return;
  const base::Status status = state_->stopping.stop_requested()
                                  ? state_->ended()
                                  : base::Status(rpc::RPC_S_SERVER_TOO_BUSY, "too many references wait to be resolved");
  done(base::fail(status));
}

void Client::check_time() { state_->pinger.check_time(); }

Client::Figures Client::figures() const { return {state_->pool.open(), state_->proxies.load(), state_->pinger.size()}; }

}  // namespace dcom
