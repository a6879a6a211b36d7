#include "security/gss.h"

#include <fmt/format.h>
#include <krb5/krb5.h>

#include "security/sspi_status.h"

namespace security::gss {
namespace {

void append_messages(std::string& out, OM_uint32 code, int type) {
  OM_uint32 more = 0;
  do {
    OM_uint32 minor = 0;
    Buffer text;
    if (gss_display_status(&minor, code, type, const_cast<gss_OID>(gss_mech_krb5), &more, text.out()) != GSS_S_COMPLETE) return;
    if (!text.view().empty()) out += fmt::format("{}{}", out.empty() ? "" : "; ", text.view());
  } while (more != 0);
}

base::Hresult code_of(OM_uint32 major, OM_uint32 minor) {
  switch (static_cast<krb5_error_code>(minor)) {
    case KRB5_KDC_UNREACH:
    case KRB5_REALM_UNKNOWN:
    case KRB5_REALM_CANT_RESOLVE: return SEC_E_NO_AUTHENTICATING_AUTHORITY;
    case KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN: return SEC_E_TARGET_UNKNOWN;
    case KRB5KRB_AP_ERR_SKEW:
    case KRB5_KDCREP_SKEW: return SEC_E_TIME_SKEW;
    case KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN:
    case KRB5KDC_ERR_PREAUTH_FAILED:
    case KRB5_PREAUTH_FAILED:
    case KRB5KRB_AP_ERR_BAD_INTEGRITY: return SEC_E_LOGON_DENIED;
    case KRB5_KT_NOTFOUND:
    case KRB5_FCC_NOFILE:
    case KRB5_CC_NOTFOUND: return SEC_E_NO_CREDENTIALS;
    default: break;
  }
  if ((GSS_SUPPLEMENTARY_INFO(major) & (GSS_S_DUPLICATE_TOKEN | GSS_S_OLD_TOKEN | GSS_S_UNSEQ_TOKEN | GSS_S_GAP_TOKEN)) != 0) {
    return SEC_E_OUT_OF_SEQUENCE;
  }
  switch (GSS_ROUTINE_ERROR(major)) {
    case GSS_S_BAD_BINDINGS: return SEC_E_BAD_BINDINGS;
    case GSS_S_NO_CRED: return SEC_E_NO_CREDENTIALS;
    case GSS_S_DEFECTIVE_TOKEN: return SEC_E_INVALID_TOKEN;
    case GSS_S_BAD_SIG: return SEC_E_MESSAGE_ALTERED;
    case GSS_S_BAD_MECH: return SEC_E_SECPKG_NOT_FOUND;
    default: return SEC_E_LOGON_DENIED;
  }
}

}  // namespace

base::Status failure(OM_uint32 major, OM_uint32 minor, std::string_view doing) {
  std::string text;
  if (minor != 0) append_messages(text, minor, GSS_C_MECH_CODE);
  if (text.empty() || text == "Success") {
    text.clear();
    append_messages(text, major, GSS_C_GSS_CODE);
  }
  return {code_of(major, minor), fmt::format("{}: {}", doing, text)};
}

base::Result<Name> import_name(std::string_view text, gss_OID type) {
  Name name;
  OM_uint32 minor = 0;
  gss_buffer_desc octets = input(text);
  const OM_uint32 major = gss_import_name(&minor, &octets, type, name.out());
  if (major != GSS_S_COMPLETE) return base::fail(failure(major, minor, fmt::format("reading the Kerberos name {}", text)));
  return name;
}

base::Result<std::string> display_name(gss_name_t name) {
  OM_uint32 minor = 0;
  Buffer text;
  const OM_uint32 major = gss_display_name(&minor, name, text.out(), nullptr);
  if (major != GSS_S_COMPLETE) return base::fail(failure(major, minor, "reading the peer's Kerberos name"));
  return std::string(text.view());
}

}  // namespace security::gss
