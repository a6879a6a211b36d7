// One way into the daemon: an RPC server with DCOM and MS-WMI on it, over whatever stands for the object manager in its process.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "dcom/resolver.h"
#include "remote/server.h"
#include "rpc/epm.h"
#include "rpc/server.h"
#include "wmid/config.h"
#include "wmid/systemd.h"

namespace wmid {

/// Not thread-safe, but for resolver().
class Door {
 public:
  /// Everything referred to outlives it.
  struct Options {
    const Config* config = nullptr;
    const security::ServerOptions* security = nullptr;  // of logins over TCP, as are the accounts; both or neither
    const security::AccountDatabase* accounts = nullptr;
    std::function<std::shared_ptr<const security::Peer>(const rpc::LocalIdentity&)> local_peer;  // of callers on UNIX sockets
    std::string local_path;                                                                      // of the UNIX socket that references name
    std::optional<dcom::ForeignExporters> foreign = {};  // where exporters of local programs are resolved, if not here
    cim::Locator* locator = nullptr;
    std::function<base::Result<cim::Caller>(const security::Peer&, const rpc::ConnectionEnds&)> caller_of;
    remote::CallbackPolicy callbacks;
    remote::BackupService* backup = nullptr;
    const base::Clock* clock = nullptr;
    base::Random* random = nullptr;
    base::Log* log = nullptr;
  };
  explicit Door(Options options);
  /// stop() without grace.
  ~Door();
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;

  /// Once: serves the sockets, and new UNIX sockets at `local_paths`, which everyone may connect to.
  base::Status open(HandedSockets sockets, const std::vector<std::string>& local_paths);
  void set_limits(const Limits& limits);
  dcom::Resolver& resolver() { return *resolver_; }
  /// Asynchronous calls end with WBEM_E_SHUTTING_DOWN, calls under way have `grace`. Again: nothing.
  void stop(std::chrono::milliseconds grace);

 private:
  void make_objects();
  remote::Server::Options wmi_options() const;

  const Options options_;
  rpc::epm::EndpointMap endpoints_;
  std::unique_ptr<rpc::Network> network_;
  std::unique_ptr<rpc::Server> server_;
  dcom::Bindings bindings_;
  std::unique_ptr<dcom::Exporter> exporter_;
  std::unique_ptr<dcom::Resolver> resolver_;
  std::unique_ptr<dcom::Client> client_;
  std::unique_ptr<remote::Server> wmi_;
};

}  // namespace wmid
