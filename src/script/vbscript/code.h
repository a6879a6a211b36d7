// Register bytecode of VBScript, and what it refers to.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "script/vbscript/ast.h"
#include "script/vbscript/library.h"

namespace script::vbscript {

// Where an operand lives: the top three bits; below, the position.
inline constexpr std::uint32_t kBaseShift = 29;
inline constexpr std::uint32_t kPosition = (1U << kBaseShift) - 1;
enum Base : std::uint32_t {
  kRegisters = 0,
  kConstants = 1,
  kGlobals = 2,
  kFields = 3,  // of Me
  kOuter = 4,   // registers of the procedure that executes a text
  kExtras = 5,  // variables that executed texts added to it
  kBases = 6,
};
constexpr std::uint32_t operand(Base base, std::uint32_t position) { return base << kBaseShift | position; }

// Instructions. R is any operand, T a register; `site` an index into Code::sites, `base` the first of consecutive registers that hold the
// arguments; the result goes into the first of them.
#define VBSCRIPT_OPERATIONS(X)                                              \
  X(Move)          /* T a = R b */                                          \
  X(Reference)     /* T a = by-reference R b */                             \
  X(Clear)         /* b registers from T a */                               \
  X(Let)           /* R a = R b: default member of objects, copied array */ \
  X(LetTemporary)  /* the same, b is given away */                          \
  X(Set)           /* Set R a = R b; site c */                              \
  X(Bind)          /* undeclared R a becomes a variable; site c */          \
  X(GetName)       /* T a = undeclared R b; site c */                       \
  X(ReferenceName) /* T a = by-reference undeclared R b; site c */          \
  X(Add)                                                                    \
  X(Subtract)                                                               \
  X(Multiply)                                                               \
  X(Divide)                                                                 \
  X(IntegerDivide)                                                          \
  X(Modulo)                                                                 \
  X(Power)                                                                  \
  X(Concatenate)                                                            \
  X(And)                                                                    \
  X(Or)                                                                     \
  X(Xor)                                                                    \
  X(Eqv)                                                                    \
  X(Imp)                                                                    \
  X(Equal) /* n: literals, as compare() takes them */                       \
  X(NotEqual)                                                               \
  X(Less)                                                                   \
  X(Greater)                                                                \
  X(LessEqual)                                                              \
  X(GreaterEqual)                                                           \
  X(Is)                                                                     \
  X(Negate)                                                                 \
  X(Not)                                                                    \
  X(Plus)                                                                   \
  X(Jump)        /* to a */                                                 \
  X(JumpBack)    /* to a; a step */                                         \
  X(JumpFalse)   /* to a unless R b; n: b is a register that ends */        \
  X(JumpTrue)    /* to a if R b */                                          \
  X(ForPrepare)  /* R a from T b+2 to T b step T b+1; else to c */          \
  X(ForNext)     /* the next R a; back to c */                              \
  X(EachPrepare) /* T a = enumeration of R b; site c */                     \
  X(EachNext)    /* R a = next of T b; back to c */                         \
  X(Call)        /* function b, n arguments at a; c: no result wanted */    \
  X(CallOwn)     /* member b of Me */                                       \
  X(CallBuiltin) /* builtin b */                                            \
  X(CallName)    /* undeclared R b with arguments; site c */                \
  X(Index)       /* R b (n arguments at a); site c */                       \
  X(IndexOne)    /* T a = R b (R c); the next instruction's c: site */      \
  X(StoreIndex)  /* R b (n-1 arguments at a) = the nth; site c */           \
  X(StoreIndexSet)                                                          \
  X(GetMember) /* member of R b with n arguments at a; site c */            \
  X(PutMember) /* the value is the nth argument */                          \
  X(PutMemberSet)                                                           \
  X(PutOwn) /* member b of Me; site c */                                    \
  X(PutOwnSet)                                                              \
  X(WriteBack) /* R b (n indices at T c) = T a, if b is an array */         \
  X(New)       /* T a; site c */                                            \
  X(Me)        /* T a */                                                    \
  X(Dimension) /* R a, n bounds at b, c: Dimension::... */                  \
  X(Erase)     /* R a */                                                    \
  X(OnError)   /* n: 1 Resume Next, 0 GoTo 0 */                             \
  X(Raise)     /* error a; site c */                                        \
  X(Execute)   /* text at T a; n: Execution */                              \
  X(GetRef)    /* T a = procedure named by T a */                           \
  X(Return)                                                                 \
  X(Leave) /* Exit Sub: Return, clears Err */

enum class Op : std::uint16_t {
#define X(name) k##name,
  VBSCRIPT_OPERATIONS(X)
#undef X
};

enum class Dimension : std::uint32_t { kReDim, kPreserve, kFixed, kDynamic };
enum class Execution : std::uint16_t { kExecute, kGlobal, kEval };

struct Instruction {
  Op op;
  std::uint16_t n = 0;
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  std::uint32_t c = 0;
};

struct Class;
struct Code;

/// A place that names something at run time: for messages, and what it was found to be last time.
struct Site {
  Name name;
  std::string text;    // "o.Item", for messages
  std::string object;  // "o": of a member
  const void* shape = nullptr;
  scripting::Dispid id = scripting::kUnknownName;
  const Class* cls = nullptr;
  std::uint32_t member = 0;
};

/// Statements in the order of their code. Behind an error in [pc, next mark) Resume Next goes on at `resume`.
struct Mark {
  std::uint32_t pc;
  std::uint32_t resume;
  Place place;
  std::uint32_t live;  // registers from here on are the statement's own
};

/// One procedure, or the top level of a text.
struct Code {
  enum Kind : std::uint8_t { kTopLevel, kExecuted, kSub, kFunction };
  Kind kind = kTopLevel;
  Name name;
  std::string text_name;  // in UTF-8
  std::string file;
  std::vector<Instruction> instructions;
  mutable std::vector<scripting::Variant> constants;  // read only; mutable because operands are
  mutable std::vector<Site> sites;
  std::vector<Mark> marks;
  std::uint32_t registers = 0;
  std::uint32_t result = 0;                          // register of the result (kFunction, executed expressions)
  std::vector<std::uint8_t> by_value;                // of each parameter
  std::unordered_map<NameId, std::uint32_t> locals;  // registers by name, for executed texts
  std::unordered_map<NameId, scripting::Variant> local_constants;
  const Class* cls = nullptr;  // of a member

  const Mark* mark_at(std::size_t pc) const;
};

/// A member of a class of VBScript; either a field or code.
struct Member {
  Name name;
  bool is_public = true;
  bool is_field = false;
  std::uint32_t field = 0;
  const Code* get = nullptr;  // methods too
  const Code* let = nullptr;
  const Code* set = nullptr;
};

struct Class {
  Name name;
  std::string text_name;
  std::vector<Member> members;
  std::unordered_map<NameId, std::uint32_t> by_name;
  std::uint32_t fields = 0;
  struct ArrayField {
    std::uint32_t field;
    std::vector<std::int32_t> bounds;  // none: dynamic
  };
  std::vector<ArrayField> arrays;
  const Member* default_member = nullptr;
  const Code* initialize = nullptr;
  const Code* terminate = nullptr;
};

/// What one text compiled to.
struct Unit {
  std::vector<std::unique_ptr<Code>> codes;
  std::vector<std::unique_ptr<Class>> classes;
  Code* main = nullptr;
  bool keeps() const { return codes.size() > 1 || !classes.empty(); }  // others refer to it after it ran
};

}  // namespace script::vbscript
