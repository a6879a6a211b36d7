// Localisation (SDK "Compiling Localized MOF Files"): one master text into a neutral one and one for a language.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mof/ast.h"

namespace mof {

struct SplitText {
  std::string neutral;    // everything without amended qualifiers
  std::string localized;  // for the child namespace of the locale: classes with their amended qualifiers and keys, nothing else
};

/// `locale` is "MS_409"; `name_space` the one in force before a #pragma namespace. Includes are expanded, classes in the localized text
/// carry Amendment and LOCALE. Comments are lost. Both texts compile.
SplitText split(const Unit& unit, std::string_view locale, std::string_view name_space);

/// The locale of the text's #pragma amendment.
std::optional<std::string> amendment_locale(const Unit& unit);

}  // namespace mof
