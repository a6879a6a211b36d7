#include "wmid/program.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "base/files.h"
#include "wmid/listening.h"
#include "wmid/rights.h"
#include "wmid/service.h"

namespace wmid {
namespace {

constexpr int kFailure = 1;

int complain(const base::Status& status, int exit_status) {
  std::fprintf(stderr, "wmid: %s\n", status.text().empty() ? status.to_string().c_str() : status.text().c_str());
  return exit_status;
}

base::Result<Config> load(const Arguments& arguments) {
  const base::SystemFiles files;
  const bool given = !arguments.config_file.empty();
  const std::string path = given ? arguments.config_file : kConfigFile;
  std::vector<Setting> settings;
  if (given || files.exists(path)) {
    TRY_ASSIGN(const std::string text, files.read(path, kMaxConfigFile));
    TRY_ASSIGN(settings, parse_settings(text, path));
  }
  return make_config(settings, arguments.flags);
}

/// Signals as octets in a pipe. With handlers, and neither blocked nor ignored, they are what they were in the programs that we start.
class Signals {
 public:
  Signals() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return;
    read_end_ = base::FileDescriptor(ends[0]);
    (void)::fcntl(ends[0], F_SETFL, 0);  // only the writer must not wait
    write_end_ = ends[1];
    struct sigaction action{};
    action.sa_handler = handle;
    action.sa_flags = SA_RESTART;
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::sigaction(signal, &action, nullptr);
    action.sa_handler = [](int) {};
    ::sigaction(SIGPIPE, &action, nullptr);
  }
  static constexpr int kLost = 0;
  /// Half of the daemon has ended: as if a signal kLost had come. Thread-safe.
  void lost() { handle(kLost); }
  /// The next one.
  int wait() {
    char signal = 0;
    ssize_t got = 0;
    do {
      got = ::read(read_end_.get(), &signal, 1);
    } while (got < 0 && errno == EINTR);
    return got == 1 ? signal : SIGTERM;
  }

 private:
  static void handle(int signal) {
    const int saved = errno;
    const char octet = static_cast<char>(signal);
    (void)!::write(write_end_, &octet, 1);
    errno = saved;
  }
  static inline volatile int write_end_ = -1;
  base::FileDescriptor read_end_;
};

void reload(Service& service, const Arguments& arguments, base::Log& log) {
  notify_reloading();
  base::Status status;
  if (const auto config = load(arguments)) {
    status = service.reload(*config);
  } else {
    status = config.error();
  }
  log.write(status.ok() ? base::LogLevel::kInfo : base::LogLevel::kError,
            status.ok() ? "reloaded" : fmt::format("not reloaded, what was before stays: {}", status.text()));
  notify_ready(fmt::format("serving on {}", service.address()));
}

/// Without what only its start takes; with a process that faces the network in its stead where this one has rights to protect.
base::Result<std::unique_ptr<NetworkProcess>> split(const Config& config, HandedSockets& sockets, base::Log& log) {
  const Privileges mine = privileges();
  if (mine == Privileges::kCapabilities) TRY(give_up_capabilities());
  if (mine != Privileges::kAll) return nullptr;
  TRY_ASSIGN(const NetworkUser user, find_network_user(config.network_user));
  if (user.uid == 0) return nullptr;
  if (config.network_user.empty() && !is_mapped(user)) {
    log.warning("this user namespace has no other users: one process does all");
    return nullptr;
  }
  HandedSockets apart{std::move(sockets.endpoint), std::move(sockets.object), {}};
  sockets.endpoint.clear();
  sockets.object.clear();
  return NetworkProcess::split(config, user, std::move(apart), log);
}

/// In the daemon itself: `ready` is told the line that says where it serves.
int serve(const Arguments& arguments, Config config, const std::function<void(const std::string&)>& ready) {
  Signals signals;
  const auto log = base::make_stderr_log(config.log_level);
  auto handed = take_handed_sockets(config.endpoint_port);
  if (!handed) return complain(handed.error(), kFailure);
  auto sockets = listen_where_missing(config, std::move(*handed), *log);
  if (!sockets) return complain(sockets.error(), kFailure);
  auto network = split(config, *sockets, *log);
  if (!network) return complain(network.error(), kFailure);
  auto service = Service::start(std::move(config), std::move(*sockets), *log, std::move(*network), [&signals] { signals.lost(); });
  if (!service) return complain(service.error(), kFailure);
  ready(fmt::format("wmid: ready on {}\n", (*service)->address()));
  notify_ready(fmt::format("serving on {}", (*service)->address()));
  int signal = 0;
  while ((signal = signals.wait()) == SIGHUP) reload(**service, arguments, *log);
  notify_stopping();
  log->info("ending");
  (*service)->stop();
  return signal == Signals::kLost ? kFailure : 0;
}

/// Streams that whoever started this program had closed: nothing opened later, a socket or the repository, may take their place.
void hold_streams() {
  int fd = 0;
  while ((fd = ::open("/dev/null", O_RDWR)) >= 0 && fd <= STDERR_FILENO) {
  }
  if (fd > STDERR_FILENO) ::close(fd);
}

void print(const std::string& line) {
  std::fputs(line.c_str(), stdout);
  std::fflush(stdout);
}

int serve_in_background(const Arguments& arguments, Config config) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return complain(base::errno_status(errno, "making a pipe"), kFailure);
  const pid_t child = ::fork();
  if (child < 0) return complain(base::errno_status(errno, "starting a process"), kFailure);
  if (child == 0) {
    ::close(ends[0]);
    ::setsid();
    (void)!::chdir("/");
    return serve(arguments, std::move(config), [&](const std::string& line) {
      (void)!::write(ends[1], line.data(), line.size());
      ::close(ends[1]);
      const base::FileDescriptor nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
      ::dup2(nothing.get(), STDIN_FILENO);
      ::dup2(nothing.get(), STDOUT_FILENO);
    });
  }
  ::close(ends[1]);
  std::string line;
  char octets[256];
  for (ssize_t got = 0; (got = ::read(ends[0], octets, sizeof octets)) > 0;) line.append(octets, static_cast<std::size_t>(got));
  ::close(ends[0]);
  if (!line.empty()) return print(line), 0;
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : kFailure;
}

}  // namespace

int run(const Arguments& arguments) {
  hold_streams();
  auto config = load(arguments);
  if (!config) return complain(config.error(), kWrongConfiguration);
  if (arguments.background) return serve_in_background(arguments, std::move(*config));
  return serve(arguments, std::move(*config), print);
}

}  // namespace wmid
