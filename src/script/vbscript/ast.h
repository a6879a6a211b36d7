// What the parser makes of a text. All nodes belong to the Tree; pointers between them own nothing.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "script/vbscript/names.h"
#include "scripting/variant.h"

namespace script::vbscript {

struct Place {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

enum class Operator : std::uint8_t {
  kImp,
  kEqv,
  kXor,
  kOr,
  kAnd,
  kEqual,
  kNotEqual,
  kLess,
  kGreater,
  kLessEqual,
  kGreaterEqual,
  kIs,
  kConcatenate,
  kAdd,
  kSubtract,
  kModulo,
  kIntegerDivide,
  kMultiply,
  kDivide,
  kPower,
  kNegate,
  kNot,
  kPlus,
};

struct Expression {
  enum Kind : std::uint8_t {
    kLiteral,
    kName,
    kMember,      // left.name
    kWithMember,  // .name
    kIndex,       // left(arguments)
    kUnary,       // left
    kBinary,      // left, right; chains of binary operators nest on the left without bound
    kNew,         // name
    kMe,
    kParentheses,  // (left): by value
    kMissing,      // an argument left out
  };
  Kind kind = kLiteral;
  Operator op = Operator::kAdd;
  std::uint16_t depth = 1;  // bounded by the parser
  Name name;
  Place place;
  scripting::Variant value;
  Expression* left = nullptr;
  Expression* right = nullptr;
  std::vector<Expression*> arguments;
};

struct Statement;
using Block = std::vector<Statement*>;

/// `If`/`ElseIf` (one test), `Case` (several), `Else` (none).
struct Branch {
  Place place;
  std::vector<Expression*> tests;
  Block body;
};

/// One name of Dim, Const, fields.
struct Declarator {
  Name name;
  Place place;
  bool array = false;
  bool is_public = true;
  std::vector<std::int32_t> bounds;  // of Dim a(1, 2)
  Expression* value = nullptr;       // of Const
};

struct Statement {
  enum Kind : std::uint8_t {
    kDim,
    kConst,
    kReDim,    // targets: Index expressions; flag: Preserve
    kErase,    // targets
    kLet,      // left = right
    kSet,      // Set left = right
    kCall,     // left: a call or a name
    kIf,       // branches
    kSelect,   // left, branches
    kFor,      // left = right To limit Step step
    kForEach,  // For Each left In right
    kDo,       // right: condition or null; flag: Until; at_end: behind Loop
    kWith,     // left
    kExit,     // what
    kResumeNext,
    kGoToZero,
    kStop,
  };
  enum What : std::uint8_t { kNone, kForLoop, kDoLoop, kSubroutine, kFunction, kProperty };
  Kind kind = kStop;
  What what = kNone;
  bool flag = false;
  bool at_end = false;
  Place place;
  Place end;  // of Next, Loop
  Expression* left = nullptr;
  Expression* right = nullptr;
  Expression* limit = nullptr;
  Expression* step = nullptr;
  std::vector<Expression*> targets;
  std::vector<Declarator> declarators;
  std::vector<Branch> branches;
  Block body;
};

struct Parameter {
  Name name;
  bool by_value = false;
};

struct Procedure {
  enum Kind : std::uint8_t { kSub, kFunction, kGet, kLet, kSet };
  Kind kind = kSub;
  Name name;
  Place place;
  Place end;
  bool is_public = true;
  bool is_default = false;
  std::vector<Parameter> parameters;
  Block body;
};

struct ClassDeclaration {
  Name name;
  Place place;
  std::vector<Declarator> fields;
  std::vector<Procedure*> procedures;
};

struct Tree {
  bool option_explicit = false;
  Block body;
  std::vector<Procedure*> procedures;
  std::vector<ClassDeclaration*> classes;

  std::deque<Expression> expressions;
  std::deque<Statement> statements;
  std::deque<Procedure> all_procedures;
  std::deque<ClassDeclaration> all_classes;
};

}  // namespace script::vbscript
