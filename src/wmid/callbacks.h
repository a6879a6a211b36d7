// How the daemon proves itself to clients' sinks.
#pragma once

#include "remote/server.h"
#include "wmid/config.h"
#include "wmid/login_client.h"

namespace wmid {

/// Where the caller came by Kerberos, as the host with its keys; by NTLM, with the account's own hash, which the client holds too; by a
/// UNIX socket, by what the kernel says. WBEM_E_NOT_SUPPORTED where the configuration allows no callbacks.
remote::CallbackPolicy callback_policy(const Config& config, const std::string& host_name);

/// The same in a process that has no keys: clients are proven to where those are.
remote::CallbackPolicy callback_policy_by_ticket(const Config& config, std::shared_ptr<LoginClient> logins);

}  // namespace wmid
