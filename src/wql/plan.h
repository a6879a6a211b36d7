// From a parsed data query to what runs: a plan for its FROM class, a predicate and a projection for each class that has rows.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cim/class.h"
#include "cim/instance.h"
#include "cim/path.h"
#include "wql/query.h"

namespace wql {

/// A simple condition that every row of the result meets. `property` is spelled as the class spells it.
struct Constraint {
  std::string property;
  Operator op = Operator::kEqual;  // never kIsa
  /// Converted to the property's type where it fits: sint, uint, real, boolean, text (a datetime in CIM form, a LIKE pattern as
  /// written); NULL for kIsNull and kIsNotNull.
  cim::Value value;
};

namespace internal {
struct Program;
struct PlanData;
}  // namespace internal

/// A WHERE clause compiled for one class. Immutable; copies share; thread-safe.
///
/// NULL is SQL's: a comparison with NULL is unknown, NOT unknown is unknown, AND/OR are Kleene's, and only true selects the row. A path
/// into an embedded object that does not exist is unknown for every operator, IS NULL included.
class Predicate {
 public:
  /// Selects everything.
  Predicate() = default;
  explicit Predicate(std::shared_ptr<const internal::Program> program) : program_(std::move(program)) {}
  /// `row` must be of the class that the predicate was bound to (same layout). No allocation except for references, embedded objects,
  /// and conditions on __PATH and __RELPATH.
  bool matches(const cim::InstanceView& row) const;
  /// True for every row / for no row (the class can be left out of the scan).
  bool always() const;
  bool never() const;

 private:
  std::shared_ptr<const internal::Program> program_;
};

/// The SELECT list applied to one class. Rows of a trimmed class hold the selected properties, in class order. Its __CLASS, __SERVER and
/// __NAMESPACE stay; __SUPERCLASS, __DYNASTY and __DERIVATION are empty unless one of them is selected; __RELPATH and __PATH
/// are NULL when a key was cut; where one of them is selected, the keys come along. Immutable; copies share; thread-safe.
class Projection {
 public:
  /// SELECT *: rows pass unchanged.
  bool identity() const { return identity_; }
  /// The class of the rows that come out.
  const cim::ClassPtr& cls() const { return cls_; }
  bool key_cut() const { return key_cut_; }
  /// Octets of the trimmed row, appended to `out`. `row` is of the bound class. For identity, a copy.
  void append_to(const cim::InstanceView& row, std::string& out) const;
  cim::Instance apply(const cim::Instance& row) const;

 private:
  friend class Plan;
  struct Column {
    std::uint16_t from = 0;  // position in the source class's properties
    std::uint16_t to = 0;
  };
  cim::ClassPtr source_;
  cim::ClassPtr cls_;
  std::vector<Column> columns_;
  bool identity_ = true;
  bool key_cut_ = false;
};

/// A data query checked against its FROM class. Immutable; copies share; thread-safe.
class Plan {
 public:
  const Query& query() const;
  const cim::ClassPtr& from() const;

  /// The WHERE clause for the FROM class or one of its subclasses. never() where the class itself decides (`__CLASS = "X"`).
  Predicate bind_class(const cim::ClassPtr& cls) const;

  /// Set when every row of the result has these keys (all keys of FROM compared by = in a conjunction): look it up instead of scanning,
  /// in FROM and its subclasses, and still apply the predicate. class_name is FROM's.
  std::optional<cim::ObjectPath> key_lookup() const;
  /// What a provider may use to read less: conditions that hold for every row of the result. The predicate is still to be applied.
  const std::vector<Constraint>& constraints() const;
  /// Properties that are selected or looked at, spelled as in the class, in class order; empty: all.
  const std::vector<std::string>& wanted_properties() const;

  /// Rows of `cls` trimmed to the SELECT list. Errors only when the trimmed class cannot be built.
  base::Result<Projection> project(const cim::ClassPtr& cls) const;
  /// What flag::kPrototype returns instead of rows: FROM trimmed to the selected properties, each with the qualifier `Order` (sint32
  /// array of its 0-based positions in the list); FROM itself for SELECT *.
  base::Result<cim::ClassPtr> prototype() const;

  explicit Plan(std::shared_ptr<const internal::PlanData> data) : data_(std::move(data)) {}

 private:
  std::shared_ptr<const internal::PlanData> data_;
};

/// Checks the query against its FROM class and converts its constants. Thread-safe.
/// Errors: those of require_data_query; WBEM_E_INVALID_QUERY, with the place, for an unknown property in SELECT or WHERE, an operator that
/// the type has not, a constant that is none of the type (MS-WMI 2.2.1.1 and 3.1.4.3.18 name this code for all of them), an array
/// in a comparison, a LIKE pattern without its ]; WBEM_E_QUOTA_VIOLATION for a LIKE pattern of too many sets.
/// Not an error: a number beyond the property's range (it compares as numbers do), a bad path into an embedded object (no rows).
base::Result<Plan> bind(const Query& query, const cim::ClassPtr& from);

}  // namespace wql
