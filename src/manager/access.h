// Rights of a caller on a namespace (MS-WMI 3.1.4, steps 1 and 5; 5.2).
#pragma once

#include <cstdint>

#include "cim/caller.h"
#include "manager/schema.h"
#include "repository/repository.h"
#include "security/accounts.h"

namespace manager {

/// GrantedAccess: what the namespace's descriptor gives the caller's SIDs, within Caller.max_rights; everything to an administrator. By
/// default that is ENABLE, METHOD_EXECUTE and WRITE_PROVIDER for authenticated users, and for an embedded caller what the mode of the
/// repository's file gives it. A descriptor that cannot be read gives nothing.
std::uint32_t granted_access(const Namespace& name_space, const cim::Caller& caller);

/// WBEM_E_ACCESS_DENIED, naming the missing rights, unless all of `needed` are in `granted`. REMOTE_ENABLE is needed too from a remote
/// caller.
base::Status require_rights(std::uint32_t granted, std::uint32_t needed, const cim::Caller& caller, std::string_view name_space);

/// The user of this process with what the repository's file gives it: its owner and root are administrators.
cim::Caller local_caller(const repository::Access& access);

/// Who logged in over the network with this account: its SIDs, and the Unix user that it names, with that user's groups, when the system
/// knows it. Asks the name service. Thread-safe.
cim::Caller network_caller(const security::Account& account);

}  // namespace manager
