// Variants and values of Duktape's stack.
//
//   undefined  Empty       number    Long where it is one, else Double     Date  Date (local time)
//   null       Null        string    String                                VBArray  the array
//   boolean    Boolean     objects that came from outside are these again; those of the script are objects with members
#pragma once

#include "script/jscript/context.h"

namespace script::jscript {

/// JavaScript's strings lie in CESU-8: UTF-16 units of three octets at most each.
std::string to_cesu8(std::u16string_view units);
std::u16string from_cesu8(std::string_view octets);

void push_text(duk_context* duk, std::u16string_view units);
/// The string at `index`.
std::u16string text_at(duk_context* duk, duk_idx_t index);
void push_value(duk_context* duk, const Variant& value);
/// Runs no code of the script.
Variant value_at(duk_context* duk, duk_idx_t index);
/// From `first` to the top.
std::vector<Variant> values_from(duk_context* duk, duk_idx_t first);
/// SWbem objects take arrays as arrays: a script's Array of plain values in place of the object.
Variant with_array(duk_context* duk, duk_idx_t index);

/// A Proxy for an object of automation, the same one each time.
void push_object(duk_context* duk, Dispatch* object);
/// The script's own object when that is one; else nothing is pushed.
bool push_own_object(duk_context* duk, Dispatch& object);
/// The object of automation at `index`; null when it is none.
Dispatch* object_at(duk_context* duk, duk_idx_t index);
/// The array in a VBArray; null when it is none.
scripting::Array* array_at(duk_context* duk, duk_idx_t index);
/// A script's object for others.
DispatchRef make_script_object(duk_context* duk, duk_idx_t index);

/// Puts what JScript adds to the global object.
void add_globals(duk_context* duk);
/// Makes what Proxies need, in the stash.
void add_proxies(duk_context* duk);

// Names in the global stash.
inline constexpr const char* kHandler = "handler";
inline constexpr const char* kMethodHandler = "method handler";
inline constexpr const char* kMethodPrototype = "method";
inline constexpr const char* kVbArrayPrototype = "vbarray";
inline constexpr const char* kDate = "date";
inline constexpr const char* kHeld = "held";
void push_stashed(duk_context* duk, const char* name);
/// Pops a value.
void stash(duk_context* duk, const char* name);

}  // namespace script::jscript
