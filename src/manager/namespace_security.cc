#include "manager/namespace_security.h"

#include "manager/access.h"
#include "manager/name_spaces.h"
#include "manager/put_instance.h"

namespace manager {

namespace {

constexpr std::string_view kSddl = "NamespaceSecuritySDDL";
constexpr std::string_view kEncryption = "RequiresEncryption";

repository::Octets as_octets(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

/// Nothing of its own: what it inherits is all there is.
security::SecurityDescriptor inheriting() {
  security::SecurityDescriptor out = security::default_namespace_descriptor();
  out.dacl->aces.clear();
  return out;
}

base::Result<NamespacePtr> parent_of(SchemaView& schema, const Namespace& name_space) {
  TRY_ASSIGN(const auto record, schema.view().get_namespace(name_space.parent));
  return schema.name_space(record.path);
}

/// An instance as it lies in the repository.
struct Row {
  StoredClassPtr cls;
  std::string key;
  cim::Instance instance;
};

base::Result<std::optional<Row>> find_row(SchemaView& schema, const Namespace& where, const cim::ObjectPath& path) {
  TRY_ASSIGN(const auto cls, schema.find(where, path.class_name));
  if (!cls) return std::nullopt;
  std::string key;
  TRY(cim::canonical_key(*cls->cls, path, key));
  TRY_ASSIGN(const auto found, schema.find_instance(where, cls, key));
  if (!found) return std::nullopt;
  return Row{found->cls, std::move(key), cim::Instance::copy_trusted(found->cls->cls, found->octets)};
}

base::Result<std::optional<Row>> security_row(SchemaView& schema, const Namespace& name_space) {
  cim::ObjectPath path;
  path.class_name = "__SystemSecurity";
  path.singleton = true;
  return find_row(schema, name_space, path);
}

base::Status put_flag(cim::InstanceBuilder& builder, bool set) {
  if (set) return builder.put_qualifier({std::string(kEncryption), {cim::CimType::kBoolean, false}, cim::Value::boolean(true), 0});
  const base::Status status = builder.delete_qualifier(kEncryption);
  return status.code() == WBEM_E_NOT_FOUND ? base::Status() : status;
}

base::Status store(SchemaView& schema, repository::WriteTransaction& transaction, const Namespace& name_space,
                   const security::SecurityDescriptor& descriptor) {
  const std::string octets = descriptor.to_octets();
  if (octets == name_space.descriptor) return {};
  TRY(transaction.set_security_descriptor(name_space.id, as_octets(octets)));
  TRY_ASSIGN(const NamespacePtr now, schema.name_space(name_space.path));
  TRY(refresh_row(schema, transaction, *now));
  TRY_ASSIGN(const auto children, schema.child_namespaces(*now));
  for (const auto& child : children) {
    auto own = inheriting();
    if (!child->descriptor.empty()) {
      TRY_ASSIGN(own, descriptor_of(*child));
    }
    TRY(store(schema, transaction, *child, security::inherit(descriptor, std::move(own))));
  }
  return {};
}

base::Result<std::string> sddl_text(const cim::Qualifier& qualifier) {
  // MS-WMI 2.2.32 calls it an array of strings, its note 11 a string.
  const cim::Value* value = &qualifier.value;
  if (const auto* elements = value->as_array(); elements && elements->size() == 1) value = &elements->front();
  if (value->as_text()) return *value->as_text();
  return base::fail(WBEM_E_INVALID_PARAMETER, std::string(kSddl) + " is no text");
}

}  // namespace

base::Result<security::SecurityDescriptor> descriptor_of(const Namespace& name_space) {
  if (name_space.descriptor.empty()) {
    const auto top = security::default_namespace_descriptor();
    return name_space.parent == 0 ? top : security::inherit(top, inheriting());
  }
  auto parsed = security::SecurityDescriptor::parse(name_space.descriptor);
  if (!parsed) {
    return base::fail(WBEM_E_CRITICAL_ERROR, "the security descriptor of " + name_space.path + " is damaged: " + parsed.error().text());
  }
  return parsed;
}

base::Status set_descriptor(SchemaView& schema, repository::WriteTransaction& transaction, const Namespace& name_space,
                            security::SecurityDescriptor own) {
  TRY(security::check_namespace_descriptor(own));
  if (name_space.parent != 0) {
    TRY_ASSIGN(const NamespacePtr parent, parent_of(schema, name_space));
    TRY_ASSIGN(const auto above, descriptor_of(*parent));
    own = security::inherit(above, std::move(own));
  }
  return store(schema, transaction, name_space, own);
}

base::Result<bool> requires_encryption(SchemaView& schema, const Namespace& name_space) {
  TRY_ASSIGN(const auto row, security_row(schema, name_space));
  return row && row->instance->own_qualifiers().is_true(kEncryption);
}

base::Result<NamespaceSettings> settings_of(const cim::InstanceView& instance) {
  NamespaceSettings out;
  const cim::QualifierSet qualifiers = instance.own_qualifiers();
  if (const auto* sddl = qualifiers.find(kSddl)) {
    TRY_ASSIGN(const std::string text, sddl_text(*sddl));
    TRY_ASSIGN(out.descriptor, security::SecurityDescriptor::from_sddl(text));
    TRY(security::check_namespace_descriptor(*out.descriptor));
  }
  if (const auto* encryption = qualifiers.find(kEncryption)) out.requires_encryption = encryption->value.is_true();
  return out;
}

base::Result<std::string> initial_descriptor(const Namespace& parent, const NamespaceSettings& settings) {
  if (!settings.descriptor && parent.descriptor.empty()) return std::string();
  TRY_ASSIGN(const auto above, descriptor_of(parent));
  return security::inherit(above, settings.descriptor.value_or(inheriting())).to_octets();
}

base::Status apply_settings(SchemaView& schema, repository::WriteTransaction& transaction, const UpdateRequest& request,
                            const Namespace& name_space, const NamespaceSettings& settings) {
  if (settings.empty()) return {};
  const std::uint32_t rights = request.caller != nullptr ? granted_access(name_space, *request.caller) : request.rights;
  if ((rights & cim::right::kWriteDac) == 0)
    return {WBEM_E_ACCESS_DENIED, "changing the security of " + name_space.path + " takes the right WRITE_DAC on it"};
  if (settings.descriptor) TRY(set_descriptor(schema, transaction, name_space, *settings.descriptor));
  if (settings.requires_encryption) TRY(apply_encryption(schema, transaction, name_space, *settings.requires_encryption));
  return {};
}

base::Status apply_encryption(SchemaView& schema, repository::WriteTransaction& transaction, const Namespace& name_space, bool required) {
  TRY_ASSIGN(const auto row, security_row(schema, name_space));
  if (!row) return {WBEM_E_CRITICAL_ERROR, name_space.path + " has no __SystemSecurity"};
  cim::InstanceBuilder builder(row->instance);
  TRY(put_flag(builder, required));
  TRY(write_instance(schema, transaction, name_space, *row->cls, row->key, builder.build()));
  return refresh_row(schema, transaction, name_space);
}

base::Status refresh_row(SchemaView& schema, repository::WriteTransaction& transaction, const Namespace& name_space) {
  if (name_space.parent == 0) return {};
  TRY_ASSIGN(const NamespacePtr parent, parent_of(schema, name_space));
  cim::ObjectPath path;
  path.class_name = "__Namespace";
  path.keys.push_back({"Name", cim::Value::text(std::string(name_space.name()))});
  TRY_ASSIGN(const auto row, find_row(schema, *parent, path));
  if (!row) return {};
  cim::InstanceBuilder builder(row->instance);
  TRY_ASSIGN(const bool encryption, requires_encryption(schema, name_space));
  TRY(put_flag(builder, encryption));
  (void)builder.delete_qualifier(kSddl);
  if (!name_space.descriptor.empty()) {
    TRY_ASSIGN(const auto descriptor, descriptor_of(name_space));
    if (auto text = descriptor.to_sddl())
      TRY(builder.put_qualifier({std::string(kSddl), {cim::CimType::kString, false}, cim::Value::text(*std::move(text)), 0}));
  }
  return write_instance(schema, transaction, *parent, *row->cls, row->key, builder.build());
}

}  // namespace manager
