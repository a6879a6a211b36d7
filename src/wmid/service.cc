#include "wmid/service.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/random.h"
#include "dcom/client.h"
#include "dcom/exporter.h"
#include "dcom/resolver.h"
#include "manager/manager.h"
#include "providers/standard.h"
#include "remote/server.h"
#include "rpc/epm.h"
#include "wmid/callbacks.h"
#include "wmid/identity.h"
#include "wmid/places.h"

namespace wmid {
namespace {

constexpr mode_t kSocketMode = 0666;  // what a caller may do is for the namespaces to say
constexpr std::size_t kNetBiosName = 15;
constexpr std::string_view kServiceName = "OpenWMI";

std::string host_name() {
  char name[256] = {};
  (void)::gethostname(name, sizeof name - 1);
  return name;
}

rpc::ServerOptions bounds_of(const Limits& limits) {
  rpc::ServerOptions out;
  out.limits.max_stub = limits.request_size;
  out.limits.max_outstanding = limits.requests;
  out.max_outstanding = limits.all_requests;
  out.max_connections = limits.connections;
  out.max_connections_per_peer = limits.connections_per_peer;
  out.max_unauthenticated = limits.unauthenticated;
  out.max_unauthenticated_per_peer = limits.unauthenticated_per_peer;
  out.unauthenticated_time = limits.login_time;
  out.partial_time = limits.stall_time;
  out.stall_time = limits.stall_time;
  return out;
}

/// IWbemBackupRestore of the live repository.
class Backup final : public remote::BackupService {
 public:
  explicit Backup(manager::Manager& manager) : manager_(manager) {}
  base::Status backup(const cim::Caller& caller, const std::string& file, std::uint32_t) override {
    TRY(administrators_only(caller));
    return manager_.repository().backup(file);
  }
  base::Status restore(const cim::Caller& caller, const std::string&, std::uint32_t) override {
    TRY(administrators_only(caller));
    return {base::WBEM_E_BACKUP_RESTORE_WINMGMT_RUNNING, "a repository is restored while no daemon serves it: wmi repository restore"};
  }

 private:
  static base::Status administrators_only(const cim::Caller& caller) {
    if (caller.administrator) return {};
    return {base::WBEM_E_ACCESS_DENIED, fmt::format("{} is no administrator", caller.account)};
  }
  manager::Manager& manager_;
};

}  // namespace

/// In the order in which they are made; what stands below may use what stands above.
struct Service::Parts {
  Parts(Config settings, base::Log& destination)
      : config(std::move(settings)), log(destination), backoff(clock), accounts(config.accounts, files, names), endpoints(random) {}

  base::Status open();
  base::Status serve(HandedSockets handed);
  base::Status listen_endpoint(HandedSockets& handed);
  base::Status listen_object(HandedSockets& handed);
  base::Status listen_local(HandedSockets& handed);
  base::Result<std::uint16_t> listen_all(std::uint16_t port);
  void make_objects();
  void stop();

  Config config;
  base::Log& log;
  base::SystemClock clock;
  base::SystemRandom random;
  base::SystemFiles files;
  security::SystemUnixNames names;
  SystemUnixUsers users;
  security::FailureBackoff backoff;
  security::AccountFile accounts;
  security::ServerOptions security;
  std::uint32_t owner = 0;
  std::unique_ptr<manager::Manager> manager;
  std::unique_ptr<Backup> backup;
  rpc::epm::EndpointMap endpoints;
  std::unique_ptr<rpc::Network> network;
  std::unique_ptr<rpc::Server> server;
  dcom::Bindings bindings;
  std::unique_ptr<dcom::Exporter> exporter;
  std::unique_ptr<dcom::Resolver> resolver;
  std::unique_ptr<dcom::Client> client;
  std::unique_ptr<remote::Server> wmi;
  std::string address;
};

base::Status Service::Parts::open() {
  if (config.repository.empty()) {
    const char* variable = std::getenv("OPENWMI_REPOSITORY");
    if (variable && *variable) config.repository = variable;
  }
  if (config.repository.empty()) {
    if (::geteuid() != 0) {
      return {base::WBEM_E_INVALID_PARAMETER,
              fmt::format("no repository: name one by --repository or $OPENWMI_REPOSITORY (only root serves {})", kSystemRepository)};
    }
    config.repository = kSystemRepository;
  }
  if (config.socket.empty() && config.repository == kSystemRepository) config.socket = kSystemSocket;
  TRY(security::crypto_ready());
  TRY(accounts.reload());
  if (accounts.list().empty() && config.keytab.empty()) {
    log.info(fmt::format("{} holds no accounts: nobody can log in over the network", config.accounts));
  }
  manager::Options options;
  options.directory = config.repository;
  options.workers = config.workers;
  options.provider_threads = config.provider_threads;
  options.sink_timeout = config.callback_timeout;
  options.max_operations = config.operations;
  options.clock = &clock;
  TRY_ASSIGN(manager, manager::Manager::open(std::move(options), providers::standard_providers()));
  backup = std::make_unique<Backup>(*manager);
  owner = manager->repository().access().owner;
  return {};
}

base::Status Service::Parts::serve(HandedSockets handed) {
  const std::string host = host_name();
  std::string computer = config.computer_name.empty() ? host.substr(0, host.find('.')) : config.computer_name;
  std::ranges::transform(computer, computer.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  security.computer_name = computer.substr(0, kNetBiosName);
  security.domain_name = config.domain_name;
  security.dns_computer_name = host;
  security.keytab = config.keytab;
  security.backoff = &backoff;
  security.clock = &clock;
  security.random = &random;

  rpc::ServerOptions options = bounds_of(config.limits);
  options.security = &security;
  options.accounts = &accounts;
  options.clock = &clock;
  options.log = &log;
  options.local_peer = [this](const rpc::LocalIdentity& who) { return local_peer(who, owner, users); };
  network = std::make_unique<rpc::Network>(config.network_threads);
  server = std::make_unique<rpc::Server>(*network, options);

  // References tell the objects' port, so it is known before there are any; the known places open when all is there.
  TRY(listen_object(handed));
  make_objects();
  TRY(listen_local(handed));
  return listen_endpoint(handed);
}

void Service::Parts::make_objects() {
  bindings.names = config.names;
  bindings.endpoint_port = config.endpoint_port;
  bindings.local_path = config.socket.empty() ? socket_of(config.repository) : config.socket;
  if (!config.keytab.empty()) bindings.services.push_back(static_cast<std::uint16_t>(security::Provider::kKerberos));
  dcom::Exporter::Options exports;
  exports.bindings = bindings;
  exports.least_level = config.min_auth_level;
  exports.max_objects = config.objects;
  exports.max_objects_per_peer = config.objects_per_peer;
  exports.clock = &clock;
  exports.random = &random;
  exports.log = &log;
  exporter = std::make_unique<dcom::Exporter>(*server, exports);
  dcom::Resolver::Options resolves;
  resolves.exporter = exporter.get();
  resolves.least_level = config.min_auth_level;
  resolves.clock = &clock;
  resolves.random = &random;
  resolves.log = &log;
  resolver = std::make_unique<dcom::Resolver>(*server, resolves);
  dcom::offer_local_resolver(*server, *resolver);
  dcom::Client::Options calls;
  calls.clock = &clock;
  calls.random = &random;
  calls.log = &log;
  client = std::make_unique<dcom::Client>(*network, calls);

  server->interfaces().add(endpoints.interface());
  for (const base::Guid& iid : {dcom::iid::kObjectExporter, dcom::iid::kActivation, dcom::iid::kRemoteScmActivator}) {
    endpoints.add(dcom::interface_syntax(iid), config.endpoint_port, std::string(kServiceName));
  }

  remote::Server::Options serves;
  serves.locator = manager.get();
  serves.caller_of = [this](const security::Peer& peer, const rpc::ConnectionEnds& ends) { return caller_of(peer, ends, users); };
  serves.callbacks = callback_policy(config, security.dns_computer_name);
  serves.backup = backup.get();
  serves.max_requests = config.operations;
  serves.max_reply = config.reply_size;
  serves.max_enumerators_per_caller = config.enumerators_per_caller;
  serves.clock = &clock;
  serves.random = &random;
  serves.log = &log;
  wmi = std::make_unique<remote::Server>(*exporter, *resolver, *client, serves);
}

base::Result<std::uint16_t> Service::Parts::listen_all(std::uint16_t port) {
  bool any = false;
  for (const std::string& where : config.listen) {
    const auto listening = server->listen(where, port);
    if (listening) {
      if (!any) address = fmt::format(fmt::runtime(where.find(':') == std::string::npos ? "{}:{}" : "[{}]:{}"), where, *listening);
      any = true;
      port = *listening;
      continue;
    }
    // Machines without IPv6 are no mistake, unless somebody asked for it.
    if (config.listen_given || !any) return std::unexpected(listening.error());
    log.info(listening.error().text());
  }
  return port;
}

base::Status Service::Parts::listen_object(HandedSockets& handed) {
  if (!handed.object.empty()) {
    for (base::FileDescriptor& socket : handed.object) {
      TRY_ASSIGN(bindings.object_port, server->listen_on(socket.release()));
    }
    return {};
  }
  bindings.object_port = config.object_port;
  if (config.object_port == config.endpoint_port) return {};
  TRY_ASSIGN(bindings.object_port, listen_all(config.object_port));
  return {};
}

base::Status Service::Parts::listen_endpoint(HandedSockets& handed) {
  if (handed.endpoint.empty()) {
    const auto listening = listen_all(config.endpoint_port);
    if (listening) return {};
    const bool low = config.endpoint_port < 1024 && ::geteuid() != 0;
    return {listening.error().code(), listening.error().text() + (low ? "; without root's rights choose another --endpoint-port" : "")};
  }
  address = address_of(handed.endpoint.front().get());
  for (base::FileDescriptor& socket : handed.endpoint) TRY(server->listen_on(socket.release()));
  return {};
}

base::Status Service::Parts::listen_local(HandedSockets& handed) {
  TRY(server->listen_local(socket_of(config.repository), kSocketMode));
  for (base::FileDescriptor& socket : handed.local) TRY(server->listen_on(socket.release()));
  if (config.socket.empty() || !handed.local.empty()) return {};
  if (config.socket == kSystemSocket) TRY(files.make_directories("/run/openwmi", 0755));
  return server->listen_local(config.socket, kSocketMode);
}

void Service::Parts::stop() {
  if (!server) return;
  if (wmi) wmi->shut_down(config.shutdown_grace);
  server->shutdown(config.shutdown_grace);
  wmi.reset();
  resolver.reset();
  exporter.reset();
  client.reset();
  server.reset();
  network.reset();
  manager.reset();
}

Service::Service(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Service::~Service() { stop(); }

base::Result<std::unique_ptr<Service>> Service::start(Config config, HandedSockets handed, base::Log& log) {
  std::unique_ptr<Service> out(new Service(std::make_unique<Parts>(std::move(config), log)));
  TRY(out->parts_->open());
  TRY(out->parts_->serve(std::move(handed)));
  return out;
}

const std::string& Service::address() const { return parts_->address; }

base::Status Service::reload(const Config& config) {
  parts_->server->set_bounds(bounds_of(config.limits));
  for (const std::string& key : needs_restart(parts_->config, config)) {
    parts_->log.warning(fmt::format("{} counts from the next start on", key));
  }
  return parts_->accounts.reload();
}

void Service::stop() { parts_->stop(); }

}  // namespace wmid
