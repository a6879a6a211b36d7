// Pieces of PutInstance that class updates share.
#pragma once

#include "manager/update.h"

namespace manager {

/// Writes a new instance of exactly this definition of the class: key, octets, back-links. No rules but the key's (NO_KEY, ILLEGAL_NULL;
/// ALREADY_EXISTS, also for a class of the same key root).
base::Status store_instance(SchemaView& schema, repository::WriteTransaction& transaction, const Namespace& name_space,
                            const StoredClass& cls, const cim::Instance& instance);

/// Octets and back-links of an instance that has passed every rule, in place of what was there.
base::Status write_instance(SchemaView& schema, repository::WriteTransaction& transaction, const Namespace& name_space,
                            const StoredClass& cls, std::string_view key, const cim::Instance& instance,
                            repository::PutMode mode = repository::PutMode::kCreateOrReplace);

/// The octets of an instance mean the same under both classes: properties of the same names and types in the same places.
bool same_layout(const cim::Class& a, const cim::Class& b);

/// Octets as the repository keeps them: as they are, or written anew when their heap does not end in two NUL octets.
cim::Instance storable(const cim::Instance& instance);

}  // namespace manager
