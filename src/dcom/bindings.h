// What a process says about where it can be reached: the string and security bindings in its object references.
#pragma once

#include <string>
#include <vector>

#include "dcom/objref.h"
#include "rpc/call.h"

namespace dcom {

/// Told is only the address that the client itself reached, then the configured names (nothing else of the machine's interfaces leaks).
/// Immutable after the start; thread-safe.
struct Bindings {
  std::vector<std::string> names;     // host names that clients may use, in order
  std::uint16_t endpoint_port = 135;  // of the resolver; written into resolver bindings only when it is not 135
  std::uint16_t object_port = 0;
  std::string local_path;                      // of the UNIX socket; for clients that came by it, who get this alone
  std::vector<std::uint16_t> services{9, 10};  // security::Provider values offered, for the security bindings
  std::string principal;                       // "RPCSS/host" or empty

  /// Of an OBJREF, ServerAlive2: without ports unless endpoint_port is another than 135 (MS-DCOM 2.2.19.3; ours: `host[port]`).
  DualStringArray resolver(const rpc::ConnectionEnds& ends) const;
  /// Of an OXID: with ports.
  DualStringArray exporter(const rpc::ConnectionEnds& ends) const;
  /// Of another process's OXID, which listens on `port` of this machine.
  DualStringArray exporter(const rpc::ConnectionEnds& ends, std::uint16_t port) const;
};

}  // namespace dcom
