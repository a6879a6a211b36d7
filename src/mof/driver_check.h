// What mofcomp -WMI looks at: classes that the data blocks of a Windows driver map to (SDK "Qualifiers Specific to the WDM Provider").
#pragma once

#include "mof/ast.h"

namespace mof {

/// For each class with a GUID qualifier and without Abstract: the GUID is one, the key InstanceName (string) and Active (boolean) are
/// there, and the WmiDataId numbers of the other properties run from 1 without gaps. The first error ends it: returned, and appended to
/// `diagnostics`. Errors: WBEMMOF_E_INVALID_CLASS_DECLARATION.
base::Status check_driver_classes(const Unit& unit, Diagnostics& diagnostics);

}  // namespace mof
