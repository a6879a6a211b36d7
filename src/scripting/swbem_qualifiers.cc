#include "scripting/swbem_qualifiers.h"

#include "scripting/values.h"

namespace scripting {
namespace {

/// Qualifiers hold sint32, real64, string, boolean or arrays of them (MS-WMIO 2.2.61): small integers are widened.
base::Result<cim::NamedValue> qualifier_value(const Variant& variant) {
  TRY_ASSIGN(cim::NamedValue typed, typed_value(variant));
  using cim::CimType;
  switch (typed.type.base) {
    case CimType::kSint32:
    case CimType::kReal64:
    case CimType::kString:
    case CimType::kBoolean: break;
    case CimType::kSint8:
    case CimType::kUint8:
    case CimType::kSint16:
    case CimType::kUint16: typed.type.base = CimType::kSint32; break;
    case CimType::kReal32: typed.type.base = CimType::kReal64; break;
    default: return base::fail(WBEM_E_INVALID_QUALIFIER_TYPE, "qualifiers hold numbers, texts and Booleans");
  }
  if (typed.value.is_null()) return base::fail(WBEM_E_INVALID_QUALIFIER_TYPE, "a qualifier has a value");
  TRY_ASSIGN(typed.value, cim::coerce(typed.value, typed.type));
  return typed;
}

constexpr unsigned kRead = invoke::kGet;
constexpr unsigned kReadWrite = invoke::kGet | invoke::kPut;

}  // namespace

const Interface& SwbemQualifierSet::declaration() {
  using S = SwbemQualifierSet;
  static const Interface made(
      {.object = "SWbemQualifierSet",
       .interface = "ISWbemQualifierSet",
       .iid = "9b16ed16-d3df-11d1-8b08-00600806d9b6",
       .clsid = "04b83d5e-21ae-11d2-8b33-00600806d9b6"},
      {{"_NewEnum", kNewEnum, kRead, 7, "", "IUnknown", self_enumerating},
       {"Item", kValue, invoke::kMethod, 8, "name:BSTR, iFlags:long=0", "ISWbemQualifier", handler<&S::item>},
       {"Count", 1, kRead, 9, "", "long", handler<&S::count>},
       {"Add", 2, invoke::kMethod, 10,
        "strName:BSTR, varVal:VARIANT *, bPropagatesToSubclass:VARIANT_BOOL=TRUE, bPropagatesToInstance:VARIANT_BOOL=TRUE, "
        "bIsOverridable:VARIANT_BOOL=TRUE, iFlags:long=0",
        "ISWbemQualifier", handler<&S::add>},
       {"Remove", 3, invoke::kMethod, 11, "strName:BSTR, iFlags:long=0", "void", handler<&S::remove>}});
  return made;
}

Outcome<Ref<Enumeration>> SwbemQualifierSet::enumerate() {
  const auto all = live_->qualifiers(owner_);
  if (!all) return fail(all.error());
  std::vector<Variant> found;
  for (const cim::Qualifier& qualifier : *all) {
    found.push_back(Variant::object(make<SwbemQualifier>(session_, live_, owner_, qualifier.name)));
  }
  return enumerate_values(std::move(found));
}

Outcome<Variant> SwbemQualifierSet::item(MemberCall& call) {
  const std::string name = text_argument(call, 0);
  if (name.empty() || flags_argument(call, 1) != 0) return fail(WBEM_E_INVALID_PARAMETER);
  const auto all = live_->qualifiers(owner_);
  if (!all) return fail(all.error());
  const cim::Qualifier* found = all->find(name);
  if (found == nullptr) return fail(WBEM_E_NOT_FOUND);
  return Variant::object(make<SwbemQualifier>(session_, live_, owner_, found->name));
}

Outcome<Variant> SwbemQualifierSet::count(MemberCall&) {
  const auto all = live_->qualifiers(owner_);
  if (!all) return fail(all.error());
  return Variant::int32(static_cast<std::int32_t>(all->size()));
}

Outcome<Variant> SwbemQualifierSet::add(MemberCall& call) {
  cim::Qualifier qualifier;
  qualifier.name = text_argument(call, 0);
  if (qualifier.name.empty() || flags_argument(call, 5) != 0) return fail(WBEM_E_INVALID_PARAMETER);
  auto typed = qualifier_value(call.argument(1));
  if (!typed) return fail(typed.error());
  qualifier.type = typed->type;
  qualifier.value = std::move(typed->value);
  if (boolean_argument(call, 2)) qualifier.flavor |= cim::flavor::kToSubclass;
  if (boolean_argument(call, 3)) qualifier.flavor |= cim::flavor::kToInstance;
  if (!boolean_argument(call, 4)) qualifier.flavor |= cim::flavor::kNotOverridable;
  const std::string name = qualifier.name;
  if (const auto status = live_->put_qualifier(owner_, std::move(qualifier)); !status) return fail(status);
  return Variant::object(make<SwbemQualifier>(session_, live_, owner_, name));
}

Outcome<Variant> SwbemQualifierSet::remove(MemberCall& call) {
  const std::string name = text_argument(call, 0);
  if (name.empty() || flags_argument(call, 1) != 0) return fail(WBEM_E_INVALID_PARAMETER);
  const auto all = live_->qualifiers(owner_);
  if (!all) return fail(all.error());
  if (all->find(name) == nullptr) return fail(WBEM_E_NOT_FOUND);
  if (const auto status = live_->delete_qualifier(owner_, name); !status) return fail(status);
  return Variant();
}

const Interface& SwbemQualifier::declaration() {
  using Q = SwbemQualifier;
  static const Interface made({.object = "SWbemQualifier",
                               .interface = "ISWbemQualifier",
                               .iid = "79b05932-d3b7-11d1-8b06-00600806d9b6",
                               .clsid = "04b83d5f-21ae-11d2-8b33-00600806d9b6"},
                              {{"Value", kValue, kReadWrite, 7, "", "VARIANT", handler<&Q::value>},
                               {"Name", 1, kRead, 9, "", "BSTR", handler<&Q::name>},
                               {"IsLocal", 2, kRead, 10, "", "VARIANT_BOOL", handler<&Q::is_local>},
                               {"PropagatesToSubclass", 3, kReadWrite, 11, "", "VARIANT_BOOL", handler<&Q::propagates_to_subclass>},
                               {"PropagatesToInstance", 4, kReadWrite, 13, "", "VARIANT_BOOL", handler<&Q::propagates_to_instance>},
                               {"IsOverridable", 5, kReadWrite, 15, "", "VARIANT_BOOL", handler<&Q::is_overridable>},
                               {"IsAmended", 6, kRead, 17, "", "VARIANT_BOOL", handler<&Q::is_amended>}});
  return made;
}

base::Result<cim::Qualifier> SwbemQualifier::find() const {
  TRY_ASSIGN(const cim::QualifierSet all, live_->qualifiers(owner_));
  const cim::Qualifier* found = all.find(name_);
  if (found == nullptr) return base::fail(WBEM_E_NOT_FOUND);
  return *found;
}

Outcome<Variant> SwbemQualifier::value(MemberCall& call) {
  auto found = find();
  if (!found) return fail(found.error());
  if (!call.is_put()) return to_variant(found->value, found->type, session_);
  auto typed = qualifier_value(call.value());
  if (!typed) return fail(typed.error());
  found->type = typed->type;
  found->value = std::move(typed->value);
  found->flavor &= static_cast<std::uint8_t>(~cim::flavor::kPropagated);  // it is local from now on
  if (const auto status = live_->put_qualifier(owner_, *std::move(found)); !status) return fail(status);
  return Variant();
}

Outcome<Variant> SwbemQualifier::name(MemberCall&) { return Variant::utf8(name_); }

Outcome<Variant> SwbemQualifier::is_local(MemberCall&) {
  const auto found = find();
  if (!found) return fail(found.error());
  return Variant::boolean(!found->propagated());
}

Outcome<Variant> SwbemQualifier::flavor(MemberCall& call, std::uint8_t bit, bool inverse) {
  auto found = find();
  if (!found) return fail(found.error());
  if (!call.is_put()) return Variant::boolean(((found->flavor & bit) != 0) != inverse);
  found->flavor &= static_cast<std::uint8_t>(~(bit | cim::flavor::kPropagated));
  if (call.value().as_boolean() != inverse) found->flavor |= bit;
  if (const auto status = live_->put_qualifier(owner_, *std::move(found)); !status) return fail(status);
  return Variant();
}

Outcome<Variant> SwbemQualifier::propagates_to_subclass(MemberCall& call) { return flavor(call, cim::flavor::kToSubclass, false); }
Outcome<Variant> SwbemQualifier::propagates_to_instance(MemberCall& call) { return flavor(call, cim::flavor::kToInstance, false); }
Outcome<Variant> SwbemQualifier::is_overridable(MemberCall& call) { return flavor(call, cim::flavor::kNotOverridable, true); }

Outcome<Variant> SwbemQualifier::is_amended(MemberCall&) {
  const auto found = find();
  if (!found) return fail(found.error());
  return Variant::boolean(found->amended());
}

}  // namespace scripting
