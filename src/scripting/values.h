// Values of CIM to Variants of automation and back (MS-WMIO 2.2.82 and the SDK's "Numbers", "Mapping of CIM types to automation").
//
//   sint8 sint16 char16  VT_I2      uint8  VT_UI1     uint16 sint32 uint32  VT_I4 (uint32 by its bits)    sint64 uint64  VT_BSTR
//   real32  VT_R4    real64  VT_R8    boolean  VT_BOOL    string datetime reference  VT_BSTR    object  SWbemObjectEx
//   NULL  VT_NULL; arrays are VT_ARRAY|VT_VARIANT, the only ones that script languages read
#pragma once

#include "cim/context.h"
#include "cim/object.h"
#include "scripting/dispatch.h"
#include "scripting/world.h"

namespace scripting {

/// `session`: of embedded objects.
Variant to_variant(const cim::Value& value, cim::Type type, const SessionPtr& session);
/// The same straight from an instance's octets.
Variant read_property(const cim::InstanceView& view, const cim::Property& property, const SessionPtr& session);

/// Null and Empty are NULL, objects those of SWbemObject. WBEM_E_TYPE_MISMATCH for what no value of CIM can be (dates, other objects);
/// whether it fits a certain type is for cim::coerce().
base::Result<cim::Value> to_value(const Variant& variant);
/// For a property of that type.
base::Result<cim::Value> to_value(const Variant& variant, cim::Type type);
/// With the type that the Variant suggests: for contexts and new qualifiers. NULL is a string.
base::Result<cim::NamedValue> typed_value(const Variant& variant);

}  // namespace scripting
