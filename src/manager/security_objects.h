// Security descriptors as objects: __SecurityDescriptor with its __ACE and __Trustee (what GetSecurityDescriptor and
// SetSecurityDescriptor of __SystemSecurity exchange).
#pragma once

#include "cim/object.h"
#include "manager/schema.h"
#include "security/descriptor.h"

namespace manager {

/// A uint8 array.
cim::Value octets_value(std::string_view octets);

/// An instance of __SecurityDescriptor of that namespace. A list that is absent or null is NULL; ACEs of kinds that __ACE cannot say are
/// left out. Names are those of well-known SIDs and of this machine's users and groups. Errors: WBEM_E_INVALID_CLASS.
base::Result<cim::Value> descriptor_object(SchemaView& schema, const Namespace& name_space, const security::SecurityDescriptor& descriptor);

/// A trustee is named by SID, else by SIDString, else by Domain and Name. Errors: WBEM_E_INVALID_PARAMETER, naming the member.
base::Result<security::SecurityDescriptor> descriptor_of_object(const cim::Instance& object);

}  // namespace manager
