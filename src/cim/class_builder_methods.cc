// Methods of classes: IWbemClassObject::PutMethod and DeleteMethod, and the rules of parameter classes (MS-WMIO 2.3.3).
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/utf.h"
#include "cim/class_builder_state.h"

namespace cim {
namespace {

constexpr std::string_view kReturnValue = "ReturnValue";

const Value* id_of(const Property& parameter) {
  const Qualifier* id = parameter.qualifiers.find("ID");
  return id && !id->value.is_null() ? &id->value : nullptr;
}

base::Status collect_ids(const Class& parameters, const Class* twin, std::vector<std::int64_t>& ids) {
  for (const Property& parameter : parameters.properties()) {
    const Value* id = id_of(parameter);
    if (base::equal_ignore_case(parameter.name, kReturnValue)) {
      if (id) return {WBEM_E_PARAMETER_ID_ON_RETVAL, "ReturnValue has no ID"};
      continue;
    }
    if (!id) return {WBEM_E_MISSING_PARAMETER_ID, fmt::format("parameter {} has no ID qualifier", parameter.name)};
    const auto number = id->as_sint();
    if (!number || *number < 0) return {WBEM_E_INVALID_PARAMETER_ID, fmt::format("the ID of parameter {} is no index", parameter.name)};
    const Property* other = twin ? twin->property(parameter.name) : nullptr;
    if (!other) {
      ids.push_back(*number);
      continue;
    }
    const Value* other_id = id_of(*other);
    if (other->type != parameter.type || !other_id || other_id->as_sint() != number) {
      return {WBEM_E_INVALID_DUPLICATE_PARAMETER, fmt::format("parameter {} differs between in and out", parameter.name)};
    }
  }
  return {};
}

}  // namespace

base::Status check_signature(const Class* in, const Class* out) {
  std::vector<std::int64_t> ids;
  if (in) TRY(collect_ids(*in, nullptr, ids));
  if (out) TRY(collect_ids(*out, in, ids));
  std::sort(ids.begin(), ids.end());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (ids[i] == static_cast<std::int64_t>(i)) continue;
    return {WBEM_E_NONCONSECUTIVE_PARAMETER_IDS, fmt::format("the IDs of {} parameters are not 0 to {}", ids.size(), ids.size() - 1)};
  }
  return {};
}

bool same_signature(const Class* a, const Class* b) {
  if (a == b) return true;
  const auto of = [](const Class* c) { return c ? c->properties() : std::span<const Property>(); };
  if (of(a).size() != of(b).size()) return false;
  return std::all_of(of(a).begin(), of(a).end(), [b](const Property& parameter) {
    const Property* other = b->property(parameter.name);
    if (!other || other->type != parameter.type) return false;
    const Value* id = id_of(parameter);
    const Value* other_id = id_of(*other);
    return id && other_id ? id->as_sint() == other_id->as_sint() : id == other_id;
  });
}

base::Status ClassBuilder::State::put_method(std::string_view name, ClassPtr in, ClassPtr out) {
  TRY(check_member_name(name));
  TRY(check_signature(in.get(), out.get()));
  Method* existing = method(name);
  if (!existing) {
    Method added;
    added.name = name;
    existing = &model.methods.emplace_back(std::move(added));
  } else if (existing->inherited || parent_method(name)) {
    if (!same_signature(existing->in.get(), in.get()) || !same_signature(existing->out.get(), out.get())) {
      return {WBEM_E_PROPAGATED_METHOD, fmt::format("{} is inherited with other parameters", name)};
    }
  }
  existing->inherited = false;
  existing->origin = depth();
  existing->in = std::move(in);
  existing->out = std::move(out);
  return {};
}

base::Status ClassBuilder::put_method(std::string_view name, ClassPtr in, ClassPtr out) {
  return state_->put_method(name, std::move(in), std::move(out));
}

base::Status ClassBuilder::delete_method(std::string_view name) {
  Method* existing = state_->method(name);
  if (!existing) return {WBEM_E_NOT_FOUND, fmt::format("{} has no method {}", this->name(), name)};
  const Method* from = state_->parent_method(name);
  if (from) {
    if (existing->inherited && !has_local_qualifiers(existing->qualifiers)) {
      return {WBEM_E_PROPAGATED_METHOD, fmt::format("{} is inherited", name)};
    }
    *existing = inherit(*from);
    return WBEM_S_RESET_TO_DEFAULT;
  }
  if (existing->inherited) return {WBEM_E_PROPAGATED_METHOD, fmt::format("{} is inherited", name)};
  auto& methods = state_->model.methods;
  methods.erase(methods.begin() + (existing - methods.data()));
  return {};
}

}  // namespace cim
