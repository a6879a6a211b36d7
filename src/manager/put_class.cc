#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/utf.h"
#include "cim/wmio.h"
#include "manager/amended.h"
#include "manager/class_rules.h"
#include "manager/name_spaces.h"
#include "manager/put_instance.h"
#include "manager/update.h"
#include "mof/parser.h"

namespace manager {

namespace {

constexpr std::string_view kDefaultLocale = "MS_409";

/// The first locale that can name a namespace of localised classes (MS-WMI 2.2.29).
std::string amendment_locale(const std::vector<std::string>& locales) {
  const auto found = std::ranges::find_if(locales, [](const auto& name) { return mof::is_locale_name(name); });
  return found == locales.end() ? std::string(kDefaultLocale) : *found;
}

repository::Octets as_octets(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

std::string class_path(const SchemaView& schema, const Namespace& ns, std::string_view name) {
  return "\\\\" + schema.server_name() + "\\" + ns.path + ":" + std::string(name);
}

/// MS-WMI 3.1.4.3.7, 3.1.4.3.9: a provider's class takes another right than one of the repository. A class that is not there yet is the
/// repository's, whatever its qualifiers say.
base::Status check_class_rights(const cim::Class* stored, std::uint32_t rights, const Namespace& ns) {
  const bool dynamic = stored && stored->dynamic();
  if ((rights & (dynamic ? cim::right::kWriteProvider : cim::right::kFullWrite)) != 0) return {};
  return {WBEM_E_ACCESS_DENIED, (stored ? "changing " + stored->name() : std::string("creating a class")) + " takes the right " +
                                    (dynamic ? "WRITE_PROVIDER" : "FULL_WRITE") + " on " + ns.path};
}

/// Why an instance may have no place under a new definition of its class; anything else is a failure of the repository.
bool has_no_place(base::Hresult code) {
  static constexpr std::array kReasons{WBEM_E_NO_KEY,
                                       WBEM_E_ILLEGAL_NULL,
                                       WBEM_E_ALREADY_EXISTS,
                                       WBEM_E_INVALID_OBJECT,
                                       WBEM_E_TYPE_MISMATCH,
                                       WBEM_E_VALUE_OUT_OF_RANGE,
                                       WBEM_E_INVALID_OBJECT_PATH,
                                       WBEM_E_QUOTA_VIOLATION,
                                       WBEM_E_OVERRIDE_NOT_ALLOWED};
  return std::ranges::find(kReasons, code) != kReasons.end();
}

/// A class that follows its changed parent.
struct Follower {
  StoredClassPtr stored;
  cim::ClassPtr updated;
};

class ClassUpdate {
 public:
  ClassUpdate(SchemaView& schema, repository::WriteTransaction& transaction, const UpdateRequest& request)
      : schema_(schema), transaction_(transaction), request_(request), ns_(*request.name_space) {}

  base::Result<UpdateResult> run(const cim::ClassPtr& declaration);

 private:
  base::Status find_parent(const cim::Class& declaration);
  base::Status judge();
  base::Status plan_followers(bool force);
  base::Status write();
  base::Status write_class(const cim::Class& cls);
  base::Result<std::vector<cim::Instance>> take_out(const Follower& change);
  base::Status migrate();
  base::Status write_amendment(const cim::Class& whole);

  SchemaView& schema_;
  repository::WriteTransaction& transaction_;
  const UpdateRequest& request_;
  const Namespace& ns_;
  StoredClassPtr stored_;  // null: a new class
  StoredClassPtr parent_;  // null: top-level
  cim::ClassPtr updated_;
  ExtentsPtr extents_;  // of the stored class
  std::vector<Follower> followers_;
  bool delete_instances_ = false;
  Difference difference_ = Difference::kNone;
  UpdateResult result_;
};

base::Status ClassUpdate::find_parent(const cim::Class& declaration) {
  const auto& name = declaration.superclass();
  if (name.empty()) return {};
  if (stored_ && base::equal_ignore_case(name, declaration.name()))
    return {WBEM_E_CIRCULAR_REFERENCE, declaration.name() + " cannot be its own parent"};
  TRY_ASSIGN(parent_, schema_.get(ns_, name, WBEM_E_NOT_FOUND));
  if (stored_ && parent_->cls->inherits_from(declaration.name()))
    return {WBEM_E_CIRCULAR_REFERENCE, name + " is derived from " + declaration.name()};
  return {};
}

/// A copy of the stored class with the qualifiers of the updated one: the layout of instances stays what it was.
base::Status copy_qualifiers(const cim::QualifierSet& from, const cim::QualifierSet& to, auto&& put, auto&& erase) {
  for (const auto& q : from) {
    const auto* other = to.find(q.name);
    if (!q.propagated() && (!other || other->propagated())) TRY(erase(q.name));
  }
  for (const auto& q : to)
    if (const auto* other = from.find(q.name); !q.propagated() && !(other && *other == q)) TRY(put(q));
  return {};
}

base::Result<cim::ClassPtr> requalified(const cim::Class& stored, const cim::Class& updated) {
  auto builder = cim::ClassBuilder::modify(stored);
  TRY(copy_qualifiers(
      stored.qualifiers(), updated.qualifiers(), [&](const auto& q) { return builder.put_qualifier(q); },
      [&](const auto& name) { return builder.delete_qualifier(name); }));
  for (const auto& p : stored.properties())
    TRY(copy_qualifiers(
        p.qualifiers, updated.property(p.name)->qualifiers, [&](const auto& q) { return builder.put_property_qualifier(p.name, q); },
        [&](const auto& name) { return builder.delete_property_qualifier(p.name, name); }));
  for (const auto& m : stored.methods()) {
    const auto& other = *updated.method(m.name);
    if (!other.inherited) TRY(builder.put_method(m.name, other.in, other.out));
    TRY(copy_qualifiers(
        m.qualifiers, other.qualifiers, [&](const auto& q) { return builder.put_method_qualifier(m.name, q); },
        [&](const auto& name) { return builder.delete_method_qualifier(m.name, name); }));
  }
  return builder.build();
}

bool same_order(const cim::Class& a, const cim::Class& b) {
  return std::ranges::equal(a.properties(), b.properties(),
                            [](const auto& x, const auto& y) { return base::equal_ignore_case(x.name, y.name); });
}

/// The three update modes (protocol section 2.8), for a change that is more than unimportant qualifiers.
base::Status ClassUpdate::judge() {
  const bool safe = (request_.flags & cim::flag::kUpdateSafeMode) != 0;
  const bool force = (request_.flags & cim::flag::kUpdateForceMode) != 0;
  // Instances of derived classes count, and come before the children: an update that would have to give up data says so first.
  for (const auto& extent : *extents_) {
    TRY_ASSIGN(const bool some, schema_.view().has_instances(extent.id));
    if (!some) continue;
    if (!force) {
      TRY_ASSIGN(const auto holding, schema_.get(ns_, extent.folded, WBEM_E_CRITICAL_ERROR));
      return {WBEM_E_CLASS_HAS_INSTANCES, holding->cls->name() + " has instances"};
    }
    // The schema of a newer program carries instances over; so does everybody's for a provider's class, whose own are not here.
    delete_instances_ = !stored_->cls->dynamic() && !request_.system;
    break;
  }
  if (extents_->size() < 2 || force || safe) return {};
  TRY_ASSIGN(const auto child, schema_.get(ns_, (*extents_)[1].folded, WBEM_E_CRITICAL_ERROR));
  return {WBEM_E_CLASS_HAS_CHILDREN, stored_->cls->name() + " has derived classes, such as " + child->cls->name()};
}

base::Status ClassUpdate::plan_followers(bool force) {
  if (extents_->size() < 2) return {};
  TRY_ASSIGN(auto descendants, schema_.descendants(ns_, stored_->folded));
  std::unordered_map<std::string, std::pair<const cim::Class*, cim::ClassPtr>, base::IHash, base::IEqual> moved;
  moved.emplace(stored_->folded, std::pair(stored_->cls.get(), updated_));
  for (auto& child : descendants) {
    const auto& [old_parent, new_parent] = moved.find(child->cls->superclass())->second;
    if (!force && difference_ == Difference::kImportant)
      if (const auto why = conflicts(*child->cls, *old_parent, *new_parent); !why.empty()) return {WBEM_E_CLASS_HAS_CHILDREN, why.front()};
    auto updated = follow_parent(child->cls, *old_parent, new_parent, force);
    if (!updated) return {WBEM_E_CLASS_HAS_CHILDREN, child->cls->name() + " cannot follow: " + updated.error().text()};
    moved.emplace(child->folded, std::pair(child->cls.get(), *updated));
    followers_.push_back({std::move(child), *std::move(updated)});
  }
  return {};
}

base::Status ClassUpdate::write_class(const cim::Class& cls) {
  const std::string octets = cim::encode_class(cls);
  TRY(transaction_.put_class(ns_.id, base::fold_case(cls.name()), base::fold_case(cls.superclass()), as_octets(octets)));
  schema_.forget(ns_, cls.name());
  return {};
}

/// Instances of a class whose keys or layout change, taken out of the repository.
base::Result<std::vector<cim::Instance>> ClassUpdate::take_out(const Follower& change) {
  std::vector<cim::Instance> rows;
  if (difference_ != Difference::kImportant && same_layout(*change.stored->cls, *change.updated)) return rows;
  TRY(schema_.view().for_each_instance(change.stored->id, [&](const repository::InstanceRow& row) {
    rows.push_back(cim::Instance::copy_trusted(change.stored->cls, row.octets));
    return true;
  }));
  if (!rows.empty()) TRY(transaction_.delete_instances(change.stored->id));
  return rows;
}

/// Rewrites by name what is stored below a provider's class that was forced; what has no key of its own any more goes. All are taken out
/// first: the new key of one may be the old key of another.
base::Status ClassUpdate::migrate() {
  std::vector<Follower> changes{{stored_, updated_}};
  changes.insert(changes.end(), followers_.begin(), followers_.end());
  std::vector<std::vector<cim::Instance>> rows;
  for (const auto& change : changes) {
    TRY_ASSIGN(auto out, take_out(change));
    rows.push_back(std::move(out));
  }
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (rows[i].empty()) continue;
    TRY_ASSIGN(const auto stored, schema_.get(ns_, changes[i].stored->folded, WBEM_E_CRITICAL_ERROR));
    for (const auto& row : rows[i]) {
      const auto adapted = adapt(row, stored->cls);
      const base::Status status = adapted ? store_instance(schema_, transaction_, ns_, *stored, *adapted) : adapted.error();
      if (status.ok()) continue;
      if (!has_no_place(status.code())) return status;
      ++result_.instances_deleted;
    }
  }
  return {};
}

base::Status ClassUpdate::write() {
  if (delete_instances_)
    for (const auto& extent : *extents_) {
      TRY_ASSIGN(const auto count, delete_instances(schema_, transaction_, ns_, extent));
      result_.instances_deleted += count;
    }
  TRY(write_class(*updated_));
  for (const auto& follower : followers_) TRY(write_class(*follower.updated));
  if (!stored_ || delete_instances_) return {};
  return migrate();
}

/// The localised half of an update with WBEM_FLAG_USE_AMENDED_QUALIFIERS (MS-WMI 3.1.1.2). Without amended qualifiers there is nothing to
/// make, only to empty.
base::Status ClassUpdate::write_amendment(const cim::Class& whole) {
  const std::string locale = amendment_locale(request_.locales);
  auto child = schema_.name_space(ns_.path + "\\" + locale);
  if (!child && child.error().code() == WBEM_E_INVALID_NAMESPACE) {
    if (!whole.has_amended_qualifiers()) return {};
    TRY(create_namespace(schema_, transaction_, ns_, locale));
    child = schema_.name_space(ns_.path + "\\" + locale);
  }
  if (!child) return child.error();
  TRY_ASSIGN(const auto existing, schema_.find(**child, whole.name()));
  if (!existing && !whole.has_amended_qualifiers()) return {};
  const std::string& above = existing ? existing->cls->superclass() : whole.superclass();
  StoredClassPtr parent;
  if (!above.empty()) {
    TRY_ASSIGN(parent, schema_.find(**child, above));
  }
  TRY_ASSIGN(const auto amendment, amendment_of(whole, parent ? parent->cls : nullptr, locale));
  UpdateRequest request{
      .name_space = *child, .rights = cim::right::kAll, .flags = cim::flag::kUpdateForceMode, .context = {}, .locales = {}};
  TRY(put_class(schema_, transaction_, request, amendment));
  return {};
}

base::Result<UpdateResult> ClassUpdate::run(const cim::ClassPtr& declaration) {
  if (!request_.system || !is_system_name(declaration->name())) TRY(check_class_name(declaration->name()));
  TRY_ASSIGN(stored_, schema_.find(ns_, declaration->name()));
  TRY(check_class_rights(stored_ ? stored_->cls.get() : nullptr, request_.rights, ns_));
  if (stored_ && (request_.flags & cim::flag::kCreateOnly) != 0)
    return base::fail(WBEM_E_ALREADY_EXISTS, stored_->cls->name() + " exists already in " + ns_.path);
  if (!stored_ && (request_.flags & cim::flag::kUpdateOnly) != 0)
    return base::fail(WBEM_E_NOT_FOUND, "no class " + declaration->name() + " in " + ns_.path + " to update");
  TRY(find_parent(*declaration));

  TRY_ASSIGN(auto builder, cim::ClassBuilder::rebase(*declaration, parent_ ? parent_->cls : nullptr));
  TRY_ASSIGN(updated_, builder.build());
  TRY(check_class(*updated_, parent_ ? parent_->cls.get() : nullptr));
  cim::ClassPtr whole;
  if (stored_ && (request_.flags & cim::flag::kUseAmendedQualifiers) != 0) {
    whole = updated_;
    TRY_ASSIGN(updated_, strip_amended(*whole));
  }

  if (stored_) {
    difference_ = compare_definitions(*stored_->cls, *updated_);
    if (difference_ != Difference::kImportant && !same_order(*stored_->cls, *updated_)) {
      TRY_ASSIGN(updated_, requalified(*stored_->cls, *updated_));
    }
    if (difference_ != Difference::kNone) {
      TRY_ASSIGN(extents_, schema_.extents(ns_, *stored_));
      if (difference_ == Difference::kImportant) TRY(judge());
      TRY(plan_followers(difference_ == Difference::kImportant && (request_.flags & cim::flag::kUpdateForceMode) != 0));
    }
  }
  if (!stored_ || difference_ != Difference::kNone) TRY(write());
  if (whole) TRY(write_amendment(*whole));

  result_.change = stored_ ? Change::kModified : Change::kCreated;
  result_.path = class_path(schema_, ns_, updated_->name());
  if (request_.want_objects) {
    if (stored_) result_.previous = cim::Object(stored_->cls);
    result_.current = cim::Object(updated_->decorate(schema_.server_name(), ns_.path));
  }
  return std::move(result_);
}

}  // namespace

base::Result<UpdateResult> put_class(SchemaView& schema, repository::WriteTransaction& transaction, const UpdateRequest& request,
                                     const cim::ClassPtr& declaration) {
  return ClassUpdate(schema, transaction, request).run(declaration);
}

base::Result<UpdateResult> delete_class(SchemaView& schema, repository::WriteTransaction& transaction, const UpdateRequest& request,
                                        std::string_view name) {
  const Namespace& ns = *request.name_space;
  TRY_ASSIGN(const auto stored, schema.get(ns, name, WBEM_E_NOT_FOUND));
  if (is_system_name(stored->cls->name()) && !request.system)
    return base::fail(WBEM_E_INVALID_OPERATION, stored->cls->name() + " is a system class");
  TRY_ASSIGN(const auto extents, schema.extents(ns, *stored));
  for (const auto& extent : *extents) {
    TRY_ASSIGN(const auto going, schema.get(ns, extent.folded, WBEM_E_CRITICAL_ERROR));
    TRY(check_class_rights(going->cls.get(), request.rights, ns));
  }
  UpdateResult result;
  result.change = Change::kDeleted;
  result.path = class_path(schema, ns, stored->cls->name());
  if (request.want_objects) result.previous = cim::Object(stored->cls);
  // Breadth first from the class on, so backwards every class comes before its parent.
  for (auto it = extents->rbegin(); it != extents->rend(); ++it) {
    TRY_ASSIGN(const auto count, delete_instances(schema, transaction, ns, *it));
    result.instances_deleted += count;
    TRY(transaction.delete_class(ns.id, it->folded));
    schema.forget(ns, it->folded);
  }
  return result;
}

}  // namespace manager
