#include "providers/standard.h"

namespace providers {

std::vector<manager::ProviderRegistration> standard_providers(const StandardOptions& options) {
  const auto cimwin32 = [](std::string class_name, manager::ProviderPtr provider) {
    manager::ProviderRegistration registration;
    registration.provider_name = "CIMWin32";
    registration.class_name = std::move(class_name);
    registration.provider = std::move(provider);
    return registration;
  };
  return {
      cimwin32("Win32_Process", make_process_provider(options.roots, options.process)),
      cimwin32("Win32_OperatingSystem", make_operating_system_provider(options.roots)),
      cimwin32("Win32_ComputerSystem", make_computer_system_provider(options.roots)),
      cimwin32("Win32_LogicalDisk", make_logical_disk_provider(options.roots)),
  };
}

}  // namespace providers
