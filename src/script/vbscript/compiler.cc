#include "script/vbscript/compiler.h"

#include <algorithm>

#include "base/utf.h"

namespace script::vbscript {

Compiler::Compiler(Context& context, const Tree& tree, std::string file, Surroundings surroundings)
    : context_(context), tree_(tree), file_(std::move(file)), around_(surroundings) {}

/// What was compiled may be known by name already.
std::unexpected<SyntaxError> Compiler::give_up() {
  if (!unit_.codes.empty()) context_.keep(std::move(unit_));
  return std::unexpected(*error_);
}

std::expected<Unit, SyntaxError> Compiler::compile() {
  check_names();
  if (error_) return std::unexpected(*error_);
  hoist_top_level();
  compile_procedures();
  class_ = around_.procedure != nullptr ? around_.procedure->cls : nullptr;
  top_level_ = true;
  unit_.main = new_code(around_.procedure != nullptr ? Code::kExecuted : Code::kTopLevel, {});
  begin(unit_.main);
  if (around_.procedure != nullptr) {
    unit_.main->result = first_temporary_++;
    hoist_block(tree_.body);
  }
  use_block(tree_.body);
  begin_body();
  dimension_arrays(tree_.body);
  block(tree_.body);
  finish({});
  if (error_) return give_up();
  return std::move(unit_);
}

std::expected<Unit, SyntaxError> Compiler::compile_expression() {
  class_ = around_.procedure != nullptr ? around_.procedure->cls : nullptr;
  top_level_ = true;
  unit_.main = new_code(Code::kExecuted, {});
  begin(unit_.main);
  unit_.main->result = first_temporary_++;
  const Expression* e = tree_.body.front()->right;
  use(e);
  begin_body();
  const std::size_t started = mark(e->place);
  into(e, unit_.main->result);
  end_mark(started);
  finish(e->place);
  if (error_) return give_up();
  return std::move(unit_);
}

void Compiler::compile_procedures() {
  for (const ClassDeclaration* declared : tree_.classes) compile_class(*declared);
  for (std::size_t i = 0; i < tree_.classes.size(); ++i) compile_members(*unit_.classes[i], *tree_.classes[i]);
  for (const Procedure* procedure : tree_.procedures) {
    Code* code = new_code(procedure->kind == Procedure::kSub ? Code::kSub : Code::kFunction, procedure->name);
    context_.define_function(procedure->name.id, code);
    compile_procedure(*procedure, code);
  }
}

Code* Compiler::new_code(Code::Kind kind, Name name) {
  unit_.codes.push_back(std::make_unique<Code>());
  Code* made = unit_.codes.back().get();
  made->kind = kind;
  made->name = name;
  made->text_name = utf8(name);
  made->file = file_;
  made->cls = class_;
  made->option_explicit = tree_.option_explicit;
  return made;
}

void Compiler::begin(Code* code) {
  code_ = code;
  undeclared_.clear();
  small_constants_.clear();
  loops_.clear();
  with_.reset();
  first_temporary_ = top_ = dirty_end_ = held_end_ = 0;
  locked_ = false;
}

/// Behind the last variable.
void Compiler::begin_body() {
  code_->locals_end = first_temporary_;
  top_ = first_temporary_;
}

void Compiler::finish(Place end) {
  mark(end);
  emit(Op::kReturn);
  end_mark(code_->marks.size() - 1);
  code_->registers = std::max(code_->registers, first_temporary_);
  code_ = nullptr;
}

void Compiler::compile_procedure(const Procedure& procedure, Code* code) {
  procedure_ = &procedure;
  top_level_ = false;
  begin(code);
  code->cls = class_;
  for (const Parameter& parameter : procedure.parameters) {
    code->locals.emplace(parameter.name.id, first_temporary_++);
    code->by_value.push_back(parameter.by_value ? 1 : 0);
    code->any_by_value |= parameter.by_value;
  }
  if (code->kind == Code::kFunction) {
    code->result = first_temporary_++;
    code->locals.emplace(procedure.name.id, code->result);
  }
  hoist_block(procedure.body);
  use_block(procedure.body);
  begin_body();
  dimension_arrays(procedure.body);
  block(procedure.body);
  finish(procedure.end);
  procedure_ = nullptr;
}

/// The class with its members' names; their code comes when all classes are known.
Class* Compiler::compile_class(const ClassDeclaration& declared) {
  unit_.classes.push_back(std::make_unique<Class>());
  Class* made = unit_.classes.back().get();
  made->name = declared.name;
  made->text_name = utf8(declared.name);
  context_.meaning(declared.name.id).cls = made;
  for (const Declarator& field : declared.fields) {
    Member member;
    member.name = field.name;
    member.is_public = member.put_public = field.is_public;
    member.is_field = true;
    member.field = made->fields++;
    if (field.array) made->arrays.push_back({member.field, field.bounds});
    made->by_name.emplace(field.name.id, static_cast<std::uint32_t>(made->members.size()));
    made->members.push_back(member);
  }
  for (const Procedure* procedure : declared.procedures) {
    const auto [place, is_new] = made->by_name.try_emplace(procedure->name.id, static_cast<std::uint32_t>(made->members.size()));
    if (!is_new) continue;
    Member member;
    member.name = procedure->name;
    made->members.push_back(member);
  }
  return made;
}

void Compiler::compile_members(Class& made, const ClassDeclaration& declared) {
  class_ = &made;
  for (const Procedure* procedure : declared.procedures) add_method(made, *procedure);
  class_ = nullptr;
}

void Compiler::add_method(Class& made, const Procedure& procedure) {
  const bool has_result = procedure.kind == Procedure::kFunction || procedure.kind == Procedure::kGet;
  Code* code = new_code(has_result ? Code::kFunction : Code::kSub, procedure.name);
  Member& member = made.members[made.by_name.at(procedure.name.id)];
  switch (procedure.kind) {
    case Procedure::kLet: member.let = code; break;
    case Procedure::kSet: member.set = code; break;
    default: member.get = code;
  }
  (member.get == code ? member.is_public : member.put_public) = procedure.is_public;
  if (procedure.is_default) made.default_member = &member;
  if (procedure.name.id == context_.names.add(u"class_initialize").id) made.initialize = code;
  if (procedure.name.id == context_.names.add(u"class_terminate").id) made.terminate = code;
  compile_procedure(procedure, code);
}

std::size_t Compiler::emit(Op op, std::uint32_t a, std::uint32_t b, std::uint32_t c, std::size_t n) {
  if (n > 0xFFFF) fail(1001, code_->marks.empty() ? Place{1, 1} : code_->marks.back().place);
  code_->instructions.push_back({op, static_cast<std::uint16_t>(n), a, b, c});
  return code_->instructions.size() - 1;
}

void Compiler::patch(std::size_t jump, std::uint32_t target) {
  Instruction& instruction = code_->instructions[jump];
  switch (instruction.op) {
    case Op::kForPrepare:
    case Op::kForNext:
    case Op::kEachNext: instruction.c = target; break;
    default: instruction.a = target;
  }
}

std::size_t Compiler::mark(Place place) {
  code_->marks.push_back({here(), here(), place, top_});
  return code_->marks.size() - 1;
}

std::uint32_t Compiler::temporary(std::size_t count) {
  const std::uint32_t first = top_;
  top_ += static_cast<std::uint32_t>(count);
  if (top_ >= kPosition) fail(1001, {1, 1});
  code_->registers = std::max(code_->registers, top_);
  return first;
}

/// A register that may hold an object or a text when the statement ends.
void Compiler::dirty(std::uint32_t where) {
  if (is_temporary(where)) dirty_end_ = std::max(dirty_end_, where + 1);
}

/// What the statement has used up ends with it.
void Compiler::clear_dirty(std::uint32_t live) {
  if (dirty_end_ > live) emit(Op::kClear, live, dirty_end_ - live);
  dirty_end_ = 0;
  if (std::exchange(locked_, false)) emit(Op::kUnlock);
}

/// A register that a block keeps.
void Compiler::hold(std::uint32_t where) { held_end_ = std::max(held_end_, where + 1); }

}  // namespace script::vbscript
