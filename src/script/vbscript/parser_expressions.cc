#include <algorithm>

#include "script/vbscript/parser_nested.h"
#include "scripting/dispatch.h"

namespace script::vbscript {
namespace {

struct Rank {
  int rank;  // 0: no binary operator
  Operator op;
};

constexpr int kNotRank = 6;
constexpr int kUnaryRank = 15;  // -3 ^ 2 is 9, whatever the documents say

Rank rank_of(Token token) {
  switch (token) {
    case Token::kImp: return {1, Operator::kImp};
    case Token::kEqv: return {2, Operator::kEqv};
    case Token::kXor: return {3, Operator::kXor};
    case Token::kOr: return {4, Operator::kOr};
    case Token::kAnd: return {5, Operator::kAnd};
    case Token::kEqual: return {7, Operator::kEqual};
    case Token::kNotEqual: return {7, Operator::kNotEqual};
    case Token::kLess: return {7, Operator::kLess};
    case Token::kGreater: return {7, Operator::kGreater};
    case Token::kLessEqual: return {7, Operator::kLessEqual};
    case Token::kGreaterEqual: return {7, Operator::kGreaterEqual};
    case Token::kIs: return {7, Operator::kIs};
    case Token::kAmpersand: return {8, Operator::kConcatenate};
    case Token::kPlus: return {9, Operator::kAdd};
    case Token::kMinus: return {9, Operator::kSubtract};
    case Token::kMod: return {10, Operator::kModulo};
    case Token::kIntegerDivide: return {11, Operator::kIntegerDivide};
    case Token::kTimes: return {12, Operator::kMultiply};
    case Token::kDivide: return {12, Operator::kDivide};
    case Token::kPower: return {14, Operator::kPower};
    default: return {0, Operator::kAdd};
  }
}

}  // namespace

Expression* Parser::node(Expression::Kind kind, Place where) {
  Expression& made = tree_->expressions.emplace_back();
  made.kind = kind;
  made.place = where;
  return &made;
}

void Parser::grow(Expression* parent, const Expression* child, int by) {
  if (child == nullptr) return;
  const int depth = std::max<int>(parent->depth, child->depth + by);
  if (depth > kMaxDepth) fail(1001);
  parent->depth = static_cast<std::uint16_t>(std::min(depth, kMaxDepth));
}

Expression* Parser::literal(scripting::Variant value) {
  Expression* made = node(Expression::kLiteral, place());
  made->value = std::move(value);
  advance();
  return made;
}

Expression* Parser::binary(Operator op, Expression* left, Expression* right, Place where) {
  Expression* made = node(Expression::kBinary, where);
  made->op = op;
  made->left = left;
  made->right = right;
  grow(made, left, left->kind == Expression::kBinary ? 0 : 1);
  grow(made, right);
  return made;
}

Expression* Parser::operation(int lowest, Expression* left) {
  const Nested nested(*this);
  if (left == nullptr) left = operand();
  for (;;) {
    const auto [rank, op] = rank_of(current().token);
    if (rank == 0 || rank < lowest) return left;
    const Place where = place();
    advance();
    left = binary(op, left, operation(rank + 1, nullptr), where);
  }
}

Expression* Parser::unary(Operator op, int lowest) {
  Expression* made = node(Expression::kUnary, place());
  made->op = op;
  advance();
  made->left = operation(lowest, nullptr);
  grow(made, made->left);
  return made;
}

Expression* Parser::operand() {
  switch (current().token) {
    case Token::kMinus: return unary(Operator::kNegate, kUnaryRank);
    case Token::kPlus: return unary(Operator::kPlus, kUnaryRank);
    case Token::kNot: return unary(Operator::kNot, kNotRank + 1);
    default: return postfix(primary());
  }
}

Expression* Parser::primary() {
  const Place where = place();
  switch (current().token) {
    case Token::kLiteral: return literal(current().value);
    case Token::kTrue: return literal(scripting::Variant::boolean(true));
    case Token::kFalse: return literal(scripting::Variant::boolean(false));
    case Token::kEmpty: return literal({});
    case Token::kNull: return literal(scripting::Variant::null());
    case Token::kNothing: return literal(scripting::Variant::object({}));
    case Token::kMe: {
      advance();
      return node(Expression::kMe, where);
    }
    case Token::kName: {
      Expression* made = node(Expression::kName, where);
      made->name = name();
      return made;
    }
    case Token::kDot: {
      advance();
      Expression* made = node(Expression::kWithMember, where);
      made->name = name();
      return made;
    }
    case Token::kNew: {
      advance();
      Expression* made = node(Expression::kNew, where);
      made->name = name();
      return made;
    }
    case Token::kOpen: {
      advance();
      Expression* made = node(Expression::kParentheses, where);
      made->left = expression();
      grow(made, made->left);
      expect(Token::kClose, 1006);
      return made;
    }
    default: fail(1002); return node(Expression::kLiteral, where);
  }
}

Expression* Parser::index(Expression* left) {
  Expression* made = node(Expression::kIndex, left->place);
  advance();
  made->left = left;
  made->arguments = arguments(true);
  grow(made, left);
  for (const Expression* argument : made->arguments) grow(made, argument);
  expect(Token::kClose, 1006);
  return made;
}

/// One `.name` or `(arguments)`.
Expression* Parser::suffix(Expression* left) {
  if (at(Token::kOpen)) return index(left);
  advance();
  Expression* made = node(Expression::kMember, left->place);
  made->left = left;
  made->name = name();
  grow(made, left);
  return made;
}

/// Of a callee in a With block, `f .x` is a call with an argument.
Expression* Parser::postfix(Expression* left, bool callee) {
  for (;;) {
    const bool parentheses = at(Token::kOpen) && left->kind != Expression::kLiteral && left->kind != Expression::kNew;
    if (!at(Token::kDot) && !parentheses) return left;
    if (at(Token::kDot) && callee && open_withs_ > 0 && current().spaced) return left;
    const Lexeme* const here = at_;
    const bool spaced = parentheses && callee && current().spaced;
    left = suffix(left);
    if (spaced && first_spaced_ == nullptr) first_spaced_ = here;
  }
}

/// Up to the closing parenthesis (which stays) or the end of the statement; left-out ones are kMissing.
std::vector<Expression*> Parser::arguments(bool until_close) {
  std::vector<Expression*> out;
  const auto at_end = [&] { return until_close ? at(Token::kClose) || at(Token::kEnd) : at_separator() || at(Token::kElse); };
  if (at_end()) return out;
  for (;;) {
    if (at(Token::kComma) || at_end()) {
      out.push_back(node(Expression::kMissing, place()));
    } else {
      out.push_back(expression());
    }
    if (!accept(Token::kComma)) return out;
  }
}

}  // namespace script::vbscript
