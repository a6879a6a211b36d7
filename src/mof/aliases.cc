#include "mof/aliases.h"

#include <fmt/format.h>

namespace mof {
namespace {

void collect(const InstanceDecl& instance, std::vector<const Literal*>& aliases);

void collect(const Literal& literal, std::vector<const Literal*>& aliases) {
  if (literal.kind == LiteralKind::kAlias) aliases.push_back(&literal);
  if (literal.instance) collect(*literal.instance, aliases);
  for (const Literal& element : literal.elements) collect(element, aliases);
}

void collect(const InstanceDecl& instance, std::vector<const Literal*>& aliases) {
  for (const Assignment& assignment : instance.values) collect(assignment.value, aliases);
}

void collect(const ClassDecl& cls, std::vector<const Literal*>& aliases) {
  for (const PropertyDecl& property : cls.properties) collect(property.value, aliases);
}

std::vector<const Literal*> aliases_in(const Declaration& declaration) {
  std::vector<const Literal*> aliases;
  if (const auto* instance = std::get_if<InstanceDecl>(&declaration)) collect(*instance, aliases);
  if (const auto* cls = std::get_if<ClassDecl>(&declaration)) collect(*cls, aliases);
  return aliases;
}

}  // namespace

std::optional<std::size_t> AliasTable::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return std::nullopt;
  return found->second;
}

AliasProblem AliasTable::declare(const Unit& unit) {
  for (std::size_t i = 0; i < unit.declarations.size(); ++i) {
    std::string_view alias;
    Position position;
    if (const auto* instance = std::get_if<InstanceDecl>(&unit.declarations[i])) {
      alias = instance->alias;
      position = instance->position;
    } else if (const auto* cls = std::get_if<ClassDecl>(&unit.declarations[i])) {
      alias = cls->alias;
      position = cls->position;
    }
    if (alias.empty() || by_name_.emplace(alias, i).second) continue;
    return {WBEMMOF_E_MULTIPLE_ALIASES, position, fmt::format("the alias ${} names two objects", alias)};
  }
  return {};
}

AliasProblem AliasTable::build(const Unit& unit) {
  AliasProblem problem = declare(unit);
  if (problem.code) return problem;
  for (const Declaration& declaration : unit.declarations) {
    for (const Literal* alias : aliases_in(declaration)) {
      if (find(alias->text)) continue;
      return {WBEMMOF_E_UNEXPECTED_ALIAS, alias->position, fmt::format("no object of this text has the alias ${}", alias->text)};
    }
  }
  return find_ring(unit);
}

/// Depth first with a stack of its own, so that a long chain does not exhaust the thread's.
AliasProblem AliasTable::find_ring(const Unit& unit) const {
  enum class State : std::uint8_t { kNew, kOpen, kDone };
  struct Step {
    std::size_t declaration;
    std::vector<const Literal*> aliases;
    std::size_t next = 0;
  };
  std::vector<State> states(unit.declarations.size(), State::kNew);
  std::vector<Step> path;
  for (const auto& [name, start] : by_name_) {
    if (states[start] != State::kNew) continue;
    states[start] = State::kOpen;
    path.push_back({start, aliases_in(unit.declarations[start])});
    while (!path.empty()) {
      Step& step = path.back();
      if (step.next == step.aliases.size()) {
        states[step.declaration] = State::kDone;
        path.pop_back();
        continue;
      }
      const Literal* alias = step.aliases[step.next++];
      const std::size_t target = *find(alias->text);
      if (states[target] == State::kOpen) {
        return {WBEM_E_CIRCULAR_REFERENCE, alias->position, fmt::format("the alias ${} leads back to itself", alias->text)};
      }
      if (states[target] != State::kNew) continue;
      states[target] = State::kOpen;
      path.push_back({target, aliases_in(unit.declarations[target])});
    }
  }
  return {};
}

}  // namespace mof
