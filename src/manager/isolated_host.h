// Providers in processes of their own (Hosting::kIsolated). A small process, forked before this one has threads or an open repository,
// forks one server per simultaneous call; requests and rows go over a socket pair as MS-WMIO octets and are validated on receipt. A server
// that dies ends its call with WBEM_E_PROVIDER_FAILURE; the next call gets a new one. All of them end with this process.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "base/files.h"
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

 private:
  explicit IsolatedHost(int control) : control_(control) {}
  base::Result<int> acquire();
  void release(int server);

  std::mutex mutex_;
  const int control_;      // to the process that forks servers
  std::vector<int> idle_;  // sockets of servers that wait for work
};

}  // namespace manager
