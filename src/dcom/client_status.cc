#include "dcom/client_status.h"

#include <fmt/format.h>

#include <string_view>

#include "dcom/client_core.h"

namespace dcom {
namespace {

constexpr std::uint16_t kResolverPort = 135;

/// What RPC puts before the reason.
std::string_view reason_of(const base::Status& cause) {
  std::string_view text = cause.text();
  if (!text.starts_with("cannot connect to ")) return text;
  // IPv6 addresses have colons of their own.
  const std::size_t port = text.find(" port ");
  const std::size_t end = text.find(": ", port == std::string_view::npos ? 0 : port);
  return end == std::string_view::npos ? text : text.substr(end + 2);
}

std::string hint_of(const Target& target, const base::Status& cause, std::string_view reason) {
  if (target.local()) return " (is wmid running?)";
  if (reason.find("no address") != std::string_view::npos) return " (a misspelt name? is DNS reachable?)";
  const bool refused = reason.find("efused") != std::string_view::npos;
  if (refused && target.port == kResolverPort) return " (is wmid or Windows' RPC service running there? a firewall?)";
  if (refused) return " (has the service ended? a firewall?)";
  if (cause.code() == rpc::RPC_S_TIMEOUT || reason.find("imed out") != std::string_view::npos) {
    return " (is the machine on? a firewall that drops what it does not let through?)";
  }
  return {};
}

std::string lower_first(std::string_view text) {
  std::string out(text);
  if (!out.empty() && out[0] >= 'A' && out[0] <= 'Z') out[0] = static_cast<char>(out[0] + 32);
  return out;
}

std::string user_of(const Security& security) {
  const security::Credentials& who = security.credentials;
  if (who.user.empty()) return "the user of the Kerberos tickets";
  return who.domain.empty() ? who.user : who.domain + "\\" + who.user;
}

}  // namespace

base::Status unreachable(const Target& target, const base::Status& cause) {
  if (cause.code() == rpc::RPC_S_CALL_CANCELLED) return cause;
  const std::string_view reason = reason_of(cause);
  return {cause.code(), fmt::format("no answer from {}: {}{}", target.to_string(), lower_first(reason), hint_of(target, cause, reason))};
}

base::Status login_failed(const std::string& host, const Security& security, const base::Status& cause) {
  const base::Hresult code = cause.code();
  if (code == rpc::RPC_S_CALL_CANCELLED) return cause;
  // A refused login is a fault or bind_nak to some servers, a token that says so to others.
  if (code == E_ACCESSDENIED || code == security::SEC_E_LOGON_DENIED) {
    return {security::SEC_E_LOGON_DENIED, fmt::format("{} refused the login of {} (wrong name or password, or an account that may not "
                                                      "log in over the network)",
                                                      host, user_of(security))};
  }
  if (code == rpc::RPC_S_UNKNOWN_AUTHN_SERVICE || code == security::SEC_E_SECPKG_NOT_FOUND) {
    return {code, fmt::format("{} does not offer this kind of login (NTLM, Kerberos)", host)};
  }
  if (code == rpc::RPC_S_SERVER_UNAVAILABLE || code == rpc::RPC_S_TIMEOUT) {
    return {code, fmt::format("{} broke off the login of {}: {}", host, user_of(security), cause.text())};
  }
  return {code, fmt::format("the login of {} on {} failed: {}", user_of(security), host, cause.text())};
}

base::Status call_failed(const std::string& host, const rpc::Reply& reply) {
  const base::Hresult code = reply.status.code();
  if (!reply.fault) return {code, fmt::format("{}: {}", host, reply.status.text())};
  switch (*reply.fault) {
    case rpc::fault::kAccessDenied:
    case static_cast<std::uint32_t>(E_ACCESSDENIED): return {E_ACCESSDENIED, fmt::format("{} refused the call: access denied", host)};
    case static_cast<std::uint32_t>(RPC_E_DISCONNECTED):
      return {code, fmt::format("the object on {} is not there any more (released, or its service was restarted)", host)};
    case rpc::fault::kOpnumRange: return {code, fmt::format("{} does not have this operation", host)};
    case rpc::fault::kUnknownInterface: return {code, fmt::format("{} does not have this interface", host)};
    case rpc::fault::kServerTooBusy: return {code, fmt::format("{} is too busy", host)};
    case rpc::fault::kCancelled: return {code, fmt::format("{} ended the call as asked", host)};
    case rpc::fault::kBadStubData: return {code, fmt::format("{} could not read the parameters of the call", host)};
    default: break;
  }
  const char* name = rpc::fault_name(*reply.fault);
  return {code, fmt::format("{} ended the call with a fault{}{}", host, *name ? ": " : "", name)};
}

base::Status activation_failed(const std::string& host, const Guid& clsid, base::Hresult result) {
  switch (result) {
    case E_ACCESSDENIED:
    case RPC_E_ACCESS_DENIED:
      return {result, fmt::format("{} knows the account but does not let it start objects from another machine (DCOM's launch and "
                                  "activation rights, or the group Distributed COM Users)",
                                  host)};
    case REGDB_E_CLASSNOTREG:
    case CLASS_E_CLASSNOTAVAILABLE: return {result, fmt::format("class {} is not registered on {}", clsid.to_braced(), host)};
    case E_NOINTERFACE: return {result, fmt::format("class {} on {} does not have the interface asked for", clsid.to_braced(), host)};
    case RPC_E_VERSION_MISMATCH: return {result, fmt::format("{} speaks another version of DCOM", host)};
    case rpc::RPC_S_SERVER_TOO_BUSY: return {result, fmt::format("{} is too busy", host)};
    case CO_E_SERVER_STOPPING: return {result, fmt::format("{} is shutting down", host)};
    default: return {result, fmt::format("{} could not make an object of class {}", host, clsid.to_braced())};
  }
}

}  // namespace dcom
