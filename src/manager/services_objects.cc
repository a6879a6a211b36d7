// The operations on objects: what is checked before their start (MS-WMI 3.1.4.3, protocol sections "before start").
#include "base/utf.h"
#include "manager/class_enum.h"
#include "manager/core.h"
#include "manager/exec_method.h"
#include "manager/get_object.h"
#include "manager/instance_scan.h"
#include "manager/place.h"
#include "manager/security_method.h"
#include "manager/services_impl.h"
#include "manager/update_operation.h"

namespace manager {

namespace {

constexpr std::size_t kMaxIdentifier = 4096;  // WBEM_MAX_IDENTIFIER
constexpr std::size_t kMaxPath = 8192;        // WBEM_MAX_PATH

base::Status check_length(std::string_view what, std::string_view text, std::size_t most) {
  if (text.size() <= most || base::utf16_length(text) <= most) return {};
  return {WBEM_E_QUOTA_VIOLATION, fmt::format("{} is longer than {} characters", what, most)};
}

base::Status missing(std::string_view operation, std::string_view what) {
  return {WBEM_E_INVALID_PARAMETER, fmt::format("{} needs {}", operation, what)};
}

/// A path to a class or an instance.
base::Result<cim::ObjectPath> object_path(std::string_view text) {
  TRY_ASSIGN(cim::ObjectPath path, cim::ObjectPath::parse(text));
  if (path.class_name.empty()) {
    return base::fail(WBEM_E_INVALID_OBJECT_PATH, fmt::format("{} names a namespace, not a class or an instance", text));
  }
  return path;
}

base::Status class_exists(const Connection& connection, std::string_view name) {
  TRY_ASSIGN(const repository::ReadTransaction transaction, connection.core->read());
  SchemaView schema(connection.core->schema, transaction);
  TRY_ASSIGN(const Place place, home(schema, connection));
  TRY_ASSIGN([[maybe_unused]] const StoredClassPtr stored, schema.get(*place.name_space, name, WBEM_E_INVALID_CLASS));
  return {};
}

/// As far as the repository knows: providers are asked when the operation runs.
base::Status instance_exists(const Connection& connection, const cim::ObjectPath& path) {
  TRY_ASSIGN(const repository::ReadTransaction transaction, connection.core->read());
  SchemaView schema(connection.core->schema, transaction);
  TRY_ASSIGN(const Place place, place_of(schema, connection, path, cim::right::kEnable));
  TRY_ASSIGN(const StoredClassPtr stored, schema.get(*place.name_space, path.class_name, WBEM_E_INVALID_CLASS));
  if (stored->cls->dynamic()) return {};
  std::string key;
  TRY(cim::canonical_key(*stored->cls, path, key));
  TRY_ASSIGN(const auto found, schema.find_instance(*place.name_space, stored, key));
  if (found) return {};
  return {WBEM_E_NOT_FOUND, fmt::format("no instance {} in {}", path.relative(), place.name_space->path)};
}

template <class Op, class... Args>
base::Status start(Args&&... args) {
  return Operation::start(OperationPtr(new Op(std::forward<Args>(args)...)));
}

}  // namespace

base::Status ServicesImpl::GetObjectAsync(const cim::OptionalText& path, const cim::CallOptions& options, cim::SinkPtr sink) {
  TRY(check(cim::Operation::kGetObjectAsync, cim::right::kEnable, options, sink));
  TRY_ASSIGN(PartialGet partial, partial_get(options.context));
  std::optional<cim::ObjectPath> parsed;
  if (path && !path->empty()) {
    TRY_ASSIGN(parsed, object_path(*path));
  }
  return start<GetObjectOperation>(connection_, options, std::move(sink), std::move(parsed), std::move(partial));
}

base::Status ServicesImpl::PutClassAsync(const cim::ClassPtr& cls, const cim::CallOptions& options, cim::SinkPtr sink) {
  TRY(check(cim::Operation::kPutClassAsync, cim::right::kEnable, options, sink));
  if (cls == nullptr) return missing("PutClassAsync", "a class");
  return start<PutClassOperation>(connection_, options, std::move(sink), cls);
}

base::Status ServicesImpl::DeleteClassAsync(const cim::OptionalText& name, const cim::CallOptions& options, cim::SinkPtr sink) {
  TRY(check(cim::Operation::kDeleteClassAsync, cim::right::kEnable, options, sink));
  if (!name || name->empty()) return missing("DeleteClassAsync", "the name of a class");
  TRY(check_length("the class name", *name, kMaxIdentifier));
  return start<DeleteClassOperation>(connection_, options, std::move(sink), *name);
}

base::Status ServicesImpl::CreateClassEnumAsync(const cim::OptionalText& superclass, const cim::CallOptions& options, cim::SinkPtr sink) {
  TRY(check(cim::Operation::kCreateClassEnumAsync, cim::right::kEnable, options, sink));
  std::string name = superclass.value_or("");
  TRY(check_length("the class name", name, kMaxIdentifier));
  return start<ClassEnumOperation>(connection_, options, std::move(sink), std::move(name));
}

base::Status ServicesImpl::PutInstanceAsync(const std::optional<cim::Instance>& instance, const cim::CallOptions& options,
                                            cim::SinkPtr sink) {
  TRY(check(cim::Operation::kPutInstanceAsync, cim::right::kEnable, options, sink));
  if (!instance) return missing("PutInstanceAsync", "an instance");
  TRY_ASSIGN(PartialUpdate partial, partial_update(options.context, options.flags));
  // A path can't be much longer than the octets that its keys lie in: twice, when every character is escaped.
  if (instance->view().octets().size() > kMaxPath / 4) TRY(check_length("__RELPATH", (*instance)->relative_path(), kMaxPath));
  return start<PutInstanceOperation>(connection_, options, std::move(sink), *instance, std::move(partial));
}

base::Status ServicesImpl::DeleteInstanceAsync(const cim::OptionalText& path, const cim::CallOptions& options, cim::SinkPtr sink) {
  TRY(check(cim::Operation::kDeleteInstanceAsync, cim::right::kEnable, options, sink));
  if (!path || path->empty()) return missing("DeleteInstanceAsync", "the path of an instance");
  TRY_ASSIGN(cim::ObjectPath parsed, object_path(*path));
  if (parsed.is_class()) return {WBEM_E_INVALID_OBJECT_PATH, fmt::format("{} is the path of a class, not of an instance", *path)};
  if (options.must_exist) TRY(instance_exists(*connection_, parsed));
  return start<DeleteInstanceOperation>(connection_, options, std::move(sink), std::move(parsed));
}

base::Status ServicesImpl::CreateInstanceEnumAsync(const cim::OptionalText& class_name, const cim::CallOptions& options,
                                                   cim::SinkPtr sink) {
  TRY(check(cim::Operation::kCreateInstanceEnumAsync, cim::right::kEnable, options, sink));
  if (!class_name || class_name->empty()) return missing("CreateInstanceEnumAsync", "the name of a class");
  TRY(check_length("the class name", *class_name, kMaxIdentifier));
  if (options.must_exist) TRY(class_exists(*connection_, *class_name));
  return start<InstanceEnumOperation>(connection_, options, std::move(sink), *class_name);
}

base::Status ServicesImpl::ExecQueryAsync(const cim::OptionalText& language, const cim::OptionalText& query,
                                          const cim::CallOptions& options, cim::SinkPtr sink) {
  TRY(check(cim::Operation::kExecQueryAsync, cim::right::kEnable, options, sink));
  if (!language || !query) return missing("ExecQueryAsync", "the query's language and its text");
  TRY(check_length("the query", *query, wql::kMaxQueryLength));
  return start<QueryOperation>(connection_, options, std::move(sink), *language, *query);
}

base::Status ServicesImpl::ExecMethodAsync(const cim::OptionalText& path, const cim::OptionalText& method,
                                           const std::optional<cim::Instance>& in, const cim::CallOptions& options, cim::SinkPtr sink) {
  TRY(check(cim::Operation::kExecMethodAsync, cim::right::kEnable | cim::right::kMethodExecute, options, sink));
  if (!path || path->empty()) return missing("ExecMethodAsync", "the path of a class or an instance");
  if (!method || method->empty()) return missing("ExecMethodAsync", "the name of a method");
  TRY(check_length("the method name", *method, kMaxIdentifier));
  TRY_ASSIGN(cim::ObjectPath parsed, object_path(*path));
  if (SecurityMethodOperation::serves(parsed))
    return start<SecurityMethodOperation>(connection_, options, std::move(sink), std::move(parsed), *method, in);
  return start<ExecMethodOperation>(connection_, options, std::move(sink), std::move(parsed), *method, in);
}

}  // namespace manager
