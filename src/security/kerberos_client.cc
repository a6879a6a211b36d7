// Kerberos, initiating side, in three DCE-style legs (MS-KILE 3.4.5.1) through MIT krb5.
#include <fmt/format.h>

#include <vector>

#include "security/kerberos_context.h"
#include "security/tickets.h"

namespace security {
namespace kerberos {
namespace {

class KerberosClient final : public KerberosContext {
 public:
  KerberosClient(ClientOptions options, Credentials credentials) : options_(std::move(options)), credentials_(std::move(credentials)) {}
  ~KerberosClient() override { forget_password(); }

 protected:
  base::Result<Step> next(std::string_view token) override {
    if (!target_) {
      if (!token.empty()) return base::fail(SEC_E_INVALID_TOKEN, "a Kerberos client speaks first");
      TRY(acquire());
      TRY_ASSIGN(target_, import_target());
    }
    OM_uint32 wanted = GSS_C_MUTUAL_FLAG | GSS_C_INTEG_FLAG | GSS_C_CONF_FLAG | GSS_C_SEQUENCE_FLAG | GSS_C_REPLAY_FLAG | GSS_C_DCE_STYLE;
    if (options_.impersonation == Impersonation::kIdentify) wanted |= GSS_C_IDENTIFY_FLAG;
    if (options_.impersonation == Impersonation::kDelegate) wanted |= GSS_C_DELEG_FLAG;
    gss_channel_bindings_struct bindings = channel_bindings(options_.channel_bindings);
    gss_buffer_desc in = gss::input(token);
    gss::Buffer out;
    OM_uint32 minor = 0;
    OM_uint32 flags = 0;
    const OM_uint32 major = gss_init_sec_context(
        &minor, credential_.get(), context_.in_out(), target_.get(), const_cast<gss_OID>(gss_mech_krb5), wanted, 0,
        options_.channel_bindings.empty() ? GSS_C_NO_CHANNEL_BINDINGS : &bindings, &in, nullptr, out.out(), &flags, nullptr);
    if (GSS_ERROR(major)) return base::fail(gss::failure(major, minor, fmt::format("Kerberos with {}", options_.target_name)));
    const bool complete = (major & GSS_S_CONTINUE_NEEDED) == 0;
    if (complete) {
      TRY(establish(flags));
      TRY(read_peer());
    }
    return Step{std::string(out.view()), complete};
  }

 private:
  /// Tickets from a cache or a keytab, else a new one for the password.
  base::Status acquire() {
    gss::Name user;
    if (!credentials_.user.empty()) {
      const std::string at = credentials_.domain.empty() ? "" : "@" + credentials_.domain;
      TRY_ASSIGN(user, gss::import_name(credentials_.user + at, const_cast<gss_OID>(GSS_KRB5_NT_PRINCIPAL_NAME)));
    }
    OM_uint32 minor = 0;
    gss_OID mechanism = const_cast<gss_OID>(gss_mech_krb5);
    gss_OID_set_desc mechanisms{1, mechanism};
    OM_uint32 major = 0;
    if (credentials_.ccache.empty() && credentials_.keytab.empty()) {
      gss_buffer_desc password = gss::input(*credentials_.password);
      major = gss_acquire_cred_with_password(&minor, user.get(), &password, GSS_C_INDEFINITE, &mechanisms, GSS_C_INITIATE,
                                             credential_.out(), nullptr, nullptr);
      forget_password();
    } else {
      const std::string memory_cache = fmt::format("MEMORY:openwmi:{}:{}", credentials_.keytab, credentials_.user);
      std::vector<gss_key_value_element_desc> elements;
      if (!credentials_.ccache.empty()) {
        if (credentials_.ccache != "default") elements.push_back({"ccache", credentials_.ccache.c_str()});
      } else {
        elements.push_back({"client_keytab", credentials_.keytab.c_str()});
        elements.push_back({"ccache", memory_cache.c_str()});
      }
      const gss_key_value_set_desc store{static_cast<OM_uint32>(elements.size()), elements.data()};
      major = gss_acquire_cred_from(&minor, user.get(), GSS_C_INDEFINITE, &mechanisms, GSS_C_INITIATE, &store, credential_.out(), nullptr,
                                    nullptr);
    }
    if (major != GSS_S_COMPLETE) return gss::failure(major, minor, "getting a Kerberos ticket");
    return {};
  }

  /// class/host, or a whole principal with its realm.
  base::Result<gss::Name> import_target() const {
    const std::string& name = options_.target_name;
    const std::size_t slash = name.find('/');
    if (slash == std::string::npos || name.find('@') != std::string::npos) {
      return gss::import_name(name, const_cast<gss_OID>(GSS_KRB5_NT_PRINCIPAL_NAME));
    }
    return gss::import_name(name.substr(0, slash) + "@" + name.substr(slash + 1), GSS_C_NT_HOSTBASED_SERVICE);
  }

  base::Status read_peer() {
    OM_uint32 minor = 0;
    gss::Name name;
    const OM_uint32 major = gss_inquire_context(&minor, context_.get(), nullptr, name.out(), nullptr, nullptr, nullptr, nullptr, nullptr);
    if (major != GSS_S_COMPLETE) return gss::failure(major, minor, "reading the server's Kerberos name");
    TRY_ASSIGN(const std::string text, gss::display_name(name.get()));
    const std::size_t at = text.rfind('@');
    peer_.mechanism = Provider::kKerberos;
    peer_.user = text.substr(0, at);
    if (at != std::string::npos) peer_.domain = text.substr(at + 1);
    return {};
  }

  void forget_password() {
    if (credentials_.password) wipe(*credentials_.password);
    credentials_.password.reset();
  }

  ClientOptions options_;
  Credentials credentials_;
  gss::Credential credential_;
  gss::Name target_;
};

}  // namespace
}  // namespace kerberos

bool has_kerberos_tickets() {
  OM_uint32 minor = 0;
  gss_OID_set_desc mechanisms{1, const_cast<gss_OID>(gss_mech_krb5)};
  gss::Credential credential;
  if (gss_acquire_cred(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &mechanisms, GSS_C_INITIATE, credential.out(), nullptr, nullptr) !=
      GSS_S_COMPLETE) {
    return false;
  }
  OM_uint32 lifetime = 0;  // asking for it opens the cache
  return gss_inquire_cred(&minor, credential.get(), nullptr, &lifetime, nullptr, nullptr) == GSS_S_COMPLETE && lifetime > 0;
}

base::Result<std::unique_ptr<Mechanism>> make_kerberos_client(ClientOptions options, Credentials credentials) {
  if (credentials.ccache.empty() && credentials.keytab.empty() && (credentials.user.empty() || !credentials.password)) {
    return base::fail(SEC_E_NO_CREDENTIALS, "Kerberos needs a ticket cache, a keytab, or a user name with its password");
  }
  if (options.target_name.empty()) return base::fail(SEC_E_TARGET_UNKNOWN, "Kerberos needs the name of the service to reach");
  return std::make_unique<kerberos::KerberosClient>(std::move(options), std::move(credentials));
}

}  // namespace security
