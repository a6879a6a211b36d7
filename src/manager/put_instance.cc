#include "manager/put_instance.h"

#include <algorithm>

#include "base/utf.h"
#include "manager/amended.h"
#include "manager/name_spaces.h"
#include "manager/namespace_security.h"
#include "manager/references.h"

namespace manager {

namespace {

constexpr std::size_t kMaxPath = 8192;  // characters of __RELPATH (MS-WMI 3.1.4.3.12, WBEM_MAX_PATH)

base::Status null_status(const cim::Class& cls, const cim::Property& property, base::Hresult code) {
  return {code, cls.name() + "." + property.name + " must not be NULL"};
}

base::Status amended_status() {
  return {WBEM_E_AMENDED_OBJECT, "the instance carries localised qualifiers; put it with WBEM_FLAG_USE_AMENDED_QUALIFIERS"};
}

base::Status check_instantiable(const StoredClass& stored) {
  const auto& cls = *stored.cls;
  if (cls.abstract()) return {WBEM_E_INVALID_OPERATION, cls.name() + " is abstract: it has no instances of its own"};
  if (stored.amendment) return {WBEM_E_INVALID_OPERATION, cls.name() + " is an amendment: it has no instances"};
  return {};
}

/// Key text becomes part of paths: no control characters.
base::Status check_keys(const StoredClass& stored, const cim::InstanceView& instance) {
  const auto& cls = *stored.cls;
  if (cls.keys().empty() && !cls.singleton()) return {WBEM_E_NO_KEY, cls.name() + " has no key, so it cannot have instances"};
  for (const auto index : cls.keys()) {
    const auto& property = cls.properties()[index];
    if (instance.is_null(property.handle)) {
      if (instance.is_default(property.handle)) return {WBEM_E_NO_KEY, "the key " + cls.name() + "." + property.name + " was never set"};
      return null_status(cls, property, WBEM_E_ILLEGAL_NULL);
    }
    if (!cim::is_text(property.type.base)) continue;
    const auto text = instance.text(property.handle);
    for (std::uint32_t i = 0; i < text.length(); ++i)
      if (text.unit(i) < 0x20)
        return {WBEM_E_INVALID_OBJECT, "the key " + cls.name() + "." + property.name + " has a control character in it"};
  }
  return {};
}

std::string object_path(const SchemaView& schema, const Namespace& ns, std::string_view relative) {
  std::string out;
  out.reserve(schema.server_name().size() + ns.path.size() + relative.size() + 4);
  out += "\\\\";
  out += schema.server_name();
  out += '\\';
  out += ns.path;
  out += ':';
  out += relative;
  return out;
}

bool any_amended(const cim::QualifierSet& set) {
  return std::ranges::any_of(set, [](const auto& q) { return q.amended(); });
}

/// Qualifiers of the instance's own or of one of its properties.
bool has_amended_qualifiers(const cim::Class& cls, const cim::InstanceView& instance) {
  return any_amended(instance.own_qualifiers()) ||
         std::ranges::any_of(cls.properties(), [&](const auto& p) { return any_amended(instance.own_property_qualifiers(p)); });
}

/// The octets to store: with the flag without amended qualifiers of the instance's own.
base::Result<cim::Instance> without_amended(const cim::Instance& instance) {
  if (!has_amended_qualifiers(*instance.cls(), instance.view())) return instance;
  cim::InstanceBuilder builder(instance);
  for (const auto& q : instance->own_qualifiers())
    if (q.amended()) TRY(builder.delete_qualifier(q.name));
  for (const auto& p : instance.cls()->properties())
    for (const auto& q : instance->own_property_qualifiers(p))
      if (q.amended()) TRY(builder.delete_property_qualifier(p.name, q.name));
  return builder.build(instance.decorated());
}

/// Embedded objects are of the class that CIMTYPE names, or of one derived from it.
base::Status check_embedded(const StoredClass& stored, const cim::InstanceView& instance) {
  for (const auto index : stored.embedded) {
    const auto& property = stored.cls->properties()[index];
    if (instance.is_null(property.handle) || instance.is_default(property.handle)) continue;
    if (!is_of_declared_class(property, instance.value(property)))
      return {WBEM_E_TYPE_MISMATCH, stored.cls->name() + "." + property.name + " takes objects of the class " +
                                        std::string(property.reference_class()) + " and of those derived from it"};
  }
  return {};
}

/// An instance that cannot be a second one beside that of a sibling class: no class below the key's root may have this key.
base::Status check_family(SchemaView& schema, const Namespace& ns, const StoredClass& cls, std::string_view key) {
  if (cls.key_root.empty()) return {};
  const StoredClass* root = &cls;
  StoredClassPtr holder;
  if (cls.key_root != cls.folded) {
    TRY_ASSIGN(holder, schema.get(ns, cls.key_root, WBEM_E_CRITICAL_ERROR));
    root = holder.get();
  } else {
    TRY_ASSIGN(const bool children, schema.view().has_child_classes(ns.id, cls.folded));
    if (!children) return {};
  }
  TRY_ASSIGN(const auto extents, schema.extents(ns, *root));
  for (const auto& extent : *extents) {
    if (extent.id == cls.id) continue;
    const auto other = schema.view().get_instance(extent.id, key);
    if (!other && other.error().code() == WBEM_E_NOT_FOUND) continue;
    if (!other) return other.error();
    TRY_ASSIGN(const auto holding, schema.get(ns, extent.folded, WBEM_E_CRITICAL_ERROR));
    return {WBEM_E_ALREADY_EXISTS, "an instance with this key is of the class " + holding->cls->name() + "; it cannot move to " +
                                       cls.cls->name() + " before it is deleted"};
  }
  return {};
}

struct Prepared {
  cim::Instance instance;
  std::string key;
  bool exists = false;
};

/// Everything that an instance must pass before it is written; a partial update comes out merged.
base::Result<Prepared> prepare(SchemaView& schema, const UpdateRequest& request, const StoredClass& stored, const cim::Instance& incoming) {
  const Namespace& ns = *request.name_space;
  TRY_ASSIGN(const auto partial, partial_update(request.context, request.flags));
  TRY_ASSIGN(auto instance, receive(incoming, stored, request.flags));
  Prepared out{std::move(instance), {}, false};
  // What a partial update does not list is not looked at: the merged instance is checked.
  if (partial.requested) {
    TRY(check_instantiable(stored));
    TRY(check_keys(stored, out.instance.view()));
  } else {
    TRY(check_instance(stored, out.instance.view(), request.flags));
  }
  TRY(cim::canonical_key(out.instance.view(), out.key));

  const auto existing = schema.view().get_instance(stored.id, out.key);
  if (!existing && existing.error().code() != WBEM_E_NOT_FOUND) return base::fail(existing.error());
  out.exists = existing.has_value();
  if (out.exists && (request.flags & cim::flag::kCreateOnly) != 0)
    return base::fail(WBEM_E_ALREADY_EXISTS, out.instance->relative_path() + " exists already");
  if (!out.exists && (request.flags & cim::flag::kUpdateOnly) != 0)
    return base::fail(WBEM_E_NOT_FOUND, "no instance " + out.instance->relative_path() + " to update in " + ns.path);
  if (!out.exists) TRY(check_family(schema, ns, stored, out.key));
  if (out.exists && is_namespace_class(*stored.cls)) {
    // The namespace itself keeps the spelling that it was created with.
    cim::InstanceBuilder builder(out.instance);
    TRY(builder.set("Name", cim::Instance::copy_trusted(stored.cls, *existing).value("Name")));
    out.instance = builder.build();
  }
  if (partial.requested) {
    const auto before = cim::Instance::copy_trusted(stored.cls, *existing);
    TRY_ASSIGN(out.instance, merge_partial(before, out.instance, partial));
    TRY(check_instance(stored, out.instance.view(), request.flags));
  }
  return out;
}

/// Of the singletons only __SystemSecurity can be put, for its RequiresEncryption qualifier (MS-WMI 2.2.30.3).
base::Status put_system_security(SchemaView& schema, repository::WriteTransaction& transaction, const UpdateRequest& request,
                                 const StoredClass& cls, const cim::Instance& incoming) {
  TRY_ASSIGN(NamespaceSettings settings, settings_of(incoming.view()));
  settings.descriptor.reset();
  if (!base::equal_ignore_case(cls.cls->name(), "__SystemSecurity") || settings.empty())
    return {WBEM_E_INVALID_OPERATION, cls.cls->name() + " is kept by the system"};
  return apply_settings(schema, transaction, request, *request.name_space, settings);
}

/// Puts the row of a namespace that exists, and what its qualifiers say of the namespace (MS-WMI 3.1.4.18.3).
base::Status update_namespace(SchemaView& schema, repository::WriteTransaction& transaction, const UpdateRequest& request,
                              const StoredClass& cls, const Prepared& row) {
  const Namespace& parent = *request.name_space;
  TRY_ASSIGN(const NamespaceSettings settings, settings_of(row.instance.view()));
  TRY_ASSIGN(const NamespacePtr child, schema.name_space(parent.path + "\\" + *row.instance.value("Name").as_text()));
  TRY(apply_settings(schema, transaction, request, *child, settings));
  TRY(write_instance(schema, transaction, parent, cls, row.key, row.instance));
  TRY_ASSIGN(const NamespacePtr now, schema.name_space(child->path));
  return refresh_row(schema, transaction, *now);
}

}  // namespace

bool is_of_declared_class(const cim::Property& property, const cim::Value& value) {
  if (property.reference_class().empty()) return true;
  const auto fits = [&](const cim::Value& one) {
    const auto* object = one.as_object();
    return !object || (*object)->cls()->inherits_from(property.reference_class());
  };
  const auto* elements = value.as_array();
  return elements ? std::ranges::all_of(*elements, fits) : fits(value);
}

bool same_layout(const cim::Class& a, const cim::Class& b) {
  if (&a.data() == &b.data() || std::ranges::equal(a.class_part(), b.class_part())) return true;
  return a.tables_length() == b.tables_length() && std::ranges::equal(a.lookup_order(), b.lookup_order()) &&
         std::ranges::equal(a.properties(), b.properties(), [](const cim::Property& x, const cim::Property& y) {
           return x.type == y.type && x.handle.index == y.handle.index && x.handle.offset == y.handle.offset &&
                  base::equal_ignore_case(x.name, y.name);
         });
}

cim::Instance storable(const cim::Instance& instance) {
  const auto& view = instance.view();
  const auto size = view.heap_size();
  if (size >= 2 && view.heap()[size - 1] == 0 && view.heap()[size - 2] == 0) return instance;
  return cim::InstanceBuilder(instance).build();
}

base::Status check_instance_rights(const StoredClass& cls, std::uint32_t rights) {
  if (cls.cls->dynamic()) {
    if ((rights & cim::right::kWriteProvider) != 0) return {};
    return {WBEM_E_ACCESS_DENIED, "writing instances of the provider's class " + cls.cls->name() + " takes the right WRITE_PROVIDER"};
  }
  if ((rights & cim::right::kFullWrite) != 0) return {};
  if (cls.below_system) return {WBEM_E_ACCESS_DENIED, "writing instances of " + cls.cls->name() + " takes the right FULL_WRITE"};
  if ((rights & cim::right::kPartialWrite) != 0) return {};
  return {WBEM_E_ACCESS_DENIED, "writing instances of " + cls.cls->name() + " takes the right PARTIAL_WRITE"};
}

base::Status check_instance(const StoredClass& stored, const cim::InstanceView& instance, std::uint32_t flags) {
  const auto& cls = *stored.cls;
  TRY(check_instantiable(stored));
  TRY(check_keys(stored, instance));
  if ((flags & cim::flag::kUseAmendedQualifiers) == 0 && has_amended_qualifiers(cls, instance)) return amended_status();
  for (const auto index : stored.not_null) {
    const auto& property = cls.properties()[index];
    if (instance.is_null(property.handle)) return null_status(cls, property, WBEM_E_ILLEGAL_NULL);
  }
  return check_embedded(stored, instance);
}

base::Result<cim::Instance> adapt(const cim::Instance& instance, const cim::ClassPtr& stored) {
  if (same_layout(*instance.cls(), *stored)) {
    if (instance.cls() == stored) return instance;
    return cim::Instance::copy_trusted(stored, instance.view().octets());
  }
  cim::InstanceBuilder builder(stored);
  for (const auto& property : instance.cls()->properties()) {
    const auto* target = stored->property(property.name);
    if (!target) continue;
    if (instance->is_default(property.handle)) {
      // The stored class's default from now on.
    } else if (instance->is_null(property.handle)) {
      builder.set_null(target->handle);
    } else {
      TRY(builder.set(*target, instance->value(property)));
    }
    for (const auto& q : instance->own_property_qualifiers(property)) TRY(builder.put_property_qualifier(target->name, q));
  }
  for (const auto& q : instance->own_qualifiers()) TRY(builder.put_qualifier(q));
  return builder.build(instance.decorated());
}

base::Result<cim::Instance> receive(const cim::Instance& instance, const StoredClass& stored, std::uint32_t flags) {
  const bool amended = (flags & cim::flag::kUseAmendedQualifiers) != 0;
  if (!amended && has_foreign_amendments(*instance.cls(), *stored.cls)) return base::fail(amended_status());
  TRY_ASSIGN(auto adapted, adapt(instance, stored.cls));
  return amended ? without_amended(adapted) : adapted;
}

base::Status store_instance(SchemaView& schema, repository::WriteTransaction& transaction, const Namespace& name_space,
                            const StoredClass& cls, const cim::Instance& instance) {
  TRY(check_keys(cls, instance.view()));
  std::string key;
  TRY(cim::canonical_key(instance.view(), key));
  TRY(check_family(schema, name_space, cls, key));
  return write_instance(schema, transaction, name_space, cls, key, instance, repository::PutMode::kCreateOnly);
}

base::Status write_instance(SchemaView& schema, repository::WriteTransaction& transaction, const Namespace& name_space,
                            const StoredClass& cls, std::string_view key, const cim::Instance& instance, repository::PutMode mode) {
  std::vector<repository::Hash128> references;
  if (!cls.references.empty()) {
    TRY_ASSIGN(references, reference_targets(schema, name_space, cls, instance.view()));
  }
  TRY(transaction.put_instance(cls.id, key, storable(instance).view().octets(), references, mode));
  return {};
}

base::Result<UpdateResult> put_instance(SchemaView& schema, repository::WriteTransaction& transaction, const UpdateRequest& request,
                                        const cim::Instance& incoming) {
  const Namespace& ns = *request.name_space;
  if (incoming.cls()->name().empty()) return base::fail(WBEM_E_INCOMPLETE_CLASS, "the instance is of a class without a name");
  TRY_ASSIGN(const auto stored, schema.get(ns, incoming.cls()->name(), WBEM_E_INVALID_CLASS));
  TRY(check_instance_rights(*stored, request.rights));
  if (stored->cls->dynamic())
    return base::fail(WBEM_E_PROVIDER_NOT_CAPABLE, "instances of " + stored->cls->name() + " are its provider's, not the repository's");
  if (is_protected_singleton(*stored->cls) && !request.system) {
    TRY(put_system_security(schema, transaction, request, *stored, incoming));
    return UpdateResult{Change::kModified, object_path(schema, ns, incoming->relative_path()), {}, {}, 0};
  }
  TRY_ASSIGN(auto prepared, prepare(schema, request, *stored, incoming));

  UpdateResult result;
  const std::string relative = prepared.instance->relative_path();
  if (relative.size() > kMaxPath && base::utf16_length(relative) > kMaxPath)
    return base::fail(WBEM_E_QUOTA_VIOLATION, "the instance's path is longer than 8,192 characters");
  result.path = object_path(schema, ns, relative);
  result.change = prepared.exists ? Change::kModified : Change::kCreated;
  if (request.want_objects) {
    if (prepared.exists) {
      TRY_ASSIGN(const auto octets, schema.view().get_instance(stored->id, prepared.key));
      result.previous = cim::Object(cim::Instance::copy_trusted(stored->cls, octets));
    }
    result.current = cim::Object(cim::Instance::copy_trusted(stored->cls, prepared.instance.view().octets()));
  }
  if (!is_namespace_class(*stored->cls)) {
    TRY(write_instance(schema, transaction, ns, *stored, prepared.key, prepared.instance));
  } else if (prepared.exists) {
    TRY(update_namespace(schema, transaction, request, *stored, prepared));
  } else {
    TRY(put_namespace(schema, transaction, ns, *stored, prepared.instance));
  }
  return result;
}

base::Result<UpdateResult> delete_instance(SchemaView& schema, repository::WriteTransaction& transaction, const UpdateRequest& request,
                                           const cim::ObjectPath& path) {
  const Namespace& ns = *request.name_space;
  if (!path.is_instance() || path.class_name.empty())
    return base::fail(WBEM_E_INVALID_OBJECT_PATH, path.to_string() + " names no instance");
  TRY_ASSIGN(const auto named, schema.get(ns, path.class_name, WBEM_E_INVALID_CLASS));
  std::string key;
  TRY(cim::canonical_key(*named->cls, path, key));
  TRY_ASSIGN(const auto found, schema.find_instance(ns, named, key));
  TRY(check_instance_rights(found ? *found->cls : *named, request.rights));
  if (!found) {
    if (named->cls->dynamic())
      return base::fail(WBEM_E_PROVIDER_NOT_CAPABLE, "instances of " + named->cls->name() + " are its provider's, not the repository's");
    return base::fail(WBEM_E_NOT_FOUND, "no instance " + path.relative() + " in " + ns.path);
  }
  if (is_protected_singleton(*found->cls->cls) && !request.system)
    return base::fail(WBEM_E_INVALID_OPERATION, found->cls->cls->name() + " is kept by the system");
  UpdateResult result;
  result.change = Change::kDeleted;
  const auto instance = cim::Instance::copy_trusted(found->cls->cls, found->octets);
  result.path = object_path(schema, ns, instance->relative_path());
  if (request.want_objects) result.previous = cim::Object(instance);
  if (is_namespace_class(*found->cls->cls))
    TRY(delete_namespace(schema, transaction, ns, instance));
  else
    TRY(transaction.delete_instance(found->cls->id, key));
  return result;
}

}  // namespace manager
