// What MS-WMI's parameters are made of: BSTR (MS-OAUT 2.2.23), class objects and contexts by value (MS-WMI 2.2.4, 2.2.13, 2.2.14).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cim/context.h"
#include "cim/object.h"
#include "cim/services.h"
#include "cim/wmio.h"
#include "dcom/objref.h"
#include "rpc/ndr.h"

namespace remote {
using namespace base::codes;

/// FLAGGED_WORD_BLOB behind a [unique] pointer. NULL (nullopt) is written as a pointer to {0xFFFFFFFF, 0}; read from that and from a null
/// pointer alike. An odd octet count keeps its whole characters; lone surrogates survive as WTF-8.
/// Read up to the first NUL: some clients send the terminator of a C string with it, and Windows reads it as one.
void write_bstr(rpc::NdrWriter& out, const cim::OptionalText& text);
cim::OptionalText read_bstr(rpc::NdrReader& in, std::string_view what);

/// The OBJREF_CUSTOM of an IWbemClassObject around an EncodingUnit.
std::string marshal_object(const cim::Object& object);
/// WBEM_E_INVALID_OBJECT with the reason for malformed WMIO, another unmarshaler or a reference that is none by value.
base::Result<cim::Object> unmarshal_object(std::string_view objref, cim::ClassInterner* interner);

/// A stand-alone [unique] IWbemClassObject*: an MInterfacePointer or null.
void write_object(rpc::NdrWriter& out, const std::optional<cim::Object>& object);
/// Broken NDR fails the reader; a malformed object is the result's error, and reading can go on behind it.
base::Result<std::optional<cim::Object>> read_object(rpc::NdrReader& in, cim::ClassInterner* interner);

/// IWbemContext (2.2.13): the buffer of its OBJREF_CUSTOM. Limits: kMaxContextValues values, arrays within the octets given.
inline constexpr std::size_t kMaxContextValues = 1024;
std::string encode_context(const cim::Context& context);
/// WBEM_E_INVALID_CONTEXT with what was wrong and where.
base::Result<cim::Context> decode_context(std::string_view octets, cim::ClassInterner* interner);
/// Stand-alone [unique] IWbemContext*; null when empty.
void write_context(rpc::NdrWriter& out, const cim::ContextPtr& context);
base::Result<cim::ContextPtr> read_context(rpc::NdrReader& in, cim::ClassInterner* interner);

}  // namespace remote
