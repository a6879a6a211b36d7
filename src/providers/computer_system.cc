// Win32_ComputerSystem over DMI, /proc and the time zone (schema/cimv2/Win32_ComputerSystem.mof).
#include <netdb.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <charconv>
#include <ctime>
#include <set>

#include "base/utf.h"
#include "providers/row.h"
#include "providers/standard.h"

namespace providers {
namespace {

/// Number in a small file, 0 when absent.
std::uint32_t number_in(const std::string& path) {
  const std::string text = read_text(path);
  std::uint32_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

struct Processors {
  std::uint32_t logical = 0;
  std::uint32_t packages = 0;
};

Processors processors(const Roots& roots) {
  Processors count;
  std::set<std::string> packages;
  const std::string folder = roots.sys + "/devices/system/cpu";
  if (const auto names = base::SystemFiles().list(folder)) {
    for (const std::string& name : *names) {
      if (!name.starts_with("cpu") || name.size() == 3 || name.find_first_not_of("0123456789", 3) != std::string::npos) continue;
      if (read_text(folder + "/" + name + "/online") == "0") continue;
      ++count.logical;
      packages.insert(read_text(folder + "/" + name + "/topology/physical_package_id"));
    }
  }
  if (count.logical == 0) count.logical = static_cast<std::uint32_t>(::sysconf(_SC_NPROCESSORS_ONLN));
  count.packages = packages.empty() ? 1 : static_cast<std::uint32_t>(packages.size());
  return count;
}

constexpr std::uint32_t kTablet = 30;

/// PCSystemType of a DMI chassis type: 1 desktop, 2 mobile, 4 server; 0 unspecified.
std::uint32_t system_type(std::uint32_t chassis) {
  switch (chassis) {
    case 3:
    case 4:
    case 5:
    case 6:
    case 7:
    case 13:
    case 15:
    case 16:
    case 24:
    case 35:
    case 36: return 1;
    case 8:
    case 9:
    case 10:
    case 11:
    case 14:
    case kTablet:
    case 31:
    case 32: return 2;
    case 17:
    case 23:
    case 28:
    case 29: return 4;
    default: return 0;
  }
}

void fill_names(Row& row) {
  const std::string host = host_name();
  row.text("Name", host);
  row.text("Caption", host);
  row.text("DNSHostName", host.substr(0, host.find('.')));
  row.text("CreationClassName", "Win32_ComputerSystem");
  row.text("Description", "Linux computer");
  row.text("BootupState", "Normal boot");
  row.text("Status", "OK");
  char domain[256] = {};
  const bool has_domain = ::getdomainname(domain, sizeof domain - 1) == 0 && domain[0] != '\0' && std::string_view(domain) != "(none)";
  const std::size_t dot = host.find('.');
  row.text("Domain", has_domain ? domain : dot != std::string::npos ? host.substr(dot + 1) : "WORKGROUP");
  row.boolean("PartOfDomain", false);  // membership of a Windows domain is not looked for
  row.text("Workgroup", "WORKGROUP");
  row.number("DomainRole", 2);  // standalone server
  row.text_if("UserName", row.needs("UserName") ? console_user() : std::string());
  row.text_if("PrimaryOwnerName", user_name(0));
}

void fill_hardware(Row& row, const Roots& roots) {
  const std::string dmi = roots.sys + "/class/dmi/id/";
  row.text_if("Manufacturer", read_text(dmi + "sys_vendor"));
  row.text_if("Model", read_text(dmi + "product_name"));
  row.text_if("SystemFamily", read_text(dmi + "product_family"));
  row.text_if("SystemSKUNumber", read_text(dmi + "product_sku"));
  const std::uint32_t chassis = number_in(dmi + "chassis_type");
  row.number("PCSystemType", system_type(chassis));
  row.number("PCSystemTypeEx", chassis == kTablet ? 8 : system_type(chassis));
  if (row.needs_any({"NumberOfLogicalProcessors", "NumberOfProcessors"})) {
    const Processors count = processors(roots);
    row.number("NumberOfLogicalProcessors", count.logical);
    row.number("NumberOfProcessors", count.packages);
  }
  row.number("TotalPhysicalMemory", memory_info(roots)["MemTotal"]);
  if (row.needs("HypervisorPresent"))
    row.boolean("HypervisorPresent", read_text(roots.proc + "/cpuinfo").find(" hypervisor") != std::string::npos);
  utsname names{};
  if (::uname(&names) != 0) return;
  const std::string_view machine = names.machine;
  row.text("SystemType", machine == "x86_64"    ? "x64-based PC"
                         : machine == "aarch64" ? "ARM64-based PC"
                         : machine == "i686"    ? "X86-based PC"
                                                : machine);
}

void fill_time(Row& row) {
  const auto now = std::chrono::system_clock::now();
  row.signed_number("CurrentTimeZone", local_offset_minutes(now));
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm local{};
  if (::localtime_r(&seconds, &local) == nullptr) return;
  row.boolean("DaylightInEffect", local.tm_isdst > 0);
  row.boolean("EnableDaylightSavingsTime", true);
}

class ComputerSystemProvider final : public manager::Provider {
 public:
  explicit ComputerSystemProvider(Roots roots) : roots_(std::move(roots)) {}
  manager::Capabilities capabilities() const override { return {}; }

  base::Status get(manager::ProviderCall& call, const cim::ObjectPath& path, const manager::Wanted& wanted) override {
    const std::string* name = path.keys.empty() ? nullptr : path.keys[0].value.as_text();
    if (name == nullptr || !base::equal_ignore_case(*name, host_name()))
      return {WBEM_E_NOT_FOUND, "this computer is " + host_name() + ", there is no " + path.relative()};
    return enumerate(call, wanted);
  }

  base::Status enumerate(manager::ProviderCall& call, const manager::Wanted& wanted) override {
    Row row(call.cls(), wanted);
    fill_names(row);
    fill_hardware(row, roots_);
    fill_time(row);
    return call.indicate(row.builder());
  }

 private:
  Roots roots_;
};

}  // namespace

manager::ProviderPtr make_computer_system_provider(Roots roots) { return std::make_shared<ComputerSystemProvider>(std::move(roots)); }

}  // namespace providers
