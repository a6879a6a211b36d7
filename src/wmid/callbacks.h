// How the daemon proves itself to clients' sinks.
#pragma once

#include "remote/server.h"
#include "wmid/config.h"

namespace wmid {

/// Where the caller came by Kerberos, as the host with its keys; by NTLM, with the account's own hash, which the client holds too; by a
/// UNIX socket, by what the kernel says. WBEM_E_NOT_SUPPORTED where the configuration allows no callbacks.
remote::CallbackPolicy callback_policy(const Config& config, const std::string& host_name);

}  // namespace wmid
