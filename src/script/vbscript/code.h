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
  kBases = 8,
};
constexpr std::uint32_t operand(Base base, std::uint32_t position) { return base << kBaseShift | position; }

// Instructions. R is any operand, T a register; `site` an index into Code::sites. Calls with n arguments take them from the registers
// behind T a and leave their result in T a.
#define VBSCRIPT_OPERATIONS(X)                                              \
  X(Move)          /* T a = the value of R b */                             \
  X(Take)          /* T a = R b, which is given away */                     \
  X(Reference)     /* T a = by-reference R b */                             \
  X(Clear)         /* b registers from T a */                               \
  X(Let)           /* R a = R b: default member of objects; site c */       \
  X(LetTemporary)  /* the same, b is given away */                          \
  X(Set)           /* Set R a = R b; site c: the source */                  \
  X(Bind)          /* undeclared R a becomes a variable; site c */          \
  X(GetName)       /* T a = undeclared R b; site c */                       \
  X(ReferenceName) /* T a = by-reference undeclared R b; site c */          \
  X(Append)        /* R a = R a & R b */                                    \
  X(Add)           /* R a = R b + R c; so do the operators that follow */   \
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
  X(Is) /* R a = R b Is R c */                                              \
  X(Negate)                                                                 \
  X(Not)                                                                    \
  X(Plus)                                                                   \
  X(Jump)           /* to a */                                              \
  X(JumpBack)       /* to a; a step */                                      \
  X(JumpFalse)      /* to a unless R b; n: T b is cleared */                \
  X(JumpTrue)       /* to a if R b; n: T b is cleared */                    \
  X(ForPrepare)     /* R a from T b+2 to T b step T b+1; else to c */       \
  X(ForNext)        /* the next R a; back to c */                           \
  X(EachPrepare)    /* T a = enumeration of R b; site c */                  \
  X(EachNext)       /* R a = next of T b; back to c */                      \
  X(Call)           /* function b, n arguments */                           \
  X(CallOwn)        /* member b of Me; site c */                            \
  X(CallBuiltin)    /* builtin b; site c */                                 \
  X(CallName)       /* undeclared R b; site c */                            \
  X(Index)          /* T a = R b (n arguments); site c */                   \
  X(IndexOne)       /* T a = R b (R c); n: c is a variable; site: next a */ \
  X(ReferenceIndex) /* T a = by-ref R b (n indices at T c), locked */       \
  X(Unlock)         /* what ReferenceIndex locked */                        \
  X(StoreIndex)     /* R b (n-1 arguments) = the nth; site c */             \
  X(StoreIndexSet)                                                          \
  X(GetMember) /* T a = member of R b with n arguments; site c */           \
  X(PutMember) /* the value is the nth argument */                          \
  X(PutMemberSet)                                                           \
  X(PutOwn) /* member b of Me; site c */                                    \
  X(PutOwnSet)                                                              \
  X(New)         /* T a; site c */                                          \
  X(Me)          /* T a */                                                  \
  X(NeedObject)  /* R b is an object; site c */                             \
  X(Dimension)   /* R a, n bounds at T b, c: Resize; site: next a */        \
  X(Erase)       /* R a; site c */                                          \
  X(OnError)     /* n: 1 Resume Next, 0 GoTo 0 */                           \
  X(Raise)       /* error a; site c */                                      \
  X(ExecuteText) /* text at T a+1, n: Execution; result in T a; site c */   \
  X(GetRef)      /* T a = procedure named by T a+1; site c */               \
  X(Randomize)   /* n: T a is the seed */                                   \
  X(Return)                                                                 \
  X(Leave) /* Exit Sub: Return, clears Err */                               \
  X(Data)  /* a: site of the instruction before */

enum class Op : std::uint16_t {
#define X(name) k##name,
  VBSCRIPT_OPERATIONS(X)
#undef X
};

inline constexpr unsigned kLenient = 4;  // of Equal: texts that are no numbers are not equal to numbers (Case)
enum class Resize : std::uint32_t { kReDim, kPreserve, kFixed, kDynamic };
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
  std::string text;  // "o.Item", for messages
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
  bool option_explicit = false;
  Name name;
  std::string text_name;  // in UTF-8
  std::string file;
  std::vector<Instruction> instructions;
  mutable std::vector<scripting::Variant> constants;  // read only; mutable because operands are
  mutable std::vector<Site> sites;
  std::vector<const Builtin*> builtins;
  std::vector<Mark> marks;
  std::uint32_t locals_end = 0;  // registers of parameters, the result and variables; empty at the beginning
  std::uint32_t registers = 0;
  std::uint32_t result = 0;            // register of the result (kFunction, executed expressions)
  std::vector<std::uint8_t> by_value;  // of each parameter
  bool any_by_value = false;
  std::unordered_map<NameId, std::uint32_t> locals;  // registers by name, for executed texts
  std::unordered_map<NameId, scripting::Variant> local_constants;
  const Class* cls = nullptr;  // of a member

  bool has_result() const { return kind == kFunction || kind == kExecuted; }
  const Mark* mark_at(std::size_t pc) const;
};

/// A member of a class of VBScript; either a field or code.
struct Member {
  Name name;
  bool is_public = true;   // to read and to call
  bool put_public = true;  // to assign to
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
