#include "scripting/swbem_properties.h"

#include <algorithm>

#include "base/utf.h"
#include "scripting/swbem_qualifiers.h"
#include "scripting/values.h"

namespace scripting {

cim::Type system_property_type(std::string_view name) {
  if (name == "__GENUS" || name == "__PROPERTY_COUNT") return {cim::CimType::kSint32, false};
  return {cim::CimType::kString, name == "__DERIVATION"};
}

const Interface& SwbemPropertySet::declaration() {
  using S = SwbemPropertySet;
  static const Interface made(
      {.object = "SWbemPropertySet",
       .interface = "ISWbemPropertySet",
       .iid = "dea0a7b2-d4ba-11d1-8b09-00600806d9b6",
       .clsid = "04b83d5c-21ae-11d2-8b33-00600806d9b6"},
      {{"_NewEnum", kNewEnum, invoke::kGet, 7, "", "IUnknown", self_enumerating},
       {"Item", kValue, invoke::kMethod, 8, "strName:BSTR, iFlags:long=0", "ISWbemProperty", handler<&S::item>},
       {"Count", 1, invoke::kGet, 9, "", "long", handler<&S::count>},
       {"Add", 2, invoke::kMethod, 10, "strName:BSTR, iCIMType:WbemCimtypeEnum, bIsArray:VARIANT_BOOL=FALSE, iFlags:long=0",
        "ISWbemProperty", handler<&S::add>},
       {"Remove", 3, invoke::kMethod, 11, "strName:BSTR, iFlags:long=0", "void", handler<&S::remove>}});
  return made;
}

Outcome<Ref<Enumeration>> SwbemPropertySet::enumerate() {
  std::vector<Variant> found;
  const auto add = [&](std::string_view name) {
    found.push_back(Variant::object(make<SwbemProperty>(session_, live_, std::string(name))));
  };
  if (system_) {
    for (const std::string_view name : cim::system_property_names()) add(name);
  } else {
    for (const cim::Property& property : live_->properties()) add(property.name);
  }
  return enumerate_values(std::move(found));
}

Outcome<Variant> SwbemPropertySet::item(MemberCall& call) {
  const std::string name = text_argument(call, 0);
  if (name.empty() || flags_argument(call, 1) != 0) return fail(WBEM_E_INVALID_PARAMETER);
  if (system_ || is_system_name(name)) {
    const auto names = cim::system_property_names();
    const auto known = std::ranges::find_if(names, [&](std::string_view n) { return base::equal_ignore_case(n, name); });
    if (known == names.end()) return fail(WBEM_E_NOT_FOUND);
    return Variant::object(make<SwbemProperty>(session_, live_, std::string(*known)));
  }
  const cim::Property* property = live_->property(name);
  if (property == nullptr) return fail(WBEM_E_NOT_FOUND);
  return Variant::object(make<SwbemProperty>(session_, live_, property->name));
}

Outcome<Variant> SwbemPropertySet::count(MemberCall&) {
  const std::size_t count = system_ ? cim::system_property_names().size() : live_->properties().size();
  return Variant::int32(static_cast<std::int32_t>(count));
}

Outcome<Variant> SwbemPropertySet::add(MemberCall& call) {
  const std::string name = text_argument(call, 0);
  auto type = cim::type_from_wire(flags_argument(call, 1));
  if (system_ || !type || type->array || flags_argument(call, 3) != 0) return fail(WBEM_E_INVALID_PARAMETER);
  type->array = boolean_argument(call, 2);
  if (const auto status = live_->add_property(name, *type); !status) return fail(status);
  return Variant::object(make<SwbemProperty>(session_, live_, name));
}

Outcome<Variant> SwbemPropertySet::remove(MemberCall& call) {
  if (system_ || flags_argument(call, 1) != 0) return fail(WBEM_E_INVALID_PARAMETER);
  const auto status = live_->delete_property(text_argument(call, 0));
  if (!status) return fail(status);
  // The property is there as before, which scripts are told as an error.
  if (status.code() == WBEM_S_RESET_TO_DEFAULT) return fail(base::Hresult{0x80043002});
  return Variant();
}

const Interface& SwbemProperty::declaration() {
  using P = SwbemProperty;
  static const Interface made({.object = "SWbemProperty",
                               .interface = "ISWbemProperty",
                               .iid = "1a388f98-d4ba-11d1-8b09-00600806d9b6",
                               .clsid = "04b83d5d-21ae-11d2-8b33-00600806d9b6"},
                              {{"Value", kValue, invoke::kGet | invoke::kPut, 7, "", "VARIANT", handler<&P::value>},
                               {"Name", 1, invoke::kGet, 9, "", "BSTR", handler<&P::name>},
                               {"IsLocal", 2, invoke::kGet, 10, "", "VARIANT_BOOL", handler<&P::is_local>},
                               {"Origin", 3, invoke::kGet, 11, "", "BSTR", handler<&P::origin>},
                               {"CIMType", 4, invoke::kGet, 12, "", "WbemCimtypeEnum", handler<&P::cim_type>},
                               {"Qualifiers_", 5, invoke::kGet, 13, "", "ISWbemQualifierSet", handler<&P::qualifiers>},
                               {"IsArray", 6, invoke::kGet, 14, "", "VARIANT_BOOL", handler<&P::is_array>}});
  return made;
}

Outcome<Variant> SwbemProperty::value(MemberCall& call) {
  if (system()) {
    if (call.is_put()) return fail(WBEM_E_READ_ONLY);
    const auto found = live_->system_value(name_);
    if (!found) return fail(found.error());
    return to_variant(*found, system_property_type(name_), session_);
  }
  const cim::Property* property = live_->property(name_);
  if (property == nullptr) return fail(WBEM_E_NOT_FOUND);
  if (!call.is_put()) return to_variant(live_->value(*property), property->type, session_);
  auto value = to_value(call.value(), property->type);
  if (!value) return fail(value.error());
  if (const auto status = live_->set_value(name_, *std::move(value)); !status) return fail(status);
  return Variant();
}

Outcome<Variant> SwbemProperty::name(MemberCall&) { return Variant::utf8(name_); }

Outcome<Variant> SwbemProperty::is_local(MemberCall&) {
  if (system()) return Variant::boolean(false);
  const cim::Property* property = live_->property(name_);
  if (property == nullptr) return fail(WBEM_E_NOT_FOUND);
  return Variant::boolean(!property->inherited);
}

Outcome<Variant> SwbemProperty::origin(MemberCall&) {
  if (system()) return Variant::utf8("___SYSTEM");
  const cim::Property* property = live_->property(name_);
  if (property == nullptr) return fail(WBEM_E_NOT_FOUND);
  return Variant::utf8(live_->origin(property->origin));
}

Outcome<Variant> SwbemProperty::cim_type(MemberCall&) {
  const cim::Property* property = system() ? nullptr : live_->property(name_);
  if (property == nullptr && !system()) return fail(WBEM_E_NOT_FOUND);
  const cim::Type type = system() ? system_property_type(name_) : property->type;
  return Variant::int32(static_cast<std::int32_t>(type.base));
}

Outcome<Variant> SwbemProperty::is_array(MemberCall&) {
  const cim::Property* property = system() ? nullptr : live_->property(name_);
  if (property == nullptr && !system()) return fail(WBEM_E_NOT_FOUND);
  return Variant::boolean(system() ? system_property_type(name_).array : property->type.array);
}

Outcome<Variant> SwbemProperty::qualifiers(MemberCall&) {
  if (system()) return fail(WBEM_E_SYSTEM_PROPERTY);
  if (live_->property(name_) == nullptr) return fail(WBEM_E_NOT_FOUND);
  return Variant::object(make<SwbemQualifierSet>(session_, live_, QualifierOwner{QualifierOwner::Kind::kProperty, name_}));
}

}  // namespace scripting
