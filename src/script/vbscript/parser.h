// Tokens to a tree: VBScript's grammar with Windows' syntax errors.
#pragma once

#include <expected>
#include <memory>
#include <string_view>

#include "script/vbscript/ast.h"
#include "script/vbscript/lexer.h"

namespace script::vbscript {

struct SyntaxError {
  std::uint16_t number = 0;
  Place place;
};

/// One text or expression. Nesting is bounded (1001), so that no text exhausts the stack here or in the compiler.
class Parser {
 public:
  static constexpr int kMaxNesting = 200;  // of blocks and of expressions in expressions
  static constexpr int kMaxDepth = 1000;   // of an expression's tree

  Parser(std::u16string_view text, std::uint32_t first_line, Names& names);
  std::expected<std::unique_ptr<Tree>, SyntaxError> parse_program();
  /// Eval: the whole text is one expression; it is the `right` of the tree's one statement (kLet without a left side).
  std::expected<std::unique_ptr<Tree>, SyntaxError> parse_expression_text();

 private:
  struct Nested;

  // The tokens. After an error the current token is kEnd for good, so that all loops come to their end.
  const Lexeme& current() const { return *at_; }
  const Lexeme& ahead(std::size_t count) const;
  bool at(Token token) const { return at_->token == token; }
  bool at_word(std::u16string_view word) const;
  bool at_separator() const { return at(Token::kNewline) || at(Token::kColon) || at(Token::kEnd); }
  void advance();
  bool accept(Token token);
  void expect(Token token, std::uint16_t number);
  void fail(std::uint16_t number) { fail(number, place()); }
  void fail(std::uint16_t number, Place where);
  Place place() const { return {at_->line, at_->column}; }
  Name name();
  void end_of_statement();
  void skip_separators();

  // Expressions.
  Expression* node(Expression::Kind kind, Place where);
  Expression* binary(Operator op, Expression* left, Expression* right, Place where);
  Expression* expression() { return operation(1, nullptr); }
  Expression* operation(int lowest, Expression* left);
  Expression* operand();
  Expression* unary(Operator op, int lowest);
  Expression* primary();
  Expression* suffix(Expression* left);
  Expression* postfix(Expression* left, bool callee = false);
  Expression* literal(scripting::Variant value);
  Expression* index(Expression* left);
  std::vector<Expression*> arguments(bool until_close);
  void grow(Expression* parent, const Expression* child, int by = 1);

  // Statements.
  Block block();
  bool at_block_end() const;
  bool at_procedure() const;
  Statement* statement();
  Statement* make(Statement::Kind kind);
  Statement* dim_statement();
  Statement* const_statement();
  Statement* redim_statement();
  Statement* erase_statement();
  Statement* set_statement();
  Statement* call_statement();
  Statement* simple_statement();
  Statement* if_statement();
  void single_line_if(Statement* made);
  Block single_line_block();
  Statement* select_statement();
  Statement* for_statement();
  Statement* for_each(Statement* made);
  Statement* do_statement();
  bool loop_condition(Statement* made);
  Statement* while_statement();
  Statement* with_statement();
  Statement* exit_statement();
  Statement* on_error_statement();
  bool loop_open(Statement::What what) const;
  void call_arguments(Statement* made, Expression* callee);
  Block loop_body(Statement::What what);

  // Declarations.
  void program();
  bool declaration();
  void option_explicit();
  Declarator declarator();
  Expression* constant_value();
  std::vector<Parameter> parameters();
  Procedure* procedure(Procedure::Kind kind);
  Procedure* procedure_after(bool is_public, bool is_default);
  Procedure* property();
  void procedure_body(Procedure* made, Token closing, std::uint16_t missing);
  ClassDeclaration* class_declaration();
  void class_member(ClassDeclaration* owner);
  void check_class(const ClassDeclaration& made);
  void check_special(const Procedure& member);

  Names& names_;
  std::vector<Lexeme> lexemes_;
  Lexeme end_;
  const Lexeme* at_ = nullptr;
  std::unique_ptr<Tree> tree_;
  SyntaxError error_;
  bool failed_ = false;
  const Lexeme* first_spaced_ = nullptr;  // of a callee: the first parenthesis behind a blank
  int nesting_ = 0;
  int open_withs_ = 0;
  std::vector<Statement::What> open_loops_;
  Statement::What open_procedure_ = Statement::kNone;
};

}  // namespace script::vbscript
