#include "mof/parser.h"

#include <fmt/format.h>

#include "mof/parser_impl.h"

namespace mof {

base::Result<Unit> parse(Source source, SourceLoader* loader, Diagnostics& diagnostics) {
  Unit unit;
  unit.sources.push_back(std::move(source));
  Parser parser(unit, loader, diagnostics);
  TRY(parser.parse_source(0, 0));
  return unit;
}

base::Result<Unit> parse_text(std::string name, std::string text, Diagnostics& diagnostics) {
  return parse(Source{std::move(name), std::move(text)}, nullptr, diagnostics);
}

Token Parser::take() {
  const Token token = token_;
  last_line_ = token.line;
  token_ = lexer_.next();
  return token;
}

bool Parser::accept(TokenKind kind) {
  if (token_.kind != kind) return false;
  take();
  return true;
}

base::Status Parser::expect(TokenKind kind, base::Hresult code, std::string_view expected) {
  if (token_.kind != kind) return unexpected(code, expected);
  take();
  return {};
}

base::Status Parser::unexpected(base::Hresult code, std::string_view expected) {
  constexpr std::size_t kShown = 40;
  std::string found(token_.text.substr(0, kShown));
  if (token_.text.size() > kShown) found += "...";
  switch (token_.kind) {
    case TokenKind::kBadToken:
      return fail(WBEMMOF_E_UNRECOGNIZED_TOKEN, here(), fmt::format("found {}, {}; expected {}", found, lexer_.trouble(), expected));
    case TokenKind::kBadConstant:
      return fail(WBEMMOF_E_ILLEGAL_CONSTANT_VALUE, here(), fmt::format("found {}, {}", found, lexer_.trouble()));
    case TokenKind::kEnd: found = token_name(token_.kind); break;
    case TokenKind::kAlias: found = "$" + found; break;
    case TokenKind::kString: break;
    default: found = fmt::format("'{}'", found); break;
  }
  return fail(code, here(), fmt::format("found {}, expected {}", found, expected));
}

base::Status Parser::fail(base::Hresult code, const Position& position, std::string text) {
  Diagnostic diagnostic;
  diagnostic.code = code;
  diagnostic.place = unit_.place(position);
  diagnostic.text = std::move(text);
  base::Status status = diagnostic.status();
  diagnostics_.push_back(std::move(diagnostic));
  return status;
}

void Parser::warn(const Position& position, std::string text) {
  Diagnostic diagnostic;
  diagnostic.severity = Diagnostic::Severity::kWarning;
  diagnostic.place = unit_.place(position);
  diagnostic.text = std::move(text);
  diagnostics_.push_back(std::move(diagnostic));
}

base::Status Parser::parse_source(std::uint32_t index, int depth) {
  const Lexer outer = lexer_;
  const Token outer_token = token_;
  const std::uint32_t outer_source = source_;
  const int outer_depth = depth_;
  const std::string_view text = unit_.sources[index].text;
  source_ = index;
  depth_ = depth;
  octets_ += text.size();
  lexer_ = Lexer(text);
  if (text.size() > kMaxSourceOctets || octets_ > kMaxTotalOctets) {
    return fail(WBEMMOF_E_INVALID_FILE, Position{index, 0, nullptr}, "more text than one compilation may read");
  }
  token_ = lexer_.next();
  while (!at(TokenKind::kEnd)) TRY(declaration());
  lexer_ = outer;
  token_ = outer_token;
  source_ = outer_source;
  depth_ = outer_depth;
  return {};
}

base::Status Parser::declaration() {
  if (at(TokenKind::kHash)) return directive();
  if (accept(TokenKind::kSemicolon)) return {};  // `};;` is common
  if (at_word("qualifier")) return qualifier_declaration();
  QualifierList qualifiers;
  if (at(TokenKind::kOpenBracket)) TRY(qualifier_list(qualifiers));
  if (at_word("class")) return class_declaration(std::move(qualifiers));
  if (at_word("instance")) return instance_declaration(std::move(qualifiers));
  if (at_word("typedef")) return unexpected(WBEMMOF_E_TYPEDEF_NOT_SUPPORTED, "a declaration (WMI has no typedef)");
  if (!qualifiers.empty()) return unexpected(WBEMMOF_E_UNRECOGNIZED_TOKEN, "'class' or 'instance' after the qualifiers");
  return unexpected(WBEMMOF_E_UNRECOGNIZED_TOKEN, "'class', 'instance', 'qualifier', '[' or '#'");
}

base::Status Parser::alias_name(std::string_view& alias) {
  take();  // as
  if (at(TokenKind::kDollar)) {
    take();
    return unexpected(WBEMMOF_E_EXPECTED_ALIAS_NAME, "the name of the alias behind '$'");
  }
  if (!at(TokenKind::kAlias)) return unexpected(WBEMMOF_E_EXPECTED_DOLLAR, "an alias that begins with '$'");
  if (!alias.empty()) return unexpected(WBEMMOF_E_MULTIPLE_ALIASES, "one alias for an object");
  alias = take().text;
  return {};
}

base::Status Parser::class_head(ClassDecl& cls) {
  cls.position = here();
  take();  // class
  if (!at(TokenKind::kIdentifier)) return unexpected(WBEMMOF_E_EXPECTED_CLASS_NAME, "the name of the class");
  cls.name = take().text;
  while (!at(TokenKind::kOpenBrace)) {
    if (at_word("as")) {
      TRY(alias_name(cls.alias));
    } else if (at(TokenKind::kColon) && cls.superclass.empty()) {
      take();
      if (!at(TokenKind::kIdentifier)) return unexpected(WBEMMOF_E_EXPECTED_CLASS_NAME, "the name of the superclass");
      cls.superclass = take().text;
    } else if (at(TokenKind::kIdentifier) || at(TokenKind::kColon)) {
      return unexpected(WBEMMOF_E_INVALID_CLASS_DECLARATION, "':', 'as' or '{' behind the class name");
    } else {
      return unexpected(WBEMMOF_E_EXPECTED_OPEN_BRACE, "'{' before the members of the class");
    }
  }
  take();
  return {};
}

base::Status Parser::class_body(ClassDecl& cls) {
  while (!at(TokenKind::kCloseBrace)) {
    if (at(TokenKind::kEnd)) return unexpected(WBEMMOF_E_EXPECTED_CLOSE_BRACE, "'}' at the end of the class");
    TRY(member(cls));
  }
  take();
  cls.last_line = last_line_;
  return {};
}

base::Status Parser::class_declaration(QualifierList qualifiers) {
  ClassDecl cls;
  cls.qualifiers = std::move(qualifiers);
  TRY(class_head(cls));
  TRY(class_body(cls));
  TRY(expect(TokenKind::kSemicolon, WBEMMOF_E_EXPECTED_SEMI, "';' behind the class"));
  unit_.declarations.emplace_back(std::move(cls));
  return {};
}

base::Status Parser::instance_declaration(QualifierList qualifiers) {
  InstanceDecl instance;
  instance.qualifiers = std::move(qualifiers);
  TRY(instance_body(instance));
  TRY(expect(TokenKind::kSemicolon, WBEMMOF_E_EXPECTED_SEMI, "';' behind the instance"));
  unit_.declarations.emplace_back(std::move(instance));
  return {};
}

base::Status Parser::instance_body(InstanceDecl& instance) {
  instance.position = here();
  take();  // instance
  if (!at_word("of")) return unexpected(WBEMMOF_E_INVALID_INSTANCE_DECLARATION, "'of' behind 'instance'");
  take();
  if (!at(TokenKind::kIdentifier)) return unexpected(WBEMMOF_E_EXPECTED_CLASS_NAME, "the class of the instance");
  instance.class_name = take().text;
  while (at_word("as")) {
    if (embedding_ > 0) return unexpected(WBEMMOF_E_ALIASES_IN_EMBEDDED, "'{' (an embedded instance has no path, so no alias)");
    TRY(alias_name(instance.alias));
  }
  TRY(expect(TokenKind::kOpenBrace, WBEMMOF_E_EXPECTED_OPEN_BRACE, "'{' before the values of the instance"));
  while (!at(TokenKind::kCloseBrace)) {
    if (at(TokenKind::kEnd)) return unexpected(WBEMMOF_E_EXPECTED_CLOSE_BRACE, "'}' at the end of the instance");
    Assignment assignment;
    if (at(TokenKind::kOpenBracket)) TRY(qualifier_list(assignment.qualifiers));
    if (!at(TokenKind::kIdentifier)) return unexpected(WBEMMOF_E_EXPECTED_PROPERTY_NAME, "the name of a property");
    assignment.position = here();
    assignment.name = take().text;
    TRY(expect(TokenKind::kEquals, WBEMMOF_E_INVALID_INSTANCE_DECLARATION, "'=' behind the property name"));
    TRY(value(assignment.value));
    TRY(expect(TokenKind::kSemicolon, WBEMMOF_E_EXPECTED_SEMI, "';' behind the value"));
    instance.values.push_back(std::move(assignment));
  }
  take();
  instance.last_line = last_line_;
  return {};
}

}  // namespace mof
