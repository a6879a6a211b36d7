// Declarations, and what names stand for.
#include <bit>

#include "base/utf.h"
#include "script/vbscript/compiler.h"

namespace script::vbscript {

void Compiler::fail(std::uint16_t number, Place place) {
  if (!error_) error_ = SyntaxError{number, place};
}

void Compiler::declare_once(std::unordered_set<NameId>& seen, Name name, Place place) {
  if (!seen.insert(name.id).second) fail(1041, place);
}

void Compiler::check_block(const Block& block, std::unordered_set<NameId>& seen) {
  for (const Statement* s : block) {
    for (const Declarator& declared : s->declarators) declare_once(seen, declared.name, declared.place);
    check_block(s->body, seen);
    for (const Branch& branch : s->branches) check_block(branch.body, seen);
  }
}

/// No name twice in one scope; a procedure may be written again, the last one counts.
void Compiler::check_names() {
  std::unordered_set<NameId> top;
  for (const ClassDeclaration* declared : tree_.classes) declare_once(top, declared->name, declared->place);
  check_block(tree_.body, top);
  for (const Procedure* procedure : tree_.procedures) {
    if (top.contains(procedure->name.id)) fail(1041, procedure->place);
  }
  for (const Procedure& procedure : tree_.all_procedures) {
    std::unordered_set<NameId> inner;
    for (const Parameter& parameter : procedure.parameters) inner.insert(parameter.name.id);
    check_block(procedure.body, inner);
  }
}

void Compiler::hoist_top_level() {
  for (const Procedure* procedure : tree_.procedures) context_.define_function(procedure->name.id, nullptr);
  if (around_.procedure == nullptr) hoist_block(tree_.body);
}

/// Dim and Const of a block, wherever they stand in it.
void Compiler::hoist_block(const Block& block) {
  for (const Statement* s : block) {
    for (const Declarator& declared : s->declarators) {
      if (s->kind == Statement::kConst) {
        declare_constant(declared);
      } else {
        declare_variable(declared);
      }
    }
    hoist_block(s->body);
    for (const Branch& branch : s->branches) hoist_block(branch.body);
  }
}

void Compiler::declare_variable(const Declarator& declared) {
  const NameId id = declared.name.id;
  if (code_ == nullptr || (top_level_ && around_.procedure == nullptr)) {
    if (!context_.global(id)) return fail(1001, declared.place);
    context_.meaning(id).declared = true;
    context_.meaning(id).constant.reset();
  } else if (around_.procedure != nullptr && top_level_) {
    around_.extras->undeclared.erase(id);
    if (local_variable(id)) return;
    if (around_.extras->names.size() >= Extras::kMax) return fail(1001, declared.place);
    around_.extras->names.emplace(id, static_cast<std::uint32_t>(around_.extras->names.size()));
  } else if (!code_->locals.contains(id)) {
    code_->locals.emplace(id, first_temporary_++);
  }
}

void Compiler::declare_constant(const Declarator& declared) {
  if (code_ == nullptr || (top_level_ && around_.procedure == nullptr)) {
    context_.meaning(declared.name.id).constant = declared.value->value;
  } else {
    code_->local_constants.insert_or_assign(declared.name.id, declared.value->value);
  }
}

/// Makes room for the undeclared names that a block mentions.
void Compiler::use_block(const Block& block) {
  for (const Statement* s : block) {
    for (const Expression* e : {s->left, s->right, s->limit, s->step}) use(e);
    for (const Expression* e : s->targets) use(e);
    use_block(s->body);
    for (const Branch& branch : s->branches) {
      for (const Expression* e : branch.tests) use(e);
      use_block(branch.body);
    }
  }
}

void Compiler::use(const Expression* e) {
  for (; e != nullptr; e = e->left) {  // chains nest on the left
    if (e->kind == Expression::kName) use_name(e->name.id);
    for (const Expression* argument : e->arguments) use(argument);
    use(e->right);
  }
}

void Compiler::use_name(NameId id) {
  if (resolve(id).kind != Resolved::kUndeclared) return;
  if (top_level_ && around_.procedure == nullptr) {
    if (!context_.global(id)) fail(1001, {1, 1});
  } else if (top_level_) {
    auto& names = around_.extras->names;
    if (names.contains(id)) return;
    if (names.size() >= Extras::kMax) return fail(1001, {1, 1});
    names.emplace(id, static_cast<std::uint32_t>(names.size()));
    around_.extras->undeclared.insert(id);
  } else if (undeclared_.insert(id).second) {
    code_->locals.emplace(id, first_temporary_++);
  }
}

/// Registers of this procedure, or what a text sees of the procedure that executes it.
std::optional<std::uint32_t> Compiler::local_variable(NameId id) const {
  if (const auto own = code_->locals.find(id); own != code_->locals.end()) return operand(kRegisters, own->second);
  if (!top_level_ || around_.procedure == nullptr) return std::nullopt;
  const auto& outer = around_.procedure->locals;
  if (const auto found = outer.find(id); found != outer.end()) return operand(kOuter, found->second);
  const auto& extras = around_.extras->names;
  if (const auto found = extras.find(id); found != extras.end()) return operand(kExtras, found->second);
  return std::nullopt;
}

Compiler::Resolved Compiler::resolve(NameId id) {
  const auto of_constant = [](const scripting::Variant& value) {
    Resolved made{Resolved::kConstant};
    made.value = &value;
    return made;
  };
  if (const auto place = local_variable(id)) {
    const bool loose = undeclared_.contains(id) || (in_procedure_text() && around_.extras->undeclared.contains(id));
    return {loose ? Resolved::kUndeclared : Resolved::kVariable, *place};
  }
  for (const Code* code : {static_cast<const Code*>(code_), top_level_ ? around_.procedure : nullptr}) {
    if (code == nullptr) continue;
    if (const auto known = code->local_constants.find(id); known != code->local_constants.end()) return of_constant(known->second);
  }
  if (class_ != nullptr) {
    if (const auto known = class_->by_name.find(id); known != class_->by_name.end()) {
      const Member& found = class_->members[known->second];
      if (found.is_field) return {Resolved::kVariable, operand(kFields, found.field)};
      return {Resolved::kMember, known->second};
    }
  }
  const Meaning& known = context_.meaning(id);
  if (known.constant) return of_constant(*known.constant);
  if (known.global >= 0 && known.declared) return {Resolved::kVariable, operand(kGlobals, static_cast<std::uint32_t>(known.global))};
  if (known.function >= 0) return {Resolved::kFunction, static_cast<std::uint32_t>(known.function)};
  if (known.host.is(scripting::VarType::kDispatch)) return of_constant(known.host);
  if (known.builtin_constant != nullptr) return of_constant(known.builtin_constant->value);
  if (known.special != Special::kNone) return {Resolved::kSpecial, 0, nullptr, known.special};
  if (known.builtin != nullptr) return {Resolved::kBuiltin, 0, known.builtin};
  const std::uint32_t slot = known.global >= 0 ? operand(kGlobals, static_cast<std::uint32_t>(known.global)) : 0;
  return {Resolved::kUndeclared, slot};
}

std::string Compiler::utf8(Name name) const { return base::utf16_to_utf8(context_.names.spelling(name)); }

/// How messages name an expression; empty for what has no name.
std::string Compiler::text_of(const Expression* e) const {
  std::string out;
  for (; e != nullptr; e = e->left) {
    switch (e->kind) {
      case Expression::kName: return utf8(e->name) + out;
      case Expression::kMe: return "Me" + out;
      case Expression::kMember: out = "." + utf8(e->name) + out; break;
      case Expression::kIndex: out = "(...)" + out; break;
      case Expression::kWithMember: return utf8(e->name) + out;
      default: return {};
    }
    if (out.size() > 200) return {};
  }
  return {};
}

std::uint32_t Compiler::constant(scripting::Variant value) {
  std::optional<std::uint64_t> key;
  using scripting::VarType;
  if (value.is(VarType::kInt16)) key = static_cast<std::uint16_t>(value.as_int16());
  if (value.is(VarType::kInt32)) key = 1ULL << 32 | static_cast<std::uint32_t>(value.as_int32());
  if (value.is(VarType::kBoolean)) key = 2ULL << 32 | (value.as_boolean() ? 1 : 0);
  if (value.is(VarType::kDispatch) && value.as_object() != nullptr) key = std::bit_cast<std::uintptr_t>(value.as_object()) | 3ULL << 60;
  if (key) {
    if (const auto known = small_constants_.find(*key); known != small_constants_.end()) return known->second;
  }
  const std::uint32_t made = operand(kConstants, static_cast<std::uint32_t>(code_->constants.size()));
  code_->constants.push_back(std::move(value));
  if (key) small_constants_.emplace(*key, made);
  return made;
}

std::uint32_t Compiler::site(Name name, std::string text) {
  Site made;
  made.name = name;
  made.text = text.empty() ? utf8(name) : std::move(text);
  code_->sites.push_back(std::move(made));
  return static_cast<std::uint32_t>(code_->sites.size() - 1);
}

}  // namespace script::vbscript
