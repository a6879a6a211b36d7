// Identifiers and status codes that MS-DCOM fixes (1.9, 2.2.22, MS-ERREF 2.1.1).
#pragma once

#include "base/guid.h"
#include "base/status.h"
#include "rpc/codes.h"
#include "rpc/pdu.h"

namespace dcom {
using namespace base::codes;
using base::Guid;

/// A GUID of the family xxxxxxxx-0000-0000-C000-000000000046.
constexpr Guid com_guid(std::uint32_t data1) { return {data1, 0, 0, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}}; }

namespace iid {
inline constexpr Guid kUnknown = com_guid(0);
inline constexpr Guid kRemUnknown = com_guid(0x131);
inline constexpr Guid kRemUnknown2 = com_guid(0x143);
inline constexpr Guid kRemoteScmActivator = com_guid(0x1A0);
inline constexpr Guid kActivationPropertiesIn = com_guid(0x1A2);
inline constexpr Guid kActivationPropertiesOut = com_guid(0x1A3);
inline constexpr Guid kActivation{0x4D9F4AB8, 0x7D1C, 0x11CF, {0x86, 0x1E, 0x00, 0x20, 0xAF, 0x6E, 0x7C, 0x57}};
inline constexpr Guid kObjectExporter{0x99FCFEC4, 0x5260, 0x101B, {0xBB, 0xCB, 0x00, 0xAA, 0x00, 0x21, 0x34, 0x7A}};
inline constexpr Guid kContext = com_guid(0x1C0);
inline constexpr Guid kErrorInfo{0x1CF2B120, 0x547D, 0x101B, {0x8E, 0x65, 0x08, 0x00, 0x2B, 0x2B, 0xD1, 0x19}};
}  // namespace iid

namespace clsid {
inline constexpr Guid kActivationPropertiesIn = com_guid(0x338);
inline constexpr Guid kActivationPropertiesOut = com_guid(0x339);
inline constexpr Guid kInstantiationInfo = com_guid(0x1AB);
inline constexpr Guid kSpecialSystemProperties = com_guid(0x1B9);
inline constexpr Guid kInstanceInfo = com_guid(0x1AD);
inline constexpr Guid kScmRequestInfo = com_guid(0x1AA);
inline constexpr Guid kActivationContextInfo = com_guid(0x1A5);
inline constexpr Guid kSecurityInfo = com_guid(0x1A6);
inline constexpr Guid kServerLocationInfo = com_guid(0x1A4);
inline constexpr Guid kScmReplyInfo = com_guid(0x1B6);
inline constexpr Guid kPropsOutInfo = com_guid(0x339);
inline constexpr Guid kContextMarshaler = com_guid(0x33B);
inline constexpr Guid kErrorExtension = com_guid(0x31C);
inline constexpr Guid kErrorObject = com_guid(0x31B);
inline constexpr Guid kContextExtension = com_guid(0x334);
}  // namespace clsid

/// DCOM's interfaces are bound as version 0.0 (MS-DCOM 2.1).
inline rpc::SyntaxId interface_syntax(const Guid& iid) { return {iid, 0, 0}; }

inline constexpr base::Hresult E_POINTER{0x80004003};
inline constexpr base::Hresult CO_E_OBJNOTREG{0x800401FC};
inline constexpr base::Hresult CO_E_SERVER_STOPPING{0x80080008};
inline constexpr base::Hresult CLASS_E_NOAGGREGATION{0x80040110};
inline constexpr base::Hresult CLASS_E_CLASSNOTAVAILABLE{0x80040111};
inline constexpr base::Hresult REGDB_E_CLASSNOTREG{0x80040154};
inline constexpr base::Hresult RPC_E_DISCONNECTED{0x80010108};
inline constexpr base::Hresult RPC_E_VERSION_MISMATCH{0x80010110};
inline constexpr base::Hresult RPC_E_INVALID_HEADER{0x80010111};
inline constexpr base::Hresult RPC_E_INVALID_EXTENSION{0x80010112};
inline constexpr base::Hresult RPC_E_INVALID_IPID{0x80010113};
inline constexpr base::Hresult RPC_E_INVALID_OBJECT{0x80010114};
inline constexpr base::Hresult RPC_E_INVALID_OBJREF{0x8001011D};
inline constexpr base::Hresult RPC_E_ACCESS_DENIED{0x8001011B};
inline constexpr base::Hresult RPC_E_NO_GOOD_SECURITY_PACKAGES{0x8001011A};

/// error_status_t of IObjectExporter (MS-DCOM 2.2.4).
inline constexpr std::uint32_t OR_INVALID_OXID = 1910;
inline constexpr std::uint32_t OR_INVALID_OID = 1911;
inline constexpr std::uint32_t OR_INVALID_SET = 1912;

/// Public references that a new reference brings (MS-DCOM 3.1.1.5.1).
inline constexpr std::uint32_t kNewReferences = 5;

using Oxid = std::uint64_t;
using Oid = std::uint64_t;
using SetId = std::uint64_t;
using Ipid = Guid;

/// COMVERSION (2.2.11). This implementation speaks 5.1 to 5.7.
struct Version {
  std::uint16_t major = 5;
  std::uint16_t minor = 7;
  bool operator==(const Version&) const = default;
};
/// Same major version, minor not above ours (3.1.1.5.4): else RPC_E_VERSION_MISMATCH.
inline bool acceptable(Version version) { return version.major == 5 && version.minor >= 1 && version.minor <= 7; }

}  // namespace dcom
