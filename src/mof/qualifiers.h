// Qualifiers of the text to those of the object model: declared types, scopes and flavors.
#pragma once

#include <string>
#include <unordered_map>

#include "base/utf.h"
#include "cim/qualifier.h"
#include "mof/ast.h"

namespace mof {

/// What the `Qualifier` declarations read so far say. The declarations must outlive it. Not thread-safe.
class QualifierTable {
 public:
  /// A later declaration of a name replaces the earlier one.
  void declare(const QualifierDecl& decl) { declared_.insert_or_assign(std::string(decl.name), &decl); }
  const QualifierDecl* find(std::string_view name) const;

  /// Name, type, value and flavor of a use. Its flavor starts from WMI's for the name (cim::default_flavor), a DMTF declaration adds
  /// ToSubclass, then the declaration's words and the use's own apply. A NULL value gives a NULL qualifier, which has no effect.
  /// Errors: WBEMMOF_E_TYPE_MISMATCH (not of the declared type), WBEMMOF_E_OUT_OF_RANGE.
  base::Result<cim::Qualifier> evaluate(const QualifierUse& use) const;
  std::uint8_t flavor_of(const QualifierUse& use) const;
  bool amended(const QualifierUse& use) const { return (flavor_of(use) & cim::flavor::kAmended) != 0; }

  /// How a parameter is passed. Without In and Out: neither, unless a declaration says that In is TRUE by default (DMTF).
  struct Direction {
    bool in = false;
    bool out = false;
  };
  Direction direction(const QualifierList& list) const;

 private:
  std::unordered_map<std::string, const QualifierDecl*, base::IHash, base::IEqual> declared_;
};

/// The use of that name, or null.
const QualifierUse* find_use(const QualifierList& list, std::string_view name);
/// True when it is there and its value is not FALSE.
bool is_set(const QualifierList& list, std::string_view name);

/// The flavor that marks make of `flavor`.
std::uint8_t apply_marks(std::uint8_t flavor, std::uint16_t marks);

}  // namespace mof
