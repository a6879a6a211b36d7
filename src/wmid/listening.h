// The daemon's TCP sockets, opened while it has the right to.
#pragma once

#include "base/log.h"
#include "wmid/config.h"
#include "wmid/systemd.h"

namespace wmid {

/// With what was not handed over: the endpoint's and the objects' ports on every address of the configuration (the objects' are none where
/// both ports are one). Errors: RPC_S_SERVER_UNAVAILABLE with the address and what to do; addresses that nobody asked for by name and that
/// this machine does not have are left out.
base::Result<HandedSockets> listen_where_missing(const Config& config, HandedSockets handed, base::Log& log);

/// Of a bound TCP socket.
std::uint16_t port_of(int socket);

}  // namespace wmid
