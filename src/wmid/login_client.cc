#include "wmid/login_client.h"

#include "security/sspi_status.h"

namespace wmid {
namespace {

using LoginClientPtr = std::shared_ptr<LoginClient>;

/// Legs elsewhere, then the session here.
class ContextElsewhere final : public security::Context {
 public:
  ContextElsewhere(LoginClientPtr client, std::uint64_t id) : client_(std::move(client)), id_(id) {}
  ~ContextElsewhere() override { client_->tell({0, id_, login::Drop{}}); }

  base::Result<Step> step(std::string_view token) override {
    if (session_ || failed_) return base::fail(security::SEC_E_INTERNAL_ERROR, "a token for a login that has ended");
    failed_ = true;
    TRY_ASSIGN(login::Answer answer, client_->ask({0, id_, login::Step{std::string(token)}}));
    TRY(answer.status);
    if (answer.established) {
      TRY_ASSIGN(session_, security::import_session(std::move(answer.established->peer), answer.established->session));
    }
    failed_ = false;
    return Step{std::move(answer.token), session_ != nullptr};
  }
  bool done() const override { return session_ != nullptr; }
  const security::Peer& peer() const override { return session_->peer(); }
  std::string_view session_key() const override { return session_->session_key(); }
  std::size_t signature_size(security::Level level) const override { return session_->signature_size(level); }
  base::Status protect(security::Level level, security::HeaderSigning signing, const security::Pdu& pdu,
                       std::span<char> signature) override {
    if (!session_) return not_established();
    return session_->protect(level, signing, pdu, signature);
  }
  base::Status unprotect(security::Level level, security::HeaderSigning signing, const security::Pdu& pdu,
                         std::string_view signature) override {
    if (!session_) return not_established();
    return session_->unprotect(level, signing, pdu, signature);
  }

 private:
  static base::Status not_established() { return {security::SEC_E_INTERNAL_ERROR, "the security context is not established"}; }

  const LoginClientPtr client_;
  const std::uint64_t id_;
  std::unique_ptr<security::Context> session_;
  bool failed_ = false;
};

class TicketProver final : public security::Prover {
 public:
  TicketProver(std::weak_ptr<LoginClient> client, std::string ticket, std::atomic<std::uint64_t>& contexts)
      : client_(std::move(client)), ticket_(std::move(ticket)), contexts_(contexts) {}
  base::Result<std::unique_ptr<security::Context>> make_client(const security::ClientOptions& options) const override {
    const LoginClientPtr client = client_.lock();
    if (!client) return base::fail(security::SEC_E_INTERNAL_ERROR, "the server has ended");
    // Clients name where their sinks are; the other end takes what is too long for dishonesty, and ends us.
    if (options.target_name.size() > login::kMaxText || options.workstation.size() > login::kMaxText) {
      return base::fail(security::SEC_E_TARGET_UNKNOWN, "the name of the service to call back is too long");
    }
    const std::uint64_t id = ++contexts_;
    login::Initiate what;
    what.ticket = ticket_;
    what.target_name = options.target_name;
    what.target_name_is_untrusted = options.target_name_is_untrusted;
    what.impersonation = options.impersonation;
    what.workstation = options.workstation;
    TRY_ASSIGN(const login::Answer answer, client->ask({0, id, std::move(what)}));
    TRY(answer.status);
    return std::make_unique<ContextElsewhere>(client, id);
  }
  std::string identity() const override { return ticket_; }

 private:
  const std::weak_ptr<LoginClient> client_;
  const std::string ticket_;
  std::atomic<std::uint64_t>& contexts_;  // the client's own
};

}  // namespace

base::Result<std::unique_ptr<security::Context>> LoginClient::make_server(security::Provider provider, const std::string& peer_address) {
  const std::uint64_t id = ++last_context_;
  TRY_ASSIGN(const login::Answer answer, ask({0, id, login::Accept{provider, peer_address}}));
  TRY(answer.status);
  return std::make_unique<ContextElsewhere>(shared_from_this(), id);
}

std::shared_ptr<const security::Prover> LoginClient::prover(const std::string& ticket) {
  return std::make_shared<TicketProver>(weak_from_this(), ticket, last_context_);
}

base::Result<login::Answer> LoginClient::ask(login::Request request) {
  std::unique_lock lock(mutex_);
  const auto lost = [] { return base::fail(security::SEC_E_INTERNAL_ERROR, "the process that knows the accounts does not answer"); };
  if (closed_) return lost();
  request.id = ++last_id_;
  waiting_[request.id];
  lock.unlock();
  const bool sent = send_(login::encode(request));
  lock.lock();
  Waiting& waiting = waiting_[request.id];
  if (sent) answered_.wait_for(lock, patience_, [&] { return waiting.answer || closed_; });
  std::optional<login::Answer> answer = std::move(waiting.answer);
  waiting_.erase(request.id);
  if (!answer) return lost();
  return *std::move(answer);
}

void LoginClient::tell(login::Request request) { send_(login::encode(request)); }

bool LoginClient::handle(std::string_view octets) {
  auto answer = login::decode_answer(octets);
  if (!answer) return false;
  const std::lock_guard lock(mutex_);
  if (const auto found = waiting_.find(answer->id); found != waiting_.end()) {
    found->second.answer = std::move(*answer);
    answered_.notify_all();
  }
  return true;
}

void LoginClient::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  answered_.notify_all();
}

}  // namespace wmid
