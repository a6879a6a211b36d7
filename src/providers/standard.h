// The providers that OpenWMI ships; main() hands the list to the object manager.
#pragma once

#include <vector>

#include "manager/provider.h"
#include "providers/machine.h"
#include "providers/process.h"

namespace providers {

struct StandardOptions {
  Roots roots;
  ProcessOptions process;
};
/// One registration per class.
std::vector<manager::ProviderRegistration> standard_providers(const StandardOptions& options = {});

manager::ProviderPtr make_operating_system_provider(Roots roots);
manager::ProviderPtr make_computer_system_provider(Roots roots);
manager::ProviderPtr make_logical_disk_provider(Roots roots);

}  // namespace providers
