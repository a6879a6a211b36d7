// What a WHERE clause becomes for one class: a flat list of tests that jump. Internal to src/wql.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cim/class.h"
#include "cim/instance.h"
#include "cim/path.h"
#include "wql/folded.h"
#include "wql/like.h"
#include "wql/plan.h"

namespace wql::internal {

/// WHERE with its NOTs moved into the terms (De Morgan holds in three-valued logic). A term that is unknown is then simply not true.
struct Node {
  ExprKind kind = ExprKind::kTerm;  // never kNot
  const Term* term = nullptr;
  bool negated = false;
  std::vector<Node> children;
};

struct PlanData {
  Query query;
  cim::ClassPtr from;
  std::optional<Node> where;  // points into query
  std::vector<Constraint> constraints;
  std::vector<std::string> wanted;
  std::optional<cim::ObjectPath> lookup;
};

enum class Code : std::uint8_t {
  kTrue,
  kFalse,  // decided by the class alone
  kNull,
  kSint8,
  kUint8,
  kSint16,
  kUint16,
  kSint32,
  kUint32,
  kInt64,       // low, span
  kFoldedChar,  // low, span of the capital
  kReal32,
  kReal64,   // low: the bits of a double; relation
  kBoolean,  // low: 0 or 1
  kMoment,
  kInterval,  // low, span
  kTextEqual,
  kTextOrder,
  kTextLike,   // operand, relation
  kReference,  // operand
  kPath,
  kRelativePath,  // operand
  kIsa,           // operand: names
  kEmbedded,      // operand: embedded
};

inline constexpr std::uint16_t kAccept = 0xFFFF;
inline constexpr std::uint16_t kReject = 0xFFFE;

/// One condition on one property. Unless it is kNull, it is false for NULL whatever `invert` says.
struct Test {
  Code code = Code::kFalse;
  bool invert = false;
  Operator relation = Operator::kEqual;
  std::uint16_t on_true = kAccept;
  std::uint16_t on_false = kReject;
  std::uint32_t operand = 0;
  cim::PropertyHandle handle;
  std::uint64_t low = 0;
  std::uint64_t span = 0;
};

/// `text relation constant` for text that was computed, and for text properties.
struct TextOperand {
  Operator relation = Operator::kEqual;
  FoldedText folded;
  LikePattern pattern;
  bool matches(const cim::Text& row) const;
};

/// A path compared as a path; as text when the constant is no path.
struct ReferenceOperand {
  std::optional<cim::ObjectPath> path;
  FoldedText folded;
  std::string server, name_space;  // of the rows' class: what a path leaves out
  bool matches(const cim::Text& row) const;
};

/// `Object.Name op constant`: the rest is compiled for the class of the object that a row holds.
struct EmbeddedOperand {
  const cim::Property* property = nullptr;
  const Term* term = nullptr;
  std::size_t part = 0;
  bool negated = false;
};

struct Program {
  std::shared_ptr<const PlanData> plan;  // keeps the terms
  cim::ClassPtr cls;                     // keeps the properties
  std::vector<Test> tests;
  std::uint16_t entry = kAccept;
  std::vector<TextOperand> texts;
  std::vector<ReferenceOperand> references;
  std::vector<EmbeddedOperand> embedded;
  std::vector<std::string> names;
  std::vector<const cim::Property*> objects;  // of kIsa, by operand
};

/// Compiles one term, from part `part` of its property's path on, for rows of `cls`; operands are added to `program`.
/// Errors: as bind() says of terms.
base::Result<Test> compile_term(const Query& query, const Term& term, std::size_t part, bool negated, const cim::Class& cls,
                                Program& program);

/// The system properties, which are no part of the octets. Same contract.
base::Result<Test> compile_system_term(const Query& query, const Term& term, std::size_t part, bool negated, const cim::Class& cls,
                                       Program& program);

/// The operand of a text comparison, LIKE included. Errors: a constant that is no text, a bad pattern.
base::Result<TextOperand> text_operand(const Query& query, const Term& term, std::string_view type);

/// The whole clause. Terms that do not fit the class (a subclass always fits) are false.
std::shared_ptr<const Program> compile(std::shared_ptr<const PlanData> plan, const cim::ClassPtr& cls);

bool run_test(const Program& program, const Test& test, const cim::InstanceView& row);

/// "T has no property Nam; did you mean Name?"
std::string no_property(const cim::Class& cls, std::string_view name);

/// "column 12: `Name` ..." at the term.
std::unexpected<base::Status> term_error(const Query& query, const Term& term, std::string_view message);

inline Test constant_test(bool value) {
  Test test;
  test.code = value ? Code::kTrue : Code::kFalse;
  return test;
}

}  // namespace wql::internal
