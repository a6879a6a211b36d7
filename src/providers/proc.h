// One process as /proc shows it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "providers/machine.h"

namespace providers {

/// The fields of /proc/PID/stat (proc(5)) that classes show. Times in clock ticks, memory in octets.
struct ProcessStat {
  std::uint32_t pid = 0;
  std::string comm;
  char state = '?';
  std::uint32_t parent = 0;
  std::uint64_t minor_faults = 0;
  std::uint64_t major_faults = 0;
  std::uint64_t user_ticks = 0;
  std::uint64_t system_ticks = 0;
  std::int64_t nice = 0;
  std::uint32_t threads = 0;
  std::uint64_t start_ticks = 0;  // since boot
  std::uint64_t virtual_size = 0;
  std::uint64_t resident = 0;
  std::uint32_t realtime_priority = 0;
  bool zombie() const { return state == 'Z' || state == 'X' || state == 'x'; }
};

/// Parses the text of a stat file; the command may hold blanks and parentheses. nullopt when it is malformed.
std::optional<ProcessStat> parse_stat(const std::string& text);
/// nullopt: no such process (any more).
std::optional<ProcessStat> read_stat(const Roots& roots, std::uint32_t pid);

/// False for a zombie too.
bool process_exists(const Roots& roots, std::uint32_t pid);

/// Numbers of all processes, ascending.
std::vector<std::uint32_t> process_ids(const Roots& roots);

/// `Name:   value kB` of /proc/PID/status in octets, or the plain number; nullopt when absent.
std::optional<std::uint64_t> status_value(const std::string& status, std::string_view name);
/// Real user of a process; nullopt when it is gone.
std::optional<std::uint32_t> process_owner(const Roots& roots, std::uint32_t pid);
/// Arguments joined by blanks, those with blanks or quotes in double quotes; empty for kernel threads.
std::string command_line(const Roots& roots, std::uint32_t pid);
/// Name of the program: the command of stat, in full where the kernel cut it to 15 characters.
std::string process_name(const Roots& roots, const ProcessStat& stat);

/// Windows' base priority of a nice value, and the nice value of a Windows priority class (32, 64 ...); nullopt for an unknown class.
std::uint32_t windows_priority(const ProcessStat& stat);
std::optional<int> nice_of_priority_class(std::int64_t priority_class);

}  // namespace providers
