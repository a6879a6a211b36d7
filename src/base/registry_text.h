// The text of a hive's file: a line for each key, below it a line for each value.
//
//   openwmi registry 1
//   [Software\Example]
//   "Name" string "text with %22 and %0A"
//   "Count" dword 3
//   "List" multi "a" "b"
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/registry_store.h"

namespace base::registry {

struct NamedValue {
  std::string spelling;
  RegistryValue value;
};
struct Key {
  std::string spelling;                      // the whole path
  std::map<std::string, NamedValue> values;  // by folded name
};
/// By folded path; "" is the hive's root.
using Hive = std::map<std::string, Key>;

/// WBEM_E_CRITICAL_ERROR with file and line for what is no such text. Thread-safe.
Result<Hive> parse(std::string_view text, std::string_view file);
std::string print(const Hive& hive);

}  // namespace base::registry
