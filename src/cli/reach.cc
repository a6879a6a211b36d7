#include "cli/reach.h"

#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include <fmt/format.h>

#include "base/files.h"

namespace cli {
namespace {

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

/// Null with the reason in `failure`.
Addresses resolve(const std::string& name, std::uint16_t port, int flags, std::string& failure) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(name.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0) failure = error == EAI_SYSTEM ? std::strerror(errno) : ::gai_strerror(error);
  return {error == 0 ? found : nullptr, &::freeaddrinfo};
}

std::string text_of(const addrinfo& entry) {
  char text[NI_MAXHOST] = {};
  return ::getnameinfo(entry.ai_addr, entry.ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST) == 0 ? text : "";
}

/// The errno of a connection attempt; 0 for success.
int connect_error(const addrinfo& entry, std::chrono::milliseconds timeout) {
  const base::FileDescriptor made(::socket(entry.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!made.valid()) return errno;
  if (::connect(made.get(), entry.ai_addr, entry.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  pollfd writable{made.get(), POLLOUT, 0};
  const int ready = ::poll(&writable, 1, static_cast<int>(std::min<std::int64_t>(timeout.count(), 1'000'000'000)));
  if (ready <= 0) return ready == 0 ? ETIMEDOUT : errno;
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(made.get(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

Reach reach_of(int error) {
  switch (error) {
    case 0: return Reach::kOpen;
    case ECONNREFUSED:
    case ECONNRESET: return Reach::kRefused;
    case ETIMEDOUT: return Reach::kSilent;
    default: return Reach::kUnreachable;
  }
}

}  // namespace

base::Result<std::vector<std::string>> look_up(const std::string& name) {
  std::string failure;
  const Addresses found = resolve(name, 0, 0, failure);
  std::vector<std::string> out;
  for (const addrinfo* entry = found.get(); entry != nullptr; entry = entry->ai_next) {
    std::string address = text_of(*entry);
    if (!address.empty() && std::ranges::find(out, address) == out.end()) out.push_back(std::move(address));
  }
  if (out.empty()) return base::fail(base::WBEM_E_NOT_FOUND, fmt::format("{} has no address: {}", name, failure));
  return out;
}

Probe probe(const std::vector<std::string>& addresses, std::uint16_t port, std::chrono::milliseconds timeout) {
  Probe out;
  out.reason = "no address";
  for (const std::string& address : addresses) {
    std::string failure;
    const Addresses found = resolve(address, port, AI_NUMERICHOST, failure);
    if (!found) continue;
    const int error = connect_error(*found, timeout / static_cast<std::int64_t>(addresses.size()));
    out = {reach_of(error), address, error == 0 ? "" : std::strerror(error)};
    if (error == 0) return out;
  }
  return out;
}

}  // namespace cli
