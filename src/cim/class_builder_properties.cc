#include <fmt/format.h>

#include "base/utf.h"
#include "cim/class_builder_state.h"

namespace cim {
namespace {

/// "uint32", "ref:Win32_Directory", "object:X": what stands before the colon must be the type's own name.
base::Result<std::string> cim_type_text(std::string_view given, CimType type) {
  const std::string_view word = type_name(type);
  if (given.empty()) return type == CimType::kReference ? std::string("ref:object") : std::string(word);
  const std::size_t colon = given.find(':');
  const bool may_name_class = type == CimType::kReference || type == CimType::kObject;
  if (!base::equal_ignore_case(given.substr(0, colon), word) || (colon != std::string_view::npos && !may_name_class)) {
    return base::fail(WBEM_E_INVALID_CIM_TYPE, fmt::format("CIMTYPE {} is not the type {}", given, word));
  }
  return std::string(given);
}

}  // namespace

/// IWbemClassObject::Put on a class.
base::Status ClassBuilder::State::put_property(std::string_view name, Type type, Value default_value, std::string_view cim_type) {
  auto coerced = coerce(default_value, type);
  if (!coerced) return {coerced.error().code(), fmt::format("{}: {}", name, coerced.error().text())};
  Property* existing = property(name);
  if (!existing) return add_property(name, type, *std::move(coerced), cim_type);
  if (existing->inherited && existing->type != type) {
    return {WBEM_E_TYPE_MISMATCH, fmt::format("{} is inherited as {}{} and cannot become {}{}", name, type_name(existing->type.base),
                                              existing->type.array ? "[]" : "", type_name(type.base), type.array ? "[]" : "")};
  }
  if (existing->type != type || !cim_type.empty()) {
    TRY_ASSIGN(std::string text, cim_type_text(cim_type, type.base));
    if (text != existing->cim_type) {
      existing->qualifiers.put(cimtype_qualifier(text, flavor::kToInstance | flavor::kToSubclass));
      existing->cim_type = std::move(text);
    }
  }
  existing->type = type;
  existing->default_value = *std::move(coerced);
  existing->default_inherited = false;
  return {};
}

base::Status ClassBuilder::State::add_property(std::string_view name, Type type, Value default_value, std::string_view cim_type) {
  TRY(check_member_name(name));
  TRY_ASSIGN(std::string text, cim_type_text(cim_type, type.base));
  if (model.properties.size() >= kMaxProperties) {
    return {WBEM_E_TOO_MANY_PROPERTIES, fmt::format("a class has at most {} properties", kMaxProperties)};
  }
  Property added;
  added.name = name;
  added.type = type;
  added.qualifiers.put(cimtype_qualifier(text, flavor::kToInstance | flavor::kToSubclass));
  added.cim_type = std::move(text);
  added.origin = depth();
  added.default_value = std::move(default_value);
  model.properties.push_back(std::move(added));
  model.index.insert(name, static_cast<std::uint32_t>(model.properties.size() - 1));
  return {};
}

base::Status ClassBuilder::put_property(std::string_view name, Type type, Value default_value, std::string_view cim_type) {
  return state_->put_property(name, type, std::move(default_value), cim_type);
}

/// IWbemClassObject::Delete.
base::Status ClassBuilder::delete_property(std::string_view name) {
  Property* existing = state_->property(name);
  if (!existing) {
    if (name.starts_with("__")) return {WBEM_E_SYSTEM_PROPERTY, fmt::format("{} is a system property", name)};
    return {WBEM_E_NOT_FOUND, fmt::format("{} has no property {}", this->name(), name)};
  }
  if (!existing->inherited) {
    auto& properties = state_->model.properties;
    properties.erase(properties.begin() + (existing - properties.data()));
    state_->rebuild_index();
    state_->model.lookup_order.clear();
    return {};
  }
  const Property* from = state_->parent_property(name);
  if (!from || (existing->default_inherited && !has_local_qualifiers(existing->qualifiers))) {
    return {WBEM_E_PROPAGATED_PROPERTY, fmt::format("{} is inherited", name)};
  }
  *existing = inherit(*from);
  return WBEM_S_RESET_TO_DEFAULT;
}

}  // namespace cim
