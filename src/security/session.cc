#include "security/session.h"

#include "security/mechanism.h"

namespace security {

base::Result<ExportedSession> Context::export_session() {
  return base::fail(SEC_E_UNSUPPORTED_FUNCTION, "this security context stays where it is");
}

base::Result<std::unique_ptr<Context>> import_session(Peer peer, const ExportedSession& session) {
  switch (session.mechanism) {
    case Provider::kNtlm: return import_ntlm(std::move(peer), session);
    case Provider::kKerberos: return import_kerberos(std::move(peer), session);
    default: return base::fail(SEC_E_INVALID_TOKEN, "a session of neither NTLM nor Kerberos");
  }
}

}  // namespace security
