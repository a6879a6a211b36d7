#include "mof/check.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "base/spell.h"
#include "base/utf.h"
#include "cim/class.h"
#include "mof/aliases.h"
#include "mof/literal.h"
#include "mof/qualifiers.h"

namespace mof {
namespace {

/// The CIM type that a word of another language, or a slip of the finger, stands for; empty when it looks like a class's name.
std::string_view intended_type(std::string_view word) {
  struct Foreign {
    std::string_view word, type;
  };
  static constexpr Foreign kForeign[] = {
      {"bool", "boolean"},  {"byte", "uint8"},   {"char", "char16"},     {"date", "datetime"}, {"double", "real64"}, {"dword", "uint32"},
      {"float", "real32"},  {"int", "sint32"},   {"int8", "sint8"},      {"int16", "sint16"},  {"int32", "sint32"},  {"int64", "sint64"},
      {"long", "sint32"},   {"qword", "uint64"}, {"real", "real64"},     {"sint", "sint32"},   {"short", "sint16"},  {"str", "string"},
      {"time", "datetime"}, {"uint", "uint32"},  {"unsigned", "uint32"}, {"word", "uint16"},
  };
  for (const Foreign& foreign : kForeign)
    if (base::equal_ignore_case(foreign.word, word)) return foreign.type;
  static constexpr std::string_view kTypes[] = {"sint8",  "uint8",  "sint16", "uint16",  "sint32", "uint32",   "sint64",
                                                "uint64", "real32", "real64", "boolean", "string", "datetime", "char16"};
  const auto near = std::ranges::find_if(kTypes, [&](std::string_view type) { return base::edit_distance(type, word, 1) <= 1; });
  return near == std::end(kTypes) ? std::string_view() : *near;
}

class Checker {
 public:
  Checker(const Unit& unit, Diagnostics& diagnostics) : unit_(unit), diagnostics_(diagnostics) {}

  base::Status run() {
    for (const Declaration& declaration : unit_.declarations) {
      if (const auto* cls = std::get_if<ClassDecl>(&declaration)) classes_.insert(cls->name);
    }
    for (const Declaration& declaration : unit_.declarations) {
      if (const auto* qualifier = std::get_if<QualifierDecl>(&declaration)) {
        TRY(check_declaration(*qualifier));
        table_.declare(*qualifier);
      } else if (const auto* cls = std::get_if<ClassDecl>(&declaration)) {
        TRY(check_class(*cls));
      } else if (const auto* instance = std::get_if<InstanceDecl>(&declaration)) {
        TRY(check_instance(*instance));
      }
    }
    return check_aliases();
  }

 private:
  using Names = std::unordered_set<std::string_view, base::IHash, base::IEqual>;

  base::Status fail(base::Hresult code, const Position& position, std::string text) {
    Diagnostic diagnostic;
    diagnostic.code = code;
    diagnostic.place = unit_.place(position);
    diagnostic.text = std::move(text);
    diagnostics_.push_back(diagnostic);
    return diagnostic.status();
  }

  /// Any word may name the class of an embedded object; one that looks like a type hardly ever does.
  void hint_type(const PropertyDecl& property) {
    const TypeUse& type = property.type;
    if (type.type.base != cim::CimType::kObject || type.class_name.empty() || classes_.contains(type.class_name)) return;
    const std::string_view meant = intended_type(type.class_name);
    if (meant.empty()) return;
    Diagnostic diagnostic;
    diagnostic.severity = Diagnostic::Severity::kWarning;
    diagnostic.place = unit_.place(property.position);
    diagnostic.text = fmt::format("{} is no type: {} becomes an embedded object of a class {}; did you mean {}?", type.class_name,
                                  property.name, type.class_name, meant);
    diagnostics_.push_back(std::move(diagnostic));
  }

  base::Status check_value(const Literal& literal, cim::Type type) {
    if (literal.kind == LiteralKind::kString && cim::is_text(type.base) && type.base != cim::CimType::kDatetime && !type.array) return {};
    if (literal.kind == LiteralKind::kInstance) return check_instance(*literal.instance);
    const base::Result<cim::Value> value = evaluate(literal, type, nullptr);
    return value ? base::Status() : fail(value.error().code(), literal.position, value.error().text());
  }

  base::Status check_declaration(const QualifierDecl& decl) {
    if (!decl.value.present()) return {};
    const base::Result<cim::Value> value = evaluate(decl.value, decl.type, nullptr);
    if (value) return {};
    return fail(WBEMMOF_E_UNSUPPORTED_CIMV22_QUAL_VALUE, decl.value.position, value.error().text());
  }

  base::Status check_qualifiers(const QualifierList& list, std::uint16_t scope) {
    for (const QualifierUse& use : list) {
      const QualifierDecl* decl = table_.find(use.name);
      if (decl != nullptr && (decl->scope & scope) == 0) {
        return fail(WBEMMOF_E_QUALIFIER_USED_OUTSIDE_SCOPE, use.position,
                    fmt::format("the qualifier {} was declared for another scope than this", use.name));
      }
      const bool plain_text = use.value.kind == LiteralKind::kString && (decl == nullptr || !decl->typed);
      if (plain_text) continue;
      const base::Result<cim::Qualifier> qualifier = table_.evaluate(use);
      if (!qualifier) return fail(qualifier.error().code(), use.position, qualifier.error().text());
    }
    return {};
  }

  /// A CIMTYPE in the text may only repeat the declared type.
  base::Status check_cimtype(const PropertyDecl& property) {
    const QualifierUse* use = find_use(property.qualifiers, "cimtype");
    if (use == nullptr) return {};
    if (use->value.kind != LiteralKind::kString) {
      return fail(WBEMMOF_E_CIMTYPE_QUALIFIER, use->position, "CIMTYPE needs the name of a type as a string");
    }
    const std::string text = decode_string(use->value.text);
    const std::string declared = property.type.cim_type();
    const auto base_of = [](std::string_view type) { return type.substr(0, type.find(':')); };
    if (base::equal_ignore_case(text, declared) || base::equal_ignore_case(text, base_of(declared))) return {};
    if (property.type.class_name == "object" && base::equal_ignore_case(base_of(text), base_of(declared))) return {};
    return fail(WBEMMOF_E_CIMTYPE_QUALIFIER, use->position, fmt::format("CIMTYPE \"{}\" contradicts the declared type {}", text, declared));
  }

  base::Status check_property(const PropertyDecl& property, std::uint16_t scope) {
    if (property.type.type.base == cim::CimType::kReference) scope |= scope_mark::kReference;
    TRY(check_qualifiers(property.qualifiers, scope));
    TRY(check_cimtype(property));
    hint_type(property);
    if (!property.value.present()) return {};
    return check_value(property.value, property.type.type);
  }

  base::Status check_method(const MethodDecl& method) {
    TRY(check_qualifiers(method.qualifiers, scope_mark::kMethod));
    Names names;
    for (const PropertyDecl& parameter : method.parameters) {
      if (!names.insert(parameter.name).second) {
        return fail(WBEMMOF_E_DUPLICATE_PROPERTY, parameter.position, fmt::format("{} has two parameters {}", method.name, parameter.name));
      }
      TRY(check_property(parameter, scope_mark::kParameter));
      const auto [in, out] = table_.direction(parameter.qualifiers);
      if (!in && !out) {
        return fail(WBEMMOF_E_MUST_BE_IN_OR_OUT, parameter.position,
                    fmt::format("the parameter {} of {} needs the qualifier in or out", parameter.name, method.name));
      }
    }
    return {};
  }

  base::Status check_class(const ClassDecl& cls) {
    std::uint16_t scope = scope_mark::kClass;
    if (!cls.superclass.empty() || is_set(cls.qualifiers, "association")) scope |= scope_mark::kAssociation;
    if (!cls.superclass.empty() || is_set(cls.qualifiers, "indication")) scope |= scope_mark::kIndication;
    TRY(check_qualifiers(cls.qualifiers, scope));
    if (cls.properties.size() > cim::kMaxProperties || cls.methods.size() > cim::kMaxProperties) {
      return fail(WBEMMOF_E_INVALID_CLASS_DECLARATION, cls.position, fmt::format("more than {} members", cim::kMaxProperties));
    }
    names_.clear();
    for (const PropertyDecl& property : cls.properties) {
      if (!names_.insert(property.name).second) {
        return fail(WBEMMOF_E_DUPLICATE_PROPERTY, property.position, fmt::format("{} has two properties {}", cls.name, property.name));
      }
      TRY(check_property(property, scope_mark::kProperty));
    }
    names_.clear();
    for (const MethodDecl& method : cls.methods) {
      if (!names_.insert(method.name).second) {
        return fail(WBEMMOF_E_INVALID_CLASS_DECLARATION, method.position, fmt::format("{} has two methods {}", cls.name, method.name));
      }
      TRY(check_method(method));
    }
    return {};
  }

  base::Status check_instance(const InstanceDecl& instance) {
    TRY(check_qualifiers(instance.qualifiers, scope_mark::kAny));
    Names names;
    for (const Assignment& assignment : instance.values) {
      if (!names.insert(assignment.name).second) {
        return fail(WBEMMOF_E_DUPLICATE_PROPERTY, assignment.position, fmt::format("{} is set twice", assignment.name));
      }
      TRY(check_qualifiers(assignment.qualifiers, scope_mark::kAny));
      if (assignment.value.instance) TRY(check_instance(*assignment.value.instance));
      if (assignment.value.cls) TRY(check_class(*assignment.value.cls));
      for (const Literal& element : assignment.value.elements) {
        if (element.instance) TRY(check_instance(*element.instance));
        if (element.cls) TRY(check_class(*element.cls));
      }
    }
    return {};
  }

  base::Status check_aliases() {
    AliasTable aliases;
    AliasProblem problem = aliases.build(unit_);
    if (!problem.code) return {};
    return fail(*problem.code, problem.position, std::move(problem.text));
  }

  const Unit& unit_;
  Diagnostics& diagnostics_;
  QualifierTable table_;
  Names names_;
  Names classes_;  // of the whole unit
};

}  // namespace

base::Status check(const Unit& unit, Diagnostics& diagnostics) { return Checker(unit, diagnostics).run(); }

}  // namespace mof
