#include "wmid/rights.h"

#include <errno.h>
#include <fmt/format.h>
#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <charconv>
#include <fstream>
#include <optional>

#include "wmid/identity.h"
#include "wmid/syscall_filter.h"

namespace wmid {
namespace {

constexpr int kMostCapabilities = 64;

struct Capabilities {
  __user_cap_data_struct words[_LINUX_CAPABILITY_U32S_3]{};

  bool any() const { return (words[0].effective | words[1].effective | words[0].permitted | words[1].permitted) != 0; }
  bool has(int capability) const { return (words[capability / 32].effective >> (capability % 32) & 1U) != 0; }
};

Capabilities capabilities() {
  __user_cap_header_struct head{_LINUX_CAPABILITY_VERSION_3, 0};
  Capabilities out;
  ::syscall(SYS_capget, &head, out.words);
  return out;
}

std::optional<std::uint32_t> number_of(const std::string& text) {
  std::uint32_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(out) : std::nullopt;
}

base::Status refused(const std::string& what) {
  return {base::WBEM_E_ACCESS_DENIED, base::errno_status(errno, what).text() + "; network-user = root serves all in one process"};
}

/// What a program could get back by, in the order in which the rights to do so go.
base::Status change_ids(const NetworkUser& user) {
  for (int one = 0; one < kMostCapabilities; ++one) ::prctl(PR_CAPBSET_DROP, one, 0, 0, 0);  // without the right to, no_new_privs does it
  ::prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0);
  if (::setgroups(0, nullptr) != 0) return refused("leaving all groups");
  if (::setresgid(user.gid, user.gid, user.gid) != 0 || ::setresuid(user.uid, user.uid, user.uid) != 0) {
    return refused(fmt::format("becoming the user {}", user.name));
  }
  return {};
}

base::Status verify(const NetworkUser& user) {
  uid_t real = 0;
  uid_t effective = 0;
  uid_t saved = 0;
  const bool known = ::getresuid(&real, &effective, &saved) == 0;
  if (known && real == user.uid && effective == user.uid && saved == user.uid && ::setresuid(0, 0, 0) != 0 && !capabilities().any())
    return {};
  return {base::WBEM_E_ACCESS_DENIED, fmt::format("rights stayed after becoming the user {}", user.name)};
}

}  // namespace

base::Result<NetworkUser> find_network_user(const std::string& configured) {
  const SystemUnixUsers users;
  if (configured.empty()) {
    for (const char* name : kNetworkUsers) {
      if (const auto user = users.by_name(name)) return NetworkUser{user->name, user->uid, user->gid};
    }
    return base::fail(base::WBEM_E_INVALID_PARAMETER, "no user for the network process: set network-user");
  }
  const auto number = number_of(configured);
  const auto user = number ? users.by_uid(*number) : users.by_name(configured);
  if (user) return NetworkUser{user->name, user->uid, user->gid};
  return base::fail(base::WBEM_E_INVALID_PARAMETER, fmt::format("network-user = {}: there is no such user", configured));
}

bool is_mapped(const NetworkUser& user) {
  std::ifstream map("/proc/self/uid_map");
  std::uint64_t first = 0;
  std::uint64_t outside = 0;
  std::uint64_t count = 0;
  while (map >> first >> outside >> count) {
    if (user.uid >= first && user.uid - first < count) return true;
  }
  return false;
}

Privileges privileges() {
  const Capabilities mine = capabilities();
  if (::geteuid() == 0 || (mine.has(CAP_SETUID) && mine.has(CAP_SETGID))) return Privileges::kAll;
  return mine.any() ? Privileges::kCapabilities : Privileges::kNone;
}

base::Status give_up_capabilities() {
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  __user_cap_header_struct head{_LINUX_CAPABILITY_VERSION_3, 0};
  const Capabilities none;
  if (::syscall(SYS_capset, &head, none.words) != 0) return refused("giving up capabilities");
  return {};
}

base::Status become(const NetworkUser& user) {
  TRY(change_ids(user));
  TRY(give_up_capabilities());
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return refused("giving up new rights");
  TRY(verify(user));
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::umask(0077);
  if (::chdir("/") != 0) return refused("going to /");
  return filter_syscalls();
}

}  // namespace wmid
