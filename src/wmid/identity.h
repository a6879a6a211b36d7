// Who a caller is to the object manager: from network logins and from UNIX sockets.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "cim/caller.h"
#include "rpc/call.h"
#include "security/auth.h"

namespace wmid {

struct UnixUser {
  std::string name;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::vector<std::uint32_t> groups;  // the primary one among them
};

/// Thread-safe.
class UnixUsers {
 public:
  virtual ~UnixUsers() = default;
  virtual std::optional<UnixUser> by_name(const std::string& name) const = 0;
  virtual std::optional<UnixUser> by_uid(std::uint32_t uid) const = 0;
};

/// The system's name service, which may block.
class SystemUnixUsers final : public UnixUsers {
 public:
  std::optional<UnixUser> by_name(const std::string& name) const override;
  std::optional<UnixUser> by_uid(std::uint32_t uid) const override;
};

/// The peer of a UNIX socket, for rpc::ServerOptions::local_peer: S-1-22-1-<uid>, S-1-22-2-<gid> of its groups, everyone, authenticated
/// users. Root and `owner`, whose the repository is, are administrators. A uid without a name is known by its number. Never null.
std::shared_ptr<const security::Peer> local_peer(const rpc::LocalIdentity& identity, std::uint32_t owner, const UnixUsers& users);

/// The caller for the manager, for remote::Server::Options::caller_of. A local one acts as its user; a remote one as the Unix user of its
/// account, and as nobody where that names none. Errors: WBEM_E_ACCESS_DENIED for an unproven peer and for an account whose Unix user does
/// not exist.
base::Result<cim::Caller> caller_of(const security::Peer& peer, const rpc::ConnectionEnds& ends, const UnixUsers& users);

}  // namespace wmid
