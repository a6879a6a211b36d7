// Win32_LogicalDisk over mountinfo and statvfs (schema/cimv2/Win32_LogicalDisk.mof).
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <charconv>

#include "base/utf.h"
#include "providers/mounts.h"
#include "providers/row.h"
#include "providers/standard.h"

namespace providers {
namespace {

enum DriveType : std::uint32_t { kRemovable = 2, kFixed = 3, kNetwork = 4, kCompactDisc = 5, kRam = 6 };

std::uint32_t drive_type(const Roots& roots, const Mount& mount) {
  if (mount.network()) return kNetwork;
  if (mount.type == "iso9660" || mount.type == "udf") return kCompactDisc;
  if (mount.type == "tmpfs" || mount.type == "ramfs") return kRam;
  const std::string block = roots.sys + "/dev/block/" + mount.device_number;
  // A partition has no such file of its own, its disk is the folder above.
  for (const char* file : {"/removable", "/../removable"})
    if (const std::string flag = read_text(block + file); !flag.empty()) return flag == "1" ? kRemovable : kFixed;
  return kFixed;
}

std::string_view description(std::uint32_t type) {
  switch (type) {
    case kRemovable: return "Removable Disk";
    case kNetwork: return "Network Connection";
    case kCompactDisc: return "CD-ROM Disc";
    case kRam: return "RAM Disk";
    default: return "Local Fixed Disk";
  }
}

/// udev writes what is no plain character of a name as \xHH.
std::string unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned octet = 0;
    const char* digits = text.data() + i + 2;
    if (text.substr(i).starts_with("\\x") && i + 4 <= text.size() && std::from_chars(digits, digits + 2, octet, 16).ptr == digits + 2) {
      out += static_cast<char>(octet);
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

/// The name under /dev/disk/<kind> that points at the device: its label or UUID. udev keeps these without any rights being needed.
std::string disk_name(const Roots& roots, std::string_view kind, const std::string& source) {
  struct stat device{};
  if (!source.starts_with("/dev/") || ::stat(source.c_str(), &device) != 0) return {};
  const std::string folder = roots.dev + "/disk/" + std::string(kind);
  const auto names = base::SystemFiles().list(folder);
  if (!names) return {};
  for (const std::string& name : *names) {
    struct stat target{};
    if (::stat((folder + "/" + name).c_str(), &target) == 0 && target.st_rdev == device.st_rdev) return name;
  }
  return {};
}

/// Eight hexadecimal digits like a volume serial number: the end of the UUID.
std::string serial_number(std::string uuid) {
  std::erase(uuid, '-');
  if (uuid.size() > 8) uuid.erase(0, uuid.size() - 8);
  std::ranges::transform(uuid, uuid.begin(), [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c; });
  return uuid;
}

void fill_space(Row& row, const Mount& mount) {
  struct statvfs space{};
  if (::statvfs(mount.point.c_str(), &space) != 0) return;
  const std::uint64_t unit = space.f_frsize;
  row.number("Size", space.f_blocks * unit);
  row.number("FreeSpace", space.f_bavail * unit);
  row.number("BlockSize", unit);
  row.number("NumberOfBlocks", space.f_blocks);
  row.number("MaximumComponentLength", space.f_namemax);
}

void fill(Row& row, const Roots& roots, const Mount& mount) {
  const std::string id = mount.device_id();
  const std::uint32_t type = drive_type(roots, mount);
  row.text("DeviceID", id);
  row.text("Name", id);
  row.text("Caption", id);
  row.text("Description", description(type));
  row.text("CreationClassName", "Win32_LogicalDisk");
  row.text("SystemCreationClassName", "Win32_ComputerSystem");
  row.text("SystemName", host_name());
  row.number("DriveType", type);
  row.text("FileSystem", mount.type);
  row.number("Access", mount.read_only ? 1 : 3);
  if (type == kFixed) row.number("MediaType", 12);      // fixed hard disk
  if (type == kRemovable) row.number("MediaType", 11);  // removable, not a floppy
  if (type == kNetwork) row.text("ProviderName", mount.source);
  row.boolean("SupportsFileBasedCompression", mount.type == "btrfs" || mount.type == "zfs");
  if (row.needs("VolumeName")) row.text_if("VolumeName", unescape(disk_name(roots, "by-label", mount.source)));
  if (row.needs("VolumeSerialNumber")) row.text_if("VolumeSerialNumber", serial_number(disk_name(roots, "by-uuid", mount.source)));
  if (row.needs_any({"Size", "FreeSpace", "BlockSize", "NumberOfBlocks", "MaximumComponentLength"}))
    fill_space(row, mount);  // may wait for a network file system
}

class LogicalDiskProvider final : public manager::Provider {
 public:
  explicit LogicalDiskProvider(Roots roots) : roots_(std::move(roots)) {}
  manager::Capabilities capabilities() const override { return {}; }

  base::Status get(manager::ProviderCall& call, const cim::ObjectPath& path, const manager::Wanted& wanted) override {
    const std::string* id = path.keys.empty() ? nullptr : path.keys[0].value.as_text();
    if (id != nullptr) {
      for (const Mount& mount : disks(roots_)) {
        if (!base::equal_ignore_case(mount.device_id(), *id)) continue;
        Row row(call.cls(), wanted);
        fill(row, roots_, mount);
        return call.indicate(row.builder());
      }
    }
    return {WBEM_E_NOT_FOUND, "no file system is mounted as " + path.relative() + "; C: is the root, others go by their mount point"};
  }

  base::Status enumerate(manager::ProviderCall& call, const manager::Wanted& wanted) override {
    Row row(call.cls(), wanted);
    std::string only = wanted_text(wanted, "DeviceID");
    if (only.empty()) only = wanted_text(wanted, "Name");
    for (const Mount& mount : disks(roots_)) {
      if (!only.empty() && !base::equal_ignore_case(only, mount.device_id())) continue;
      row.start();
      fill(row, roots_, mount);
      TRY(call.indicate(row.builder()));
    }
    return {};
  }

 private:
  Roots roots_;
};

}  // namespace

manager::ProviderPtr make_logical_disk_provider(Roots roots) { return std::make_shared<LogicalDiskProvider>(std::move(roots)); }

}  // namespace providers
