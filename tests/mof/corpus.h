// The DMTF CIM schema as test input: it is no part of the project, so tests that need it skip loudly without it.
#pragma once

#include <optional>
#include <string>

namespace mof_test {

/// The path of CIM_Schema.mof, unpacked once per process into a temporary folder that is removed at exit. The archive is
/// $OPENWMI_DMTF_CORPUS, or ../shared/corpus/dmtf-cim-2.32.0.tar.gz beside the repository; nothing when there is none.
std::optional<std::string> dmtf_schema();

}  // namespace mof_test
