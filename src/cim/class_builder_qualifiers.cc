// Qualifiers of classes, properties and methods: IWbemQualifierSet::Put and Delete with their codes.
#include <fmt/format.h>

#include <array>

#include "base/utf.h"
#include "cim/class_builder_state.h"
#include "cim/path.h"
#include "cim/wmio_wire.h"

namespace cim {
namespace {

using base::equal_ignore_case;

/// BSTR, BOOL, I4, R8 and arrays of them are what clients may put; wider integers stand in the DMTF schema's limits.
bool legal_qualifier_type(CimType type) {
  switch (type) {
    case CimType::kString:
    case CimType::kBoolean:
    case CimType::kSint32:
    case CimType::kUint32:
    case CimType::kSint64:
    case CimType::kUint64:
    case CimType::kReal64: return true;
    default: return false;
  }
}

template <std::size_t N>
bool one_of(std::string_view name, const std::array<std::string_view, N>& names) {
  for (const std::string_view candidate : names) {
    if (equal_ignore_case(candidate, name)) return true;
  }
  return false;
}

constexpr std::array<std::string_view, 3> kPropertyOnly = {"key", "indexed", "CIMTYPE"};
constexpr std::array<std::string_view, 3> kClassOnly = {"abstract", "singleton", "association"};

/// Name, type, value and flavor of one qualifier.
base::Status check(Qualifier& qualifier) {
  if (!valid_identifier(qualifier.name)) return {WBEM_E_INVALID_PARAMETER, fmt::format("{} is no qualifier name", qualifier.name)};
  if (!legal_qualifier_type(qualifier.type.base)) {
    return {WBEM_E_INVALID_QUALIFIER_TYPE,
            fmt::format("a qualifier such as {} cannot be a {}", qualifier.name, type_name(qualifier.type.base))};
  }
  auto coerced = coerce(qualifier.value, qualifier.type);
  if (!coerced) return {WBEM_E_INVALID_QUALIFIER_TYPE, fmt::format("{}: {}", qualifier.name, coerced.error().text())};
  qualifier.value = *std::move(coerced);
  constexpr unsigned kKnown =
      flavor::kToInstance | flavor::kToSubclass | flavor::kNotOverridable | flavor::kPropagated | flavor::kSystem | flavor::kAmended;
  if ((qualifier.flavor & ~kKnown) != 0) {
    return {WBEM_E_INVALID_FLAVOR, fmt::format("{} has the flavor 0x{:02X}", qualifier.name, qualifier.flavor)};
  }
  qualifier.flavor &= static_cast<std::uint8_t>(~flavor::kPropagated);
  return {};
}

/// The qualifier that the parent's member hands down, or null.
const Qualifier* handed_down(const QualifierSet* of_parent, std::string_view name) {
  const Qualifier* found = of_parent ? of_parent->find(name) : nullptr;
  return found && (found->flavor & flavor::kToSubclass) != 0 ? found : nullptr;
}

/// Puts a checked qualifier, unless the parent forbids another value. The same value again changes nothing.
base::Status put_into(QualifierSet& set, const QualifierSet* of_parent, Qualifier qualifier) {
  // As the encoded form will spell it: a class reads the same before it is stored and after.
  if (const auto known = wire::dictionary_reference_ignoring_case(qualifier.name); known != wire::kNullRef) {
    qualifier.name = wire::dictionary(known & ~wire::kHighBit);
  }
  const Qualifier* inherited = handed_down(of_parent, qualifier.name);
  if (inherited && (inherited->flavor & flavor::kNotOverridable) != 0) {
    if (inherited->type == qualifier.type && inherited->value == qualifier.value) return {};
    return {WBEM_E_OVERRIDE_NOT_ALLOWED, fmt::format("{} is inherited with DisableOverride", qualifier.name)};
  }
  set.put(std::move(qualifier));
  return {};
}

base::Status delete_from(QualifierSet& set, const QualifierSet* of_parent, std::string_view name) {
  const Qualifier* found = set.find(name);
  if (!found) return {WBEM_E_NOT_FOUND, fmt::format("there is no qualifier {}", name)};
  if (equal_ignore_case(name, "CIMTYPE")) return {WBEM_E_INVALID_OPERATION, "CIMTYPE belongs to the property"};
  if (found->propagated()) return {WBEM_E_PROPAGATED_QUALIFIER, fmt::format("{} is inherited", name)};
  const Qualifier* inherited = handed_down(of_parent, name);
  if (!inherited) {
    set.erase(name);
    return {};
  }
  Qualifier back = *inherited;
  back.flavor |= flavor::kPropagated;
  set.put(std::move(back));
  return WBEM_S_RESET_TO_DEFAULT;
}

bool can_be_key_type(Type type) {
  return !type.array && type.base != CimType::kObject && type.base != CimType::kReal32 && type.base != CimType::kReal64;
}

}  // namespace

/// MS-WMI 3.1.4 (update of classes).
base::Status ClassBuilder::State::check_abstract() const {
  if (!parent || parent->abstract()) return {};
  return {WBEM_E_CANNOT_BE_ABSTRACT, fmt::format("{} cannot be abstract under {}, which is not", model.name, parent->name())};
}

/// MS-WMI 3.1.4.3.6. An abstract parent without keys is no obstacle: Windows' own singletons derive from such classes.
base::Status ClassBuilder::State::check_singleton() const {
  if (!model.qualifiers.is_true("singleton")) return {};
  for (const Property& property : model.properties) {
    if (property.key()) return {WBEM_E_CANNOT_BE_SINGLETON, fmt::format("{} is a singleton and has the key {}", model.name, property.name)};
  }
  if (parent && !parent->singleton() && !parent->abstract()) {
    return {WBEM_E_CANNOT_BE_SINGLETON, fmt::format("{} cannot be a singleton under {}, which is none", model.name, parent->name())};
  }
  return {};
}

/// Keys are inherited, and never added below a class that has some.
base::Status ClassBuilder::State::check_key(const Property& property) const {
  if (!can_be_key_type(property.type)) {
    return {WBEM_E_CANNOT_BE_KEY, fmt::format("{} cannot be a key: it is an array, an object or a real number", property.name)};
  }
  if (!parent || parent->keys().empty()) return {};
  const Property* inherited = parent->property(property.name);
  if (inherited && inherited->key()) return {};
  return {WBEM_E_CANNOT_BE_KEY, fmt::format("{} cannot be a key: {} has keys already", property.name, parent->name())};
}

base::Status ClassBuilder::State::put_qualifier(Qualifier qualifier) {
  TRY(check(qualifier));
  if (one_of(qualifier.name, kPropertyOnly)) return {WBEM_E_INVALID_QUALIFIER, fmt::format("{} belongs on a property", qualifier.name)};
  const bool on = qualifier.value.is_true();
  const bool inherited = model.qualifiers.is_true(qualifier.name);
  if (on && !inherited && equal_ignore_case(qualifier.name, "abstract")) TRY(check_abstract());
  const bool singleton = on && !inherited && equal_ignore_case(qualifier.name, "singleton");
  const QualifierSet before = model.qualifiers;
  TRY(put_into(model.qualifiers, parent ? &parent->qualifiers() : nullptr, std::move(qualifier)));
  if (!singleton) return {};
  base::Status fits = check_singleton();
  if (!fits) model.qualifiers = before;
  return fits;
}

base::Status ClassBuilder::State::put_property_qualifier(Property& property, Qualifier qualifier) {
  if (equal_ignore_case(qualifier.name, "CIMTYPE")) {
    const std::string* text = qualifier.value.as_text();
    if (!text) return {WBEM_E_INVALID_QUALIFIER_TYPE, "CIMTYPE is a string"};
    if (equal_ignore_case(*text, property.cim_type)) return {};
    // How a client says which class a reference or an object is of.
    const bool refines = (property.type.base == CimType::kReference || property.type.base == CimType::kObject) &&
                         equal_ignore_case(std::string_view(*text).substr(0, text->find(':')), type_name(property.type.base));
    if (!refines) return {WBEM_E_READ_ONLY, fmt::format("CIMTYPE of {} follows from its type", property.name)};
    property.cim_type = *text;
    property.qualifiers.put(cimtype_qualifier(*text, flavor::kToInstance | flavor::kToSubclass));
    return {};
  }
  TRY(check(qualifier));
  if (one_of(qualifier.name, kClassOnly)) return {WBEM_E_INVALID_QUALIFIER, fmt::format("{} belongs on a class", qualifier.name)};
  if (equal_ignore_case(qualifier.name, "key") && qualifier.value.is_true()) TRY(check_key(property));
  const Property* from = property.inherited ? parent_property(property.name) : nullptr;
  return put_into(property.qualifiers, from ? &from->qualifiers : nullptr, std::move(qualifier));
}

base::Status ClassBuilder::State::put_method_qualifier(Method& method, Qualifier qualifier) {
  TRY(check(qualifier));
  if (one_of(qualifier.name, kClassOnly) || one_of(qualifier.name, kPropertyOnly)) {
    return {WBEM_E_INVALID_QUALIFIER, fmt::format("{} does not belong on a method", qualifier.name)};
  }
  const Method* from = parent_method(method.name);
  return put_into(method.qualifiers, from ? &from->qualifiers : nullptr, std::move(qualifier));
}

base::Status ClassBuilder::put_qualifier(Qualifier qualifier) { return state_->put_qualifier(std::move(qualifier)); }

base::Status ClassBuilder::put_property_qualifier(std::string_view property, Qualifier qualifier) {
  Property* found = state_->property(property);
  if (!found) return {WBEM_E_NOT_FOUND, fmt::format("{} has no property {}", name(), property)};
  return state_->put_property_qualifier(*found, std::move(qualifier));
}

base::Status ClassBuilder::put_method_qualifier(std::string_view method, Qualifier qualifier) {
  Method* found = state_->method(method);
  if (!found) return {WBEM_E_NOT_FOUND, fmt::format("{} has no method {}", name(), method)};
  return state_->put_method_qualifier(*found, std::move(qualifier));
}

base::Status ClassBuilder::delete_qualifier(std::string_view name) {
  return delete_from(state_->model.qualifiers, state_->parent ? &state_->parent->qualifiers() : nullptr, name);
}

base::Status ClassBuilder::delete_property_qualifier(std::string_view property, std::string_view name) {
  Property* found = state_->property(property);
  if (!found) return {WBEM_E_NOT_FOUND, fmt::format("{} has no property {}", this->name(), property)};
  const Property* from = state_->parent_property(property);
  return delete_from(found->qualifiers, from ? &from->qualifiers : nullptr, name);
}

base::Status ClassBuilder::delete_method_qualifier(std::string_view method, std::string_view name) {
  Method* found = state_->method(method);
  if (!found) return {WBEM_E_NOT_FOUND, fmt::format("{} has no method {}", this->name(), method)};
  const Method* from = state_->parent_method(method);
  return delete_from(found->qualifiers, from ? &from->qualifiers : nullptr, name);
}

}  // namespace cim
