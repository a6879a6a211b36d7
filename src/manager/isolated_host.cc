#include "manager/isolated_host.h"

namespace manager {

base::Result<std::shared_ptr<IsolatedHost>> IsolatedHost::start(ProviderPtr) {
  return base::fail(WBEM_E_INITIALIZATION_FAILURE, "isolated providers are not hosted yet");
}
IsolatedHost::~IsolatedHost() = default;
base::Status IsolatedHost::run(ProviderJob&) { return WBEM_E_PROVIDER_LOAD_FAILURE; }

}  // namespace manager
