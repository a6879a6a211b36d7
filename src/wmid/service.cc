#include "wmid/service.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/host_name.h"
#include "manager/manager.h"
#include "providers/standard.h"
#include "wmid/callbacks.h"
#include "wmid/door.h"
#include "wmid/identity.h"
#include "wmid/listening.h"
#include "wmid/places.h"

namespace wmid {
namespace {

constexpr std::size_t kNetBiosName = 15;

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
      : config(std::move(settings)), log(destination), backoff(clock), accounts(config.accounts, files, names) {}

  base::Status open();
  void make_security();
  base::Status serve(HandedSockets handed, std::unique_ptr<NetworkProcess> apart, std::function<void()> on_lost);
  base::Status serve_apart(std::unique_ptr<NetworkProcess> apart, std::function<void()> on_lost);
  base::Result<std::vector<std::string>> local_paths(bool handed) const;
  Door::Options door_options();
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
  std::unique_ptr<NetworkProcess> network;  // faces TCP, where it is another process; then the door is for UNIX sockets alone
  std::unique_ptr<Door> door;
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

void Service::Parts::make_security() {
  const std::string host = base::host_name();
  std::string computer = config.computer_name.empty() ? host.substr(0, host.find('.')) : config.computer_name;
  std::ranges::transform(computer, computer.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  security.computer_name = computer.substr(0, kNetBiosName);
  security.domain_name = config.domain_name;
  security.dns_computer_name = host;
  security.keytab = config.keytab;
  security.backoff = &backoff;
  security.clock = &clock;
  security.random = &random;
}

Door::Options Service::Parts::door_options() {
  Door::Options out;
  out.config = &config;
  out.security = &security;
  out.accounts = &accounts;
  out.local_peer = [this](const rpc::LocalIdentity& who) { return local_peer(who, owner, users); };
  out.local_path = config.socket.empty() ? socket_of(config.repository) : config.socket;
  out.locator = manager.get();
  out.caller_of = [this](const security::Peer& peer, const rpc::ConnectionEnds& ends) { return caller_of(peer, ends, users); };
  out.callbacks = callback_policy(config, security.dns_computer_name);
  out.backup = backup.get();
  out.clock = &clock;
  out.random = &random;
  out.log = &log;
  return out;
}

base::Result<std::vector<std::string>> Service::Parts::local_paths(bool handed) const {
  std::vector<std::string> out{socket_of(config.repository)};
  if (config.socket.empty() || handed) return out;
  if (config.socket == kSystemSocket) TRY(base::SystemFiles().make_directories("/run/openwmi", 0755));
  out.push_back(config.socket);
  return out;
}

base::Status Service::Parts::serve(HandedSockets handed, std::unique_ptr<NetworkProcess> apart, std::function<void()> on_lost) {
  make_security();
  TRY_ASSIGN(const std::vector<std::string> paths, local_paths(!handed.local.empty()));
  Door::Options options = door_options();
  if (apart) {
    options.foreign = apart->exporters();
    options.security = nullptr;  // callers by UNIX sockets do not log in
    options.accounts = nullptr;
  } else {
    address = address_of(handed.endpoint.front().get());
  }
  door = std::make_unique<Door>(std::move(options));
  TRY(door->open(std::move(handed), paths));
  return apart ? serve_apart(std::move(apart), std::move(on_lost)) : base::Status();
}

base::Status Service::Parts::serve_apart(std::unique_ptr<NetworkProcess> apart, std::function<void()> on_lost) {
  network = std::move(apart);
  address = network->address();
  NetworkProcess::Options options;
  options.logins.security = &security;
  options.logins.accounts = &accounts;
  options.logins.callback_security = callback_policy(config, security.dns_computer_name).security_for;
  options.logins.random = &random;
  options.services.locator = manager.get();
  options.services.backup = backup.get();
  options.caller_of = [this](const LoginOracle::Login& login) { return caller_of(*login.peer, {{}, {login.peer_address, 0}, {}}, users); };
  options.on_lost = std::move(on_lost);
  return network->serve(std::move(options));
}

void Service::Parts::stop() {
  if (network) network->stop(config.shutdown_grace);
  if (door) door->stop(config.shutdown_grace);
  door.reset();
  network.reset();
  manager.reset();
}

Service::Service(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Service::~Service() { stop(); }

base::Result<std::unique_ptr<Service>> Service::start(Config config, HandedSockets handed, base::Log& log,
                                                      std::unique_ptr<NetworkProcess> network, std::function<void()> on_lost) {
  if (!network) {
    TRY_ASSIGN(handed, listen_where_missing(config, std::move(handed), log));
  }
  std::unique_ptr<Service> out(new Service(std::make_unique<Parts>(std::move(config), log)));
  TRY(out->parts_->open());
  TRY(out->parts_->serve(std::move(handed), std::move(network), std::move(on_lost)));
  return out;
}

const std::string& Service::address() const { return parts_->address; }

base::Status Service::reload(const Config& config) {
  parts_->door->set_limits(config.limits);
  if (parts_->network) parts_->network->set_limits(config.limits);
  for (const std::string& key : needs_restart(parts_->config, config)) {
    parts_->log.warning(fmt::format("{} counts from the next start on", key));
  }
  return parts_->accounts.reload();
}

void Service::stop() { parts_->stop(); }

}  // namespace wmid
