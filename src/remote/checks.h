// The checks that MS-WMI 3.1.4 wants for every call, in its order; what needs the repository is checked by cim::Services.
#pragma once

#include "cim/services.h"
#include "dcom/exporter.h"
#include "remote/messages.h"

namespace remote {

/// Who calls, as text that is the same for the same account however it logged in: its SID, or DOMAIN\name where it has none.
std::string principal_of(const security::Peer& peer);
/// Address and user of a caller, for the log.
std::string caller_text(const dcom::ObjectCall& call);

/// WBEM_E_ACCESS_DENIED: nobody, an impersonation level below IMPERSONATE, a level below CONNECT.
base::Status check_access(const dcom::ObjectCall& call);
/// The same, and WBEM_E_ACCESS_DENIED for another principal than the one that the object was made for.
base::Status check_access(const dcom::ObjectCall& call, const std::string& principal);
/// WBEM_E_ACCESS_DENIED when the namespace requires encryption and the call came without it.
base::Status check_encryption(const dcom::ObjectCall& call, const cim::Services& services);

/// Requirements in the parameter definitions of 3.1.4.3: pointers that must not be NULL (WBEM_E_INVALID_PARAMETER), flags, lengths of texts
/// (WBEM_E_QUOTA_VIOLATION).
base::Status check_request(cim::Operation operation, const ServicesRequest& request);

/// Whether the answer comes later: the ...Async methods with a sink.
bool is_async(cim::Operation operation);
/// CreateClassEnum, CreateInstanceEnum, ExecQuery, ExecNotificationQuery.
bool gives_enumerator(cim::Operation operation);

}  // namespace remote
