// What a service manager hands over and wants to know (sd_notify, sd_listen_fds).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/status.h"

namespace wmid {

/// Listening sockets that were handed over. What their unit calls them (FileDescriptorName=endpoint, object or local) decides; else a UNIX
/// socket is local, TCP at `endpoint_port` the endpoint, other TCP object.
struct HandedSockets {
  std::vector<base::FileDescriptor> endpoint;
  std::vector<base::FileDescriptor> object;
  std::vector<base::FileDescriptor> local;
};

/// Takes $LISTEN_FDS, which the process's children do not see any more. Errors: WBEM_E_INVALID_PARAMETER for a descriptor that is no
/// listening stream socket. Call before there are threads.
base::Result<HandedSockets> take_handed_sockets(std::uint16_t endpoint_port);

/// "ADDRESS:PORT" of a TCP socket, with brackets around IPv6.
std::string address_of(int socket);

/// Each tells $NOTIFY_SOCKET; without one they do nothing. Thread-safe.
void notify_ready(const std::string& status);
void notify_reloading();
void notify_stopping();

}  // namespace wmid
