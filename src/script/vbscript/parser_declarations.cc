#include <algorithm>

#include "script/vbscript/conversions.h"
#include "script/vbscript/parser_nested.h"

namespace script::vbscript {

/// A procedure or class at the top level; false when none stands here.
bool Parser::declaration() {
  const bool visible = at(Token::kPublic) || at(Token::kPrivate);
  const Lexeme& word = visible ? ahead(1) : current();
  const bool is_default = visible && word.token == Token::kName && compare_texts(word.text, u"default", true) == 0;
  const Token token = is_default ? ahead(2).token : word.token;
  if (!visible && token == Token::kClass) {
    tree_->classes.push_back(class_declaration());
  } else if (token == Token::kSub || token == Token::kFunction) {
    if (is_default) fail(1048);
    const bool is_public = !at(Token::kPrivate);
    if (visible) advance();
    tree_->procedures.push_back(procedure_after(is_public, false));
  } else {
    const bool property = visible && word.token == Token::kName && compare_texts(word.text, u"property", true) == 0;
    const Token kind = ahead(2).token;
    if (property && (kind == Token::kGet || kind == Token::kLet || kind == Token::kSet)) fail(1048);
    return false;
  }
  end_of_statement();
  return true;
}

Declarator Parser::declarator() {
  Declarator made;
  made.place = place();
  made.name = name();
  if (!accept(Token::kOpen)) return made;
  made.array = true;
  while (!at(Token::kClose) && !at(Token::kEnd)) {
    const auto bound = at(Token::kLiteral) && !current().value.is(VarType::kString) ? to_int32(current().value) : raise(kTypeMismatch);
    if (!bound) fail(1026);
    if (bound) made.bounds.push_back(*bound);
    advance();
    if (!accept(Token::kComma)) break;
    if (at(Token::kClose)) fail(1026);
  }
  expect(Token::kClose, 1006);
  return made;
}

Statement* Parser::dim_statement() {
  Statement* made = make(Statement::kDim);
  advance();
  do {
    made->declarators.push_back(declarator());
  } while (accept(Token::kComma));
  return made;
}

/// A literal, with signs.
Expression* Parser::constant_value() {
  const Nested nested(*this);
  if (at(Token::kMinus) || at(Token::kPlus)) {
    const bool minus = at(Token::kMinus);
    advance();
    Expression* made = constant_value();
    if (minus) {
      const auto negated = negate(made->value);
      if (!negated) fail(1045);
      if (negated) made->value = *negated;
    }
    return made;
  }
  if (accept(Token::kOpen)) {
    Expression* made = constant_value();
    expect(Token::kClose, 1006);
    return made;
  }
  Expression* made = primary();
  if (made->kind != Expression::kLiteral) fail(1045, made->place);
  return made;
}

Statement* Parser::const_statement() {
  Statement* made = make(Statement::kConst);
  advance();
  do {
    Declarator declared;
    declared.place = place();
    declared.name = name();
    expect(Token::kEqual, 1011);
    declared.value = constant_value();
    made->declarators.push_back(std::move(declared));
  } while (accept(Token::kComma));
  return made;
}

Statement* Parser::redim_statement() {
  Statement* made = make(Statement::kReDim);
  advance();
  made->flag = accept(Token::kPreserve);
  do {
    Expression* target = node(Expression::kName, place());
    target->name = name();
    target = postfix(target);
    if (target->kind != Expression::kIndex || target->arguments.empty()) fail(1005);
    for (const Expression* argument : target->arguments) {
      if (argument->kind == Expression::kMissing) fail(1023, argument->place);
    }
    made->targets.push_back(target);
  } while (accept(Token::kComma));
  return made;
}

Statement* Parser::erase_statement() {
  Statement* made = make(Statement::kErase);
  advance();
  do {
    if (!at(Token::kName) && !at(Token::kDot) && !at(Token::kMe)) fail(1010);
    made->targets.push_back(postfix(primary()));
  } while (accept(Token::kComma));
  return made;
}

std::vector<Parameter> Parser::parameters() {
  std::vector<Parameter> out;
  if (!accept(Token::kOpen)) return out;
  while (!at(Token::kClose) && !at(Token::kEnd)) {
    Parameter parameter;
    parameter.by_value = at(Token::kByVal);
    if (at(Token::kByVal) || at(Token::kByRef)) advance();
    const Place where = place();
    parameter.name = name();
    if (accept(Token::kOpen)) expect(Token::kClose, 1006);
    const auto same = [&](const Parameter& other) { return other.name.id == parameter.name.id; };
    if (std::ranges::any_of(out, same)) fail(1041, where);
    out.push_back(parameter);
    if (!accept(Token::kComma)) break;
    if (at(Token::kClose)) fail(1010);
  }
  expect(Token::kClose, 1006);
  return out;
}

Procedure* Parser::procedure_after(bool is_public, bool is_default) {
  Procedure* made = nullptr;
  if (at(Token::kSub)) {
    made = procedure(Procedure::kSub);
  } else if (at(Token::kFunction)) {
    made = procedure(Procedure::kFunction);
  } else {
    made = property();
  }
  made->is_public = is_public;
  made->is_default = is_default;
  return made;
}

Procedure* Parser::procedure(Procedure::Kind kind) {
  Procedure* made = &tree_->all_procedures.emplace_back();
  made->kind = kind;
  advance();
  made->place = place();
  made->name = name();
  made->parameters = parameters();
  open_procedure_ = kind == Procedure::kSub ? Statement::kSubroutine : Statement::kFunction;
  if (kind == Procedure::kSub) {
    procedure_body(made, Token::kSub, 1016);
  } else {
    procedure_body(made, Token::kFunction, 1015);
  }
  return made;
}

Procedure* Parser::property() {
  Procedure* made = &tree_->all_procedures.emplace_back();
  advance();
  switch (current().token) {
    case Token::kGet: made->kind = Procedure::kGet; break;
    case Token::kLet: made->kind = Procedure::kLet; break;
    case Token::kSet: made->kind = Procedure::kSet; break;
    default: fail(1049);
  }
  advance();
  made->place = place();
  made->name = name();
  made->parameters = parameters();
  if (made->kind != Procedure::kGet && made->parameters.empty()) fail(1054);
  open_procedure_ = Statement::kProperty;
  procedure_body(made, Token::kName, 1050);
  return made;
}

void Parser::procedure_body(Procedure* made, Token closing, std::uint16_t missing) {
  const auto loops = std::exchange(open_loops_, {});
  made->body = block();
  made->end = place();
  expect(Token::kEndWord, 1014);
  if (closing == Token::kName ? !at_word(u"property") : !at(closing)) fail(missing);
  advance();
  open_procedure_ = Statement::kNone;
  open_loops_ = loops;
}

ClassDeclaration* Parser::class_declaration() {
  ClassDeclaration* made = &tree_->all_classes.emplace_back();
  advance();
  made->place = place();
  made->name = name();
  end_of_statement();
  for (;;) {
    skip_separators();
    if (at(Token::kEndWord) || at(Token::kEnd)) break;
    class_member(made);
    end_of_statement();
  }
  expect(Token::kEndWord, 1014);
  expect(Token::kClass, 1047);
  if (!failed_) check_class(*made);
  return made;
}

void Parser::class_member(ClassDeclaration* owner) {
  const bool visible = at(Token::kPublic) || at(Token::kPrivate);
  const bool is_public = !at(Token::kPrivate);
  const bool dim = at(Token::kDim);
  if (visible || dim) advance();
  bool is_default = false;
  if (at_word(u"default")) {
    const Token next = ahead(1).token;
    is_default = next == Token::kSub || next == Token::kFunction || next == Token::kName;
    if (is_default) advance();
    if (is_default && (!visible || !is_public)) fail(1057);
  }
  const bool is_property =
      at_word(u"property") && !dim && ahead(1).token != Token::kComma && !(ahead(1).token == Token::kNewline && visible);
  if (at(Token::kSub) || at(Token::kFunction) || is_property) {
    owner->procedures.push_back(procedure_after(is_public, is_default));
    return;
  }
  if (is_default) fail(1056);
  if (!visible && !dim) return fail(1024);
  do {
    owner->fields.push_back(declarator());
    owner->fields.back().is_public = is_public;
  } while (accept(Token::kComma));
}

/// What must hold between the members of a class.
void Parser::check_class(const ClassDeclaration& made) {
  const Procedure* default_member = nullptr;
  for (std::size_t i = 0; i < made.procedures.size() && !failed_; ++i) {
    const Procedure& member = *made.procedures[i];
    check_special(member);
    if (member.is_default && member.kind > Procedure::kGet) fail(1058, member.place);
    if (member.is_default && default_member != nullptr) fail(1052, member.place);
    if (member.is_default) default_member = &member;
    for (std::size_t k = 0; k < i; ++k) {
      const Procedure& other = *made.procedures[k];
      if (other.name.id != member.name.id) continue;
      const bool properties = other.kind >= Procedure::kGet && member.kind >= Procedure::kGet;
      if (!properties || other.kind == member.kind) fail(1041, member.place);
      const auto indices = [](const Procedure& of) { return of.parameters.size() - (of.kind == Procedure::kGet ? 0 : 1); };
      if (indices(other) != indices(member)) fail(1051, member.place);
    }
    for (const Declarator& field : made.fields) {
      if (field.name.id == member.name.id) fail(1041, member.place);
    }
  }
  for (std::size_t i = 0; i < made.fields.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (made.fields[i].name.id == made.fields[k].name.id) fail(1041, made.fields[i].place);
    }
  }
}

void Parser::check_special(const Procedure& member) {
  const NameId id = member.name.id;
  const bool special = id == names_.add(u"class_initialize").id || id == names_.add(u"class_terminate").id;
  if (special && !member.parameters.empty()) fail(1053, member.place);
}

}  // namespace script::vbscript
