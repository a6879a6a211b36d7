// VBScript's own errors: numbers and texts as Windows' engine 5.8 has them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "scripting/dispatch.h"

namespace script::vbscript {
using scripting::Failure;
using scripting::Outcome;

/// Numbers of Err.Number that VBScript raises itself; syntax errors are 1001 and up.
enum ErrorNumber : std::uint16_t {
  kInvalidCall = 5,
  kOverflow = 6,
  kOutOfMemory = 7,
  kSubscript = 9,
  kArrayLocked = 10,
  kDivisionByZero = 11,
  kTypeMismatch = 13,
  kOutOfStringSpace = 14,
  kOutOfStack = 28,
  kSubNotDefined = 35,
  kInternal = 51,
  kObjectNotSet = 91,
  kForNotInitialized = 92,
  kInvalidNull = 94,
  kObjectRequired = 424,
  kCannotCreate = 429,
  kNotFoundDuringAutomation = 432,
  kNoSuchMember = 438,
  kNoSuchAction = 445,
  kNotOptional = 449,
  kWrongArguments = 450,
  kNotCollection = 451,
  kUnsupportedType = 458,
  kUndefined = 500,
  kIllegalAssignment = 501,
  kUnqualified = 505,
  kClassNotDefined = 506,
  kException = 507,
};

inline constexpr std::uint32_t kControlErrors = 0x800A0000;  // FACILITY_CONTROL: the low half is VBScript's number
inline constexpr std::string_view kRuntimeSource = "Microsoft VBScript runtime error";
inline constexpr std::string_view kCompileSource = "Microsoft VBScript compilation error";

/// The text of a number ("Type mismatch"); empty for numbers that VBScript does not know. Thread-safe.
std::string_view error_text(std::uint32_t number);

/// A failure with VBScript's number, text and source; with a detail the text is `Object required: 'detail'`.
std::unexpected<Failure> raise(std::uint32_t number, std::string_view detail = {});

/// What Err.Number shows of a failed call: DISP_E_TYPEMISMATCH is 13, codes of FACILITY_CONTROL give their low half, others stay.
std::int32_t err_number(base::Hresult code);
/// The code that Err.Raise `number` stands for: 1 to 65535 are FACILITY_CONTROL.
base::Hresult err_code(std::int32_t number);

}  // namespace script::vbscript
