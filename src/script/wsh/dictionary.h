// Scripting.Dictionary.
#pragma once

#include "scripting/dispatch.h"

namespace script::wsh {

/// An empty one: TypeName "Dictionary". Keys are numbers (equal by value, of whatever type), texts (CompareMode), objects (by identity),
/// Empty or Null; the order is that of adding. Errors: 457 the key exists, 32811 it does not, 5 an array as key or CompareMode of a
/// dictionary that is not empty. Reading the item of a key that is not there adds it with Empty, as on Windows.
scripting::DispatchRef make_dictionary();

}  // namespace script::wsh
