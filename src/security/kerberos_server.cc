// Kerberos, accepting side, in three DCE-style legs (MS-KILE 3.4.5.1) through MIT krb5.
#include <fmt/format.h>

#include "security/der.h"
#include "security/kerberos_context.h"
#include "security/spnego_token.h"

namespace security {
namespace kerberos {
namespace {

/// The AP-REQ of a first token. DCE style sends it bare (MS-KILE 3.4.5.1) and MIT krb5 takes no other; there are clients (impacket) that
/// frame it as RFC 4121 4.1 does, and Windows lets them in.
std::string_view unframed(std::string_view token) {
  constexpr std::string_view kApRequest("\x01\x00", 2);
  const auto frame = der::Reader(token).next(der::kApplication0);
  if (!frame) return token;
  der::Reader inside(frame->content);
  const auto mechanism = inside.next(der::kOid);
  if (!mechanism || mechanism->content != spnego::oid::kKerberos) return token;
  const std::string_view rest = frame->content.substr(mechanism->whole.size());
  return rest.starts_with(kApRequest) ? rest.substr(kApRequest.size()) : token;
}

class KerberosServer final : public KerberosContext {
 public:
  explicit KerberosServer(ServerSetup setup) : setup_(std::move(setup)) {}

 protected:
  // Without a brake: there is no password to guess here, and whose ticket was forged nobody can say.
  base::Result<Step> next(std::string_view token) override {
    if (!credential_) TRY(acquire());
    gss_channel_bindings_struct bindings = channel_bindings(setup_.options.channel_bindings);
    gss_buffer_desc in = gss::input(context_ ? token : unframed(token));
    gss::Buffer out;
    gss::Name client;
    gss::Credential delegated;
    OM_uint32 minor = 0;
    OM_uint32 flags = 0;
    const bool bound = !setup_.options.channel_bindings.empty();
    const OM_uint32 major =
        gss_accept_sec_context(&minor, context_.in_out(), credential_.get(), &in, bound ? &bindings : GSS_C_NO_CHANNEL_BINDINGS,
                               client.out(), nullptr, out.out(), &flags, nullptr, delegated.out());
    if (GSS_ERROR(major)) {
      return base::fail(gss::failure(major, minor, fmt::format("Kerberos login from {}", setup_.peer_address)));
    }
    if ((major & GSS_S_CONTINUE_NEEDED) != 0) return Step{std::string(out.view()), false};
    if (bound && (flags & GSS_C_CHANNEL_BOUND_FLAG) == 0) {
      return base::fail(SEC_E_BAD_BINDINGS, "the Kerberos client sent no channel bindings");
    }
    TRY(establish(flags));
    TRY(read_peer(client.get(), flags));
    return Step{std::string(out.view()), true};
  }

 private:
  base::Status acquire() {
    // No replay cache: in three legs a replayed first token gains nothing, the third one proves the key, and a login then writes
    // no file.
    const gss_key_value_element_desc elements[] = {{"keytab", setup_.options.keytab.c_str()}, {"rcache", "none:"}};
    const gss_key_value_set_desc store{2, const_cast<gss_key_value_element_desc*>(elements)};
    gss_OID_set_desc mechanisms{1, const_cast<gss_OID>(gss_mech_krb5)};
    OM_uint32 minor = 0;
    const OM_uint32 major = gss_acquire_cred_from(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &mechanisms, GSS_C_ACCEPT, &store,
                                                  credential_.out(), nullptr, nullptr);
    if (major != GSS_S_COMPLETE) return gss::failure(major, minor, "opening the keytab " + setup_.options.keytab);
    return {};
  }

  base::Status read_peer(gss_name_t client, OM_uint32 flags) {
    TRY_ASSIGN(const std::string principal, gss::display_name(client));
    TRY_ASSIGN(const std::string own, own_principal());
    const std::size_t at = principal.rfind('@');
    peer_.mechanism = Provider::kKerberos;
    peer_.user = principal.substr(0, at);
    if (at != std::string::npos) peer_.domain = principal.substr(at + 1);
    peer_.target_name = own.substr(0, own.rfind('@'));
    if ((flags & GSS_C_DELEG_FLAG) != 0) {
      peer_.impersonation = Impersonation::kDelegate;
    } else if ((flags & GSS_C_IDENTIFY_FLAG) != 0) {
      peer_.impersonation = Impersonation::kIdentify;
    }
    // An account may be named by its whole principal; a bare name means one of the server's own realm, not of a trusted one.
    auto account = setup_.accounts.find(principal, {});
    const bool own_realm = own.ends_with("@" + peer_.domain);
    if (!account && own_realm) account = setup_.accounts.find(peer_.user, peer_.domain);
    if (!account) return {SEC_E_LOGON_DENIED, fmt::format("no account for {} at {}", principal, setup_.peer_address)};
    peer_.account = std::move(*account);
    return {};
  }

  base::Result<std::string> own_principal() const {
    OM_uint32 minor = 0;
    gss::Name name;
    const OM_uint32 major = gss_inquire_context(&minor, context_.get(), nullptr, name.out(), nullptr, nullptr, nullptr, nullptr, nullptr);
    if (major != GSS_S_COMPLETE) return base::fail(gss::failure(major, minor, "reading the own Kerberos name"));
    return gss::display_name(name.get());
  }

  ServerSetup setup_;
  gss::Credential credential_;
};

}  // namespace
}  // namespace kerberos

base::Result<std::unique_ptr<Mechanism>> make_kerberos_server(ServerSetup setup) {
  if (setup.options.keytab.empty()) return base::fail(SEC_E_SECPKG_NOT_FOUND, "Kerberos has no keytab here");
  return std::make_unique<kerberos::KerberosServer>(std::move(setup));
}

}  // namespace security
