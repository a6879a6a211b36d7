// Instance declarations and embedded objects.
#include <fmt/format.h>

#include "mof/compiler_impl.h"

namespace mof {
namespace {

/// A value that does not fit is an error of the object, not of the text: its class is known to the target alone.
base::Status as_object_error(base::Status status) {
  switch (status.code()) {
    case WBEMMOF_E_TYPE_MISMATCH:
    case WBEMMOF_E_UNEXPECTED_ALIAS:
    case WBEMMOF_E_UNEXPECTED_ARRAY_INIT: return {WBEM_E_TYPE_MISMATCH, status.text()};
    case WBEMMOF_E_OUT_OF_RANGE: return {WBEM_E_VALUE_OUT_OF_RANGE, status.text()};
    default: return status;
  }
}

}  // namespace

base::Status Compiler::assign(cim::InstanceBuilder& builder, const Assignment& assignment) {
  const cim::Class& cls = *builder.cls();
  const cim::Property* property = cls.property(assignment.name);
  if (property == nullptr) {
    return at(assignment.position, {WBEM_E_NOT_FOUND, fmt::format("{} has no property {}", cls.name(), assignment.name)});
  }
  base::Result<cim::Value> value = evaluate(assignment.value, property->type, this, Fit::kAssignment);
  if (!value) {
    base::Status status = as_object_error(value.error());
    return at(assignment.value.position, {status.code(), fmt::format("{}: {}", property->name, status.text())});
  }
  if (value->is_null()) {
    builder.set_null(property->handle);
  } else {
    TRY(at(assignment.value.position, builder.set(*property, *value)));
  }
  return put_qualifiers(assignment.qualifiers,
                        [&](cim::Qualifier q) { return builder.put_property_qualifier(property->name, std::move(q)); });
}

base::Result<cim::Instance> Compiler::build_instance(const InstanceDecl& decl) {
  base::Result<cim::ClassPtr> cls = class_for(decl.class_name);
  if (!cls) {
    const base::Status& why = cls.error();
    if (why.code() != WBEM_E_NOT_FOUND) return base::fail(at(decl.position, why));
    const std::string text = fmt::format("no class {} in {}", decl.class_name, namespaces_[current_]);
    return base::fail(at(decl.position, {WBEM_E_NOT_FOUND, text}));
  }
  cim::InstanceBuilder builder(*std::move(cls));
  TRY(put_qualifiers(decl.qualifiers, [&](cim::Qualifier q) { return builder.put_qualifier(std::move(q)); }));
  for (const Assignment& assignment : decl.values) TRY(assign(builder, assignment));
  return builder.build();
}

base::Result<cim::Value> Compiler::embedded_object(const Literal& object) {
  if (object.kind == LiteralKind::kClass) {
    TRY_ASSIGN(cim::ClassPtr cls, build_class(*object.cls));
    return cim::Value::object(std::make_shared<const cim::Object>(std::move(cls)));
  }
  TRY_ASSIGN(cim::Instance instance, build_instance(*object.instance));
  return cim::Value::object(std::make_shared<const cim::Object>(std::move(instance)));
}

}  // namespace mof
