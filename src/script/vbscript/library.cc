#include "script/vbscript/library.h"

namespace script::vbscript {

std::span<const std::span<const Builtin>> builtin_groups() {
  static const std::span<const Builtin> groups[] = {inspection_functions()};
  return groups;
}

const std::vector<BuiltinConstant>& builtin_constants() {
  static const std::vector<BuiltinConstant> constants = {
      {u"vbObjectError", Variant::int32(static_cast<std::int32_t>(0x80040000))},
  };
  return constants;
}

}  // namespace script::vbscript
