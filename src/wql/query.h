// The parsed form of a WQL query (MS-WMI 2.2.1; SDK "WQL (SQL for WMI)"). Plain data; offsets are octets into the query text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "cim/value.h"

namespace wql {

/// kData and events share SELECT: which of them is meant, the operation says (ExecQuery or ExecNotificationQuery).
enum class QueryKind : std::uint8_t { kSelect, kSchema, kAssociators, kReferences };

enum class Operator : std::uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kLike,
  kIsa,
  kIsNull,
  kIsNotNull,
};
/// "=", "<>", "LIKE", "IS NOT NULL" ...
std::string_view operator_text(Operator op);

/// `Name`, `TargetInstance.Name`, `__CLASS`.
struct PropertyName {
  std::vector<std::string> parts;  // never empty
  std::uint32_t offset = 0;
  const std::string& top() const { return parts.front(); }
  bool embedded() const { return parts.size() > 1; }
  std::string to_string() const;
};

/// kName: a bare class name, allowed after ISA and `__CLASS =` only.
enum class ConstantKind : std::uint8_t { kNull, kBoolean, kInteger, kReal, kString, kName };

struct Constant {
  ConstantKind kind = ConstantKind::kNull;
  cim::Value value;  // boolean; sint, or uint above INT64_MAX; real; text
  std::string text;  // as written, without quotes and escapes
  std::uint32_t offset = 0;
};

/// property operator constant; `constant operator property` arrives turned round. `= NULL` and `<> NULL` arrive as IS [NOT] NULL.
struct Term {
  PropertyName property;
  Operator op = Operator::kEqual;
  Constant constant;
};

enum class ExprKind : std::uint8_t { kTerm, kAnd, kOr, kNot };

/// kAnd and kOr have two or more children (chains are flat), kNot one, kTerm none.
struct Expr {
  ExprKind kind = ExprKind::kTerm;
  Term term;
  std::vector<Expr> children;
};

/// GROUP WITHIN seconds [BY properties] [HAVING expr].
struct GroupClause {
  double within = 0;
  std::vector<PropertyName> by;
  std::optional<Expr> having;
};

/// WHERE of ASSOCIATORS OF and REFERENCES OF; empty text: not given.
struct AssociationClause {
  std::string object_path;
  std::string assoc_class, result_class, result_role, role, required_qualifier, required_assoc_qualifier;
  bool class_defs_only = false, keys_only = false, schema_only = false;
};

struct Query {
  std::string text;
  QueryKind kind = QueryKind::kSelect;
  bool select_all = false;
  std::vector<PropertyName> select;  // empty with select_all
  bool with_keys = false;            // not of the text: the keys come along with what is selected
  std::string class_name;            // FROM; "meta_class" for kSchema; empty for associations
  std::uint32_t class_offset = 0;
  std::optional<Expr> where;
  std::optional<double> within;      // events: polling interval in seconds
  std::optional<GroupClause> group;  // events
  AssociationClause association;     // kAssociators, kReferences
};

inline constexpr std::size_t kMaxQueryLength = 16384;  // UTF-16 code units, MS-WMI note <48>
inline constexpr int kMaxDepth = 64;                   // nested parentheses and NOTs
inline constexpr std::size_t kMaxTerms = 1024;         // comparisons in one query

/// Parses any WQL query. Thread-safe. Errors, each with position, what was found and what was expected:
/// WBEM_E_INVALID_QUERY for every syntax error (MS-WMI 3.1.4.3.18 demands it of ExecQuery; the general text of 2.2.11 would give
/// UNPARSABLE_QUERY, which we never return), WBEM_E_QUOTA_VIOLATION beyond the limits above.
base::Result<Query> parse(std::string_view text);

/// What ExecQuery does today: WBEM_E_QUERY_NOT_IMPLEMENTED, naming what, for schema and association queries; WBEM_E_INVALID_QUERY for
/// WITHIN and GROUP, which only event queries have. Call it before the FROM class is looked up.
base::Status require_data_query(const Query& query);

}  // namespace wql
