#include "script/vbscript/library.h"

#include <array>

namespace script::vbscript {

std::span<const std::span<const Builtin>> builtin_groups() {
  static const std::array groups = {inspection_functions(), conversion_functions(), text_functions(),
                                    search_functions(),     math_functions(),       date_functions(),
                                    interval_functions(),   format_functions(),     host_functions()};
  return groups;
}

}  // namespace script::vbscript
