// The whole clause: terms become tests, what the class decides is folded away, cheap tests come first, jumps replace the tree.
#include <algorithm>

#include "wql/program.h"

namespace wql::internal {
namespace {

struct Bound {
  ExprKind kind = ExprKind::kTerm;
  Test test;
  int cost = 0;
  std::vector<Bound> children;
  bool is(Code code) const { return kind == ExprKind::kTerm && test.code == code; }
};

/// Nanoseconds, roughly: only their order counts.
int cost_of(const Test& test) {
  switch (test.code) {
    case Code::kTextEqual: return 3;
    case Code::kTextOrder: return 10;
    case Code::kTextLike: return 20;
    case Code::kMoment:
    case Code::kInterval: return 40;
    case Code::kReference: return 200;
    case Code::kPath:
    case Code::kRelativePath: return 400;
    case Code::kIsa:
    case Code::kEmbedded: return 2000;
    default: return 1;
  }
}

class Compiler {
 public:
  Compiler(const PlanData& plan, const cim::Class& cls, Program& program) : plan_(plan), cls_(cls), program_(program) {}

  Bound bind(const Node& node) const {
    Bound out;
    out.kind = node.kind;
    if (node.kind == ExprKind::kTerm) {
      auto test = compile_term(plan_.query, *node.term, 0, node.negated, cls_, program_);
      out.test = test ? *test : constant_test(false);
      out.cost = cost_of(out.test);
      return out;
    }
    const Code neutral = node.kind == ExprKind::kAnd ? Code::kTrue : Code::kFalse;
    const Code decisive = node.kind == ExprKind::kAnd ? Code::kFalse : Code::kTrue;
    for (const Node& child : node.children) {
      Bound bound = bind(child);
      if (bound.is(decisive)) return bound;
      if (bound.is(neutral)) continue;
      out.cost += bound.cost;
      out.children.push_back(std::move(bound));
    }
    if (out.children.empty()) return Bound{ExprKind::kTerm, constant_test(neutral == Code::kTrue), 0, {}};
    if (out.children.size() == 1) return std::move(out.children.front());
    std::ranges::sort(out.children, {}, &Bound::cost);
    return out;
  }

  /// Appends the tests of `bound`, last first, and returns where to enter.
  std::uint16_t emit(const Bound& bound, std::uint16_t on_true, std::uint16_t on_false) {
    if (bound.kind == ExprKind::kTerm) {
      if (bound.is(Code::kTrue)) return on_true;
      if (bound.is(Code::kFalse)) return on_false;
      Test test = bound.test;
      test.on_true = on_true;
      test.on_false = on_false;
      program_.tests.push_back(test);
      return static_cast<std::uint16_t>(program_.tests.size() - 1);
    }
    std::uint16_t next = bound.kind == ExprKind::kAnd ? on_true : on_false;
    for (std::size_t i = bound.children.size(); i-- > 0;) {
      next = bound.kind == ExprKind::kAnd ? emit(bound.children[i], next, on_false) : emit(bound.children[i], on_true, next);
    }
    return next;
  }

 private:
  const PlanData& plan_;
  const cim::Class& cls_;
  Program& program_;
};

}  // namespace

std::shared_ptr<const Program> compile(std::shared_ptr<const PlanData> plan, const cim::ClassPtr& cls) {
  auto program = std::make_shared<Program>();
  program->plan = std::move(plan);
  program->cls = cls;
  if (!program->plan->where) return program;
  Compiler compiler(*program->plan, *cls, *program);
  const Bound bound = compiler.bind(*program->plan->where);
  program->entry = compiler.emit(bound, kAccept, kReject);
  return program;
}

}  // namespace wql::internal
