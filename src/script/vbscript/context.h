// What all texts of one engine share: names and what they stand for at the top level.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "script/vbscript/code.h"

namespace script::vbscript {

enum class Special : std::uint8_t { kNone, kExecute, kExecuteGlobal, kEval, kGetRef, kRandomize };

/// What a name stands for, first to last in the order in which it is looked for.
struct Meaning {
  std::int32_t global = -1;
  bool declared = false;  // by Dim; else it came by use
  bool bound = false;     // came by use, and was assigned
  std::int32_t function = -1;
  const Class* cls = nullptr;
  std::optional<scripting::Variant> constant;  // Const
  scripting::Variant host;                     // an object
  const BuiltinConstant* builtin_constant = nullptr;
  const Builtin* builtin = nullptr;
  Special special = Special::kNone;
};

class Context {
 public:
  static constexpr std::size_t kMaxGlobals = 1U << 16;

  Context();
  ~Context();
  Names names;

  Meaning& meaning(NameId id);
  /// A variable of the top level, made when missing; nullopt over kMaxGlobals.
  std::optional<std::uint32_t> global(NameId id);
  scripting::Variant* globals() { return globals_; }
  std::size_t global_count() const { return global_count_; }
  /// Functions by number; a later definition takes the place of an earlier one.
  std::uint32_t define_function(NameId id, const Code* code);
  const Code* function(std::uint32_t number) const { return functions_[number]; }
  /// The names of functions, as they were written.
  std::vector<std::u16string> procedures() const;
  /// Host objects whose members are names.
  std::vector<scripting::DispatchRef> member_objects;
  /// Gives host objects up.
  void forget_hosts();
  /// Keeps what others refer to by address.
  void keep(Unit unit) { units_.push_back(std::move(unit)); }

 private:
  std::deque<Meaning> meanings_;
  scripting::Variant* globals_ = nullptr;  // never moves: references point into it
  std::size_t global_count_ = 0;
  std::vector<const Code*> functions_;
  std::vector<Unit> units_;
};

}  // namespace script::vbscript
