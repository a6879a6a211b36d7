// Pieces of PutInstance that class updates share.
#pragma once

#include "manager/update.h"

namespace manager {

/// Writes an instance of exactly this definition of the class: key, octets, back-links. No rules but the key's (NO_KEY, ILLEGAL_NULL).
base::Status store_instance(SchemaView& schema, repository::WriteTransaction& transaction, const Namespace& name_space,
                            const StoredClass& cls, const cim::Instance& instance);

/// Octets as the repository keeps them: as they are, or written anew when their heap does not end in two NUL octets.
cim::Instance storable(const cim::Instance& instance);

}  // namespace manager
