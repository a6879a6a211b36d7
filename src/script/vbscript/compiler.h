// Trees to bytecode: names to slots, statements to instructions.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "script/vbscript/context.h"
#include "script/vbscript/parser.h"

namespace script::vbscript {

/// Variables that executed texts added to a running procedure.
struct Extras {
  static constexpr std::size_t kMax = 1024;
  std::unordered_map<NameId, std::uint32_t> names;
  std::unordered_set<NameId> undeclared;
  std::unique_ptr<scripting::Variant[]> values{new scripting::Variant[kMax]};
};

/// Where a text runs: at the top level, or within a procedure (Execute, Eval).
struct Surroundings {
  const Code* procedure = nullptr;  // null: the top level
  Extras* extras = nullptr;         // with `procedure`
};

class Compiler {
 public:
  /// `file` for messages; the context's names are extended when the text is without errors.
  Compiler(Context& context, const Tree& tree, std::string file, Surroundings surroundings = {});
  /// 1041 Name redefined, 1001 Out of memory.
  std::expected<Unit, SyntaxError> compile();
  /// Eval's expression.
  std::expected<Unit, SyntaxError> compile_expression();

 private:
  using Arguments = std::vector<Expression*>;
  struct Resolved {
    enum Kind : std::uint8_t { kVariable, kUndeclared, kFunction, kMember, kConstant, kBuiltin, kSpecial };
    Kind kind = kUndeclared;
    std::uint32_t place = 0;  // operand, function, member
    const Builtin* builtin = nullptr;
    Special special = Special::kNone;
    const scripting::Variant* value = nullptr;  // of a constant
  };
  struct Loop {
    Statement::What what;
    std::vector<std::size_t> exits;
  };

  // Names.
  void fail(std::uint16_t number, Place place);
  void declare_once(std::unordered_set<NameId>& seen, Name name, Place place);
  void check_block(const Block& block, std::unordered_set<NameId>& seen);
  void check_names();
  void hoist_top_level();
  void hoist_block(const Block& block);
  void declare_variable(const Declarator& declared);
  void declare_constant(const Declarator& declared);
  void use_block(const Block& block);
  void use(const Expression* expression);
  void use_name(NameId id);
  bool in_procedure_text() const { return top_level_ && around_.procedure != nullptr; }
  Resolved resolve(NameId id);
  std::optional<std::uint32_t> local_variable(NameId id) const;
  Class* compile_class(const ClassDeclaration& declared);
  void add_method(Class& made, const Procedure& procedure);
  void compile_members(Class& made, const ClassDeclaration& declared);
  void compile_procedures();
  Code* new_code(Code::Kind kind, Name name);
  void compile_procedure(const Procedure& procedure, Code* code);
  void begin(Code* code);
  void begin_body();
  void finish(Place end);
  std::unexpected<SyntaxError> give_up();
  std::uint32_t constant(scripting::Variant value);
  std::uint32_t site(Name name, std::string text = {});
  std::string text_of(const Expression* expression) const;
  std::string utf8(Name name) const;

  // Code.
  std::size_t emit(Op op, std::uint32_t a = 0, std::uint32_t b = 0, std::uint32_t c = 0, std::size_t n = 0);
  std::uint32_t here() const { return static_cast<std::uint32_t>(code_->instructions.size()); }
  void patch(std::size_t jump) { patch(jump, here()); }
  void patch(std::size_t jump, std::uint32_t target);
  std::size_t mark(Place place);
  void end_mark(std::size_t mark) { code_->marks[mark].resume = here(); }
  std::uint32_t temporary(std::size_t count = 1);
  void release(std::uint32_t first) { top_ = first; }
  bool is_temporary(std::uint32_t where) const { return where >> kBaseShift == kRegisters && where >= first_temporary_; }
  void dirty(std::uint32_t where);
  void clear_dirty(std::uint32_t live);
  void hold(std::uint32_t where);

  // Expressions: the operand that holds the value: a variable, a constant or the lowest free register.
  std::uint32_t expression(const Expression* e);
  void into(const Expression* e, std::uint32_t where);
  void value_into(const Expression* e, std::uint32_t where);
  std::uint32_t own_value(const Expression* e);
  std::uint32_t name_value(const Expression* e);
  std::uint32_t binary(const Expression* e, std::optional<std::uint32_t> result = {});
  std::uint32_t unary(const Expression* e);
  std::uint32_t create(const Expression* e);
  bool is_quiet(const Expression* e, int depth = 0);
  std::uint32_t with_object(const Expression* e);

  // Calls: the result is in the lowest free register.
  std::uint32_t member(const Expression* e, const Arguments& arguments);
  std::uint32_t index(const Expression* e);
  std::uint32_t index_name(const Expression* e);
  std::uint32_t index_value(const Expression* e, std::uint32_t object, std::uint32_t base);
  std::uint32_t resolved_call(const Resolved& known, const Expression* name, const Arguments& arguments);
  std::uint32_t special_call(Special special, const Arguments& arguments, Name name);
  std::uint32_t builtin_call(const Builtin& builtin, const Arguments& arguments, Name name);
  std::uint32_t call_op(Op op, std::uint32_t what, const Arguments& arguments, std::uint32_t site);
  std::uint32_t raise_error(std::uint32_t number, Name name);
  void pass(const Arguments& arguments, std::uint32_t first);
  void pass_one(const Expression* e, std::uint32_t where);
  bool pass_element(const Expression* e, std::uint32_t where);
  void reference_element(const Expression* e, std::uint32_t where, std::uint32_t container);
  std::optional<std::uint32_t> array_place(const Expression* e);
  bool is_procedure_name(NameId id) const;

  // Statements.
  void block(const Block& block);
  void statement(const Statement& s);
  void simple_statement(const Statement& s);
  void dimension_arrays(const Block& block);
  void dimension(std::uint32_t where, const std::vector<std::int32_t>& bounds, Name name);
  void redim(const Statement& s);
  void erase(const Statement& s);
  void assign(const Statement& s);
  void assign_name(const Statement& s, const Expression* target);
  void assign_to(std::uint32_t target, const Statement& s, Name name);
  bool assign_operator(std::uint32_t target, const Expression* value, NameId id);
  bool append_in_place(std::uint32_t target, NameId id, const Expression* value);
  bool mentions(const Expression* e, NameId id) const;
  void assign_member(const Statement& s, const Expression* target, const Arguments& arguments);
  void assign_index(const Statement& s, const Expression* target);
  void assign_call(Op op, std::uint32_t what, const Statement& s, const Arguments& arguments, std::uint32_t base, std::uint32_t site);
  void call(const Statement& s);
  void execute_statement(const Statement& s, Special special);
  void on_condition(const Expression* e, bool jump_if, std::vector<std::size_t>& jumps);
  void if_statement(const Statement& s);
  void select(const Statement& s);
  void case_tests(const Branch& branch, std::uint32_t value, bool literal, std::vector<std::size_t>& matches);
  void for_loop(const Statement& s);
  void for_each(const Statement& s);
  void do_loop(const Statement& s);
  void with(const Statement& s);
  void exit(const Statement& s);
  std::uint32_t loop_variable(const Expression* name);
  void open_loop(Statement::What what) { loops_.push_back({what, {}}); }
  void close_loop(std::uint32_t live);

  Context& context_;
  const Tree& tree_;
  std::string file_;
  Surroundings around_;
  std::optional<SyntaxError> error_;
  Unit unit_;

  // Of the procedure at hand.
  Code* code_ = nullptr;
  const Procedure* procedure_ = nullptr;
  const Class* class_ = nullptr;
  bool top_level_ = false;
  std::unordered_set<NameId> undeclared_;  // locals that came by use
  std::unordered_map<std::uint64_t, std::uint32_t> small_constants_;
  std::uint32_t first_temporary_ = 0;
  std::uint32_t top_ = 0;
  std::uint32_t dirty_end_ = 0;  // registers below this may hold what a statement has used up
  std::uint32_t held_end_ = 0;   // registers below this may hold what blocks keep
  bool locked_ = false;          // the statement locks arrays
  std::optional<std::uint32_t> with_;
  std::vector<Loop> loops_;
};

}  // namespace script::vbscript
