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

/// Names ignore case; order of insertion is kept.
class Context {
 public:
  const NamedValue* find(std::string_view name) const;
  /// NULL when absent.
  Value get(std::string_view name) const;
  bool is_true(std::string_view name) const { return get(name).is_true(); }
  void put(std::string name, Type type, Value value);
  bool erase(std::string_view name);
  const std::vector<NamedValue>& values() const { return values_; }

 private:
  std::vector<NamedValue> values_;
};
using ContextPtr = std::shared_ptr<const Context>;

}  // namespace cim
