#include "cli/run.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>

#include <fmt/format.h>

namespace cli {
namespace {

class HandlerSink final : public cim::Sink {
 public:
  explicit HandlerSink(Handlers handlers) : handlers_(std::move(handlers)), done_(::eventfd(0, EFD_CLOEXEC)) {}

  base::Hresult Indicate(const cim::Batch& batch, cim::CallbackScope& /*scope*/) override {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < batch.size() && handlers_.object; ++i) handlers_.object(batch.object(i));
    return WBEM_S_NO_ERROR;
  }

  base::Hresult SetStatus(const cim::SinkStatus& status, cim::CallbackScope& /*scope*/) override {
    const std::lock_guard lock(mutex_);
    if (status.type != cim::StatusType::kComplete) {
      if (handlers_.progress) handlers_.progress(status);
      return WBEM_S_NO_ERROR;
    }
    if (handlers_.completed) handlers_.completed(status);
    final_ = status_of(status);
    const std::uint64_t one = 1;
    (void)!::write(done_.get(), &one, sizeof one);
    return WBEM_S_NO_ERROR;
  }

  int done_fd() const { return done_.get(); }
  std::optional<base::Status> final_status() {
    const std::lock_guard lock(mutex_);
    return final_;
  }

 private:
  using Hresult = base::Hresult;
  static constexpr Hresult WBEM_S_NO_ERROR = base::WBEM_S_NO_ERROR;
  std::mutex mutex_;
  Handlers handlers_;
  std::optional<base::Status> final_;
  base::FileDescriptor done_;
};

sigset_t interrupt_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

bool readable(int fd, int timeout) {
  pollfd entry{fd, POLLIN, 0};
  return ::poll(&entry, 1, timeout) > 0;
}

}  // namespace

Interrupt::Interrupt() {
  const sigset_t set = interrupt_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signals_ = base::FileDescriptor(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  came_ = base::FileDescriptor(::eventfd(0, EFD_CLOEXEC));
}

Interrupt::~Interrupt() {
  const sigset_t set = interrupt_signals();
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

bool Interrupt::wait(int fd, std::optional<std::chrono::milliseconds> timeout, bool known) {
  pollfd entries[3] = {{fd, POLLIN, 0}, {signals_.get(), POLLIN, 0}, {known ? -1 : came_.get(), POLLIN, 0}};
  const int milliseconds = timeout ? static_cast<int>(std::min<std::int64_t>(timeout->count(), 1'000'000'000)) : -1;
  while (::poll(entries, 3, milliseconds) < 0 && errno == EINTR) {
  }
  signalfd_siginfo info{};
  if ((entries[1].revents & POLLIN) == 0 || ::read(signals_.get(), &info, sizeof info) < 0) return (entries[2].revents & POLLIN) != 0;
  if (seen_.exchange(true)) ::_exit(130);  // the user insists
  const std::uint64_t one = 1;
  (void)!::write(came_.get(), &one, sizeof one);
  return true;
}

bool RunLimits::wait(int fd, std::optional<std::chrono::milliseconds> left, bool known) const {
  if (interrupt != nullptr) return interrupt->wait(fd, left, known);
  (void)readable(fd, left ? static_cast<int>(left->count()) : -1);
  return false;
}

base::Status timed_out(std::chrono::milliseconds limit) {
  return {base::WBEM_E_TIMED_OUT,
          fmt::format("no answer within {} s; --timeout sets another limit", static_cast<double>(limit.count()) / 1000)};
}

base::Status status_of(const cim::SinkStatus& status) {
  if (base::succeeded(status.code) || status.error == nullptr) return {status.code};
  const auto description = status.error->get("Description");
  const std::string* text = description ? description->as_text() : nullptr;
  return {status.code, text != nullptr ? *text : std::string()};
}

base::Status run_operation(cim::Services& services, const RunLimits& limits, Handlers handlers,
                           const std::function<base::Status(cim::SinkPtr)>& start) {
  const auto sink = std::make_shared<HandlerSink>(std::move(handlers));
  TRY(start(sink));
  const auto deadline = limits.timeout ? std::optional(std::chrono::steady_clock::now() + *limits.timeout) : std::nullopt;
  std::optional<base::Status> instead;  // what the user did weighs more than the cancellation that follows from it
  while (true) {
    std::optional<std::chrono::milliseconds> left;
    if (deadline && !instead)
      left = std::max(std::chrono::ceil<std::chrono::milliseconds>(*deadline - std::chrono::steady_clock::now()),
                      std::chrono::milliseconds(0));
    if (limits.waiting) left = std::min(left.value_or(kTick), kTick);
    const bool interrupted = limits.wait(sink->done_fd(), left, instead.has_value());
    if (const auto final_status = sink->final_status()) return instead ? *instead : *final_status;
    if (limits.waiting) limits.waiting();
    if (instead) continue;
    if (interrupted) {
      instead = base::Status(base::WBEM_E_CALL_CANCELLED, "cancelled; what came before it is complete");
    } else if (deadline && std::chrono::steady_clock::now() >= *deadline) {
      instead = timed_out(*limits.timeout);
    } else {
      continue;
    }
    (void)services.CancelAsyncCall(sink);
  }
}

}  // namespace cli
