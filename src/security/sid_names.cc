#include "security/sid_names.h"

#include <grp.h>
#include <pwd.h>

#include <array>
#include <cerrno>
#include <vector>

#include "base/utf.h"

namespace security {
namespace {

struct KnownName {
  std::string_view domain;
  std::string_view name;
  std::uint32_t authority;
  std::uint32_t first;
  std::uint32_t second = 0;  // 0: none
  Sid sid() const { return second == 0 ? Sid{authority, {first}} : Sid{authority, {first, second}}; }
};
constexpr std::string_view kBuiltin = "BUILTIN";
constexpr std::string_view kAuthority = "NT AUTHORITY";
constexpr std::string_view kUnixUser = "Unix User";
constexpr std::string_view kUnixGroup = "Unix Group";
constexpr std::array kKnownNames{
    KnownName{kBuiltin, "Administrators", 5, 32, 544},
    KnownName{kBuiltin, "Users", 5, 32, 545},
    KnownName{kBuiltin, "Guests", 5, 32, 546},
    KnownName{kBuiltin, "Power Users", 5, 32, 547},
    KnownName{kBuiltin, "Backup Operators", 5, 32, 551},
    KnownName{kBuiltin, "Performance Monitor Users", 5, 32, 558},
    KnownName{kBuiltin, "Performance Log Users", 5, 32, 559},
    KnownName{kBuiltin, "Distributed COM Users", 5, 32, 562},
    KnownName{kBuiltin, "Event Log Readers", 5, 32, 573},
    KnownName{kBuiltin, "Remote Management Users", 5, 32, 580},
    KnownName{"", "Everyone", 1, 0},
    KnownName{"", "Creator Owner", 3, 0},
    KnownName{"", "Owner Rights", 3, 4},
    KnownName{kAuthority, "Network", 5, 2},
    KnownName{kAuthority, "Interactive", 5, 4},
    KnownName{kAuthority, "Anonymous Logon", 5, 7},
    KnownName{kAuthority, "Authenticated Users", 5, 11},
    KnownName{kAuthority, "SYSTEM", 5, 18},
    KnownName{kAuthority, "LOCAL SERVICE", 5, 19},
    KnownName{kAuthority, "NETWORK SERVICE", 5, 20},
    KnownName{kAuthority, "NTLM Authentication", 5, 64, 10},
};

/// Calls a reentrant look-up of the name service with a buffer that grows as needed.
template <class Entry, class Call>
bool look_up(Entry& entry, std::vector<char>& buffer, Call call) {
  buffer.resize(1024);
  for (;;) {
    Entry* found = nullptr;
    const int error = call(&entry, buffer.data(), buffer.size(), &found);
    if (error != ERANGE || buffer.size() >= (1U << 20U)) return error == 0 && found;
    buffer.resize(buffer.size() * 2);
  }
}

bool is_unix(const Sid& sid, std::uint32_t kind) {
  return sid.authority == 22 && sid.sub_authorities.size() == 2 && sid.sub_authorities[0] == kind;
}

}  // namespace

std::optional<std::uint32_t> SystemUnixNames::uid(const std::string& user) const {
  passwd entry{};
  std::vector<char> buffer;
  const bool found = look_up(entry, buffer, [&](auto... rest) { return getpwnam_r(user.c_str(), rest...); });
  return found ? std::optional<std::uint32_t>(entry.pw_uid) : std::nullopt;
}

std::optional<std::uint32_t> SystemUnixNames::gid(const std::string& name) const {
  ::group entry{};
  std::vector<char> buffer;
  const bool found = look_up(entry, buffer, [&](auto... rest) { return getgrnam_r(name.c_str(), rest...); });
  return found ? std::optional<std::uint32_t>(entry.gr_gid) : std::nullopt;
}

std::optional<UnixUser> unix_user(std::uint32_t uid) {
  passwd entry{};
  std::vector<char> buffer;
  const bool found = look_up(entry, buffer, [&](auto... rest) { return getpwuid_r(uid, rest...); });
  return found ? std::optional(UnixUser{entry.pw_name, entry.pw_gid}) : std::nullopt;
}

std::optional<std::string> SystemUnixNames::user(std::uint32_t uid) const {
  auto found = unix_user(uid);
  return found ? std::optional(std::move(found->name)) : std::nullopt;
}

std::optional<std::string> SystemUnixNames::group(std::uint32_t gid) const {
  ::group entry{};
  std::vector<char> buffer;
  const bool found = look_up(entry, buffer, [&](auto... rest) { return getgrgid_r(gid, rest...); });
  return found ? std::optional<std::string>(entry.gr_name) : std::nullopt;
}

std::string SidName::full() const { return domain.empty() ? name : domain + "\\" + name; }

std::optional<Sid> builtin_group(std::string_view name) {
  for (const KnownName& known : kKnownNames) {
    if (known.domain == kBuiltin && base::equal_ignore_case(known.name, name)) return known.sid();
  }
  return std::nullopt;
}

std::optional<Sid> sid_of_name(std::string_view name, const UnixNames& names) {
  if (auto sid = Sid::parse(name)) return sid;
  const std::size_t slash = name.find('\\');
  const std::string_view domain = slash == std::string_view::npos ? std::string_view() : name.substr(0, slash);
  const std::string_view rest = slash == std::string_view::npos ? name : name.substr(slash + 1);
  if (base::equal_ignore_case(domain, kUnixUser)) {
    const auto uid = names.uid(std::string(rest));
    return uid ? std::optional(unix_user_sid(*uid)) : std::nullopt;
  }
  if (base::equal_ignore_case(domain, kUnixGroup)) {
    const auto gid = names.gid(std::string(rest));
    return gid ? std::optional(unix_group_sid(*gid)) : std::nullopt;
  }
  for (const KnownName& known : kKnownNames) {
    if ((domain.empty() || base::equal_ignore_case(known.domain, domain)) && base::equal_ignore_case(known.name, rest)) return known.sid();
  }
  return std::nullopt;
}

std::optional<SidName> name_of_sid(const Sid& sid, const UnixNames& names) {
  for (const KnownName& known : kKnownNames) {
    if (known.sid() == sid) return SidName{std::string(known.domain), std::string(known.name)};
  }
  if (is_unix(sid, 1)) {
    if (auto user = names.user(sid.sub_authorities[1])) return SidName{std::string(kUnixUser), *std::move(user)};
  }
  if (is_unix(sid, 2)) {
    if (auto group = names.group(sid.sub_authorities[1])) return SidName{std::string(kUnixGroup), *std::move(group)};
  }
  return std::nullopt;
}

}  // namespace security
