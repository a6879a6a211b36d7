#include "security/spnego_context.h"

#include "security/session.h"

namespace security::spnego {

base::Result<Context::Step> SpnegoContext::step(std::string_view token) {
  if (done_ || failed_) return base::fail(SEC_E_INTERNAL_ERROR, "a token for an SPNEGO context that has ended its exchange");
  auto out = next(token);
  failed_ = !out;
  done_ = out && out->done;
  return out;
}

base::Status SpnegoContext::protect(Level level, HeaderSigning header_signing, const Pdu& pdu, std::span<char> signature) {
  if (!done_) return not_established();
  return mechanism_->protect(level, header_signing, pdu, signature);
}

base::Status SpnegoContext::unprotect(Level level, HeaderSigning header_signing, const Pdu& pdu, std::string_view signature) {
  if (!done_) return not_established();
  return mechanism_->unprotect(level, header_signing, pdu, signature);
}

base::Result<ExportedSession> SpnegoContext::export_session() {
  if (!done_) return base::fail(not_established());
  return mechanism_->export_session();
}

}  // namespace security::spnego
