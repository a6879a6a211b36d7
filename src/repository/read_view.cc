#include "repository/store.h"

namespace repository {
namespace {

base::Status overlong_or_missing(std::string_view name) {
  if (name.size() > kMaxName) return WBEM_E_NOT_FOUND;
  return {};
}

base::Result<ClassRecord> parse_or_damaged(std::string_view key, std::string_view value) {
  const auto record = key.size() < 4 ? std::nullopt : parse_class(id_at(key), value);
  if (!record) return base::fail(damaged_record(Table::kClasses, key, "a record shorter than its lengths say"));
  return *record;
}

base::Result<InstanceValue> instance_or_damaged(std::string_view key, std::string_view value) {
  const auto parsed = parse_instance(value);
  if (!parsed) return base::fail(damaged_record(Table::kInstances, key, "a record shorter than its lengths say"));
  return *parsed;
}

}  // namespace

base::Result<NamespaceRecord> ReadView::get_namespace(NamespaceId id) const {
  const std::string key = id_key(id);
  TRY_ASSIGN(const std::string_view value, lookup(*context_, Table::kNamespaces, key));
  const auto record = parse_namespace(id, value);
  if (!record) return base::fail(damaged_record(Table::kNamespaces, key, "a record shorter than its lengths say"));
  return *record;
}

base::Result<NamespaceRecord> ReadView::find_namespace(std::string_view folded_path) const {
  if (folded_path.empty()) return base::fail(WBEM_E_NOT_FOUND);
  TRY(overlong_or_missing(folded_path));
  std::string key;
  append_name_key(folded_path, key);
  TRY_ASSIGN(const std::string_view value, lookup(*context_, Table::kPaths, key));
  if (value.size() != 4) return base::fail(damaged_record(Table::kPaths, key, "no namespace number"));
  return get_namespace(id_at(value));
}

base::Result<std::vector<NamespaceRecord>> ReadView::child_namespaces(NamespaceId parent) const {
  std::vector<NamespaceRecord> out;
  const std::string prefix = id_key(parent);
  Cursor cursor(*context_, Table::kNamespaceTree);
  for (bool more = cursor.seek(prefix); more && cursor.key().starts_with(prefix); more = cursor.next()) {
    if (cursor.value().size() != 4) return base::fail(damaged_record(Table::kNamespaceTree, cursor.key(), "no namespace number"));
    TRY_ASSIGN(const NamespaceRecord record, get_namespace(id_at(cursor.value())));
    out.push_back(record);
  }
  TRY(cursor.status());
  return out;
}

base::Result<ClassRecord> ReadView::find_class(NamespaceId name_space, std::string_view folded_name) const {
  TRY(overlong_or_missing(folded_name));
  const std::string key = scoped_key(name_space, folded_name);
  TRY_ASSIGN(const std::string_view value, lookup(*context_, Table::kClasses, key));
  return parse_or_damaged(key, value);
}

base::Result<ClassRecord> ReadView::get_class(ClassId id) const {
  TRY_ASSIGN(const std::string_view key, lookup(*context_, Table::kClassIds, id_key(id)));
  const auto value = lookup(*context_, Table::kClasses, key);
  if (!value) return base::fail(damaged_record(Table::kClassIds, id_key(id), "refers to a class that is not there"));
  return parse_or_damaged(key, *value);
}

base::Result<std::vector<std::string>> ReadView::child_classes(NamespaceId name_space, std::string_view folded_parent) const {
  std::vector<std::string> out;
  if (folded_parent.size() > kMaxName) return out;
  const std::string prefix = hierarchy_prefix(name_space, folded_parent);
  Cursor cursor(*context_, Table::kHierarchy);
  for (bool more = cursor.seek(prefix); more && cursor.key().starts_with(prefix); more = cursor.next()) out.emplace_back(cursor.value());
  TRY(cursor.status());
  // The keys of over-long names are in the order of their first part only.
  if (!std::is_sorted(out.begin(), out.end())) std::sort(out.begin(), out.end());
  return out;
}

base::Result<bool> ReadView::has_child_classes(NamespaceId name_space, std::string_view folded_name) const {
  const std::string prefix = hierarchy_prefix(name_space, folded_name);
  Cursor cursor(*context_, Table::kHierarchy);
  const bool found = cursor.seek(prefix) && cursor.key().starts_with(prefix);
  TRY(cursor.status());
  return found;
}

base::Status ReadView::for_each_class(NamespaceId name_space, const std::function<bool(const ClassRecord&)>& visit) const {
  const std::string prefix = id_key(name_space);
  Cursor cursor(*context_, Table::kClasses);
  for (bool more = cursor.seek(prefix); more && cursor.key().starts_with(prefix); more = cursor.next()) {
    TRY_ASSIGN(const ClassRecord record, parse_or_damaged(cursor.key(), cursor.value()));
    if (!visit(record)) return {};
  }
  return cursor.status();
}

base::Result<Octets> ReadView::get_instance(ClassId class_id, std::string_view canonical_key) const {
  const InstanceKey key = instance_key({class_id, hash128(canonical_key)});
  TRY_ASSIGN(const std::string_view value, lookup(*context_, Table::kInstances, view(key)));
  TRY_ASSIGN(const InstanceValue parsed, instance_or_damaged(view(key), value));
  if (parsed.key != canonical_key) return base::fail(WBEM_E_NOT_FOUND);
  return parsed.octets;
}

base::Result<InstanceRow> ReadView::get_instance(const InstanceId& id) const {
  const InstanceKey key = instance_key(id);
  TRY_ASSIGN(const std::string_view value, lookup(*context_, Table::kInstances, view(key)));
  TRY_ASSIGN(const InstanceValue parsed, instance_or_damaged(view(key), value));
  return InstanceRow{id, parsed.key, parsed.octets};
}

base::Result<bool> ReadView::has_instances(ClassId class_id) const {
  const std::string prefix = id_key(class_id);
  Cursor cursor(*context_, Table::kInstances);
  const bool found = cursor.seek(prefix) && cursor.key().starts_with(prefix);
  TRY(cursor.status());
  return found;
}

base::Result<std::uint64_t> ReadView::count_instances(ClassId class_id) const {
  const std::string prefix = id_key(class_id);
  std::uint64_t count = 0;
  Cursor cursor(*context_, Table::kInstances);
  for (bool more = cursor.seek(prefix); more && cursor.key().starts_with(prefix); more = cursor.next()) ++count;
  TRY(cursor.status());
  return count;
}

base::Status ReadView::for_each_instance(ClassId class_id, const std::function<bool(const InstanceRow&)>& visit) const {
  const std::string prefix = id_key(class_id);
  Cursor cursor(*context_, Table::kInstances);
  for (bool more = cursor.seek(prefix); more && cursor.key().starts_with(prefix); more = cursor.next()) {
    if (cursor.key().size() != kInstanceKey) return damaged_record(Table::kInstances, cursor.key(), "a key of the wrong length");
    TRY_ASSIGN(const InstanceValue parsed, instance_or_damaged(cursor.key(), cursor.value()));
    if (!visit({instance_id(cursor.key()), parsed.key, parsed.octets})) return {};
  }
  return cursor.status();
}

base::Result<std::vector<InstanceId>> ReadView::referrers(const Hash128& target, std::size_t limit, const InstanceId& after) const {
  std::vector<InstanceId> out;
  const std::string start = reference_key(target, after);
  const std::string_view prefix = std::string_view(start).substr(0, target.octets.size());
  Cursor cursor(*context_, Table::kReferences);
  for (bool more = cursor.seek(start); more && out.size() < limit && cursor.key().starts_with(prefix); more = cursor.next()) {
    if (cursor.key().size() != kReferenceKey) {
      return base::fail(damaged_record(Table::kReferences, cursor.key(), "a key of the wrong length"));
    }
    const InstanceId id = instance_id(cursor.key().substr(prefix.size()));
    if (id > after) out.push_back(id);
  }
  TRY(cursor.status());
  return out;
}

base::Result<Octets> ReadView::setting(std::string_view name) const {
  if (name.empty() || name.size() > 200) return base::fail(WBEM_E_NOT_FOUND);
  TRY_ASSIGN(const std::string_view value, lookup(*context_, Table::kSettings, name));
  return octets_of(value);
}

std::uint64_t ReadView::schema_generation() const { return context_->store->generation_of(*context_); }

base::Result<ReadTransaction> Store::read() {
  TRY_ASSIGN(Context * context, begin_read());
  return ReadTransaction(context);
}

ReadTransaction::ReadTransaction(ReadTransaction&& other) noexcept : ReadView(std::exchange(other.context_, nullptr)) {}

ReadTransaction& ReadTransaction::operator=(ReadTransaction&& other) noexcept {
  std::swap(context_, other.context_);
  return *this;
}

ReadTransaction::~ReadTransaction() {
  if (context_ != nullptr) context_->store->end_read(context_);
}

}  // namespace repository
