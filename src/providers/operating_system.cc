// Win32_OperatingSystem over uname, os-release, /proc/meminfo (schema/cimv2/Win32_OperatingSystem.mof).
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>

#include "providers/mounts.h"
#include "providers/row.h"
#include "providers/standard.h"

namespace providers {
namespace {

std::chrono::system_clock::time_point from_microseconds(std::int64_t us) {
  return std::chrono::system_clock::time_point(std::chrono::microseconds(us));
}

void fill_names(Row& row, const Roots& roots) {
  const auto release = os_release(roots);
  const auto value = [&release](std::string_view key) {
    const auto it = release.find(key);
    return it == release.end() ? std::string() : it->second;
  };
  const std::string caption = os_caption(roots);
  row.text("Caption", caption);
  row.text("Description", caption);
  if (row.needs("Name")) row.text("Name", os_name(roots));
  row.text("CreationClassName", "Win32_OperatingSystem");
  row.text("CSCreationClassName", "Win32_ComputerSystem");
  row.text("CSName", host_name());
  row.text("Manufacturer", value("NAME").empty() ? "Linux" : value("NAME"));
  row.text_if("BuildNumber", value("BUILD_ID"));
  row.text("BuildType", "Multiprocessor Free");
  row.text("Status", "OK");
  row.text("SystemDrive", "C:");
  row.text("SystemDirectory", "/usr/lib");
  row.text("WindowsDirectory", "/");
  row.number("OSType", 36);  // LINUX
  row.boolean("Primary", true);
  row.boolean("Distributed", false);
  row.number("ProductType", 3);            // server
  row.number("NumberOfLicensedUsers", 0);  // no limit
  row.null("ForegroundApplicationBoost");
  row.number("ServicePackMajorVersion", 0);
  row.number("ServicePackMinorVersion", 0);
}

void fill_devices(Row& row, const Roots& roots) {
  if (!row.needs_any({"BootDevice", "SystemDevice"})) return;
  std::string root;
  std::string boot;
  for (const Mount& mount : parse_mounts(read_text(roots.proc + "/self/mountinfo"))) {  // the last mount on a directory is the visible one
    const std::string device = mount.source.starts_with("/dev/") ? mount.source : std::string();
    if (mount.point == "/") root = device;
    if (mount.point == "/boot") boot = device;
  }
  row.text_if("SystemDevice", root);
  row.text_if("BootDevice", boot.empty() ? root : boot);
}

void fill_kernel(Row& row) {
  utsname names{};
  if (::uname(&names) != 0) return;
  row.text("Version", names.release);
  const std::string_view machine = names.machine;
  row.text("OSArchitecture", machine == "x86_64" ? "64-bit" : machine == "aarch64" ? "ARM 64-bit Processor" : machine);
  row.boolean("PAEEnabled", machine == "x86_64");
}

void fill_locale(Row& row) {
  row.text("CodeSet", "65001");  // UTF-8
  row.number("OSLanguage", 1033);
  row.text("Locale", "0409");
  row.text("CountryCode", "1");
  const char* lang = std::getenv("LANG");
  std::string name = lang != nullptr ? lang : "en_US";
  name.resize(std::min(name.find('.'), name.size()));
  for (char& c : name)
    if (c == '_') c = '-';
  row.texts("MUILanguages", {name == "C" || name.empty() || name == "POSIX" ? "en-US" : name});
}

void fill_memory(Row& row, const Roots& roots) {
  auto memory = memory_info(roots);
  constexpr std::uint64_t kKilo = 1024;
  const std::uint64_t total = memory["MemTotal"];
  const std::uint64_t available = memory.contains("MemAvailable") ? memory["MemAvailable"] : memory["MemFree"];
  const std::uint64_t swap = memory["SwapTotal"];
  const std::uint64_t swap_free = memory["SwapFree"];
  row.number("TotalVisibleMemorySize", total / kKilo);
  row.number("FreePhysicalMemory", available / kKilo);
  row.number("TotalVirtualMemorySize", (total + swap) / kKilo);
  row.number("FreeVirtualMemory", (available + swap_free) / kKilo);
  row.number("SizeStoredInPagingFiles", swap / kKilo);
  row.number("FreeSpaceInPagingFiles", swap_free / kKilo);
#ifdef __x86_64__
  row.number("MaxProcessMemorySize", (std::uint64_t{1} << 47U) / kKilo);  // user address space of 4-level paging
#endif
}

void fill_processes(Row& row, const Roots& roots) {
  if (row.needs("NumberOfProcesses")) row.number("NumberOfProcesses", process_count(roots));
  if (row.needs("NumberOfUsers")) row.number("NumberOfUsers", user_count());
  std::uint32_t limit = 0;
  const std::string text = read_text(roots.proc + "/sys/kernel/pid_max");
  if (std::from_chars(text.data(), text.data() + text.size(), limit).ec == std::errc()) row.number("MaxNumberOfProcesses", limit);
}

void fill_times(Row& row, const Roots& roots) {
  const auto now = std::chrono::system_clock::now();
  row.time("LocalDateTime", now);
  row.signed_number("CurrentTimeZone", local_offset_minutes(now));
  row.time("LastBootUpTime", from_microseconds(boot_time_microseconds(roots)));
  struct stat info{};
  // The file that installers write once; without it the age of the root directory's own inode is no evidence: NULL.
  for (const char* file : {"/var/log/installer", "/etc/machine-id"}) {
    if (::stat(file, &info) != 0) continue;
    row.time("InstallDate", std::chrono::system_clock::from_time_t(info.st_mtime));
    return;
  }
}

class OperatingSystemProvider final : public manager::Provider {
 public:
  explicit OperatingSystemProvider(Roots roots) : roots_(std::move(roots)) {}
  manager::Capabilities capabilities() const override { return {}; }

  base::Status get(manager::ProviderCall& call, const cim::ObjectPath& /*path*/, const manager::Wanted& wanted) override {
    return enumerate(call, wanted);  // a singleton
  }

  base::Status enumerate(manager::ProviderCall& call, const manager::Wanted& wanted) override {
    Row row(call.cls(), wanted);
    fill_names(row, roots_);
    fill_devices(row, roots_);
    fill_kernel(row);
    fill_locale(row);
    fill_memory(row, roots_);
    fill_processes(row, roots_);
    fill_times(row, roots_);
    return call.indicate(row.builder());
  }

 private:
  Roots roots_;
};

}  // namespace

manager::ProviderPtr make_operating_system_provider(Roots roots) { return std::make_shared<OperatingSystemProvider>(std::move(roots)); }

}  // namespace providers
