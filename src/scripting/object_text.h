// Objects as XML (SWbemObjectEx.GetText_ and SetFromText_) and as MOF without flavors.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cim/object.h"

namespace scripting {

/// wbemObjectTextFormatCIMDTD20 (DMTF's) and WMIDTD20, which adds system properties.
inline constexpr std::int32_t kCimDtd = 1;
inline constexpr std::int32_t kWmiDtd = 2;

/// Named values of GetText_ (SDK "IWbemObjectTextSrc::GetText"), FALSE when absent.
struct XmlOptions {
  bool local_only = false;                 // LocalOnly: not what is inherited
  bool qualifiers = false;                 // IncludeQualifiers
  bool exclude_system_properties = false;  // ExcludeSystemProperties
};

/// WBEM_E_INVALID_PARAMETER for another format.
base::Result<std::string> object_xml(const cim::Object& object, std::int32_t format, const XmlOptions& options);
/// An instance or a class. `cls`: the class of an instance's text, whose name must agree. System properties in the
/// text are passed over. WBEM_E_INVALID_SYNTAX with what was wrong, WBEM_E_INVALID_CLASS for the text of another class,
/// WBEM_E_INVALID_SUPERCLASS for a class whose parent is neither `cls` nor its parent, and the errors of the values.
base::Result<cim::Object> object_from_xml(std::string_view text, std::int32_t format, const cim::ClassPtr& cls);

/// The same object whose qualifiers have WMI's own flavors, so that its MOF names none.
cim::Object without_flavors(const cim::Object& object);

}  // namespace scripting
