// Runs bytecode: frames on one stack of registers, errors, and what all code of an engine shares.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "script/vbscript/compiler.h"
#include "script/vbscript/objects.h"

namespace script::vbscript {

/// Where an error arose that has not been caught yet.
struct ErrorPlace {
  bool known = false;
  std::string file;
  Place place;
};

class Machine final : public Library {
 public:
  explicit Machine(const EngineOptions& options);
  ~Machine() override;
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  Context context;
  ErrorState err;

  /// Runs the top level of a text and keeps what it defined.
  Outcome<void> run_unit(Unit unit);
  /// Runs code from outside of the loop: events, members of objects, Class_Terminate. Arguments are moved away.
  Outcome<Variant> call_code(const Code& code, ScriptObject* me, std::span<Variant> arguments);
  /// A member of an object from outside.
  Outcome<Variant> call_member(ScriptObject& object, const Member& member, unsigned how, std::span<Variant> arguments);
  void terminate(ScriptObject& object);

  /// Ends what runs: at once, past all handlers.
  void end() { ending_ = true; }
  bool ending() const { return ending_; }
  /// Why the limits ended the script; empty: they did not.
  const std::string& end_reason() const { return end_reason_; }
  /// What Err shows of a failure.
  ErrorState state_of(const Failure& failure);
  /// Before new work from outside.
  void start_again();
  /// Gives up variables; Class_Terminate runs.
  void close();
  /// Of the failure that has just left a call.
  ErrorPlace take_error_place() { return std::exchange(error_place_, {}); }
  const std::shared_ptr<Owner>& owner() const { return owner_; }
  /// What Err shows of the failure that comes next (Err.Raise).
  std::optional<ErrorState> raised_state;

  Outcome<void> reserve(std::size_t octets) const override;

 private:
  struct Frame {
    const Code* code = nullptr;
    const Instruction* pc = nullptr;  // where it begins; of the call that is under way
    Variant* registers = nullptr;
    Variant* result = nullptr;  // null: of run()
    ScriptObject* me = nullptr;
    Variant* outer = nullptr;
    const Code* outer_code = nullptr;
    Extras* extras = nullptr;
    std::unique_ptr<Extras> own_extras;
    scripting::Ref<ScriptObject> me_held;
    std::size_t locks = 0;
    bool resume_next = false;
    bool entry = false;
  };
  static constexpr std::size_t kMostRegisters = 1U << 20;
  static constexpr std::size_t kFewestRegisters = 1U << 14;
  static constexpr int kMaxNative = 200;  // calls of run() within run()
  static constexpr std::uint32_t kBudget = 4096;

  Variant* stack_top() { return frames_.empty() ? stack_ : frames_.back().registers + frames_.back().code->registers; }
  /// Enters code whose `count` arguments lie at `registers`.
  bool enter(const Code& code, Variant* registers, std::size_t count, Variant* result, ScriptObject* me, std::string_view name);
  void leave();
  Outcome<Variant> run();
  Outcome<Variant> loop(bool failed);
  bool recover();
  void rebase();
  static void empty_all(Variant* first, Variant* last);
  bool step();
  bool fail(std::unexpected<Failure> failure) {
    failure_ = std::move(failure).error();
    return false;
  }
  bool fail(Failure failure) {
    failure_ = std::move(failure);
    return false;
  }
  bool raised(std::uint32_t number, std::string_view detail = {}) { return fail(raise(number, detail)); }
  bool automation_failure(Failure failure, const std::string& text);
  bool object_missing(const Variant& value, std::string_view text);
  static std::string describe(const Variant& value);

  // Slow paths of instructions; false: failure_ says why. `entered`: a frame was pushed, the loop goes on in it.
  Variant& at(std::uint32_t where) { return bases_[where >> kBaseShift][where & kPosition]; }
  bool arithmetic(const Instruction& i);
  bool logic(const Instruction& i);
  bool unary(const Instruction& i);
  bool comparison(const Instruction& i);
  bool same_object(const Instruction& i);
  bool let(const Instruction& i, bool temporary);
  bool set(const Instruction& i);
  bool store(Variant& target, Variant value, std::string_view name);
  bool append(const Instruction& i);
  std::optional<bool> truth(const Variant& value);
  bool for_prepare(const Instruction& i, bool& enters);
  bool for_next(const Instruction& i, bool& again);
  bool each_prepare(const Instruction& i);
  bool each_next(const Instruction& i, bool& again);
  // Names.
  Site& site(std::uint32_t number) { return frames_.back().code->sites[number]; }
  Variant* bound_global(NameId id);
  bool bind(const Instruction& i);
  bool get_name(const Instruction& i, bool by_reference);
  bool call_name(const Instruction& i);
  bool dynamic_value(Site& site, Variant& result, Variant* arguments, std::size_t count, bool& found);
  // Calls.
  bool call_function(std::uint32_t number, Variant* arguments, std::size_t count, Variant* result, const std::string& name);
  bool call_own(const Instruction& i);
  bool put_own(const Instruction& i, bool is_set);
  bool call_builtin(const Instruction& i);
  bool index(Variant& container, Variant* arguments, std::size_t count, Variant& result, Site& site);
  bool index_one(const Instruction& i);
  bool store_index(const Instruction& i, bool is_set);
  bool reference_index(const Instruction& i);
  bool get_member(const Instruction& i);
  bool put_member(const Instruction& i, bool is_set);
  bool script_get(ScriptObject& object, const Member& member, Variant* arguments, std::size_t count, Variant& result, Site& site);
  bool script_put(ScriptObject& object, const Member& member, Variant* arguments, std::size_t count, Variant& result, Site& site,
                  bool is_set);
  bool default_get(scripting::Dispatch& object, Variant* arguments, std::size_t count, Variant& result, Site& site);
  bool invoke_host(scripting::Dispatch& object, scripting::Dispid id, unsigned how, Variant* arguments, std::size_t count, Variant& result,
                   Site& site);
  bool look_up(scripting::Dispatch& object, Site& site, bool put);
  bool create(const Instruction& i);
  bool get_ref(const Instruction& i);
  bool execute_text(const Instruction& i);
  bool run_text(Unit unit, const Surroundings& around, Variant* outer, Variant* result);
  bool randomize_now(const Instruction& i);
  // Arrays.
  Variant* element(Variant& holder, Variant* indices, std::size_t count, std::string_view name);
  bool unshare(Variant& holder);
  bool dimension(const Instruction& i);
  bool erase(const Instruction& i);

  std::shared_ptr<Owner> owner_;
  std::size_t stack_size_;
  Variant* stack_ = nullptr;  // never moves: references point into it
  std::vector<Frame> frames_;
  std::size_t max_frames_;
  int native_ = 0;
  Failure failure_;
  Variant* bases_[kBases] = {};
  std::vector<scripting::Ref<scripting::Array>> locks_;
  void unlock(std::size_t until);
  ErrorPlace error_place_;
  std::uint32_t budget_ = kBudget;
  std::uint64_t steps_left_ = 0;
  std::size_t octets_before_ = 0;
  bool ending_ = false;
  bool closing_ = false;
  std::string end_reason_;
};

}  // namespace script::vbscript
