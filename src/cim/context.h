// Named values that travel with a call (IWbemContext, SWbemNamedValueSet).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cim/value.h"

namespace cim {

struct NamedValue {
  std::string name;
  Type type;
  Value value;
};

/// Names ignore case; order of insertion is kept. Not thread-safe while it is changed; operations get a ContextPtr.
class Context {
 public:
  /// Null when absent; valid until the next put or erase.
  const NamedValue* find(std::string_view name) const;
  /// NULL when absent.
  Value get(std::string_view name) const;
  bool is_true(std::string_view name) const { return get(name).is_true(); }
  /// Adds or replaces; a replaced value keeps its place.
  void put(std::string name, Type type, Value value);
  /// False when there was none.
  bool erase(std::string_view name);
  const std::vector<NamedValue>& values() const { return values_; }

 private:
  std::vector<NamedValue> values_;
};
using ContextPtr = std::shared_ptr<const Context>;

}  // namespace cim
