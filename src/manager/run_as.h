// Provider calls run with the Unix rights of their caller: the kernel then decides what they may read and do.
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <vector>

#include "base/status.h"
#include "cim/caller.h"

namespace manager {

/// A Unix user with its groups.
struct Identity {
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;
  friend bool operator==(const Identity&, const Identity&) = default;
};

/// As a login of the user gives it: without `gid` the user's own group, then all groups that the system names. Asks the name service.
Identity login_identity(uid_t uid, std::optional<gid_t> gid);

/// How this process acts for a caller.
struct Impersonation {
  base::Status refused;              // not ok: it cannot
  std::optional<Identity> identity;  // nullopt: with the process's own rights
};

/// Of a root process: the caller's user with its groups, nobody (65534) for a caller without one; nothing to change for root itself. A
/// process that is not root has only its own user's rights: WBEM_E_ACCESS_DENIED for another user, and for a remote caller without one.
/// Asks the name service. Thread-safe.
Impersonation impersonation_of(const cim::Caller& caller);

/// Runs `work` on this thread with these rights (nullopt: with those it has) and takes the old ones back; ends the process if that fails.
/// Only this thread changes. Threads that `work` starts keep the rights. WBEM_E_ACCESS_DENIED when the system refuses; `work` then did not
/// run. `work` must not throw.
base::Status run_as(const std::optional<Identity>& identity, const std::function<base::Status()>& work);

/// Inside run_as: the process's own rights for the life of this object. Elsewhere without effect.
class AsProcess {
 public:
  AsProcess();
  ~AsProcess();
  AsProcess(const AsProcess&) = delete;
  AsProcess& operator=(const AsProcess&) = delete;

 private:
  const Identity* resumed_;
};

}  // namespace manager
