// Objects of the model -> MOF text (IWbemClassObject::GetObjectText) that compiles to the same objects.
#pragma once

#include <string>
#include <string_view>

#include "cim/object.h"

namespace mof {

/// A declaration with its ';' and a newline: of a class what it declares itself (its parent gives the rest), of an instance the values that
/// are not its class's defaults. Flavors stand where they differ from WMI's for the qualifier's name; CIMTYPE and parameter IDs where
/// the declaration does not imply them. Real numbers that MOF can't write (NaN) become NULL. Thread-safe.
std::string print(const cim::Object& object);
std::string print_class(const cim::Class& cls);
std::string print_instance(const cim::Instance& instance);

/// A value as a constant of `type`: "text", 5, 1.5, TRUE, '\x0041', {1, 2}, NULL, instance of X {...}.
std::string print_value(const cim::Value& value, cim::Type type);
/// Text in double quotes with MOF's escapes.
std::string quote(std::string_view text);

}  // namespace mof
