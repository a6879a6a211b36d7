// As whom a program logs in on another machine.
#pragma once

#include <string>

#include "base/status.h"
#include "security/auth.h"

namespace cli {

struct LoginOptions {
  std::string user;           // NAME, DOMAIN\NAME, DOMAIN/NAME or NAME@DOMAIN; empty: this process's user
  std::string password_file;  // its first line; "-": standard input
  bool password_is_hash = false;
  bool kerberos = false;
  std::string keytab;
};

/// User and domain of what was typed. WBEM_E_INVALID_PARAMETER.
struct UserName {
  std::string domain;
  std::string user;
};
base::Result<UserName> parse_user(std::string_view text);

/// The password comes from the file, else from $OPENWMI_PASSWORD, else from the terminal. With Kerberos it is asked for only when neither a
/// keytab is named nor tickets are at hand (`has_tickets`). WBEM_E_INVALID_PARAMETER with what to do when there is none.
base::Result<security::Credentials> read_credentials(const LoginOptions& options, bool has_tickets);

/// The provider that fits: Kerberos when it is asked for, else NTLM by itself: SPNEGO around one mechanism is a leg more for nothing.
security::Provider provider_of(const LoginOptions& options);

/// 32 hexadecimal digits. nullopt for any other text.
std::optional<security::NtHash> parse_nt_hash(std::string_view text);

}  // namespace cli
