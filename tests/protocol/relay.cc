#include "relay.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace protocol {
namespace {

constexpr int kLook = 2;  // milliseconds between looks at what other connections have met

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(port);
  out.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return out;
}

int connect_to(std::uint16_t port) {
  const int out = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  if (::connect(out, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return out;
  ::close(out);
  return -1;
}

void send_at_once(int socket) {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

Relay::Relay() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 64) != 0) std::abort();
  if (::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) std::abort();
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { accept(); });
}

Relay::~Relay() {
  ends_ = true;
  thread_.join();
  end_pairs();
  ::close(listener_);
}

void Relay::trouble(Trouble trouble) {
  end_pairs();
  const std::scoped_lock lock(mutex_);
  trouble_ = trouble;
  up_ = down_ = 0;
  cut_ = false;
}

void Relay::end_pairs() {
  std::list<Pair> old;
  {
    const std::scoped_lock lock(mutex_);
    old.swap(pairs_);
  }
  for (Pair& pair : old) pair.over = true;
  for (Pair& pair : old) pair.thread.join();
}

void Relay::accept() {
  while (!ends_) {
    pollfd waiting{listener_, POLLIN, 0};
    if (::poll(&waiting, 1, kLook) <= 0) continue;
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    const int server = cut_ ? -1 : connect_to(server_);
    if (server < 0) {
      ::close(client);
      continue;
    }
    send_at_once(client);
    send_at_once(server);
    const std::scoped_lock lock(mutex_);
    Pair& pair = pairs_.emplace_back();
    pair.client = client;
    pair.server = server;
    pair.trouble = trouble_;
    pair.thread = std::thread([this, &pair] { carry(pair); });
  }
}

void Relay::carry(Pair& pair) {
  const Trouble& trouble = pair.trouble;
  bool open = true;
  while (open && !pair.over && !cut_) {
    const bool silent = down_ >= trouble.stall_down;
    pollfd waiting[2] = {{pair.client, POLLIN, 0}, {silent ? -1 : pair.server, POLLIN, 0}};
    if (::poll(waiting, 2, kLook) < 0) break;
    const auto most = [&](std::size_t until, std::size_t passed) { return std::min(trouble.chunk, until - std::min(until, passed)); };
    if (waiting[0].revents != 0) open = pass(pair.client, pair.server, up_, most(trouble.cut_up, up_));
    if (waiting[1].revents != 0) {
      open = open && pass(pair.server, pair.client, down_, most(std::min(trouble.cut_down, trouble.stall_down), down_));
    }
    if (up_ >= trouble.cut_up || down_ >= trouble.cut_down) cut_ = true;
  }
  ::close(pair.client);
  ::close(pair.server);
}

bool Relay::pass(int from, int to, std::atomic<std::size_t>& passed, std::size_t most) {
  if (most == 0) return true;
  std::vector<char> octets(most);
  const ssize_t count = ::recv(from, octets.data(), octets.size(), 0);
  if (count <= 0 || ::send(to, octets.data(), static_cast<std::size_t>(count), MSG_NOSIGNAL) != count) return false;
  passed += static_cast<std::size_t>(count);
  return true;
}

}  // namespace protocol
