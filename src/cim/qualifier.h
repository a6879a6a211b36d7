// Qualifiers: name, value, flavor (MS-WMIO 2.2.60 - 2.2.62), and the sets that classes, properties, methods and instances carry.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cim/value.h"

namespace cim {

struct Qualifier {
  std::string name;
  Type type{CimType::kBoolean, false};
  Value value = Value::boolean(true);
  std::uint8_t flavor = 0;

  bool propagated() const { return (flavor & flavor::kPropagated) != 0; }
  bool amended() const { return (flavor & flavor::kAmended) != 0; }
  friend bool operator==(const Qualifier&, const Qualifier&) = default;
};

/// A small ordered set keyed by name without regard to case. Order is that of insertion and is kept on the wire. Copies share their
/// items until one of them changes.
class QualifierSet {
 public:
  using const_iterator = const Qualifier*;
  const_iterator begin() const { return items_ ? items_->data() : nullptr; }
  const_iterator end() const { return items_ ? items_->data() + items_->size() : nullptr; }
  std::size_t size() const { return items_ ? items_->size() : 0; }
  bool empty() const { return size() == 0; }
  const Qualifier* find(std::string_view name) const;
  /// True when a boolean qualifier of that name is TRUE.
  bool is_true(std::string_view name) const;
  /// Text of a string qualifier; empty when absent or of another type.
  std::string_view text(std::string_view name) const;
  /// Adds or replaces.
  void put(Qualifier qualifier);
  bool erase(std::string_view name);
  /// What a derived class (kToSubclass) or an instance (kToInstance) inherits: those qualifiers, marked kPropagated.
  QualifierSet propagate(std::uint8_t flavor_bit) const;
  /// Same qualifiers in the same order.
  friend bool operator==(const QualifierSet& a, const QualifierSet& b);

 private:
  std::vector<Qualifier>& own();

  std::shared_ptr<std::vector<Qualifier>> items_;  // null when empty; changed only while this set is its one owner
};

/// Flavor that WMI gives a qualifier when the text says nothing (MOF): the standard ones have their own (key, CIMTYPE ...).
std::uint8_t default_flavor(std::string_view qualifier_name);

}  // namespace cim
