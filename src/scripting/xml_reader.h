// XML as far as texts of objects need it: elements, attributes, text, references to characters; no DTD of its own, no entities.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"

namespace scripting {

inline constexpr std::size_t kMaxXmlLength = 16U << 20U;  // octets
inline constexpr int kMaxXmlDepth = 64;
inline constexpr std::size_t kMaxXmlAttributes = 32;  // of one element

struct XmlElement {
  std::string name;
  std::vector<std::pair<std::string, std::string>> attributes;
  std::vector<XmlElement> children;
  std::string text;  // all of it that is not in a child

  /// Empty when it is not there.
  std::string_view attribute(std::string_view name) const;
};

/// The document's element. WBEM_E_INVALID_SYNTAX with the place (octets, from 1) and what was expected. Thread-safe.
base::Result<XmlElement> read_xml(std::string_view text);

/// Appends text with < > & " ' and control characters as references.
void append_xml(std::string& out, std::string_view text);

}  // namespace scripting
