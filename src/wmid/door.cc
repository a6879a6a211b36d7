#include "wmid/door.h"

#include "wmid/listening.h"

namespace wmid {
namespace {

constexpr mode_t kSocketMode = 0666;  // what a caller may do is for the namespaces to say
constexpr std::string_view kServiceName = "OpenWMI";

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

}  // namespace

Door::Door(Options options) : options_(std::move(options)), endpoints_(*options_.random) {}
Door::~Door() { stop({}); }

base::Status Door::open(HandedSockets sockets, const std::vector<std::string>& local_paths) {
  const Config& config = *options_.config;
  rpc::ServerOptions serves = bounds_of(config.limits);
  serves.security = options_.security;
  serves.accounts = options_.accounts;
  serves.clock = options_.clock;
  serves.log = options_.log;
  serves.local_peer = options_.local_peer;
  network_ = std::make_unique<rpc::Network>(config.network_threads);
  server_ = std::make_unique<rpc::Server>(*network_, serves);

  // References tell the objects' port, so it is known before there are any; the known places open when all is there.
  bindings_.object_port = config.endpoint_port;
  for (base::FileDescriptor& socket : sockets.object) {
    TRY_ASSIGN(bindings_.object_port, server_->listen_on(socket.release()));
  }
  make_objects();
  for (const std::string& path : local_paths) TRY(server_->listen_local(path, kSocketMode));
  for (auto* known : {&sockets.local, &sockets.endpoint}) {
    for (base::FileDescriptor& socket : *known) TRY(server_->listen_on(socket.release()));
  }
  return {};
}

void Door::make_objects() {
  const Config& config = *options_.config;
  bindings_.names = config.names;
  bindings_.endpoint_port = config.endpoint_port;
  bindings_.local_path = options_.local_path;
  if (!config.keytab.empty()) bindings_.services.push_back(static_cast<std::uint16_t>(security::Provider::kKerberos));
  dcom::Exporter::Options exports;
  exports.bindings = bindings_;
  exports.least_level = config.min_auth_level;
  exports.max_objects = config.objects;
  exports.max_objects_per_peer = config.objects_per_peer;
  exports.clock = options_.clock;
  exports.random = options_.random;
  exports.log = options_.log;
  exporter_ = std::make_unique<dcom::Exporter>(*server_, exports);
  dcom::Resolver::Options resolves;
  resolves.exporter = exporter_.get();
  resolves.least_level = config.min_auth_level;
  resolves.clock = options_.clock;
  resolves.random = options_.random;
  resolves.log = options_.log;
  resolver_ = std::make_unique<dcom::Resolver>(*server_, resolves);
  if (options_.foreign) {
    dcom::offer_local_resolver(*server_, *options_.foreign);
  } else {
    dcom::offer_local_resolver(*server_, *resolver_);
  }
  dcom::Client::Options calls;
  calls.clock = options_.clock;
  calls.random = options_.random;
  calls.log = options_.log;
  client_ = std::make_unique<dcom::Client>(*network_, calls);

  server_->interfaces().add(endpoints_.interface());
  for (const base::Guid& iid : {dcom::iid::kObjectExporter, dcom::iid::kActivation, dcom::iid::kRemoteScmActivator}) {
    endpoints_.add(dcom::interface_syntax(iid), config.endpoint_port, std::string(kServiceName));
  }
  wmi_ = std::make_unique<remote::Server>(*exporter_, *resolver_, *client_, wmi_options());
}

remote::Server::Options Door::wmi_options() const {
  const Config& config = *options_.config;
  remote::Server::Options out;
  out.locator = options_.locator;
  out.caller_of = options_.caller_of;
  out.callbacks = options_.callbacks;
  out.backup = options_.backup;
  out.max_requests = config.operations;
  out.max_reply = config.reply_size;
  out.max_enumerators_per_caller = config.enumerators_per_caller;
  out.clock = options_.clock;
  out.random = options_.random;
  out.log = options_.log;
  return out;
}

void Door::set_limits(const Limits& limits) { server_->set_bounds(bounds_of(limits)); }

void Door::stop(std::chrono::milliseconds grace) {
  if (!server_) return;
  if (wmi_) wmi_->shut_down(grace);
  server_->shutdown(grace);
  wmi_.reset();
  resolver_.reset();
  exporter_.reset();
  client_.reset();
  server_.reset();
  network_.reset();
}

}  // namespace wmid
