// What failures mean, said for people.
#include "cli/doctor_report.h"
#include "dcom/ids.h"
#include "security/sspi_status.h"

namespace cli {
namespace {

using namespace base::codes;

bool is_lost(base::Hresult code) {
  return code == rpc::RPC_S_SERVER_UNAVAILABLE || code == rpc::RPC_S_TIMEOUT || code == rpc::RPC_S_CALL_FAILED ||
         code == rpc::RPC_S_CALL_FAILED_DNE;
}

std::string of_login(base::Hresult code) {
  if (code == security::SEC_E_LOGON_DENIED || code == E_ACCESSDENIED)
    return "the name or the password is wrong, or the account is locked, disabled or without a password. Write DOMAIN\\NAME for an account "
           "of a domain and MACHINE\\NAME for one of the machine. On a Linux machine `wmi account list` shows who may log in.";
  if (code == security::SEC_E_TIME_SKEW)
    return "the clocks of this machine and of the domain differ by more than five minutes. Set this one (timedatectl set-ntp true).";
  if (code == security::SEC_E_NO_AUTHENTICATING_AUTHORITY)
    return "no server of the Kerberos realm answers, or the realm is unknown here. Look at /etc/krb5.conf and at DNS; without --kerberos a "
           "name and a password are used instead.";
  if (code == security::SEC_E_TARGET_UNKNOWN)
    return "Kerberos does not know the machine under this name. Use the name under which it joined the domain, no address and no alias; or "
           "leave out --kerberos.";
  if (code == security::SEC_E_NO_CREDENTIALS)
    return "there is nothing to log in with: name a user with -U, or run kinit before --kerberos.";
  if (code == security::SEC_E_SECPKG_NOT_FOUND || code == rpc::RPC_S_UNKNOWN_AUTHN_SERVICE)
    return "the machine refuses this kind of login. Try --kerberos, or leave it out: domains may have switched NTLM off, and machines "
           "outside "
           "of domains have no Kerberos.";
  if (is_lost(code)) return "the machine broke off the login: too many failed ones before, or a firewall that looks into connections.";
  return "the two ends could not agree on a login.";
}

std::string of_activation(base::Hresult code) {
  if (code == E_ACCESSDENIED || code == dcom::RPC_E_ACCESS_DENIED)
    return "the password is right, but this account may not start objects from another machine. On Windows add it to the group Distributed "
           "COM Users (or allow Remote Launch and Remote Activation in dcomcnfg); local administrators other than Administrator are cut "
           "down by "
           "UAC (LocalAccountTokenFilterPolicy).";
  if (code == dcom::REGDB_E_CLASSNOTREG || code == dcom::CLASS_E_CLASSNOTAVAILABLE)
    return "the machine offers DCOM but not WMI: is its service (Windows Management Instrumentation, or wmid) installed and running?";
  if (code == rpc::RPC_S_SERVER_TOO_BUSY) return "the machine is overloaded; try again later.";
  return "the machine's WMI service did not start. Its own log says more.";
}

std::string of_namespace(base::Hresult code) {
  if (code == WBEM_E_ACCESS_DENIED || code == E_ACCESSDENIED)
    return "the account may log in but has no right to this namespace from elsewhere. Grant it: on Linux `wmi security grant root/cimv2 "
           "NAME "
           "remote`; on Windows in wmimgmt.msc, WMI Control, Properties, Security: Remote Enable.";
  if (code == WBEM_E_INVALID_NAMESPACE) return "there is no such namespace there: a misspelt -n, or a role that is not installed.";
  if (is_lost(code)) return "the connection ended while it was asked: the service may have been restarted. Try again.";
  return "the WMI service refused the login to the namespace.";
}

std::string of_callback(base::Hresult code) {
  if (code == WBEM_E_NOT_AVAILABLE || code == WBEM_E_TIMED_OUT)
    return "only asynchronous calls (--async) need this; everything else works. The other machine calls back to this one: let its "
           "connections "
           "in through the firewall here, and for Windows have wmid running here (it answers on TCP 135).";
  return "only asynchronous calls (--async) need this; everything else works.";
}

}  // namespace

std::string likely_cause(Rung rung, base::Hresult code) {
  switch (rung) {
    case Rung::kName:
      return "a misspelt name, or DNS that does not know it or cannot be reached. Try the full name (host.domain) or an address.";
    case Rung::kPort:
      return "nothing listens on this port there (is wmid, or Windows' RPC service, running?), or a firewall on the way keeps connections "
             "out. "
             "On Windows: netsh advfirewall firewall set rule group=\"windows management instrumentation (wmi)\" new enable=yes.";
    case Rung::kEndpoint:
      return "something else than DCOM answers on this port, or a device on the way changes the connection. Is it the right port (135 "
             "unless "
             "wmid was told another one)?";
    case Rung::kLogin: return of_login(code);
    case Rung::kActivation: return of_activation(code);
    case Rung::kObjects:
      return "port 135 is open but the port that the service itself listens on is not: a firewall that lets only 135 through. Open that "
             "port "
             "too; Windows takes any of 49152-65535 unless its WMI service was given a fixed one (winmgmt /standalonehost), wmid the one "
             "of "
             "--object-port.";
    case Rung::kNamespace:
    case Rung::kQuery: return of_namespace(code);
    case Rung::kCallback: return of_callback(code);
  }
  return "";
}

}  // namespace cli
