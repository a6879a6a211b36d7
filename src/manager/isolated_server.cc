// The other side of an isolated provider: the process that forks, and the servers that it forks.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "base/utf.h"
#include "manager/isolated_protocol.h"

namespace manager::isolated {

namespace {

/// The call as the provider sees it here: rows go straight to the socket, which blocks while the manager is behind.
class ServerCall final : public MethodCall, public std::enable_shared_from_this<ServerCall> {
 public:
  ServerCall(int socket, Request request) : socket_(socket), request_(std::move(request)) {
    const cim::Method* method = request_.request.method;
    if (method != nullptr && method->out != nullptr) out_.emplace(method->out);
  }

  void serve(Provider& provider) {
    base::Status status = run_as(request_.identity, [&] { return ProviderJob::invoke(provider, request_.request, *this); });
    if (status.code() != WBEM_S_PENDING) finish(std::move(status));
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return finished_; });
  }

  const cim::Caller& caller() const override { return request_.caller; }
  const std::string& name_space() const override { return request_.request.name_space; }
  const cim::ClassPtr& cls() const override { return request_.request.cls; }
  const cim::ContextPtr& context() const override { return request_.context; }
  bool cancelled() const override {
    char octet = 0;
    const ssize_t got = ::recv(socket_, &octet, 1, MSG_PEEK | MSG_DONTWAIT);
    return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
  }

  base::Status indicate(const cim::InstanceBuilder& row) override {
    if (row.cls() != request_.request.cls) return wrong_class(*row.cls());
    const std::lock_guard lock(mutex_);
    scratch_.clear();
    row.append_to(scratch_);
    return send({ReplyKind::kRow, scratch_});
  }
  base::Status indicate(const cim::Instance& row) override {
    if (row.cls() != request_.request.cls) return wrong_class(*row.cls());
    const std::lock_guard lock(mutex_);
    const std::span<const std::uint8_t> octets = row.view().octets();
    return send({ReplyKind::kRow, {reinterpret_cast<const char*>(octets.data()), octets.size()}});
  }
  void progress(std::uint32_t done, std::uint32_t total, std::string text) override {
    const std::lock_guard lock(mutex_);
    (void)send({ReplyKind::kProgress, text, done, total});
  }
  std::shared_ptr<ProviderCall> detach() override { return shared_from_this(); }
  void finish(base::Status status) override {
    const std::lock_guard lock(mutex_);
    if (finished_) return;
    if (status.ok() && out_) {
      scratch_.clear();
      out_->append_to(scratch_);
      (void)send({ReplyKind::kOut, scratch_});
    }
    (void)send({ReplyKind::kEnd, status.text(), static_cast<std::uint32_t>(status.code())});
    finished_ = true;
    done_.notify_all();
  }

  const cim::ObjectPath& path() const override { return request_.request.path; }
  const cim::Method& method() const override { return *request_.request.method; }
  cim::Value in(std::string_view name) const override { return in_parameter(request_.request, name); }
  base::Status out(std::string_view name, const cim::Value& value) override {
    const std::lock_guard lock(mutex_);
    if (!out_) return {WBEM_E_NOT_FOUND, fmt::format("{} has no out-parameter {}", method().name, name)};
    return out_->set(name, value);
  }

 private:
  base::Status send(const Reply& reply) {
    if (finished_) return {WBEM_E_CALL_CANCELLED, "the call is over"};
    if (!send_message(socket_, encode_reply(reply))) return {WBEM_E_CALL_CANCELLED, "nobody waits for this call any more"};
    return {};
  }
  base::Status wrong_class(const cim::Class& cls) const {
    return {WBEM_E_PROVIDER_FAILURE, fmt::format("the provider of {} gave an instance of {}", request_.request.cls->name(), cls.name())};
  }

  const int socket_;
  const Request request_;
  std::mutex mutex_;
  std::condition_variable done_;
  std::optional<cim::InstanceBuilder> out_;
  std::string scratch_;
  bool finished_ = false;
};

/// Keeps the process from holding what is not its business.
void close_all_but(int kept) {
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null >= 0) {
    ::dup2(null, STDIN_FILENO);
    ::dup2(null, STDOUT_FILENO);
  }
  const auto close_range = [](unsigned first, unsigned last) {
    if (first <= last) ::syscall(SYS_close_range, first, last, 0U);
  };
  const auto mine = static_cast<unsigned>(kept);
  close_range(3, mine - 1);
  close_range(mine + 1, ~0U);
}

[[noreturn]] void serve_calls(Provider& provider, int socket) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::string message;
  while (receive_message(socket, message)) {
    base::Result<Request> request = decode_request(message);
    if (!request) {
      const base::Status& error = request.error();
      if (!send_message(socket, encode_reply({ReplyKind::kEnd, error.text(), static_cast<std::uint32_t>(error.code())}))) break;
      continue;
    }
    std::make_shared<ServerCall>(socket, *std::move(request))->serve(provider);
  }
  ::_exit(0);
}

void end_server(pid_t pid) {
  ::kill(pid, SIGKILL);
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

void serve_forks(Provider& provider, int control) {
  close_all_but(control);
  ::prctl(PR_SET_NAME, "owmi-provider");
  ::signal(SIGINT, SIG_IGN);  // Ctrl-C is for the client: this process ends with its parent
  ::signal(SIGCHLD, SIG_DFL);
  std::vector<pid_t> servers;
  char what = 0;
  int socket = -1;
  while (receive_descriptor(control, what, socket)) {
    if (what == 'K') {  // a server is given up
      std::int32_t pid = 0;
      if (::recv(control, &pid, sizeof pid, MSG_WAITALL) != sizeof pid) break;
      if (const auto found = std::ranges::find(servers, pid); found != servers.end()) {
        end_server(pid);
        servers.erase(found);
      }
      continue;
    }
    if (socket < 0) break;
    const std::int32_t pid = ::fork();
    if (pid == 0) {
      ::close(control);
      serve_calls(provider, socket);
    }
    ::close(socket);
    if (pid > 0) servers.push_back(pid);
    if (::send(control, &pid, sizeof pid, MSG_NOSIGNAL) != sizeof pid) break;
  }
  for (const pid_t pid : servers) end_server(pid);
  ::_exit(0);
}

}  // namespace manager::isolated
