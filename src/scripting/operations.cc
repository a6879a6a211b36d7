#include "scripting/operations.h"

#include "cim/path.h"
#include "cim/row_reader.h"
#include "scripting/swbem_named_values.h"
#include "scripting/swbem_object_set.h"

namespace scripting {
namespace {

/// ` AssocClass = X`, when there is one.
void append(std::string& query, std::string_view keyword, const std::string& value) {
  if (!value.empty()) query += " " + std::string(keyword) + " = " + value;
}

void append(std::string& query, std::string_view keyword, bool wanted) {
  if (wanted) query += " " + std::string(keyword);
}

}  // namespace

World::Start start_get(std::string path) {
  return [path = std::move(path)](cim::Services& services, const cim::CallOptions& options, cim::SinkPtr sink) {
    return services.GetObjectAsync(path, options, std::move(sink));
  };
}

World::Start start_put(cim::Object object) {
  return [object = std::move(object)](cim::Services& services, const cim::CallOptions& options, cim::SinkPtr sink) {
    if (object.is_class()) return services.PutClassAsync(object.cls(), options, std::move(sink));
    return services.PutInstanceAsync(object.instance(), options, std::move(sink));
  };
}

World::Start start_delete(std::string path) {
  return [path = std::move(path)](cim::Services& services, const cim::CallOptions& options, cim::SinkPtr sink) {
    const auto parsed = cim::ObjectPath::parse(path);
    if (!parsed) return base::Status(parsed.error());
    if (parsed->is_class()) return services.DeleteClassAsync(parsed->class_name, options, std::move(sink));
    return services.DeleteInstanceAsync(path, options, std::move(sink));
  };
}

World::Start start_instances(std::string class_name) {
  return [class_name = std::move(class_name)](cim::Services& services, const cim::CallOptions& options, cim::SinkPtr sink) {
    return services.CreateInstanceEnumAsync(class_name, options, std::move(sink));
  };
}

World::Start start_subclasses(std::string superclass) {
  return [superclass = std::move(superclass)](cim::Services& services, const cim::CallOptions& options, cim::SinkPtr sink) {
    return services.CreateClassEnumAsync(superclass, options, std::move(sink));
  };
}

World::Start start_query(std::string language, std::string query) {
  return [language = std::move(language), query = std::move(query)](cim::Services& services, const cim::CallOptions& options,
                                                                    cim::SinkPtr sink) {
    return services.ExecQueryAsync(language, query, options, std::move(sink));
  };
}

World::Start start_notification(std::string language, std::string query) {
  return [language = std::move(language), query = std::move(query)](cim::Services& services, const cim::CallOptions& options,
                                                                    cim::SinkPtr sink) {
    return services.ExecNotificationQueryAsync(language, query, options, std::move(sink));
  };
}

World::Start start_method(std::string path, std::string method, std::optional<cim::Instance> in) {
  return [path = std::move(path), method = std::move(method), in = std::move(in)](cim::Services& services, const cim::CallOptions& options,
                                                                                  cim::SinkPtr sink) {
    return services.ExecMethodAsync(path, method, in, options, std::move(sink));
  };
}

bool is_class_path(std::string_view path) {
  const auto parsed = cim::split_path(path);
  return parsed && parsed->is_class();
}

base::Result<AsyncArguments> async_arguments(const MemberCall& call, std::size_t sink, std::size_t values, std::size_t context) {
  AsyncArguments out;
  out.sink = dynamic_cast<SwbemSink*>(object_argument(call, sink));
  if (!out.sink) return base::fail(WBEM_E_INVALID_PARAMETER, "objWbemSink is no SWbemSink");
  TRY_ASSIGN(out.values, context_of(object_argument(call, values)));
  out.context = object_argument(call, context);
  if (out.context && dynamic_cast<SwbemNamedValueSet*>(out.context.get()) == nullptr) {
    return base::fail(WBEM_E_INVALID_PARAMETER, "objWbemAsyncContext is no SWbemNamedValueSet");
  }
  return out;
}

std::string associators_query(const std::string& path, const MemberCall& call, std::size_t first) {
  std::string where;
  append(where, "AssocClass", text_argument(call, first));
  append(where, "ResultClass", text_argument(call, first + 1));
  append(where, "ResultRole", text_argument(call, first + 2));
  append(where, "Role", text_argument(call, first + 3));
  append(where, "ClassDefsOnly", boolean_argument(call, first + 4));
  append(where, "SchemaOnly", boolean_argument(call, first + 5));
  append(where, "RequiredAssocQualifier", text_argument(call, first + 6));
  append(where, "RequiredQualifier", text_argument(call, first + 7));
  return "ASSOCIATORS OF {" + path + "}" + (where.empty() ? where : " WHERE" + where);
}

std::string references_query(const std::string& path, const MemberCall& call, std::size_t first) {
  std::string where;
  append(where, "ResultClass", text_argument(call, first));
  append(where, "Role", text_argument(call, first + 1));
  append(where, "ClassDefsOnly", boolean_argument(call, first + 2));
  append(where, "SchemaOnly", boolean_argument(call, first + 3));
  append(where, "RequiredQualifier", text_argument(call, first + 4));
  return "REFERENCES OF {" + path + "}" + (where.empty() ? where : " WHERE" + where);
}

base::Result<DispatchRef> open_set(const SessionPtr& session, cim::Operation operation, const std::string& text, const std::string& more,
                                   std::uint32_t flags, const cim::ContextPtr& context) {
  World& world = session->world();
  const CallSubject subject{operation, more.empty() ? text : more};
  world.clear_last_error();
  // A script's queries always bring the keys along; other enumerations bring whole objects.
  flags &= ~cim::flag::kEnsureLocatable;
  if (operation == cim::Operation::kExecQuery) flags |= cim::flag::kEnsureLocatable;
  const auto refuse = [&](base::Status status) {
    world.remember(status, subject);
    return base::fail(std::move(status));
  };
  auto services = session->services();
  if (!services) return refuse(std::move(services).error());
  // The set keeps the rows itself where it may be walked twice, so that the operation underneath always streams.
  const std::uint32_t streaming = flags | cim::flag::kReturnImmediately | cim::flag::kForwardOnly;
  auto rows = cim::open_rows(operation, *services, text, more, streaming, context);
  if (!rows) return refuse(std::move(rows).error());
  const auto set = make<SwbemObjectSet>(session, *std::move(rows), subject, (flags & cim::flag::kForwardOnly) != 0);
  if ((flags & cim::flag::kReturnImmediately) == 0) TRY(set->read_all());
  return DispatchRef(set);
}

}  // namespace scripting
