#include "scripting/swbem_object.h"

#include "mof/printer.h"
#include "scripting/method_call.h"
#include "scripting/object_text.h"
#include "scripting/swbem_methods.h"
#include "scripting/swbem_named_values.h"
#include "scripting/swbem_object_path.h"
#include "scripting/swbem_properties.h"
#include "scripting/swbem_qualifiers.h"

namespace scripting {

const Interface& SwbemObject::declaration() {
  using O = SwbemObject;
  static const Interface made(
      {.object = "SWbemObject",
       .interface = "ISWbemObject",
       .iid = "76a6415a-cb41-11d1-8b02-00600806d9b6",
       .clsid = "04b83d62-21ae-11d2-8b33-00600806d9b6"},
      {{"Put_", 1, invoke::kMethod, 7, "iFlags:long=wbemChangeFlagCreateOrUpdate, objWbemNamedValueSet:IDispatch *=0", "ISWbemObjectPath",
        handler<&O::put>},
       {"PutAsync_", 2, invoke::kMethod, 8,
        "objWbemSink:IDispatch *, iFlags:long=wbemChangeFlagCreateOrUpdate, objWbemNamedValueSet:IDispatch *=0, "
        "objWbemAsyncContext:IDispatch *=0",
        "void", handler<&O::put_async>},
       {"Delete_", 3, invoke::kMethod, 9, "iFlags:long=0, objWbemNamedValueSet:IDispatch *=0", "void", handler<&O::remove>},
       {"DeleteAsync_", 4, invoke::kMethod, 10,
        "objWbemSink:IDispatch *, iFlags:long=0, objWbemNamedValueSet:IDispatch *=0, objWbemAsyncContext:IDispatch *=0", "void",
        handler<&O::remove_async>},
       {"Instances_", 5, invoke::kMethod, 11, "iFlags:long=wbemFlagReturnImmediately, objWbemNamedValueSet:IDispatch *=0",
        "ISWbemObjectSet", handler<&O::instances>},
       {"InstancesAsync_", 6, invoke::kMethod, 12,
        "objWbemSink:IDispatch *, iFlags:long=0, objWbemNamedValueSet:IDispatch *=0, objWbemAsyncContext:IDispatch *=0", "void",
        handler<&O::instances_async>},
       {"Subclasses_", 7, invoke::kMethod, 13,
        "iFlags:long=wbemFlagReturnImmediately|wbemQueryFlagDeep, objWbemNamedValueSet:IDispatch *=0", "ISWbemObjectSet",
        handler<&O::subclasses>},
       {"SubclassesAsync_", 8, invoke::kMethod, 14,
        "objWbemSink:IDispatch *, iFlags:long=wbemQueryFlagDeep, objWbemNamedValueSet:IDispatch *=0, objWbemAsyncContext:IDispatch *=0",
        "void", handler<&O::subclasses_async>},
       {"Associators_", 9, invoke::kMethod, 15,
        "strAssocClass:BSTR=L\"\", strResultClass:BSTR=L\"\", strResultRole:BSTR=L\"\", strRole:BSTR=L\"\", "
        "bClassesOnly:VARIANT_BOOL=FALSE, bSchemaOnly:VARIANT_BOOL=FALSE, strRequiredAssocQualifier:BSTR=L\"\", "
        "strRequiredQualifier:BSTR=L\"\", iFlags:long=wbemFlagReturnImmediately, objWbemNamedValueSet:IDispatch *=0",
        "ISWbemObjectSet", handler<&O::associators>},
       {"AssociatorsAsync_", 10, invoke::kMethod, 16,
        "objWbemSink:IDispatch *, strAssocClass:BSTR=L\"\", strResultClass:BSTR=L\"\", strResultRole:BSTR=L\"\", strRole:BSTR=L\"\", "
        "bClassesOnly:VARIANT_BOOL=FALSE, bSchemaOnly:VARIANT_BOOL=FALSE, strRequiredAssocQualifier:BSTR=L\"\", "
        "strRequiredQualifier:BSTR=L\"\", iFlags:long=0, objWbemNamedValueSet:IDispatch *=0, objWbemAsyncContext:IDispatch *=0",
        "void", handler<&O::associators_async>},
       {"References_", 11, invoke::kMethod, 17,
        "strResultClass:BSTR=L\"\", strRole:BSTR=L\"\", bClassesOnly:VARIANT_BOOL=FALSE, bSchemaOnly:VARIANT_BOOL=FALSE, "
        "strRequiredQualifier:BSTR=L\"\", iFlags:long=wbemFlagReturnImmediately, objWbemNamedValueSet:IDispatch *=0",
        "ISWbemObjectSet", handler<&O::references>},
       {"ReferencesAsync_", 12, invoke::kMethod, 18,
        "objWbemSink:IDispatch *, strResultClass:BSTR=L\"\", strRole:BSTR=L\"\", bClassesOnly:VARIANT_BOOL=FALSE, "
        "bSchemaOnly:VARIANT_BOOL=FALSE, strRequiredQualifier:BSTR=L\"\", iFlags:long=0, objWbemNamedValueSet:IDispatch *=0, "
        "objWbemAsyncContext:IDispatch *=0",
        "void", handler<&O::references_async>},
       {"ExecMethod_", 13, invoke::kMethod, 19,
        "strMethodName:BSTR, objWbemInParameters:IDispatch *=0, iFlags:long=0, objWbemNamedValueSet:IDispatch *=0", "ISWbemObject",
        handler<&O::exec_method>},
       {"ExecMethodAsync_", 14, invoke::kMethod, 20,
        "objWbemSink:IDispatch *, strMethodName:BSTR, objWbemInParameters:IDispatch *=0, iFlags:long=0, objWbemNamedValueSet:IDispatch "
        "*=0, objWbemAsyncContext:IDispatch *=0",
        "void", handler<&O::exec_method_async>},
       {"Clone_", 15, invoke::kMethod, 21, "", "ISWbemObject", handler<&O::clone>},
       {"GetObjectText_", 16, invoke::kMethod, 22, "iFlags:long=0", "BSTR", handler<&O::get_object_text>},
       {"SpawnDerivedClass_", 17, invoke::kMethod, 23, "iFlags:long=0", "ISWbemObject", handler<&O::spawn_derived_class>},
       {"SpawnInstance_", 18, invoke::kMethod, 24, "iFlags:long=0", "ISWbemObject", handler<&O::spawn_instance>},
       {"CompareTo_", 19, invoke::kMethod, 25, "objWbemObject:IDispatch *, iFlags:long=wbemComparisonFlagIncludeAll", "VARIANT_BOOL",
        handler<&O::compare_to>},
       {"Qualifiers_", 20, invoke::kGet, 26, "", "ISWbemQualifierSet", handler<&O::qualifiers>},
       {"Properties_", 21, invoke::kGet, 27, "", "ISWbemPropertySet", handler<&O::properties>},
       {"Methods_", 22, invoke::kGet, 28, "", "ISWbemMethodSet", handler<&O::methods>},
       {"Derivation_", 23, invoke::kGet, 29, "", "VARIANT", handler<&O::derivation>},
       {"Path_", 24, invoke::kGet, 30, "", "ISWbemObjectPath", handler<&O::path>},
       {"Security_", 25, invoke::kGet, 31, "", "ISWbemSecurity", handler<&O::security>}});
  return made;
}

const Interface& SwbemObject::extended_declaration() {
  using O = SwbemObject;
  static const Interface made(
      {.object = "SWbemObjectEx",
       .interface = "ISWbemObjectEx",
       .iid = "269ad56a-8a67-4129-bc8c-0506dcfe9880",
       .clsid = "d6bdafb2-9435-491f-bb87-6aa0f0bc31a2",
       .base = &declaration()},
      {{"Refresh_", 26, invoke::kMethod, 32, "iFlags:long=0, objWbemNamedValueSet:IDispatch *=0", "void", handler<&O::refresh>},
       {"SystemProperties_", 27, invoke::kGet, 33, "", "ISWbemPropertySet", handler<&O::system_properties>},
       {"GetText_", 28, invoke::kMethod, 34,
        "iObjectTextFormat:WbemObjectTextFormatEnum, iFlags:long=0, objWbemNamedValueSet:IDispatch *=0", "BSTR", handler<&O::get_text>},
       {"SetFromText_", 29, invoke::kMethod, 35,
        "bsText:BSTR, iObjectTextFormat:WbemObjectTextFormatEnum, iFlags:long=0, objWbemNamedValueSet:IDispatch *=0", "void",
        handler<&O::set_from_text>}});
  return made;
}

const Interface& SwbemObject::last_error_declaration() {
  static const Interface made({.object = "SWbemLastError",
                               .interface = "ISWbemLastError",
                               .iid = "d962db84-d4bb-11d1-8b09-00600806d9b6",
                               .clsid = "c2feeeac-cfcd-11d1-8b05-00600806d9b6",
                               .prog_id = "WbemScripting.SWbemLastError",
                               .base = &declaration()},
                              {});
  return made;
}

DispatchRef make_live_object(const SessionPtr& session, Ref<LiveObject> live) {
  return make<SwbemObject>(SwbemObject::extended_declaration(), session, std::move(live));
}

DispatchRef make_object(const SessionPtr& session, cim::Object object) {
  return make_live_object(session, make<LiveObject>(std::move(object)));
}

DispatchRef make_last_error(const SessionPtr& session, const cim::ObjectPtr& status) {
  return make<SwbemObject>(SwbemObject::last_error_declaration(), session, make<LiveObject>(*status));
}

Outcome<Variant> SwbemObject::clone(MemberCall&) { return Variant::object(make<SwbemObject>(interface(), session_, live_->clone())); }

Outcome<Variant> SwbemObject::get_object_text(MemberCall& call) {
  constexpr std::uint32_t kNoFlavors = 1;  // wbemTextFlagNoFlavors
  if ((flags_argument(call, 0) & ~kNoFlavors) != 0) return fail(WBEM_E_INVALID_PARAMETER);
  const auto now = live_->snapshot();
  if (!now) return fail(now.error());
  return Variant::utf8(mof::print(flags_argument(call, 0) == 0 ? *now : without_flavors(*now)));
}

Outcome<Variant> SwbemObject::spawn_derived_class(MemberCall& call) {
  if (flags_argument(call, 0) != 0) return fail(WBEM_E_INVALID_PARAMETER);
  if (!live_->is_class()) return fail(WBEM_E_ILLEGAL_OPERATION);
  const auto now = live_->snapshot();
  if (!now) return fail(WBEM_E_INCOMPLETE_CLASS);
  return Variant::object(make_live_object(session_, make<LiveObject>(cim::ClassBuilder(now->cls(), ""), now->cls())));
}

Outcome<Variant> SwbemObject::spawn_instance(MemberCall& call) {
  if (flags_argument(call, 0) != 0) return fail(WBEM_E_INVALID_PARAMETER);
  const auto now = live_->snapshot();  // of an instance as well: the new one is empty
  if (!now || now->cls()->name().empty()) return fail(WBEM_E_INCOMPLETE_CLASS);
  return Variant::object(make_object(session_, cim::InstanceBuilder(now->cls()).build()));
}

Outcome<Variant> SwbemObject::compare_to(MemberCall& call) {
  const auto* other = dynamic_cast<const SwbemObject*>(object_argument(call, 0));
  if (other == nullptr) return fail(WBEM_E_INVALID_PARAMETER);
  const auto a = live_->snapshot();
  const auto b = other->live().snapshot();
  if (!a || !b) return fail(a ? b.error() : a.error());
  const base::Hresult result = cim::compare(*a, *b, flags_argument(call, 1));
  if (base::failed(result)) return fail(result);
  return Variant::boolean(result == WBEM_S_SAME);
}

Outcome<Variant> SwbemObject::qualifiers(MemberCall&) {
  return Variant::object(make<SwbemQualifierSet>(session_, live_, QualifierOwner{}));
}
Outcome<Variant> SwbemObject::properties(MemberCall&) { return Variant::object(make<SwbemPropertySet>(session_, live_, false)); }
Outcome<Variant> SwbemObject::system_properties(MemberCall&) { return Variant::object(make<SwbemPropertySet>(session_, live_, true)); }
Outcome<Variant> SwbemObject::methods(MemberCall&) {
  find_methods(session_, *live_);
  return Variant::object(make<SwbemMethodSet>(session_, live_));
}

Outcome<Variant> SwbemObject::derivation(MemberCall&) {
  std::vector<Variant> names;
  for (const std::string& name : live_->derivation()) names.push_back(Variant::utf8(name));
  return Variant::array(Array::of(VarType::kVariant, std::move(names)));
}

Outcome<Variant> SwbemObject::path(MemberCall&) { return Variant::object(make_object_path(session_, live_->path(), live_)); }

Outcome<Variant> SwbemObject::security(MemberCall&) {
  if (!session_) {
    if (!own_security_) own_security_ = std::make_shared<OwnSecurity>();
    return Variant::object(make<SwbemSecurity>(own_security_));
  }
  session_ = std::make_shared<Session>(*session_);  // the object's settings are its own from here on
  return Variant::object(make<SwbemSecurity>(session_));
}

Outcome<Variant> SwbemObject::get_text(MemberCall& call) {
  const auto now = live_->snapshot();
  if (!now) return fail(now.error());
  auto values = context_of(object_argument(call, 2));
  if (!values || flags_argument(call, 1) != 0) return fail(WBEM_E_INVALID_PARAMETER);
  XmlOptions options;
  if (*values) {
    options = {.local_only = (*values)->is_true("LocalOnly"),
               .qualifiers = (*values)->is_true("IncludeQualifiers"),
               .exclude_system_properties = (*values)->is_true("ExcludeSystemProperties")};
  }
  const auto text = object_xml(*now, call.argument(0).as_int32(), options);
  if (!text) return fail(text.error());
  return Variant::utf8(*text);
}

Outcome<Variant> SwbemObject::set_from_text(MemberCall& call) {
  if (flags_argument(call, 2) != 0) return fail(WBEM_E_INVALID_PARAMETER);
  auto parsed = object_from_xml(text_argument(call, 0), call.argument(1).as_int32(), live_->cls());
  if (!parsed) return fail(parsed.error());
  live_->replace(*std::move(parsed));
  return Variant();
}

}  // namespace scripting
