// Providers in processes of their own (Hosting::kIsolated). A small process, forked before this one has threads or an open repository,
// forks one server for every simultaneous call; requests and rows go over a socket pair as MS-WMIO octets and are validated on receipt. A
// server that dies ends its call with WBEM_E_PROVIDER_FAILURE; the next call gets a new one. All of them end with this process.
#pragma once

#include <sys/types.h>

#include <memory>
#include <mutex>
#include <vector>

#include "manager/provider.h"

namespace manager {

class ProviderJob;

/// The processes of one provider. Thread-safe.
class IsolatedHost {
 public:
  /// WBEM_E_INITIALIZATION_FAILURE with the system's text.
  static base::Result<std::shared_ptr<IsolatedHost>> start(ProviderPtr provider);
  ~IsolatedHost();
  IsolatedHost(const IsolatedHost&) = delete;
  IsolatedHost& operator=(const IsolatedHost&) = delete;

  /// Runs one call in a server, feeding the job. Blocks the (provider) thread.
  base::Status run(ProviderJob& job);
  /// Ends all processes and waits for them; run() fails from now on.
  void stop();

 private:
  /// One server process: given up, it is killed by the process that forked it.
  struct Server;
  using ServerPtr = std::shared_ptr<Server>;

  IsolatedHost(int control, pid_t forker) : control_(control), forker_(forker) {}
  base::Result<ServerPtr> acquire();
  void give_up(Server& server);
  base::Status exchange(ProviderJob& job, Server& server);

  std::mutex mutex_;
  int control_;  // -1 once stopped
  const pid_t forker_;
  std::vector<ServerPtr> idle_;
};

}  // namespace manager
