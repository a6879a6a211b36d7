// Display names of WMI (SDK "Creating a WMI Application or Script", "Setting the Default Process Security Level Using VBScript"):
//
//   winmgmts:[{security}][[locale=ms_409]][!][path]
//   security  impersonationLevel=L, authenticationLevel=L, authority=kerberos:P or ntlmdomain:D, (Privilege, !Privilege ...), or a bare
//             impersonation level; in any order, blanks anywhere between words
//   path      \\server\namespace:Class.Key="value", every part of it optional, slashes of either kind; `:Class` alone too
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"
#include "cim/path.h"
#include "scripting/swbem.h"

namespace scripting {

/// Longer texts are refused.
inline constexpr std::size_t kMaxMonikerLength = 16'384;
/// Entries of one list of privileges.
inline constexpr std::size_t kMaxMonikerPrivileges = 256;

struct Moniker {
  SecuritySettings security;
  std::string locale;     // "ms_409" as written
  std::string authority;  // "kerberos:...", "ntlmdomain:..."
  cim::ObjectPath path;   // class_name empty: a namespace
};

/// `kerberos:...` or `ntlmdomain:...`, without regard to case.
bool is_authority(std::string_view value);
/// The scheme is there, without regard to case.
bool is_moniker(std::string_view text);
/// MK_E_SYNTAX with the place (octets, from 1) and what was expected. Thread-safe.
base::Result<Moniker> parse_moniker(std::string_view text);

}  // namespace scripting
