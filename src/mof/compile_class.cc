// Class declarations: properties, methods and their parameter classes.
#include <algorithm>

#include <fmt/format.h>

#include "mof/compiler_impl.h"

namespace mof {

base::Result<cim::ClassPtr> Compiler::build_class(const ClassDecl& decl) {
  cim::ClassPtr parent;
  if (!decl.superclass.empty()) {
    base::Result<cim::ClassPtr> found = class_for(decl.superclass);
    if (!found) {
      const base::Status& why = found.error();
      const bool absent = why.code() == WBEM_E_NOT_FOUND;
      return base::fail(at(decl.position, {why.code(), absent ? fmt::format("the superclass {} of {} does not exist in {}", decl.superclass,
                                                                            decl.name, namespaces_[current_])
                                                              : why.text()}));
    }
    parent = *std::move(found);
  }
  cim::ClassBuilder builder = parent ? cim::ClassBuilder(parent, std::string(decl.name)) : cim::ClassBuilder(std::string(decl.name));
  TRY(put_qualifiers(decl.qualifiers, [&](cim::Qualifier q) { return builder.put_qualifier(std::move(q)); }));
  for (const PropertyDecl& property : decl.properties) TRY(put_property(builder, parent.get(), property));
  for (const MethodDecl& method : decl.methods) TRY(put_method(builder, method));
  base::Result<cim::ClassPtr> built = builder.build();
  if (!built) return base::fail(at(decl.position, built.error()));
  return built;
}

base::Status Compiler::put_property(cim::ClassBuilder& builder, const cim::Class* parent, const PropertyDecl& decl) {
  const cim::Property* inherited = parent == nullptr ? nullptr : parent->property(decl.name);
  const std::string cim_type = decl.type.cim_type();
  if (inherited != nullptr && inherited->type == decl.type.type && !decl.value.present()) {
    // Saying again what is inherited declares nothing but its qualifiers; a narrower class is said by CIMTYPE alone.
    if (!base::equal_ignore_case(inherited->cim_type, cim_type)) {
      cim::Qualifier narrowed{"CIMTYPE", {cim::CimType::kString, false}, cim::Value::text(cim_type), cim::default_flavor("CIMTYPE")};
      TRY(at(decl.position, builder.put_property_qualifier(decl.name, std::move(narrowed))));
    }
  } else {
    base::Result<cim::Value> value = evaluate(decl.value, decl.type.type, this);
    if (!value) return at(decl.value.position, value.error());
    TRY(at(decl.position, builder.put_property(decl.name, decl.type.type, *std::move(value), cim_type)));
  }
  const auto put = [&](cim::Qualifier q) { return builder.put_property_qualifier(decl.name, std::move(q)); };
  if (decl.type.array_size != 0 && find_use(decl.qualifiers, "max") == nullptr) {
    cim::Qualifier size;
    size.name = "MAX";
    size.type = {cim::CimType::kSint32, false};
    size.value = cim::Value::sint(decl.type.array_size);
    TRY(at(decl.position, put(std::move(size))));
  }
  return put_qualifiers(decl.qualifiers, put);
}

/// The IDs as written; parameters without one get the lowest that are free, in order.
std::vector<std::int32_t> Compiler::parameter_ids(const MethodDecl& decl) const {
  std::vector<std::int32_t> ids(decl.parameters.size(), -1);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const QualifierUse* use = find_use(decl.parameters[i].qualifiers, "id");
    if (use == nullptr) continue;
    const base::Result<cim::Qualifier> id = qualifiers_.evaluate(*use);
    if (id) ids[i] = static_cast<std::int32_t>(id->value.as_sint().value_or(-1));
  }
  std::int32_t next = 0;
  for (std::int32_t& id : ids) {
    if (id >= 0) continue;
    while (std::ranges::find(ids, next) != ids.end()) ++next;
    id = next;
  }
  return ids;
}

base::Status Compiler::put_parameter(cim::ClassBuilder& builder, const PropertyDecl& decl, std::int32_t id) {
  TRY(put_property(builder, nullptr, decl));
  if (find_use(decl.qualifiers, "in") == nullptr && qualifiers_.direction(decl.qualifiers).in) {
    // Passed in by a declaration's default: the class says so itself.
    cim::Qualifier in;
    in.name = "in";
    TRY(at(decl.position, builder.put_property_qualifier(decl.name, std::move(in))));
  }
  if (find_use(decl.qualifiers, "id") != nullptr) return {};
  cim::Qualifier qualifier;
  qualifier.name = "ID";
  qualifier.type = {cim::CimType::kSint32, false};
  qualifier.value = cim::Value::sint(id);
  qualifier.flavor = cim::default_flavor(qualifier.name);
  return at(decl.position, builder.put_property_qualifier(decl.name, std::move(qualifier)));
}

/// The in- or out-parameter class; null when there is nothing to pass that way. MS-WMIO 3.2 shows both.
base::Result<cim::ClassPtr> Compiler::parameters(const MethodDecl& decl, bool out, const std::vector<std::int32_t>& ids) {
  const auto passes = [&](const PropertyDecl& parameter) {
    const QualifierTable::Direction direction = qualifiers_.direction(parameter.qualifiers);
    return out ? direction.out : direction.in;
  };
  const bool result = out && !decl.result.is_void;
  if (!result && std::ranges::none_of(decl.parameters, passes)) return cim::ClassPtr();
  cim::ClassBuilder builder("__PARAMETERS");
  cim::Qualifier abstract;
  abstract.name = "abstract";
  TRY(builder.put_qualifier(std::move(abstract)));
  for (std::size_t i = 0; i < decl.parameters.size(); ++i) {
    if (passes(decl.parameters[i])) TRY(put_parameter(builder, decl.parameters[i], ids[i]));
  }
  if (result) {
    TRY(at(decl.position, builder.put_property("ReturnValue", decl.result.type, {}, decl.result.cim_type())));
    cim::Qualifier mark;
    mark.name = "out";
    TRY(builder.put_property_qualifier("ReturnValue", std::move(mark)));
  }
  return builder.build();
}

base::Status Compiler::put_method(cim::ClassBuilder& builder, const MethodDecl& decl) {
  const std::vector<std::int32_t> ids = parameter_ids(decl);
  base::Result<cim::ClassPtr> in = parameters(decl, false, ids);
  if (!in) return at(decl.position, in.error());
  base::Result<cim::ClassPtr> out = parameters(decl, true, ids);
  if (!out) return at(decl.position, out.error());
  TRY(at(decl.position, builder.put_method(decl.name, *std::move(in), *std::move(out))));
  return put_qualifiers(decl.qualifiers, [&](cim::Qualifier q) { return builder.put_method_qualifier(decl.name, std::move(q)); });
}

}  // namespace mof
