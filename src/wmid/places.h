// Where the daemon's sockets lie, and which daemon a door of this machine is to use.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace wmid {

inline constexpr const char* kSystemRepository = "/var/lib/openwmi/repository";
inline constexpr const char* kSystemSocket = "/run/openwmi/wmid.sock";
inline constexpr const char* kSocketName = "wmid.sock";

/// DIR/wmid.sock.
std::string socket_of(const std::string& repository);

/// A daemon that runs.
struct FoundDaemon {
  std::string socket;  // for rpc::Client::Options::local_path, dcom::Machine::local_path
  std::uint32_t uid = 0;
};

/// The daemon for a door. With `repository` (a --repository option) or $OPENWMI_REPOSITORY only one that serves that very directory;
/// without either the system's. nullopt: there is none, and the door works on the files itself. A daemon counts when its socket is accepted
/// at once and belongs to root, to this process's user, or to the owner of the socket's folder where nobody else may write. Thread-safe.
std::optional<FoundDaemon> find_daemon(const std::string& repository, const std::string& system_socket = kSystemSocket);

}  // namespace wmid
