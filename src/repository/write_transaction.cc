#include <fmt/format.h>

#include <cstring>

#include "base/bytes.h"
#include "repository/lmdb_status.h"
#include "repository/store.h"

namespace repository {
namespace {

constexpr int kMaxDepth = 1024;  // of the class hierarchy; also ends the walk when a damaged one has a circle

/// An error of LMDB while writing: the transaction is lost, whatever the work makes of it.
base::Status write_failure(Context& context, int rc) {
  if (context.write_error == 0) context.write_error = rc;
  return lmdb_status(rc, "writing " + context.store->data_file().string());
}

base::Status put(Context& context, Table table, std::string_view key, std::string_view value) {
  context.wrote = true;
  MDB_val key_value = value_of(key);
  MDB_val data = value_of(value);
  const int rc = mdb_put(context.txn, context.table(table), &key_value, &data, 0);
  return rc == 0 ? base::Status() : write_failure(context, rc);
}

/// WBEM_E_NOT_FOUND when there was none.
base::Status erase(Context& context, Table table, std::string_view key) {
  MDB_val key_value = value_of(key);
  const int rc = mdb_del(context.txn, context.table(table), &key_value, nullptr);
  if (rc == MDB_NOTFOUND) return WBEM_E_NOT_FOUND;
  context.wrote = true;
  return rc == 0 ? base::Status() : write_failure(context, rc);
}

/// Of a record that others say is there.
base::Status erase_known(Context& context, Table table, std::string_view key) {
  base::Status status = erase(context, table, key);
  if (status.code() == WBEM_E_NOT_FOUND) return damaged_record(table, key, "missing");
  return status;
}

void note_schema_change(Context& context) {
  context.schema_changed = true;
  context.uncommitted_generation = context.store->next_uncommitted_generation();
}

base::Result<std::uint32_t> next_id(Context& context, std::string_view counter) {
  std::uint32_t id = 1;
  if (const auto value = lookup(context, Table::kMeta, counter); value && value->size() == 4) id = base::load_le<std::uint32_t>(*value, 0);
  if (id == UINT32_MAX) return base::fail(WBEM_E_QUOTA_VIOLATION, "the repository has no number left for another class or namespace");
  std::string next;
  base::ByteWriter(next).u32(id + 1);
  TRY(put(context, Table::kMeta, counter, next));
  return id;
}

base::Status check_name(std::string_view name, std::string_view what) {
  if (name.empty()) return {WBEM_E_INVALID_PARAMETER, fmt::format("an empty name of a {}", what)};
  if (name.size() > kMaxName) return {WBEM_E_QUOTA_VIOLATION, fmt::format("a name of a {} of {} octets", what, name.size())};
  return {};
}

base::Status erase_references(Context& context, const InstanceValue& value, const InstanceId& id) {
  for (std::size_t i = 0; i < value.reference_count(); ++i) {
    TRY(erase_known(context, Table::kReferences, reference_key(value.reference(i), id)));
  }
  return {};
}

/// All records of a table that start with `prefix`; `each` first, while the record is still there.
base::Status erase_range(Context& context, Table table, std::string_view prefix,
                         const std::function<base::Status(std::string_view key, std::string_view value)>& each) {
  Cursor cursor(context, table);
  for (bool more = cursor.seek(prefix); more && cursor.key().starts_with(prefix); more = cursor.seek(prefix)) {
    if (each) TRY(each(cursor.key(), cursor.value()));
    context.wrote = true;
    if (const int rc = cursor.erase(); rc != 0) return write_failure(context, rc);
  }
  return cursor.status();
}

}  // namespace

base::Result<NamespaceId> WriteTransaction::create_namespace(NamespaceId parent, std::string_view folded_name, std::string_view name,
                                                             Octets security_descriptor) {
  TRY(check_name(folded_name, "namespace"));
  std::string folded_path(folded_name);
  std::string path(name);
  if (parent != 0) {
    const auto above = get_namespace(parent);
    if (!above && above.error().code() == WBEM_E_NOT_FOUND) return base::fail(WBEM_E_INVALID_NAMESPACE, "no such parent namespace");
    if (!above) return base::fail(above.error());
    folded_path = fmt::format("{}\\{}", above->folded_path, folded_name);
    path = fmt::format("{}\\{}", above->path, name);
  }
  TRY(check_name(folded_path, "namespace with its parents"));
  TRY(check_name(path, "namespace with its parents"));
  const auto present = find_namespace(folded_path);
  if (present) return base::fail(WBEM_E_ALREADY_EXISTS, fmt::format("the namespace {} exists", present->path));
  if (present.error().code() != WBEM_E_NOT_FOUND) return base::fail(present.error());
  note_schema_change(*context_);
  TRY_ASSIGN(const NamespaceId id, next_id(*context_, kNextNamespaceKey));
  const NamespaceRecord record{id, parent, folded_path, path, security_descriptor};
  std::string path_key;
  append_name_key(folded_path, path_key);
  TRY(put(*context_, Table::kNamespaces, id_key(id), encode_namespace(record)));
  TRY(put(*context_, Table::kPaths, path_key, id_key(id)));
  TRY(put(*context_, Table::kNamespaceTree, scoped_key(parent, folded_name), id_key(id)));
  return id;
}

base::Status WriteTransaction::set_security_descriptor(NamespaceId id, Octets security_descriptor) {
  TRY_ASSIGN(NamespaceRecord record, get_namespace(id));
  record.security_descriptor = security_descriptor;
  const std::string octets = encode_namespace(record);
  note_schema_change(*context_);
  return put(*context_, Table::kNamespaces, id_key(id), octets);
}

base::Status WriteTransaction::delete_namespace(NamespaceId id) {
  TRY_ASSIGN(const NamespaceRecord record, get_namespace(id));
  const NamespaceId parent = record.parent;
  const std::string folded_path(record.folded_path);
  TRY_ASSIGN(const std::vector<NamespaceRecord> children, child_namespaces(id));
  std::vector<NamespaceId> child_ids;
  for (const NamespaceRecord& child : children) child_ids.push_back(child.id);
  for (const NamespaceId child : child_ids) TRY(delete_namespace(child));

  note_schema_change(*context_);
  const std::string prefix = id_key(id);
  const auto erase_content = [&](std::string_view key, std::string_view value) -> base::Status {
    const auto cls = parse_class(id, value);
    if (!cls) return damaged_record(Table::kClasses, key, "a record shorter than its lengths say");
    const ClassId class_id = cls->id;
    TRY(delete_instances(class_id));
    return erase_known(*context_, Table::kClassIds, id_key(class_id));
  };
  TRY(erase_range(*context_, Table::kClasses, prefix, erase_content));
  TRY(erase_range(*context_, Table::kHierarchy, prefix, {}));
  std::string path_key;
  append_name_key(folded_path, path_key);
  const std::size_t slash = folded_path.rfind('\\');
  const std::string component = parent == 0 || slash == std::string::npos ? folded_path : folded_path.substr(slash + 1);
  TRY(erase_known(*context_, Table::kPaths, path_key));
  TRY(erase_known(*context_, Table::kNamespaceTree, scoped_key(parent, component)));
  return erase_known(*context_, Table::kNamespaces, prefix);
}

base::Result<ClassId> WriteTransaction::put_class(NamespaceId name_space, std::string_view folded_name, std::string_view folded_parent,
                                                  Octets octets) {
  TRY(check_name(folded_name, "class"));
  if (const auto space = get_namespace(name_space); !space) {
    if (space.error().code() != WBEM_E_NOT_FOUND) return base::fail(space.error());
    return base::fail(WBEM_E_INVALID_NAMESPACE, "no such namespace");
  }
  int depth = 0;
  for (std::string above(folded_parent); !above.empty();) {
    if (++depth > kMaxDepth)
      return base::fail(WBEM_E_QUOTA_VIOLATION, fmt::format("more than {} classes above {}", kMaxDepth, folded_name));
    if (above == folded_name) return base::fail(WBEM_E_CIRCULAR_REFERENCE, fmt::format("{} would descend from itself", folded_name));
    const auto record = find_class(name_space, above);
    if (!record && record.error().code() != WBEM_E_NOT_FOUND) return base::fail(record.error());
    if (!record) return base::fail(WBEM_E_INVALID_SUPERCLASS, fmt::format("there is no class {}", above));
    above = record->parent;
  }
  const std::string key = scoped_key(name_space, folded_name);
  const auto present = find_class(name_space, folded_name);
  if (!present && present.error().code() != WBEM_E_NOT_FOUND) return base::fail(present.error());
  ClassId id = present ? present->id : 0;
  const std::string old_parent(present ? present->parent : std::string_view());
  note_schema_change(*context_);
  if (!present) {
    TRY_ASSIGN(id, next_id(*context_, kNextClassKey));
    TRY(put(*context_, Table::kClassIds, id_key(id), key));
  } else if (old_parent != folded_parent) {
    TRY(erase_known(*context_, Table::kHierarchy, hierarchy_key(name_space, old_parent, folded_name)));
  }
  if (!present || old_parent != folded_parent) {
    TRY(put(*context_, Table::kHierarchy, hierarchy_key(name_space, folded_parent, folded_name), folded_name));
  }
  TRY(put(*context_, Table::kClasses, key, encode_class({id, name_space, folded_name, folded_parent, octets})));
  return id;
}

base::Status WriteTransaction::delete_class(NamespaceId name_space, std::string_view folded_name) {
  TRY_ASSIGN(const ClassRecord record, find_class(name_space, folded_name));
  const ClassId id = record.id;
  const std::string hierarchy = hierarchy_key(name_space, record.parent, folded_name);
  TRY_ASSIGN(const bool has_children, has_child_classes(name_space, folded_name));
  if (has_children) return {WBEM_E_CLASS_HAS_CHILDREN, fmt::format("the class {} has child classes", folded_name)};
  note_schema_change(*context_);
  TRY(delete_instances(id));
  TRY(erase_known(*context_, Table::kHierarchy, hierarchy));
  TRY(erase_known(*context_, Table::kClassIds, id_key(id)));
  return erase_known(*context_, Table::kClasses, scoped_key(name_space, folded_name));
}

base::Result<bool> WriteTransaction::put_instance(ClassId class_id, std::string_view canonical_key, Octets octets,
                                                  std::span<const Hash128> references, PutMode mode) {
  Context& context = *context_;
  std::vector<Hash128> targets(references.begin(), references.end());
  std::sort(targets.begin(), targets.end());
  targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
  if (canonical_key.size() > 0xFFFF || targets.size() > 0xFFFF) {
    return base::fail(WBEM_E_QUOTA_VIOLATION,
                      fmt::format("an instance with a key of {} octets and {} references, 65535 are allowed of each", canonical_key.size(),
                                  targets.size()));
  }
  const auto cls = lookup(context, Table::kClassIds, id_key(class_id));
  if (!cls && cls.error().code() != WBEM_E_NOT_FOUND) return base::fail(cls.error());
  if (!cls) return base::fail(WBEM_E_INVALID_CLASS, "the class is not in the repository");

  const InstanceId id{class_id, hash128(canonical_key)};
  const InstanceKey key = instance_key(id);
  const auto present = lookup(context, Table::kInstances, view(key));
  if (!present && present.error().code() != WBEM_E_NOT_FOUND) return base::fail(present.error());
  if (present) {
    const auto old = parse_instance(*present);
    if (!old) return base::fail(damaged_record(Table::kInstances, view(key), "a record shorter than its lengths say"));
    if (old->key != canonical_key) return base::fail(WBEM_E_FAILED, "another instance of the class has a key with the same 128-bit hash");
    if (mode == PutMode::kCreateOnly) return base::fail(WBEM_E_ALREADY_EXISTS, "the instance exists");
    const bool same = old->references.size() == 16 * targets.size() &&
                      (targets.empty() || std::memcmp(old->references.data(), targets.data(), old->references.size()) == 0);
    if (!same) {
      // The view ends with the first change.
      const std::string copy(present->substr(0, kInstanceHead + old->key.size() + old->references.size()));
      TRY(erase_references(context, *parse_instance(copy), id));
      for (const Hash128& target : targets) TRY(put(context, Table::kReferences, reference_key(target, id), {}));
    }
  } else {
    if (mode == PutMode::kReplaceOnly) return base::fail(WBEM_E_NOT_FOUND, "there is no such instance");
    for (const Hash128& target : targets) TRY(put(context, Table::kReferences, reference_key(target, id), {}));
  }
  // In place, without a copy on the way.
  MDB_val key_value = value_of(view(key));
  MDB_val value{kInstanceHead + canonical_key.size() + 16 * targets.size() + octets.size(), nullptr};
  context.wrote = true;
  const int rc = mdb_put(context.txn, context.table(Table::kInstances), &key_value, &value, MDB_RESERVE);
  if (rc != 0) return base::fail(write_failure(context, rc));
  auto* to = static_cast<std::uint8_t*>(value.mv_data);
  const std::uint16_t sizes[2] = {static_cast<std::uint16_t>(canonical_key.size()), static_cast<std::uint16_t>(targets.size())};
  const auto append = [&to](const void* from, std::size_t size) {
    if (size != 0) std::memcpy(to, from, size);
    to += size;
  };
  append(sizes, sizeof sizes);
  append(canonical_key.data(), canonical_key.size());
  append(targets.data(), 16 * targets.size());
  append(octets.data(), octets.size());
  return !present.has_value();
}

base::Status WriteTransaction::delete_instance(ClassId class_id, std::string_view canonical_key) {
  const InstanceId id{class_id, hash128(canonical_key)};
  const InstanceKey key = instance_key(id);
  TRY_ASSIGN(const std::string_view value, lookup(*context_, Table::kInstances, view(key)));
  const auto old = parse_instance(value);
  if (!old) return damaged_record(Table::kInstances, view(key), "a record shorter than its lengths say");
  if (old->key != canonical_key) return WBEM_E_NOT_FOUND;
  if (old->reference_count() != 0) {
    const std::string copy(value.substr(0, kInstanceHead + old->key.size() + old->references.size()));
    TRY(erase_references(*context_, *parse_instance(copy), id));
  }
  return erase_known(*context_, Table::kInstances, view(key));
}

base::Result<std::uint64_t> WriteTransaction::delete_instances(ClassId class_id) {
  std::uint64_t count = 0;
  const auto erase_links = [&](std::string_view key, std::string_view value) -> base::Status {
    const auto old = parse_instance(value);
    if (!old || key.size() != kInstanceKey) return damaged_record(Table::kInstances, key, "a malformed record");
    ++count;
    if (old->reference_count() == 0) return {};
    const InstanceId id = instance_id(key);
    const std::string copy(value.substr(0, kInstanceHead + old->key.size() + old->references.size()));
    return erase_references(*context_, *parse_instance(copy), id);
  };
  TRY(erase_range(*context_, Table::kInstances, id_key(class_id), erase_links));
  return count;
}

base::Status WriteTransaction::put_setting(std::string_view name, Octets value) {
  if (name.empty() || name.size() > 200) return {WBEM_E_INVALID_PARAMETER, "the name of a setting has 1 to 200 octets"};
  if (!value.empty()) return put(*context_, Table::kSettings, name, text_of(value));
  base::Status status = erase(*context_, Table::kSettings, name);
  return status.code() == WBEM_E_NOT_FOUND ? base::Status() : status;
}

}  // namespace repository
