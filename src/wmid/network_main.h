// The process that faces the network, seen from inside.
#pragma once

#include "base/log.h"
#include "wmid/network_process.h"

namespace wmid {

/// Becomes `user`, serves when told to, and ends the process: with status 0 when told to, with 1 when the other process is gone. `parent`
/// is that one.
[[noreturn]] void network_main(const Config& config, const NetworkUser& user, HandedSockets sockets, Ways ways, pid_t parent,
                               base::Log& log);

}  // namespace wmid
