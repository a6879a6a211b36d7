// Mounted file systems, as /proc/self/mountinfo lists them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "providers/machine.h"

namespace providers {

struct Mount {
  std::string device_number;  // major:minor
  std::string point;
  std::string type;    // "ext4"
  std::string source;  // "/dev/sda1", "server:/export"
  bool read_only = false;
  bool network() const;
  /// Identifier of the disk in WMI: C: for the root file system, else the mount point.
  std::string device_id() const { return point == "/" ? "C:" : point; }
};

/// Parses mountinfo (proc(5)); malformed lines are left out, octal escapes in names resolved.
std::vector<Mount> parse_mounts(const std::string& text);
/// File systems that hold files of people: on a device, over the network, or the root; each device once, the shortest mount point first
/// come. Kernel interfaces, tmpfs and bind mounts of single files are left out.
std::vector<Mount> disks(const Roots& roots);

}  // namespace providers
