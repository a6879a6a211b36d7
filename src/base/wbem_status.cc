// The table behind wbem_status.h: name and general sentence of each code, ascending by value.
#include <algorithm>
#include <array>

#include "base/wbem_status.h"

namespace base {
namespace {

struct Entry {
  Hresult code;
  std::string_view name;
  std::string_view text;
};

#define OWMI_CODE(name, text) \
  Entry { name, #name, text }

// clang-format off: one row a code
constexpr std::array kEntries = {
    OWMI_CODE(WBEM_S_NO_ERROR, "the operation succeeded"),
    OWMI_CODE(WBEM_S_FALSE, "the operation succeeded, and there is nothing more to return"),
    OWMI_CODE(WBEM_S_ALREADY_EXISTS, "the object is there already"),
    OWMI_CODE(WBEM_S_RESET_TO_DEFAULT, "the overriding value was removed, the inherited default applies again"),
    OWMI_CODE(WBEM_S_DIFFERENT, "the compared objects differ"),
    OWMI_CODE(WBEM_S_TIMEDOUT, "the time allowed ran out before the call could finish; it may be repeated"),
    OWMI_CODE(WBEM_S_NO_MORE_DATA, "the last object has been delivered"),
    OWMI_CODE(WBEM_S_OPERATION_CANCELLED, "the operation was cancelled"),
    OWMI_CODE(WBEM_S_PENDING, "the operation is still running"),
    OWMI_CODE(WBEM_S_DUPLICATE_OBJECTS, "some objects were delivered more than once"),
    OWMI_CODE(WBEM_S_ACCESS_DENIED, "some objects were left out because the caller has no right to them"),
    OWMI_CODE(WBEM_S_PARTIAL_RESULTS, "only a part of the results could be obtained"),
    OWMI_CODE(WBEM_S_SOURCE_NOT_AVAILABLE, "a source of data was not available, its part of the result is missing"),
    OWMI_CODE(WBEM_S_NEW_STYLE, "the object is of the newer style"),
    OWMI_CODE(WBEM_S_LIMITED_SERVICE, "only a limited service is available"),
    OWMI_CODE(WBEM_S_INDIRECTLY_UPDATED, "the object was updated as a consequence of another update"),
    OWMI_CODE(E_NOTIMPL, "this is not implemented"),
    OWMI_CODE(E_NOINTERFACE, "the object has no such interface"),
    OWMI_CODE(E_FAIL, "the operation failed for a reason that has no code of its own"),
    OWMI_CODE(E_UNEXPECTED, "the operation met a state that should not occur"),
    OWMI_CODE(WBEM_E_FAILED, "the operation failed for a reason that has no code of its own"),
    OWMI_CODE(WBEM_E_NOT_FOUND, "there is no such object"),
    OWMI_CODE(WBEM_E_ACCESS_DENIED, "the caller lacks the right for this operation"),
    OWMI_CODE(WBEM_E_PROVIDER_FAILURE, "the provider failed after it had started the operation"),
    OWMI_CODE(WBEM_E_TYPE_MISMATCH, "the value has another type than the one required"),
    OWMI_CODE(WBEM_E_OUT_OF_MEMORY, "there is not enough memory for the operation"),
    OWMI_CODE(WBEM_E_INVALID_CONTEXT, "the context object is not valid"),
    OWMI_CODE(WBEM_E_INVALID_PARAMETER, "a parameter of the call is not valid"),
    OWMI_CODE(WBEM_E_NOT_AVAILABLE, "the resource is not available at the moment"),
    OWMI_CODE(WBEM_E_CRITICAL_ERROR, "the manager met an internal error that it cannot repair"),
    OWMI_CODE(WBEM_E_INVALID_STREAM, "the octets of the object are damaged"),
    OWMI_CODE(WBEM_E_NOT_SUPPORTED, "the operation is not supported here"),
    OWMI_CODE(WBEM_E_INVALID_SUPERCLASS, "the superclass does not exist or cannot be derived from"),
    OWMI_CODE(WBEM_E_INVALID_NAMESPACE, "there is no such namespace"),
    OWMI_CODE(WBEM_E_INVALID_OBJECT, "the object is not valid"),
    OWMI_CODE(WBEM_E_INVALID_CLASS, "there is no such class, or the class is not valid"),
    OWMI_CODE(WBEM_E_PROVIDER_NOT_FOUND, "the class names a provider that is not registered"),
    OWMI_CODE(WBEM_E_INVALID_PROVIDER_REGISTRATION, "the registration of the provider is not valid"),
    OWMI_CODE(WBEM_E_PROVIDER_LOAD_FAILURE, "the provider could not be loaded"),
    OWMI_CODE(WBEM_E_INITIALIZATION_FAILURE, "a component could not be initialised"),
    OWMI_CODE(WBEM_E_TRANSPORT_FAILURE, "the network connection failed"),
    OWMI_CODE(WBEM_E_INVALID_OPERATION, "the operation is not valid for this object"),
    OWMI_CODE(WBEM_E_INVALID_QUERY, "the query breaks the rules of the query language"),
    OWMI_CODE(WBEM_E_INVALID_QUERY_TYPE, "the query language is not supported"),
    OWMI_CODE(WBEM_E_ALREADY_EXISTS, "the object exists already and was to be created"),
    OWMI_CODE(WBEM_E_OVERRIDE_NOT_ALLOWED, "the inherited qualifier does not allow an override"),
    OWMI_CODE(WBEM_E_PROPAGATED_QUALIFIER, "the qualifier is inherited and can only be removed where it was set"),
    OWMI_CODE(WBEM_E_PROPAGATED_PROPERTY, "the property is inherited and can only be removed where it was declared"),
    OWMI_CODE(WBEM_E_UNEXPECTED, "the call was not expected in this state"),
    OWMI_CODE(WBEM_E_ILLEGAL_OPERATION, "the operation is not allowed"),
    OWMI_CODE(WBEM_E_CANNOT_BE_KEY, "the key qualifier is not allowed here"),
    OWMI_CODE(WBEM_E_INCOMPLETE_CLASS, "the class is not complete"),
    OWMI_CODE(WBEM_E_INVALID_SYNTAX, "the text breaks the rules of its language"),
    OWMI_CODE(WBEM_E_NONDECORATED_OBJECT, "the object lacks its server and namespace"),
    OWMI_CODE(WBEM_E_READ_ONLY, "the property or object can only be read"),
    OWMI_CODE(WBEM_E_PROVIDER_NOT_CAPABLE, "the provider does not offer this operation"),
    OWMI_CODE(WBEM_E_CLASS_HAS_CHILDREN, "the class has derived classes, so this change is refused"),
    OWMI_CODE(WBEM_E_CLASS_HAS_INSTANCES, "the class has instances, so this change is refused"),
    OWMI_CODE(WBEM_E_QUERY_NOT_IMPLEMENTED, "this kind of query is not implemented"),
    OWMI_CODE(WBEM_E_ILLEGAL_NULL, "NULL is not allowed for this property"),
    OWMI_CODE(WBEM_E_INVALID_QUALIFIER_TYPE, "a qualifier has a type that qualifiers cannot have"),
    OWMI_CODE(WBEM_E_INVALID_PROPERTY_TYPE, "the type is not one that a property can have"),
    OWMI_CODE(WBEM_E_VALUE_OUT_OF_RANGE, "the value does not fit the range of its type"),
    OWMI_CODE(WBEM_E_CANNOT_BE_SINGLETON, "the class cannot be a singleton"),
    OWMI_CODE(WBEM_E_INVALID_CIM_TYPE, "the type is not a CIM type"),
    OWMI_CODE(WBEM_E_INVALID_METHOD, "the class has no such method"),
    OWMI_CODE(WBEM_E_INVALID_METHOD_PARAMETERS, "the parameters do not match the method's signature"),
    OWMI_CODE(WBEM_E_SYSTEM_PROPERTY, "a system property cannot be changed or declared"),
    OWMI_CODE(WBEM_E_INVALID_PROPERTY, "there is no such property"),
    OWMI_CODE(WBEM_E_CALL_CANCELLED, "the operation was cancelled"),
    OWMI_CODE(WBEM_E_SHUTTING_DOWN, "the manager is shutting down"),
    OWMI_CODE(WBEM_E_PROPAGATED_METHOD, "the method is inherited and can only be removed where it was declared"),
    OWMI_CODE(WBEM_E_UNSUPPORTED_PARAMETER, "a parameter holds something that is not supported"),
    OWMI_CODE(WBEM_E_MISSING_PARAMETER_ID, "a method parameter has no ID qualifier"),
    OWMI_CODE(WBEM_E_INVALID_PARAMETER_ID, "the ID of a method parameter is not valid"),
    OWMI_CODE(WBEM_E_NONCONSECUTIVE_PARAMETER_IDS, "the IDs of the method's parameters do not count up without gaps from 0"),
    OWMI_CODE(WBEM_E_PARAMETER_ID_ON_RETVAL, "the return value of a method cannot have an ID"),
    OWMI_CODE(WBEM_E_INVALID_OBJECT_PATH, "the object path has a wrong form"),
    OWMI_CODE(WBEM_E_OUT_OF_DISK_SPACE, "there is no room left on the disk"),
    OWMI_CODE(WBEM_E_BUFFER_TOO_SMALL, "the buffer given is too small"),
    OWMI_CODE(WBEM_E_UNSUPPORTED_PUT_EXTENSION, "the provider does not support partial updates of this kind"),
    OWMI_CODE(WBEM_E_UNKNOWN_OBJECT_TYPE, "the received object is of an unknown kind"),
    OWMI_CODE(WBEM_E_UNKNOWN_PACKET_TYPE, "the received packet is of an unknown kind"),
    OWMI_CODE(WBEM_E_MARSHAL_VERSION_MISMATCH, "the received packet has a version that is not supported"),
    OWMI_CODE(WBEM_E_MARSHAL_INVALID_SIGNATURE, "the received packet does not start with the right signature"),
    OWMI_CODE(WBEM_E_INVALID_QUALIFIER, "the qualifier is not valid here"),
    OWMI_CODE(WBEM_E_INVALID_DUPLICATE_PARAMETER, "an in and an out parameter of one name are declared differently"),
    OWMI_CODE(WBEM_E_TOO_MUCH_DATA, "the object exceeds the size allowed"),
    OWMI_CODE(WBEM_E_SERVER_TOO_BUSY, "the manager has too much work at the moment"),
    OWMI_CODE(WBEM_E_INVALID_FLAVOR, "the flavor of the qualifier is not valid"),
    OWMI_CODE(WBEM_E_CIRCULAR_REFERENCE, "the class would derive from itself"),
    OWMI_CODE(WBEM_E_UNSUPPORTED_CLASS_UPDATE, "this change of the class is not supported"),
    OWMI_CODE(WBEM_E_CANNOT_CHANGE_KEY_INHERITANCE, "the key cannot be changed while derived classes or instances rely on it"),
    OWMI_CODE(WBEM_E_CANNOT_CHANGE_INDEX_INHERITANCE, "the index cannot be changed while derived classes or instances rely on it"),
    OWMI_CODE(WBEM_E_TOO_MANY_PROPERTIES, "the class has more properties than allowed"),
    OWMI_CODE(WBEM_E_UPDATE_TYPE_MISMATCH, "a derived class declares this property with another type"),
    OWMI_CODE(WBEM_E_UPDATE_OVERRIDE_NOT_ALLOWED, "a derived class overrides a qualifier that the update makes final"),
    OWMI_CODE(WBEM_E_UPDATE_PROPAGATED_METHOD, "a derived class declares this method in another way"),
    OWMI_CODE(WBEM_E_METHOD_NOT_IMPLEMENTED, "the method is declared but not implemented for this class"),
    OWMI_CODE(WBEM_E_METHOD_DISABLED, "the method is disabled for this class"),
    OWMI_CODE(WBEM_E_REFRESHER_BUSY, "the refresher is in use"),
    OWMI_CODE(WBEM_E_UNPARSABLE_QUERY, "the query cannot be parsed"),
    OWMI_CODE(WBEM_E_NOT_EVENT_CLASS, "the FROM clause of the event query names a class that is no event class"),
    OWMI_CODE(WBEM_E_MISSING_GROUP_WITHIN, "GROUP BY is used without WITHIN"),
    OWMI_CODE(WBEM_E_MISSING_AGGREGATION_LIST, "GROUP BY is used with an incomplete list of properties"),
    OWMI_CODE(WBEM_E_PROPERTY_NOT_AN_OBJECT, "the name before the dot is not an embedded object"),
    OWMI_CODE(WBEM_E_AGGREGATING_BY_OBJECT, "GROUP BY names an embedded object"),
    OWMI_CODE(WBEM_E_UNINTERPRETABLE_PROVIDER_QUERY, "the event query in the provider's registration cannot be understood"),
    OWMI_CODE(WBEM_E_BACKUP_RESTORE_WINMGMT_RUNNING, "the repository is in use, so it cannot be saved or restored"),
    OWMI_CODE(WBEM_E_QUEUE_OVERFLOW, "events were lost because the consumer was too slow"),
    OWMI_CODE(WBEM_E_PRIVILEGE_NOT_HELD, "the caller lacks a privilege that the operation needs"),
    OWMI_CODE(WBEM_E_INVALID_OPERATOR, "the operator cannot be used with values of this type"),
    OWMI_CODE(WBEM_E_LOCAL_CREDENTIALS, "user name and password cannot be given for a connection to this machine"),
    OWMI_CODE(WBEM_E_CANNOT_BE_ABSTRACT, "the class cannot be abstract because its superclass is not"),
    OWMI_CODE(WBEM_E_AMENDED_OBJECT, "an amended object can only be stored with WBEM_FLAG_USE_AMENDED_QUALIFIERS"),
    OWMI_CODE(WBEM_E_CLIENT_TOO_SLOW, "the client did not take its objects in time"),
    OWMI_CODE(WBEM_E_NULL_SECURITY_DESCRIPTOR, "the security descriptor of the namespace is missing"),
    OWMI_CODE(WBEM_E_TIMED_OUT, "the operation ran out of time"),
    OWMI_CODE(WBEM_E_INVALID_ASSOCIATION, "the association is not valid"),
    OWMI_CODE(WBEM_E_AMBIGUOUS_OPERATION, "the operation is ambiguous"),
    OWMI_CODE(WBEM_E_QUOTA_VIOLATION, "a limit on memory or handles was exceeded"),
    OWMI_CODE(WBEM_E_TRANSACTION_CONFLICT, "another transaction changed the same object"),
    OWMI_CODE(WBEM_E_FORCED_ROLLBACK, "the transaction was rolled back"),
    OWMI_CODE(WBEM_E_UNSUPPORTED_LOCALE, "the locale is not supported"),
    OWMI_CODE(WBEM_E_HANDLE_OUT_OF_DATE, "the handle refers to an object that has changed since"),
    OWMI_CODE(WBEM_E_CONNECTION_FAILED, "the connection could not be made"),
    OWMI_CODE(WBEM_E_INVALID_HANDLE_REQUEST, "the handle cannot be used for this"),
    OWMI_CODE(WBEM_E_PROPERTY_NAME_TOO_WIDE, "the name of the property is too long"),
    OWMI_CODE(WBEM_E_CLASS_NAME_TOO_WIDE, "the name of the class is too long"),
    OWMI_CODE(WBEM_E_METHOD_NAME_TOO_WIDE, "the name of the method is too long"),
    OWMI_CODE(WBEM_E_QUALIFIER_NAME_TOO_WIDE, "the name of the qualifier is too long"),
    OWMI_CODE(WBEM_E_RERUN_COMMAND, "the command must be run again"),
    OWMI_CODE(WBEM_E_DATABASE_VER_MISMATCH, "the repository has a format that this version cannot read"),
    OWMI_CODE(WBEM_E_VETO_DELETE, "the deletion was refused by a veto"),
    OWMI_CODE(WBEM_E_VETO_PUT, "the update was refused by a veto"),
    OWMI_CODE(WBEM_E_INVALID_LOCALE, "the locale identifier is not valid"),
    OWMI_CODE(WBEM_E_PROVIDER_SUSPENDED, "the provider is suspended"),
    OWMI_CODE(WBEM_E_SYNCHRONIZATION_REQUIRED, "the repository must be synchronised before this operation"),
    OWMI_CODE(WBEM_E_NO_SCHEMA, "the schema is missing"),
    OWMI_CODE(WBEM_E_PROVIDER_ALREADY_REGISTERED, "the provider is registered already"),
    OWMI_CODE(WBEM_E_PROVIDER_NOT_REGISTERED, "the provider is not registered"),
    OWMI_CODE(WBEM_E_FATAL_TRANSPORT_ERROR, "the network connection is lost for good"),
    OWMI_CODE(WBEM_E_ENCRYPTED_CONNECTION_REQUIRED, "the namespace only accepts encrypted connections"),
    OWMI_CODE(WBEM_E_PROVIDER_TIMED_OUT, "the provider did not answer in time"),
    OWMI_CODE(WBEM_E_NO_KEY, "the key of the instance has no value"),
    OWMI_CODE(WBEM_E_PROVIDER_DISABLED, "the provider is disabled"),
    OWMI_CODE(WBEMESS_E_REGISTRATION_TOO_BROAD, "the event registration covers more than the provider can deliver"),
    OWMI_CODE(WBEMESS_E_REGISTRATION_TOO_PRECISE, "the event query polls more often or more narrowly than supported"),
    OWMI_CODE(WBEMESS_E_AUTHZ_NOT_PRIVILEGED, "the caller may not send or receive these events"),
    OWMI_CODE(WBEM_E_RETRY_LATER, "the resource is busy, try again later"),
    OWMI_CODE(WBEM_E_RESOURCE_CONTENTION, "another operation holds the resource"),
    OWMI_CODE(WBEMMOF_E_EXPECTED_QUALIFIER_NAME, "a qualifier name is expected"),
    OWMI_CODE(WBEMMOF_E_EXPECTED_SEMI, "';' is expected"),
    OWMI_CODE(WBEMMOF_E_EXPECTED_OPEN_BRACE, "'{' is expected"),
    OWMI_CODE(WBEMMOF_E_EXPECTED_CLOSE_BRACE, "'}' or a comma is expected"),
    OWMI_CODE(WBEMMOF_E_EXPECTED_CLOSE_BRACKET, "']' is expected"),
    OWMI_CODE(WBEMMOF_E_EXPECTED_CLOSE_PAREN, "')' is expected"),
    OWMI_CODE(WBEMMOF_E_ILLEGAL_CONSTANT_VALUE, "the value is not valid here or does not fit its type"),
    OWMI_CODE(WBEMMOF_E_EXPECTED_TYPE_IDENTIFIER, "a type name is expected"),
    OWMI_CODE(WBEMMOF_E_EXPECTED_OPEN_PAREN, "'(' is expected"),
    OWMI_CODE(WBEMMOF_E_UNRECOGNIZED_TOKEN, "this character or word has no meaning here"),
    OWMI_CODE(WBEMMOF_E_UNRECOGNIZED_TYPE, "the type is unknown"),
    OWMI_CODE(WBEMMOF_E_EXPECTED_PROPERTY_NAME, "the name of a property or method is expected"),
    OWMI_CODE(WBEMMOF_E_TYPEDEF_NOT_SUPPORTED, "typedef and enum are not supported"),
    OWMI_CODE(WBEMMOF_E_UNEXPECTED_ALIAS, "only a property of type object or reference can hold an alias"),
    OWMI_CODE(WBEMMOF_E_UNEXPECTED_ARRAY_INIT, "a list of values is given for something that is not an array"),
    OWMI_CODE(WBEMMOF_E_INVALID_AMENDMENT_SYNTAX, "the amendment pragma has a wrong form"),
    OWMI_CODE(WBEMMOF_E_INVALID_DUPLICATE_AMENDMENT, "the file has more than one amendment pragma"),
    OWMI_CODE(WBEMMOF_E_INVALID_PRAGMA, "the pragma is unknown or has a wrong form"),
    OWMI_CODE(WBEMMOF_E_INVALID_NAMESPACE_SYNTAX, "the namespace pragma has a wrong form"),
    OWMI_CODE(WBEMMOF_E_EXPECTED_CLASS_NAME, "a class name is expected"),
    OWMI_CODE(WBEMMOF_E_TYPE_MISMATCH, "the value has another type than the property or qualifier"),
    OWMI_CODE(WBEMMOF_E_EXPECTED_ALIAS_NAME, "an alias name is expected after '$'"),
    OWMI_CODE(WBEMMOF_E_INVALID_CLASS_DECLARATION, "the class declaration is not valid"),
    OWMI_CODE(WBEMMOF_E_INVALID_INSTANCE_DECLARATION, "the instance declaration is not valid"),
    OWMI_CODE(WBEMMOF_E_EXPECTED_DOLLAR, "'$' and an alias name are expected"),
    OWMI_CODE(WBEMMOF_E_CIMTYPE_QUALIFIER, "the CIMTYPE qualifier cannot be given in a file, the type of the property sets it"),
    OWMI_CODE(WBEMMOF_E_DUPLICATE_PROPERTY, "the property is declared twice"),
    OWMI_CODE(WBEMMOF_E_INVALID_NAMESPACE_SPECIFICATION, "the namespace path is not valid"),
    OWMI_CODE(WBEMMOF_E_OUT_OF_RANGE, "the number is out of range"),
    OWMI_CODE(WBEMMOF_E_INVALID_FILE, "the file cannot be read as MOF"),
    OWMI_CODE(WBEMMOF_E_ALIASES_IN_EMBEDDED, "an embedded object cannot have an alias"),
    OWMI_CODE(WBEMMOF_E_NULL_ARRAY_ELEM, "an element of an array cannot be NULL"),
    OWMI_CODE(WBEMMOF_E_DUPLICATE_QUALIFIER, "the qualifier is given twice"),
    OWMI_CODE(WBEMMOF_E_EXPECTED_FLAVOR_TYPE, "a flavor such as ToInstance or ToSubClass is expected"),
    OWMI_CODE(WBEMMOF_E_INCOMPATIBLE_FLAVOR_TYPES, "these flavors exclude each other"),
    OWMI_CODE(WBEMMOF_E_MULTIPLE_ALIASES, "the alias is defined twice"),
    OWMI_CODE(WBEMMOF_E_INCOMPATIBLE_FLAVOR_TYPES2, "these flavors exclude each other for one qualifier"),
    OWMI_CODE(WBEMMOF_E_NO_ARRAYS_RETURNED, "a method cannot return an array"),
    OWMI_CODE(WBEMMOF_E_MUST_BE_IN_OR_OUT, "a method parameter needs the qualifier in or out"),
    OWMI_CODE(WBEMMOF_E_INVALID_FLAGS_SYNTAX, "the flags of the pragma have a wrong form"),
    OWMI_CODE(WBEMMOF_E_EXPECTED_BRACE_OR_BAD_TYPE, "a brace is expected, or the type is unknown"),
    OWMI_CODE(WBEMMOF_E_UNSUPPORTED_CIMV22_QUAL_VALUE, "this form of qualifier value is not supported"),
    OWMI_CODE(WBEMMOF_E_UNSUPPORTED_CIMV22_DATA_TYPE, "this data type is not supported"),
    OWMI_CODE(WBEMMOF_E_INVALID_DELETEINSTANCE_SYNTAX, "the deleteinstance pragma has a wrong form"),
    OWMI_CODE(WBEMMOF_E_INVALID_QUALIFIER_SYNTAX, "the qualifier declaration has a wrong form"),
    OWMI_CODE(WBEMMOF_E_QUALIFIER_USED_OUTSIDE_SCOPE, "the qualifier is not declared for this kind of element"),
    OWMI_CODE(WBEMMOF_E_ERROR_CREATING_TEMP_FILE, "a temporary file could not be created"),
    OWMI_CODE(WBEMMOF_E_ERROR_INVALID_INCLUDE_FILE, "the included file is missing or not valid"),
    OWMI_CODE(WBEMMOF_E_INVALID_DELETECLASS_SYNTAX, "the deleteclass pragma has a wrong form"),
    OWMI_CODE(E_ACCESSDENIED, "the caller may not do this"),
    OWMI_CODE(E_OUTOFMEMORY, "there is not enough memory"),
    OWMI_CODE(E_INVALIDARG, "an argument is not valid"),
};
// clang-format on

// Second names of values that the table lists under their usual name.
constexpr std::array kAliases = {
    OWMI_CODE(S_OK, ""),    OWMI_CODE(WBEM_NO_ERROR, ""),       OWMI_CODE(WBEM_S_SAME, ""),
    OWMI_CODE(S_FALSE, ""), OWMI_CODE(WBEM_E_RESERVED_001, ""), OWMI_CODE(WBEM_E_RESERVED_002, ""),
};

#undef OWMI_CODE

static_assert(std::ranges::is_sorted(kEntries, {}, &Entry::code));

const Entry* find(Hresult code) {
  const auto* found = std::ranges::lower_bound(kEntries, code, {}, &Entry::code);
  return found != kEntries.end() && found->code == code ? found : nullptr;
}

}  // namespace

std::string_view hresult_name(Hresult code) {
  const Entry* entry = find(code);
  return entry ? entry->name : std::string_view{};
}

std::string_view hresult_text(Hresult code) {
  const Entry* entry = find(code);
  return entry ? entry->text : std::string_view{};
}

std::optional<Hresult> hresult_by_name(std::string_view name) {
  for (const Entry& entry : kEntries) {
    if (entry.name == name) return entry.code;
  }
  for (const Entry& entry : kAliases) {
    if (entry.name == name) return entry.code;
  }
  return std::nullopt;
}

}  // namespace base
