#include "script/vbscript/parser.h"

#include "script/vbscript/conversions.h"

namespace script::vbscript {

Parser::Parser(std::u16string_view text, std::uint32_t first_line, Names& names)
    : names_(names), lexemes_(split_source(text, first_line)), at_(lexemes_.data()), tree_(std::make_unique<Tree>()) {
  if (at(Token::kError)) fail(at_->number);
}

std::expected<std::unique_ptr<Tree>, SyntaxError> Parser::parse_program() {
  program();
  if (failed_) return std::unexpected(error_);
  return std::move(tree_);
}

std::expected<std::unique_ptr<Tree>, SyntaxError> Parser::parse_expression_text() {
  Statement* made = make(Statement::kLet);
  made->right = expression();
  skip_separators();
  if (!at(Token::kEnd)) fail(1025);
  if (failed_) return std::unexpected(error_);
  tree_->body.push_back(made);
  return std::move(tree_);
}

const Lexeme& Parser::ahead(std::size_t count) const {
  const Lexeme* last = lexemes_.data() + lexemes_.size() - 1;
  return failed_ || last - at_ < static_cast<std::ptrdiff_t>(count) ? *last : at_[count];
}

bool Parser::at_word(std::u16string_view word) const { return at(Token::kName) && compare_texts(at_->text, word, true) == 0; }

void Parser::advance() {
  if (failed_ || at_->token == Token::kEnd) return;
  ++at_;
  if (at(Token::kError)) fail(at_->number);
}

bool Parser::accept(Token token) {
  if (!at(token)) return false;
  advance();
  return true;
}

void Parser::expect(Token token, std::uint16_t number) {
  if (!accept(token)) fail(number);
}

void Parser::fail(std::uint16_t number, Place where) {
  if (failed_) return;
  failed_ = true;
  error_ = {number, where};
  end_.line = where.line;
  end_.column = where.column;
  at_ = &end_;
}

Name Parser::name() {
  if (!at(Token::kName)) {
    fail(1010);
    return {};
  }
  const Name result = names_.add(at_->text);
  advance();
  return result;
}

void Parser::end_of_statement() {
  if (!at_separator()) fail(1025);
}

void Parser::skip_separators() {
  while (at(Token::kNewline) || at(Token::kColon)) advance();
}

void Parser::program() {
  skip_separators();
  if (at(Token::kOption)) option_explicit();
  while (!at(Token::kEnd)) {
    skip_separators();
    if (at(Token::kEnd)) break;
    if (declaration()) continue;
    if (at_block_end()) {
      fail(at(Token::kLoop) ? 1038 : at(Token::kNext) ? 1055 : 1024);
      break;
    }
    if (Statement* made = statement(); made != nullptr) tree_->body.push_back(made);
    end_of_statement();
  }
}

void Parser::option_explicit() {
  advance();
  if (!at_word(u"explicit")) return fail(1002);
  advance();
  tree_->option_explicit = true;
  end_of_statement();
}

}  // namespace script::vbscript
