// Calls, indices and members. Arguments lie behind the register of the result, by reference where they are variables.
#include "script/vbscript/compiler.h"

namespace script::vbscript {

std::uint32_t Compiler::raise_error(std::uint32_t number, Name name) {
  emit(Op::kRaise, number, 0, site(name));
  return constant({});
}

void Compiler::pass(const Arguments& arguments, std::uint32_t first) {
  for (std::size_t i = 0; i < arguments.size(); ++i) pass_one(arguments[i], first + static_cast<std::uint32_t>(i));
}

void Compiler::pass_one(const Expression* e, std::uint32_t where) {
  if (e->kind == Expression::kName) {
    const Resolved known = resolve(e->name.id);
    if (known.kind == Resolved::kVariable) {
      emit(Op::kReference, where, known.place);
      return;
    }
    if (known.kind == Resolved::kUndeclared) {
      emit(Op::kReferenceName, where, known.place, site(e->name));
      return;
    }
  }
  if (e->kind == Expression::kIndex && pass_element(e, where)) return;
  into(e, where);
}

/// An element of an array that is a variable: by reference, and the array stays as it is until the statement ends.
bool Compiler::pass_element(const Expression* e, std::uint32_t where) {
  const Expression* root = e;
  while (root->kind == Expression::kIndex) root = root->left;
  if (root->kind != Expression::kName || e->arguments.empty() || is_procedure_name(root->name.id)) return false;
  if (resolve(root->name.id).kind != Resolved::kVariable) return false;
  const auto container = array_place(e->left);
  if (!container) return false;
  reference_element(e, where, *container);
  return true;
}

void Compiler::reference_element(const Expression* e, std::uint32_t where, std::uint32_t container) {
  const std::uint32_t first = temporary(e->arguments.size());
  for (std::size_t i = 0; i < e->arguments.size(); ++i) into(e->arguments[i], first + static_cast<std::uint32_t>(i));
  emit(Op::kReferenceIndex, where, container, first, e->arguments.size());
  emit(Op::kData, site({}, text_of(e->left)));
  for (std::size_t i = 0; i < e->arguments.size(); ++i) dirty(first + static_cast<std::uint32_t>(i));
  dirty(where);
  release(first);
  locked_ = true;
}

/// The operand in which an array lies: a variable, or an element that is an array itself. Its registers stay taken.
std::optional<std::uint32_t> Compiler::array_place(const Expression* e) {
  if (e->kind == Expression::kName) {
    const Resolved known = resolve(e->name.id);
    if (known.kind == Resolved::kUndeclared) emit(Op::kBind, known.place, 0, site(e->name));
    if (known.kind == Resolved::kUndeclared || known.kind == Resolved::kVariable) return known.place;
    return std::nullopt;
  }
  if (e->kind != Expression::kIndex || e->arguments.empty()) return std::nullopt;
  const auto container = array_place(e->left);
  if (!container) return std::nullopt;
  const std::uint32_t where = temporary();
  reference_element(e, where, *container);
  return where;
}

/// The function at hand: its name with parentheses calls it again, without it is the result.
bool Compiler::is_procedure_name(NameId id) const {
  return procedure_ != nullptr && procedure_->name.id == id && code_->kind == Code::kFunction;
}

std::uint32_t Compiler::call_op(Op op, std::uint32_t what, const Arguments& arguments, std::uint32_t site) {
  const std::uint32_t base = temporary();
  const std::uint32_t first = temporary(arguments.size());
  pass(arguments, first);
  release(base + 1);
  emit(op, base, what, site, arguments.size());
  dirty(base);
  return base;
}

std::uint32_t Compiler::builtin_call(const Builtin& builtin, const Arguments& arguments, Name name) {
  const std::size_t count = arguments.size();
  if (count < builtin.min_arguments || (count > builtin.max_arguments && builtin.max_arguments != 255)) {
    return raise_error(kWrongArguments, name);
  }
  const std::uint32_t base = temporary();
  const std::uint32_t first = temporary(count);
  for (std::size_t i = 0; i < count; ++i) into(arguments[i], first + static_cast<std::uint32_t>(i));
  release(base + 1);
  code_->builtins.push_back(&builtin);
  emit(Op::kCallBuiltin, base, static_cast<std::uint32_t>(code_->builtins.size() - 1), site(name), count);
  dirty(base);
  return base;
}

std::uint32_t Compiler::special_call(Special special, const Arguments& arguments, Name name) {
  if (special == Special::kRandomize ? arguments.size() > 1 : arguments.size() != 1) return raise_error(kWrongArguments, name);
  const std::uint32_t base = temporary();
  const std::uint32_t text = temporary();
  if (!arguments.empty()) into(arguments[0], text);
  release(base + 1);
  switch (special) {
    case Special::kExecute: emit(Op::kExecuteText, base, 0, site(name), static_cast<std::size_t>(Execution::kExecute)); break;
    case Special::kExecuteGlobal: emit(Op::kExecuteText, base, 0, site(name), static_cast<std::size_t>(Execution::kGlobal)); break;
    case Special::kEval: emit(Op::kExecuteText, base, 0, site(name), static_cast<std::size_t>(Execution::kEval)); break;
    case Special::kRandomize: emit(Op::kRandomize, text, 0, site(name), arguments.size()); break;
    default: emit(Op::kGetRef, base, 0, site(name)); break;
  }
  dirty(text);
  return base;
}

/// What is neither a variable nor a constant.
std::uint32_t Compiler::resolved_call(const Resolved& known, const Expression* name, const Arguments& arguments) {
  switch (known.kind) {
    case Resolved::kFunction: return call_op(Op::kCall, known.place, arguments, site(name->name));
    case Resolved::kMember: return call_op(Op::kCallOwn, known.place, arguments, site(name->name));
    case Resolved::kBuiltin: return builtin_call(*known.builtin, arguments, name->name);
    case Resolved::kSpecial: return special_call(known.special, arguments, name->name);
    case Resolved::kUndeclared: return call_op(Op::kCallName, known.place, arguments, site(name->name));
    default: return constant({});
  }
}

std::uint32_t Compiler::index(const Expression* e) {
  if (e->left->kind == Expression::kName) return index_name(e);
  if (e->left->kind == Expression::kMember || e->left->kind == Expression::kWithMember) return member(e->left, e->arguments);
  const std::uint32_t base = top_;
  const std::uint32_t object = expression(e->left);
  return index_value(e, object, base);
}

std::uint32_t Compiler::index_name(const Expression* e) {
  const Name name = e->left->name;
  if (is_procedure_name(name.id)) {
    if (class_ != nullptr) return call_op(Op::kCallOwn, class_->by_name.at(name.id), e->arguments, site(name));
    const std::int32_t function = context_.meaning(name.id).function;
    return call_op(Op::kCall, static_cast<std::uint32_t>(function), e->arguments, site(name));
  }
  const Resolved known = resolve(name.id);
  if (known.kind == Resolved::kVariable) return index_value(e, known.place, top_);
  if (known.kind == Resolved::kConstant) return index_value(e, constant(*known.value), top_);
  return resolved_call(known, e->left, e->arguments);
}

/// `object` is a variable, a constant, or the register `base`.
std::uint32_t Compiler::index_value(const Expression* e, std::uint32_t object, std::uint32_t base) {
  const std::uint32_t place = site(e->left->name, text_of(e->left));
  if (e->arguments.size() == 1 && e->arguments[0]->kind != Expression::kMissing) {
    const std::uint32_t position = expression(e->arguments[0]);
    release(base);
    const std::uint32_t result = temporary(2);  // and the argument of a default member
    release(result + 1);
    const bool variable = !is_temporary(position) && position >> kBaseShift != kConstants;
    emit(Op::kIndexOne, result, object, position, variable ? 1 : 0);
    emit(Op::kData, place);
    dirty(result);
    return result;
  }
  release(base);
  temporary();
  const std::uint32_t first = temporary(e->arguments.size());
  pass(e->arguments, first);
  release(base + 1);
  emit(Op::kIndex, base, object, place, e->arguments.size());
  dirty(base);
  return base;
}

std::uint32_t Compiler::member(const Expression* e, const Arguments& arguments) {
  const std::uint32_t base = top_;
  const std::uint32_t object = e->kind == Expression::kWithMember ? with_object(e) : expression(e->left);
  release(base);
  temporary();
  const std::uint32_t first = temporary(arguments.size());
  pass(arguments, first);
  release(base + 1);
  emit(Op::kGetMember, base, object, site(e->name, text_of(e)), arguments.size());
  dirty(base);
  return base;
}

}  // namespace script::vbscript
