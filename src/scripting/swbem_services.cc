#include "scripting/swbem_services.h"

#include "cim/row_reader.h"
#include "scripting/method_call.h"
#include "scripting/swbem_event_source.h"
#include "scripting/swbem_named_values.h"
#include "scripting/swbem_object.h"
#include "scripting/swbem_object_path.h"

namespace scripting {

using cim::Operation;

const Interface& SwbemServices::declaration() {
  using O = SwbemServices;
  static const Interface made(
      {.object = "SWbemServices",
       .interface = "ISWbemServices",
       .iid = "76a6415c-cb41-11d1-8b02-00600806d9b6",
       .clsid = "04b83d63-21ae-11d2-8b33-00600806d9b6"},
      {{"Get", 1, invoke::kMethod, 7, "strObjectPath:BSTR=L\"\", iFlags:long=0, objWbemNamedValueSet:IDispatch *=0", "ISWbemObject",
        handler<&O::get_object>},
       {"GetAsync", 2, invoke::kMethod, 8,
        "objWbemSink:IDispatch *, strObjectPath:BSTR=L\"\", iFlags:long=0, objWbemNamedValueSet:IDispatch *=0, "
        "objWbemAsyncContext:IDispatch *=0",
        "void", handler<&O::get_async>},
       {"Delete", 3, invoke::kMethod, 9, "strObjectPath:BSTR, iFlags:long=0, objWbemNamedValueSet:IDispatch *=0", "void",
        handler<&O::remove>},
       {"DeleteAsync", 4, invoke::kMethod, 10,
        "objWbemSink:IDispatch *, strObjectPath:BSTR, iFlags:long=0, objWbemNamedValueSet:IDispatch *=0, objWbemAsyncContext:IDispatch *=0",
        "void", handler<&O::remove_async>},
       {"InstancesOf", 5, invoke::kMethod, 11, "strClass:BSTR, iFlags:long=wbemFlagReturnImmediately, objWbemNamedValueSet:IDispatch *=0",
        "ISWbemObjectSet", handler<&O::instances_of>},
       {"InstancesOfAsync", 6, invoke::kMethod, 12,
        "objWbemSink:IDispatch *, strClass:BSTR, iFlags:long=0, objWbemNamedValueSet:IDispatch *=0, objWbemAsyncContext:IDispatch *=0",
        "void", handler<&O::instances_of_async>},
       {"SubclassesOf", 7, invoke::kMethod, 13,
        "strSuperclass:BSTR=L\"\", iFlags:long=wbemFlagReturnImmediately|wbemQueryFlagDeep, objWbemNamedValueSet:IDispatch *=0",
        "ISWbemObjectSet", handler<&O::subclasses_of>},
       {"SubclassesOfAsync", 8, invoke::kMethod, 14,
        "objWbemSink:IDispatch *, strSuperclass:BSTR=L\"\", iFlags:long=wbemQueryFlagDeep, objWbemNamedValueSet:IDispatch *=0, "
        "objWbemAsyncContext:IDispatch *=0",
        "void", handler<&O::subclasses_of_async>},
       {"ExecQuery", 9, invoke::kMethod, 15,
        "strQuery:BSTR, strQueryLanguage:BSTR=L\"WQL\", iFlags:long=wbemFlagReturnImmediately, objWbemNamedValueSet:IDispatch *=0",
        "ISWbemObjectSet", handler<&O::exec_query>},
       {"ExecQueryAsync", 10, invoke::kMethod, 16,
        "objWbemSink:IDispatch *, strQuery:BSTR, strQueryLanguage:BSTR=L\"WQL\", lFlags:long=0, objWbemNamedValueSet:IDispatch *=0, "
        "objWbemAsyncContext:IDispatch *=0",
        "void", handler<&O::exec_query_async>},
       {"AssociatorsOf", 11, invoke::kMethod, 17,
        "strObjectPath:BSTR, strAssocClass:BSTR=L\"\", strResultClass:BSTR=L\"\", strResultRole:BSTR=L\"\", strRole:BSTR=L\"\", "
        "bClassesOnly:VARIANT_BOOL=FALSE, bSchemaOnly:VARIANT_BOOL=FALSE, strRequiredAssocQualifier:BSTR=L\"\", "
        "strRequiredQualifier:BSTR=L\"\", iFlags:long=wbemFlagReturnImmediately, objWbemNamedValueSet:IDispatch *=0",
        "ISWbemObjectSet", handler<&O::associators_of>},
       {"AssociatorsOfAsync", 12, invoke::kMethod, 18,
        "objWbemSink:IDispatch *, strObjectPath:BSTR, strAssocClass:BSTR=L\"\", strResultClass:BSTR=L\"\", strResultRole:BSTR=L\"\", "
        "strRole:BSTR=L\"\", bClassesOnly:VARIANT_BOOL=FALSE, bSchemaOnly:VARIANT_BOOL=FALSE, strRequiredAssocQualifier:BSTR=L\"\", "
        "strRequiredQualifier:BSTR=L\"\", iFlags:long=0, objWbemNamedValueSet:IDispatch *=0, objWbemAsyncContext:IDispatch *=0",
        "void", handler<&O::associators_of_async>},
       {"ReferencesTo", 13, invoke::kMethod, 19,
        "strObjectPath:BSTR, strResultClass:BSTR=L\"\", strRole:BSTR=L\"\", bClassesOnly:VARIANT_BOOL=FALSE, "
        "bSchemaOnly:VARIANT_BOOL=FALSE, strRequiredQualifier:BSTR=L\"\", iFlags:long=wbemFlagReturnImmediately, "
        "objWbemNamedValueSet:IDispatch *=0",
        "ISWbemObjectSet", handler<&O::references_to>},
       {"ReferencesToAsync", 14, invoke::kMethod, 20,
        "objWbemSink:IDispatch *, strObjectPath:BSTR, strResultClass:BSTR=L\"\", strRole:BSTR=L\"\", bClassesOnly:VARIANT_BOOL=FALSE, "
        "bSchemaOnly:VARIANT_BOOL=FALSE, strRequiredQualifier:BSTR=L\"\", iFlags:long=0, objWbemNamedValueSet:IDispatch *=0, "
        "objWbemAsyncContext:IDispatch *=0",
        "void", handler<&O::references_to_async>},
       {"ExecNotificationQuery", 15, invoke::kMethod, 21,
        "strQuery:BSTR, strQueryLanguage:BSTR=L\"WQL\", iFlags:long=wbemFlagReturnImmediately|wbemFlagForwardOnly, "
        "objWbemNamedValueSet:IDispatch *=0",
        "ISWbemEventSource", handler<&O::exec_notification_query>},
       {"ExecNotificationQueryAsync", 16, invoke::kMethod, 22,
        "objWbemSink:IDispatch *, strQuery:BSTR, strQueryLanguage:BSTR=L\"WQL\", iFlags:long=0, objWbemNamedValueSet:IDispatch *=0, "
        "objWbemAsyncContext:IDispatch *=0",
        "void", handler<&O::exec_notification_query_async>},
       {"ExecMethod", 17, invoke::kMethod, 23,
        "strObjectPath:BSTR, strMethodName:BSTR, objWbemInParameters:IDispatch *=0, iFlags:long=0, objWbemNamedValueSet:IDispatch *=0",
        "ISWbemObject", handler<&O::exec_method>},
       {"ExecMethodAsync", 18, invoke::kMethod, 24,
        "objWbemSink:IDispatch *, strObjectPath:BSTR, strMethodName:BSTR, objWbemInParameters:IDispatch *=0, iFlags:long=0, "
        "objWbemNamedValueSet:IDispatch *=0, objWbemAsyncContext:IDispatch *=0",
        "void", handler<&O::exec_method_async>},
       {"Security_", 19, invoke::kGet, 25, "", "ISWbemSecurity", handler<&O::security>}});
  return made;
}

const Interface& SwbemServices::extended_declaration() {
  using O = SwbemServices;
  static const Interface made(
      {.object = "SWbemServicesEx",
       .interface = "ISWbemServicesEx",
       .iid = "d2f68443-85dc-427e-91d8-366554cc754c",
       .clsid = "62e522dc-8cf3-40a8-8b2e-37d595651e40",
       .base = &declaration()},
      {{"Put", 20, invoke::kMethod, 26,
        "objWbemObject:ISWbemObjectEx *, iFlags:long=wbemChangeFlagCreateOrUpdate, objWbemNamedValueSet:IDispatch *=0", "ISWbemObjectPath",
        handler<&O::put>},
       {"PutAsync", 21, invoke::kMethod, 27,
        "objWbemSink:ISWbemSink *, objWbemObject:ISWbemObjectEx *, iFlags:long=wbemChangeFlagCreateOrUpdate, "
        "objWbemNamedValueSet:IDispatch *=0, objWbemAsyncContext:IDispatch *=0",
        "void", handler<&O::put_async>}});
  return made;
}

Outcome<Variant> SwbemServices::get_object(MemberCall& call) {
  auto values = context_of(object_argument(call, 2));
  if (!values) return fail(values.error());
  const std::string path = text_argument(call, 0);
  auto output = session_->world().call(*session_, {Operation::kGetObject, path}, flags_argument(call, 1), *values, start_get(path));
  if (!output) return fail(output.error());
  if (!output->object) return fail(WBEM_E_UNEXPECTED);
  return Variant::object(make_object(session_, *std::move(output->object)));
}

Outcome<Variant> SwbemServices::remove(MemberCall& call) {
  auto values = context_of(object_argument(call, 2));
  if (!values) return fail(values.error());
  const std::string path = text_argument(call, 0);
  const Operation operation = is_class_path(path) ? Operation::kDeleteClass : Operation::kDeleteInstance;
  auto output = session_->world().call(*session_, {operation, path}, flags_argument(call, 1), *values, start_delete(path));
  if (!output) return fail(output.error());
  return Variant();
}

Outcome<Variant> SwbemServices::set_of(MemberCall& call, std::size_t flags, Operation operation, const std::string& text,
                                       const std::string& more) {
  auto values = context_of(object_argument(call, flags + 1));
  if (!values) return fail(values.error());
  auto set = open_set(session_, operation, text, more, flags_argument(call, flags), *values);
  if (!set) return fail(set.error());
  return Variant::object(*std::move(set));
}

Outcome<Variant> SwbemServices::instances_of(MemberCall& call) {
  return set_of(call, 1, Operation::kCreateInstanceEnum, text_argument(call, 0));
}

Outcome<Variant> SwbemServices::subclasses_of(MemberCall& call) {
  return set_of(call, 1, Operation::kCreateClassEnum, text_argument(call, 0));
}

Outcome<Variant> SwbemServices::exec_query(MemberCall& call) {
  return set_of(call, 2, Operation::kExecQuery, text_argument(call, 1), text_argument(call, 0));
}

Outcome<Variant> SwbemServices::associators_of(MemberCall& call) {
  return set_of(call, 9, Operation::kExecQuery, "WQL", associators_query(text_argument(call, 0), call, 1));
}

Outcome<Variant> SwbemServices::references_to(MemberCall& call) {
  return set_of(call, 6, Operation::kExecQuery, "WQL", references_query(text_argument(call, 0), call, 1));
}

Outcome<Variant> SwbemServices::exec_notification_query(MemberCall& call) {
  auto values = context_of(object_argument(call, 3));
  if (!values) return fail(values.error());
  const CallSubject subject{Operation::kExecNotificationQuery, text_argument(call, 0)};
  World& world = session_->world();
  world.clear_last_error();
  const auto refuse = [&](const base::Status& status) {
    world.remember(status, subject);
    return fail(status);
  };
  auto services = session_->services();
  if (!services) return refuse(services.error());
  auto rows = cim::open_rows(subject.operation, *services, text_argument(call, 1), subject.parameter, flags_argument(call, 2), *values);
  if (!rows) return refuse(rows.error());
  return Variant::object(make<SwbemEventSource>(session_, *std::move(rows), subject));
}

Outcome<Variant> SwbemServices::exec_method(MemberCall& call) {
  auto values = context_of(object_argument(call, 4));
  if (!values) return fail(values.error());
  auto in = in_parameters(object_argument(call, 2));
  if (!in) return fail(in.error());
  const std::string path = text_argument(call, 0);
  auto output = session_->world().call(*session_, {Operation::kExecMethod, path}, flags_argument(call, 3), *values,
                                       start_method(path, text_argument(call, 1), *std::move(in)));
  if (!output) return fail(output.error());
  return Variant::object(output->object ? make_object(session_, *std::move(output->object)) : DispatchRef());
}

Outcome<Variant> SwbemServices::security(MemberCall&) { return Variant::object(make<SwbemSecurity>(session_)); }

Outcome<Variant> SwbemServices::put(MemberCall& call) {
  auto values = context_of(object_argument(call, 2));
  if (!values) return fail(values.error());
  const auto* object = dynamic_cast<const SwbemObject*>(object_argument(call, 0));
  if (object == nullptr) return fail(WBEM_E_INVALID_PARAMETER);
  auto now = object->live().snapshot();
  if (!now) return fail(now.error());
  const Operation operation = now->is_class() ? Operation::kPutClass : Operation::kPutInstance;
  auto output = session_->world().call(*session_, {operation, now->relative_path()}, flags_argument(call, 1), *values, start_put(*now));
  if (!output) return fail(output.error());
  return Variant::object(make_object_path(session_, output->text.empty() ? now->relative_path() : output->text));
}

}  // namespace scripting
