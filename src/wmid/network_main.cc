#include "wmid/network_main.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <deque>

#include "security/crypto.h"
#include "wmid/callbacks.h"
#include "wmid/control_messages.h"
#include "wmid/door.h"
#include "wmid/identity.h"
#include "wmid/login_client.h"
#include "wmid/services_client.h"

namespace wmid {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kPatience = 30s;
constexpr std::size_t kMaxAnswer = 1U << 30;  // of the process that is trusted
constexpr int kLost = 1;

/// Leaves what is not its own: descriptors of the program that it was, and that program's input and output.
void close_others(const HandedSockets& sockets, const Ways& ways) {
  std::vector<int> kept{STDERR_FILENO, ways.control.get(), ways.logins.get(), ways.services.get()};
  for (const auto* some : {&sockets.endpoint, &sockets.object}) {
    for (const base::FileDescriptor& socket : *some) kept.push_back(socket.get());
  }
  std::ranges::sort(kept);
  unsigned from = 0;
  for (const int one : kept) {
    const auto next = static_cast<unsigned>(one);
    if (next > from) ::close_range(from, next - 1, 0);
    from = next + 1;
  }
  ::close_range(from, ~0U, 0);
  const int nothing = ::open("/dev/null", O_RDWR);  // the lowest free one: standard input
  if (nothing == STDIN_FILENO) ::dup2(nothing, STDOUT_FILENO);
}

class Network {
 public:
  Network(const Config& config, HandedSockets sockets, Ways ways, base::Log& log)
      : config_(config),
        sockets_(std::move(sockets)),
        log_(log),
        control_(std::make_shared<Channel>(std::move(ways.control), Channel::Options{.max_message = kMaxAnswer})),
        logins_(std::make_shared<Channel>(std::move(ways.logins), Channel::Options{.max_message = kMaxAnswer})),
        services_(
            std::make_shared<Channel>(std::move(ways.services), Channel::Options{.max_message = kMaxAnswer, .max_queue = kMaxAnswer})) {}

  /// `ready`: whether it has become who it should be.
  void run(const base::Status& ready) {
    const auto lost = [this] {
      if (!stopping_) ::_exit(kLost);
    };
    login_client_ = std::make_shared<LoginClient>([way = logins_](std::string_view request) { return way->send(request); }, kPatience);
    services_client_ =
        std::make_shared<ServicesClient>(ServicesClient::Options{[way = services_](std::string_view request) { return way->send(request); },
                                                                 [way = services_] { return way->on_reader_thread(); }, kPatience});
    logins_->start({[this](std::string_view answer) { return login_client_->handle(answer); }, lost});
    services_->start({[this](std::string_view event) { return services_client_->handle(event); }, lost});
    control_->start({[this](std::string_view order) { return enqueue(order); }, lost});
    while (carry_out(next_order(), ready)) {
    }
  }

 private:
  bool enqueue(std::string_view octets) {
    auto order = control::decode_order(octets);
    if (!order) return false;
    const std::lock_guard lock(mutex_);
    orders_.push_back(*std::move(order));
    changed_.notify_one();
    return true;
  }
  control::Order next_order() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !orders_.empty(); });
    control::Order out = std::move(orders_.front());
    orders_.pop_front();
    return out;
  }
  bool carry_out(const control::Order& order, const base::Status& ready) {
    if (std::holds_alternative<control::Stop>(order)) return stop(), false;
    if (std::holds_alternative<control::Serve>(order)) return serve(ready), true;
    if (!door_) return true;
    if (const auto* limits = std::get_if<control::SetLimits>(&order)) door_->set_limits(limits->limits);
    if (const auto* add = std::get_if<control::AddExporter>(&order)) door_->resolver().add_foreign(add->exporter);
    if (const auto* remove = std::get_if<control::RemoveExporter>(&order)) door_->resolver().remove_foreign(remove->oxid);
    return true;
  }
  void serve(const base::Status& ready) {
    base::Status status = ready;
    if (status.ok()) status = open();
    control_->send(control::encode(control::Report{status}));
  }
  base::Status open() {
    TRY(security::crypto_ready());
    security_.verifier = login_client_.get();
    security_.clock = &clock_;
    security_.random = &random_;
    Door::Options options;
    options.config = &config_;
    options.security = &security_;
    options.accounts = &accounts_;
    options.locator = services_client_.get();
    options.caller_of = [this](const security::Peer& peer, const rpc::ConnectionEnds& ends) -> base::Result<cim::Caller> {
      TRY_ASSIGN(cim::Caller caller, wmid::caller_of(peer, ends, users_));
      caller.ticket = peer.ticket;
      return caller;
    };
    options.callbacks = callback_policy_by_ticket(config_, login_client_);
    options.backup = services_client_.get();
    options.clock = &clock_;
    options.random = &random_;
    options.log = &log_;
    auto door = std::make_unique<Door>(std::move(options));
    TRY(door->open(std::move(sockets_), {}));
    door_ = std::move(door);
    return {};
  }
  void stop() {
    if (door_) door_->stop(config_.shutdown_grace);
    stopping_ = true;
    for (Channel* way : {logins_.get(), services_.get(), control_.get()}) way->stop();
    login_client_->close();
    services_client_->close();
  }

  const Config& config_;
  HandedSockets sockets_;
  base::Log& log_;
  base::SystemClock clock_;
  base::SystemRandom random_;
  SystemUnixUsers users_;           // is asked nothing: accounts come without their Unix users
  security::AccountList accounts_;  // empty, as are the secrets here
  security::ServerOptions security_;
  const std::shared_ptr<Channel> control_;
  const std::shared_ptr<Channel> logins_;
  const std::shared_ptr<Channel> services_;
  std::shared_ptr<LoginClient> login_client_;
  std::shared_ptr<ServicesClient> services_client_;
  std::unique_ptr<Door> door_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<control::Order> orders_;
};

}  // namespace

void network_main(const Config& config, const NetworkUser& user, HandedSockets sockets, Ways ways, pid_t parent, base::Log& log) {
  // Its end is the other process's to decide, and to bring about in order.
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::signal(signal, SIG_IGN);
  ::prctl(PR_SET_NAME, "wmid-network", 0, 0, 0);
  close_others(sockets, ways);
  base::Status ready = security::crypto_ready();  // reads what the user may not be able to
  if (ready.ok()) ready = become(user);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (::getppid() != parent) ::_exit(kLost);
  Network network(config, std::move(sockets), std::move(ways), log);
  network.run(ready);
  ::_exit(0);
}

}  // namespace wmid
