#include "script/vbscript/parser_nested.h"

namespace script::vbscript {

Statement* Parser::make(Statement::Kind kind) {
  Statement& made = tree_->statements.emplace_back();
  made.kind = kind;
  made.place = place();
  return &made;
}

bool Parser::at_block_end() const {
  switch (current().token) {
    case Token::kEnd:
    case Token::kEndWord:
    case Token::kElse:
    case Token::kElseIf:
    case Token::kCase:
    case Token::kLoop:
    case Token::kNext:
    case Token::kWend: return true;
    default: return false;
  }
}

bool Parser::at_procedure() const {
  const Token token = at(Token::kPublic) || at(Token::kPrivate) ? ahead(1).token : current().token;
  return token == Token::kSub || token == Token::kFunction;
}

Block Parser::block() {
  const Nested nested(*this);
  Block out;
  for (;;) {
    skip_separators();
    if (at_block_end()) return out;
    if (open_procedure_ == Statement::kNone && at_procedure()) {  // it is there whether the block runs or not
      declaration();
      continue;
    }
    if (Statement* made = statement(); made != nullptr) out.push_back(made);
    if (!at(Token::kEndWord)) end_of_statement();
  }
}

Block Parser::loop_body(Statement::What what) {
  open_loops_.push_back(what);
  Block out = block();
  open_loops_.pop_back();
  return out;
}

Statement* Parser::statement() {
  switch (current().token) {
    case Token::kDim: return dim_statement();
    case Token::kPublic:
    case Token::kPrivate: {
      if (ahead(1).token == Token::kConst) {
        advance();
        return const_statement();
      }
      return dim_statement();
    }
    case Token::kConst: return const_statement();
    case Token::kReDim: return redim_statement();
    case Token::kErase: return erase_statement();
    case Token::kSet: return set_statement();
    case Token::kCall: return call_statement();
    case Token::kIf: return if_statement();
    case Token::kSelect: return select_statement();
    case Token::kFor: return for_statement();
    case Token::kDo: return do_statement();
    case Token::kWhile: return while_statement();
    case Token::kWith: return with_statement();
    case Token::kExit: return exit_statement();
    case Token::kOn: return on_error_statement();
    case Token::kStop: {
      Statement* made = make(Statement::kStop);
      advance();
      return made;
    }
    case Token::kName:
    case Token::kMe:
    case Token::kDot: return simple_statement();
    case Token::kClass:
    case Token::kSub:
    case Token::kFunction: fail(1002); return nullptr;
    default: fail(1024); return nullptr;
  }
}

/// An assignment or a call.
Statement* Parser::simple_statement() {
  const Token next = ahead(1).token;
  if (at_word(u"property") && (next == Token::kGet || next == Token::kLet || next == Token::kSet)) fail(1048);
  Statement* made = make(Statement::kLet);
  const Lexeme* const start = at_;
  first_spaced_ = nullptr;
  Expression* left = postfix(primary(), true);
  if (accept(Token::kEqual)) {
    made->left = left;
    made->right = expression();
    return made;
  }
  made->kind = Statement::kCall;
  const bool ends = at_separator() || at(Token::kElse) || at(Token::kEndWord);
  if (!ends && !failed_ && first_spaced_ != nullptr && left->kind != Expression::kIndex) {
    // `f (a).b, c`: the parentheses belong to the first argument.
    const Lexeme* const stop = std::exchange(first_spaced_, nullptr);
    at_ = start;
    left = primary();
    while (at_ != stop && !failed_) left = suffix(left);
  }
  call_arguments(made, left);
  return made;
}

/// `f`, `f 1, 2`, `f (1)`, `f (1), 2`: what was read as `f(1)` is the beginning of the arguments unless the statement ends there.
void Parser::call_arguments(Statement* made, Expression* callee) {
  const bool ends = at_separator() || at(Token::kElse) || at(Token::kEndWord);
  if (callee->kind == Expression::kIndex) {
    if (callee->arguments.size() > 1 || (!ends && callee->arguments.empty())) return fail(ends ? 1044 : 1025);
    if (callee->arguments.size() == 1) {
      if (callee->arguments[0]->kind == Expression::kMissing) return fail(1002);
      Expression* first = node(Expression::kParentheses, callee->place);
      first->left = callee->arguments[0];
      grow(first, first->left);
      callee->arguments[0] = ends ? first : operation(1, postfix(first));
      grow(callee, callee->arguments[0]);
      if (accept(Token::kComma)) {
        for (Expression* argument : arguments(false)) {
          callee->arguments.push_back(argument);
          grow(callee, argument);
        }
        if (callee->arguments.size() == 1) callee->arguments.push_back(node(Expression::kMissing, place()));
      }
    }
    made->left = callee;
    return;
  }
  if (!ends && callee->kind != Expression::kMe) {
    Expression* call = node(Expression::kIndex, callee->place);
    call->left = callee;
    call->arguments = arguments(false);
    grow(call, callee);
    for (const Expression* argument : call->arguments) grow(call, argument);
    made->left = call;
    return;
  }
  made->left = callee;
}

Statement* Parser::call_statement() {
  Statement* made = make(Statement::kCall);
  advance();
  if (!at(Token::kName) && !at(Token::kDot) && !at(Token::kMe)) fail(1010);
  made->left = postfix(primary());
  return made;
}

Statement* Parser::set_statement() {
  Statement* made = make(Statement::kSet);
  advance();
  if (!at(Token::kName) && !at(Token::kDot) && !at(Token::kMe)) fail(1010);
  made->left = postfix(primary());
  expect(Token::kEqual, 1011);
  made->right = expression();
  return made;
}

Statement* Parser::if_statement() {
  Statement* made = make(Statement::kIf);
  advance();
  made->branches.push_back({made->place, {expression()}, {}});
  expect(Token::kThen, 1017);
  if (!at(Token::kNewline)) {
    single_line_if(made);
    return made;
  }
  made->branches.back().body = block();
  bool has_else = false;
  while (at(Token::kElseIf) || at(Token::kElse)) {
    if (has_else) fail(1014);
    Branch branch{place(), {}, {}};
    has_else = at(Token::kElse);
    advance();
    if (!has_else) {
      branch.tests.push_back(expression());
      expect(Token::kThen, 1017);
    }
    branch.body = block();
    made->branches.push_back(std::move(branch));
  }
  expect(Token::kEndWord, 1014);
  expect(Token::kIf, 1012);
  return made;
}

void Parser::single_line_if(Statement* made) {
  const Nested nested(*this);
  made->branches.back().body = single_line_block();
  if (at(Token::kElse)) {
    Branch branch{place(), {}, {}};
    advance();
    branch.body = single_line_block();
    made->branches.push_back(std::move(branch));
  }
  if (at(Token::kEndWord) && ahead(1).token == Token::kIf) {
    advance();
    advance();
  }
}

/// Statements up to the end of the line, Else or End If.
Block Parser::single_line_block() {
  Block out;
  for (;;) {
    while (accept(Token::kColon)) {
    }
    if (at(Token::kNewline) || at(Token::kElse) || at_block_end()) return out;
    if (Statement* made = statement(); made != nullptr) out.push_back(made);
    if (!at_separator() && !at(Token::kElse) && !at(Token::kEndWord)) {
      fail(1025);
      return out;
    }
  }
}

Statement* Parser::select_statement() {
  Statement* made = make(Statement::kSelect);
  advance();
  expect(Token::kCase, 1021);
  made->left = expression();
  end_of_statement();
  skip_separators();
  bool has_else = false;
  while (at(Token::kCase)) {
    if (has_else) fail(1014);
    Branch branch{place(), {}, {}};
    advance();
    has_else = accept(Token::kElse);
    if (!has_else) {
      do {
        branch.tests.push_back(expression());
      } while (accept(Token::kComma));
    }
    branch.body = block();
    made->branches.push_back(std::move(branch));
  }
  expect(Token::kEndWord, made->branches.empty() ? 1021 : 1014);
  expect(Token::kSelect, 1022);
  return made;
}

Statement* Parser::for_statement() {
  Statement* made = make(Statement::kFor);
  advance();
  if (accept(Token::kEach)) return for_each(made);
  made->left = node(Expression::kName, place());
  made->left->name = name();
  if (at(Token::kDot) || at(Token::kOpen)) fail(1040);
  expect(Token::kEqual, 1011);
  made->right = expression();
  expect(Token::kTo, 1013);
  made->limit = expression();
  if (at_word(u"step")) {
    advance();
    made->step = expression();
  }
  end_of_statement();
  made->body = loop_body(Statement::kForLoop);
  made->end = place();
  expect(Token::kNext, 1020);
  return made;
}

Statement* Parser::for_each(Statement* made) {
  made->kind = Statement::kForEach;
  made->left = node(Expression::kName, place());
  made->left->name = name();
  if (at(Token::kDot) || at(Token::kOpen)) fail(1040);
  expect(Token::kIn, 1046);
  made->right = expression();
  end_of_statement();
  made->body = loop_body(Statement::kForLoop);
  made->end = place();
  expect(Token::kNext, 1020);
  return made;
}

/// While or Until with its condition.
bool Parser::loop_condition(Statement* made) {
  if (!at(Token::kWhile) && !at(Token::kUntil)) return false;
  made->flag = at(Token::kUntil);
  advance();
  made->right = expression();
  return true;
}

Statement* Parser::do_statement() {
  Statement* made = make(Statement::kDo);
  advance();
  made->what = Statement::kDoLoop;
  if (!loop_condition(made) && !at_separator()) fail(1028);
  end_of_statement();
  made->body = loop_body(Statement::kDoLoop);
  made->end = place();
  expect(Token::kLoop, 1019);
  if (made->right == nullptr) {
    made->at_end = loop_condition(made);
    if (!made->at_end && !at_separator() && !at(Token::kElse)) fail(1028);
  }
  return made;
}

Statement* Parser::while_statement() {
  Statement* made = make(Statement::kDo);
  advance();
  made->right = expression();
  end_of_statement();
  made->body = loop_body(Statement::kNone);  // no Exit leaves it
  made->end = place();
  expect(Token::kWend, 1018);
  return made;
}

Statement* Parser::with_statement() {
  Statement* made = make(Statement::kWith);
  advance();
  made->left = expression();
  end_of_statement();
  ++open_withs_;
  made->body = block();
  --open_withs_;
  expect(Token::kEndWord, 1014);
  expect(Token::kWith, 1029);
  return made;
}

bool Parser::loop_open(Statement::What what) const {
  for (const Statement::What open : open_loops_) {
    if (open == what) return true;
  }
  return false;
}

Statement* Parser::exit_statement() {
  Statement* made = make(Statement::kExit);
  advance();
  const Place where = place();
  switch (current().token) {
    case Token::kFor: made->what = Statement::kForLoop; break;
    case Token::kDo: made->what = Statement::kDoLoop; break;
    case Token::kSub: made->what = Statement::kSubroutine; break;
    case Token::kFunction: made->what = Statement::kFunction; break;
    default:
      if (!at_word(u"property")) {
        fail(1039);
        return made;
      }
      made->what = Statement::kProperty;
  }
  advance();
  const bool loop = made->what == Statement::kForLoop || made->what == Statement::kDoLoop;
  if (loop ? !loop_open(made->what) : open_procedure_ != made->what) fail(1039, where);
  return made;
}

Statement* Parser::on_error_statement() {
  Statement* made = make(Statement::kResumeNext);
  advance();
  if (!at_word(u"error")) fail(1002);
  advance();
  if (accept(Token::kGoTo)) {
    made->kind = Statement::kGoToZero;
    const auto& zero = current().value;
    if (!at(Token::kLiteral) || !zero.is(scripting::VarType::kInt16) || zero.as_int16() != 0) fail(1002);
    advance();
    return made;
  }
  expect(Token::kResume, 1002);
  expect(Token::kNext, 1020);
  return made;
}

}  // namespace script::vbscript
