// Frames, errors and limits.
#include "script/vbscript/machine.h"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace script::vbscript {
namespace {

/// Without an owner: numbers and references.
bool is_inert(const Variant& value) { return value.vt() < 8 || value.vt() == static_cast<std::uint16_t>(VarType::kBoolean); }

void empty(Variant* first, Variant* last) {
  for (; first != last; ++first) {
    if (is_inert(*first)) continue;
    Variant ended;
    ended.swap(*first);
  }
}

}  // namespace

Machine::Machine(const EngineOptions& given) : Library(given), owner_(std::make_shared<Owner>(Owner{this})) {
  constexpr std::size_t kMostFrames = 1U << 16;
  constexpr std::size_t kPerFrame = 256;
  max_frames_ = given.limits.call_depth == 0 ? kMostFrames : std::min<std::size_t>(given.limits.call_depth, kMostFrames);
  stack_size_ = std::clamp(max_frames_ * kPerFrame, kFewestRegisters, kMostRegisters);
  stack_ = static_cast<Variant*>(std::calloc(stack_size_, sizeof(Variant)));  // zeros are empty variants; pages come when used
  if (stack_ == nullptr) throw std::bad_alloc();
  frames_.reserve(max_frames_ + 1);
  octets_before_ = scripting::live_octets();
  steps_left_ = given.limits.steps;
  context.meaning(context.names.add(u"Err").id).host = Variant::object(make_err(owner_));
}

Machine::~Machine() {
  close();
  owner_->machine = nullptr;
  context.forget_hosts();
  std::free(stack_);
}

void Machine::start_again() {
  if (!frames_.empty()) return;
  ending_ = closing_;
  error_place_.known = false;
  raised_state.reset();
}

void Machine::close() {
  if (closing_) return;
  ending_ = false;
  for (std::size_t i = 0; i < context.global_count(); ++i) {
    Variant ended;
    ended.swap(context.globals()[i]);
  }
  owner_->end_objects();
  closing_ = true;
  ending_ = true;
}

Outcome<void> Machine::reserve(std::size_t octets) const {
  const std::size_t most = options.limits.memory;
  if (most == 0 || octets < 4096) return {};
  const std::size_t live = scripting::live_octets();
  const std::size_t used = live > octets_before_ ? live - octets_before_ : 0;
  if (used > most || octets > most - used) return raise(kOutOfMemory);
  return {};
}

/// Every so many back jumps and calls.
bool Machine::step() {
  budget_ = kBudget;
  if (options.stop != nullptr && options.stop->stopped()) ending_ = true;
  if (options.limits.steps != 0) {
    if (steps_left_ <= kBudget) {
      ending_ = true;
      end_reason_ = "The script took more steps than it may take";
    }
    steps_left_ -= std::min<std::uint64_t>(steps_left_, kBudget);
  }
  if (ending_) return raised(kInternal);
  auto room = reserve(4096);
  return room ? true : fail(std::unexpected(std::move(room).error()));
}

bool Machine::enter(const Code& code, Variant* registers, std::size_t count, Variant* result, ScriptObject* me, std::string_view name) {
  if (count != code.by_value.size()) return raised(kWrongArguments, name);
  if (frames_.size() >= max_frames_ || registers + code.registers > stack_ + stack_size_) return raised(kOutOfStack, name);
  if (code.any_by_value) {
    for (std::size_t i = 0; i < count; ++i) {
      if (code.by_value[i] != 0 && registers[i].is_reference()) registers[i] = Variant(registers[i].target());
    }
  }
  for (Variant* local = registers + count; local < registers + code.locals_end; ++local) *local = {};
  Frame& made = frames_.emplace_back();
  made.code = &code;
  made.pc = code.instructions.data();
  made.registers = registers;
  made.result = result;
  made.me = me;
  if (me != nullptr) made.me_held = me;
  made.locks = locks_.size();
  rebase();
  return --budget_ != 0 || step();
}

/// The operands of the frame on top.
void Machine::rebase() {
  if (frames_.empty()) return;
  const Frame& top = frames_.back();
  bases_[kRegisters] = top.registers;
  bases_[kConstants] = top.code->constants.data();
  bases_[kGlobals] = context.globals();
  bases_[kFields] = top.me != nullptr ? top.me->fields() : nullptr;
  bases_[kOuter] = top.outer;
  bases_[kExtras] = top.extras != nullptr ? top.extras->values.get() : nullptr;
}

/// Ends the frame on top. What its registers hold may run code when it ends, above this frame.
void Machine::leave() {
  Frame& top = frames_.back();
  if (locks_.size() > top.locks) unlock(top.locks);
  empty(top.registers, top.registers + top.code->registers);
  if (!top.me_held && !top.own_extras) {
    frames_.pop_back();
  } else {
    const auto me = std::move(top.me_held);
    const auto extras = std::move(top.own_extras);
    frames_.pop_back();
  }
  rebase();
}

void Machine::unlock(std::size_t until) {
  while (locks_.size() > until) {
    const scripting::Ref<scripting::Array> array = std::move(locks_.back());
    locks_.pop_back();
    --array->locks;
  }
}

ErrorState Machine::state_of(const Failure& failure) {
  if (raised_state) {
    ErrorState state = *std::move(raised_state);
    raised_state.reset();
    return state;
  }
  ErrorState state;
  state.number = err_number(failure.code);
  const auto number = static_cast<std::uint32_t>(state.number);
  const bool own = number <= 0xFFFF;
  state.source = failure.source.empty() && own ? std::string(kRuntimeSource) : failure.source;
  state.description = failure.description.empty() && own ? std::string(error_text(number)) : failure.description;
  return state;
}

/// Finds who goes on behind failure_: true, at the pc of the frame on top; false: nobody in this run(), whose frames are gone.
bool Machine::recover() {
  for (;;) {
    Frame& top = frames_.back();
    const auto at = static_cast<std::size_t>(top.pc - top.code->instructions.data());
    const Mark* mark = top.code->mark_at(at);
    if (!error_place_.known) error_place_ = {true, top.code->file, mark != nullptr ? mark->place : Place{}};
    if (top.resume_next && !ending_ && mark != nullptr) {
      err = state_of(failure_);
      error_place_.known = false;
      if (locks_.size() > top.locks) unlock(top.locks);
      Variant* const registers = top.registers;
      const Code* const code = top.code;
      empty_all(registers + mark->live, registers + code->registers);
      frames_.back().pc = code->instructions.data() + mark->resume;
      rebase();
      return true;
    }
    const bool entry = top.entry;
    leave();
    if (entry) return false;
  }
}

void Machine::empty_all(Variant* first, Variant* last) {
  for (; first < last; ++first) {
    Variant ended;
    ended.swap(*first);
  }
}

/// Runs the frame on top to its end.
Outcome<Variant> Machine::run() {
  frames_.back().entry = true;
  if (native_ >= kMaxNative) {
    leave();
    return raise(kOutOfStack);
  }
  ++native_;
  bool failed = ending_;
  if (failed) failure_ = raise(kInternal).error();
  for (;;) {
    try {
      auto result = loop(failed);
      --native_;
      return result;
    } catch (const std::bad_alloc&) {
      failure_ = raise(kOutOfMemory).error();
      failed = true;
    }
  }
}

Outcome<void> Machine::run_unit(Unit unit) {
  const Code& code = *unit.main;
  std::optional<Unit> own;
  if (unit.keeps()) {
    context.keep(std::move(unit));
  } else {
    own = std::move(unit);
  }
  auto result = call_code(code, nullptr, {});
  if (!result) return std::unexpected(std::move(result).error());
  return {};
}

Outcome<Variant> Machine::call_code(const Code& code, ScriptObject* me, std::span<Variant> arguments) {
  Variant* const base = stack_top();
  if (base + arguments.size() >= stack_ + stack_size_) return raise(kOutOfStack);
  if (frames_.empty()) error_place_.known = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) base[i] = std::move(arguments[i]);
  if (!enter(code, base, arguments.size(), nullptr, me, code.text_name)) {
    if (!frames_.empty() && frames_.back().code == &code && frames_.back().registers == base) leave();
    return std::unexpected(failure_);
  }
  return run();
}

Outcome<Variant> Machine::call_member(ScriptObject& object, const Member& member, unsigned how, std::span<Variant> arguments) {
  const bool put = (how & (scripting::invoke::kPut | scripting::invoke::kPutRef)) != 0;
  const bool put_ref = (how & scripting::invoke::kPutRef) != 0;
  if (member.is_field) {
    Variant& field = object.fields()[member.field];
    if (!put && arguments.empty()) return field;
    if (!put || arguments.size() != 1) return raise(kWrongArguments, object.cls().text_name);
    auto value = put_ref ? Outcome<Variant>(arguments[0].target()) : plain(arguments[0]);
    if (!value) return value;
    field = *std::move(value);
    return Variant();
  }
  const Code* code = !put ? member.get : put_ref && member.set != nullptr ? member.set : member.let;
  if (code == nullptr) return scripting::failure(scripting::DISP_E_MEMBERNOTFOUND);
  return call_code(*code, &object, arguments);
}

/// Class_Terminate; what happens in it stays in it.
void Machine::terminate(ScriptObject& object) {
  if (options.stop != nullptr && options.stop->stopped()) return;
  if (closing_ || end_reason_ != "") return;
  const bool ended = std::exchange(ending_, false);
  const ErrorPlace place = std::exchange(error_place_, {});
  const Failure failure = failure_;
  const auto raised = std::exchange(raised_state, std::nullopt);
  (void)call_code(*object.cls().terminate, &object, {});
  failure_ = failure;
  raised_state = raised;
  error_place_ = place;
  ending_ = ending_ || ended;
}

}  // namespace script::vbscript
