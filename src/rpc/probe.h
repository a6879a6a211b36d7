// Whether someone serves a UNIX socket, and who.
#pragma once

#include <string>

#include "base/status.h"
#include "rpc/call.h"

namespace rpc {

/// Connects to the socket at `path` ("@name": abstract) and closes the connection. RPC_S_SERVER_UNAVAILABLE when nobody listens, the
/// caller may not connect, or the server's queue is full. Thread-safe; does not block.
base::Result<LocalIdentity> probe_local(const std::string& path);

}  // namespace rpc
