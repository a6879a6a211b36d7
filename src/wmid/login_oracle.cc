#include "wmid/login_oracle.h"

#include <fmt/format.h>

#include "security/sspi_status.h"

namespace wmid {

/// One login or callback.
struct LoginOracle::Entry {
  std::mutex mutex;  // of one step at a time
  std::unique_ptr<security::Context> context;
  std::string peer_address;
  bool client = false;
  std::size_t steps = 0;

  std::string ticket;    // under the oracle's mutex
  bool dropped = false;  // the same
};

LoginOracle::LoginOracle(Options options, std::function<void(std::string)> send)
    : options_(std::move(options)), send_(std::move(send)), logins_(options_.threads), callbacks_(options_.threads) {}

LoginOracle::~LoginOracle() {
  logins_.stop();
  callbacks_.stop();
}

bool LoginOracle::handle(std::string_view octets) {
  auto request = login::decode_request(octets);
  if (!request) return false;
  if (const auto* what = std::get_if<login::Accept>(&request->what)) return accept(*request, *what);
  if (const auto* what = std::get_if<login::Initiate>(&request->what)) return initiate(*request, *what);
  if (auto* what = std::get_if<login::Step>(&request->what)) return step(*request, std::move(what->token));
  drop(request->context);
  return true;
}

bool LoginOracle::accept(const login::Request& request, const login::Accept& what) {
  auto context = security::make_server(what.provider, *options_.security, *options_.accounts, what.peer_address);
  if (!context) return refuse(request.id, context.error()), true;
  auto entry = std::make_shared<Entry>();
  entry->context = std::move(*context);
  entry->peer_address = what.peer_address;
  return add(request.id, request.context, std::move(entry));
}

bool LoginOracle::initiate(const login::Request& request, const login::Initiate& what) {
  const auto make = [&]() -> base::Result<std::unique_ptr<security::Context>> {
    TRY_ASSIGN(const Login login, find(what.ticket));
    TRY_ASSIGN(dcom::Security security, options_.callback_security(*login.peer));
    security::ClientOptions options;
    options.provider = security.provider;
    options.target_name = what.target_name;
    options.target_name_is_untrusted = what.target_name_is_untrusted;
    options.impersonation = what.impersonation;
    options.workstation = what.workstation;
    return security::make_client(std::move(options), std::move(security.credentials));
  };
  auto context = make();
  if (!context) return refuse(request.id, context.error()), true;
  auto entry = std::make_shared<Entry>();
  entry->context = std::move(*context);
  entry->client = true;
  return add(request.id, request.context, std::move(entry));
}

bool LoginOracle::add(std::uint64_t id, std::uint64_t context, EntryPtr entry) {
  bool room = false;
  {
    const std::lock_guard lock(mutex_);
    if (contexts_.contains(context)) return false;
    // As many logins as this an honest process can have at work for its clients.
    room = contexts_.size() < options_.max_contexts;
    if (room) contexts_.emplace(context, std::move(entry));
  }
  refuse(id, room ? base::Status() : base::Status(security::SEC_E_INTERNAL_ERROR, "too many logins are at work"));
  return true;
}

bool LoginOracle::step(const login::Request& request, std::string token) {
  EntryPtr entry;
  {
    const std::lock_guard lock(mutex_);
    const auto found = contexts_.find(request.context);
    if (found == contexts_.end()) return false;
    entry = found->second;
  }
  remote::BlockingPool& pool = entry->client ? callbacks_ : logins_;
  const bool taken = pool.run(
      [this, id = request.id, context = request.context, entry, token = std::move(token)] { run_step(id, context, entry, token); });
  if (!taken) refuse(request.id, {security::SEC_E_INTERNAL_ERROR, "too many logins are at work"});
  return true;
}

void LoginOracle::run_step(std::uint64_t id, std::uint64_t context, const EntryPtr& entry, const std::string& token) {
  login::Answer out;
  out.id = id;
  {
    const std::lock_guard lock(entry->mutex);
    out.status = advance(*entry, token, out);
  }
  if (!out.status.ok()) {
    out.token.clear();
    out.established.reset();
  }
  // What is lost or has moved is of no use here; only an accepted client's ticket stays.
  if (!out.status.ok() || (entry->client && out.established)) drop(context);
  answer(std::move(out));
}

base::Status LoginOracle::advance(Entry& entry, const std::string& token, login::Answer& answer) {
  if (!entry.context || ++entry.steps > options_.max_steps) {
    return {security::SEC_E_INTERNAL_ERROR, "a token for a login that has ended"};
  }
  auto step = entry.context->step(token);
  if (!step) {
    entry.context.reset();
    return step.error();
  }
  answer.token = std::move(step->token);
  return step->done ? establish(entry, answer) : base::Status();
}

base::Status LoginOracle::establish(Entry& entry, login::Answer& answer) {
  TRY_ASSIGN(auto session, entry.context->export_session());
  auto peer = std::make_shared<security::Peer>(entry.context->peer());
  entry.context.reset();
  login::Answer::Established& established = answer.established.emplace();
  established.session = std::move(session);
  if (!entry.client) {
    char octets[login::kTicketSize / 2];
    (options_.random ? *options_.random : system_random_).fill(octets, sizeof octets);
    for (const char octet : octets) peer->ticket += fmt::format("{:02x}", static_cast<unsigned char>(octet));
    const std::lock_guard lock(mutex_);
    if (entry.dropped) return {security::SEC_E_INTERNAL_ERROR, "the login was given up"};
    entry.ticket = peer->ticket;
    tickets_[entry.ticket] = {peer, entry.peer_address};
  }
  established.peer = *peer;
  established.peer.account.nt_hash.reset();
  return {};
}

void LoginOracle::drop(std::uint64_t context) {
  const std::lock_guard lock(mutex_);
  const auto found = contexts_.find(context);
  if (found == contexts_.end()) return;
  found->second->dropped = true;
  tickets_.erase(found->second->ticket);
  contexts_.erase(found);
}

void LoginOracle::answer(login::Answer answer) { send_(login::encode(answer)); }

void LoginOracle::refuse(std::uint64_t id, base::Status status) {
  login::Answer out;
  out.id = id;
  out.status = std::move(status);
  answer(std::move(out));
}

base::Result<LoginOracle::Login> LoginOracle::find(std::string_view ticket) const {
  const std::lock_guard lock(mutex_);
  const auto found = tickets_.find(std::string(ticket));
  if (ticket.empty() || found == tickets_.end()) return base::fail(base::WBEM_E_ACCESS_DENIED, "the login has ended, or never was");
  return found->second;
}

LoginOracle::Figures LoginOracle::figures() const {
  const std::lock_guard lock(mutex_);
  return {contexts_.size(), tickets_.size()};
}

}  // namespace wmid
