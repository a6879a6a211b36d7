// Name=Value words of a command line as an instance of a method's in-parameters.
#pragma once

#include <string>
#include <vector>

#include "cim/services.h"

namespace cli {

/// `Name=text` sets a parameter, converted to its type; repeated words fill an array; `Name.Member=text` a member of an embedded object,
/// whose class the CIMTYPE names; a parameter that is not named stays NULL. Errors: INVALID_METHOD_PARAMETERS naming the parameters
/// that there are; TYPE_MISMATCH; INVALID_PARAMETER for a word without "=".
base::Result<cim::Instance> in_parameters(cim::Services& services, const cim::Method& method, const std::vector<std::string>& words);

}  // namespace cli
