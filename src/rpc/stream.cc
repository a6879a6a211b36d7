#include "rpc/stream.h"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <cstring>

namespace rpc {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t kMuchUnsent = 1 << 20;  // then nothing more is read: a peer that does not take answers gets no more questions in
constexpr std::size_t kKeptCapacity = 16 << 10;

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

Stream::Stream(std::shared_ptr<NetworkCore> core, Socket socket) : core_(std::move(core)), socket_(std::move(socket)) {
  error_code ignored;  // of options that UNIX sockets do not have
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.set_option(asio::socket_base::keep_alive(true), ignored);
  socket_.non_blocking(true, ignored);
}

void Stream::start() {
  if (!core_->enlist(shared_from_this())) return close_now("the program is ending");
  const Lock lock(mutex_);
  flush(lock);
  read(lock);
}

void Stream::read(const Lock& lock) {
  if (closed_ || reading_ || (!lingering_ && unsent(lock) > kMuchUnsent)) return;
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
    if (error) return close(lock, error == asio::error::eof ? "the peer closed the connection" : error.message());
    deliver = !lingering_;
  }
  // reading_ stays set meanwhile: the octets lie where the next ones would go.
  if (deliver) on_received(count);
  const Lock lock(mutex_);
  reading_ = false;
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
    const std::size_t count = socket_.write_some(asio::buffer(sending_.data() + sent_, sending_.size() - sent_), error);
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

void Stream::write_rest() {
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
  error_code ignored;
  socket_.shutdown(asio::socket_base::shutdown_send, ignored);
}

void Stream::close(const Lock&, const std::string& reason) { close_under_mutex(reason); }

void Stream::close_under_mutex(const std::string& reason) {
  if (std::exchange(closed_, true)) return;
  error_code ignored;
  socket_.close(ignored);
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
