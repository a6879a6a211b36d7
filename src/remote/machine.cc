#include <fmt/format.h>

#include "remote/client.h"
#include "remote/client_names.h"
#include "remote/machine_core.h"
#include "remote/services_proxy.h"

namespace remote {

Machine::Machine(rpc::Network& network, ClientOptions options) : core_(std::make_shared<MachineCore>(network, std::move(options))) {}

Machine::~Machine() { core_->close(); }

base::Result<cim::ServicesPtr> Machine::connect(std::string_view name_space, const cim::Caller&, std::string_view locales) {
  return connect(name_space, locales);
}

base::Result<cim::ServicesPtr> Machine::connect(std::string_view name_space, std::string_view locales) {
  TRY_ASSIGN(std::string plain, plain_namespace(name_space));
  TRY_ASSIGN(std::vector<std::string> names, split_locales(locales));
  auto session = std::make_shared<ClientSession>(core_, std::move(plain), std::move(names));
  TRY(session->proxy());
  return std::make_shared<ServicesProxy>(std::move(session));
}

base::Status Machine::callback_readiness() {
  TRY(callbacks_verifiable(core_->options()));
  TRY_ASSIGN(const dcom::ProxyPtr login, core_->login());
  TRY(core_->callback_host(login->ends()));
  return {};
}

void Machine::check_time() { core_->check_time(); }
dcom::Client::Figures Machine::figures() const { return core_->figures(); }

}  // namespace remote
