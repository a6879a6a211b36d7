#include "manager/exec_method.h"

#include "base/spell.h"
#include "base/utf.h"
#include "manager/core.h"
#include "manager/update.h"

namespace manager {

namespace {

base::Status bad_parameters(std::string text) { return {WBEM_E_INVALID_METHOD_PARAMETERS, std::move(text)}; }

base::Status check_given(const cim::Method& method, const cim::Instance& in) {
  for (const cim::Property& given : in.cls()->properties()) {
    const cim::Property* expected = method.in == nullptr ? nullptr : method.in->property(given.name);
    if (expected == nullptr) return bad_parameters(fmt::format("{} has no in-parameter {}", method.name, given.name));
    if (given.type != expected->type) {
      return bad_parameters(fmt::format("in-parameter {} of {} is {}{}, not {}{}", given.name, method.name,
                                        cim::type_name(expected->type.base), expected->type.array ? "[]" : "",
                                        cim::type_name(given.type.base), given.type.array ? "[]" : ""));
    }
    if (expected->type.base == cim::CimType::kObject && !is_of_declared_class(*expected, in->value(given))) {
      return bad_parameters(fmt::format("in-parameter {} takes an instance of {} or of a class derived from it", expected->name,
                                        expected->reference_class()));
    }
  }
  return {};
}

bool has_objects(const cim::Class& signature) {
  for (const cim::Property& property : signature.properties()) {
    if (property.type.base == cim::CimType::kObject) return true;
  }
  return false;
}

}  // namespace

base::Status no_method(const cim::Class& cls, std::string_view name) {
  base::Speller speller(name);
  for (const cim::Method& method : cls.methods()) speller.offer(method.name);
  std::string text = fmt::format("class {} has no method {}", cls.name(), name);
  if (!speller.best().empty()) text += fmt::format("; did you mean {}?", speller.best());
  return {WBEM_E_INVALID_METHOD, std::move(text)};
}

base::Status check_in_parameters(const cim::Method& method, const std::optional<cim::Instance>& in) {
  if (in && in->cls() == method.in && !has_objects(*method.in)) return {};  // spawned from the signature
  if (in) TRY(check_given(method, *in));
  if (method.in == nullptr) return {};
  for (const cim::Property& expected : method.in->properties()) {
    if (in && in->cls()->property(expected.name) != nullptr) continue;
    if (!expected.default_value.is_null() || expected.qualifiers.is_true("optional")) continue;
    return bad_parameters(fmt::format("{} needs the in-parameter {}", method.name, expected.name));
  }
  return {};
}

ExecMethodOperation::ExecMethodOperation(ConnectionPtr connection, const cim::CallOptions& options, cim::SinkPtr sink, cim::ObjectPath path,
                                         std::string method, std::optional<cim::Instance> in)
    : ProviderOperation(std::move(connection), cim::Operation::kExecMethodAsync, options, std::move(sink)),
      path_(std::move(path)),
      method_name_(std::move(method)),
      in_(std::move(in)) {}

base::Result<Step> ExecMethodOperation::next(cim::BatchBuilder& out) {
  if (!std::exchange(resolved_, true)) {
    TRY_ASSIGN(std::optional<ProviderRequest> request, resolve());
    if (request) job_ = slot_.start(*this, *std::move(request));
  }
  if (lookup_) {
    TRY_ASSIGN(const Step step, lookup_->next());
    if (step == Step::kWait) return step;
    TRY_ASSIGN(ProviderRequest request, resolve_found());
    lookup_.reset();
    job_ = slot_.start(*this, std::move(request));
  }
  job_->take(out);
  const std::optional<base::Status> outcome = job_->outcome();
  if (!outcome) return out.size() != 0 ? Step::kMore : Step::kWait;
  TRY(*outcome);
  return Step::kDone;
}

base::Result<std::optional<ProviderRequest>> ExecMethodOperation::resolve() {
  TRY_ASSIGN(const repository::ReadTransaction transaction, connection().core->read());
  SchemaView schema(connection().core->schema, transaction);
  TRY_ASSIGN(const Place place, place_of(schema, connection(), path_, cim::right::kEnable | cim::right::kMethodExecute));
  TRY_ASSIGN(const StoredClassPtr cls, schema.get(*place.name_space, path_.class_name, WBEM_E_INVALID_CLASS));
  const cim::Method* method = cls->cls->method(method_name_);
  const bool is_static = method != nullptr && method->qualifiers.is_true("static");
  if (path_.is_class()) {
    if (method != nullptr && !is_static) {
      return base::fail(
          bad_parameters(fmt::format("{} is no static method: it takes the path of an instance of {}", method->name, cls->cls->name())));
    }
    return resolve_method(schema, place, cls);
  }
  std::string key;
  TRY(cim::canonical_key(*cls->cls, path_, key));
  if (is_static || (method != nullptr && method->qualifiers.is_true("Bypass_GetObject"))) return resolve_method(schema, place, cls);
  TRY_ASSIGN(const std::optional<StoredInstance> found, schema.find_instance(*place.name_space, cls, key));
  if (found) return resolve_method(schema, place, found->cls);
  lookup_ = std::make_unique<InstanceLookup>(*this, slot_);
  Wanted keys;
  for (const std::uint16_t position : cls->cls->keys()) keys.properties.push_back(cls->cls->properties()[position].name);
  TRY(lookup_->begin(schema, place, cls, path_, std::move(keys)));
  return std::nullopt;
}

base::Result<ProviderRequest> ExecMethodOperation::resolve_found() {
  if (!lookup_->found()) return base::fail(WBEM_E_NOT_FOUND, fmt::format("no instance {}", path_.relative()));
  TRY_ASSIGN(const repository::ReadTransaction transaction, connection().core->read());
  SchemaView schema(connection().core->schema, transaction);
  TRY_ASSIGN(const Place place, place_of(schema, connection(), path_, cim::right::kEnable | cim::right::kMethodExecute));
  TRY_ASSIGN(const StoredClassPtr real, schema.get(*place.name_space, lookup_->found()->cls()->name(), WBEM_E_INVALID_CLASS));
  return resolve_method(schema, place, real);
}

base::Result<ProviderRequest> ExecMethodOperation::resolve_method(SchemaView& schema, const Place& place, const StoredClassPtr& real) {
  const cim::Method* method = real->cls->method(method_name_);
  if (method == nullptr) return base::fail(no_method(*real->cls, method_name_));
  if (method->qualifiers.is_true("disabled")) {
    return base::fail(WBEM_E_METHOD_DISABLED, fmt::format("{} of {} is disabled", method->name, real->cls->name()));
  }
  ProviderRequest request;
  TRY_ASSIGN(request.entry, find_implementation(schema, place, real));
  TRY(check_in_parameters(*method, in_));
  request.kind = ProviderRequest::Kind::kMethod;
  request.cls = real->cls;
  request.name_space = place.name_space->path;
  request.method = method;
  request.instance = std::move(in_);
  if (path_.is_class()) {
    request.path = path_;
  } else {
    TRY_ASSIGN(request.path, typed_path(*real->cls, path_));
  }
  return request;
}

/// The provider of the nearest class, the real one first, that says `implemented` itself.
base::Result<const ProviderEntry*> ExecMethodOperation::find_implementation(SchemaView& schema, const Place& place,
                                                                            const StoredClassPtr& real) const {
  const base::Status missing(WBEM_E_METHOD_NOT_IMPLEMENTED,
                             fmt::format("no provider implements {} of {}", method_name_, real->cls->name()));
  for (StoredClassPtr cls = real;;) {
    const cim::Method* method = cls->cls->method(method_name_);
    if (method == nullptr) return base::fail(missing);
    const cim::Qualifier* implemented = method->qualifiers.find("implemented");
    if (implemented != nullptr && implemented->value.is_true() && !implemented->propagated()) {
      if (cls->cls->provider().empty()) return base::fail(missing);
      TRY_ASSIGN(const ProviderEntry* entry,
                 connection().core->providers.find(*cls->cls, options().context, WBEM_E_METHOD_NOT_IMPLEMENTED));
      if (!entry->capabilities.methods) return base::fail(missing);
      return entry;
    }
    if (cls->cls->superclass().empty()) return base::fail(missing);
    TRY_ASSIGN(cls, schema.get(*place.name_space, cls->cls->superclass(), WBEM_E_INVALID_CLASS));
  }
}

}  // namespace manager
