#include "cim/caller.h"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace cim {
namespace {

std::string user_name(uid_t uid) {
  std::vector<char> buffer(1024);
  passwd entry{};
  passwd* found = nullptr;
  while (getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) == ERANGE && buffer.size() < (1U << 20U)) {
    buffer.resize(buffer.size() * 2);
  }
  return found ? found->pw_name : fmt::format("{}", uid);
}

std::vector<gid_t> supplementary_groups() {
  for (;;) {
    const int count = getgroups(0, nullptr);
    if (count <= 0) return {};
    std::vector<gid_t> groups(static_cast<std::size_t>(count));
    const int got = getgroups(count, groups.data());
    if (got < 0) continue;  // the set grew meanwhile
    groups.resize(static_cast<std::size_t>(got));
    return groups;
  }
}

}  // namespace

Caller Caller::process_user() {
  Caller out;
  out.uid = geteuid();
  out.gid = getegid();
  out.account = user_name(*out.uid);
  out.sids.push_back(fmt::format("S-1-22-1-{}", *out.uid));
  std::vector<gid_t> groups = supplementary_groups();
  groups.insert(groups.begin(), *out.gid);
  for (const gid_t group : groups) {
    std::string sid = fmt::format("S-1-22-2-{}", group);
    if (std::ranges::find(out.sids, sid) == out.sids.end()) out.sids.push_back(std::move(sid));
  }
  out.sids.emplace_back("S-1-1-0");
  out.sids.emplace_back("S-1-5-11");
  out.administrator = *out.uid == 0;
  return out;
}

}  // namespace cim
