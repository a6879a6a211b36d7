#include "security/kerberos_context.h"

#include <array>

#include "security/session.h"

namespace security::kerberos {
namespace {

gss_iov_buffer_desc iov(OM_uint32 type, std::string_view octets) { return {type, {octets.size(), const_cast<char*>(octets.data())}}; }

std::string_view body_of(const Pdu& pdu) { return {pdu.body.data(), pdu.body.size()}; }

/// The segments that a MIC covers, in order (MS-RPCE 3.3.1.5.2.2), then the token.
struct SignList {
  std::array<gss_iov_buffer_desc, 4> buffers;
  int count;

  SignList(HeaderSigning header_signing, const Pdu& pdu, std::string_view token) {
    if (header_signing == HeaderSigning::kYes) {
      buffers = {iov(GSS_IOV_BUFFER_TYPE_SIGN_ONLY, pdu.header), iov(GSS_IOV_BUFFER_TYPE_DATA, body_of(pdu)),
                 iov(GSS_IOV_BUFFER_TYPE_SIGN_ONLY, pdu.trailer), iov(GSS_IOV_BUFFER_TYPE_MIC_TOKEN, token)};
      count = 4;
    } else {
      buffers = {iov(GSS_IOV_BUFFER_TYPE_DATA, body_of(pdu)), iov(GSS_IOV_BUFFER_TYPE_MIC_TOKEN, token), {}, {}};
      count = 2;
    }
  }
  gss_buffer_desc& token() { return buffers[static_cast<std::size_t>(count) - 1].buffer; }
};

/// The same for sealing: the token (GSSAPI's header) comes first, the body is encrypted.
struct SealList {
  std::array<gss_iov_buffer_desc, 4> buffers;
  int count;

  SealList(HeaderSigning header_signing, const Pdu& pdu, std::string_view token) {
    if (header_signing == HeaderSigning::kYes) {
      buffers = {iov(GSS_IOV_BUFFER_TYPE_HEADER, token), iov(GSS_IOV_BUFFER_TYPE_SIGN_ONLY, pdu.header),
                 iov(GSS_IOV_BUFFER_TYPE_DATA, body_of(pdu)), iov(GSS_IOV_BUFFER_TYPE_SIGN_ONLY, pdu.trailer)};
      count = 4;
    } else {
      buffers = {iov(GSS_IOV_BUFFER_TYPE_HEADER, token), iov(GSS_IOV_BUFFER_TYPE_DATA, body_of(pdu)), {}, {}};
      count = 2;
    }
  }
};

base::Status wrong_size() { return {SEC_E_INTERNAL_ERROR, "the room for the Kerberos signature has another size than the signature"}; }

}  // namespace

gss_channel_bindings_struct channel_bindings(std::string_view application_data) {
  gss_channel_bindings_struct out{};
  out.initiator_addrtype = GSS_C_AF_UNSPEC;
  out.acceptor_addrtype = GSS_C_AF_UNSPEC;
  out.application_data = gss::input(application_data);
  return out;
}

KerberosContext::~KerberosContext() { wipe(session_key_); }

base::Result<Context::Step> KerberosContext::step(std::string_view token) {
  if (done_ || failed_) return base::fail(SEC_E_INTERNAL_ERROR, "a token for a Kerberos context that has ended its exchange");
  auto out = next(token);
  failed_ = !out;
  if (out) done_ = out->done;
  return out;
}

base::Status KerberosContext::establish(OM_uint32 flags) {
  constexpr OM_uint32 kNeeded = GSS_C_MUTUAL_FLAG | GSS_C_INTEG_FLAG | GSS_C_CONF_FLAG | GSS_C_DCE_STYLE;
  if ((flags & kNeeded) != kNeeded || (flags & (GSS_C_SEQUENCE_FLAG | GSS_C_REPLAY_FLAG)) == 0) {
    return {SEC_E_UNSUPPORTED_FUNCTION,
            "the Kerberos peer does not negotiate mutual authentication in DCE style with integrity, privacy and replay detection"};
  }
  OM_uint32 minor = 0;
  gss_buffer_set_t keys = GSS_C_NO_BUFFER_SET;
  const OM_uint32 major = gss_inquire_sec_context_by_oid(&minor, context_.get(), GSS_C_INQ_SSPI_SESSION_KEY, &keys);
  if (major != GSS_S_COMPLETE) return gss::failure(major, minor, "reading the Kerberos session key");
  if (keys->count > 0) session_key_.assign(static_cast<const char*>(keys->elements[0].value), keys->elements[0].length);
  gss_release_buffer_set(&minor, &keys);
  return read_sizes();
}

base::Status KerberosContext::read_sizes() {
  // In DCE style both sizes are the same for every PDU: the whole token stands in the header buffer (MS-KILE 3.4.5.4.1).
  OM_uint32 minor = 0;
  const std::array<char, 16> block{};
  gss_iov_buffer_desc mic[] = {iov(GSS_IOV_BUFFER_TYPE_DATA, {block.data(), block.size()}), iov(GSS_IOV_BUFFER_TYPE_MIC_TOKEN, {})};
  OM_uint32 major = gss_get_mic_iov_length(&minor, context_.get(), GSS_C_QOP_DEFAULT, mic, 2);
  if (major != GSS_S_COMPLETE) return gss::failure(major, minor, "asking for the size of a Kerberos signature");
  mic_size_ = mic[1].buffer.length;
  gss_iov_buffer_desc seal[] = {iov(GSS_IOV_BUFFER_TYPE_HEADER, {}), iov(GSS_IOV_BUFFER_TYPE_DATA, {block.data(), block.size()})};
  major = gss_wrap_iov_length(&minor, context_.get(), 1, GSS_C_QOP_DEFAULT, nullptr, seal, 2);
  if (major != GSS_S_COMPLETE) return gss::failure(major, minor, "asking for the size of a Kerberos seal");
  seal_size_ = seal[0].buffer.length;
  return {};
}

std::size_t KerberosContext::signature_size(Level level) const {
  return level == Level::kPrivacy ? seal_size_ : level >= Level::kCall ? mic_size_ : 0;
}

base::Status KerberosContext::protect(Level level, HeaderSigning header_signing, const Pdu& pdu, std::span<char> signature) {
  if (!done_) return not_established();
  if (level < Level::kCall) return {};
  if (signature.size() != signature_size(level)) return wrong_size();
  const std::lock_guard lock(mutex_);
  return level == Level::kPrivacy ? seal(header_signing, pdu, signature) : sign(header_signing, pdu, signature);
}

base::Status KerberosContext::unprotect(Level level, HeaderSigning header_signing, const Pdu& pdu, std::string_view signature) {
  if (!done_) return not_established();
  if (level < Level::kCall) return {};
  const std::lock_guard lock(mutex_);
  if (failed_) return {SEC_E_MESSAGE_ALTERED, "an earlier PDU of this Kerberos context did not verify"};
  base::Status status = level == Level::kPrivacy ? unseal(header_signing, pdu, signature) : verify(header_signing, pdu, signature);
  failed_ = !status.ok();
  return status;
}

base::Status KerberosContext::sign(HeaderSigning header_signing, const Pdu& pdu, std::span<char> signature) {
  OM_uint32 minor = 0;
  SignList list(header_signing, pdu, {signature.data(), signature.size()});
  const OM_uint32 major = gss_get_mic_iov(&minor, context_.get(), GSS_C_QOP_DEFAULT, list.buffers.data(), list.count);
  if (major != GSS_S_COMPLETE) return gss::failure(major, minor, "signing a PDU with Kerberos");
  return list.token().length == signature.size() ? base::Status() : wrong_size();
}

base::Status KerberosContext::verify(HeaderSigning header_signing, const Pdu& pdu, std::string_view signature) {
  OM_uint32 minor = 0;
  SignList list(header_signing, pdu, signature);
  const OM_uint32 major = gss_verify_mic_iov(&minor, context_.get(), nullptr, list.buffers.data(), list.count);
  // Also a supplementary bit alone (a replay, a gap) is a failure.
  if (major == GSS_S_COMPLETE) return {};
  base::Status status = gss::failure(major, minor, "verifying a PDU's Kerberos signature");
  return status.code() == SEC_E_OUT_OF_SEQUENCE ? status : base::Status(SEC_E_MESSAGE_ALTERED, status.text());
}

base::Status KerberosContext::seal(HeaderSigning header_signing, const Pdu& pdu, std::span<char> signature) {
  OM_uint32 minor = 0;
  int sealed = 0;
  SealList list(header_signing, pdu, {signature.data(), signature.size()});
  const OM_uint32 major = gss_wrap_iov(&minor, context_.get(), 1, GSS_C_QOP_DEFAULT, &sealed, list.buffers.data(), list.count);
  if (major != GSS_S_COMPLETE) return gss::failure(major, minor, "sealing a PDU with Kerberos");
  if (sealed == 0) return {SEC_E_UNSUPPORTED_FUNCTION, "the Kerberos library did not encrypt"};
  return list.buffers[0].buffer.length == signature.size() ? base::Status() : wrong_size();
}

base::Status KerberosContext::unseal(HeaderSigning header_signing, const Pdu& pdu, std::string_view signature) {
  OM_uint32 minor = 0;
  int sealed = 0;
  std::string token(signature);  // the confounder in it is decrypted in place
  SealList list(header_signing, pdu, token);
  const OM_uint32 major = gss_unwrap_iov(&minor, context_.get(), &sealed, nullptr, list.buffers.data(), list.count);
  if (major == GSS_S_COMPLETE && sealed != 0) return {};
  if (major == GSS_S_COMPLETE) return {SEC_E_MESSAGE_ALTERED, "the PDU is signed, not sealed, under Kerberos"};
  base::Status status = gss::failure(major, minor, "unsealing a PDU with Kerberos");
  return status.code() == SEC_E_OUT_OF_SEQUENCE ? status : base::Status(SEC_E_MESSAGE_ALTERED, status.text());
}

base::Result<std::string> KerberosContext::mech_list_mic(std::string_view list) {
  std::string mic(mic_size_, '\0');
  std::string octets(list);
  TRY(protect(Level::kIntegrity, HeaderSigning::kNo, {{}, octets, {}}, mic));
  return mic;
}

base::Status KerberosContext::verify_mech_list_mic(std::string_view list, std::string_view mic) {
  std::string octets(list);
  return unprotect(Level::kIntegrity, HeaderSigning::kNo, {{}, octets, {}}, mic);
}

base::Result<ExportedSession> KerberosContext::export_session() {
  if (!done_) return base::fail(not_established());
  const std::lock_guard lock(mutex_);
  ExportedSession out;
  out.mechanism = Provider::kKerberos;
  out.session_key = session_key_;
  OM_uint32 minor = 0;
  gss::Buffer token;
  const OM_uint32 major = gss_export_sec_context(&minor, context_.in_out(), token.out());
  if (major != GSS_S_COMPLETE) return base::fail(gss::failure(major, minor, "taking a Kerberos session elsewhere"));
  out.state = token.view();
  done_ = false;
  failed_ = true;
  return out;
}

base::Status KerberosContext::establish_again(const ExportedSession& session) {
  OM_uint32 minor = 0;
  gss_buffer_desc token = gss::input(session.state);
  const OM_uint32 major = gss_import_sec_context(&minor, &token, context_.out());
  if (major != GSS_S_COMPLETE) return {SEC_E_INVALID_TOKEN, gss::failure(major, minor, "taking over a Kerberos session").text()};
  session_key_ = session.session_key;
  TRY(read_sizes());
  done_ = true;
  return {};
}

namespace {

class ImportedKerberos final : public KerberosContext {
 public:
  explicit ImportedKerberos(Peer peer) { peer_ = std::move(peer); }
  base::Status take(const ExportedSession& session) { return establish_again(session); }

 protected:
  base::Result<Step> next(std::string_view) override { return base::fail(SEC_E_INTERNAL_ERROR, "this Kerberos context was established"); }
};

}  // namespace

}  // namespace security::kerberos

namespace security {

base::Result<std::unique_ptr<Context>> import_kerberos(Peer peer, const ExportedSession& session) {
  auto out = std::make_unique<kerberos::ImportedKerberos>(std::move(peer));
  TRY(out->take(session));
  return out;
}

}  // namespace security
