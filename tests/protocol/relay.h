// Stands between a client and a server on loopback and does to their octets what networks do: small pieces, a cut, silence.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <list>
#include <mutex>
#include <thread>

namespace protocol {

class Relay {
 public:
  static constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max();
  /// What befalls the octets of all connections since trouble() was called.
  struct Trouble {
    std::size_t chunk = 16384;        // octets that pass at a time
    std::size_t cut_up = kNever;      // towards the server: octets until every connection ends, and each new one at once
    std::size_t cut_down = kNever;    // towards the client
    std::size_t stall_down = kNever;  // until nothing more passes towards the client, but all stays open
  };

  Relay();
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  /// Where clients connect.
  std::uint16_t port() const { return port_; }
  /// Where the server listens; before the first client.
  void lead_to(std::uint16_t port) { server_ = port; }
  /// Ends what is open and begins to count anew.
  void trouble(Trouble trouble);
  std::size_t up() const { return up_; }
  std::size_t down() const { return down_; }

 private:
  struct Pair {
    int client = -1;
    int server = -1;
    Trouble trouble;
    std::atomic<bool> over{false};
    std::thread thread;
  };
  void accept();
  void carry(Pair& pair);
  /// False when the connection is over.
  bool pass(int from, int to, std::atomic<std::size_t>& passed, std::size_t most);
  void end_pairs();

  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<std::uint16_t> server_{0};
  std::atomic<std::size_t> up_{0};
  std::atomic<std::size_t> down_{0};
  std::atomic<bool> cut_{false};
  std::atomic<bool> ends_{false};
  Trouble trouble_;
  std::mutex mutex_;
  std::list<Pair> pairs_;
  std::thread thread_;
};

}  // namespace protocol
