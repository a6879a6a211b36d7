#include "script/wsh/watchdog.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>

namespace script::wsh {

Watchdog::Watchdog(Actions actions) : actions_(std::move(actions)), wake_(::eventfd(0, EFD_CLOEXEC)) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signals_ = base::FileDescriptor(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  thread_ = std::thread([this] { watch(); });
}

Watchdog::~Watchdog() {
  disarm();
  thread_.join();
}

void Watchdog::wake() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(wake_.get(), &one, sizeof one);
}

void Watchdog::limit(std::chrono::seconds time) {
  {
    const std::scoped_lock lock(mutex_);
    limit_ = time.count() > 0 ? std::optional(Clock::now() + time) : std::nullopt;
  }
  wake();
}

void Watchdog::disarm() {
  {
    const std::scoped_lock lock(mutex_);
    over_ = true;
  }
  wake();
}

std::optional<Watchdog::Clock::time_point> Watchdog::deadline() {
  const std::scoped_lock lock(mutex_);
  return limit_;
}

void Watchdog::watch() {
  std::optional<Clock::time_point> end;  // of the grace
  while (true) {
    {
      const std::scoped_lock lock(mutex_);
      if (over_) return;
    }
    const auto until = end ? end : deadline();
    int wait = -1;
    if (until) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - Clock::now()).count();
      wait = static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
    }
    pollfd ready[2] = {{signals_.get(), POLLIN, 0}, {wake_.get(), POLLIN, 0}};
    ::poll(ready, 2, wait);
    std::uint64_t count = 0;
    if ((ready[1].revents & POLLIN) != 0) [[maybe_unused]]
      const ssize_t got = ::read(wake_.get(), &count, sizeof count);
    signalfd_siginfo info{};
    const bool signalled = ::read(signals_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info);
    const auto now = Clock::now();
    if (end) {
      if (!signalled && now < *end) continue;
      const std::scoped_lock lock(mutex_);  // disarm() waits for who ends the process, and prevents it
      if (!over_) actions_.give_up(cause_.load(), signal_.load());
      return;
    }
    const auto at = deadline();
    if (!signalled && (!at || now < *at)) continue;
    if (signalled) signal_.store(static_cast<int>(info.ssi_signo));
    cause_.store(signalled ? Cause::kSignal : Cause::kTime);
    end = now + kGrace;
    actions_.stop();
  }
}

}  // namespace script::wsh
