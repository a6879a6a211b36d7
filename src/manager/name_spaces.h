// Namespaces as instances of __Namespace in their parent: kept in step with the repository's namespaces.
#pragma once

#include "manager/update.h"

namespace manager {

/// __Namespace or a class derived from it.
bool is_namespace_class(const cim::Class& cls);
/// A singleton that every namespace has and nobody writes (but see __SystemSecurity in put_instance.cc): __SystemSecurity, __thisNAMESPACE,
/// __CIMOMIdentification.
bool is_protected_singleton(const cim::Class& cls);

/// Creates a child namespace: system classes, its own singletons, and its row in the parent's __Namespace. `name` is one component.
/// Errors: INVALID_PARAMETER (no identifier), ALREADY_EXISTS, QUOTA_VIOLATION (a path over 8,173 characters).
base::Result<repository::NamespaceId> create_namespace(SchemaView& schema, repository::WriteTransaction& transaction,
                                                       const Namespace& parent, std::string_view name);

/// Creates what an instance of `cls` (a __Namespace class of `parent`) says, NamespaceSecuritySDDL and RequiresEncryption among its
/// qualifiers included. Errors: INVALID_PARAMETER for its Name, ALREADY_EXISTS; those of settings_of.
base::Status put_namespace(SchemaView& schema, repository::WriteTransaction& transaction, const Namespace& parent, const StoredClass& cls,
                           const cim::Instance& instance);
/// All instances of exactly this class; of a __Namespace class also the namespaces that they stand for. Returns their number.
base::Result<std::uint64_t> delete_instances(SchemaView& schema, repository::WriteTransaction& transaction, const Namespace& name_space,
                                             const Extent& extent);
/// With everything below it.
base::Status delete_namespace(SchemaView& schema, repository::WriteTransaction& transaction, const Namespace& parent,
                              const cim::Instance& instance);

}  // namespace manager
