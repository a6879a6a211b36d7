// Giving up what a process that faces a network must not have.
#pragma once

#include <cstdint>
#include <string>

#include "base/status.h"

namespace wmid {

/// Whom the network process is to be: a user of its own where there is one.
inline constexpr const char* kNetworkUsers[] = {"openwmi", "nobody"};

struct NetworkUser {
  std::string name;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
};
/// By name or number; empty: the first of kNetworkUsers that exists. Errors: WBEM_E_INVALID_PARAMETER when there is none.
base::Result<NetworkUser> find_network_user(const std::string& configured);

/// Whether this user namespace has that user at all: one of `unshare --map-root-user` has nobody but its root, who is an ordinary user
/// outside.
bool is_mapped(const NetworkUser& user);

enum class Privileges {
  kNone,          // an ordinary user's
  kCapabilities,  // some more, but not those that it takes to become another user
  kAll,           // root, or whoever may become another user
};
/// This thread's effective ones.
Privileges privileges();

/// For good, before there are threads. Failure leaves something between: end the process.

/// All capabilities go; user and groups stay.
base::Status give_up_capabilities();
/// This process is `user` from now on, without groups, capabilities, core files, or ways to gain rights (no_new_privs); nobody traces it;
/// filter_syscalls(). WBEM_E_ACCESS_DENIED with what to do when it cannot be.
base::Status become(const NetworkUser& user);

}  // namespace wmid
