// What Err.Description says of WMI's codes: short phrases, each with the blank that WMI's own messages end in.
#include <algorithm>
#include <array>
#include <string>

#include "base/status.h"
#include "scripting/swbem_base.h"

namespace scripting {
namespace {

struct Phrase {
  base::Hresult code;
  std::string_view text;
};

constexpr auto kPhrases = std::to_array<Phrase>({
    {WBEM_S_TIMEDOUT, "Call timed out"},
    {WBEM_E_FAILED, "Generic failure"},
    {WBEM_E_NOT_FOUND, "Not found"},
    {WBEM_E_ACCESS_DENIED, "Access denied"},
    {WBEM_E_PROVIDER_FAILURE, "Provider failure"},
    {WBEM_E_TYPE_MISMATCH, "Type mismatch"},
    {WBEM_E_OUT_OF_MEMORY, "Out of memory"},
    {WBEM_E_INVALID_CONTEXT, "Invalid context"},
    {WBEM_E_INVALID_PARAMETER, "Invalid parameter"},
    {WBEM_E_NOT_AVAILABLE, "Resource not available"},
    {WBEM_E_CRITICAL_ERROR, "Critical error"},
    {WBEM_E_INVALID_STREAM, "Invalid stream"},
    {WBEM_E_NOT_SUPPORTED, "Not supported"},
    {WBEM_E_INVALID_SUPERCLASS, "Invalid superclass"},
    {WBEM_E_INVALID_NAMESPACE, "Invalid namespace"},
    {WBEM_E_INVALID_OBJECT, "Invalid object"},
    {WBEM_E_INVALID_CLASS, "Invalid class"},
    {WBEM_E_PROVIDER_NOT_FOUND, "Provider not found"},
    {WBEM_E_INVALID_PROVIDER_REGISTRATION, "Invalid provider registration"},
    {WBEM_E_PROVIDER_LOAD_FAILURE, "Provider load failure"},
    {WBEM_E_INITIALIZATION_FAILURE, "Initialization failure"},
    {WBEM_E_TRANSPORT_FAILURE, "Transport failure"},
    {WBEM_E_INVALID_OPERATION, "Invalid operation"},
    {WBEM_E_INVALID_QUERY, "Invalid query"},
    {WBEM_E_INVALID_QUERY_TYPE, "Invalid query type"},
    {WBEM_E_ALREADY_EXISTS, "Already exists"},
    {WBEM_E_OVERRIDE_NOT_ALLOWED, "Override not allowed"},
    {WBEM_E_PROPAGATED_QUALIFIER, "Propagated qualifier"},
    {WBEM_E_PROPAGATED_PROPERTY, "Propagated property"},
    {WBEM_E_UNEXPECTED, "Unexpected"},
    {WBEM_E_ILLEGAL_OPERATION, "Illegal operation"},
    {WBEM_E_CANNOT_BE_KEY, "Cannot be key"},
    {WBEM_E_INCOMPLETE_CLASS, "Incomplete class"},
    {WBEM_E_INVALID_SYNTAX, "Invalid syntax"},
    {WBEM_E_READ_ONLY, "Read only"},
    {WBEM_E_PROVIDER_NOT_CAPABLE, "Provider is not capable of the attempted operation"},
    {WBEM_E_CLASS_HAS_CHILDREN, "Class has children"},
    {WBEM_E_CLASS_HAS_INSTANCES, "Class has instances"},
    {WBEM_E_ILLEGAL_NULL, "Illegal null value"},
    {WBEM_E_INVALID_QUALIFIER_TYPE, "Invalid qualifier type"},
    {WBEM_E_INVALID_PROPERTY_TYPE, "Invalid property type"},
    {WBEM_E_VALUE_OUT_OF_RANGE, "Value out of range"},
    {WBEM_E_CANNOT_BE_SINGLETON, "Cannot be singleton"},
    {WBEM_E_INVALID_CIM_TYPE, "Invalid CIM type"},
    {WBEM_E_INVALID_METHOD, "Invalid method"},
    {WBEM_E_INVALID_METHOD_PARAMETERS, "Invalid method parameter(s)"},
    {WBEM_E_SYSTEM_PROPERTY, "System property"},
    {WBEM_E_INVALID_PROPERTY, "Invalid property"},
    {WBEM_E_CALL_CANCELLED, "Call cancelled"},
    {WBEM_E_SHUTTING_DOWN, "Shutting down"},
    {WBEM_E_PROPAGATED_METHOD, "Propagated method"},
    {WBEM_E_UNSUPPORTED_PARAMETER, "Unsupported parameter"},
    {WBEM_E_MISSING_PARAMETER_ID, "Missing parameter ID"},
    {WBEM_E_INVALID_PARAMETER_ID, "Invalid parameter ID"},
    {WBEM_E_NONCONSECUTIVE_PARAMETER_IDS, "Nonconsecutive parameter IDs"},
    {WBEM_E_PARAMETER_ID_ON_RETVAL, "Parameter ID on return value"},
    {WBEM_E_INVALID_OBJECT_PATH, "Invalid object path"},
    {WBEM_E_OUT_OF_DISK_SPACE, "Out of disk space"},
    {WBEM_E_UNSUPPORTED_PUT_EXTENSION, "Unsupported put extension"},
    {WBEM_E_QUOTA_VIOLATION, "Quota violation"},
    {WBEM_E_SERVER_TOO_BUSY, "Server too busy"},
    {WBEM_E_METHOD_NOT_IMPLEMENTED, "Method not implemented"},
    {WBEM_E_METHOD_DISABLED, "Method disabled"},
    {WBEM_E_UNPARSABLE_QUERY, "Unparsable query"},
    {WBEM_E_NOT_EVENT_CLASS, "Not an event class"},
    {WBEM_E_MISSING_GROUP_WITHIN, "Missing GROUP WITHIN"},
    {WBEM_E_NO_KEY, "No key"},
    {WBEM_E_AMBIGUOUS_OPERATION, "Ambiguous operation"},
    {WBEM_E_LOCAL_CREDENTIALS, "User credentials cannot be used for local connections"},
    {WBEM_E_PRIVILEGE_NOT_HELD, "Privilege not held"},
    {WBEM_E_TIMED_OUT, "Timed out"},
    {WBEM_E_INVALID_FLAVOR, "Invalid flavor"},
    {base::Hresult{0x80043001}, "Timed out"},
    {base::Hresult{0x80043002}, "Reset to default"},
    {base::Hresult{0x80070005}, "Access is denied."},
    {base::Hresult{0x8009030E}, "No credentials: give a user and a password, or get a Kerberos ticket (kinit)."},
});

}  // namespace

std::string status_phrase(base::Hresult code) {
  const auto found = std::ranges::find(kPhrases, code, &Phrase::code);
  if (found != kPhrases.end()) return std::string(found->text) + " ";
  const std::string_view general = base::hresult_text(code);
  return general.empty() ? std::string() : std::string(general) + " ";
}

std::string status_phrase(const base::Status& status) {
  std::string phrase = status_phrase(status.code());
  const bool of_windows = (static_cast<std::uint32_t>(status.code()) & 0xFFFF0000U) == 0x80070000U;  // engines have texts of their own
  return phrase.empty() && !of_windows ? status.text() : phrase;
}

}  // namespace scripting
