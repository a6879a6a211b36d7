// The object WScript.
#pragma once

#include <string_view>

#include "script/wsh/script_host.h"

namespace script::wsh {

/// Of the version that scripts ask for; WScript.Version and BuildVersion.
inline constexpr std::string_view kVersion = "5.8";
inline constexpr std::int32_t kBuildVersion = 16384;

/// TypeName "Object". Belongs to the host, which outlives it.
scripting::DispatchRef make_wscript(ScriptHost& host);

/// A value as WScript.Echo writes it: Booleans are -1 and 0, Null is "null", objects are their default value. 13 for arrays and the like.
scripting::Outcome<scripting::Text> echo_text(const scripting::Variant& value);

}  // namespace script::wsh
