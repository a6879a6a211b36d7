#include "mof/ast.h"

#include <algorithm>

namespace mof {

std::string TypeUse::cim_type() const {
  std::string text;
  if (type.base == cim::CimType::kReference) {
    text = "ref";
  } else if (type.base == cim::CimType::kObject) {
    text = "object";
  } else {
    return std::string(cim::type_name(type.base));
  }
  if (class_name.empty()) return text;
  text += ':';
  text += class_name;
  return text;
}

Place Unit::place(const Position& position) const {
  Place place;
  if (position.source >= sources.size()) return place;
  const Source& source = sources[position.source];
  place.file = source.name;
  place.line = position.line;
  if (position.at == nullptr) return place;
  const char* start = position.at;
  while (start > source.text.data() && start[-1] != '\n') --start;
  const auto is_start = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  place.column = static_cast<std::uint32_t>(std::count_if(start, position.at, is_start)) + 1;
  return place;
}

bool Unit::has_autorecover() const {
  return std::ranges::any_of(declarations, [](const Declaration& d) { return std::holds_alternative<AutorecoverPragma>(d); });
}

}  // namespace mof
