#include "scripting/swbem_named_values.h"

#include <algorithm>

#include "base/utf.h"
#include "scripting/values.h"

namespace scripting {
namespace {

bool same_name(std::u16string_view a, std::u16string_view b) {
  return base::equal_ignore_case(base::utf16_to_utf8(a), base::utf16_to_utf8(b));
}

}  // namespace

NamedValues::Entry* NamedValues::find(std::u16string_view name) {
  const auto found = std::ranges::find_if(entries, [&](const Entry& entry) { return same_name(entry.name.view(), name); });
  return found == entries.end() ? nullptr : &*found;
}

const Interface& SwbemNamedValueSet::declaration() {
  static const Interface made(
      {.object = "SWbemNamedValueSet",
       .interface = "ISWbemNamedValueSet",
       .iid = "cf2376ea-ce8c-11d1-8b05-00600806d9b6",
       .clsid = "9aed384e-ce8b-11d1-8b05-00600806d9b6",
       .prog_id = "WbemScripting.SWbemNamedValueSet"},
      {{"_NewEnum", kNewEnum, invoke::kGet, 7, "", "IUnknown", self_enumerating},
       {"Item", kValue, invoke::kMethod, 8, "strName:BSTR, iFlags:long=0", "ISWbemNamedValue", handler<&SwbemNamedValueSet::item>},
       {"Count", 1, invoke::kGet, 9, "", "long", handler<&SwbemNamedValueSet::count>},
       {"Add", 2, invoke::kMethod, 10, "strName:BSTR, varValue:VARIANT *, iFlags:long=0", "ISWbemNamedValue",
        handler<&SwbemNamedValueSet::add>},
       {"Remove", 3, invoke::kMethod, 11, "strName:BSTR, iFlags:long=0", "void", handler<&SwbemNamedValueSet::remove>},
       {"Clone", 4, invoke::kMethod, 12, "", "ISWbemNamedValueSet", handler<&SwbemNamedValueSet::clone>},
       {"DeleteAll", 5, invoke::kMethod, 13, "", "void", handler<&SwbemNamedValueSet::delete_all>}});
  return made;
}

Outcome<Ref<Enumeration>> SwbemNamedValueSet::enumerate() {
  std::vector<Variant> found;
  for (const NamedValues::Entry& entry : values_->entries) {
    found.push_back(Variant::object(make<SwbemNamedValue>(values_, entry.name, entry.value)));
  }
  return enumerate_values(std::move(found));
}

Outcome<Variant> SwbemNamedValueSet::item(MemberCall& call) {
  const Text& name = call.argument(0).as_text();
  if (name.empty() || flags_argument(call, 1) != 0) return fail(WBEM_E_INVALID_PARAMETER);
  const NamedValues::Entry* entry = values_->find(name.view());
  if (entry == nullptr) return fail(WBEM_E_NOT_FOUND);
  return Variant::object(make<SwbemNamedValue>(values_, entry->name, entry->value));
}

Outcome<Variant> SwbemNamedValueSet::count(MemberCall&) { return Variant::int32(static_cast<std::int32_t>(values_->entries.size())); }

Outcome<Variant> SwbemNamedValueSet::add(MemberCall& call) {
  const Text& name = call.argument(0).as_text();
  if (name.empty() || flags_argument(call, 2) != 0) return fail(WBEM_E_INVALID_PARAMETER);
  if (values_->read_only) return fail(WBEM_E_READ_ONLY);
  Variant value = call.argument(1);
  if (value.is_array()) value = Variant::array(value.as_array()->copy());
  if (NamedValues::Entry* entry = values_->find(name.view())) {
    entry->value = value;
  } else {
    values_->entries.push_back({name, value});
  }
  return Variant::object(make<SwbemNamedValue>(values_, name, std::move(value)));
}

Outcome<Variant> SwbemNamedValueSet::remove(MemberCall& call) {
  const Text& name = call.argument(0).as_text();
  if (name.empty() || flags_argument(call, 1) != 0) return fail(WBEM_E_INVALID_PARAMETER);
  if (values_->read_only) return fail(WBEM_E_READ_ONLY);
  const NamedValues::Entry* entry = values_->find(name.view());
  if (entry == nullptr) return fail(WBEM_E_NOT_FOUND);
  values_->entries.erase(values_->entries.begin() + (entry - values_->entries.data()));
  return Variant();
}

Outcome<Variant> SwbemNamedValueSet::clone(MemberCall&) {
  const auto copy = make<NamedValues>();
  copy->entries = values_->entries;
  return Variant::object(make<SwbemNamedValueSet>(copy));
}

Outcome<Variant> SwbemNamedValueSet::delete_all(MemberCall&) {
  if (values_->read_only) return fail(WBEM_E_READ_ONLY);
  values_->entries.clear();
  return Variant();
}

const Interface& SwbemNamedValue::declaration() {
  static const Interface made({.object = "SWbemNamedValue",
                               .interface = "ISWbemNamedValue",
                               .iid = "76a64164-cb41-11d1-8b02-00600806d9b6",
                               .clsid = "04b83d60-21ae-11d2-8b33-00600806d9b6"},
                              {{"Value", kValue, invoke::kGet | invoke::kPut, 7, "", "VARIANT", handler<&SwbemNamedValue::value>},
                               {"Name", 2, invoke::kGet, 9, "", "BSTR", handler<&SwbemNamedValue::name>}});
  return made;
}

Outcome<Variant> SwbemNamedValue::value(MemberCall& call) {
  NamedValues::Entry* entry = values_->find(name_.view());
  if (!call.is_put()) return entry != nullptr ? entry->value : value_;
  if (values_->read_only) return fail(WBEM_E_READ_ONLY);
  value_ = call.value();
  if (entry != nullptr) entry->value = value_;
  return Variant();
}

Outcome<Variant> SwbemNamedValue::name(MemberCall&) { return Variant::text(name_); }

base::Result<cim::ContextPtr> context_of(Dispatch* named_value_set) {
  if (named_value_set == nullptr) return cim::ContextPtr();
  const auto* set = dynamic_cast<const SwbemNamedValueSet*>(named_value_set);
  if (set == nullptr) return base::fail(WBEM_E_INVALID_PARAMETER, "objWbemNamedValueSet is no SWbemNamedValueSet");
  auto context = std::make_shared<cim::Context>();
  for (const NamedValues::Entry& entry : set->values().entries) {
    auto typed = typed_value(entry.value);
    if (!typed) return base::fail(WBEM_E_INVALID_CONTEXT, typed.error().text());
    context->put(entry.name.to_utf8(), typed->type, typed->value);
  }
  return cim::ContextPtr(std::move(context));
}

}  // namespace scripting
