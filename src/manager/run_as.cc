#include "manager/run_as.h"

#include <grp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

#include "base/files.h"
#include "security/sid_names.h"

namespace manager {

namespace {

constexpr uid_t kNobody = 65534;

#ifdef SYS_setresuid32
constexpr long kSetGroups = SYS_setgroups32;
constexpr long kSetResGid = SYS_setresgid32;
constexpr long kSetResUid = SYS_setresuid32;
#else
constexpr long kSetGroups = SYS_setgroups;
constexpr long kSetResGid = SYS_setresgid;
constexpr long kSetResUid = SYS_setresuid;
#endif

/// What a thread was before.
struct Ids {
  uid_t ruid = 0, euid = 0, suid = 0;
  gid_t rgid = 0, egid = 0, sgid = 0;
  std::vector<gid_t> groups;
};

struct State {
  const Identity* identity = nullptr;  // null: outside run_as
  Ids own;
};
thread_local State state;

bool read_ids(Ids& out) {
  if (::getresuid(&out.ruid, &out.euid, &out.suid) != 0 || ::getresgid(&out.rgid, &out.egid, &out.sgid) != 0) return false;
  const int count = ::getgroups(0, nullptr);
  if (count < 0) return false;
  out.groups.resize(static_cast<std::size_t>(count));
  return ::getgroups(count, out.groups.data()) == count;
}

// The C library's functions change every thread of the process; the system calls change this one alone.
bool restore() {
  const Ids& own = state.own;
  return ::syscall(kSetResUid, own.ruid, own.euid, own.suid) == 0 && ::syscall(kSetResGid, own.rgid, own.egid, own.sgid) == 0 &&
         ::syscall(kSetGroups, own.groups.size(), own.groups.data()) == 0;
}

/// The saved user stays ours: the way back.
bool assume(const Identity& identity) {
  return ::syscall(kSetGroups, identity.groups.size(), identity.groups.data()) == 0 &&
         ::syscall(kSetResGid, identity.gid, identity.gid, state.own.sgid) == 0 &&
         ::syscall(kSetResUid, identity.uid, identity.uid, state.own.suid) == 0;
}

/// A thread that cannot have the rights that it should have must not go on.
void require(bool done) {
  if (done) return;
  std::fputs("openwmi: cannot change the rights of a thread back; ending\n", stderr);
  std::abort();
}

}  // namespace

Identity login_identity(uid_t uid, std::optional<gid_t> gid) {
  const std::optional<security::UnixUser> user = security::unix_user(uid);
  Identity out{uid, gid.value_or(user ? user->primary_group : kNobody), {}};
  if (!user) {
    out.groups = {out.gid};
    return out;
  }
  int count = 64;
  out.groups.resize(static_cast<std::size_t>(count));
  if (::getgrouplist(user->name.c_str(), out.gid, out.groups.data(), &count) < 0) {
    out.groups.resize(static_cast<std::size_t>(count));
    ::getgrouplist(user->name.c_str(), out.gid, out.groups.data(), &count);
  }
  out.groups.resize(static_cast<std::size_t>(count));
  return out;
}

Impersonation impersonation_of(const cim::Caller& caller) {
  const uid_t own = ::geteuid();
  if (caller.uid == own) return {};
  if (own == 0) return {{}, caller.uid ? login_identity(*caller.uid, caller.gid) : Identity{kNobody, kNobody, {}}};
  if (!caller.uid && !caller.remote) return {};
  return {{WBEM_E_ACCESS_DENIED, fmt::format("this process does not run as root and has only the rights of the user {}, not those of {}",
                                             own, caller.uid ? fmt::format("the user {}", *caller.uid) : "a caller without a Unix user")},
          std::nullopt};
}

base::Status run_as(const std::optional<Identity>& identity, const std::function<base::Status()>& work) {
  if (!identity || state.identity != nullptr) return work();
  if (!read_ids(state.own)) return {WBEM_E_ACCESS_DENIED, base::errno_status(errno, "reading the rights of this thread").text()};
  if (!assume(*identity)) {
    const int error = errno;
    require(restore());
    return {WBEM_E_ACCESS_DENIED, base::errno_status(error, fmt::format("taking the rights of the user {}", identity->uid)).text()};
  }
  state.identity = &*identity;
  base::Status status = work();
  require(restore());
  state.identity = nullptr;
  return status;
}

AsProcess::AsProcess() : resumed_(state.identity) {
  if (resumed_ == nullptr) return;
  require(restore());
  state.identity = nullptr;
}

AsProcess::~AsProcess() {
  if (resumed_ == nullptr) return;
  require(assume(*resumed_));
  state.identity = resumed_;
}

}  // namespace manager
