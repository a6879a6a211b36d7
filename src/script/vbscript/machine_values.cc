// Operators, assignments and loops of values that the loop over instructions has no short way for.
#include "script/vbscript/machine.h"

namespace script::vbscript {
namespace {

using scripting::Array;

std::optional<Arithmetic> arithmetic_of(Op op) {
  switch (op) {
    case Op::kAdd: return Arithmetic::kAdd;
    case Op::kSubtract: return Arithmetic::kSubtract;
    case Op::kMultiply: return Arithmetic::kMultiply;
    case Op::kDivide: return Arithmetic::kDivide;
    case Op::kIntegerDivide: return Arithmetic::kIntegerDivide;
    case Op::kModulo: return Arithmetic::kModulo;
    case Op::kPower: return Arithmetic::kPower;
    case Op::kConcatenate: return Arithmetic::kConcatenate;
    default: return std::nullopt;
  }
}

Logic logic_of(Op op) {
  switch (op) {
    case Op::kAnd: return Logic::kAnd;
    case Op::kOr: return Logic::kOr;
    case Op::kXor: return Logic::kXor;
    case Op::kEqv: return Logic::kEqv;
    default: return Logic::kImp;
  }
}

bool holds(Op op, Order order) {
  switch (op) {
    case Op::kEqual: return order == Order::kEqual;
    case Op::kNotEqual: return order != Order::kEqual;
    case Op::kLess: return order == Order::kLess;
    case Op::kGreater: return order == Order::kGreater;
    case Op::kLessEqual: return order != Order::kGreater;
    default: return order != Order::kLess;
  }
}

std::size_t text_octets(const Variant& value) { return value.is(VarType::kString) ? value.as_text().size() * 2 : 32; }

}  // namespace

/// How messages show a value without a name.
std::string Machine::describe(const Variant& given) {
  const Variant& value = given.target();
  if (value.is(VarType::kString)) {
    const Text start(value.as_text().view().substr(0, 64));
    return "[string: \"" + start.to_utf8() + "\"]";
  }
  if (value.is(VarType::kEmpty)) return "[undefined]";
  if (value.is(VarType::kNull)) return "[null]";
  if (value.is_array()) return "[array]";
  if (value.is(VarType::kDispatch)) return value.as_object() == nullptr ? "[nothing]" : "[object]";
  const auto text = to_text(value);
  const char* kind = value.is(VarType::kBoolean) ? "[boolean: " : value.is(VarType::kDate) ? "[date: " : "[number: ";
  return text ? kind + text->to_utf8() + "]" : std::string();
}

bool Machine::arithmetic(const Instruction& i) {
  const Variant& left = at(i.b).target();
  const Variant& right = at(i.c).target();
  if (i.op == Op::kConcatenate || i.op == Op::kAdd) {
    const std::size_t octets = text_octets(left) + text_octets(right);
    if (octets > 4096) {
      if (auto room = reserve(octets); !room) return fail(std::unexpected(std::move(room).error()));
    }
  }
  auto result = calculate(*arithmetic_of(i.op), left, right);
  if (!result) return fail(std::move(result).error());
  at(i.a).target() = *std::move(result);
  return true;
}

bool Machine::logic(const Instruction& i) {
  auto result = combine(logic_of(i.op), at(i.b).target(), at(i.c).target());
  if (!result) return fail(std::move(result).error());
  at(i.a).target() = *std::move(result);
  return true;
}

bool Machine::unary(const Instruction& i) {
  const Variant& value = at(i.b).target();
  auto result = i.op == Op::kNegate ? negate(value) : i.op == Op::kNot ? complement(value) : plain(value);
  if (!result) return fail(std::move(result).error());
  at(i.a).target() = *std::move(result);
  return true;
}

bool Machine::comparison(const Instruction& i) {
  const Variant& left = at(i.b).target();
  const Variant& right = at(i.c).target();
  auto order = compare(left, right, i.n & ~kLenient);
  const bool mixed = left.is(VarType::kString) != right.is(VarType::kString) && !left.is_array() && !right.is_array();
  if (!order && (i.n & kLenient) != 0 && mixed && err_number(order.error().code) == kTypeMismatch) order = Order::kGreater;
  if (!order) return fail(std::move(order).error());
  at(i.a).target() = *order == Order::kNull ? Variant::null() : Variant::boolean(holds(i.op, *order));
  return true;
}

bool Machine::same_object(const Instruction& i) {
  const Variant& left = at(i.b).target();
  const Variant& right = at(i.c).target();
  for (const Variant* side : {&left, &right}) {
    if (!side->is(VarType::kDispatch)) return raised(kObjectRequired, describe(*side));
  }
  const auto* a = left.as_object();
  const auto* b = right.as_object();
  const bool same = a == b || (a != nullptr && b != nullptr && a->same_as(*b));
  at(i.a).target() = Variant::boolean(same);
  return true;
}

/// Into a variable. One that Dim gave bounds cannot become another array.
bool Machine::store(Variant& target, Variant value, std::string_view name) {
  if (target.is_array() && target.as_array()->fixed) return raised(kTypeMismatch, name);
  if (value.is_array() && value.as_array()->fixed) value = Variant::array(value.as_array()->copy());
  target = std::move(value);
  return true;
}

bool Machine::let(const Instruction& i, bool temporary) {
  Variant& source = at(i.b);
  Variant value;
  if (temporary && !source.is(VarType::kDispatch) && !source.is_reference()) {
    value.swap(source);
  } else {
    auto found = plain(source);
    if (!found) {
      const bool nothing = source.target().is(VarType::kDispatch) && source.target().as_object() == nullptr;
      return nothing ? raised(kObjectNotSet) : fail(std::move(found).error());
    }
    value = *std::move(found);
  }
  return store(at(i.a).target(), std::move(value), site(i.c).text);
}

bool Machine::set(const Instruction& i) {
  const Variant& value = at(i.b).target();
  if (!value.is(VarType::kDispatch)) {
    const std::string& text = site(i.c).text;
    return raised(kObjectRequired, text.empty() ? describe(value) : text);
  }
  Variant taken(value);
  at(i.a).target() = std::move(taken);
  return true;
}

bool Machine::append(const Instruction& i) {
  Variant& target = at(i.a).target();
  const Variant tail = at(i.b).target();
  if (target.is(VarType::kString) && !tail.is_array() && !tail.is(VarType::kNull)) {
    auto text = to_text(tail);
    if (!text) return fail(std::move(text).error());
    const std::size_t octets = text->size() * 2;
    if (auto room = octets > 4096 ? reserve(octets) : Outcome<void>(); !room) return fail(std::unexpected(std::move(room).error()));
    if (!target.is(VarType::kString)) return raised(kTypeMismatch);  // the tail's object changed it
    if (target.as_text().size() + text->size() > Text::kMaxUnits) return raised(kOutOfStringSpace);
    target.as_text().append(text->view());
    return true;
  }
  auto result = calculate(Arithmetic::kConcatenate, target, tail);
  if (!result) return fail(std::move(result).error());
  at(i.a).target() = *std::move(result);
  return true;
}

/// nullopt: failed. Null counts as False.
std::optional<bool> Machine::truth(const Variant& value) {
  auto inner = plain(value);
  if (inner && inner->is(VarType::kNull)) return false;
  auto result = inner ? to_boolean(*inner) : Outcome<bool>(std::unexpected(std::move(inner).error()));
  if (result) return *result;
  fail(std::move(result).error());
  return std::nullopt;
}

bool Machine::for_prepare(const Instruction& i, bool& enters) {
  Variant* const state = &at(i.b);
  for (int k = 0; k < 3; ++k) {
    auto number = to_numeric(state[k]);
    if (!number) return fail(std::move(number).error());
    if (number->is(VarType::kNull)) return raised(kInvalidNull);
    state[k] = *std::move(number);
  }
  at(i.a).target() = Variant(state[2]);
  auto down = compare(state[1], Variant::int16(0));
  if (!down) return fail(std::move(down).error());
  auto order = compare(state[2], state[0]);
  if (!order) return fail(std::move(order).error());
  enters = *down == Order::kLess ? *order != Order::kLess : *order != Order::kGreater;
  return true;
}

bool Machine::for_next(const Instruction& i, bool& again) {
  Variant* const state = &at(i.b);
  if (state[0].is(VarType::kEmpty) || state[1].is(VarType::kEmpty)) return raised(kForNotInitialized);
  auto value = calculate(Arithmetic::kAdd, at(i.a).target(), state[1]);
  if (!value) return fail(std::move(value).error());
  auto down = compare(state[1], Variant::int16(0));
  if (!down) return fail(std::move(down).error());
  auto order = compare(*value, state[0]);
  if (!order) return fail(std::move(order).error());
  at(i.a).target() = *std::move(value);
  again = *down == Order::kLess ? *order == Order::kGreater || *order == Order::kEqual : *order == Order::kLess || *order == Order::kEqual;
  return true;
}

bool Machine::each_prepare(const Instruction& i) {
  const Variant value = at(i.b).target();
  const std::string& text = site(i.c).text;
  if (value.is_array()) {
    at(i.a) = Variant::object(scripting::make<Walk>(scripting::Ref<Array>(value.as_array())));
    return true;
  }
  if (!value.is(VarType::kDispatch)) return raised(kNotCollection, text.empty() ? describe(value) : text);
  if (value.as_object() == nullptr) return object_missing(value, text);
  auto items = value.as_object()->enumerate();
  if (!items) return automation_failure(std::move(items).error(), text);
  at(i.a) = Variant::object(scripting::make<Walk>(*std::move(items)));
  return true;
}

bool Machine::each_next(const Instruction& i, bool& again) {
  const Variant held = at(i.b);
  if (!held.is(VarType::kDispatch)) return raised(kNotCollection);
  auto item = static_cast<Walk*>(held.as_object())->next();
  if (!item) return automation_failure(std::move(item).error(), {});
  again = item->has_value();
  at(i.a).target() = again ? Variant((*item)->target()) : Variant();
  return true;
}

}  // namespace script::vbscript
