#include "wmid/callbacks.h"

#include <fmt/format.h>

namespace wmid {
namespace {

base::Result<dcom::Security> security_for(const security::Peer& caller, const std::string& keytab, const std::string& host_name) {
  dcom::Security out;
  switch (caller.mechanism) {
    case security::Provider::kNone: return out;
    case security::Provider::kKerberos:
      out.provider = security::Provider::kKerberos;
      out.credentials.keytab = keytab;
      out.credentials.user = "host/" + host_name;
      return out;
    default: break;
  }
  if (!caller.account.nt_hash) {
    return base::fail(base::WBEM_E_ACCESS_DENIED, fmt::format("the account {} has no key to call its client back with", caller.user));
  }
  out.provider = security::Provider::kNtlm;
  out.credentials.domain = caller.domain;
  out.credentials.user = caller.account.name;
  out.credentials.nt_hash = caller.account.nt_hash;
  return out;
}

remote::CallbackPolicy policy(const Config& config, std::function<base::Result<dcom::Security>(const security::Peer&)> security_for) {
  remote::CallbackPolicy out;
  out.least = config.callback_min_auth_level;
  out.timeout = config.callback_timeout;
  if (config.callbacks) {
    out.security_for = std::move(security_for);
  } else {
    out.security_for = [](const security::Peer&) -> base::Result<dcom::Security> {
      return base::fail(base::WBEM_E_NOT_SUPPORTED, "this server's configuration allows no callbacks");
    };
  }
  return out;
}

}  // namespace

remote::CallbackPolicy callback_policy(const Config& config, const std::string& host_name) {
  return policy(config,
                [keytab = config.keytab, host_name](const security::Peer& caller) { return security_for(caller, keytab, host_name); });
}

remote::CallbackPolicy callback_policy_by_ticket(const Config& config, std::shared_ptr<LoginClient> logins) {
  return policy(config, [logins = std::move(logins)](const security::Peer& caller) -> base::Result<dcom::Security> {
    dcom::Security out;
    out.provider = caller.mechanism;
    out.credentials.user = caller.account.name;
    out.credentials.prover = logins->prover(caller.ticket);
    return out;
  });
}

}  // namespace wmid
