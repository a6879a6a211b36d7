#include "mof/qualifiers.h"

#include <algorithm>

#include <fmt/format.h>

#include "mof/literal.h"

namespace mof {
namespace {

/// A string, or an array of strings, where just that was declared: the common case, which needs no conversion to be judged.
bool is_text_of(const Literal& literal, cim::Type type) {
  if (type.base != cim::CimType::kString || type.array != (literal.kind == LiteralKind::kArray)) return false;
  if (!type.array) return literal.kind == LiteralKind::kString;
  return std::ranges::all_of(literal.elements, [](const Literal& element) { return element.kind == LiteralKind::kString; });
}

}  // namespace

const QualifierUse* find_use(const QualifierList& list, std::string_view name) {
  const auto same = [&](const QualifierUse& use) { return use.name.size() == name.size() && base::equal_ignore_case(use.name, name); };
  const auto found = std::ranges::find_if(list, same);
  return found == list.end() ? nullptr : &*found;
}

bool is_set(const QualifierList& list, std::string_view name) {
  const QualifierUse* use = find_use(list, name);
  return use != nullptr && !(use->value.kind == LiteralKind::kBoolean && !use->value.truth);
}

std::uint8_t apply_marks(std::uint8_t flavor, std::uint16_t marks) {
  unsigned bits = flavor;
  if ((marks & flavor_mark::kRestricted) != 0) bits &= ~unsigned{cim::flavor::kToInstance | cim::flavor::kToSubclass};
  if ((marks & flavor_mark::kNotToInstance) != 0) bits &= ~unsigned{cim::flavor::kToInstance};
  if ((marks & flavor_mark::kNotToSubclass) != 0) bits &= ~unsigned{cim::flavor::kToSubclass};
  if ((marks & flavor_mark::kEnableOverride) != 0) bits &= ~unsigned{cim::flavor::kNotOverridable};
  if ((marks & flavor_mark::kToInstance) != 0) bits |= cim::flavor::kToInstance;
  if ((marks & flavor_mark::kToSubclass) != 0) bits |= cim::flavor::kToSubclass;
  if ((marks & flavor_mark::kDisableOverride) != 0) bits |= cim::flavor::kNotOverridable;
  if ((marks & flavor_mark::kAmended) != 0) bits |= cim::flavor::kAmended;
  return static_cast<std::uint8_t>(bits);
}

const QualifierDecl* QualifierTable::find(std::string_view name) const {
  const auto found = declared_.find(name);
  return found == declared_.end() ? nullptr : found->second;
}

std::uint8_t QualifierTable::flavor_of(const QualifierUse& use) const {
  std::uint8_t flavor = cim::default_flavor(use.name);
  if (const QualifierDecl* decl = find(use.name)) {
    if (decl->typed) flavor |= cim::flavor::kToSubclass;
    flavor = apply_marks(flavor, decl->flavors);
  }
  return apply_marks(flavor, use.flavors);
}

base::Result<cim::Qualifier> QualifierTable::evaluate(const QualifierUse& use) const {
  cim::Qualifier qualifier;
  qualifier.name = use.name;
  qualifier.flavor = flavor_of(use);
  const QualifierDecl* decl = find(use.name);
  const bool typed = decl != nullptr && decl->typed;
  const Literal& literal = use.value;
  if (!literal.present()) {
    if (typed && (decl->type.base != cim::CimType::kBoolean || decl->type.array)) {
      return base::fail(WBEMMOF_E_TYPE_MISMATCH,
                        fmt::format("the qualifier {} needs a value of type {}", use.name, cim::type_name(decl->type.base)));
    }
    return qualifier;
  }
  if (typed && literal.kind != LiteralKind::kNull && !is_text_of(literal, decl->type)) {
    base::Result<cim::Value> checked = mof::evaluate(literal, decl->type, nullptr);
    if (!checked) return base::fail(checked.error().code(), fmt::format("qualifier {}: {}", use.name, checked.error().text()));
  }
  TRY_ASSIGN(qualifier.value, evaluate_untyped(literal, qualifier.type));
  return qualifier;
}

QualifierTable::Direction QualifierTable::direction(const QualifierList& list) const {
  Direction direction{is_set(list, "in"), is_set(list, "out")};
  if (find_use(list, "in") == nullptr && !direction.out) {
    const QualifierDecl* decl = find("in");
    direction.in = decl != nullptr && decl->typed && decl->value.kind == LiteralKind::kBoolean && decl->value.truth;
  }
  return direction;
}

}  // namespace mof
