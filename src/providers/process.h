// Win32_Process over /proc (schema/cimv2/Win32_Process.mof).
#pragma once

#include <memory>

#include "manager/provider.h"
#include "providers/machine.h"

namespace providers {

struct ProcessOptions {
  /// `cmd.exe /c TEXT` runs TEXT in /bin/sh.
  bool map_cmd = true;
};
manager::ProviderPtr make_process_provider(Roots roots, ProcessOptions options);

}  // namespace providers
