// Names that a client gives to a server when it logs in (MS-WMI 3.1.4.1.4, 2.2.29).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace remote {

/// "root\cimv2" of that, "//./root/cimv2" and "\\HOST\root\cimv2"; the spelling is kept. WBEM_E_INVALID_NAMESPACE, WBEM_E_QUOTA_VIOLATION.
base::Result<std::string> plain_namespace(std::string_view text);
/// Whether OpenNamespace takes it from the top: a leading server or "root".
bool is_absolute_namespace(std::string_view text);
/// "\\HOST\root\cimv2"; "." for a host that cannot stand there.
std::string network_resource(std::string_view host, std::string_view name_space);

/// Of a comma list, in order; empty for none. WBEM_E_INVALID_PARAMETER for what is no locale.
base::Result<std::vector<std::string>> split_locales(std::string_view text);
/// Several, or others than MS_xxx: EstablishPosition goes first (MS-WMI 3.2.4.1.1).
bool needs_position(const std::vector<std::string>& locales);
std::string join_locales(const std::vector<std::string>& locales);

}  // namespace remote
