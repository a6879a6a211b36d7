// What of JScript is written in JScript itself.
#pragma once

namespace script::jscript {
/// Run once in each heap, before any script, with the functions $$... of globals.cc in place.
extern const char* const kPrelude;
}  // namespace script::jscript
