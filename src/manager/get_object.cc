#include "manager/get_object.h"

#include "base/utf.h"
#include "manager/core.h"

namespace manager {

base::Result<PartialGet> partial_get(const cim::ContextPtr& context) {
  PartialGet out;
  if (context == nullptr || !context->is_true("__GET_EXTENSIONS")) return out;
  out.requested = true;
  out.keys_only = context->is_true("__GET_EXT_KEYS_ONLY");
  const cim::Value list = context->get("__GET_EXT_PROPERTIES");
  if (!list.is_null()) {
    if (list.as_array() == nullptr) return base::fail(WBEM_E_INVALID_CONTEXT, "__GET_EXT_PROPERTIES must be an array of names");
    for (const cim::Value& name : *list.as_array()) {
      if (name.as_text() == nullptr || !cim::valid_identifier(*name.as_text())) {
        return base::fail(WBEM_E_INVALID_CONTEXT, fmt::format("__GET_EXT_PROPERTIES holds {}, no property name", cim::to_display(name)));
      }
      out.properties.push_back(*name.as_text());
    }
  }
  if (!out.keys_only && out.properties.empty()) {
    return base::fail(WBEM_E_INVALID_CONTEXT, "__GET_EXTENSIONS needs __GET_EXT_PROPERTIES or __GET_EXT_KEYS_ONLY");
  }
  return out;
}

GetObjectOperation::GetObjectOperation(ConnectionPtr connection, const cim::CallOptions& options, cim::SinkPtr sink,
                                       std::optional<cim::ObjectPath> path, PartialGet partial)
    : ProviderOperation(std::move(connection), cim::Operation::kGetObjectAsync, options, std::move(sink)),
      path_(std::move(path)),
      partial_(std::move(partial)) {}

std::string GetObjectOperation::describe() const { return path_ ? path_->to_string() : std::string(); }

base::Result<Step> GetObjectOperation::next(cim::BatchBuilder& out) {
  if (!lookup_) return resolve(out);
  TRY_ASSIGN(const Step step, lookup_->next());
  if (step == Step::kWait) return step;
  if (!lookup_->found()) return base::fail(not_found());
  const cim::Instance& instance = *lookup_->found();
  cim::ClassPtr cls = instance.cls();
  if ((options().flags & cim::flag::kUseAmendedQualifiers) != 0) {
    TRY_ASSIGN(const repository::ReadTransaction transaction, connection().core->read());
    SchemaView schema(connection().core->schema, transaction);
    TRY_ASSIGN(const Place place, place_of(schema, connection(), *path_, cim::right::kEnable));
    TRY_ASSIGN(cls, delivered_class(schema, place, instance.cls()));
  }
  TRY(deliver(cls, instance, out));
  return Step::kDone;
}

base::Result<Step> GetObjectOperation::resolve(cim::BatchBuilder& out) {
  if (!path_) {
    out.add(cim::Object(cim::Class::empty()));
    return Step::kDone;
  }
  TRY_ASSIGN(const repository::ReadTransaction transaction, connection().core->read());
  SchemaView schema(connection().core->schema, transaction);
  TRY_ASSIGN(const Place place, place_of(schema, connection(), *path_, cim::right::kEnable));
  if (path_->is_class()) return get_class(schema, place, out);
  return get_instance(schema, place, out);
}

base::Result<cim::ClassPtr> GetObjectOperation::delivered_class(SchemaView& schema, const Place& place, const cim::ClassPtr& cls) const {
  if ((options().flags & cim::flag::kUseAmendedQualifiers) == 0) return cls;
  return schema.amended(*place.name_space, cls, connection().locales);
}

base::Result<Step> GetObjectOperation::get_class(SchemaView& schema, const Place& place, cim::BatchBuilder& out) {
  TRY_ASSIGN(const StoredClassPtr stored, schema.get(*place.name_space, path_->class_name, WBEM_E_NOT_FOUND));
  TRY_ASSIGN(const cim::ClassPtr cls, delivered_class(schema, place, stored->cls));
  out.add(cim::Object(cls));
  return Step::kDone;
}

base::Result<Step> GetObjectOperation::get_instance(SchemaView& schema, const Place& place, cim::BatchBuilder& out) {
  TRY_ASSIGN(const StoredClassPtr stored, schema.get(*place.name_space, path_->class_name, WBEM_E_INVALID_CLASS));
  thread_local std::string key;  // kept for its memory: this is the hot path
  key.clear();
  TRY(cim::canonical_key(*stored->cls, *path_, key));
  TRY_ASSIGN(const std::optional<StoredInstance> found, schema.find_instance(*place.name_space, stored, key));
  if (!found) {
    lookup_ = std::make_unique<InstanceLookup>(*this, slot_);
    TRY(lookup_->begin(schema, place, stored, *path_, wanted(*stored->cls)));
    return Step::kMore;
  }
  TRY_ASSIGN(const cim::ClassPtr cls, delivered_class(schema, place, found->cls->cls));
  if (!partial_.requested) {
    out.add(cls, found->octets);
  } else {
    TRY(deliver(cls, cim::Instance::copy_trusted(cls, found->octets), out));
  }
  return Step::kDone;
}

/// With __GET_EXTENSIONS what was not asked for is NULL, keys excepted.
base::Status GetObjectOperation::deliver(const cim::ClassPtr& cls, cim::Instance instance, cim::BatchBuilder& out) const {
  if (!partial_.requested) {
    out.add(cls, instance.view().octets());
    return {};
  }
  for (const std::string& name : partial_.properties) {
    if (cls->property(name) == nullptr) return {WBEM_E_NOT_FOUND, fmt::format("class {} has no property {}", cls->name(), name)};
  }
  const Wanted asked = wanted(*cls);
  cim::InstanceBuilder builder(instance);
  for (const cim::Property& property : cls->properties()) {
    if (!property.key() && !asked.needs(property.name)) builder.set_null(property.handle);
  }
  std::string octets;
  builder.append_to(octets);
  out.add(cls, {reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()});
  return {};
}

Wanted GetObjectOperation::wanted(const cim::Class& cls) const {
  Wanted out;
  if (!partial_.requested) return out;
  for (const std::uint16_t position : cls.keys()) out.properties.push_back(cls.properties()[position].name);
  if (!partial_.keys_only) out.properties.insert(out.properties.end(), partial_.properties.begin(), partial_.properties.end());
  if (out.properties.empty()) out.properties.emplace_back();  // a singleton's keys: nothing
  return out;
}

base::Status GetObjectOperation::not_found() const { return {WBEM_E_NOT_FOUND, fmt::format("no instance {}", path_->relative())}; }

}  // namespace manager
