#include "apps/cscript/connections.h"

#include "base/utf.h"
#include "cli/hosts.h"
#include "cli/location.h"
#include "cli/login.h"
#include "security/sspi_status.h"
#include "wmid/embedded.h"
#include "wmid/places.h"

namespace cscript {
namespace {

constexpr std::string_view kKerberos = "kerberos:";
constexpr std::string_view kNtlmDomain = "ntlmdomain:";
constexpr std::int32_t kPacketIntegrity = 5;
constexpr std::chrono::minutes kMaxWait{2};

security::Impersonation impersonation_of(std::int32_t level) {
  switch (level) {
    case 1:
    case 2: return security::Impersonation::kIdentify;
    case 4: return security::Impersonation::kDelegate;
    default: return security::Impersonation::kImpersonate;
  }
}

/// This machine's own name or its loopback address, without anybody's credentials, is what `.` is: scripts put the name in from
/// WScript.Network, and no login is needed to where one is already.
bool means_this_machine(const scripting::ConnectRequest& request) {
  if (request.server.empty()) return true;
  if (!request.user.empty() || !request.authority.empty()) return false;
  return cli::names_this_machine(request.server) || request.server == "127.0.0.1" || request.server == "::1";
}

/// What the login itself was refused with is E_ACCESSDENIED to scripts.
base::Status as_scripts_know(const base::Status& status) {
  return status.code() == security::SEC_E_LOGON_DENIED ? base::Status(base::codes::E_ACCESSDENIED, status.text()) : status;
}

}  // namespace

base::Result<cim::ServicesPtr> Connections::connect(const scripting::ConnectRequest& request) {
  if (means_this_machine(request)) return connect_here(request);
  remote::ClientOptions options = options_of(request);
  TRY_ASSIGN(const cli::Host host, cli::parse_host(request.server));
  options.machine.host = host.name;
  if (host.port != 0) options.machine.endpoint_port = host.port;
  const bool kerberos = base::starts_with_ignore_case(request.authority, kKerberos);
  security::Credentials credentials;
  if (request.user.empty()) {
    credentials.ccache = "default";
  } else {
    TRY_ASSIGN(const cli::UserName user, cli::parse_user(request.user));
    credentials.domain = user.domain;
    credentials.user = user.user;
    credentials.password = request.password;
  }
  if (base::starts_with_ignore_case(request.authority, kNtlmDomain)) credentials.domain = request.authority.substr(kNtlmDomain.size());
  options.security.provider = kerberos || request.user.empty() ? security::Provider::kKerberos : security::Provider::kNtlm;
  options.security.credentials = std::move(credentials);
  return connect_by(std::move(options), request);
}

remote::ClientOptions Connections::options_of(const scripting::ConnectRequest& request) const {
  remote::ClientOptions options;
  // Never below integrity, whatever a script asks for.
  options.security.level = request.security.authentication == kPacketIntegrity ? security::Level::kIntegrity : security::Level::kPrivacy;
  options.security.impersonation = impersonation_of(request.security.impersonation);
  if (request.max_wait) options.timeouts.connect = kMaxWait;
  const auto daemon = wmid::find_daemon("");
  options.resolver_socket = daemon ? daemon->socket : wmid::kSystemSocket;
  return options;
}

base::Result<cim::ServicesPtr> Connections::connect_here(const scripting::ConnectRequest& request) {
  if (manager_ != nullptr) return connect_embedded(request);
  const auto daemon = wmid::find_daemon("");
  if (!daemon) return connect_embedded(request);
  remote::ClientOptions options = options_of(request);
  options.machine.local_path = daemon->socket;
  return connect_by(std::move(options), request);
}

base::Result<cim::ServicesPtr> Connections::connect_embedded(const scripting::ConnectRequest& request) {
  if (manager_ == nullptr) {
    TRY_ASSIGN(manager_, wmid::open_embedded(cli::repository_directory("")));
  }
  return manager_->connect(request.name_space, manager_->local_caller(), request.locale);
}

base::Result<cim::ServicesPtr> Connections::connect_by(remote::ClientOptions options, const scripting::ConnectRequest& request) {
  if (network_ == nullptr) network_ = std::make_unique<rpc::Network>();
  auto machine = std::make_unique<remote::Machine>(*network_, std::move(options));
  auto services = machine->connect(request.name_space, request.locale);
  if (!services) return base::fail(as_scripts_know(services.error()));
  machines_.push_back(std::move(machine));
  return services;
}

}  // namespace cscript
