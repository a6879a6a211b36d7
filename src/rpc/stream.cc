#include "rpc/stream.h"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

namespace rpc {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t kMuchUnsent = 1 << 20;  // then nothing more is read: a peer that does not take answers gets no more questions in
constexpr std::size_t kKeptCapacity = 16 << 10;

// A peer that vanished without a word is noticed about when its pings have stopped too (MS-DCOM 3.1.2.6), not after the system's two hours.
constexpr int kSilenceSeconds = 300;
constexpr int kProbeSeconds = 30;
constexpr int kProbes = 4;

void probe_silent_peers(int socket) {
  const std::pair<int, int> options[] = {{TCP_KEEPIDLE, kSilenceSeconds}, {TCP_KEEPINTVL, kProbeSeconds}, {TCP_KEEPCNT, kProbes}};
  // Fails on UNIX sockets, whose ends are always noticed.
  for (const auto& [name, value] : options) ::setsockopt(socket, IPPROTO_TCP, name, &value, sizeof value);
}

}  // namespace

std::string address_text(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

asio::ip::tcp::endpoint tcp_endpoint(const asio::generic::stream_protocol::endpoint& endpoint) {
  asio::ip::tcp::endpoint out;
  const std::size_t size = std::min(endpoint.size(), out.capacity());
  std::memcpy(out.data(), endpoint.data(), size);
  out.resize(size);
  return out;
}

Stream::Stream(std::shared_ptr<NetworkCore> core, Socket socket)
    : core_(std::move(core)), socket_(std::move(socket)), taken_timer_(socket_.get_executor()) {
  error_code ignored;  // of options that UNIX sockets do not have
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.set_option(asio::socket_base::keep_alive(true), ignored);
  probe_silent_peers(socket_.native_handle());
  socket_.non_blocking(true, ignored);
}

void Stream::start() {
  if (!core_->enlist(shared_from_this())) return close_now("the program is ending");
  const Lock lock(mutex_);
  flush(lock);
  read(lock);
}

Stream::~Stream() {
  if (taken_ >= 0) ::close(taken_);
}

void Stream::read_under_mutex() {
  const std::size_t unsent = sending_.size() - sent_ + engine_output().size();
  if (closed_ || reading_ || taken_ >= 0 || (!lingering_ && unsent > kMuchUnsent)) return;
  reading_ = true;
  const std::span<char> space = lingering_ ? std::span<char>(discarded_) : input_space();
  socket_.async_read_some(asio::buffer(space.data(), space.size()),
                          [self = shared_from_this()](const error_code& error, std::size_t count) { self->read_done(error, count); });
}

void Stream::read_done(const error_code& error, std::size_t count) {
  bool deliver = false;
  {
    const Lock lock(mutex_);
    if (closed_) return;
    if (error == asio::error::operation_aborted) {  // a caller has taken the reading, and may have given it back by now
      reading_ = false;
      read_over_.notify_all();
      return read(lock);
    }
    if (error) return close(lock, error == asio::error::eof ? "the peer closed the connection" : error.message());
    deliver = delivering_ = !lingering_;
  }
  // reading_ stays set meanwhile: the octets lie where the next ones would go.
  if (deliver) on_received(count);
  const Lock lock(mutex_);
  reading_ = delivering_ = false;
  if (taken_ >= 0) read_over_.notify_all();
  flush(lock);
  read(lock);
}

std::size_t Stream::unsent(const Lock&) { return sending_.size() - sent_ + engine_output().size(); }

void Stream::flush(const Lock&) { flush_under_mutex(); }

void Stream::flush_under_mutex() {
  while (!closed_ && !writing_) {
    if (sending_.empty()) {
      if (engine_output().empty()) break;
      sending_.swap(engine_output());
      sent_ = 0;
    }
    error_code error;
    const std::size_t count = write_now(error);
    if (error == asio::error::would_block || error == asio::error::try_again) return write_rest();
    if (error) return close_under_mutex(error.message());
    progress_ += count;
    sent_ += count;
    if (sent_ < sending_.size()) continue;
    if (sending_.capacity() > kKeptCapacity) sending_ = std::string();
    sending_.clear();
    sent_ = 0;
  }
  if (!closed_ && !writing_ && engine_closing()) end_of_output();
}

std::size_t Stream::write_now(error_code& error) {
  if (taken_ < 0) return socket_.write_some(asio::buffer(sending_.data() + sent_, sending_.size() - sent_), error);
  const ssize_t count = ::send(taken_, sending_.data() + sent_, sending_.size() - sent_, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (count < 0) error = {errno, boost::system::system_category()};
  return count < 0 ? 0 : static_cast<std::size_t>(count);
}

void Stream::write_rest() {
  if (taken_ >= 0) return_socket();
  if (closed_) return;
  writing_ = true;
  socket_.async_write_some(asio::buffer(sending_.data() + sent_, sending_.size() - sent_),
                           [self = shared_from_this()](const error_code& error, std::size_t count) { self->write_done(error, count); });
}

void Stream::write_done(const error_code& error, std::size_t count) {
  const Lock lock(mutex_);
  if (closed_) return;
  writing_ = false;
  if (error) return close(lock, error.message());
  progress_ += count;
  sent_ += count;
  if (sent_ == sending_.size()) {
    sending_.clear();
    sent_ = 0;
  }
  flush(lock);
  read(lock);
}

void Stream::end_of_output() {
  // Closing a socket with unread octets resets the connection, and the peer may never see our last PDU: so we end our direction, and read
  // on until the peer ends its own (the owner bounds how long).
  if (std::exchange(lingering_, true)) return;
  if (taken_ >= 0) return_socket();
  error_code ignored;
  socket_.shutdown(asio::socket_base::shutdown_send, ignored);
}

void Stream::close(const Lock&, const std::string& reason) { close_under_mutex(reason); }

void Stream::close_under_mutex(const std::string& reason) {
  if (std::exchange(closed_, true)) return;
  error_code ignored;
  socket_.close(ignored);
  if (taken_ >= 0) ::close(std::exchange(taken_, -1));
  taken_timer_.cancel();
  wake_reader();
  core_->post([self = shared_from_this(), reason] { self->on_closed(reason); });
}

void Stream::close_now(const std::string& reason) {
  const Lock lock(mutex_);
  close(lock, reason);
}

void Stream::quick_ack(const Lock&) {
  if (closed_) return;
  const int on = 1;
  ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

}  // namespace rpc
