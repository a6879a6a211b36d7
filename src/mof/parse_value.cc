// Constants: literals, arrays, aliases, embedded instances and classes.
#include <fmt/format.h>

#include "mof/parser_impl.h"

namespace mof {

base::Status Parser::value(Literal& literal) {
  if (at(TokenKind::kOpenBrace)) return array(literal);
  return scalar(literal);
}

base::Status Parser::string_text(Literal& literal) {
  const Token first = take();
  const char* end = first.text.data() + first.text.size();
  while (at(TokenKind::kString)) {
    const Token next = take();
    end = next.text.data() + next.text.size();
  }
  literal.kind = LiteralKind::kString;
  literal.text = {first.text.data(), static_cast<std::size_t>(end - first.text.data())};
  return {};
}

base::Status Parser::scalar(Literal& literal) {
  literal.position = here();
  literal.text = token_.text;
  switch (token_.kind) {
    case TokenKind::kString: return string_text(literal);
    case TokenKind::kInteger: literal.kind = LiteralKind::kInteger; break;
    case TokenKind::kReal: literal.kind = LiteralKind::kReal; break;
    case TokenKind::kCharacter: literal.kind = LiteralKind::kCharacter; break;
    case TokenKind::kAlias: literal.kind = LiteralKind::kAlias; break;
    case TokenKind::kIdentifier:
      if (at_word("null")) {
        literal.kind = LiteralKind::kNull;
      } else if (at_word("true") || at_word("false")) {
        literal.kind = LiteralKind::kBoolean;
        literal.truth = at_word("true");
      } else if (at_word("instance")) {
        return embedded_instance(literal);
      } else if (at_word("class")) {
        return embedded_class(literal);
      } else {
        return unexpected(WBEMMOF_E_ILLEGAL_CONSTANT_VALUE, "a constant");
      }
      break;
    case TokenKind::kDollar: take(); return unexpected(WBEMMOF_E_EXPECTED_ALIAS_NAME, "the name of the alias behind '$'");
    case TokenKind::kOpenBrace: return unexpected(WBEMMOF_E_UNEXPECTED_ARRAY_INIT, "a single value (an array holds no arrays)");
    default: return unexpected(WBEMMOF_E_ILLEGAL_CONSTANT_VALUE, "a constant");
  }
  take();
  return {};
}

base::Status Parser::array(Literal& literal) {
  literal.kind = LiteralKind::kArray;
  literal.position = here();
  take();  // {
  if (accept(TokenKind::kCloseBrace)) return {};
  while (true) {
    Literal& element = literal.elements.emplace_back();
    TRY(scalar(element));
    if (element.kind == LiteralKind::kNull) {
      return fail(WBEMMOF_E_NULL_ARRAY_ELEM, element.position, "found NULL, expected a value: an array can't hold NULL");
    }
    if (accept(TokenKind::kCloseBrace)) return {};
    TRY(expect(TokenKind::kComma, WBEMMOF_E_EXPECTED_CLOSE_BRACE, "',' or '}' in the array"));
  }
}

base::Status Parser::embedded_instance(Literal& literal) {
  if (embedding_ >= kMaxEmbedding) {
    return fail(WBEMMOF_E_ILLEGAL_CONSTANT_VALUE, here(), fmt::format("objects are embedded more than {} deep", kMaxEmbedding));
  }
  ++embedding_;
  literal.kind = LiteralKind::kInstance;
  literal.instance = std::make_unique<InstanceDecl>();
  TRY(instance_body(*literal.instance));
  --embedding_;
  return {};
}

base::Status Parser::embedded_class(Literal& literal) {
  if (embedding_ >= kMaxEmbedding) {
    return fail(WBEMMOF_E_ILLEGAL_CONSTANT_VALUE, here(), fmt::format("objects are embedded more than {} deep", kMaxEmbedding));
  }
  ++embedding_;
  literal.kind = LiteralKind::kClass;
  literal.cls = std::make_unique<ClassDecl>();
  TRY(class_head(*literal.cls));
  if (!literal.cls->alias.empty()) {
    return fail(WBEMMOF_E_ALIASES_IN_EMBEDDED, literal.position, "an embedded class has no path, so no alias");
  }
  TRY(class_body(*literal.cls));
  --embedding_;
  return {};
}

}  // namespace mof
