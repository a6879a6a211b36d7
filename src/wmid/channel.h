// Messages over a stream socket between the processes of the daemon.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "base/files.h"

namespace wmid {

/// One end. A message is a length (u32, little-endian) and so many octets. send() is thread-safe and never waits.
class Channel {
 public:
  /// In brackets the attack by a peer that was taken over.
  struct Options {
    std::size_t max_message = 1U << 20;  // [one message that fills memory]
    std::size_t max_queue = 256U << 20;  // octets not taken by the peer: then the channel ends [answers that are never read]
  };
  /// Both are called on the reader thread. `on_message` returns false for what breaks the protocol: the channel ends. `on_closed` is called
  /// once, behind the last message.
  struct Events {
    std::function<bool(std::string_view message)> on_message;
    std::function<void()> on_closed;
  };
  Channel(base::FileDescriptor socket, Options options) : socket_(std::move(socket)), options_(options) {}
  /// stop().
  ~Channel() { stop(); }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  /// Once.
  void start(Events events);
  /// False when the channel has ended; that it was taken says nothing about its arrival.
  bool send(std::string_view message);
  void close();
  /// close(), and waits for both threads: not on the reader's. From one thread at a time.
  void stop();
  bool on_reader_thread() const { return std::this_thread::get_id() == reader_.get_id(); }

 private:
  using Lock = std::unique_lock<std::mutex>;
  void read();
  bool read_some(std::string& buffer);
  bool deliver(std::string& buffer);
  void write();
  void close(const Lock& lock);

  const base::FileDescriptor socket_;
  const Options options_;
  Events events_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> queue_;  // what the socket did not take at once
  std::size_t queued_ = 0;
  bool writing_ = false;
  bool closed_ = false;
  std::thread reader_;
  std::thread writer_;
};

}  // namespace wmid
