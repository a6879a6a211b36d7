#include "manager/isolated_host.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/files.h"
#include "manager/isolated_protocol.h"

namespace manager {

namespace {

base::Status failure(int error, std::string_view doing) { return {WBEM_E_INITIALIZATION_FAILURE, base::errno_status(error, doing).text()}; }

struct Pair {
  int here = -1;
  int there = -1;
};

base::Result<Pair> make_pair() {
  std::array<int, 2> sockets{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets.data()) != 0) {
    return base::fail(failure(errno, "making sockets for a provider's process"));
  }
  return Pair{sockets[0], sockets[1]};
}

}  // namespace

struct IsolatedHost::Server {
  const int socket;
  const std::int32_t pid;
  bool given_up = false;  // under the host's mutex
  Server(int s, std::int32_t p) : socket(s), pid(p) {}
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() { ::close(socket); }
};

base::Result<std::shared_ptr<IsolatedHost>> IsolatedHost::start(ProviderPtr provider) {
  TRY_ASSIGN(const Pair pair, make_pair());
  const pid_t pid = ::fork();
  if (pid == 0) isolated::serve_forks(*provider, pair.there);
  ::close(pair.there);
  if (pid < 0) {
    ::close(pair.here);
    return base::fail(failure(errno, "starting a provider's process"));
  }
  return std::shared_ptr<IsolatedHost>(new IsolatedHost(pair.here, pid));
}

IsolatedHost::~IsolatedHost() { stop(); }

void IsolatedHost::stop() {
  const std::lock_guard lock(mutex_);
  if (control_ < 0) return;
  ::close(std::exchange(control_, -1));  // the forker sees it, kills its servers and ends
  idle_.clear();
  while (::waitpid(forker_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

base::Result<IsolatedHost::ServerPtr> IsolatedHost::acquire() {
  const std::lock_guard lock(mutex_);
  if (!idle_.empty()) {
    ServerPtr server = std::move(idle_.back());
    idle_.pop_back();
    return server;
  }
  if (control_ < 0) return base::fail(WBEM_E_SHUTTING_DOWN, "the object manager is shutting down");
  TRY_ASSIGN(const Pair pair, make_pair());
  std::int32_t pid = -1;
  const bool sent = isolated::send_descriptor(control_, 'S', pair.there);
  ::close(pair.there);
  if (!sent || ::recv(control_, &pid, sizeof pid, MSG_WAITALL) != sizeof pid || pid < 0) {
    ::close(pair.here);
    return base::fail(WBEM_E_PROVIDER_LOAD_FAILURE, "the process that starts servers of this provider is gone");
  }
  return std::make_shared<Server>(pair.here, pid);
}

void IsolatedHost::give_up(Server& server) {
  const std::lock_guard lock(mutex_);
  if (std::exchange(server.given_up, true)) return;
  ::shutdown(server.socket, SHUT_RDWR);
  if (control_ < 0) return;
  if (isolated::send_descriptor(control_, 'K', -1)) (void)::send(control_, &server.pid, sizeof server.pid, MSG_NOSIGNAL);
}

base::Status IsolatedHost::run(ProviderJob& job) {
  TRY_ASSIGN(const ServerPtr server, acquire());
  job.set_interrupt([this, server] { give_up(*server); });
  base::Status status = exchange(job, *server);
  job.set_interrupt(nullptr);
  const std::lock_guard lock(mutex_);
  if (!server->given_up && control_ >= 0) idle_.push_back(server);
  return status;
}

base::Status IsolatedHost::exchange(ProviderJob& job, Server& server) {
  const ProviderRequest& request = job.request();
  const auto died = [&] {
    give_up(server);
    return base::Status(WBEM_E_PROVIDER_FAILURE, fmt::format("the process of the provider of {} died", request.cls->name()));
  };
  const auto refuse = [&](const base::Status& why) {
    give_up(server);
    return base::Status(WBEM_E_PROVIDER_FAILURE, why.text());
  };
  if (!isolated::send_message(server.socket, isolated::encode_request(job.caller(), job.impersonation().identity, job.context(), request)))
    return died();
  std::string message;
  while (isolated::receive_message(server.socket, message)) {
    const base::Result<isolated::Reply> reply = isolated::decode_reply(message);
    if (!reply) return refuse(reply.error());
    const std::span<const std::uint8_t> octets{reinterpret_cast<const std::uint8_t*>(reply->octets.data()), reply->octets.size()};
    switch (reply->kind) {
      case isolated::ReplyKind::kEnd: return base::Status(base::Hresult{reply->first}, std::string(reply->octets));
      case isolated::ReplyKind::kProgress: job.progress(reply->first, reply->second, std::string(reply->octets)); break;
      case isolated::ReplyKind::kRow: {
        if (const base::Status valid = cim::validate_instance(*request.cls, octets); !valid.ok()) return refuse(valid);
        if (!job.add(request.cls, octets).ok()) {
          give_up(server);
          return {WBEM_E_CALL_CANCELLED, "nobody waits for this call any more"};
        }
        break;
      }
      case isolated::ReplyKind::kOut: {
        if (request.method == nullptr || request.method->out == nullptr)
          return refuse({WBEM_E_PROVIDER_FAILURE, "out-parameters of no method"});
        auto owner = std::make_shared<const std::string>(reply->octets);
        const std::span<const std::uint8_t> kept{reinterpret_cast<const std::uint8_t*>(owner->data()), owner->size()};
        const base::Result<cim::Instance> out = cim::Instance::wrap(request.method->out, owner, kept);
        if (!out) return refuse(out.error());
        TRY(job.set_out(*out));
        break;
      }
    }
  }
  return died();
}

}  // namespace manager
