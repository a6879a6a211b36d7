// ClassBuilder::rebase: what a class declares itself, put under another parent.
#include <fmt/format.h>

#include <algorithm>

#include "base/utf.h"
#include "cim/class_builder_state.h"

namespace cim {
namespace {

base::Status with_name(std::string_view cls, std::string_view member, const base::Status& status) {
  if (status.ok()) return {};
  return {status.code(), fmt::format("{}.{}: {}", cls, member, status.text())};
}

bool any_propagated(const QualifierSet& set) {
  return std::any_of(set.begin(), set.end(), [](const Qualifier& q) { return q.propagated(); });
}

}  // namespace

base::Status ClassBuilder::State::rebase_property(const Property& declared) {
  Property* here = property(declared.name);
  if (!declared.inherited && !here && !any_propagated(declared.qualifiers)) {
    // Nothing is inherited into it: the declaration, checked when it was made, is taken over whole.
    if (model.properties.size() >= kMaxProperties) {
      return {WBEM_E_TOO_MANY_PROPERTIES, fmt::format("a class has at most {} properties", kMaxProperties)};
    }
    if (declared.key()) TRY(check_key(declared));
    model.properties.push_back(declared);
    model.properties.back().origin = depth();
    model.properties.back().default_inherited = false;
    model.index.insert(declared.name, static_cast<std::uint32_t>(model.properties.size() - 1));
    return {};
  }
  const bool local_default = !declared.inherited || !declared.default_inherited;
  if (!local_default && !has_local_qualifiers(declared.qualifiers)) return {};
  const Qualifier* cimtype = declared.qualifiers.find("CIMTYPE");
  const bool local_type = !here || !cimtype || !cimtype->propagated();
  if (local_default || !here) {
    TRY(put_property(declared.name, declared.type, declared.default_value,
                     local_type ? std::string_view(declared.cim_type) : std::string_view()));
    here = property(declared.name);
  }
  for (const Qualifier& qualifier : declared.qualifiers) {
    if (!qualifier.propagated()) TRY(put_property_qualifier(*here, qualifier));
  }
  return {};
}

base::Status ClassBuilder::State::rebase_method(const Method& declared) {
  Method* here = method(declared.name);
  if (!declared.inherited && !here && !any_propagated(declared.qualifiers)) {
    model.methods.push_back(declared);
    model.methods.back().origin = depth();
    return {};
  }
  if (declared.inherited && (!here || !has_local_qualifiers(declared.qualifiers))) return {};
  if (!declared.inherited) {
    TRY(put_method(declared.name, declared.in, declared.out));
    here = method(declared.name);
  }
  for (const Qualifier& qualifier : declared.qualifiers) {
    if (!qualifier.propagated()) TRY(put_method_qualifier(*here, qualifier));
  }
  return {};
}

base::Result<ClassBuilder> ClassBuilder::rebase(const Class& declaration, ClassPtr parent) {
  ClassBuilder out(std::move(parent), declaration.name());
  State& state = *out.state_;
  state.server = declaration.server();
  state.name_space = declaration.name_space();
  state.decorated = declaration.decorated();
  for (const Property& property : declaration.properties()) {
    TRY(with_name(declaration.name(), property.name, state.rebase_property(property)));
  }
  for (const Method& method : declaration.methods()) TRY(with_name(declaration.name(), method.name, state.rebase_method(method)));
  // Behind the members, so that a singleton is checked against its keys.
  for (const Qualifier& qualifier : declaration.qualifiers()) {
    if (!qualifier.propagated()) TRY(with_name(declaration.name(), qualifier.name, state.put_qualifier(qualifier)));
  }
  return out;
}

}  // namespace cim
