#include "wmid/systemd.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>
#include <time.h>

#include <cstdlib>
#include <string_view>

namespace wmid {
namespace {

struct Address {
  int family = AF_UNSPEC;
  std::string host;
  std::uint16_t port = 0;
};

Address read_address(int socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  Address out;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return out;
  out.family = storage.ss_family;
  char text[INET6_ADDRSTRLEN] = {};
  if (out.family == AF_INET) {
    const auto& in = reinterpret_cast<const sockaddr_in&>(storage);
    out.host = ::inet_ntop(AF_INET, &in.sin_addr, text, sizeof text);
    out.port = ntohs(in.sin_port);
  } else if (out.family == AF_INET6) {
    const auto& in = reinterpret_cast<const sockaddr_in6&>(storage);
    out.host = fmt::format("[{}]", ::inet_ntop(AF_INET6, &in.sin6_addr, text, sizeof text));
    out.port = ntohs(in.sin6_port);
  }
  return out;
}

}  // namespace

std::string address_of(int socket) {
  const Address address = read_address(socket);
  return fmt::format("{}:{}", address.host, address.port);
}

base::Result<HandedSockets> take_handed_sockets(std::uint16_t endpoint_port) {
  char** names = nullptr;
  const int count = ::sd_listen_fds_with_names(1, &names);
  HandedSockets out;
  base::Status wrong;
  for (int i = 0; i < count; ++i) {
    const std::string_view name = names ? names[i] : "";
    base::FileDescriptor socket(SD_LISTEN_FDS_START + i);
    const Address address = read_address(socket.get());
    const bool tcp = address.family == AF_INET || address.family == AF_INET6;
    if (::sd_is_socket(socket.get(), AF_UNSPEC, SOCK_STREAM, 1) <= 0 || (!tcp && address.family != AF_UNIX) || (name == "local" && tcp) ||
        ((name == "endpoint" || name == "object") && !tcp)) {
      wrong = {base::WBEM_E_INVALID_PARAMETER, fmt::format("the socket '{}' that was handed over is not what it is called", name)};
    } else if (!tcp) {
      out.local.push_back(std::move(socket));
    } else if (name == "endpoint" || (name != "object" && address.port == endpoint_port)) {
      out.endpoint.push_back(std::move(socket));
    } else {
      out.object.push_back(std::move(socket));
    }
  }
  for (int i = 0; names && i < count; ++i) std::free(names[i]);
  std::free(names);
  if (!wrong.ok()) return base::fail(wrong);
  return out;
}

void notify_ready(const std::string& status) { ::sd_notify(0, fmt::format("READY=1\nSTATUS={}", status).c_str()); }

void notify_reloading() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  ::sd_notify(0, fmt::format("RELOADING=1\nMONOTONIC_USEC={}", now.tv_sec * 1'000'000 + now.tv_nsec / 1000).c_str());
}

void notify_stopping() { ::sd_notify(0, "STOPPING=1"); }

}  // namespace wmid
