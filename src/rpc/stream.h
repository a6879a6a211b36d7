// A socket (TCP or UNIX) with an engine behind it: reads into the engine, sends what the engine has made. Only for .cc files of this
// folder.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>

#include "base/files.h"
#include "rpc/network_core.h"

namespace rpc {

using Socket = boost::asio::generic::stream_protocol::socket;

/// Everything that touches the engine or the socket happens under mutex_, so any thread may send. Hooks are called as each says.
class Stream : public Closable, public std::enable_shared_from_this<Stream> {
 public:
  Stream(std::shared_ptr<NetworkCore> core, Socket socket);
  ~Stream() override;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  void close_for_shutdown() override { close_now("the program is ending"); }
  void close_now(const std::string& reason);

 protected:
  using Lock = std::unique_lock<std::mutex>;

  // Hooks under the mutex.
  virtual std::span<char> input_space() = 0;
  virtual std::string& engine_output() = 0;
  /// After the output is sent, the connection ends.
  virtual bool engine_closing() = 0;
  /// Whether a thread in read_while_wanted() has what it reads for. Only for streams that take_reading().
  virtual bool wanted(std::uint32_t) { return false; }

  // Hooks without the mutex.
  virtual void on_received(std::size_t count) = 0;
  /// Once, on a network thread; nothing is called afterwards.
  virtual void on_closed(const std::string& reason) = 0;

  /// Begins reading. The stream lives at least until on_closed().
  void start();
  /// Sends what the engine has, as far as the socket takes it, the rest later.
  void flush(const Lock& lock);
  /// The same where the engine calls back, which it does under the mutex.
  void flush_under_mutex();
  void close(const Lock& lock, const std::string& reason);
  /// Acknowledge at once what has arrived (the sender may wait for it under Nagle's algorithm).
  void quick_ack(const Lock& lock);

  /// Whether threads of callers read instead of the network's: a thread that waits for an answer is then woken by it, and no other is.
  bool taken(const Lock&) const { return taken_ >= 0; }
  /// Lets them. Nothing happens where the network's threads are busy with the stream, or were needed a moment ago. Unless a caller comes
  /// back to read every few milliseconds, the stream goes back by itself.
  void take_reading(const Lock& lock);
  /// Back to the network's threads.
  void give_reading(const Lock& lock);
  /// Reads on this thread as long as what() is wanted and nobody else reads; until `deadline`.
  void read_while_wanted(Lock& lock, std::uint32_t what, std::chrono::steady_clock::time_point deadline);

  std::size_t unsent(const Lock& lock);
  bool closed(const Lock&) const { return closed_; }
  /// Rises whenever the peer took octets.
  std::size_t progress(const Lock&) const { return progress_; }
  bool sending(const Lock&) const { return writing_; }
  bool lingering(const Lock&) const { return lingering_; }

  std::mutex mutex_;
  std::shared_ptr<NetworkCore> core_;  // before the socket, which needs it to its end
  Socket socket_;

 private:
  // stream_taken.cc
  void read_taken(Lock& lock);
  void wait_for_octets(Lock& lock, std::chrono::steady_clock::time_point deadline);
  void return_socket();
  void wake_reader();
  void watch_taken();
  void check_taken();

  std::size_t write_now(boost::system::error_code& error);
  void read(const Lock&) { read_under_mutex(); }
  void read_under_mutex();
  void read_done(const boost::system::error_code& error, std::size_t count);
  void write_rest();
  void write_done(const boost::system::error_code& error, std::size_t count);
  void end_of_output();
  void close_under_mutex(const std::string& reason);

  std::string sending_;
  std::size_t sent_ = 0;
  std::size_t progress_ = 0;
  bool reading_ = false;
  bool delivering_ = false;  // on a network thread
  bool writing_ = false;
  bool lingering_ = false;
  bool closed_ = false;
  char discarded_[256];

  int taken_ = -1;              // the descriptor while callers read; socket_ is without one then
  base::FileDescriptor waker_;  // an eventfd that wakes the reading caller; made when first needed
  bool caller_reads_ = false;
  bool taken_watched_ = false;
  bool taken_used_ = false;
  std::condition_variable read_over_;
  std::chrono::steady_clock::time_point leave_until_;  // until then callers let the network's threads read
  boost::asio::steady_timer taken_timer_;
};

/// What a generic endpoint of TCP holds.
boost::asio::ip::tcp::endpoint tcp_endpoint(const boost::asio::generic::stream_protocol::endpoint& endpoint);

/// "192.0.2.1" or "2001:db8::1" (IPv4 within IPv6 as IPv4).
std::string address_text(const boost::asio::ip::address& address);

}  // namespace rpc
