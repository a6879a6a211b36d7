#include "remote/checks.h"

#include <fmt/format.h>

#include "base/utf.h"

namespace remote {

using cim::Operation;

std::string principal_of(const security::Peer& peer) {
  if (!peer.account.sids.empty()) return peer.account.sids.front().to_string();
  return base::fold_case(peer.domain + "\\" + (peer.account.name.empty() ? peer.user : peer.account.name));
}

std::string caller_text(const dcom::ObjectCall& call) {
  const security::Peer* peer = call.peer().get();
  const std::string& address = call.ends().remote.address;
  if (!peer) return address + ": nobody";
  return fmt::format("{}: {}{}{}", address, peer->domain, peer->domain.empty() ? "" : "\\", peer->user);
}

base::Status check_access(const dcom::ObjectCall& call) {
  const security::Peer* peer = call.peer().get();
  if (!peer) return {WBEM_E_ACCESS_DENIED, "the call is not authenticated"};
  if (peer->impersonation != security::Impersonation::kImpersonate && peer->impersonation != security::Impersonation::kDelegate) {
    return {WBEM_E_ACCESS_DENIED, "the impersonation level must be impersonate or delegate"};
  }
  if (call.level() < security::Level::kConnect) return {WBEM_E_ACCESS_DENIED, "the authentication level is too low"};
  return {};
}

base::Status check_access(const dcom::ObjectCall& call, const std::string& principal) {
  TRY(check_access(call));
  if (principal_of(*call.peer()) != principal) return {WBEM_E_ACCESS_DENIED, "the object belongs to another account"};
  return {};
}

base::Status check_encryption(const dcom::ObjectCall& call, const cim::Services& services) {
  if (!services.requires_encryption() || call.level() >= security::Level::kPrivacy) return {};
  return {WBEM_E_ACCESS_DENIED, fmt::format("the namespace {} requires packet privacy", services.name_space())};
}

namespace {

struct Limits {
  std::size_t text = SIZE_MAX;
  std::size_t more_text = SIZE_MAX;
};

/// The "max length" column of 3.1.4.3's methods. A put object's names are checked by cim::Services.
Limits limits_of(Operation operation) {
  switch (operation) {
    case Operation::kOpenNamespace: return {kMaxLoginNamespace};
    case Operation::kDeleteClass:
    case Operation::kDeleteClassAsync:
    case Operation::kCreateClassEnum:
    case Operation::kCreateClassEnumAsync:
    case Operation::kCreateInstanceEnum:
    case Operation::kCreateInstanceEnumAsync: return {kMaxIdentifier};
    case Operation::kGetObject:
    case Operation::kGetObjectAsync:
    case Operation::kDeleteInstance:
    case Operation::kDeleteInstanceAsync: return {kMaxPath};
    case Operation::kExecMethod:
    case Operation::kExecMethodAsync: return {kMaxPath, kMaxIdentifier};
    case Operation::kExecQuery:
    case Operation::kExecQueryAsync:
    case Operation::kExecNotificationQuery:
    case Operation::kExecNotificationQueryAsync: return {kMaxIdentifier, kMaxQuery};
    default: return {};
  }
}

base::Status check_length(const cim::OptionalText& text, std::size_t most) {
  if (!text || text->size() <= most || base::utf16_length(*text) <= most) return {};
  return {WBEM_E_QUOTA_VIOLATION, fmt::format("a text is longer than {} characters", most)};
}

/// Of the methods with an IWbemCallResult.
base::Status check_outputs(Operation operation, const ServicesRequest& request) {
  const bool immediate = (request.flags & cim::flag::kReturnImmediately) != 0;
  switch (operation) {
    case Operation::kOpenNamespace:
      if (!immediate && !request.wants_object) return {WBEM_E_INVALID_PARAMETER, "ppWorkingNamespace must not be NULL"};
      break;
    case Operation::kExecMethod:
      if (!immediate && !request.wants_object) return {WBEM_E_INVALID_PARAMETER, "ppOutParams must not be NULL"};
      break;
    case Operation::kGetObject:
    case Operation::kPutClass:
    case Operation::kDeleteClass:
    case Operation::kPutInstance:
    case Operation::kDeleteInstance: break;
    default: return {};
  }
  if (immediate && !request.wants_result)
    return {WBEM_E_INVALID_PARAMETER, "ppCallResult must not be NULL when the call returns immediately"};
  return {};
}

base::Status check_inputs(Operation operation, const ServicesRequest& request) {
  switch (operation) {
    case Operation::kOpenNamespace:
      if (!request.text) return {WBEM_E_INVALID_PARAMETER, "the namespace is NULL"};
      if (request.context) return {WBEM_E_INVALID_PARAMETER, "pCtx must be NULL"};
      break;
    case Operation::kPutClass:
    case Operation::kPutClassAsync:
      if (!request.object || !request.object->is_class()) return {WBEM_E_INVALID_PARAMETER, "the object to put is no class"};
      break;
    case Operation::kPutInstance:
    case Operation::kPutInstanceAsync:
      if (!request.object || request.object->is_class()) return {WBEM_E_INVALID_PARAMETER, "the object to put is no instance"};
      break;
    case Operation::kExecMethod:
    case Operation::kExecMethodAsync:
      if (request.object && request.object->is_class()) return {WBEM_E_INVALID_PARAMETER, "the in-parameters are no instance"};
      break;
    default: break;
  }
  if ((is_async(operation) || operation == Operation::kCancelAsyncCall) && (!request.sink || !request.sink->remote())) {
    return {WBEM_E_INVALID_PARAMETER, "the sink is NULL"};
  }
  return {};
}

}  // namespace

base::Status check_request(Operation operation, const ServicesRequest& request) {
  TRY(check_inputs(operation, request));
  TRY(cim::check_flags(operation, request.flags));
  TRY(check_outputs(operation, request));
  const Limits limits = limits_of(operation);
  TRY(check_length(request.text, limits.text));
  return check_length(request.more_text, limits.more_text);
}

bool is_async(Operation operation) {
  const auto opnum = static_cast<unsigned>(operation);
  return opnum >= static_cast<unsigned>(Operation::kGetObjectAsync) && opnum % 2 == 1;
}

bool gives_enumerator(Operation operation) {
  return operation == Operation::kCreateClassEnum || operation == Operation::kCreateInstanceEnum || operation == Operation::kExecQuery ||
         operation == Operation::kExecNotificationQuery;
}

}  // namespace remote
