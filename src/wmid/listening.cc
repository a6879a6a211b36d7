#include "wmid/listening.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "rpc/codes.h"

namespace wmid {
namespace {

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

std::optional<Address> parse(const std::string& text, std::uint16_t port) {
  Address out;
  auto& v4 = reinterpret_cast<sockaddr_in&>(out.storage);
  auto& v6 = reinterpret_cast<sockaddr_in6&>(out.storage);
  if (::inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    out.size = sizeof v4;
    return out;
  }
  if (::inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) != 1) return std::nullopt;
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  out.size = sizeof v6;
  return out;
}

base::Result<base::FileDescriptor> listen_on(const std::string& text, std::uint16_t port) {
  const auto refused = [&](const std::string& why) {
    return base::fail(rpc::RPC_S_SERVER_UNAVAILABLE, fmt::format("cannot listen on {} port {}: {}", text, port, why));
  };
  const auto address = parse(text, port);
  if (!address) return refused("this is no IP address");
  const int family = address->storage.ss_family;
  const int yes = 1;
  base::FileDescriptor socket(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (socket.get() >= 0 && ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
      (family == AF_INET || ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes) == 0) &&
      ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address->storage), address->size) == 0 &&
      ::listen(socket.get(), SOMAXCONN) == 0) {
    return socket;
  }
  return refused(std::generic_category().message(errno));
}

/// The same port on all addresses; 0: one that the first finds.
base::Result<std::vector<base::FileDescriptor>> listen_on_all(const Config& config, std::uint16_t port, base::Log& log) {
  std::vector<base::FileDescriptor> out;
  for (const std::string& where : config.listen) {
    auto socket = listen_on(where, port);
    if (socket) {
      port = port_of(socket->get());
      out.push_back(std::move(*socket));
      continue;
    }
    // Machines without IPv6 are no mistake, unless somebody asked for it.
    if (config.listen_given || out.empty()) return std::unexpected(socket.error());
    log.info(socket.error().text());
  }
  return out;
}

}  // namespace

std::uint16_t port_of(int socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return 0;
  return ntohs(storage.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(storage).sin6_port
                                             : reinterpret_cast<const sockaddr_in&>(storage).sin_port);
}

base::Result<HandedSockets> listen_where_missing(const Config& config, HandedSockets handed, base::Log& log) {
  if (handed.endpoint.empty()) {
    auto sockets = listen_on_all(config, config.endpoint_port, log);
    if (!sockets) {
      const bool low = config.endpoint_port < 1024 && ::geteuid() != 0;
      return base::fail(sockets.error().code(),
                        sockets.error().text() + (low ? "; without root's rights choose another --endpoint-port" : ""));
    }
    handed.endpoint = std::move(*sockets);
  }
  if (handed.object.empty() && config.object_port != config.endpoint_port) {
    TRY_ASSIGN(handed.object, listen_on_all(config, config.object_port, log));
  }
  return handed;
}

}  // namespace wmid
