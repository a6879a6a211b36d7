#include "manager/name_spaces.h"

#include <algorithm>
#include <array>

#include "base/utf.h"
#include "manager/namespace_security.h"
#include "manager/put_instance.h"

namespace manager {

namespace {

constexpr std::array<std::string_view, 3> kSingletons{"__SystemSecurity", "__thisNAMESPACE", "__CIMOMIdentification"};
constexpr std::size_t kMaxNamespacePath = 8173;  // characters that NTLMLogin accepts (MS-WMI 3.1.4.1.4)

repository::Octets as_octets(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

/// System classes are copied as they lie, parents first: every namespace has its own, so that its instances are its own.
base::Status copy_system_classes(SchemaView& schema, repository::WriteTransaction& transaction, const Namespace& from,
                                 repository::NamespaceId to) {
  std::vector<std::string> pending{""};
  while (!pending.empty()) {
    const std::string parent = std::move(pending.back());
    pending.pop_back();
    TRY_ASSIGN(const auto names, schema.view().child_classes(from.id, parent));
    for (const auto& name : names) {
      if (!is_system_name(name)) continue;
      TRY_ASSIGN(const auto record, schema.view().find_class(from.id, name));
      const std::string octets(reinterpret_cast<const char*>(record.octets.data()), record.octets.size());
      TRY(transaction.put_class(to, name, parent, as_octets(octets)));
      pending.push_back(name);
    }
  }
  return {};
}

/// The singletons that every namespace has. Their octets say nothing about where they lie. RequiresEncryption is not inherited.
base::Status copy_singletons(SchemaView& schema, repository::WriteTransaction& transaction, const Namespace& from, const Namespace& to) {
  for (const std::string_view name : kSingletons) {
    TRY_ASSIGN(const auto source, schema.find(from, name));
    TRY_ASSIGN(const auto target, schema.find(to, name));
    if (!source || !target) continue;
    std::string key;
    std::string octets;
    TRY(schema.view().for_each_instance(source->id, [&](const repository::InstanceRow& row) {
      key = row.key;
      octets.assign(reinterpret_cast<const char*>(row.octets.data()), row.octets.size());
      return false;
    }));
    if (octets.empty()) continue;
    cim::InstanceBuilder copy(cim::Instance::copy_trusted(target->cls, as_octets(octets)));
    (void)copy.delete_qualifier("RequiresEncryption");
    octets.clear();
    copy.append_to(octets);
    TRY(transaction.put_instance(target->id, key, as_octets(octets), {}));
  }
  return {};
}

base::Status check_name(const Namespace& parent, std::string_view name) {
  if (!cim::valid_identifier(name)) return {WBEM_E_INVALID_PARAMETER, "\"" + std::string(name) + "\" cannot be the name of a namespace"};
  if (base::utf16_length(parent.path) + base::utf16_length(name) + 1 > kMaxNamespacePath)
    return {WBEM_E_QUOTA_VIOLATION, "the path of the namespace is longer than 8,173 characters"};
  return {};
}

/// The namespace alone, without its row in the parent.
base::Result<repository::NamespaceId> make_namespace(SchemaView& schema, repository::WriteTransaction& transaction, const Namespace& parent,
                                                     std::string_view name, const NamespaceSettings& settings) {
  TRY(check_name(parent, name));
  TRY_ASSIGN(const std::string descriptor, initial_descriptor(parent, settings));
  auto made = transaction.create_namespace(parent.id, base::fold_case(name), name, as_octets(descriptor));
  if (!made) {
    if (made.error().code() == WBEM_E_ALREADY_EXISTS)
      return base::fail(WBEM_E_ALREADY_EXISTS, "the namespace " + parent.path + "\\" + std::string(name) + " exists already");
    return base::fail(made.error());
  }
  TRY(copy_system_classes(schema, transaction, parent, *made));
  TRY_ASSIGN(const auto child, schema.name_space(parent.path + "\\" + std::string(name)));
  TRY(copy_singletons(schema, transaction, parent, *child));
  return *made;
}

}  // namespace

bool is_namespace_class(const cim::Class& cls) { return cls.inherits_from("__Namespace"); }

bool is_protected_singleton(const cim::Class& cls) {
  return std::ranges::any_of(kSingletons, [&](std::string_view name) { return base::equal_ignore_case(name, cls.name()); });
}

base::Result<repository::NamespaceId> create_namespace(SchemaView& schema, repository::WriteTransaction& transaction,
                                                       const Namespace& parent, std::string_view name) {
  TRY_ASSIGN(const auto id, make_namespace(schema, transaction, parent, name, {}));
  TRY_ASSIGN(const auto cls, schema.get(parent, "__Namespace", WBEM_E_CRITICAL_ERROR));
  cim::InstanceBuilder row(cls->cls);
  TRY(row.set("Name", cim::Value::text(std::string(name))));
  TRY(store_instance(schema, transaction, parent, *cls, row.build()));
  TRY_ASSIGN(const auto child, schema.name_space(parent.path + "\\" + std::string(name)));
  TRY(refresh_row(schema, transaction, *child));
  return id;
}

base::Status put_namespace(SchemaView& schema, repository::WriteTransaction& transaction, const Namespace& parent, const StoredClass& cls,
                           const cim::Instance& instance) {
  const auto name = instance.value("Name");
  if (!name.as_text()) return {WBEM_E_INVALID_PARAMETER, "the namespace has no Name"};
  TRY_ASSIGN(const NamespaceSettings settings, settings_of(instance.view()));
  TRY(make_namespace(schema, transaction, parent, *name.as_text(), settings));
  TRY(store_instance(schema, transaction, parent, cls, instance));
  TRY_ASSIGN(const auto child, schema.name_space(parent.path + "\\" + *name.as_text()));
  return apply_encryption(schema, transaction, *child, settings.requires_encryption.value_or(false));
}

base::Status delete_namespace(SchemaView& schema, repository::WriteTransaction& transaction, const Namespace& parent,
                              const cim::Instance& instance) {
  const auto name = instance.value("Name");
  if (!name.as_text()) return {WBEM_E_INVALID_OBJECT, "the namespace has no Name"};
  std::string key;
  TRY(cim::canonical_key(instance.view(), key));
  TRY_ASSIGN(const auto cls, schema.get(parent, instance.cls()->name(), WBEM_E_CRITICAL_ERROR));
  TRY_ASSIGN(const auto record, schema.view().find_namespace(parent.folded + "\\" + base::fold_case(*name.as_text())));
  TRY(transaction.delete_namespace(record.id));
  return transaction.delete_instance(cls->id, key);
}

base::Result<std::uint64_t> delete_instances(SchemaView& schema, repository::WriteTransaction& transaction, const Namespace& name_space,
                                             const Extent& extent) {
  TRY_ASSIGN(const auto cls, schema.get(name_space, extent.folded, WBEM_E_CRITICAL_ERROR));
  if (!is_namespace_class(*cls->cls)) return transaction.delete_instances(extent.id);
  std::vector<cim::Instance> rows;
  TRY(schema.view().for_each_instance(extent.id, [&](const repository::InstanceRow& row) {
    rows.push_back(cim::Instance::copy_trusted(cls->cls, row.octets));
    return true;
  }));
  for (const auto& row : rows) TRY(delete_namespace(schema, transaction, name_space, row));
  return rows.size();
}

}  // namespace manager
