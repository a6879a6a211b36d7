#include "manager/security_method.h"

#include "base/utf.h"
#include "manager/core.h"
#include "manager/exec_method.h"
#include "manager/namespace_security.h"
#include "manager/security_objects.h"

namespace manager {

namespace {

base::Status require(const Place& place, std::uint32_t right, std::string_view name, std::string_view method) {
  if ((place.rights & right) != 0) return {};
  return {WBEM_E_ACCESS_DENIED, fmt::format("{} takes the right {} on {}", method, name, place.name_space->path)};
}

}  // namespace

SecurityMethodOperation::SecurityMethodOperation(ConnectionPtr connection, const cim::CallOptions& options, cim::SinkPtr sink,
                                                 cim::ObjectPath path, std::string method, std::optional<cim::Instance> in)
    : UpdateOperation(std::move(connection), cim::Operation::kExecMethodAsync, options, std::move(sink)),
      path_(std::move(path)),
      method_name_(std::move(method)),
      in_(std::move(in)) {}

bool SecurityMethodOperation::serves(const cim::ObjectPath& path) { return base::equal_ignore_case(path.class_name, "__SystemSecurity"); }

bool SecurityMethodOperation::is(std::string_view name) const { return base::equal_ignore_case(method_name_, name); }

base::Result<Step> SecurityMethodOperation::begin() {
  TRY_ASSIGN(const repository::ReadTransaction transaction, connection().core->read());
  SchemaView schema(connection().core->schema, transaction);
  TRY_ASSIGN(const Place place, place_of(schema, connection(), path_, needed_right()));
  TRY_ASSIGN(const StoredClassPtr cls, schema.get(*place.name_space, path_.class_name, WBEM_E_INVALID_CLASS));
  if (!path_.is_class()) {
    std::string key;
    TRY(cim::canonical_key(*cls->cls, path_, key));
  }
  const cim::Method* method = cls->cls->method(method_name_);
  if (method == nullptr) return base::fail(no_method(*cls->cls, method_name_));
  TRY(check_in_parameters(*method, in_));
  if (method->out != nullptr) {
    out_.emplace(method->out);
    TRY(out_->set("ReturnValue", cim::Value::uint(0)));
  }
  TRY(dispatch(schema, place, *method));
  return Step::kDone;
}

base::Status SecurityMethodOperation::dispatch(SchemaView& schema, const Place& place, const cim::Method& method) {
  if (is("Get9XUserList") || is("Set9XUserList")) return {WBEM_E_NOT_SUPPORTED, fmt::format("{} was for Windows 95 and 98", method.name)};
  if (is("SetSD") || is("SetSecurityDescriptor")) {
    TRY(require(place, cim::right::kWriteDac, "WRITE_DAC", method.name));
    TRY_ASSIGN(descriptor_, given());
    return security::check_namespace_descriptor(*descriptor_);
  }
  provided_ = true;
  if (!out_) return WBEM_E_METHOD_NOT_IMPLEMENTED;
  if (is("GetCallerAccessRights")) return out_->set("rights", cim::Value::sint(place.rights));
  TRY(require(place, cim::right::kReadControl, "READ_CONTROL", method.name));
  return read(schema, place);
}

base::Status SecurityMethodOperation::read(SchemaView& schema, const Place& place) {
  TRY_ASSIGN(const security::SecurityDescriptor descriptor, descriptor_of(*place.name_space));
  if (is("GetSD")) return out_->set("sd", octets_value(descriptor.to_octets()));
  if (!is("GetSecurityDescriptor")) return {WBEM_E_METHOD_NOT_IMPLEMENTED, method_name_ + " is not implemented"};
  TRY_ASSIGN(const cim::Value object, descriptor_object(schema, *place.name_space, descriptor));
  return out_->set("Descriptor", object);
}

base::Result<security::SecurityDescriptor> SecurityMethodOperation::given() const {
  const base::Status missing(WBEM_E_INVALID_METHOD_PARAMETERS, method_name_ + " needs a security descriptor");
  if (is("SetSecurityDescriptor")) {
    const cim::Value value = in_ ? in_->value("Descriptor") : cim::Value();
    if (value.as_object() == nullptr || *value.as_object() == nullptr || (*value.as_object())->is_class()) return base::fail(missing);
    return descriptor_of_object((*value.as_object())->instance());
  }
  const cim::Value value = in_ ? in_->value("sd") : cim::Value();
  if (value.as_array() == nullptr) return base::fail(missing);
  if (value.as_array()->size() > security::SecurityDescriptor::kMaxOctets)
    return base::fail(WBEM_E_INVALID_PARAMETER, "the security descriptor is too long");
  std::string octets;
  for (const cim::Value& octet : *value.as_array()) octets += static_cast<char>(octet.as_uint().value_or(0));
  return security::SecurityDescriptor::parse(octets);
}

base::Result<UpdateResult> SecurityMethodOperation::write(SchemaView& schema, repository::WriteTransaction& transaction,
                                                          const UpdateRequest& request) {
  TRY(set_descriptor(schema, transaction, *request.name_space, *descriptor_));
  return UpdateResult{};
}

base::Status SecurityMethodOperation::answer(cim::BatchBuilder& out) {
  if (out_) out.add(cim::Object(out_->build()));
  return {};
}

}  // namespace manager
