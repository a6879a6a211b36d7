#include "wmid/channel.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/bytes.h"

namespace wmid {
namespace {

constexpr std::size_t kReadSize = 64U << 10;

/// False when the peer is gone.
bool send_all(int socket, std::string_view octets) {
  while (!octets.empty()) {
    const ssize_t sent = ::send(socket, octets.data(), octets.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    octets.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace

void Channel::stop() {
  close();
  if (reader_.joinable()) reader_.join();
  if (writer_.joinable()) writer_.join();
}

void Channel::start(Events events) {
  events_ = std::move(events);
  writer_ = std::thread([this] { write(); });
  const Lock lock(mutex_);  // on_reader_thread() is asked for by what the reader calls
  reader_ = std::thread([this] {
    {
      const Lock started(mutex_);
    }
    read();
  });
}

bool Channel::send(std::string_view message) {
  const auto size = static_cast<std::uint32_t>(message.size());
  std::array<char, 4> head;
  std::memcpy(head.data(), &size, head.size());
  const Lock lock(mutex_);
  if (closed_) return false;
  std::size_t done = 0;
  if (queue_.empty() && !writing_) {
    std::array<iovec, 2> parts{{{head.data(), head.size()}, {const_cast<char*>(message.data()), message.size()}}};
    msghdr whole{};
    whole.msg_iov = parts.data();
    whole.msg_iovlen = parts.size();
    const ssize_t sent = ::sendmsg(socket_.get(), &whole, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) return close(lock), false;
    done = sent < 0 ? 0 : static_cast<std::size_t>(sent);
    if (done == head.size() + message.size()) return true;
  }
  std::string rest;
  if (done < head.size()) rest.assign(head.data() + done, head.size() - done);
  rest.append(message.substr(done < head.size() ? 0 : done - head.size()));
  queued_ += rest.size();
  if (queued_ > options_.max_queue) return close(lock), false;
  queue_.push_back(std::move(rest));
  changed_.notify_one();
  return true;
}

void Channel::write() {
  Lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return closed_ || !queue_.empty(); });
    if (closed_) return;
    const std::string octets = std::move(queue_.front());
    queue_.pop_front();
    writing_ = true;
    lock.unlock();
    const bool sent = send_all(socket_.get(), octets);
    lock.lock();
    writing_ = false;
    queued_ -= octets.size();
    if (!sent) return close(lock);
  }
}

void Channel::close() { close(Lock(mutex_)); }

void Channel::close(const Lock&) {
  closed_ = true;
  ::shutdown(socket_.get(), SHUT_RDWR);
  changed_.notify_all();
}

void Channel::read() {
  std::string buffer;
  while (read_some(buffer) && deliver(buffer)) {
  }
  close();
  if (events_.on_closed) events_.on_closed();
}

bool Channel::read_some(std::string& buffer) {
  const std::size_t had = buffer.size();
  buffer.resize(had + kReadSize);
  ssize_t got = 0;
  do {
    got = ::recv(socket_.get(), buffer.data() + had, kReadSize, 0);
  } while (got < 0 && errno == EINTR);
  buffer.resize(had + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  return got > 0;
}

/// What is whole.
bool Channel::deliver(std::string& buffer) {
  std::size_t at = 0;
  while (buffer.size() - at >= 4) {
    const std::size_t size = base::load_le<std::uint32_t>(buffer, at);
    if (size > options_.max_message) return false;
    if (buffer.size() - at - 4 < size) break;
    if (!events_.on_message(std::string_view(buffer).substr(at + 4, size))) return false;
    at += 4 + size;
  }
  buffer.erase(0, at);
  return true;
}

}  // namespace wmid
