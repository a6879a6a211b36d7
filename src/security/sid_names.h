// Names of SIDs: the well-known ones (MS-DTYP 2.4.2.4), and Unix users and groups.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "security/sid.h"

namespace security {

/// Unix users and groups by name and by number. Thread-safe.
class UnixNames {
 public:
  virtual ~UnixNames() = default;
  virtual std::optional<std::uint32_t> uid(const std::string& user) const = 0;
  virtual std::optional<std::uint32_t> gid(const std::string& group) const = 0;
  virtual std::optional<std::string> user(std::uint32_t /*uid*/) const { return std::nullopt; }
  virtual std::optional<std::string> group(std::uint32_t /*gid*/) const { return std::nullopt; }
};

/// The system's name service.
class SystemUnixNames final : public UnixNames {
 public:
  std::optional<std::uint32_t> uid(const std::string& user) const override;
  std::optional<std::uint32_t> gid(const std::string& group) const override;
  std::optional<std::string> user(std::uint32_t uid) const override;
  std::optional<std::string> group(std::uint32_t gid) const override;
};

struct UnixUser {
  std::string name;
  std::uint32_t primary_group = 0;
};
/// The system's entry of a user. Thread-safe.
std::optional<UnixUser> unix_user(std::uint32_t uid);

/// The built-in group of a name without case ("Administrators", "Users", "Remote Management Users" ...); nothing for others.
std::optional<Sid> builtin_group(std::string_view name);

/// The SID that a name without case stands for: a well-known one with or without its domain ("Everyone", "Authenticated Users",
/// "BUILTIN\Administrators"), "Unix User\alice", "Unix Group\wheel", S-1-... text. Nothing for others.
std::optional<Sid> sid_of_name(std::string_view name, const UnixNames& names);

struct SidName {
  std::string domain;  // "BUILTIN", "NT AUTHORITY", "Unix User", "Unix Group", or empty
  std::string name;
  /// domain\name, or the name alone.
  std::string full() const;
};
/// The other way round; nothing for a SID that has no name here, such as an account's.
std::optional<SidName> name_of_sid(const Sid& sid, const UnixNames& names);

}  // namespace security
