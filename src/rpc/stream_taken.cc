// Reading by the thread that waits for the answer. In between nobody else is woken: neither a network thread that hands the answer on, nor
// the waiting thread by that one.
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "rpc/stream.h"

namespace rpc {
namespace {

using boost::system::error_code;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kTakenPeriod{10};   // without a reader for so long, to twice that, the stream goes back
constexpr std::chrono::milliseconds kLeavePeriod{100};  // moving it to and fro costs more than it gains

}  // namespace

void Stream::take_reading(const Lock&) {
  if (taken_ >= 0) {
    taken_used_ = true;
    return;
  }
  if (closed_ || writing_ || lingering_ || !reading_ || delivering_ || Clock::now() < leave_until_) return;
  if (waker_.get() < 0) waker_ = base::FileDescriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (waker_.get() < 0) return;
  error_code error;
  const int descriptor = socket_.release(error);
  if (error) return;
  taken_ = descriptor;
  taken_used_ = true;
  watch_taken();
}

void Stream::give_reading(const Lock&) {
  if (taken_ < 0) return;
  leave_until_ = Clock::now() + kLeavePeriod;
  return_socket();
}

void Stream::return_socket() {
  error_code error;
  const int descriptor = std::exchange(taken_, -1);
  sockaddr_storage name{};
  socklen_t length = sizeof name;
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&name), &length) != 0) name.ss_family = AF_INET;
  const int protocol = name.ss_family == AF_UNIX ? 0 : static_cast<int>(IPPROTO_TCP);
  socket_.assign({name.ss_family, protocol}, descriptor, error);
  if (error) {
    ::close(descriptor);
    return close_under_mutex(error.message());
  }
  socket_.non_blocking(true, error);
  wake_reader();
  read_under_mutex();
}

void Stream::wake_reader() {
  if (!caller_reads_) return;
  read_over_.notify_all();
  const std::uint64_t one = 1;
  if (::write(waker_.get(), &one, sizeof one) < 0) return;  // it has been woken already
}

void Stream::read_while_wanted(Lock& lock, std::uint32_t what, Clock::time_point deadline) {
  if (caller_reads_) return;
  caller_reads_ = true;
  while (!closed_ && taken_ >= 0 && wanted(what)) {
    if (reading_) {
      // A network thread had begun: it ends at once, or delivers what came.
      read_over_.wait(lock);
    } else {
      wait_for_octets(lock, deadline);
      if (!closed_ && taken_ >= 0 && !reading_) read_taken(lock);
    }
  }
  caller_reads_ = false;
}

void Stream::wait_for_octets(Lock& lock, Clock::time_point deadline) {
  pollfd ends[] = {{taken_, POLLIN, 0}, {waker_.get(), POLLIN, 0}};
  lock.unlock();
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
  ::poll(ends, 2, static_cast<int>(std::clamp<std::int64_t>(left, 1, 60'000)));
  std::uint64_t woken = 0;
  if (ends[1].revents != 0 && ::read(ends[1].fd, &woken, sizeof woken) < 0) woken = 0;
  lock.lock();
}

void Stream::read_taken(Lock& lock) {
  const std::span<char> space = input_space();
  const ssize_t count = ::recv(taken_, space.data(), space.size(), MSG_DONTWAIT);
  if (count == 0) return close(lock, "the peer closed the connection");
  if (count < 0) {
    if (errno != EAGAIN && errno != EINTR) close(lock, std::strerror(errno));
    return;
  }
  reading_ = true;  // the octets lie where the next ones would go
  lock.unlock();
  on_received(static_cast<std::size_t>(count));
  lock.lock();
  reading_ = false;
  taken_used_ = true;
  flush(lock);
  read(lock);
}

void Stream::watch_taken() {
  if (std::exchange(taken_watched_, true)) return;
  taken_timer_.expires_after(kTakenPeriod);
  taken_timer_.async_wait([weak = weak_from_this()](const error_code&) {
    if (const auto self = weak.lock()) self->check_taken();
  });
}

void Stream::check_taken() {
  const Lock lock(mutex_);
  taken_watched_ = false;
  if (closed_ || taken_ < 0) return;
  if (caller_reads_ || std::exchange(taken_used_, false)) return watch_taken();
  return_socket();
}

}  // namespace rpc
