// Statements: each has a mark, so that errors have places and Resume Next knows where to go on.
#include "script/vbscript/compiler.h"

namespace script::vbscript {

void Compiler::block(const Block& block) {
  for (const Statement* s : block) statement(*s);
}

void Compiler::statement(const Statement& s) {
  switch (s.kind) {
    case Statement::kIf: return if_statement(s);
    case Statement::kSelect: return select(s);
    case Statement::kFor: return for_loop(s);
    case Statement::kForEach: return for_each(s);
    case Statement::kDo: return do_loop(s);
    case Statement::kWith: return with(s);
    case Statement::kDim:
    case Statement::kConst:
    case Statement::kStop: return;
    default: return simple_statement(s);
  }
}

void Compiler::simple_statement(const Statement& s) {
  const std::uint32_t live = top_;
  const std::size_t started = mark(s.place);
  switch (s.kind) {
    case Statement::kReDim: redim(s); break;
    case Statement::kErase: erase(s); break;
    case Statement::kLet:
    case Statement::kSet: assign(s); break;
    case Statement::kCall: call(s); break;
    case Statement::kExit: exit(s); break;
    case Statement::kResumeNext: emit(Op::kOnError, 0, 0, 0, 1); break;
    case Statement::kGoToZero: emit(Op::kOnError); break;
    default: break;
  }
  release(live);
  clear_dirty(live);
  end_mark(started);
}

/// Evaluates a condition; what it used up ends before the jump.
void Compiler::on_condition(const Expression* e, bool jump_if, std::vector<std::size_t>& jumps) {
  const std::uint32_t base = top_;
  const std::uint32_t value = expression(e);
  release(base);
  const bool own = value == base;
  const bool ends = own && dirty_end_ > base;
  clear_dirty(own ? base + 1 : base);
  jumps.push_back(emit(jump_if ? Op::kJumpTrue : Op::kJumpFalse, 0, value, 0, ends ? 1 : 0));
}

void Compiler::if_statement(const Statement& s) {
  std::vector<std::size_t> ends;
  for (const Branch& branch : s.branches) {
    std::vector<std::size_t> otherwise;
    if (!branch.tests.empty()) {
      const std::size_t started = mark(branch.place);
      on_condition(branch.tests[0], false, otherwise);
      end_mark(started);
    }
    block(branch.body);
    if (&branch != &s.branches.back()) ends.push_back(emit(Op::kJump));
    for (const std::size_t jump : otherwise) patch(jump);
  }
  for (const std::size_t jump : ends) patch(jump);
}

/// Jumps to the body when one of the values equals; an error in a value goes on in the body.
void Compiler::case_tests(const Branch& branch, std::uint32_t value, bool literal, std::vector<std::size_t>& matches) {
  for (const Expression* test : branch.tests) {
    const std::uint32_t base = top_;
    const std::uint32_t wanted = expression(test);
    release(base);
    const std::uint32_t equal = temporary();
    const unsigned literals = (literal ? kLeftLiteral : 0) | (test->kind == Expression::kLiteral ? kRightLiteral : 0);
    emit(Op::kEqual, equal, value, wanted, literals | kLenient);
    release(base);
    clear_dirty(base + 1);
    matches.push_back(emit(Op::kJumpTrue, 0, equal, 0, 1));
  }
}

void Compiler::select(const Statement& s) {
  const std::uint32_t base = top_;
  const std::size_t started = mark(s.place);
  const std::uint32_t value = temporary();
  into(s.left, value);
  clear_dirty(value + 1);
  hold(value);
  std::vector<std::size_t> ends;
  for (const Branch& branch : s.branches) {
    std::vector<std::size_t> matches;
    std::size_t tested = 0;
    if (!branch.tests.empty()) {
      tested = mark(branch.place);
      case_tests(branch, value, s.left->kind == Expression::kLiteral, matches);
    }
    const std::size_t otherwise = branch.tests.empty() ? 0 : emit(Op::kJump);
    if (!branch.tests.empty()) end_mark(tested);
    for (const std::size_t jump : matches) patch(jump);
    block(branch.body);
    ends.push_back(emit(Op::kJump));
    if (!branch.tests.empty()) patch(otherwise);
  }
  for (const std::size_t jump : ends) patch(jump);
  code_->marks[started].resume = here();
  release(base);
  emit(Op::kClear, value, 1);
}

std::uint32_t Compiler::loop_variable(const Expression* name) {
  const Resolved known = resolve(name->name.id);
  if (known.kind == Resolved::kUndeclared) emit(Op::kBind, known.place, 0, site(name->name));
  if (known.kind == Resolved::kUndeclared || known.kind == Resolved::kVariable) return known.place;
  raise_error(kIllegalAssignment, name->name);
  return temporary();
}

/// What the blocks in it kept ends, however it was left.
void Compiler::close_loop(std::uint32_t live) {
  for (const std::size_t jump : loops_.back().exits) patch(jump);
  loops_.pop_back();
  if (held_end_ <= live) return;
  emit(Op::kClear, live, held_end_ - live);
  held_end_ = live;
}

void Compiler::for_loop(const Statement& s) {
  const std::size_t started = mark(s.place);
  const std::uint32_t base = temporary(3);
  into(s.right, base + 2);
  into(s.limit, base);
  if (s.step != nullptr) {
    into(s.step, base + 1);
  } else {
    emit(Op::kMove, base + 1, constant(scripting::Variant::int16(1)));
  }
  clear_dirty(base + 3);
  const std::uint32_t variable = loop_variable(s.left);
  const std::size_t prepare = emit(Op::kForPrepare, variable, base);
  end_mark(started);
  release(base + 2);
  const std::uint32_t start = here();
  open_loop(Statement::kForLoop);
  block(s.body);
  const std::size_t next = mark(s.end);
  emit(Op::kForNext, variable, base, start);
  end_mark(next);
  patch(prepare);
  close_loop(base);
  release(base);
}

/// An error in the collection or in its first item goes on in the body, once.
void Compiler::for_each(const Statement& s) {
  const std::size_t started = mark(s.place);
  const std::uint32_t base = temporary();
  const std::uint32_t collection = expression(s.right);
  emit(Op::kEachPrepare, base, collection, site({}, text_of(s.right)));
  release(base + 1);
  clear_dirty(base + 1);
  hold(base);
  const std::uint32_t variable = loop_variable(s.left);
  const std::size_t first = emit(Op::kEachNext, variable, base);
  const std::size_t none = emit(Op::kJump);
  patch(first);
  end_mark(started);
  const std::uint32_t start = here();
  open_loop(Statement::kForLoop);
  block(s.body);
  const std::size_t next = mark(s.end);
  emit(Op::kEachNext, variable, base, start);
  end_mark(next);
  patch(none);
  close_loop(base);
  release(base);
}

void Compiler::do_loop(const Statement& s) {
  const std::uint32_t live = top_;
  const std::uint32_t start = here();
  std::vector<std::size_t> outs;
  const auto test = [&](Place place) {
    const std::size_t started = mark(place);
    on_condition(s.right, s.flag, outs);
    end_mark(started);
    return started;
  };
  open_loop(s.what);
  if (s.right != nullptr && !s.at_end) test(s.place);
  block(s.body);
  const std::optional<std::size_t> tested = s.at_end ? std::optional(test(s.end)) : std::nullopt;
  const std::size_t again = mark(s.end);
  emit(Op::kJumpBack, start);
  end_mark(again);
  if (tested) end_mark(*tested);  // an error in the condition behind Loop ends the loop
  for (const std::size_t jump : outs) patch(jump);
  close_loop(live);
}

void Compiler::with(const Statement& s) {
  const std::size_t started = mark(s.place);
  const std::uint32_t object = temporary();
  into(s.left, object);
  clear_dirty(object + 1);
  emit(Op::kNeedObject, 0, object, site({}, text_of(s.left)));
  hold(object);
  end_mark(started);
  const auto outer = std::exchange(with_, object);
  block(s.body);
  with_ = outer;
  release(object);
  emit(Op::kClear, object, 1);
}

void Compiler::exit(const Statement& s) {
  if (s.what != Statement::kForLoop && s.what != Statement::kDoLoop) {
    emit(Op::kLeave);
    return;
  }
  for (auto loop = loops_.rbegin(); loop != loops_.rend(); ++loop) {
    if (loop->what != s.what) continue;
    loop->exits.push_back(emit(Op::kJump));
    return;
  }
  fail(1039, s.place);
}

}  // namespace script::vbscript
