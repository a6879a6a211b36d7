// The system properties of objects (__CLASS, __PATH ...) and the paths behind them. Internal to src/cim.
#pragma once

#include <string>
#include <string_view>

#include "cim/instance.h"

namespace cim {

/// A system property of a class (`instance` null) or an instance; NULL where it does not apply. WBEM_E_NOT_FOUND for another name.
base::Result<Value> system_property(const Class& cls, const InstanceView* instance, bool decorated, std::string_view name);
/// \\SERVER\namespace:relative.
std::string full_path(const Class& cls, std::string_view relative);

}  // namespace cim
