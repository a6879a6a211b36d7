// Assignments, arrays and calls as statements.
#include "script/vbscript/compiler.h"

namespace script::vbscript {

void Compiler::assign(const Statement& s) {
  const Expression* target = s.left;
  switch (target->kind) {
    case Expression::kName: return assign_name(s, target);
    case Expression::kMember:
    case Expression::kWithMember: return assign_member(s, target, {});
    case Expression::kIndex: {
      const auto kind = target->left->kind;
      if (kind == Expression::kMember || kind == Expression::kWithMember) return assign_member(s, target->left, target->arguments);
      return assign_index(s, target);
    }
    case Expression::kMe: return fail(1037, target->place);
    default: return fail(1002, target->place);
  }
}

void Compiler::assign_name(const Statement& s, const Expression* target) {
  const Resolved known = resolve(target->name.id);
  switch (known.kind) {
    case Resolved::kUndeclared: emit(Op::kBind, known.place, 0, site(target->name)); [[fallthrough]];
    case Resolved::kVariable: return assign_to(known.place, s, target->name);
    case Resolved::kMember: {
      const std::uint32_t base = temporary();
      return assign_call(s.kind == Statement::kSet ? Op::kPutOwnSet : Op::kPutOwn, known.place, s, {}, base, site(target->name));
    }
    default: raise_error(kIllegalAssignment, target->name);
  }
}

void Compiler::assign_to(std::uint32_t target, const Statement& s, Name name) {
  if (s.kind == Statement::kSet) {
    const std::uint32_t value = expression(s.right);
    emit(Op::kSet, target, value, site({}, text_of(s.right)));
    return;
  }
  if (assign_operator(target, s.right, name.id)) return;
  const std::uint32_t base = top_;
  const std::uint32_t value = expression(s.right);
  emit(value == base ? Op::kLetTemporary : Op::kLet, target, value, site(name));
}

/// An operator's result goes to the variable directly.
bool Compiler::assign_operator(std::uint32_t target, const Expression* value, NameId id) {
  if (value->kind != Expression::kBinary) return false;
  if (value->op == Operator::kConcatenate && append_in_place(target, id, value)) return true;
  binary(value, target);
  return true;
}

bool Compiler::mentions(const Expression* e, NameId id) const {
  for (; e != nullptr; e = e->left) {
    if (e->kind == Expression::kName && e->name.id == id) return true;
    for (const Expression* argument : e->arguments) {
      if (mentions(argument, id)) return true;
    }
    if (mentions(e->right, id)) return true;
  }
  return false;
}

/// `s = s & a & b` appends `a & b`. What is appended must not change s meanwhile.
bool Compiler::append_in_place(std::uint32_t target, NameId id, const Expression* value) {
  std::vector<const Expression*> parts;
  const Expression* first = value;
  for (; first->kind == Expression::kBinary && first->op == Operator::kConcatenate; first = first->left) parts.push_back(first->right);
  if (first->kind != Expression::kName || first->name.id != id) return false;
  const bool own_register = target >> kBaseShift == kRegisters && target >= code_->by_value.size();
  for (const Expression* part : parts) {
    if (!own_register && !is_quiet(part)) return false;
    if (parts.size() > 1 && mentions(part, id)) return false;
    if (parts.size() == 1 && !is_quiet(part) && mentions(part, id)) return false;
  }
  const std::uint32_t base = top_;
  std::uint32_t tail = expression(parts.back());
  for (auto part = parts.rbegin() + 1; part != parts.rend(); ++part) {
    if (tail != base && !is_quiet(*part)) {
      emit(Op::kMove, base, tail);
      temporary();
      tail = base;
    }
    const std::uint32_t right = expression(*part);
    release(base);
    const std::uint32_t out = temporary();
    emit(Op::kConcatenate, out, tail, right);
    dirty(out);
    tail = out;
  }
  emit(Op::kAppend, target, tail);
  return true;
}

/// Arguments, then the value as the last one.
void Compiler::assign_call(Op op, std::uint32_t what, const Statement& s, const Arguments& arguments, std::uint32_t base,
                           std::uint32_t site) {
  const std::uint32_t first = temporary(arguments.size() + 1);
  pass(arguments, first);
  into(s.right, first + static_cast<std::uint32_t>(arguments.size()));
  emit(op, base, what, site, arguments.size() + 1);
}

void Compiler::assign_member(const Statement& s, const Expression* target, const Arguments& arguments) {
  const std::uint32_t base = top_;
  const std::uint32_t object = target->kind == Expression::kWithMember ? with_object(target) : expression(target->left);
  release(base);
  temporary();
  const Op op = s.kind == Statement::kSet ? Op::kPutMemberSet : Op::kPutMember;
  assign_call(op, object, s, arguments, base, site(target->name, text_of(target)));
}

void Compiler::assign_index(const Statement& s, const Expression* target) {
  const bool set = s.kind == Statement::kSet;
  const Expression* left = target->left;
  std::uint32_t object = 0;
  if (left->kind == Expression::kName) {
    const Resolved known = resolve(left->name.id);
    if (known.kind == Resolved::kMember) {
      const std::uint32_t base = temporary();
      return assign_call(set ? Op::kPutOwnSet : Op::kPutOwn, known.place, s, target->arguments, base, site(left->name));
    }
    if (known.kind == Resolved::kConstant) {
      object = constant(*known.value);
    } else if (known.kind == Resolved::kUndeclared || known.kind == Resolved::kVariable) {
      object = *array_place(left);
    } else {
      raise_error(kIllegalAssignment, left->name);
      return;
    }
  } else if (const auto place = left->kind == Expression::kIndex ? array_place(left) : std::nullopt) {
    object = *place;
  } else {
    object = expression(left);
  }
  const std::uint32_t base = temporary();
  assign_call(set ? Op::kStoreIndexSet : Op::kStoreIndex, object, s, target->arguments, base, site(left->name, text_of(left)));
}

void Compiler::dimension(std::uint32_t where, const std::vector<std::int32_t>& bounds, Name name) {
  const std::uint32_t first = temporary(bounds.size());
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    emit(Op::kMove, first + static_cast<std::uint32_t>(i), constant(scripting::Variant::int32(bounds[i])));
  }
  const Resize how = bounds.empty() ? Resize::kDynamic : Resize::kFixed;
  emit(Op::kDimension, where, first, static_cast<std::uint32_t>(how), bounds.size());
  emit(Op::kData, site(name));
  release(first);
}

/// The arrays of Dim exist from the beginning.
void Compiler::dimension_arrays(const Block& block) {
  for (const Statement* s : block) {
    for (const Declarator& declared : s->declarators) {
      if (!declared.array) continue;
      const std::size_t started = mark(declared.place);
      dimension(resolve(declared.name.id).place, declared.bounds, declared.name);
      end_mark(started);
    }
    dimension_arrays(s->body);
    for (const Branch& branch : s->branches) dimension_arrays(branch.body);
  }
}

void Compiler::redim(const Statement& s) {
  for (const Expression* target : s.targets) {
    const std::uint32_t base = top_;
    const auto place = target->left->kind == Expression::kName ? array_place(target->left) : std::nullopt;
    if (!place) {
      raise_error(kIllegalAssignment, target->left->name);
      continue;
    }
    const std::uint32_t first = temporary(target->arguments.size());
    for (std::size_t i = 0; i < target->arguments.size(); ++i) into(target->arguments[i], first + static_cast<std::uint32_t>(i));
    emit(Op::kDimension, *place, first, static_cast<std::uint32_t>(s.flag ? Resize::kPreserve : Resize::kReDim), target->arguments.size());
    emit(Op::kData, site(target->left->name));
    release(base);
  }
}

void Compiler::erase(const Statement& s) {
  for (const Expression* target : s.targets) {
    const std::uint32_t base = top_;
    const auto place = array_place(target);
    emit(Op::kErase, place ? *place : expression(target), 0, site(target->name, text_of(target)));
    release(base);
  }
}

/// A call as a statement: the result is dropped.
void Compiler::call(const Statement& s) {
  const Expression* callee = s.left;
  if (callee->kind != Expression::kName) {
    expression(callee);
    return;
  }
  if (is_procedure_name(callee->name.id)) {
    Expression repeated;
    repeated.kind = Expression::kIndex;
    repeated.left = s.left;
    index_name(&repeated);
    return;
  }
  const Resolved known = resolve(callee->name.id);
  if (known.kind == Resolved::kVariable || known.kind == Resolved::kConstant) {
    const std::uint32_t object = known.kind == Resolved::kVariable ? known.place : constant(*known.value);
    call_op(Op::kIndex, object, {}, site(callee->name));
  } else {
    resolved_call(known, callee, {});
  }
}

}  // namespace script::vbscript
