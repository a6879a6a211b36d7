// What can be wrong with a parsed text without looking at any repository.
#pragma once

#include "mof/ast.h"

namespace mof {

/// Names declared twice, qualifiers outside their scope or of another type than declared, defaults of the wrong type, parameters that
/// are neither in nor out, CIMTYPE against the declared type, aliases that are unknown, declared twice or circular. The first error
/// ends it: returned, and appended to `diagnostics`. Errors: WBEMMOF_E_*, WBEM_E_CIRCULAR_REFERENCE for aliases.
base::Status check(const Unit& unit, Diagnostics& diagnostics);

}  // namespace mof
