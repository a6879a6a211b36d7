// The loop over instructions: common cases of numbers and texts here, all others in the functions of Machine.
#include "script/vbscript/machine.h"

namespace script::vbscript {
namespace {

constexpr auto kInt16 = static_cast<std::uint16_t>(VarType::kInt16);
constexpr auto kInt32 = static_cast<std::uint16_t>(VarType::kInt32);
constexpr auto kDouble = static_cast<std::uint16_t>(VarType::kDouble);
constexpr auto kString = static_cast<std::uint16_t>(VarType::kString);
constexpr auto kBoolean = static_cast<std::uint16_t>(VarType::kBoolean);

/// Into a variable, through its reference.
inline void put(Variant& target, Variant&& value) {
  if (target.is_reference()) [[unlikely]] {
    target.target() = std::move(value);
  } else {
    target = std::move(value);
  }
}

inline Variant whole(std::int64_t value, bool narrow) {
  if (narrow && value >= -32768 && value <= 32767) return Variant::int16(static_cast<std::int16_t>(value));
  if (value >= INT32_MIN && value <= INT32_MAX) return Variant::int32(static_cast<std::int32_t>(value));
  return Variant::real(static_cast<double>(value));
}

inline bool is_int(const Variant& value) { return value.vt() == kInt16 || value.vt() == kInt32; }
inline std::int64_t int_of(const Variant& value) { return value.vt() == kInt16 ? value.as_int16() : value.as_int32(); }

/// + - * of two whole numbers or two doubles; false: not these.
template <char Operation>
inline bool quick_sum(const Variant& left, const Variant& right, Variant& out) {
  if (is_int(left) && is_int(right)) {
    const std::int64_t a = int_of(left);
    const std::int64_t b = int_of(right);
    const std::int64_t value = Operation == '+' ? a + b : Operation == '-' ? a - b : a * b;
    put(out, whole(value, left.vt() == kInt16 && right.vt() == kInt16));
    return true;
  }
  if (left.vt() == kDouble && right.vt() == kDouble) {
    const double a = left.as_real();
    const double b = right.as_real();
    const double value = Operation == '+' ? a + b : Operation == '-' ? a - b : a * b;
    if (!(value - value == 0)) return false;  // not finite
    put(out, Variant::real(value));
    return true;
  }
  return false;
}

template <Op Operation>
inline bool holds(int order) {
  switch (Operation) {
    case Op::kEqual: return order == 0;
    case Op::kNotEqual: return order != 0;
    case Op::kLess: return order < 0;
    case Op::kGreater: return order > 0;
    case Op::kLessEqual: return order <= 0;
    default: return order >= 0;
  }
}

template <Op Operation>
inline bool quick_compare(const Variant& left, const Variant& right, Variant& out) {
  int order = 0;
  if (is_int(left) && is_int(right)) {
    const std::int64_t a = int_of(left);
    const std::int64_t b = int_of(right);
    order = a < b ? -1 : a > b ? 1 : 0;
  } else if (left.vt() == kString && right.vt() == kString) {
    order = left.as_text().view().compare(right.as_text().view());
  } else {
    return false;
  }
  put(out, Variant::boolean(holds<Operation>(order)));
  return true;
}

/// The next value of a loop over whole numbers; false: another kind of loop.
inline bool quick_next(Variant& variable, const Variant& limit, const Variant& step, bool& again) {
  if (!is_int(variable) || !is_int(step) || !is_int(limit)) return false;
  const std::int64_t by = int_of(step);
  const std::int64_t value = int_of(variable) + by;
  variable = whole(value, variable.vt() == kInt16 && step.vt() == kInt16);
  again = by >= 0 ? value <= int_of(limit) : value >= int_of(limit);
  return true;
}

}  // namespace

#define R(where) at(where)
#define NEXT   \
  {            \
    ++pc;      \
    goto next; \
  }
#define TRY_STEP(call)        \
  {                           \
    if (!(call)) goto failed; \
    NEXT                      \
  }
// A call that may have entered a procedure, which goes on from its beginning.
#define TRY_CALL(call)                               \
  {                                                  \
    const std::size_t depth = frames_.size();        \
    frames_.back().pc = pc;                          \
    if (!(call)) goto call_failed;                   \
    if (ending_) [[unlikely]] {                      \
      if (frames_.size() == depth) goto stopped;     \
    }                                                \
    if (frames_.size() != depth) {                   \
      pc = frames_.back().code->instructions.data(); \
      goto next;                                     \
    }                                                \
    NEXT                                             \
  }
#define SUM(op, sign)                                                               \
  case Op::k##op:                                                                   \
    if (quick_sum<sign>(R(pc->b).target(), R(pc->c).target(), R(pc->a))) [[likely]] \
      NEXT;                                                                         \
    TRY_STEP(arithmetic(*pc))
#define COMPARE(op)                                                                     \
  case Op::k##op:                                                                       \
    if (quick_compare<Op::k##op>(R(pc->b).target(), R(pc->c).target(), R(pc->a))) NEXT; \
    TRY_STEP(comparison(*pc))

/// Up to the end of the frame that run() entered. `failed`: begins with failure_ of the instruction at hand.
Outcome<Variant> Machine::loop(bool failed_before) {
  const Instruction* pc = frames_.back().pc;
  rebase();
  if (failed_before) goto failed;
next:
  switch (pc->op) {
    case Op::kMove: R(pc->a) = R(pc->b).target(); NEXT;
    case Op::kTake: {
      Variant taken;
      taken.swap(R(pc->b));
      R(pc->a) = std::move(taken);
      NEXT;
    }
    case Op::kReference: {
      Variant& variable = R(pc->b);
      R(pc->a) = variable.is_reference() ? variable : Variant::reference(&variable);
      NEXT;
    }
    case Op::kClear: empty_all(&R(pc->a), &R(pc->a) + pc->b); NEXT;
    case Op::kLet: {
      const Variant& value = R(pc->b);
      Variant& target = R(pc->a);
      if ((is_int(value) || value.vt() == kString) && target.vt() <= kString) [[likely]] {
        target = value;
        NEXT;
      }
      TRY_STEP(let(*pc, false));
    }
    case Op::kLetTemporary: {
      Variant& value = R(pc->b);
      Variant& target = R(pc->a);
      if (value.vt() <= kString && target.vt() <= kString) [[likely]] {
        Variant taken;
        taken.swap(value);
        target.swap(taken);
        NEXT;
      }
      TRY_STEP(let(*pc, true));
    }
    case Op::kSet: TRY_STEP(set(*pc));
    case Op::kBind:
      if (R(pc->a).vt() != 0) NEXT;
      TRY_STEP(bind(*pc));
    case Op::kGetName: {
      const Variant& variable = R(pc->b);
      if (variable.vt() != 0 && !variable.is_reference()) {
        R(pc->a) = variable;
        NEXT;
      }
      TRY_CALL(get_name(*pc, false));
    }
    case Op::kReferenceName: TRY_CALL(get_name(*pc, true));
    case Op::kAppend: {
      Variant& target = R(pc->a);
      const Variant& tail = R(pc->b);
      if (target.vt() == kString && tail.vt() == kString && tail.as_text().size() < 4096) [[likely]] {
        target.as_text().append(tail.as_text().view());
        NEXT;
      }
      TRY_STEP(append(*pc));
    }
      SUM(Add, '+');
      SUM(Subtract, '-');
      SUM(Multiply, '*');
    case Op::kDivide:
    case Op::kPower:
    case Op::kConcatenate: TRY_STEP(arithmetic(*pc));
    case Op::kIntegerDivide:
    case Op::kModulo: {
      const Variant& left = R(pc->b);
      const Variant& right = R(pc->c);
      if (is_int(left) && is_int(right) && int_of(right) > 0) {
        const std::int64_t a = int_of(left);
        const std::int64_t b = int_of(right);
        put(R(pc->a), whole(pc->op == Op::kModulo ? a % b : a / b, left.vt() == kInt16 && right.vt() == kInt16));
        NEXT;
      }
      TRY_STEP(arithmetic(*pc));
    }
    case Op::kAnd:
    case Op::kOr: {
      const Variant& left = R(pc->b);
      const Variant& right = R(pc->c);
      if (left.vt() == kBoolean && right.vt() == kBoolean) [[likely]] {
        const bool both = pc->op == Op::kAnd;
        put(R(pc->a), Variant::boolean(both ? left.as_boolean() && right.as_boolean() : left.as_boolean() || right.as_boolean()));
        NEXT;
      }
      TRY_STEP(logic(*pc));
    }
    case Op::kXor:
    case Op::kEqv:
    case Op::kImp:
      TRY_STEP(logic(*pc));
      COMPARE(Equal);
      COMPARE(NotEqual);
      COMPARE(Less);
      COMPARE(Greater);
      COMPARE(LessEqual);
      COMPARE(GreaterEqual);
    case Op::kIs: TRY_STEP(same_object(*pc));
    case Op::kNegate:
    case Op::kNot:
    case Op::kPlus: TRY_STEP(unary(*pc));
    case Op::kJump: pc = frames_.back().code->instructions.data() + pc->a; goto next;
    case Op::kJumpBack:
      if (--budget_ == 0 && !step()) goto failed;
      pc = frames_.back().code->instructions.data() + pc->a;
      goto next;
    case Op::kJumpFalse:
    case Op::kJumpTrue: {
      Variant& value = R(pc->b);
      const auto is_true = value.vt() == kBoolean ? std::optional<bool>(value.as_boolean()) : truth(value);
      if (!is_true) goto failed;
      if (pc->n != 0) value = {};
      if (*is_true == (pc->op == Op::kJumpTrue)) {
        pc = frames_.back().code->instructions.data() + pc->a;
        goto next;
      }
      NEXT;
    }
    case Op::kForPrepare: {
      bool enters = false;
      if (!for_prepare(*pc, enters)) goto failed;
      if (enters) NEXT;
      pc = frames_.back().code->instructions.data() + pc->c;
      goto next;
    }
    case Op::kForNext: {
      bool again = false;
      if (--budget_ == 0 && !step()) goto failed;
      if (!quick_next(R(pc->a).target(), R(pc->b), R(pc->b + 1), again) && !for_next(*pc, again)) goto failed;
      if (!again) NEXT;
      pc = frames_.back().code->instructions.data() + pc->c;
      goto next;
    }
    case Op::kEachPrepare: TRY_STEP(each_prepare(*pc));
    case Op::kEachNext: {
      bool again = false;
      if (--budget_ == 0 && !step()) goto failed;
      if (!each_next(*pc, again)) goto failed;
      if (!again) NEXT;
      pc = frames_.back().code->instructions.data() + pc->c;
      goto next;
    }
    case Op::kCall: {
      Variant* const result = &R(pc->a);
      TRY_CALL(call_function(pc->b, result + 1, pc->n, result, site(pc->c).text));
    }
    case Op::kCallOwn: TRY_CALL(call_own(*pc));
    case Op::kCallBuiltin:
      if (!call_builtin(*pc)) goto failed;
      if (ending_) [[unlikely]]
        goto stopped;
      NEXT;
    case Op::kCallName: TRY_CALL(call_name(*pc));
    case Op::kIndex: {
      Variant* const result = &R(pc->a);
      TRY_CALL(index(R(pc->b), result + 1, pc->n, *result, site(pc->c)));
    }
    case Op::kIndexOne: {
      const Variant& holder = R(pc->b).target();
      const Variant& position = R(pc->c).target();
      if (holder.is_array() && is_int(position)) [[likely]] {
        scripting::Array* const array = holder.as_array();
        const std::int64_t index = int_of(position) - (array->bounds().empty() ? 0 : array->bounds()[0].lower);
        if (array->bounds().size() == 1 && index >= 0 && index < array->bounds()[0].count) {
          R(pc->a) = Variant(array->items()[static_cast<std::size_t>(index)]);
          pc += 2;
          goto next;
        }
      }
      TRY_CALL(index_one(*pc));
    }
    case Op::kReferenceIndex: TRY_STEP(reference_index(*pc));
    case Op::kUnlock: unlock(frames_.back().locks); NEXT;
    case Op::kStoreIndex: TRY_CALL(store_index(*pc, false));
    case Op::kStoreIndexSet: TRY_CALL(store_index(*pc, true));
    case Op::kGetMember: TRY_CALL(get_member(*pc));
    case Op::kPutMember: TRY_CALL(put_member(*pc, false));
    case Op::kPutMemberSet: TRY_CALL(put_member(*pc, true));
    case Op::kPutOwn: TRY_CALL(put_own(*pc, false));
    case Op::kPutOwnSet: TRY_CALL(put_own(*pc, true));
    case Op::kNew: TRY_CALL(create(*pc));
    case Op::kMe: R(pc->a) = Variant::object(frames_.back().me); NEXT;
    case Op::kNeedObject: {
      const Variant& value = R(pc->b).target();
      if (value.is(VarType::kDispatch) && value.as_object() != nullptr) NEXT;
      object_missing(value, site(pc->c).text);
      goto failed;
    }
    case Op::kDimension: TRY_STEP(dimension(*pc));
    case Op::kErase: TRY_STEP(erase(*pc));
    case Op::kOnError:
      frames_.back().resume_next = pc->n != 0;
      err = {};
      NEXT;
    case Op::kRaise: raised(pc->a, site(pc->c).text); goto failed;
    case Op::kExecuteText: TRY_CALL(execute_text(*pc));
    case Op::kGetRef: TRY_STEP(get_ref(*pc));
    case Op::kRandomize: TRY_STEP(randomize_now(*pc));
    case Op::kLeave: err = {}; [[fallthrough]];
    case Op::kReturn: {
      Frame& top = frames_.back();
      Variant value;
      if (top.code->has_result()) value.swap(top.registers[top.code->result]);
      Variant* const result = top.result;
      const bool entry = top.entry;
      leave();
      if (entry) return value;
      *result = std::move(value);
      pc = frames_.back().pc + 1;
      goto next;
    }
    case Op::kData: NEXT;
  }
stopped:
  raised(kInternal);
failed:
  frames_.back().pc = pc;
call_failed:
  if (!recover()) return std::unexpected(failure_);
  pc = frames_.back().pc;
  goto next;
}

}  // namespace script::vbscript
