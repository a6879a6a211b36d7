// Inside of Server. Only for .cc files of this folder.
#pragma once

#include <atomic>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "rpc/local_socket.h"
#include "rpc/server.h"
#include "rpc/stream.h"

namespace rpc {

class ServerStream;

/// Listeners and the list of connections.
class ServerCore final : public Closable, public std::enable_shared_from_this<ServerCore> {
 public:
  ServerCore(std::shared_ptr<NetworkCore> network, ServerOptions options);

  base::Result<std::uint16_t> listen(const std::string& address, std::uint16_t port);
  base::Status listen_local(const std::string& path, mode_t mode);
  base::Result<std::uint16_t> listen_on(int descriptor);
  void start_timer();
  void shutdown(std::chrono::milliseconds grace);
  void check_time();
  Server::Figures figures() const;
  void close_for_shutdown() override;

  const ServerOptions& options() const { return options_; }  // but for its bounds
  ServerOptions bounds() const;
  void set_bounds(const ServerOptions& bounds);
  const base::Clock& clock() const { return *options_.clock; }
  const ServerParts& parts() const { return parts_; }
  InterfaceTable& interfaces() { return interfaces_; }
  AssociationTable& associations() { return associations_; }
  bool draining() const { return draining_; }
  void warn(std::string_view message) const;

  // Called by connections. While one is between enter() and leave(), the server does not end.
  void enter() { ++active_; }
  void leave();
  void authenticated(const std::string& peer);
  void ended(const std::shared_ptr<ServerStream>& stream, const std::string& peer, bool was_authenticated, std::size_t contexts);

 private:
  using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::generic::stream_protocol>;
  struct Listener {
    explicit Listener(boost::asio::io_context& context) : acceptor(context), pause(context) {}
    Acceptor acceptor;
    boost::asio::steady_timer pause;
  };
  struct PeerCount {
    std::size_t all = 0;
    std::size_t unauthenticated = 0;
    std::size_t contexts = 0;
  };

  base::Result<std::uint16_t> add(std::shared_ptr<Listener> listener);
  void accept(const std::shared_ptr<Listener>& listener);
  base::Result<std::unique_ptr<security::Context>> make_context(security::Provider provider, const std::string& peer);
  void accepted(Socket socket);
  void accepted_tcp(Socket socket);
  void accepted_local(Socket socket);
  void begin_local(Socket socket, ConnectionEnds ends);
  void begin(Socket socket, ConnectionEnds ends, std::shared_ptr<const security::Peer> local_peer);
  bool admit(const std::string& peer, bool authenticated);
  void forget(const std::string& peer, bool was_authenticated, std::size_t contexts = 0);
  void close_unread(const std::vector<std::shared_ptr<ServerStream>>& streams, std::size_t most);
  std::vector<std::shared_ptr<ServerStream>> streams() const;
  void stop_listening();

  const std::shared_ptr<NetworkCore> network_;
  ServerOptions options_;
  const base::SystemClock system_clock_;
  InterfaceTable interfaces_;
  AssociationTable associations_;
  ServerBudget budget_;
  ServerParts parts_;
  std::atomic<bool> draining_{false};
  std::atomic<std::size_t> active_{0};

  mutable std::mutex mutex_;
  std::condition_variable all_ended_;
  boost::asio::steady_timer timer_;
  std::vector<std::shared_ptr<Listener>> listeners_;
  std::vector<std::unique_ptr<LocalListener>> local_listeners_;
  std::set<std::shared_ptr<ServerStream>> streams_;
  std::map<std::string, PeerCount> peers_;
  std::size_t unauthenticated_ = 0;
  ServerOptions bounds_;
};

/// One connection of a server.
class ServerStream final : public Stream, public CallSink {
 public:
  ServerStream(std::shared_ptr<ServerCore> server, std::shared_ptr<NetworkCore> network, Socket socket, ConnectionEnds ends,
               std::shared_ptr<const security::Peer> local_peer);

  void begin() { start(); }
  void respond(std::uint64_t serial, std::string_view stub) override;
  void fault(std::uint64_t serial, std::uint32_t status, bool executed) override;

  /// Ends it when it took too long.
  void check_time(std::chrono::steady_clock::time_point now, const ServerOptions& bounds);
  /// Ends it when no call is under way.
  void close_when_idle();
  std::size_t unsent_octets();
  /// Ends it because of what it leaves untaken.
  void close_unread();

 private:
  std::span<char> input_space() override { return engine_.input_space(); }
  std::string& engine_output() override { return engine_.output(); }
  bool engine_closing() override { return engine_.closing(); }
  void on_received(std::size_t count) override;
  void on_closed(const std::string& reason) override;

  std::string name() const;
  void after_answer(const Lock& lock);
  void cancel(std::uint64_t serial);
  const char* overdue(const Lock& lock, std::chrono::steady_clock::time_point now, const ServerOptions& bounds);

  const std::shared_ptr<ServerCore> server_;
  const std::shared_ptr<const ConnectionEnds> ends_;
  const std::size_t max_unsent_;
  ServerConnection engine_;
  std::unordered_map<std::uint64_t, std::weak_ptr<Call>> calls_;  // under mutex_
  bool counted_authenticated_ = false;
  bool reported_ = false;

  // Times by the server's clock, under mutex_.
  std::chrono::steady_clock::time_point began_;
  std::chrono::steady_clock::time_point partial_since_;
  std::chrono::steady_clock::time_point progress_at_;
  std::chrono::steady_clock::time_point lingering_since_;
  std::size_t last_progress_ = 0;
  std::size_t last_pdus_ = 0;
  bool was_partial_ = false;
  bool was_sending_ = false;
  bool was_lingering_ = false;
};

}  // namespace rpc
