#include "remote/machine_core.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/host_name.h"
#include "base/utf.h"
#include "remote/client_errors.h"
#include "remote/client_names.h"
#include "remote/client_session.h"
#include "remote/messages.h"

namespace remote {

namespace {

constexpr std::chrono::milliseconds kWatchPeriod{250};
constexpr std::chrono::milliseconds kRefusedPatience{2'000};  // for a callback that is let in after one that was not

ClientOptions with_defaults(ClientOptions options) {
  static const base::SystemClock clock;
  static base::SystemRandom random;
  if (options.clock == nullptr) options.clock = &clock;
  if (options.random == nullptr) options.random = &random;
  if (options.rows_per_request == 0) options.rows_per_request = 1;
  return options;
}

dcom::Client::Options client_options(const ClientOptions& options) {
  dcom::Client::Options out;
  out.timeouts = options.timeouts;
  out.clock = options.clock;
  out.random = options.random;
  out.log = options.log;
  return out;
}

/// This machine's name for a server on a UNIX socket, in the server's own spelling.
std::string server_name_of(const dcom::Machine& machine) {
  if (machine.local_path.empty()) return machine.host;
  return base::fold_case(base::first_label(base::host_name()));
}

}  // namespace

std::shared_ptr<CallbackHost> HostUsers::lend(const std::shared_ptr<HostUsers>& users, std::shared_ptr<CallbackHost> host) {
  users->change(1);
  CallbackHost* const lent = host.get();
  return {lent, [users, host = std::move(host)](CallbackHost*) mutable {
            host.reset();
            users->change(-1);
          }};
}

void HostUsers::wait_for_none(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  none_.wait_for(lock, patience, [this] { return count_ == 0; });
}

bool HostUsers::any() const {
  const std::scoped_lock lock(mutex_);
  return count_ != 0;
}

void HostUsers::change(int by) {
  const std::scoped_lock lock(mutex_);
  count_ += by;
  if (count_ == 0) none_.notify_all();
}

MachineCore::MachineCore(rpc::Network& network, ClientOptions options)
    : network_(network),
      options_(with_defaults(std::move(options))),
      host_(options_.machine.local_path.empty() ? options_.machine.host : options_.machine.local_path),
      server_name_(server_name_of(options_.machine)),
      interner_(std::make_shared<cim::ClassInterner>()),
      client_(std::make_unique<dcom::Client>(network, client_options(options_))) {}

MachineCore::~MachineCore() { close(); }

void MachineCore::close() {
  dcom::ProxyPtr login;
  {
    const std::scoped_lock lock(mutex_);
    if (std::exchange(closed_, true)) return;
    login = std::move(login_);
  }
  {
    const std::scoped_lock lock(work_mutex_);
    stopping_ = true;
    work_changed_.notify_all();
  }
  if (worker_.joinable()) worker_.join();
  const base::Status ended(rpc::RPC_S_CALL_CANCELLED, fmt::format("the client of {} has ended", host_));
  for (const auto& operation : operations()) operation->fail(ended);
  for (const auto& [address, host] : hosts_) host->close();
  login.reset();
  client_.reset();
}

base::Result<dcom::ProxyPtr> MachineCore::login() {
  const std::scoped_lock once(login_mutex_);
  {
    const std::scoped_lock lock(mutex_);
    if (closed_) return base::fail(rpc::RPC_S_CALL_CANCELLED, fmt::format("the client of {} has ended", host_));
    if (login_) return login_;
  }
  TRY_ASSIGN(const dcom::ProxyPtr proxy, client_->activate(options_.machine, options_.security, clsid::kLevel1Login, iid::kLevel1Login));
  own_server_.reset();
  {
    const std::scoped_lock lock(mutex_);
    login_ = proxy;
  }
  proxy->on_closed([weak = weak_from_this(), key = proxy.get()](const base::Status&) {
    const auto self = weak.lock();
    if (!self) return;
    dcom::ProxyPtr dropped;  // let go of without the lock
    const std::scoped_lock lock(self->mutex_);
    if (self->login_.get() == key) dropped = std::move(self->login_);
  });
  return proxy;
}

base::Result<dcom::ProxyPtr> MachineCore::open(const std::string& name_space, const std::vector<std::string>& locales) {
  TRY_ASSIGN(const dcom::ProxyPtr login, this->login());
  if (needs_position(locales)) {
    const auto reply = login->call(static_cast<std::uint16_t>(LoginOp::kEstablishPosition),
                                   [](rpc::NdrWriter& out) { write_establish_position(out, {}); });
    // Servers of old do not implement it: they take the locales as they can (MS-WMI 3.2.4.1.1).
    if (!reply.delivered && !reply.status.ok()) return base::fail(describe_failure(reply, host_, "EstablishPosition"));
  }
  NtlmLoginRequest request;
  request.network_resource = network_resource(options_.machine.local_path.empty() ? options_.machine.host : "", name_space);
  if (!locales.empty()) request.locales = join_locales(locales);
  const auto reply =
      login->call(static_cast<std::uint16_t>(LoginOp::kNTLMLogin), [&](rpc::NdrWriter& out) { write_ntlm_login(out, request); });
  if (!reply.status.ok()) return base::fail(describe_failure(reply, host_, "NTLMLogin"));
  rpc::NdrReader in = reply.results();
  TRY_ASSIGN(const auto reference, read_interface_reply(in));
  if (!reference) return base::fail(WBEM_E_UNEXPECTED, fmt::format("{} let us in to {} but gave no services", host_, name_space));
  return login->unmarshal(*reference);
}

base::Result<bool> MachineCore::is_own_server() {
  TRY_ASSIGN(const dcom::ProxyPtr login, this->login());
  const std::scoped_lock once(login_mutex_);
  if (own_server_) return *own_server_;
  const auto found = login->query_interface(iid::kOpenWmi);
  if (!found && found.error().code() != E_NOINTERFACE && found.error().code() != rpc::RPC_S_UNKNOWN_IF) return base::fail(found.error());
  own_server_ = found.has_value();
  return *own_server_;
}

base::Result<std::shared_ptr<CallbackHost>> MachineCore::callback_host(const rpc::ConnectionEnds& ends) {
  const std::scoped_lock once(host_mutex_);
  for (const auto& [address, host] : hosts_) {
    if (address != ends.local.address) continue;
    if (!host->witness().heard()) watch_time();
    return HostUsers::lend(host_users_, host);
  }
  TRY_ASSIGN(const bool own, is_own_server());
  const auto on_refused = [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->watch_time();
  };
  TRY_ASSIGN(auto host, CallbackHost::start(network_, options_, ends, own, on_refused));
  hosts_.emplace_back(ends.local.address, host);
  if (!host->witness().heard()) watch_time();
  return HostUsers::lend(host_users_, std::move(host));
}

void MachineCore::add(ClientOperationPtr operation) {
  const std::scoped_lock lock(mutex_);
  const ClientOperation* const key = operation.get();
  operations_.emplace(key, std::move(operation));
}

void MachineCore::remove(const ClientOperation& operation) {
  ClientOperationPtr dropped;  // let go of without the lock
  const std::scoped_lock lock(mutex_);
  const auto found = operations_.find(&operation);
  if (found == operations_.end()) return;
  dropped = std::move(found->second);
  operations_.erase(found);
}

std::vector<ClientOperationPtr> MachineCore::operations() const {
  std::vector<ClientOperationPtr> out;
  const std::scoped_lock lock(mutex_);
  for (const auto& [key, operation] : operations_) out.push_back(operation);
  return out;
}

std::vector<ClientOperationPtr> MachineCore::of_sink(const cim::Sink* sink) const {
  auto out = operations();
  std::erase_if(out, [&](const auto& operation) { return operation->sink() != sink; });
  return out;
}

void MachineCore::connection_lost(const ClientSession& session, const base::Status& reason) {
  const base::Status status = describe_loss(reason, host_);
  for (const auto& operation : operations()) {
    if (operation->called_back() && operation->session().get() == &session) operation->fail(status);
  }
}

bool MachineCore::post(std::function<void()> work) {
  const std::scoped_lock lock(work_mutex_);
  if (stopping_) return false;
  work_.push_back(std::move(work));
  if (!worker_.joinable()) worker_ = std::thread([this] { run_worker(); });
  work_changed_.notify_all();
  return true;
}

/// Ends calls whose server does not find its way here, or comes as somebody who is not let in. Whether there may be such.
bool MachineCore::check_callbacks() {
  std::string refused;
  {
    const std::unique_lock lock(host_mutex_, std::try_to_lock);
    if (!lock) return true;
    bool heard = hosts_.empty() || options_.callback_patience <= std::chrono::milliseconds(0);
    for (const auto& [address, host] : hosts_) {
      heard = heard || host->witness().heard();
      if (refused.empty()) refused = host->witness().refused();
    }
    if (heard && refused.empty()) return false;
  }
  std::vector<ClientOperationPtr> waiting = operations();
  std::erase_if(waiting, [](const auto& operation) { return !operation->called_back(); });
  if (waiting.empty()) {
    silent_since_.reset();
    refused_since_.reset();
    return host_users_->any();
  }
  auto& since = refused.empty() ? silent_since_ : refused_since_;
  const auto patience = refused.empty() ? options_.callback_patience : kRefusedPatience;
  const auto now = clock().steady_now();
  if (!since) since = now;
  if (now - *since < patience) return true;
  const base::Status status = refused.empty() ? no_callbacks(patience) : refused_callbacks(refused);
  for (const auto& operation : waiting) operation->fail(status);
  return true;
}

base::Status MachineCore::no_callbacks(std::chrono::milliseconds patience) const {
  return {WBEM_E_TRANSPORT_FAILURE,
          fmt::format("{} took the call, but no callback has come from there within {} s: a firewall or address translation may keep it "
                      "from this machine (wmi doctor tells what callbacks need; calls without them need none of it)",
                      host_, std::chrono::ceil<std::chrono::seconds>(patience).count())};
}

base::Status MachineCore::refused_callbacks(const std::string& who) const {
  const std::string_view why =
      options_.callback_auth == CallbackAuth::kUnverified
          ? "from another address than it was called at, and nothing here verifies who that is"
          : "and nothing here verifies who that is: a keytab does (--keytab), or take it unverified (--callback-auth "
            "unverified)";
  return {WBEM_E_TRANSPORT_FAILURE, fmt::format("{} took the call and called back as {}, {}", host_, who, why)};
}

void MachineCore::watch_time() {
  const std::scoped_lock lock(work_mutex_);
  if (stopping_ || watching_) return;
  watching_ = true;
  if (!worker_.joinable()) worker_ = std::thread([this] { run_worker(); });
  work_changed_.notify_all();
}

void MachineCore::run_worker() {
  std::unique_lock lock(work_mutex_);
  while (!stopping_) {
    if (!work_.empty()) {
      auto work = std::move(work_.front());
      work_.pop_front();
      lock.unlock();
      work();
      work = nullptr;
      lock.lock();
      continue;
    }
    const auto due = [this] { return stopping_ || !work_.empty(); };
    if (!watching_) {
      work_changed_.wait(lock, [&] { return due() || watching_; });
      continue;
    }
    if (work_changed_.wait_for(lock, kWatchPeriod, due)) continue;
    watching_ = false;  // set again by an answer that is deferred from now on
    lock.unlock();
    bool waiting = false;
    for (const auto& operation : operations()) waiting |= operation->check_time();
    waiting |= check_callbacks();
    lock.lock();
    watching_ |= waiting;
  }
}

}  // namespace remote
