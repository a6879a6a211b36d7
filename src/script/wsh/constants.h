// Constants of type libraries, for <reference> of .wsf files.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scripting/dispatch.h"

namespace script::wsh {

struct Constant {
  std::string name;
  std::int32_t value;
};

/// An object whose properties they are, without regard to case.
scripting::DispatchRef make_constants(std::vector<Constant> constants);

/// Those of an object that make_constants() gave; none for another.
std::span<const Constant> constants_of(scripting::Dispatch& object);

/// One that a reference may name.
struct TypeLibrary {
  std::string prefix;  // of ProgIDs: "WbemScripting."
  std::string guid;    // with braces
  scripting::DispatchRef constants;
};

}  // namespace script::wsh
