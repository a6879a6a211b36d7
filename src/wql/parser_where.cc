// WHERE and HAVING. OR binds weakest, then AND, then NOT; chains of one operator become one node.
#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/utf.h"
#include "wql/constant.h"
#include "wql/parser.h"

namespace wql {
namespace {

constexpr std::array<std::pair<std::string_view, Operator>, 7> kComparisons = {{
    {"=", Operator::kEqual},
    {"!=", Operator::kNotEqual},
    {"<>", Operator::kNotEqual},
    {"<=", Operator::kLessEqual},
    {">=", Operator::kGreaterEqual},
    {"<", Operator::kLess},
    {">", Operator::kGreater},
}};

const Operator* comparison_of(const Token& token) {
  for (const auto& [symbol, op] : kComparisons) {
    if (token.is_symbol(symbol)) return &op;
  }
  return nullptr;
}

/// `5 < p` is `p > 5`.
Operator turned(Operator op) {
  switch (op) {
    case Operator::kLess: return Operator::kGreater;
    case Operator::kLessEqual: return Operator::kGreaterEqual;
    case Operator::kGreater: return Operator::kLess;
    case Operator::kGreaterEqual: return Operator::kLessEqual;
    default: return op;
  }
}

bool is_class_property(const PropertyName& name) { return base::equal_ignore_case(name.parts.back(), "__CLASS"); }

}  // namespace

bool is_reserved(const Token& token) { return token.is_word("NULL") || token.is_word("TRUE") || token.is_word("FALSE"); }

base::Result<Expr> Parser::disjunction(int depth) {
  TRY_ASSIGN(Expr first, conjunction(depth));
  if (!token_.is_word("OR")) return first;
  Expr out{ExprKind::kOr, {}, {}};
  out.children.push_back(std::move(first));
  while (token_.is_word("OR")) {
    TRY(advance());
    TRY_ASSIGN(Expr next, conjunction(depth));
    out.children.push_back(std::move(next));
  }
  return out;
}

base::Result<Expr> Parser::conjunction(int depth) {
  TRY_ASSIGN(Expr first, negation(depth));
  if (!token_.is_word("AND")) return first;
  Expr out{ExprKind::kAnd, {}, {}};
  out.children.push_back(std::move(first));
  while (token_.is_word("AND")) {
    TRY(advance());
    TRY_ASSIGN(Expr next, negation(depth));
    out.children.push_back(std::move(next));
  }
  return out;
}

base::Result<Expr> Parser::negation(int depth) {
  if (depth >= kMaxDepth) return too_complex(fmt::format("more than {} nested conditions", kMaxDepth));
  if (token_.is_word("NOT")) {
    TRY(advance());
    TRY_ASSIGN(Expr inner, negation(depth + 1));
    Expr out{ExprKind::kNot, {}, {}};
    out.children.push_back(std::move(inner));
    return out;
  }
  if (!token_.is_symbol("(")) return term();
  TRY(advance());
  TRY_ASSIGN(Expr inner, disjunction(depth + 1));
  if (!token_.is_symbol(")")) return expected("AND, OR or )");
  TRY(advance());
  return inner;
}

base::Result<Expr> Parser::term() {
  if (++terms_ > kMaxTerms) return too_complex(fmt::format("more than {} comparisons", kMaxTerms));
  Expr out;
  if (token_.kind == TokenKind::kName && !is_reserved(token_)) {
    TRY(property_first(out.term));
  } else {
    TRY(constant_first(out.term));
  }
  return out;
}

base::Result<PropertyName> Parser::property_name(std::string_view expected_text) {
  PropertyName name;
  name.offset = token_.offset;
  for (;;) {
    if (token_.kind != TokenKind::kName || is_reserved(token_)) return expected(name.parts.empty() ? expected_text : "a property name");
    name.parts.push_back(token_.text);
    if (name.parts.size() > static_cast<std::size_t>(kMaxDepth)) return too_complex(fmt::format("a path of more than {} names", kMaxDepth));
    TRY(advance());
    if (!token_.is_symbol(".")) return name;
    TRY(advance());
  }
}

base::Status Parser::property_first(Term& term) {
  TRY_ASSIGN(term.property, property_name("a property name"));
  if (token_.is_word("IS")) return null_test(term);
  if (token_.is_word("LIKE")) {
    term.op = Operator::kLike;
    TRY(advance_pattern());
    TRY_ASSIGN(term.constant, constant(nullptr));
    if (term.constant.kind == ConstantKind::kNull) {
      return query_error(lexer_.text(), term.constant.offset, "LIKE needs a pattern, not NULL").error();
    }
    return {};
  }
  if (token_.is_word("ISA")) {
    term.op = Operator::kIsa;
    TRY(advance());
    if (token_.kind != TokenKind::kString && (token_.kind != TokenKind::kName || is_reserved(token_)))
      return expected("a class name").error();
    TRY_ASSIGN(term.constant, constant(&term));
    return {};
  }
  return comparison(term);
}

base::Status Parser::null_test(Term& term) {
  TRY(advance());
  TRY_ASSIGN(const bool negated, accept_word("NOT"));
  term.op = negated ? Operator::kIsNotNull : Operator::kIsNull;
  term.constant.offset = token_.offset;
  if (!token_.is_word("NULL")) return expected(negated ? "NULL after IS NOT" : "NULL or NOT NULL after IS").error();
  return advance();
}

base::Status Parser::comparison(Term& term) {
  const Operator* op = comparison_of(token_);
  if (op == nullptr) return expected("an operator (=, <>, <, >, <=, >=, LIKE, ISA or IS)").error();
  term.op = *op;
  TRY(advance());
  TRY_ASSIGN(term.constant, constant(&term));
  if (term.constant.kind != ConstantKind::kNull) return {};
  if (term.op != Operator::kEqual && term.op != Operator::kNotEqual) {
    return query_error(lexer_.text(), term.constant.offset, "NULL has no order: use IS NULL or IS NOT NULL").error();
  }
  term.op = term.op == Operator::kEqual ? Operator::kIsNull : Operator::kIsNotNull;
  return {};
}

base::Status Parser::constant_first(Term& term) {
  TRY_ASSIGN(term.constant, constant(nullptr));
  const Operator* op = comparison_of(token_);
  if (op == nullptr) return expected("an operator (=, <>, <, >, <= or >=) after a constant").error();
  term.op = turned(*op);
  TRY(advance());
  TRY_ASSIGN(term.property, property_name("a property name"));
  if (term.constant.kind != ConstantKind::kNull) return {};
  if (term.op != Operator::kEqual && term.op != Operator::kNotEqual) {
    return query_error(lexer_.text(), term.constant.offset, "NULL has no order: use IS NULL or IS NOT NULL").error();
  }
  term.op = term.op == Operator::kEqual ? Operator::kIsNull : Operator::kIsNotNull;
  return {};
}

/// `of`: the term whose right side it is, where a bare class name may stand.
base::Result<Constant> Parser::constant(const Term* of) {
  Constant out;
  out.text = token_.text;
  out.offset = token_.offset;
  switch (token_.kind) {
    case TokenKind::kInteger:
    case TokenKind::kReal:
      if (auto number = parse_number(token_.text)) out.value = *std::move(number);
      out.kind = out.value.as_real() != nullptr ? ConstantKind::kReal : ConstantKind::kInteger;
      break;
    case TokenKind::kString:
      out.kind = ConstantKind::kString;
      out.value = cim::Value::text(token_.text);
      break;
    case TokenKind::kName:
      if (token_.is_word("NULL")) break;
      if (token_.is_word("TRUE") || token_.is_word("FALSE")) {
        out.kind = ConstantKind::kBoolean;
        out.value = cim::Value::boolean(token_.is_word("TRUE"));
        break;
      }
      if (of == nullptr || (of->op != Operator::kIsa && !is_class_property(of->property))) {
        return expected("a constant (a property name stands on one side only, strings are quoted)");
      }
      out.kind = ConstantKind::kName;
      out.value = cim::Value::text(token_.text);
      break;
    default: return expected("a property name or a constant");
  }
  TRY(advance());
  return out;
}

}  // namespace wql
