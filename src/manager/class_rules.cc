#include "manager/class_rules.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/utf.h"
#include "cim/path.h"
#include "cim/wmio.h"

namespace manager {

namespace {

constexpr std::size_t kMaxKeys = 256;

bool one_of(std::string_view name, std::span<const std::string_view> names) {
  return std::ranges::any_of(names, [&](std::string_view n) { return base::equal_ignore_case(n, name); });
}

std::uint8_t plain_flavor(std::uint8_t flavor) {
  return flavor & static_cast<std::uint8_t>(~(cim::flavor::kPropagated | cim::flavor::kSystem));
}

/// How a qualifier differs. Said anew by a class that inherits it, or no longer said, it is the same; but who follows the parent changes.
Difference compare_qualifiers(const cim::Qualifier& a, const cim::Qualifier& b) {
  if (a.type == b.type && plain_flavor(a.flavor) == plain_flavor(b.flavor) && a.value == b.value)
    return a.propagated() == b.propagated() ? Difference::kNone : Difference::kUnimportant;
  return unimportant(a) && unimportant(b) ? Difference::kUnimportant : Difference::kImportant;
}

Difference worse(Difference a, Difference b) { return std::max(a, b); }

Difference compare_sets(const cim::QualifierSet& stored, const cim::QualifierSet& updated) {
  Difference d = Difference::kNone;
  for (const auto& q : stored) {
    if (const auto* other = updated.find(q.name))
      d = worse(d, compare_qualifiers(q, *other));
    else
      d = worse(d, unimportant(q) ? Difference::kUnimportant : Difference::kImportant);
  }
  for (const auto& q : updated)
    if (!stored.find(q.name)) d = worse(d, unimportant(q) ? Difference::kUnimportant : Difference::kImportant);
  return d;
}

bool same_declaration(const cim::Property& a, const cim::Property& b) {
  return a.type == b.type && base::equal_ignore_case(a.cim_type, b.cim_type);
}

/// Names that differ in case only are the same names, spelled anew.
Difference compare_spelling(std::string_view stored, std::string_view updated) {
  return stored == updated ? Difference::kNone : Difference::kUnimportant;
}

Difference compare_parameters(const cim::ClassPtr& stored, const cim::ClassPtr& updated) {
  if (!stored || !updated) return stored || updated ? Difference::kImportant : Difference::kNone;
  if (stored->properties().size() != updated->properties().size()) return Difference::kImportant;
  Difference d = Difference::kNone;
  for (const auto& p : stored->properties()) {
    const auto* other = updated->property(p.name);
    if (!other || !same_declaration(p, *other) || p.default_value != other->default_value) return Difference::kImportant;
    d = worse(d, compare_spelling(p.name, other->name));
    d = worse(d, compare_sets(p.qualifiers, other->qualifiers));
  }
  return d;
}

Difference compare_methods(const cim::Class& stored, const cim::Class& updated) {
  if (stored.methods().size() != updated.methods().size()) return Difference::kImportant;
  Difference d = Difference::kNone;
  for (const auto& m : stored.methods()) {
    const auto* other = updated.method(m.name);
    if (!other || m.inherited != other->inherited || m.origin != other->origin) return Difference::kImportant;
    d = worse(d, compare_spelling(m.name, other->name));
    d = worse(d, compare_parameters(m.in, other->in));
    d = worse(d, compare_parameters(m.out, other->out));
    d = worse(d, compare_sets(m.qualifiers, other->qualifiers));
  }
  return d;
}

bool same_signature(const cim::Method& a, const cim::Method& b) {
  return compare_parameters(a.in, b.in) != Difference::kImportant && compare_parameters(a.out, b.out) != Difference::kImportant;
}

base::Status check_keys(const cim::Class& cls, const cim::Class* parent) {
  if (cls.keys().size() > kMaxKeys) return {WBEM_E_TOO_MANY_PROPERTIES, cls.name() + " has more than 256 keys"};
  for (const auto index : cls.keys()) {
    const auto& p = cls.properties()[index];
    const auto* above = parent ? parent->property(p.name) : nullptr;
    if (!parent || (above && above->key())) continue;
    if (!parent->keys().empty())
      return {WBEM_E_CANNOT_BE_KEY, cls.name() + "." + p.name + ": " + parent->name() + " has its keys already; a derived class adds none"};
    if (!parent->abstract())
      return {WBEM_E_CANNOT_BE_KEY,
              cls.name() + "." + p.name + ": only below an abstract class can a key be added, and " + parent->name() + " is not abstract"};
  }
  if (parent && cls.keys().size() < parent->keys().size())
    return {WBEM_E_CANNOT_BE_KEY, cls.name() + " takes a key of " + parent->name() + " away"};
  return {};
}

base::Status check_singleton(const cim::Class& cls, const cim::Class* parent) {
  if (!cls.singleton()) return {};
  if (!cls.keys().empty()) return {WBEM_E_CANNOT_BE_SINGLETON, cls.name() + " has keys"};
  // A keyless abstract parent has no instances of its own that could be several.
  if (parent && !parent->singleton() && !(parent->abstract() && parent->keys().empty()))
    return {WBEM_E_CANNOT_BE_SINGLETON, parent->name() + " is not a singleton"};
  return {};
}

}  // namespace

base::Status check_class_name(std::string_view name) {
  if (name.empty()) return {WBEM_E_INCOMPLETE_CLASS, "the class has no name"};
  if (base::utf16_length(name) > cim::kMaxNameLength) return {WBEM_E_QUOTA_VIOLATION, "the class name is longer than 4,096 characters"};
  if (!cim::valid_identifier(name)) return {WBEM_E_INVALID_PARAMETER, "\"" + std::string(name) + "\" cannot be the name of a class"};
  if (name.front() == '_')
    return {WBEM_E_INVALID_OPERATION, std::string(name) + ": names that begin with an underscore are those of system classes"};
  if (name.back() == '_') return {WBEM_E_INVALID_OBJECT, std::string(name) + ": a class name cannot end with an underscore"};
  return {};
}

base::Status check_class(const cim::Class& cls, const cim::Class* parent) {
  if (parent && parent->derivation().size() + 2 > cim::kMaxDerivation)
    return {WBEM_E_QUOTA_VIOLATION, cls.name() + " lies too deep below its topmost class"};
  if (parent && cls.abstract() && !parent->abstract())
    return {WBEM_E_CANNOT_BE_ABSTRACT, cls.name() + " is abstract, but its parent " + parent->name() + " is not"};
  TRY(check_singleton(cls, parent));
  return check_keys(cls, parent);
}

bool unimportant(const cim::Qualifier& qualifier) {
  static constexpr std::array<std::string_view, 15> kImportant{"key",         "indexed", "not_null", "abstract", "singleton",
                                                               "association", "dynamic", "provider", "static",   "implemented",
                                                               "disabled",    "cimtype", "in",       "out",      "id"};
  return (qualifier.flavor & cim::flavor::kNotOverridable) == 0 && !one_of(qualifier.name, kImportant);
}

Difference compare_definitions(const cim::Class& stored, const cim::Class& updated) {
  if (!base::equal_ignore_case(stored.superclass(), updated.superclass())) return Difference::kImportant;
  if (stored.properties().size() != updated.properties().size()) return Difference::kImportant;
  Difference d = worse(compare_spelling(stored.name(), updated.name()), compare_sets(stored.qualifiers(), updated.qualifiers()));
  for (const auto& p : stored.properties()) {
    const auto* other = updated.property(p.name);
    if (!other || !same_declaration(p, *other) || p.default_value != other->default_value ||
        (p.inherited && p.default_inherited != other->default_inherited) || p.origin != other->origin)
      return Difference::kImportant;
    d = worse(d, compare_spelling(p.name, other->name));
    d = worse(d, compare_sets(p.qualifiers, other->qualifiers));
  }
  return worse(d, compare_methods(stored, updated));
}

namespace {

/// What the child itself says that the new parent does not let it say.
struct Conflicts {
  std::vector<std::string> class_qualifiers;
  std::vector<std::pair<std::string, std::string>> property_qualifiers;  // member, qualifier
  std::vector<std::pair<std::string, std::string>> method_qualifiers;
  std::vector<std::string> properties;
  std::vector<std::string> methods;
  std::vector<std::string> sentences;

  void say(const cim::Class& child, const std::string& member, std::string text) {
    sentences.push_back(child.name() + (member.empty() ? "" : "." + member) + ": " + std::move(text));
  }
};

/// The child says something that depends on the property's type: it declares it, or overrides its default or CIMTYPE.
bool declares(const cim::Property& p) {
  const auto* q = p.qualifiers.find("cimtype");
  return !p.inherited || !p.default_inherited || (q && !q->propagated());
}

/// Calls `found(name)` for each qualifier that the child sets itself against a DisableOverride of the parent.
template <class F>
void forbidden(const cim::QualifierSet& child, const cim::QualifierSet* old, const cim::QualifierSet& parent, F&& found) {
  for (const auto& q : child) {
    if (q.propagated()) continue;
    const auto* above = parent.find(q.name);
    if (!above || (above->flavor & cim::flavor::kToSubclass) == 0 || (above->flavor & cim::flavor::kNotOverridable) == 0) continue;
    if (base::equal_ignore_case(q.name, "cimtype")) continue;  // the property's declaration tells
    const auto* before = old ? old->find(q.name) : nullptr;
    if (before && plain_flavor(before->flavor) == plain_flavor(above->flavor)) continue;
    found(q.name);
  }
}

void property_conflicts(const cim::Class& child, const cim::Class& old, const cim::Class& parent, Conflicts& out) {
  for (const auto& above : parent.properties()) {
    const auto* p = child.property(above.name);
    if (!p) continue;
    const auto* before = old.property(above.name);
    // A narrower reference under an unchanged declaration is no conflict, it was there before.
    if (!(before && same_declaration(*before, above)) && declares(*p) && !same_declaration(*p, above)) {
      out.properties.push_back(p->name);
      out.say(child, p->name,
              "declared as " + p->cim_type + (p->type.array ? "[]" : "") + ", in " + parent.name() + " as " + above.cim_type +
                  (above.type.array ? "[]" : ""));
      continue;
    }
    forbidden(p->qualifiers, before ? &before->qualifiers : nullptr, above.qualifiers, [&](const std::string& q) {
      out.property_qualifiers.emplace_back(p->name, q);
      out.say(child, p->name, "sets the qualifier " + q + ", which " + parent.name() + " does not let it override");
    });
  }
}

void method_conflicts(const cim::Class& child, const cim::Class& old, const cim::Class& parent, Conflicts& out) {
  for (const auto& above : parent.methods()) {
    const auto* m = child.method(above.name);
    if (!m) continue;
    const auto* before = old.method(above.name);
    if (!(before && same_signature(*before, above)) && !m->inherited && !same_signature(*m, above)) {
      out.methods.push_back(m->name);
      out.say(child, m->name, "declared with another signature than in " + parent.name());
      continue;
    }
    forbidden(m->qualifiers, before ? &before->qualifiers : nullptr, above.qualifiers, [&](const std::string& q) {
      out.method_qualifiers.emplace_back(m->name, q);
      out.say(child, m->name, "sets the qualifier " + q + ", which " + parent.name() + " does not let it override");
    });
  }
}

/// The rules of check_class that the child alone kept and its new parent breaks.
void rule_conflicts(const cim::Class& child, const cim::Class& parent, Conflicts& out) {
  const auto own = [&](std::string_view name) {
    const auto* q = child.qualifiers().find(name);
    return q && !q->propagated() && q->value.is_true();
  };
  if (own("abstract") && !parent.abstract()) {
    out.class_qualifiers.emplace_back("abstract");
    out.say(child, "", "abstract below " + parent.name() + ", which no longer is");
  }
  if (own("singleton") && !parent.singleton() && !(parent.abstract() && parent.keys().empty())) {
    out.class_qualifiers.emplace_back("singleton");
    out.say(child, "", "a singleton below " + parent.name() + ", which is none");
  }
  for (const auto& p : child.properties()) {
    const auto* key = p.qualifiers.find("key");
    if (!key || key->propagated() || !key->value.is_true()) continue;
    const auto* above = parent.property(p.name);
    if ((above && above->key()) || (parent.keys().empty() && parent.abstract() && !parent.singleton())) continue;
    out.property_qualifiers.emplace_back(p.name, "key");
    out.say(child, p.name, "a key, which cannot be added below " + parent.name());
  }
}

Conflicts find_conflicts(const cim::Class& child, const cim::Class& old, const cim::Class& parent) {
  Conflicts out;
  forbidden(child.qualifiers(), &old.qualifiers(), parent.qualifiers(), [&](const std::string& q) {
    out.class_qualifiers.push_back(q);
    out.say(child, "", "sets the qualifier " + q + ", which " + parent.name() + " does not let it override");
  });
  property_conflicts(child, old, parent, out);
  method_conflicts(child, old, parent, out);
  rule_conflicts(child, parent, out);
  return out;
}

/// The child without what conflicts: those members and qualifiers are the parent's from now on.
base::Result<cim::ClassPtr> without(const cim::Class& child, const Conflicts& conflicts) {
  auto builder = cim::ClassBuilder::modify(child);
  const auto present = [](const auto& names, std::string_view name) { return std::ranges::find(names, name) != names.end(); };
  for (const auto& q : conflicts.class_qualifiers) TRY(builder.delete_qualifier(q));
  for (const auto& [p, q] : conflicts.property_qualifiers)
    if (!present(conflicts.properties, p)) TRY(builder.delete_property_qualifier(p, q));
  for (const auto& [m, q] : conflicts.method_qualifiers) TRY(builder.delete_method_qualifier(m, q));
  for (const auto& p : conflicts.properties) TRY(builder.delete_property(p));
  for (const auto& m : conflicts.methods) TRY(builder.delete_method(m));
  return builder.build();
}

}  // namespace

std::vector<std::string> conflicts(const cim::Class& child, const cim::Class& old_parent, const cim::Class& updated_parent) {
  return find_conflicts(child, old_parent, updated_parent).sentences;
}

base::Result<cim::ClassPtr> follow_parent(const cim::ClassPtr& child, const cim::Class& old_parent, const cim::ClassPtr& updated_parent,
                                          bool force) {
  cim::ClassPtr source = child;
  if (force) {
    const auto found = find_conflicts(*child, old_parent, *updated_parent);
    if (!found.sentences.empty()) {
      TRY_ASSIGN(source, without(*child, found));
    }
  }
  TRY_ASSIGN(auto builder, cim::ClassBuilder::rebase(*source, updated_parent));
  TRY_ASSIGN(auto moved, builder.build());
  TRY(check_class(*moved, updated_parent.get()));
  return moved;
}

}  // namespace manager
