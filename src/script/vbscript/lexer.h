// VBScript text to tokens.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "scripting/variant.h"

namespace script::vbscript {

enum class Token : std::uint8_t {
  kEnd,
  kNewline,
  kColon,
  kName,
  kLiteral,
  kError,  // `number` says which
  kPlus,
  kMinus,
  kTimes,
  kDivide,
  kIntegerDivide,
  kPower,
  kAmpersand,
  kEqual,
  kNotEqual,
  kLess,
  kGreater,
  kLessEqual,
  kGreaterEqual,
  kOpen,
  kClose,
  kComma,
  kDot,
  // Reserved words.
  kAnd,
  kAs,
  kByRef,
  kByVal,
  kCall,
  kCase,
  kClass,
  kConst,
  kDim,
  kDo,
  kEach,
  kElse,
  kElseIf,
  kEmpty,
  kEndWord,
  kEqv,
  kErase,
  kExit,
  kFalse,
  kFor,
  kFunction,
  kGet,
  kGoTo,
  kIf,
  kImp,
  kIn,
  kIs,
  kLet,
  kLoop,
  kMe,
  kMod,
  kNew,
  kNext,
  kNot,
  kNothing,
  kNull,
  kOn,
  kOption,
  kOr,
  kPreserve,
  kPrivate,
  kPublic,
  kReDim,
  kResume,
  kSelect,
  kSet,
  kStop,
  kSub,
  kThen,
  kTo,
  kTrue,
  kUntil,
  kWend,
  kWhile,
  kWith,
  kXor,
};

struct Lexeme {
  Token token = Token::kEnd;
  bool spaced = false;       // a blank stands before
  std::uint16_t number = 0;  // of a syntax error
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  std::u16string_view text;  // names and reserved words; a bracketed name without its brackets
  scripting::Variant value;  // of a literal
};

/// The lexemes of a text, the last one is kEnd or kError. `text` outlives them. Comments and continued lines are gone.
std::vector<Lexeme> split_source(std::u16string_view text, std::uint32_t first_line);

}  // namespace script::vbscript
