#include "wmid/identity.h"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>

#include <algorithm>
#include <cerrno>

#include "security/sid.h"

namespace wmid {
namespace {

constexpr std::size_t kLargestEntry = 1U << 20;
constexpr int kMostGroups = 1 << 16;

template <class Key, class Ask>
std::optional<UnixUser> ask(const Key& key, Ask&& lookup) {
  std::vector<char> buffer(1024);
  passwd entry{};
  passwd* found = nullptr;
  while (lookup(key, &entry, buffer.data(), buffer.size(), &found) == ERANGE && buffer.size() < kLargestEntry) {
    buffer.resize(buffer.size() * 2);
  }
  if (!found) return {};
  UnixUser out{found->pw_name, found->pw_uid, found->pw_gid, {}};
  int count = 32;
  std::vector<gid_t> groups(static_cast<std::size_t>(count));
  while (::getgrouplist(found->pw_name, found->pw_gid, groups.data(), &count) < 0 && count < kMostGroups) {
    count = std::max(count, static_cast<int>(groups.size()) * 2);
    groups.resize(static_cast<std::size_t>(count));
  }
  out.groups.assign(groups.begin(), groups.begin() + std::min<std::ptrdiff_t>(count, std::ssize(groups)));
  return out;
}

}  // namespace

std::optional<UnixUser> SystemUnixUsers::by_name(const std::string& name) const { return ask(name.c_str(), ::getpwnam_r); }
std::optional<UnixUser> SystemUnixUsers::by_uid(std::uint32_t uid) const { return ask(uid, ::getpwuid_r); }

std::shared_ptr<const security::Peer> local_peer(const rpc::LocalIdentity& identity, std::uint32_t owner, const UnixUsers& users) {
  const UnixUser user = users.by_uid(identity.uid).value_or(UnixUser{fmt::format("{}", identity.uid), identity.uid, identity.gid, {}});
  auto peer = std::make_shared<security::Peer>();
  peer->user = user.name;
  security::Account& account = peer->account;
  account.name = user.name;
  account.unix_user = user.name;
  account.administrator = identity.uid == 0 || identity.uid == owner;
  account.sids.push_back(security::unix_user_sid(identity.uid));
  std::vector<std::uint32_t> groups = user.groups;
  groups.insert(groups.begin(), identity.gid);
  for (const std::uint32_t group : groups) {
    const security::Sid sid = security::unix_group_sid(group);
    if (std::ranges::find(account.sids, sid) == account.sids.end()) account.sids.push_back(sid);
  }
  account.sids.push_back(security::well_known::everyone());
  account.sids.push_back(security::well_known::authenticated_users());
  return peer;
}

base::Result<cim::Caller> caller_of(const security::Peer& peer, const rpc::ConnectionEnds& ends, const UnixUsers& users) {
  if (!peer.verified) return base::fail(base::WBEM_E_ACCESS_DENIED, fmt::format("{} has proven nothing", peer.user));
  cim::Caller caller;
  caller.remote = !ends.local_peer;
  caller.administrator = peer.account.administrator;
  for (const security::Sid& sid : peer.account.sids) caller.sids.push_back(sid.to_string());
  if (ends.local_peer) {
    caller.account = peer.user;
    caller.uid = ends.local_peer->uid;
    caller.gid = ends.local_peer->gid;
    return caller;
  }
  caller.account = peer.domain.empty() ? peer.user : peer.domain + "\\" + peer.user;
  if (peer.account.unix_user.empty()) return caller;
  const auto user = users.by_name(peer.account.unix_user);
  if (!user) {
    return base::fail(base::WBEM_E_ACCESS_DENIED, fmt::format("the account {} acts as the Unix user {}, who does not exist",
                                                              peer.account.name, peer.account.unix_user));
  }
  caller.uid = user->uid;
  caller.gid = user->gid;
  return caller;
}

}  // namespace wmid
