// The ProviderTable (MS-WMI 3.1.1): which registered provider serves a class.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/utf.h"
#include "cim/class.h"
#include "cim/context.h"
#include "manager/provider.h"

namespace manager {

class IsolatedHost;

/// A row. `host` only for Hosting::kIsolated.
struct ProviderEntry {
  ProviderRegistration registration;
  Capabilities capabilities;
  std::shared_ptr<IsolatedHost> host;
};

/// Immutable once filled; thread-safe then.
class ProviderTable {
 public:
  ProviderTable();
  ProviderTable(ProviderTable&&) noexcept;
  ~ProviderTable();
  /// Starts the hosts of isolated providers: before this process has threads and an open repository. WBEM_E_INITIALIZATION_FAILURE.
  base::Status fill(std::vector<ProviderRegistration> providers);

  /// Ends the processes of isolated providers.
  void stop_hosts();

  /// The provider of `cls`, a class with a `provider` qualifier: the registration of that name whose class is nearest. Errors
  /// (MS-WMI 3.1.4, step 7): WBEM_E_INVALID_PARAMETER (__ProviderArchitecture neither 32 nor 64), `missing` when there is none for this
  /// architecture.
  base::Result<const ProviderEntry*> find(const cim::Class& cls, const cim::ContextPtr& context, base::Hresult missing) const;

 private:
  std::unordered_map<std::string, std::vector<std::unique_ptr<ProviderEntry>>, base::IHash, base::IEqual> entries_;
};

}  // namespace manager
