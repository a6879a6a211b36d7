#include "providers/mounts.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <map>
#include <sstream>

namespace providers {
namespace {

constexpr std::array<std::string_view, 9> kNetworkTypes = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "ceph", "glusterfs"};

/// mountinfo writes blank, tab, line feed and backslash as \ooo.
std::string unescape(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '3') {
      out += static_cast<char>(((text[i + 1] - '0') << 6) | ((text[i + 2] - '0') << 3) | (text[i + 3] - '0'));
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

bool has_option(const std::string& options, std::string_view option) {
  return ("," + options + ",").find("," + std::string(option) + ",") != std::string::npos;
}

/// A bind mount of a single file. A network file system is not asked: its server may be away.
bool is_file(const Mount& mount) {
  struct stat info{};
  return !mount.network() && (::stat(mount.point.c_str(), &info) != 0 || !S_ISDIR(info.st_mode));
}

bool holds_files(const Mount& mount) {
  if (mount.point == "/" || mount.network()) return true;
  if (mount.source.starts_with("/dev/")) return true;
  return mount.type == "zfs" || mount.type == "btrfs" || mount.type.starts_with("fuse.zfs");
}

}  // namespace

bool Mount::network() const { return std::ranges::find(kNetworkTypes, type) != kNetworkTypes.end(); }

std::vector<Mount> parse_mounts(const std::string& text) {
  std::vector<Mount> mounts;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string id;
    std::string parent;
    std::string root;
    std::string options;
    Mount mount;
    if (!(fields >> id >> parent >> mount.device_number >> root >> mount.point >> options)) continue;
    std::string word;
    while (fields >> word && word != "-") {
    }
    std::string super_options;
    if (!(fields >> mount.type >> mount.source)) continue;
    fields >> super_options;  // the whole file system may be read-only, as after an error
    mount.point = unescape(mount.point);
    mount.source = unescape(mount.source);
    mount.read_only = has_option(options, "ro") || has_option(super_options, "ro");
    mounts.push_back(std::move(mount));
  }
  return mounts;
}

std::vector<Mount> disks(const Roots& roots) {
  std::map<std::string, Mount> by_device;
  for (Mount& mount : parse_mounts(read_text(roots.proc + "/self/mountinfo"))) {
    if (!holds_files(mount) || (roots.proc == "/proc" && is_file(mount))) continue;
    const auto [it, added] = by_device.try_emplace(mount.device_number, mount);
    if (!added && mount.point.size() < it->second.point.size()) it->second = mount;
  }
  std::vector<Mount> result;
  for (auto& [device, mount] : by_device) result.push_back(std::move(mount));
  std::ranges::sort(result, {}, &Mount::point);
  return result;
}

}  // namespace providers
