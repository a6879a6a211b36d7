#include "mof/driver_check.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/guid.h"
#include "base/utf.h"
#include "mof/literal.h"
#include "mof/qualifiers.h"

namespace mof {
namespace {

/// What is wrong with the class, and where; empty for nothing.
struct Finding {
  std::string text;
  Position position;
};

const PropertyDecl* find_property(const ClassDecl& cls, std::string_view name) {
  const auto found = std::ranges::find_if(cls.properties, [&](const PropertyDecl& p) { return base::equal_ignore_case(p.name, name); });
  return found == cls.properties.end() ? nullptr : &*found;
}

bool is_guid(const QualifierUse& use) {
  return use.value.kind == LiteralKind::kString && base::Guid::parse(decode_string(use.value.text)).has_value();
}

Finding check_members(const ClassDecl& cls) {
  const PropertyDecl* name = find_property(cls, "InstanceName");
  if (name == nullptr || name->type.type.base != cim::CimType::kString || !is_set(name->qualifiers, "key")) {
    return {fmt::format("{} needs the property [key] string InstanceName", cls.name), cls.position};
  }
  const PropertyDecl* active = find_property(cls, "Active");
  if (active == nullptr || active->type.type.base != cim::CimType::kBoolean) {
    return {fmt::format("{} needs the property boolean Active", cls.name), cls.position};
  }
  std::vector<std::int64_t> numbers;
  for (const PropertyDecl& property : cls.properties) {
    if (&property == name || &property == active) continue;
    const QualifierUse* use = find_use(property.qualifiers, "WmiDataId");
    cim::Type type;
    const base::Result<cim::Value> value = use == nullptr ? cim::Value() : evaluate_untyped(use->value, type);
    const std::optional<std::int64_t> number = value ? value->as_sint() : std::nullopt;
    if (!number) return {fmt::format("{} needs the qualifier WmiDataId(number)", property.name), property.position};
    numbers.push_back(*number);
  }
  std::ranges::sort(numbers);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] != static_cast<std::int64_t>(i + 1))
      return {fmt::format("the WmiDataId numbers of {} do not run from 1", cls.name), cls.position};
  }
  return {};
}

Finding check_class(const ClassDecl& cls) {
  const QualifierUse* guid = find_use(cls.qualifiers, "guid");
  if (guid == nullptr || is_set(cls.qualifiers, "abstract")) return {};
  if (!is_guid(*guid)) return {fmt::format("the GUID of {} is none", cls.name), guid->position};
  return check_members(cls);
}

}  // namespace

base::Status check_driver_classes(const Unit& unit, Diagnostics& diagnostics) {
  for (const Declaration& declaration : unit.declarations) {
    const auto* cls = std::get_if<ClassDecl>(&declaration);
    if (cls == nullptr) continue;
    Finding finding = check_class(*cls);
    if (finding.text.empty()) continue;
    Diagnostic diagnostic;
    diagnostic.code = WBEMMOF_E_INVALID_CLASS_DECLARATION;
    diagnostic.place = unit.place(finding.position);
    diagnostic.text = std::move(finding.text);
    diagnostics.push_back(diagnostic);
    return diagnostic.status();
  }
  return {};
}

}  // namespace mof
