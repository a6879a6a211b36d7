// First use of a repository: the standard namespaces, the system classes and the shipped schema; and their update by a newer program.
#pragma once

#include <string_view>

#include "manager/schema.h"

namespace manager {

/// Brings the repository to this program's schema: nothing to do (one read) when its marker is the same. Creates root, root\default,
/// root\cimv2, root\subscription, root\wmi, the system classes in each, and the embedded MOF, in one transaction. A marker of another
/// version updates the shipped classes in place (force mode for classes, instances of static ones kept where they fit). Errors:
/// INITIALIZATION_FAILURE with file and line for a schema that does not compile; ACCESS_DENIED for a repository that is not writable
/// and not filled.
base::Status bootstrap(const Schema& schema);

/// Creates a child namespace with the system classes and its own singletons in it. Errors: ALREADY_EXISTS, INVALID_PARAMETER (name).
base::Result<repository::NamespaceId> create_namespace(SchemaView& schema, repository::WriteTransaction& transaction,
                                                       const Namespace& parent, std::string_view name, std::string_view descriptor = {});

}  // namespace manager
