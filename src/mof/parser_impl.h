// The parser's state, shared by the parse_*.cc units. Not for other folders.
#pragma once

#include <string>
#include <string_view>

#include "mof/ast.h"
#include "mof/lexer.h"
#include "mof/parser.h"

namespace mof {

class Parser {
 public:
  Parser(Unit& unit, SourceLoader* loader, Diagnostics& diagnostics) : unit_(unit), loader_(loader), diagnostics_(diagnostics) {}
  /// Unit::sources[index] from its first token to its end.
  base::Status parse_source(std::uint32_t index, int depth);

 private:
  // parser.cc
  base::Status declaration();
  base::Status class_declaration(QualifierList qualifiers);
  base::Status class_body(ClassDecl& cls);
  base::Status class_head(ClassDecl& cls);
  base::Status instance_declaration(QualifierList qualifiers);
  base::Status instance_body(InstanceDecl& instance);
  base::Status alias_name(std::string_view& alias);
  // parse_member.cc
  base::Status type(TypeUse& use, bool result);
  base::Status member(ClassDecl& cls);
  base::Status method(ClassDecl& cls, QualifierList qualifiers, TypeUse result, std::string_view name, Position at);
  base::Status parameter(MethodDecl& method);
  base::Status array_suffix(TypeUse& use);
  base::Status default_value(PropertyDecl& property);
  // parse_value.cc
  base::Status value(Literal& literal);
  base::Status scalar(Literal& literal);
  base::Status array(Literal& literal);
  base::Status embedded_instance(Literal& literal);
  base::Status embedded_class(Literal& literal);
  base::Status string_text(Literal& literal);
  // parse_qualifier.cc
  base::Status qualifier_list(QualifierList& list);
  base::Status qualifier(QualifierList& list);
  base::Status flavor_words(std::uint16_t& marks, bool comma_separated);
  base::Status check_flavors(std::uint16_t marks, const Token& at);
  base::Status qualifier_declaration();
  base::Status typed_qualifier(QualifierDecl& decl);
  base::Status scope_words(QualifierDecl& decl);
  // parse_pragma.cc
  base::Status directive();
  base::Status pragma(const Token& name);
  base::Status include();
  base::Status namespace_pragma(const Token& name);
  base::Status flags_pragma(const Token& name, bool instances);
  base::Status delete_pragma(const Token& name, bool instance);
  base::Status amendment_pragma(const Token& name);
  base::Status skip_pragma(const Token& name);
  base::Status one_string(base::Hresult code, std::string& text, Token& token);

  Token peek() const { return token_; }
  bool at(TokenKind kind) const { return token_.kind == kind; }
  bool at_word(std::string_view keyword) const { return token_.kind == TokenKind::kIdentifier && is_word(token_.text, keyword); }
  Token take();
  bool accept(TokenKind kind);
  base::Status expect(TokenKind kind, base::Hresult code, std::string_view expected);
  Position here() const { return position(token_); }
  Position position(const Token& token) const { return {source_, token.line, token.text.data()}; }
  /// "found X, expected Y" at the current token; a malformed token is reported as what it is.
  base::Status unexpected(base::Hresult code, std::string_view expected);
  base::Status fail(base::Hresult code, const Position& position, std::string text);
  void warn(const Position& position, std::string text);

  Unit& unit_;
  SourceLoader* loader_;
  Diagnostics& diagnostics_;
  Lexer lexer_{{}};
  Token token_;
  std::uint32_t last_line_ = 1;  // of the token taken last
  std::uint32_t source_ = 0;
  int depth_ = 0;      // of includes
  int embedding_ = 0;  // of instances and classes inside instances
  std::size_t octets_ = 0;
};

}  // namespace mof
