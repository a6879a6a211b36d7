#include "remote/server.h"

#include "remote/backup_stub.h"
#include "remote/login_stub.h"
#include "remote/server_core.h"

namespace remote {

namespace {

constexpr base::Hresult kServerUnavailable = rpc::RPC_S_SERVER_UNAVAILABLE;

}  // namespace

struct Server::State {
  State(dcom::Exporter& exporter, dcom::Client& client, Options options)
      : core(std::make_shared<ServerCore>(exporter, client, std::move(options))) {}
  const ServerCorePtr core;
};

Server::Server(dcom::Exporter& exporter, dcom::Resolver& resolver, dcom::Client& client, Options options)
    : state_(std::make_shared<State>(exporter, client, std::move(options))) {
  const Guid iids[] = {iid::kLevel1Login,    iid::kLoginClientId,      iid::kLoginHelper,        iid::kOpenWmi,
                       iid::kServices,       iid::kRefreshingServices, iid::kRemoteRefresher,    iid::kEnum,
                       iid::kFetchSmartEnum, iid::kSmartEnum,          iid::kCallResult,         iid::kObjectSink,
                       iid::kBackupRestore,  iid::kBackupRestoreEx,    iid::kUnsecuredApartment, iid::kWbemUnsecuredApartment,
                       iid::kShutdown};
  exporter.offer(iids);
  // One object for each activation: its references are its client's alone.
  const auto offer = [&](const Guid& clsid, auto make) {
    resolver.add_class(clsid, [core = state_->core, make](const rpc::Call&) -> base::Result<dcom::ObjectPtr> {
      if (core->gate().shutting_down()) return base::fail(WBEM_E_SHUTTING_DOWN, "the server is shutting down");
      return make(core);
    });
  };
  offer(clsid::kLevel1Login, [](const ServerCorePtr& core) { return std::make_shared<LoginStub>(core); });
  offer(clsid::kBackupRestore, [](const ServerCorePtr& core) { return std::make_shared<BackupStub>(core); });
  offer(clsid::kUnsecuredApartment, [](const ServerCorePtr&) {
    return std::make_shared<FixedStub>(std::vector<Guid>{iid::kUnsecuredApartment, iid::kWbemUnsecuredApartment}, E_UNEXPECTED, 1);
  });
  for (const Guid& clsid : {clsid::kShutdown1, clsid::kShutdown2}) {
    offer(clsid,
          [](const ServerCorePtr&) { return std::make_shared<FixedStub>(std::vector<Guid>{iid::kShutdown}, kServerUnavailable, 0); });
  }
}

Server::~Server() {
  shut_down({});
  state_->core->pool().stop();
  state_->core->timers().stop();
  state_->core->end();
}

void Server::shut_down(std::chrono::milliseconds grace) {
  ServerCore& core = *state_->core;
  core.gate().shut_down();
  core.end_all({WBEM_E_SHUTTING_DOWN, "the server is shutting down"});
  for (const AsyncCallPtr& call : core.async_calls().all()) call->cancel(WBEM_E_SHUTTING_DOWN);
  core.async_calls().wait_empty(grace);
}

void Server::check_time() { state_->core->timers().check(); }

Server::Figures Server::figures() const {
  const ServerCore& core = *state_->core;
  return {core.connections, core.enumerators, core.async_calls().size(), core.async_calls().sinks()};
}

}  // namespace remote
