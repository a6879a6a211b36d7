#include "scripting/swbem_methods.h"

#include "scripting/swbem_object.h"
#include "scripting/swbem_qualifiers.h"

namespace scripting {

const Interface& SwbemMethodSet::declaration() {
  using S = SwbemMethodSet;
  static const Interface made({.object = "SWbemMethodSet",
                               .interface = "ISWbemMethodSet",
                               .iid = "c93ba292-d955-11d1-8b09-00600806d9b6",
                               .clsid = "04b83d5a-21ae-11d2-8b33-00600806d9b6"},
                              {{"_NewEnum", kNewEnum, invoke::kGet, 7, "", "IUnknown", self_enumerating},
                               {"Item", kValue, invoke::kMethod, 8, "strName:BSTR, iFlags:long=0", "ISWbemMethod", handler<&S::item>},
                               {"Count", 1, invoke::kGet, 9, "", "long", handler<&S::count>}});
  return made;
}

Outcome<Ref<Enumeration>> SwbemMethodSet::enumerate() {
  std::vector<Variant> found;
  for (const cim::Method& method : live_->methods()) {
    found.push_back(Variant::object(make<SwbemMethod>(session_, live_, method.name)));
  }
  return enumerate_values(std::move(found));
}

Outcome<Variant> SwbemMethodSet::item(MemberCall& call) {
  const std::string name = text_argument(call, 0);
  if (name.empty() || flags_argument(call, 1) != 0) return fail(WBEM_E_INVALID_PARAMETER);
  const cim::Method* method = live_->method(name);
  if (method == nullptr) return fail(WBEM_E_NOT_FOUND);
  return Variant::object(make<SwbemMethod>(session_, live_, method->name));
}

Outcome<Variant> SwbemMethodSet::count(MemberCall&) { return Variant::int32(static_cast<std::int32_t>(live_->methods().size())); }

const Interface& SwbemMethod::declaration() {
  using M = SwbemMethod;
  static const Interface made({.object = "SWbemMethod",
                               .interface = "ISWbemMethod",
                               .iid = "422e8e90-d955-11d1-8b09-00600806d9b6",
                               .clsid = "04b83d5b-21ae-11d2-8b33-00600806d9b6"},
                              {{"Name", 1, invoke::kGet, 7, "", "BSTR", handler<&M::name>},
                               {"Origin", 2, invoke::kGet, 8, "", "BSTR", handler<&M::origin>},
                               {"InParameters", 3, invoke::kGet, 9, "", "ISWbemObject", handler<&M::in_parameters>},
                               {"OutParameters", 4, invoke::kGet, 10, "", "ISWbemObject", handler<&M::out_parameters>},
                               {"Qualifiers_", 5, invoke::kGet, 11, "", "ISWbemQualifierSet", handler<&M::qualifiers>}});
  return made;
}

Outcome<Variant> SwbemMethod::name(MemberCall&) { return Variant::utf8(name_); }

Outcome<Variant> SwbemMethod::origin(MemberCall&) {
  const cim::Method* method = live_->method(name_);
  if (method == nullptr) return fail(WBEM_E_NOT_FOUND);
  return Variant::utf8(live_->origin(*method));
}

Outcome<Variant> SwbemMethod::in_parameters(MemberCall&) {
  const cim::Method* method = live_->method(name_);
  if (method == nullptr) return fail(WBEM_E_NOT_FOUND);
  return Variant::object(method->in ? make_object(session_, method->in) : DispatchRef());
}

Outcome<Variant> SwbemMethod::out_parameters(MemberCall&) {
  const cim::Method* method = live_->method(name_);
  if (method == nullptr) return fail(WBEM_E_NOT_FOUND);
  return Variant::object(method->out ? make_object(session_, method->out) : DispatchRef());
}

Outcome<Variant> SwbemMethod::qualifiers(MemberCall&) {
  if (live_->method(name_) == nullptr) return fail(WBEM_E_NOT_FOUND);
  return Variant::object(make<SwbemQualifierSet>(session_, live_, QualifierOwner{QualifierOwner::Kind::kMethod, name_}));
}

}  // namespace scripting
