#include "mof/declaration_printer.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "mof/literal.h"
#include "mof/printer.h"

namespace mof {
namespace {

struct Word {
  std::uint16_t mark;
  std::string_view text;
};

constexpr std::array kFlavorWords = {
    Word{flavor_mark::kToInstance, "ToInstance"},         Word{flavor_mark::kNotToInstance, "NotToInstance"},
    Word{flavor_mark::kToSubclass, "ToSubclass"},         Word{flavor_mark::kNotToSubclass, "NotToSubclass"},
    Word{flavor_mark::kEnableOverride, "EnableOverride"}, Word{flavor_mark::kDisableOverride, "DisableOverride"},
    Word{flavor_mark::kRestricted, "Restricted"},         Word{flavor_mark::kAmended, "Amended"},
    Word{flavor_mark::kTranslatable, "Translatable"},
};

constexpr std::array kScopeWords = {
    Word{scope_mark::kClass, "class"},         Word{scope_mark::kAssociation, "association"}, Word{scope_mark::kIndication, "indication"},
    Word{scope_mark::kProperty, "property"},   Word{scope_mark::kReference, "reference"},     Word{scope_mark::kMethod, "method"},
    Word{scope_mark::kParameter, "parameter"}, Word{scope_mark::kSchema, "schema"},           Word{scope_mark::kInstance, "instance"},
};

template <std::size_t N>
std::string words_of(const std::array<Word, N>& words, std::uint16_t marks, std::string_view separator) {
  std::string text;
  for (const Word& word : words) {
    if ((marks & word.mark) == 0) continue;
    if (!text.empty()) text += separator;
    text += word.text;
  }
  return text;
}

std::string type_text(const TypeUse& type) {
  if (type.is_void) return "void";
  if (type.type.base == cim::CimType::kReference) return fmt::format("{} ref", type.class_name);
  if (type.type.base == cim::CimType::kObject && !type.class_name.empty()) return std::string(type.class_name);
  return std::string(cim::type_name(type.type.base));
}

}  // namespace

std::string flavor_words(std::uint16_t marks) { return words_of(kFlavorWords, marks, " "); }

void DeclarationPrinter::line(std::string_view text) {
  out_ += text;
  out_ += '\n';
}

void DeclarationPrinter::literal(const Literal& literal) {
  switch (literal.kind) {
    case LiteralKind::kNone:
    case LiteralKind::kNull: out_ += "NULL"; return;
    case LiteralKind::kBoolean: out_ += literal.truth ? "TRUE" : "FALSE"; return;
    case LiteralKind::kString: out_ += quote(decode_string(literal.text)); return;
    case LiteralKind::kInteger: {
      // In decimal, as the localised texts of Windows have it.
      cim::Type type;
      const base::Result<cim::Value> value = evaluate_untyped(literal, type);
      out_ += value ? print_value(*value, type) : std::string(literal.text);
      return;
    }
    case LiteralKind::kAlias:
      out_ += '$';
      out_ += literal.text;
      return;
    case LiteralKind::kReal:
    case LiteralKind::kCharacter: out_ += literal.text; return;
    case LiteralKind::kInstance: body(*literal.instance); return;
    case LiteralKind::kClass: body(*literal.cls); return;
    case LiteralKind::kArray: break;
  }
  out_ += '{';
  for (std::size_t i = 0; i < literal.elements.size(); ++i) {
    if (i != 0) out_ += ", ";
    this->literal(literal.elements[i]);
  }
  out_ += '}';
}

bool DeclarationPrinter::keep(const QualifierUse& use) const {
  const bool amended = table_.amended(use);
  if (language_ == Language::kNeutral) return !amended;
  const auto structural = {"key", "in", "out", "id"};
  return amended || std::ranges::any_of(structural, [&](std::string_view name) { return base::equal_ignore_case(use.name, name); });
}

bool DeclarationPrinter::has_amended(const QualifierList& list) const {
  return std::ranges::any_of(list, [&](const QualifierUse& use) { return table_.amended(use); });
}

bool DeclarationPrinter::wanted(const PropertyDecl& decl) const {
  return language_ == Language::kNeutral || has_amended(decl.qualifiers) || is_set(decl.qualifiers, "key");
}

bool DeclarationPrinter::wanted(const MethodDecl& decl) const {
  const auto amended = [&](const PropertyDecl& parameter) { return has_amended(parameter.qualifiers); };
  return language_ == Language::kNeutral || has_amended(decl.qualifiers) || std::ranges::any_of(decl.parameters, amended);
}

bool DeclarationPrinter::wanted(const ClassDecl& decl) const {
  if (language_ == Language::kNeutral || has_amended(decl.qualifiers)) return true;
  return std::ranges::any_of(decl.properties, [&](const PropertyDecl& p) { return has_amended(p.qualifiers); }) ||
         std::ranges::any_of(decl.methods, [&](const MethodDecl& m) { return wanted(m); });
}

void DeclarationPrinter::qualifier(const QualifierUse& use) {
  out_ += use.name;
  if (use.value.kind == LiteralKind::kArray) {
    literal(use.value);
  } else if (use.value.present()) {
    out_ += '(';
    literal(use.value);
    out_ += ')';
  }
  // The flavor that file-level declarations gave goes with it into the localized text, which has none of them.
  std::uint16_t marks = use.flavors;
  if (language_ == Language::kLocalized && table_.amended(use)) {
    marks |= flavor_mark::kAmended;
    const std::uint8_t flavor = table_.flavor_of(use);
    if ((flavor & cim::flavor::kToSubclass) != 0) marks |= flavor_mark::kToSubclass;
    if ((flavor & cim::flavor::kToInstance) != 0) marks |= flavor_mark::kToInstance;
  }
  if (const std::string words = flavor_words(marks); !words.empty()) out_ += fmt::format(" : {}", words);
}

void DeclarationPrinter::qualifiers(const QualifierList& list, std::string_view extra, std::string_view tail) {
  std::string_view lead = "[";
  for (const QualifierUse& use : list) {
    if (!keep(use)) continue;
    out_ += lead;
    qualifier(use);
    lead = ", ";
  }
  if (!extra.empty()) {
    out_ += lead;
    out_ += extra;
    lead = ", ";
  }
  if (lead != "[") out_ += tail;
}

void DeclarationPrinter::variable(const PropertyDecl& decl) {
  qualifiers(decl.qualifiers, {}, "] ");
  out_ += fmt::format("{} {}", type_text(decl.type), decl.name);
  if (decl.type.array_size != 0) {
    out_ += fmt::format("[{}]", decl.type.array_size);
  } else if (decl.type.type.array) {
    out_ += "[]";
  }
  if (!decl.value.present() || language_ == Language::kLocalized) return;
  out_ += " = ";
  literal(decl.value);
}

void DeclarationPrinter::property(const PropertyDecl& decl) {
  out_ += "  ";
  variable(decl);
  out_ += ";\n";
}

void DeclarationPrinter::method(const MethodDecl& decl) {
  out_ += "  ";
  qualifiers(decl.qualifiers, {}, "] ");
  out_ += fmt::format("{} {}(", type_text(decl.result), decl.name);
  for (std::size_t i = 0; i < decl.parameters.size(); ++i) {
    if (i != 0) out_ += ", ";
    variable(decl.parameters[i]);
  }
  out_ += ");\n";
}

void DeclarationPrinter::body(const ClassDecl& decl) {
  const bool localized = language_ == Language::kLocalized;
  qualifiers(decl.qualifiers, localized ? fmt::format("AMENDMENT, LOCALE(\"{}\")", locale_) : std::string(), "]\n");
  out_ += fmt::format("class {}", decl.name);
  if (!decl.alias.empty() && !localized) out_ += fmt::format(" as ${}", decl.alias);
  const bool parent = !decl.superclass.empty() && (!localized || printed_.contains(decl.superclass));
  if (parent) out_ += fmt::format(" : {}", decl.superclass);
  out_ += "\n{\n";
  for (const PropertyDecl& p : decl.properties) {
    if (wanted(p)) property(p);
  }
  for (const MethodDecl& m : decl.methods) {
    if (wanted(m)) method(m);
  }
  out_ += '}';
}

void DeclarationPrinter::body(const InstanceDecl& decl) {
  qualifiers(decl.qualifiers, {}, "]\n");
  out_ += fmt::format("instance of {}", decl.class_name);
  if (!decl.alias.empty()) out_ += fmt::format(" as ${}", decl.alias);
  out_ += "\n{\n";
  for (const Assignment& assignment : decl.values) {
    out_ += "  ";
    qualifiers(assignment.qualifiers, {}, "] ");
    out_ += fmt::format("{} = ", assignment.name);
    literal(assignment.value);
    out_ += ";\n";
  }
  out_ += '}';
}

void DeclarationPrinter::print(const ClassDecl& decl) {
  if (!wanted(decl)) return;
  body(decl);
  out_ += ";\n\n";
  printed_.emplace(decl.name, true);
}

void DeclarationPrinter::print(const InstanceDecl& decl) {
  if (language_ == Language::kLocalized) return;
  body(decl);
  out_ += ";\n\n";
}

void DeclarationPrinter::print(const QualifierDecl& decl) {
  table_.declare(decl);
  if (language_ == Language::kLocalized) return;
  out_ += fmt::format("Qualifier {} : ", decl.name);
  if (!decl.typed) {
    out_ += fmt::format("{};\n", flavor_words(decl.flavors));
    return;
  }
  out_ += fmt::format("{}{}", cim::type_name(decl.type.base), decl.type.array ? "[]" : "");
  if (decl.value.present()) {
    out_ += " = ";
    literal(decl.value);
  }
  out_ += fmt::format(", Scope({})", decl.scope == scope_mark::kAny ? std::string("any") : words_of(kScopeWords, decl.scope, ", "));
  if (const std::string flavors = words_of(kFlavorWords, decl.flavors, ", "); !flavors.empty())
    out_ += fmt::format(", Flavor({})", flavors);
  out_ += ";\n";
}

}  // namespace mof
