// The providers of one-of-a-kind things over folders that stand in for /proc and /sys.
#include "providers/standard.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "providers/testing.h"
#include "tests/providers/shipped.h"

namespace providers {
namespace {

using testing::FakeCall;
using testing::number_of;
using testing::text_of;

const manager::Wanted kEverything;

cim::Instance only_row(manager::Provider& provider, std::string_view class_name, const manager::Wanted& wanted = kEverything) {
  FakeCall call(testing::shipped_class(class_name));
  EXPECT_TRUE(provider.enumerate(call, wanted).ok());
  EXPECT_EQ(call.rows.size(), 1U);
  return call.rows.at(0);
}

TEST(Standard, ServesEveryDynamicClassOnce) {
  std::vector<std::string> names;
  for (const auto& registration : standard_providers()) {
    names.push_back(registration.class_name);
    const auto cls = testing::shipped_class(registration.class_name);
    ASSERT_NE(cls, nullptr) << registration.class_name;
    EXPECT_EQ(cls->provider(), registration.provider_name);
  }
  EXPECT_EQ(names.size(), 4U);
}

TEST(OperatingSystem, ShowsMemoryInKilobytes) {
  testing::FakeRoots fake;
  fake.put(fake.roots.proc + "/meminfo", "MemTotal: 1000 kB\nMemFree: 100 kB\nMemAvailable: 400 kB\nSwapTotal: 50 kB\nSwapFree: 30 kB\n");
  fake.put(fake.roots.proc + "/sys/kernel/pid_max", "4194304\n");
  fake.put(fake.roots.proc + "/self/mountinfo", "1 0 8:2 / / rw - ext4 /dev/sda2 rw\n2 1 8:1 / /boot rw - ext2 /dev/sda1 rw\n");
  fake.put_process(1, "init");
  const cim::Instance row = only_row(*make_operating_system_provider(fake.roots), "Win32_OperatingSystem");
  EXPECT_EQ(number_of(row, "TotalVisibleMemorySize"), 1000U);
  EXPECT_EQ(number_of(row, "FreePhysicalMemory"), 400U);
  EXPECT_EQ(number_of(row, "TotalVirtualMemorySize"), 1050U);
  EXPECT_EQ(number_of(row, "FreeVirtualMemory"), 430U);
  EXPECT_EQ(number_of(row, "SizeStoredInPagingFiles"), 50U);
  EXPECT_EQ(number_of(row, "FreeSpaceInPagingFiles"), 30U);
  EXPECT_EQ(number_of(row, "MaxNumberOfProcesses"), 4194304U);
  EXPECT_EQ(number_of(row, "NumberOfProcesses"), 1U);
  EXPECT_EQ(text_of(row, "SystemDevice"), "/dev/sda2");
  EXPECT_EQ(text_of(row, "BootDevice"), "/dev/sda1");
  EXPECT_EQ(number_of(row, "OSType"), 36U);
  EXPECT_TRUE(row.value("ForegroundApplicationBoost").is_null());
}

TEST(OperatingSystem, AnswersWithoutAnyFile) {
  testing::FakeRoots fake;
  const cim::Instance row = only_row(*make_operating_system_provider(fake.roots), "Win32_OperatingSystem");
  EXPECT_EQ(text_of(row, "Caption"), "Linux");
  EXPECT_TRUE(row.value("SystemDevice").is_null());
  EXPECT_TRUE(row.value("MaxNumberOfProcesses").is_null());
}

TEST(ComputerSystem, CountsOnlineProcessorsAndPackages) {
  testing::FakeRoots fake;
  const std::string cpu = fake.roots.sys + "/devices/system/cpu/cpu";
  for (int i = 0; i < 4; ++i) fake.put(cpu + std::to_string(i) + "/topology/physical_package_id", i < 2 ? "0\n" : "1\n");
  fake.put(cpu + "3/online", "0\n");
  fake.put(cpu + "freq/none", "");
  fake.put(fake.roots.proc + "/cpuinfo", "flags : fpu hypervisor sse\n");
  fake.put(fake.roots.proc + "/meminfo", "MemTotal: 1000 kB\n");
  fake.put(fake.roots.sys + "/class/dmi/id/sys_vendor", "Maker\n");
  fake.put(fake.roots.sys + "/class/dmi/id/chassis_type", "30\n");
  const auto provider = make_computer_system_provider(fake.roots);
  const cim::Instance row = only_row(*provider, "Win32_ComputerSystem");
  EXPECT_EQ(number_of(row, "NumberOfLogicalProcessors"), 3U);
  EXPECT_EQ(number_of(row, "NumberOfProcessors"), 2U);
  EXPECT_EQ(number_of(row, "TotalPhysicalMemory"), 1000U * 1024);
  EXPECT_TRUE(row.value("HypervisorPresent").is_true());
  EXPECT_EQ(text_of(row, "Manufacturer"), "Maker");
  EXPECT_TRUE(row.value("Model").is_null());
  EXPECT_EQ(number_of(row, "PCSystemType"), 2U);
  EXPECT_EQ(number_of(row, "PCSystemTypeEx"), 8U);
  FakeCall call(testing::shipped_class("Win32_ComputerSystem"));
  EXPECT_EQ(provider->get(call, *cim::ObjectPath::parse("Win32_ComputerSystem.Name=\"another\""), kEverything).code(), WBEM_E_NOT_FOUND);
}

TEST(LogicalDisk, KnowsKindsOfDisks) {
  testing::FakeRoots fake;
  fake.put(fake.roots.proc + "/self/mountinfo",
           "1 0 8:2 / / rw - ext4 /dev/sda2 rw\n"
           "2 1 8:17 / /media/stick rw - vfat /dev/sdb1 rw\n"
           "3 1 11:0 / /media/cd ro - iso9660 /dev/sr0 ro\n"
           "4 1 0:44 / /net rw - nfs4 files:/export rw\n"
           "5 1 8:3 / /after/error rw - ext4 /dev/sda3 ro,errors=remount-ro\n");
  fake.put(fake.roots.sys + "/dev/block/8:17/removable", "1\n");
  const auto provider = make_logical_disk_provider(fake.roots);
  manager::Wanted wanted;
  wanted.properties = {"DeviceID", "DriveType", "Access", "MediaType", "ProviderName"};  // no sizes: nothing here is mounted
  FakeCall call(testing::shipped_class("Win32_LogicalDisk"));
  ASSERT_TRUE(provider->enumerate(call, wanted).ok());
  std::string seen;
  for (const cim::Instance& row : call.rows)
    seen += fmt::format("{} {} {} {} {}\n", text_of(row, "DeviceID"), *number_of(row, "DriveType"), *number_of(row, "Access"),
                        number_of(row, "MediaType").value_or(0), text_of(row, "ProviderName"));
  EXPECT_EQ(seen,
            "C: 3 3 12 NULL\n"
            "/after/error 3 1 12 NULL\n"
            "/media/cd 5 1 0 NULL\n"
            "/media/stick 2 3 11 NULL\n"
            "/net 4 3 0 files:/export\n");
  FakeCall get(testing::shipped_class("Win32_LogicalDisk"));
  EXPECT_TRUE(provider->get(get, *cim::ObjectPath::parse("Win32_LogicalDisk.DeviceID=\"/media/stick\""), wanted).ok());
  EXPECT_EQ(provider->get(get, *cim::ObjectPath::parse("Win32_LogicalDisk.DeviceID=\"Q:\""), wanted).code(), WBEM_E_NOT_FOUND);
}

}  // namespace
}  // namespace providers
