// HRESULT values of WMI by the names that MS-WMI 2.2.11 and its Appendix C give them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace base {

/// A COM status: any 32-bit value is possible; the named ones are in base::codes.
enum class Hresult : std::uint32_t {};

/// The symbolic name ("WBEM_E_NOT_FOUND"), or empty for a value that has none here. Thread-safe.
std::string_view hresult_name(Hresult code);

/// The value of a symbolic name, exact spelling.
std::optional<Hresult> hresult_by_name(std::string_view name);

/// One general sentence of what the code means, for an error that carries no text of its own; empty when unknown.
std::string_view hresult_text(Hresult code);

/// The codes. Every folder's namespace sees them without a prefix.
namespace codes {

inline constexpr Hresult S_OK{0x00000000};
inline constexpr Hresult S_FALSE{0x00000001};
inline constexpr Hresult E_NOTIMPL{0x80004001};
inline constexpr Hresult E_NOINTERFACE{0x80004002};
inline constexpr Hresult E_FAIL{0x80004005};
inline constexpr Hresult E_UNEXPECTED{0x8000FFFF};
inline constexpr Hresult E_ACCESSDENIED{0x80070005};
inline constexpr Hresult E_OUTOFMEMORY{0x8007000E};
inline constexpr Hresult E_INVALIDARG{0x80070057};
inline constexpr Hresult WBEM_S_NEW_STYLE{0x000400FF};
inline constexpr Hresult WBEM_NO_ERROR{0x00000000};
inline constexpr Hresult WBEM_S_NO_ERROR{0x00000000};
inline constexpr Hresult WBEM_S_SAME{0x00000000};
inline constexpr Hresult WBEM_S_FALSE{0x00000001};
inline constexpr Hresult WBEM_S_ALREADY_EXISTS{0x00040001};
inline constexpr Hresult WBEM_S_RESET_TO_DEFAULT{0x00040002};
inline constexpr Hresult WBEM_S_DIFFERENT{0x00040003};
inline constexpr Hresult WBEM_S_TIMEDOUT{0x00040004};
inline constexpr Hresult WBEM_S_NO_MORE_DATA{0x00040005};
inline constexpr Hresult WBEM_S_OPERATION_CANCELLED{0x00040006};
inline constexpr Hresult WBEM_S_PENDING{0x00040007};
inline constexpr Hresult WBEM_S_DUPLICATE_OBJECTS{0x00040008};
inline constexpr Hresult WBEM_S_ACCESS_DENIED{0x00040009};
inline constexpr Hresult WBEM_S_PARTIAL_RESULTS{0x00040010};
inline constexpr Hresult WBEM_S_SOURCE_NOT_AVAILABLE{0x00040017};
inline constexpr Hresult WBEM_S_LIMITED_SERVICE{0x00043001};
inline constexpr Hresult WBEM_S_INDIRECTLY_UPDATED{0x00043002};
inline constexpr Hresult WBEM_E_FAILED{0x80041001};
inline constexpr Hresult WBEM_E_NOT_FOUND{0x80041002};
inline constexpr Hresult WBEM_E_ACCESS_DENIED{0x80041003};
inline constexpr Hresult WBEM_E_PROVIDER_FAILURE{0x80041004};
inline constexpr Hresult WBEM_E_TYPE_MISMATCH{0x80041005};
inline constexpr Hresult WBEM_E_OUT_OF_MEMORY{0x80041006};
inline constexpr Hresult WBEM_E_INVALID_CONTEXT{0x80041007};
inline constexpr Hresult WBEM_E_INVALID_PARAMETER{0x80041008};
inline constexpr Hresult WBEM_E_NOT_AVAILABLE{0x80041009};
inline constexpr Hresult WBEM_E_CRITICAL_ERROR{0x8004100A};
inline constexpr Hresult WBEM_E_INVALID_STREAM{0x8004100B};
inline constexpr Hresult WBEM_E_NOT_SUPPORTED{0x8004100C};
inline constexpr Hresult WBEM_E_INVALID_SUPERCLASS{0x8004100D};
inline constexpr Hresult WBEM_E_INVALID_NAMESPACE{0x8004100E};
inline constexpr Hresult WBEM_E_INVALID_OBJECT{0x8004100F};
inline constexpr Hresult WBEM_E_INVALID_CLASS{0x80041010};
inline constexpr Hresult WBEM_E_PROVIDER_NOT_FOUND{0x80041011};
inline constexpr Hresult WBEM_E_INVALID_PROVIDER_REGISTRATION{0x80041012};
inline constexpr Hresult WBEM_E_PROVIDER_LOAD_FAILURE{0x80041013};
inline constexpr Hresult WBEM_E_INITIALIZATION_FAILURE{0x80041014};
inline constexpr Hresult WBEM_E_TRANSPORT_FAILURE{0x80041015};
inline constexpr Hresult WBEM_E_INVALID_OPERATION{0x80041016};
inline constexpr Hresult WBEM_E_INVALID_QUERY{0x80041017};
inline constexpr Hresult WBEM_E_INVALID_QUERY_TYPE{0x80041018};
inline constexpr Hresult WBEM_E_ALREADY_EXISTS{0x80041019};
inline constexpr Hresult WBEM_E_OVERRIDE_NOT_ALLOWED{0x8004101A};
inline constexpr Hresult WBEM_E_PROPAGATED_QUALIFIER{0x8004101B};
inline constexpr Hresult WBEM_E_PROPAGATED_PROPERTY{0x8004101C};
inline constexpr Hresult WBEM_E_UNEXPECTED{0x8004101D};
inline constexpr Hresult WBEM_E_ILLEGAL_OPERATION{0x8004101E};
inline constexpr Hresult WBEM_E_CANNOT_BE_KEY{0x8004101F};
inline constexpr Hresult WBEM_E_INCOMPLETE_CLASS{0x80041020};
inline constexpr Hresult WBEM_E_INVALID_SYNTAX{0x80041021};
inline constexpr Hresult WBEM_E_NONDECORATED_OBJECT{0x80041022};
inline constexpr Hresult WBEM_E_READ_ONLY{0x80041023};
inline constexpr Hresult WBEM_E_PROVIDER_NOT_CAPABLE{0x80041024};
inline constexpr Hresult WBEM_E_CLASS_HAS_CHILDREN{0x80041025};
inline constexpr Hresult WBEM_E_CLASS_HAS_INSTANCES{0x80041026};
inline constexpr Hresult WBEM_E_QUERY_NOT_IMPLEMENTED{0x80041027};
inline constexpr Hresult WBEM_E_ILLEGAL_NULL{0x80041028};
inline constexpr Hresult WBEM_E_INVALID_QUALIFIER_TYPE{0x80041029};
inline constexpr Hresult WBEM_E_INVALID_PROPERTY_TYPE{0x8004102A};
inline constexpr Hresult WBEM_E_VALUE_OUT_OF_RANGE{0x8004102B};
inline constexpr Hresult WBEM_E_CANNOT_BE_SINGLETON{0x8004102C};
inline constexpr Hresult WBEM_E_INVALID_CIM_TYPE{0x8004102D};
inline constexpr Hresult WBEM_E_INVALID_METHOD{0x8004102E};
inline constexpr Hresult WBEM_E_INVALID_METHOD_PARAMETERS{0x8004102F};
inline constexpr Hresult WBEM_E_SYSTEM_PROPERTY{0x80041030};
inline constexpr Hresult WBEM_E_INVALID_PROPERTY{0x80041031};
inline constexpr Hresult WBEM_E_CALL_CANCELLED{0x80041032};
inline constexpr Hresult WBEM_E_SHUTTING_DOWN{0x80041033};
inline constexpr Hresult WBEM_E_PROPAGATED_METHOD{0x80041034};
inline constexpr Hresult WBEM_E_UNSUPPORTED_PARAMETER{0x80041035};
inline constexpr Hresult WBEM_E_MISSING_PARAMETER_ID{0x80041036};
inline constexpr Hresult WBEM_E_INVALID_PARAMETER_ID{0x80041037};
inline constexpr Hresult WBEM_E_NONCONSECUTIVE_PARAMETER_IDS{0x80041038};
inline constexpr Hresult WBEM_E_PARAMETER_ID_ON_RETVAL{0x80041039};
inline constexpr Hresult WBEM_E_INVALID_OBJECT_PATH{0x8004103A};
inline constexpr Hresult WBEM_E_OUT_OF_DISK_SPACE{0x8004103B};
inline constexpr Hresult WBEM_E_BUFFER_TOO_SMALL{0x8004103C};
inline constexpr Hresult WBEM_E_UNSUPPORTED_PUT_EXTENSION{0x8004103D};
inline constexpr Hresult WBEM_E_UNKNOWN_OBJECT_TYPE{0x8004103E};
inline constexpr Hresult WBEM_E_UNKNOWN_PACKET_TYPE{0x8004103F};
inline constexpr Hresult WBEM_E_MARSHAL_VERSION_MISMATCH{0x80041040};
inline constexpr Hresult WBEM_E_MARSHAL_INVALID_SIGNATURE{0x80041041};
inline constexpr Hresult WBEM_E_INVALID_QUALIFIER{0x80041042};
inline constexpr Hresult WBEM_E_INVALID_DUPLICATE_PARAMETER{0x80041043};
inline constexpr Hresult WBEM_E_TOO_MUCH_DATA{0x80041044};
inline constexpr Hresult WBEM_E_SERVER_TOO_BUSY{0x80041045};
inline constexpr Hresult WBEM_E_INVALID_FLAVOR{0x80041046};
inline constexpr Hresult WBEM_E_CIRCULAR_REFERENCE{0x80041047};
inline constexpr Hresult WBEM_E_UNSUPPORTED_CLASS_UPDATE{0x80041048};
inline constexpr Hresult WBEM_E_CANNOT_CHANGE_KEY_INHERITANCE{0x80041049};
inline constexpr Hresult WBEM_E_CANNOT_CHANGE_INDEX_INHERITANCE{0x80041050};
inline constexpr Hresult WBEM_E_TOO_MANY_PROPERTIES{0x80041051};
inline constexpr Hresult WBEM_E_UPDATE_TYPE_MISMATCH{0x80041052};
inline constexpr Hresult WBEM_E_UPDATE_OVERRIDE_NOT_ALLOWED{0x80041053};
inline constexpr Hresult WBEM_E_UPDATE_PROPAGATED_METHOD{0x80041054};
inline constexpr Hresult WBEM_E_METHOD_NOT_IMPLEMENTED{0x80041055};
inline constexpr Hresult WBEM_E_METHOD_DISABLED{0x80041056};
inline constexpr Hresult WBEM_E_REFRESHER_BUSY{0x80041057};
inline constexpr Hresult WBEM_E_UNPARSABLE_QUERY{0x80041058};
inline constexpr Hresult WBEM_E_NOT_EVENT_CLASS{0x80041059};
inline constexpr Hresult WBEM_E_MISSING_GROUP_WITHIN{0x8004105A};
inline constexpr Hresult WBEM_E_MISSING_AGGREGATION_LIST{0x8004105B};
inline constexpr Hresult WBEM_E_PROPERTY_NOT_AN_OBJECT{0x8004105C};
inline constexpr Hresult WBEM_E_AGGREGATING_BY_OBJECT{0x8004105D};
inline constexpr Hresult WBEM_E_UNINTERPRETABLE_PROVIDER_QUERY{0x8004105F};
inline constexpr Hresult WBEM_E_BACKUP_RESTORE_WINMGMT_RUNNING{0x80041060};
inline constexpr Hresult WBEM_E_QUEUE_OVERFLOW{0x80041061};
inline constexpr Hresult WBEM_E_PRIVILEGE_NOT_HELD{0x80041062};
inline constexpr Hresult WBEM_E_INVALID_OPERATOR{0x80041063};
inline constexpr Hresult WBEM_E_LOCAL_CREDENTIALS{0x80041064};
inline constexpr Hresult WBEM_E_CANNOT_BE_ABSTRACT{0x80041065};
inline constexpr Hresult WBEM_E_AMENDED_OBJECT{0x80041066};
inline constexpr Hresult WBEM_E_CLIENT_TOO_SLOW{0x80041067};
inline constexpr Hresult WBEM_E_NULL_SECURITY_DESCRIPTOR{0x80041068};
inline constexpr Hresult WBEM_E_TIMED_OUT{0x80041069};
inline constexpr Hresult WBEM_E_INVALID_ASSOCIATION{0x8004106A};
inline constexpr Hresult WBEM_E_AMBIGUOUS_OPERATION{0x8004106B};
inline constexpr Hresult WBEM_E_QUOTA_VIOLATION{0x8004106C};
inline constexpr Hresult WBEM_E_RESERVED_001{0x8004106D};
inline constexpr Hresult WBEM_E_TRANSACTION_CONFLICT{0x8004106D};
inline constexpr Hresult WBEM_E_FORCED_ROLLBACK{0x8004106E};
inline constexpr Hresult WBEM_E_RESERVED_002{0x8004106E};
inline constexpr Hresult WBEM_E_UNSUPPORTED_LOCALE{0x8004106F};
inline constexpr Hresult WBEM_E_HANDLE_OUT_OF_DATE{0x80041070};
inline constexpr Hresult WBEM_E_CONNECTION_FAILED{0x80041071};
inline constexpr Hresult WBEM_E_INVALID_HANDLE_REQUEST{0x80041072};
inline constexpr Hresult WBEM_E_PROPERTY_NAME_TOO_WIDE{0x80041073};
inline constexpr Hresult WBEM_E_CLASS_NAME_TOO_WIDE{0x80041074};
inline constexpr Hresult WBEM_E_METHOD_NAME_TOO_WIDE{0x80041075};
inline constexpr Hresult WBEM_E_QUALIFIER_NAME_TOO_WIDE{0x80041076};
inline constexpr Hresult WBEM_E_RERUN_COMMAND{0x80041077};
inline constexpr Hresult WBEM_E_DATABASE_VER_MISMATCH{0x80041078};
inline constexpr Hresult WBEM_E_VETO_DELETE{0x80041079};
inline constexpr Hresult WBEM_E_VETO_PUT{0x8004107A};
inline constexpr Hresult WBEM_E_INVALID_LOCALE{0x80041080};
inline constexpr Hresult WBEM_E_PROVIDER_SUSPENDED{0x80041081};
inline constexpr Hresult WBEM_E_SYNCHRONIZATION_REQUIRED{0x80041082};
inline constexpr Hresult WBEM_E_NO_SCHEMA{0x80041083};
inline constexpr Hresult WBEM_E_PROVIDER_ALREADY_REGISTERED{0x80041084};
inline constexpr Hresult WBEM_E_PROVIDER_NOT_REGISTERED{0x80041085};
inline constexpr Hresult WBEM_E_FATAL_TRANSPORT_ERROR{0x80041086};
inline constexpr Hresult WBEM_E_ENCRYPTED_CONNECTION_REQUIRED{0x80041087};
inline constexpr Hresult WBEM_E_PROVIDER_TIMED_OUT{0x80041088};
inline constexpr Hresult WBEM_E_NO_KEY{0x80041089};
inline constexpr Hresult WBEM_E_PROVIDER_DISABLED{0x8004108A};
inline constexpr Hresult WBEMESS_E_REGISTRATION_TOO_BROAD{0x80042001};
inline constexpr Hresult WBEMESS_E_REGISTRATION_TOO_PRECISE{0x80042002};
inline constexpr Hresult WBEMESS_E_AUTHZ_NOT_PRIVILEGED{0x80042003};
inline constexpr Hresult WBEM_E_RETRY_LATER{0x80043001};
inline constexpr Hresult WBEM_E_RESOURCE_CONTENTION{0x80043002};
inline constexpr Hresult WBEMMOF_E_EXPECTED_QUALIFIER_NAME{0x80044001};
inline constexpr Hresult WBEMMOF_E_EXPECTED_SEMI{0x80044002};
inline constexpr Hresult WBEMMOF_E_EXPECTED_OPEN_BRACE{0x80044003};
inline constexpr Hresult WBEMMOF_E_EXPECTED_CLOSE_BRACE{0x80044004};
inline constexpr Hresult WBEMMOF_E_EXPECTED_CLOSE_BRACKET{0x80044005};
inline constexpr Hresult WBEMMOF_E_EXPECTED_CLOSE_PAREN{0x80044006};
inline constexpr Hresult WBEMMOF_E_ILLEGAL_CONSTANT_VALUE{0x80044007};
inline constexpr Hresult WBEMMOF_E_EXPECTED_TYPE_IDENTIFIER{0x80044008};
inline constexpr Hresult WBEMMOF_E_EXPECTED_OPEN_PAREN{0x80044009};
inline constexpr Hresult WBEMMOF_E_UNRECOGNIZED_TOKEN{0x8004400A};
inline constexpr Hresult WBEMMOF_E_UNRECOGNIZED_TYPE{0x8004400B};
inline constexpr Hresult WBEMMOF_E_EXPECTED_PROPERTY_NAME{0x8004400C};
inline constexpr Hresult WBEMMOF_E_TYPEDEF_NOT_SUPPORTED{0x8004400D};
inline constexpr Hresult WBEMMOF_E_UNEXPECTED_ALIAS{0x8004400E};
inline constexpr Hresult WBEMMOF_E_UNEXPECTED_ARRAY_INIT{0x8004400F};
inline constexpr Hresult WBEMMOF_E_INVALID_AMENDMENT_SYNTAX{0x80044010};
inline constexpr Hresult WBEMMOF_E_INVALID_DUPLICATE_AMENDMENT{0x80044011};
inline constexpr Hresult WBEMMOF_E_INVALID_PRAGMA{0x80044012};
inline constexpr Hresult WBEMMOF_E_INVALID_NAMESPACE_SYNTAX{0x80044013};
inline constexpr Hresult WBEMMOF_E_EXPECTED_CLASS_NAME{0x80044014};
inline constexpr Hresult WBEMMOF_E_TYPE_MISMATCH{0x80044015};
inline constexpr Hresult WBEMMOF_E_EXPECTED_ALIAS_NAME{0x80044016};
inline constexpr Hresult WBEMMOF_E_INVALID_CLASS_DECLARATION{0x80044017};
inline constexpr Hresult WBEMMOF_E_INVALID_INSTANCE_DECLARATION{0x80044018};
inline constexpr Hresult WBEMMOF_E_EXPECTED_DOLLAR{0x80044019};
inline constexpr Hresult WBEMMOF_E_CIMTYPE_QUALIFIER{0x8004401A};
inline constexpr Hresult WBEMMOF_E_DUPLICATE_PROPERTY{0x8004401B};
inline constexpr Hresult WBEMMOF_E_INVALID_NAMESPACE_SPECIFICATION{0x8004401C};
inline constexpr Hresult WBEMMOF_E_OUT_OF_RANGE{0x8004401D};
inline constexpr Hresult WBEMMOF_E_INVALID_FILE{0x8004401E};
inline constexpr Hresult WBEMMOF_E_ALIASES_IN_EMBEDDED{0x8004401F};
inline constexpr Hresult WBEMMOF_E_NULL_ARRAY_ELEM{0x80044020};
inline constexpr Hresult WBEMMOF_E_DUPLICATE_QUALIFIER{0x80044021};
inline constexpr Hresult WBEMMOF_E_EXPECTED_FLAVOR_TYPE{0x80044022};
inline constexpr Hresult WBEMMOF_E_INCOMPATIBLE_FLAVOR_TYPES{0x80044023};
inline constexpr Hresult WBEMMOF_E_MULTIPLE_ALIASES{0x80044024};
inline constexpr Hresult WBEMMOF_E_INCOMPATIBLE_FLAVOR_TYPES2{0x80044025};
inline constexpr Hresult WBEMMOF_E_NO_ARRAYS_RETURNED{0x80044026};
inline constexpr Hresult WBEMMOF_E_MUST_BE_IN_OR_OUT{0x80044027};
inline constexpr Hresult WBEMMOF_E_INVALID_FLAGS_SYNTAX{0x80044028};
inline constexpr Hresult WBEMMOF_E_EXPECTED_BRACE_OR_BAD_TYPE{0x80044029};
inline constexpr Hresult WBEMMOF_E_UNSUPPORTED_CIMV22_QUAL_VALUE{0x8004402A};
inline constexpr Hresult WBEMMOF_E_UNSUPPORTED_CIMV22_DATA_TYPE{0x8004402B};
inline constexpr Hresult WBEMMOF_E_INVALID_DELETEINSTANCE_SYNTAX{0x8004402C};
inline constexpr Hresult WBEMMOF_E_INVALID_QUALIFIER_SYNTAX{0x8004402D};
inline constexpr Hresult WBEMMOF_E_QUALIFIER_USED_OUTSIDE_SCOPE{0x8004402E};
inline constexpr Hresult WBEMMOF_E_ERROR_CREATING_TEMP_FILE{0x8004402F};
inline constexpr Hresult WBEMMOF_E_ERROR_INVALID_INCLUDE_FILE{0x80044030};
inline constexpr Hresult WBEMMOF_E_INVALID_DELETECLASS_SYNTAX{0x80044031};

}  // namespace codes
using namespace codes;
}  // namespace base

namespace cim {
using namespace base::codes;
}
namespace mof {
using namespace base::codes;
}
namespace wql {
using namespace base::codes;
}
namespace repository {
using namespace base::codes;
}
namespace manager {
using namespace base::codes;
}
namespace providers {
using namespace base::codes;
}
namespace security {
using namespace base::codes;
}
