// What a reference points to, in the form of the repository's back-links: the same for every spelling of the same object.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "cim/instance.h"
#include "manager/schema.h"

namespace manager {

/// The target of a reference whose text is `path`, read in `name_space`. A base class of the target's class names the same target, as does
/// this server's name or none. What cannot be resolved (other servers, unknown classes) is known by its folded text.
/// Errors: WBEM_E_INVALID_OBJECT_PATH.
base::Result<repository::Hash128> reference_target(SchemaView& schema, const Namespace& name_space, std::string_view path);

/// The same for an instance (canonical_key) or, with an empty key and no singleton, for a class of this repository.
repository::Hash128 object_target(const Namespace& name_space, const StoredClass& cls, std::string_view key);

/// The targets of all references of an instance; NULL and empty ones left out.
base::Result<std::vector<repository::Hash128>> reference_targets(SchemaView& schema, const Namespace& name_space, const StoredClass& cls,
                                                                 const cim::InstanceView& instance);

}  // namespace manager
