// The built-in functions and constants of VBScript: tables that the compiler resolves names with.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "script/engine.h"
#include "script/vbscript/conversions.h"

namespace script::vbscript {

/// What functions keep between calls, one for each context, and what they may ask of the engine.
class Library {
 public:
  explicit Library(const EngineOptions& given) : options(given), locale(given.locale) {}
  virtual ~Library() = default;

  const EngineOptions& options;
  std::string locale;                    // SetLocale
  std::uint32_t random_state = 0x50000;  // Rnd, Randomize

  /// Before a result of so many octets is made: 7 Out of memory over the limit.
  virtual Outcome<void> reserve(std::size_t octets) const = 0;
};

/// A function of the language. `call` gets min to max arguments, never references; left-out ones in between are Variant::missing().
/// Objects and arrays come as they are. With another number of arguments it is not called (450).
struct Builtin {
  std::u16string_view name;
  std::uint8_t min_arguments;
  std::uint8_t max_arguments;  // 255: any number
  Outcome<Variant> (*call)(Library& library, std::span<Variant> arguments);
};

/// vbCrLf and its kin.
struct BuiltinConstant {
  std::u16string_view name;
  Variant value;
};

/// All of them, in groups by file; order means nothing. Names differ when case is ignored.
std::span<const std::span<const Builtin>> builtin_groups();
const std::vector<BuiltinConstant>& builtin_constants();

/// `New RegExp` and VBScript.RegExp. `stop`, which outlives it, ends searches between two matches.
scripting::DispatchRef make_regexp(const StopFlag* stop = nullptr);

/// The statement Randomize; without a number, the time of day.
Outcome<void> randomize(Library& library, const Variant* number);

// The groups.
std::span<const Builtin> inspection_functions();  // Array, IsArray ... VarType, TypeName, LBound, UBound
std::span<const Builtin> conversion_functions();  // CBool ... CStr, Hex, Oct, Asc, Chr
std::span<const Builtin> text_functions();        // Len, Left ... Space, Escape
std::span<const Builtin> search_functions();      // InStr, Replace, Split, Join, Filter, StrComp
std::span<const Builtin> math_functions();        // Abs ... Tan, Rnd, Round, RGB
std::span<const Builtin> date_functions();        // Now, DateSerial, Year ... Weekday, MonthName
std::span<const Builtin> interval_functions();    // DateAdd, DateDiff, DatePart
std::span<const Builtin> format_functions();      // FormatNumber ... FormatDateTime
std::span<const Builtin> host_functions();        // CreateObject, GetObject, MsgBox, InputBox, ScriptEngine, GetLocale

}  // namespace script::vbscript
