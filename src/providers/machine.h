// Facts about this machine that several classes show.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/files.h"

namespace providers {

/// Where the kernel shows itself; tests put another tree there.
struct Roots {
  std::string proc = "/proc";
  std::string sys = "/sys";
  std::string etc = "/etc";
  std::string dev = "/dev";
};

/// Content of a file without trailing white space; empty when it can't be read.
std::string read_text(const std::string& path);

std::string host_name();
/// PRETTY_NAME of os-release, else "Linux".
std::string os_caption(const Roots& roots);
/// Key property Name of Win32_OperatingSystem: caption|root directory|device of the root file system.
std::string os_name(const Roots& roots);
/// Kernel release, as Win32_OperatingSystem.Version and Win32_Process.WindowsVersion show it.
std::string os_version();
/// NAME=value pairs of os-release, quotes removed.
std::map<std::string, std::string, std::less<>> os_release(const Roots& roots);
/// Octets by name of /proc/meminfo ("MemTotal").
std::unordered_map<std::string, std::uint64_t> memory_info(const Roots& roots);
/// Moment of boot in microseconds since 1970, stable from call to call.
std::int64_t boot_time_microseconds(const Roots& roots);
/// Number of processes that are no zombies; number of distinct logged-in users.
std::uint32_t process_count(const Roots& roots);
std::uint32_t user_count();
/// First user at a local seat or terminal, empty when nobody is logged in.
std::string console_user();
/// What the user database says of a Unix user; nullopt when it has no such user.
struct UserRecord {
  std::string name;
  std::string home;
  std::string shell;
};
std::optional<UserRecord> user_record(std::uint32_t uid);
/// A Unix user's name, or its number as text.
std::string user_name(std::uint32_t uid);
/// Security identifier of a Unix user: S-1-22-1-<uid>.
std::string user_sid(std::uint32_t uid);

}  // namespace providers
