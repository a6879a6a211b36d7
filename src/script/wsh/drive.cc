// Drive and Drives: letters over mounted file systems.
#include <sys/statvfs.h>

#include <fstream>
#include <sstream>

#include "base/utf.h"
#include "script/wsh/file_system_support.h"

namespace script::wsh {
namespace {

using namespace vbscript;
using scripting::handler;
using scripting::MemberCall;
using scripting::MemberTable;
using scripting::TableObject;
namespace invoke = scripting::invoke;

/// DriveTypeConst.
enum DriveType : std::int32_t { kFixed = 2, kRemote = 3, kCdRom = 4, kRamDisk = 5 };

struct Mount {
  std::string source, point = "/", type;
};

/// The mounted file system that holds a folder.
Mount mount_of(const std::string& folder) {
  std::ifstream table("/proc/self/mounts");
  Mount best;
  for (std::string line; std::getline(table, line);) {
    std::istringstream fields(line);
    Mount mount;
    fields >> mount.source >> mount.point >> mount.type;
    const bool holds = mount.point == "/" || folder == mount.point || folder.starts_with(mount.point + "/");
    if (holds && mount.point.size() >= best.point.size()) best = std::move(mount);  // of several on one point, the last
  }
  return best;
}

std::int32_t type_of(const Mount& mount) {
  const std::string_view type = mount.type;
  if (type.starts_with("nfs") || type == "cifs" || type == "smb3" || type == "9p" || type == "fuse.sshfs") return kRemote;
  if (type == "iso9660" || type == "udf") return kCdRom;
  if (type == "tmpfs" || type == "ramfs") return kRamDisk;
  return kFixed;
}

class Drive final : public TableObject {
 public:
  Drive(Drives drives, char letter, std::string root)
      : TableObject(table()), drives_(std::move(drives)), letter_(letter), root_(std::move(root)) {}

  Outcome<Variant> path(MemberCall&) { return letter_ != 0 ? Variant::utf8(std::string(1, letter_) + ":") : Variant::utf8(root_); }
  Outcome<Variant> drive_letter(MemberCall&) { return Variant::utf8(letter_ != 0 ? std::string(1, letter_) : ""); }
  Outcome<Variant> share_name(MemberCall&) {
    const Mount mount = mount_of(root_);
    return Variant::utf8(type_of(mount) == kRemote ? mount.source : "");
  }
  Outcome<Variant> drive_type(MemberCall&) { return Variant::int32(type_of(mount_of(root_))); }
  Outcome<Variant> root_folder(MemberCall&) { return Variant::object(make_folder(drives_, root_)); }
  Outcome<Variant> file_system(MemberCall&) { return Variant::utf8(mount_of(root_).type); }
  Outcome<Variant> volume_name(MemberCall& call) {
    if (call.is_put()) return file_error(kPermissionDenied);
    return text_of({});
  }
  Outcome<Variant> is_ready(MemberCall&) { return Variant::boolean(space().has_value()); }
  Outcome<Variant> serial_number(MemberCall&) {
    READ(const auto found, space());
    return int32_of(static_cast<std::int32_t>(static_cast<std::uint32_t>(found.f_fsid ^ found.f_fsid >> 32)));
  }
  template <auto Blocks>
  Outcome<Variant> octets(MemberCall&) {
    READ(const auto found, space());
    return Variant::real(static_cast<double>(found.*Blocks) * static_cast<double>(found.f_frsize));
  }

 private:
  Outcome<struct statvfs> space() const {
    struct statvfs found{};
    if (::statvfs(root_.c_str(), &found) != 0) return file_error(71);  // Disk not ready
    return found;
  }
  static const MemberTable& table() {
    using Space = struct statvfs;
    static const MemberTable made("Drive", {
                                               {"Path", scripting::kValue, invoke::kGet, "", handler<&Drive::path>},
                                               {"DriveLetter", 10000, invoke::kGet, "", handler<&Drive::drive_letter>},
                                               {"ShareName", 10001, invoke::kGet, "", handler<&Drive::share_name>},
                                               {"DriveType", 10002, invoke::kGet, "", handler<&Drive::drive_type>},
                                               {"RootFolder", 10003, invoke::kGet, "", handler<&Drive::root_folder>},
                                               {"FreeSpace", 10004, invoke::kGet, "", handler<&Drive::octets<&Space::f_bfree>>},
                                               {"AvailableSpace", 10005, invoke::kGet, "", handler<&Drive::octets<&Space::f_bavail>>},
                                               {"TotalSize", 10006, invoke::kGet, "", handler<&Drive::octets<&Space::f_blocks>>},
                                               {"VolumeName", 10007, invoke::kGet | invoke::kPut, "", handler<&Drive::volume_name>},
                                               {"FileSystem", 10008, invoke::kGet, "", handler<&Drive::file_system>},
                                               {"SerialNumber", 10009, invoke::kGet, "", handler<&Drive::serial_number>},
                                               {"IsReady", 10010, invoke::kGet, "", handler<&Drive::is_ready>},
                                           });
    return made;
  }

  Drives drives_;
  char letter_;  // 0: a mount point without letter
  std::string root_;
};

class DriveList final : public TableObject {
 public:
  explicit DriveList(Drives drives) : TableObject(table()), drives_(std::move(drives)) {}
  Outcome<Variant> item(MemberCall& call) {
    READ(const Text name, text_argument(call.argument(0)));
    const std::string* root = name.empty() ? nullptr : drives_->root(name.view()[0]);
    if (root == nullptr) return file_error(kInvalidCall);
    return Variant::object(make_drive(drives_, static_cast<char>(upper(name.view()[0])), *root));
  }
  Outcome<Variant> count(MemberCall&) { return int32_of(static_cast<std::int64_t>(drives_->letters().size())); }
  Outcome<scripting::Ref<scripting::Enumeration>> enumerate() override {
    std::vector<Variant> out;
    for (const char letter : drives_->letters()) {
      out.push_back(Variant::object(make_drive(drives_, letter, *drives_->root(static_cast<unsigned char>(letter)))));
    }
    return scripting::enumerate_values(std::move(out));
  }

 private:
  static const MemberTable& table() {
    static const MemberTable made("Drives", {
                                                {"Item", scripting::kValue, invoke::kGet, "Key", handler<&DriveList::item>},
                                                {"Count", 1, invoke::kGet, "", handler<&DriveList::count>},
                                            });
    return made;
  }
  Drives drives_;
};

}  // namespace

scripting::DispatchRef make_drives(Drives drives) { return scripting::make<DriveList>(std::move(drives)); }
scripting::DispatchRef make_drive(Drives drives, char letter, std::string root) {
  return scripting::make<Drive>(std::move(drives), letter, std::move(root));
}
scripting::DispatchRef drive_of(const Drives& drives, const std::string& path) {
  const auto letter = static_cast<char>(drives->to_windows(path)[0]);
  return make_drive(drives, letter, *drives->root(static_cast<unsigned char>(letter)));
}

}  // namespace script::wsh
