// Classes as MOF text: their own members only.
#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/utf.h"
#include "mof/printer.h"
#include "mof/printer_impl.h"

namespace mof {
namespace {

constexpr std::string_view kReturnValue = "ReturnValue";

/// What the compiler writes into CIMTYPE for the declaration that type_text() prints.
std::string implied_cim_type(const cim::Property& property) {
  if (property.type.base == cim::CimType::kReference) {
    const std::string_view target = property.reference_class();
    return fmt::format("ref:{}", target.empty() ? std::string_view("object") : target);
  }
  if (property.type.base == cim::CimType::kObject && !property.reference_class().empty()) {
    return fmt::format("object:{}", property.reference_class());
  }
  return std::string(cim::type_name(property.type.base));
}

std::string type_text(const cim::Property& property) {
  const std::string_view target = property.reference_class();
  if (property.type.base == cim::CimType::kReference) return fmt::format("{} ref", target.empty() ? std::string_view("object") : target);
  if (property.type.base == cim::CimType::kObject && !target.empty()) return std::string(target);
  return std::string(cim::type_name(property.type.base));
}

bool is_implied_cim_type(const cim::Qualifier& qualifier, const cim::Property& property) {
  const std::string* text = qualifier.value.as_text();
  return base::equal_ignore_case(qualifier.name, "CIMTYPE") && text != nullptr &&
         base::equal_ignore_case(*text, implied_cim_type(property)) && qualifier.flavor == cim::default_flavor(qualifier.name);
}

std::optional<std::int64_t> parameter_id(const cim::Property& parameter) {
  const cim::Qualifier* id = parameter.qualifiers.find("ID");
  return id == nullptr ? std::nullopt : id->value.as_sint();
}

/// In- and out-parameters in the order of their IDs, each once.
std::vector<const cim::Property*> parameters_of(const cim::Method& method) {
  std::vector<const cim::Property*> all;
  for (const cim::ClassPtr& side : {method.in, method.out}) {
    if (!side) continue;
    for (const cim::Property& parameter : side->properties()) {
      if (base::equal_ignore_case(parameter.name, kReturnValue)) continue;
      const auto same = [&](const cim::Property* p) { return base::equal_ignore_case(p->name, parameter.name); };
      if (std::ranges::any_of(all, same)) continue;
      const auto id = [](const cim::Property* p) { return parameter_id(*p).value_or(INT64_MAX); };
      all.insert(std::ranges::upper_bound(all, id(&parameter), {}, id), &parameter);
    }
  }
  return all;
}

bool has_own_qualifiers(const cim::QualifierSet& set) {
  return std::ranges::any_of(set, [](const cim::Qualifier& q) { return !q.propagated() && !base::equal_ignore_case(q.name, "CIMTYPE"); });
}

/// A CIMTYPE of its own: the class that a reference or object leads to was narrowed.
bool narrows_type(const cim::Property& property) {
  const cim::Qualifier* type = property.qualifiers.find("CIMTYPE");
  return type != nullptr && !type->propagated();
}

bool declared_here(const cim::Property& property) {
  return !property.inherited || !property.default_inherited || has_own_qualifiers(property.qualifiers) || narrows_type(property);
}

}  // namespace

void Printer::declaration(const cim::Property& property) {
  out_ += type_text(property);
  out_ += ' ';
  out_ += property.name;
  if (property.type.array) out_ += "[]";
}

void Printer::property(const cim::Property& property) {
  indent();
  qualifiers(property.qualifiers, "[", "] ", [&](const cim::Qualifier& q) { return is_implied_cim_type(q, property); });
  declaration(property);
  const bool own_default = property.inherited ? !property.default_inherited : !property.default_value.is_null();
  if (own_default) {
    out_ += " = ";
    value(property.default_value, property.type);
  }
  out_ += ";\n";
}

void Printer::parameter(const cim::Property& parameter, std::int64_t position) {
  const bool implied_id = parameter_id(parameter) == position;
  const auto skip = [&](const cim::Qualifier& q) {
    if (base::equal_ignore_case(q.name, "ID")) return implied_id && q.flavor == cim::default_flavor(q.name);
    return is_implied_cim_type(q, parameter);
  };
  qualifiers(parameter.qualifiers, "[", "] ", skip);
  declaration(parameter);
  if (parameter.default_value.is_null()) return;
  out_ += " = ";
  value(parameter.default_value, parameter.type);
}

void Printer::method(const cim::Method& method) {
  indent();
  qualifiers(method.qualifiers, "[", "] ");
  const cim::Property* result = method.out ? method.out->property(kReturnValue) : nullptr;
  out_ += result == nullptr ? std::string("void") : type_text(*result);
  out_ += ' ';
  out_ += method.name;
  out_ += '(';
  std::int64_t position = 0;
  for (const cim::Property* parameter : parameters_of(method)) {
    if (position != 0) out_ += ", ";
    this->parameter(*parameter, position++);
  }
  out_ += ");\n";
}

void Printer::cls(const cim::Class& cls) {
  if (qualifiers(cls.qualifiers(), "[", "]\n")) indent();
  out_ += "class ";
  out_ += cls.name();
  if (!cls.superclass().empty()) {
    out_ += " : ";
    out_ += cls.superclass();
  }
  out_ += '\n';
  indent();
  out_ += "{\n";
  ++depth_;
  for (const cim::Property& property : cls.properties()) {
    if (declared_here(property)) this->property(property);
  }
  for (const cim::Method& method : cls.methods()) {
    if (!method.inherited) this->method(method);
  }
  --depth_;
  indent();
  out_ += '}';
}

}  // namespace mof
