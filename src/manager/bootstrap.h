// First use of a repository: the standard namespaces, the system classes and the shipped schema; and their update by a newer program.
#pragma once

#include "base/clock.h"
#include "manager/schema.h"

namespace manager {

/// Brings the repository to this program's schema. Nothing to do (one read) when its marker says so, also when a newer program wrote it.
/// Else, in one transaction: root, root\default, root\cimv2, root\subscription, root\wmi, the system classes in each namespace, and the
/// embedded MOF. A process that may not write is content with an older schema. Classes that are there already are updated by force;
/// instances of static ones are carried over by property name. Errors: INITIALIZATION_FAILURE with file, line and cause for a schema that
/// does not compile; those of Repository::write.
base::Status bootstrap(const Schema& schema, const base::Clock& clock);

}  // namespace manager
