// Expressions: values in place where they are, results in the lowest free register.
#include "script/vbscript/compiler.h"

namespace script::vbscript {
namespace {

Op op_of(Operator op) {
  switch (op) {
    case Operator::kImp: return Op::kImp;
    case Operator::kEqv: return Op::kEqv;
    case Operator::kXor: return Op::kXor;
    case Operator::kOr: return Op::kOr;
    case Operator::kAnd: return Op::kAnd;
    case Operator::kEqual: return Op::kEqual;
    case Operator::kNotEqual: return Op::kNotEqual;
    case Operator::kLess: return Op::kLess;
    case Operator::kGreater: return Op::kGreater;
    case Operator::kLessEqual: return Op::kLessEqual;
    case Operator::kGreaterEqual: return Op::kGreaterEqual;
    case Operator::kIs: return Op::kIs;
    case Operator::kConcatenate: return Op::kConcatenate;
    case Operator::kAdd: return Op::kAdd;
    case Operator::kSubtract: return Op::kSubtract;
    case Operator::kModulo: return Op::kModulo;
    case Operator::kIntegerDivide: return Op::kIntegerDivide;
    case Operator::kMultiply: return Op::kMultiply;
    case Operator::kDivide: return Op::kDivide;
    case Operator::kPower: return Op::kPower;
    case Operator::kNegate: return Op::kNegate;
    case Operator::kNot: return Op::kNot;
    case Operator::kPlus: return Op::kPlus;
  }
  return Op::kPlus;
}

bool is_literal(const Expression* e) { return e->kind == Expression::kLiteral; }

bool compares(Operator op) { return op >= Operator::kEqual && op <= Operator::kGreaterEqual; }

}  // namespace

std::uint32_t Compiler::expression(const Expression* e) {
  switch (e->kind) {
    case Expression::kLiteral: return constant(e->value);
    case Expression::kName: return name_value(e);
    case Expression::kMember:
    case Expression::kWithMember: return member(e, {});
    case Expression::kIndex: return index(e);
    case Expression::kUnary: return unary(e);
    case Expression::kBinary: return binary(e);
    case Expression::kNew: return create(e);
    case Expression::kMe: return own_value(e);
    case Expression::kParentheses: return expression(e->left);
    case Expression::kMissing: return constant(scripting::Variant::missing());
  }
  return 0;
}

/// The value in that register, which may lie below the free ones.
void Compiler::into(const Expression* e, std::uint32_t where) {
  if (e->kind == Expression::kBinary) {
    binary(e, where);
    return;
  }
  const std::uint32_t base = top_;
  const std::uint32_t value = expression(e);
  release(base);
  if (value == where) return;
  emit(value == base ? Op::kTake : Op::kMove, where, value);
}

/// Me; code outside of classes has none.
std::uint32_t Compiler::own_value(const Expression* e) {
  if (class_ == nullptr) fail(1037, e->place);
  const std::uint32_t result = temporary();
  emit(Op::kMe, result);
  dirty(result);
  return result;
}

std::uint32_t Compiler::create(const Expression* e) {
  const std::uint32_t result = temporary();
  emit(Op::kNew, result, 0, site(e->name));
  dirty(result);
  return result;
}

std::uint32_t Compiler::name_value(const Expression* e) {
  const Resolved known = resolve(e->name.id);
  switch (known.kind) {
    case Resolved::kVariable: return known.place;
    case Resolved::kConstant: return constant(*known.value);
    case Resolved::kUndeclared: {
      const std::uint32_t result = temporary();
      emit(Op::kGetName, result, known.place, site(e->name));
      dirty(result);
      return result;
    }
    default: return resolved_call(known, e, {});
  }
}

/// Whether it changes no variable: the left side of an operator may stay where it is.
bool Compiler::is_quiet(const Expression* e, int depth) {
  constexpr int kDeep = 6;
  switch (e->kind) {
    case Expression::kLiteral: return true;
    case Expression::kName: {
      const auto kind = resolve(e->name.id).kind;
      return kind == Resolved::kVariable || kind == Resolved::kConstant;
    }
    case Expression::kParentheses:
    case Expression::kUnary: return depth < kDeep && is_quiet(e->left, depth + 1);
    case Expression::kBinary: return depth < kDeep && is_quiet(e->left, depth + 1) && is_quiet(e->right, depth + 1);
    default: return false;
  }
}

/// A chain of operators from its left end; `result` takes the last one's.
std::uint32_t Compiler::binary(const Expression* e, std::optional<std::uint32_t> result) {
  std::vector<const Expression*> chain;
  const Expression* first = e;
  for (; first->kind == Expression::kBinary; first = first->left) chain.push_back(first);
  const std::uint32_t base = top_;
  std::uint32_t left = expression(first);
  bool left_literal = is_literal(first);
  for (auto at = chain.rbegin(); at != chain.rend(); ++at) {
    const Expression* node = *at;
    const bool variable = left != base && left >> kBaseShift != kConstants;
    if (variable && !is_quiet(node->right)) {
      const std::uint32_t kept = temporary();
      emit(Op::kMove, kept, left);
      dirty(kept);
      left = kept;
    }
    const std::uint32_t right = expression(node->right);
    release(base);
    const std::uint32_t out = node == e && result ? *result : temporary();
    const unsigned literals = (left_literal ? kLeftLiteral : 0) | (is_literal(node->right) ? kRightLiteral : 0);
    emit(op_of(node->op), out, left, right, compares(node->op) ? literals : 0);
    if (node->op == Operator::kAdd || node->op == Operator::kConcatenate) dirty(out);
    left = out;
    left_literal = false;
  }
  return left;
}

std::uint32_t Compiler::unary(const Expression* e) {
  if (e->op == Operator::kNegate && e->left->kind == Expression::kLiteral && !e->left->value.is(VarType::kString)) {
    if (auto value = negate(e->left->value)) return constant(*std::move(value));
  }
  const std::uint32_t base = top_;
  const std::uint32_t value = expression(e->left);
  release(base);
  const std::uint32_t result = temporary();
  emit(op_of(e->op), result, value);
  if (e->op == Operator::kPlus) dirty(result);
  return result;
}

std::uint32_t Compiler::with_object(const Expression* e) {
  if (with_) return *with_;
  raise_error(kUnqualified, e->name);
  return constant({});
}

}  // namespace script::vbscript
