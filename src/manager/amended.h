// Localised qualifiers (MS-WMI 3.1.1.2): the neutral class here, the amended qualifiers in the class of the same name in the child
// namespace of the locale.
#pragma once

#include "cim/class.h"

namespace manager {

/// The class without its own amended qualifiers, those of members and parameters included.
base::Result<cim::ClassPtr> strip_amended(const cim::Class& cls);

/// Only the amended qualifiers of `cls` and the members that carry them, with Amendment and, for a locale MS_xxx, LOCALE. `parent`: of the
/// amendment that is there already; may be null.
base::Result<cim::ClassPtr> amendment_of(const cim::Class& cls, const cim::ClassPtr& parent, std::string_view locale);

/// The neutral class with every qualifier of the amendment that it lacks itself.
base::Result<cim::ClassPtr> merge_amended(const cim::Class& neutral, const cim::Class& amendment);

/// The instance's class, or the instance itself, has an amended qualifier that the stored class has not: it was read with the flag.
bool has_foreign_amendments(const cim::Class& seen, const cim::Class& stored);

}  // namespace manager
