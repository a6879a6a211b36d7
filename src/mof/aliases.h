// Aliases ($name) of a unit: which declaration each names, and that none leads back to itself.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/utf.h"
#include "mof/ast.h"

namespace mof {

struct AliasProblem {
  std::optional<base::Hresult> code;  // none: no problem
  Position position;
  std::string text;
};

/// Not thread-safe. The unit must outlive it.
class AliasTable {
 public:
  /// WBEMMOF_E_MULTIPLE_ALIASES for a name declared twice, WBEMMOF_E_UNEXPECTED_ALIAS for one that nothing declares,
  /// WBEM_E_CIRCULAR_REFERENCE for objects whose aliases form a ring (SDK "Creating a WMI Alias").
  AliasProblem build(const Unit& unit);
  /// The index of the declaration in Unit::declarations.
  std::optional<std::size_t> find(std::string_view name) const;

 private:
  AliasProblem declare(const Unit& unit);
  AliasProblem find_ring(const Unit& unit) const;

  std::unordered_map<std::string_view, std::size_t, base::IHash, base::IEqual> by_name_;
};

}  // namespace mof
