// Security descriptors of namespaces and their RequiresEncryption flags (MS-WMI 2.2.30, 3.1.4.18). A namespace without a descriptor of its
// own has what it inherits: the default one, as long as no namespace above has one. From then on every namespace below keeps its own.
#pragma once

#include <optional>
#include <string>

#include "manager/update.h"
#include "security/descriptor.h"

namespace manager {

/// WBEM_E_CRITICAL_ERROR for stored octets that are no descriptor.
base::Result<security::SecurityDescriptor> descriptor_of(const Namespace& name_space);

/// Gives the namespace `own` and what it inherits from its parent, and everything below what it inherits then. The rows of __Namespace
/// follow. Errors, before anything is written: those of security::check_namespace_descriptor.
base::Status set_descriptor(SchemaView& schema, repository::WriteTransaction& transaction, const Namespace& name_space,
                            security::SecurityDescriptor own);

base::Result<bool> requires_encryption(SchemaView& schema, const Namespace& name_space);

/// What qualifiers of a __Namespace instance say of the namespace (MS-WMI 3.1.4.18.1).
struct NamespaceSettings {
  std::optional<security::SecurityDescriptor> descriptor;  // NamespaceSecuritySDDL
  std::optional<bool> requires_encryption;                 // RequiresEncryption
  bool empty() const { return !descriptor && !requires_encryption; }
};
/// WBEM_E_INVALID_PARAMETER, WBEM_E_NULL_SECURITY_DESCRIPTOR for an SDDL text that cannot be a namespace's descriptor.
base::Result<NamespaceSettings> settings_of(const cim::InstanceView& instance);

/// The octets that a new child of `parent` starts with; empty: none of its own.
base::Result<std::string> initial_descriptor(const Namespace& parent, const NamespaceSettings& settings);

/// Applies settings to an existing namespace. WBEM_E_ACCESS_DENIED without WRITE_DAC on it.
base::Status apply_settings(SchemaView& schema, repository::WriteTransaction& transaction, const UpdateRequest& request,
                            const Namespace& name_space, const NamespaceSettings& settings);
/// For a new one: the flag alone, and the row of its parent.
base::Status apply_encryption(SchemaView& schema, repository::WriteTransaction& transaction, const Namespace& name_space, bool required);
/// NamespaceSecuritySDDL and RequiresEncryption of the namespace's row in its parent (MS-WMI 3.1.4.18.2).
base::Status refresh_row(SchemaView& schema, repository::WriteTransaction& transaction, const Namespace& name_space);

}  // namespace manager
