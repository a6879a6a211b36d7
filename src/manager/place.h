// Where a path leads: the connection's namespace or another one of this machine, with the caller's rights there; and keys as a class has
// them.
#pragma once

#include "manager/connection.h"
#include "manager/schema.h"

namespace manager {

struct Place {
  NamespacePtr name_space;
  std::uint32_t rights = 0;
};

/// The connection's own namespace. WBEM_E_INVALID_NAMESPACE when it was deleted since.
base::Result<Place> home(SchemaView& schema, const Connection& connection);

/// The namespace that `path` names, else the connection's. Errors: WBEM_E_INVALID_NAMESPACE (unknown, or of another server),
/// WBEM_E_ACCESS_DENIED (`needed` is not granted there, or it requires encryption and this remote connection's namespace does not; for the
/// connection's own that was checked before start).
base::Result<Place> place_of(SchemaView& schema, const Connection& connection, const cim::ObjectPath& path, std::uint32_t needed);

/// The same instance with every key named and of its property's type, in the class's order, and the class's spelling. Errors:
/// WBEM_E_INVALID_OBJECT_PATH as cim::canonical_key.
base::Result<cim::ObjectPath> typed_path(const cim::Class& cls, const cim::ObjectPath& path);

}  // namespace manager
