// Who calls. There is no default caller: every connection is opened for one, and rights are computed once for it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cim {

/// Rights on a namespace (MS-WMI 2.2.11, __SystemSecurity).
namespace right {
inline constexpr std::uint32_t kEnable = 0x1;
inline constexpr std::uint32_t kMethodExecute = 0x2;
inline constexpr std::uint32_t kFullWrite = 0x4;
inline constexpr std::uint32_t kPartialWrite = 0x8;
inline constexpr std::uint32_t kWriteProvider = 0x10;
inline constexpr std::uint32_t kRemoteEnable = 0x20;
inline constexpr std::uint32_t kSubscribe = 0x40;
inline constexpr std::uint32_t kPublish = 0x80;
inline constexpr std::uint32_t kReadControl = 0x20000;
inline constexpr std::uint32_t kWriteDac = 0x40000;
inline constexpr std::uint32_t kAll = 0x600FF;
}  // namespace right

struct Caller {
  std::string account;               // DOMAIN\user or a Unix user's name, for messages and GetOwner
  std::optional<std::uint32_t> uid;  // the Unix user it acts as; nullopt: none
  std::optional<std::uint32_t> gid;
  std::vector<std::string> sids;  // its own SID and those of its groups, as S-1-... text
  bool remote = false;            // came over a network: REMOTE_ENABLE is required too
  /// Rights that its origin caps (embedded: what the repository's file mode gives), intersected with the namespace's descriptor.
  std::uint32_t max_rights = right::kAll;
  /// Works on the repository's files itself: where a namespace has the default descriptor, max_rights is what it gets.
  bool embedded = false;
  /// Owner of the repository or root: all rights whatever the descriptor says. One whose SIDs hold S-1-5-32-544 has them too.
  bool administrator = false;
  /// By which the process that knows the caller knows it, where that is another one; empty elsewhere.
  std::string ticket;

  /// The user that runs this process, by its effective ids. SIDs: S-1-22-1-<uid>, S-1-22-2-<gid> of its groups, then everyone (S-1-1-0)
  /// and authenticated users (S-1-5-11). Administrator: root only; who owns a repository is for its manager to find out. Thread-safe.
  static Caller process_user();
};

}  // namespace cim
