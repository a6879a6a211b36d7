// Inside of Client. Only for .cc files of this folder.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <map>
#include <unordered_map>

#include "rpc/client.h"
#include "rpc/stream.h"

namespace rpc {

/// The connection itself; callers hold a handle whose end closes it.
class ClientStream final : public Stream {
 public:
  ClientStream(std::shared_ptr<NetworkCore> core, Socket socket, const Client::Options& options, ConnectionEnds ends);

  void begin() { start(); }
  void bind(std::vector<SyntaxId> interfaces, std::optional<Client::Login> login, std::chrono::milliseconds timeout,
            std::function<void(Client::Bound)> done);
  std::uint32_t call(const OutgoingCall& what, std::string stub, std::chrono::milliseconds timeout, std::function<void(Reply)> done);
  void read_until(std::uint32_t call_id);
  void cancel(std::uint32_t call_id);
  void end(base::Status status);
  void watch_end(std::function<void(base::Status)> action);

  bool accepts(const SyntaxId& interface);
  bool open();
  std::uint32_t association();
  const ConnectionEnds& ends() const { return ends_; }
  std::shared_ptr<const security::Peer> peer(std::uint32_t auth);

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Waiting {
    std::function<void(Reply)> done;
    Time deadline;
  };
  struct Binding {
    std::function<void(Client::Bound)> done;
    Time deadline;
  };

  std::span<char> input_space() override { return engine_.input_space(); }
  std::string& engine_output() override { return engine_.output(); }
  bool engine_closing() override { return engine_.closed(); }
  bool wanted(std::uint32_t call_id) override { return calls_.contains(call_id); }
  void on_received(std::size_t count) override;
  void on_closed(const std::string& reason) override;

  void exchange(std::vector<SyntaxId> interfaces, base::Result<std::optional<ClientAuth>> auth, Time deadline,
                std::function<void(Client::Bound)> done);
  void deliver(ClientConnection::Events events);
  void report_end();
  void arm(const Lock& lock, Time deadline);
  void on_timer();

  const ConnectionEnds ends_;
  ClientConnection engine_;  // all that follows: under mutex_
  std::unordered_map<std::uint32_t, Waiting> calls_;
  std::map<std::uint64_t, Binding> bindings_;
  std::vector<std::function<void(base::Status)>> end_watchers_;  // and calls that came too late, which hear of it after those before them
  bool end_reported_ = false;
  boost::asio::steady_timer timer_;
  Time armed_ = Time::max();
};

}  // namespace rpc
