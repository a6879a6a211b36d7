#include "wmid/network_process.h"

#include <fmt/format.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

#include "wmid/control_messages.h"
#include "wmid/network_main.h"

namespace wmid {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kStartTime = 30s;
constexpr std::chrono::milliseconds kEndTime = 5s;  // beyond what it was given
constexpr std::size_t kMaxServicesQueue = 1U << 30;
constexpr std::size_t kMaxExporters = 1024;  // as the resolver has room for

/// Both ends.
base::Result<std::pair<base::FileDescriptor, base::FileDescriptor>> make_way() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return base::fail(base::errno_status(errno, "making a socket pair"));
  return std::pair(base::FileDescriptor(ends[0]), base::FileDescriptor(ends[1]));
}

}  // namespace

base::Result<std::unique_ptr<NetworkProcess>> NetworkProcess::split(const Config& config, const NetworkUser& user, HandedSockets sockets,
                                                                    base::Log& log) {
  TRY_ASSIGN(auto control, make_way());
  TRY_ASSIGN(auto logins, make_way());
  TRY_ASSIGN(auto services, make_way());
  const std::string address = address_of(sockets.endpoint.front().get());
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return base::fail(base::errno_status(errno, "starting the network process"));
  if (pid == 0) {
    network_main(config, user, std::move(sockets), {std::move(control.second), std::move(logins.second), std::move(services.second)},
                 parent, log);
  }
  Ways ours{std::move(control.first), std::move(logins.first), std::move(services.first)};
  return std::unique_ptr<NetworkProcess>(new NetworkProcess(pid, address, std::move(ours), log));
}

NetworkProcess::NetworkProcess(pid_t pid, std::string address, Ways ways, base::Log& log)
    : pid_(pid),
      address_(std::move(address)),
      log_(log),
      control_(std::make_shared<Channel>(std::move(ways.control), Channel::Options{.max_message = control::kMaxReport})),
      logins_(std::make_shared<Channel>(std::move(ways.logins), Channel::Options{.max_message = login::kMaxRequest})),
      services_(std::make_shared<Channel>(std::move(ways.services),
                                          Channel::Options{.max_message = link::kMaxRequest, .max_queue = kMaxServicesQueue})) {}

NetworkProcess::~NetworkProcess() { stop({}); }

base::Status NetworkProcess::serve(Options options) {
  on_lost_ = std::move(options.on_lost);
  oracle_ = std::make_unique<LoginOracle>(std::move(options.logins), [way = logins_](const std::string& answer) { way->send(answer); });
  options.services.caller_of = [this, caller_of = std::move(options.caller_of)](const std::string& ticket) -> base::Result<cim::Caller> {
    TRY_ASSIGN(const LoginOracle::Login login, oracle_->find(ticket));
    return caller_of(login);
  };
  gate_ = std::make_shared<ServicesGate>(std::move(options.services), [way = services_](std::string_view event) { way->send(event); });
  const auto closed = [this] { ended(); };
  logins_->start({[this](std::string_view request) { return oracle_->handle(request); }, closed});
  services_->start({[this](std::string_view request) { return gate_->handle(request); }, closed});
  control_->start({[this](std::string_view report) { return reported(report); }, closed});
  control_->send(control::encode(control::Serve{}));
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, kStartTime, [this] { return report_ || ended_; });
  if (report_) return *report_;
  return {base::WBEM_E_FAILED, "the network process ended before it served"};
}

bool NetworkProcess::reported(std::string_view octets) {
  auto report = control::decode_report(octets);
  const std::lock_guard lock(mutex_);
  if (!report || report_) return false;
  report_ = report->status;
  changed_.notify_all();
  return true;
}

/// One of the ways is closed: by its end, or by ours because it broke the rules.
void NetworkProcess::ended() {
  bool lost = false;
  {
    const std::lock_guard lock(mutex_);
    lost = !ended_ && !stopping_ && report_ && report_->ok();
    ended_ = true;
  }
  changed_.notify_all();
  if (lost && on_lost_) on_lost_();
}

void NetworkProcess::set_limits(const Limits& limits) { control_->send(control::encode(control::SetLimits{limits})); }

dcom::ForeignExporters NetworkProcess::exporters() {
  return {[this](const dcom::Resolver::Foreign& exporter) { return add_exporter(exporter); },
          [this](dcom::Oxid oxid) { remove_exporter(oxid); }};
}

bool NetworkProcess::add_exporter(const dcom::Resolver::Foreign& exporter) {
  const std::lock_guard lock(mutex_);
  if (exporters_.size() >= kMaxExporters || !exporters_.insert(exporter.oxid).second) return false;
  return control_->send(control::encode(control::AddExporter{exporter}));
}

void NetworkProcess::remove_exporter(dcom::Oxid oxid) {
  const std::lock_guard lock(mutex_);
  if (exporters_.erase(oxid) != 0) control_->send(control::encode(control::RemoveExporter{oxid}));
}

void NetworkProcess::stop(std::chrono::milliseconds grace) {
  bool lost = false;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    stopping_ = true;
    lost = ended_;
  }
  if (!lost) {
    control_->send(control::encode(control::Stop{}));
    std::unique_lock lock(mutex_);
    if (gate_) changed_.wait_for(lock, 2 * grace + kEndTime, [this] { return ended_; });
  }
  for (Channel* way : {control_.get(), logins_.get(), services_.get()}) way->stop();
  const std::string how = reap(lost ? 100ms : kEndTime);
  if (lost && report_ && report_->ok()) log_.error(fmt::format("the network process {}", how));
  oracle_.reset();
  if (gate_) gate_->close();
  gate_.reset();
}

/// Waits for its end, and brings it about when that takes too long.
std::string NetworkProcess::reap(std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  int status = 0;
  pid_t got = 0;
  while ((got = ::waitpid(pid_, &status, WNOHANG)) == 0 && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(2ms);
  if (got == 0) {
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    return "did not keep to what was agreed and was ended";
  }
  if (WIFSIGNALED(status)) return fmt::format("was ended by signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)));
  return fmt::format("ended with status {}", WEXITSTATUS(status));
}

}  // namespace wmid
