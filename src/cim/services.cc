#include "cim/services.h"

#include <fmt/format.h>

namespace cim {
namespace {

/// MS-WMI 2.2.6: reserved bits and strong validation are ignored on receipt, and so is "no error object" (0x40) where that bit does not
/// mean an update mode.
constexpr std::uint32_t kIgnored = 0x1F000U | 0x100000U;
constexpr std::uint32_t kNoErrorObject = 0x40;

bool is_put(Operation op) {
  return op == Operation::kPutClass || op == Operation::kPutClassAsync || op == Operation::kPutInstance ||
         op == Operation::kPutInstanceAsync;
}

bool both(std::uint32_t flags, std::uint32_t a, std::uint32_t b) { return (flags & a) != 0 && (flags & b) != 0; }

}  // namespace

SinkStatus SinkStatus::progress(std::uint32_t done, std::uint32_t total, std::string text) {
  constexpr std::uint32_t kMost = 0xFFFF;
  if (total > kMost) {  // keep the proportion: both halves have 16 bits
    done = static_cast<std::uint32_t>(std::uint64_t{done} * kMost / total);
    total = kMost;
  }
  if (done > kMost) done = kMost;
  return {StatusType::kProgress, base::Hresult{total << 16U | done}, std::move(text), nullptr};
}

std::string_view operation_name(Operation op) {
  switch (op) {
    case Operation::kOpenNamespace: return "OpenNamespace";
    case Operation::kCancelAsyncCall: return "CancelAsyncCall";
    case Operation::kQueryObjectSink: return "QueryObjectSink";
    case Operation::kGetObject: return "GetObject";
    case Operation::kGetObjectAsync: return "GetObjectAsync";
    case Operation::kPutClass: return "PutClass";
    case Operation::kPutClassAsync: return "PutClassAsync";
    case Operation::kDeleteClass: return "DeleteClass";
    case Operation::kDeleteClassAsync: return "DeleteClassAsync";
    case Operation::kCreateClassEnum: return "CreateClassEnum";
    case Operation::kCreateClassEnumAsync: return "CreateClassEnumAsync";
    case Operation::kPutInstance: return "PutInstance";
    case Operation::kPutInstanceAsync: return "PutInstanceAsync";
    case Operation::kDeleteInstance: return "DeleteInstance";
    case Operation::kDeleteInstanceAsync: return "DeleteInstanceAsync";
    case Operation::kCreateInstanceEnum: return "CreateInstanceEnum";
    case Operation::kCreateInstanceEnumAsync: return "CreateInstanceEnumAsync";
    case Operation::kExecQuery: return "ExecQuery";
    case Operation::kExecQueryAsync: return "ExecQueryAsync";
    case Operation::kExecNotificationQuery: return "ExecNotificationQuery";
    case Operation::kExecNotificationQueryAsync: return "ExecNotificationQueryAsync";
    case Operation::kExecMethod: return "ExecMethod";
    case Operation::kExecMethodAsync: return "ExecMethodAsync";
  }
  return {};
}

std::uint32_t allowed_flags(Operation op) {
  using namespace flag;
  constexpr std::uint32_t kPut = kUseAmendedQualifiers | kUpdateOnly | kCreateOnly;
  constexpr std::uint32_t kClassPut = kPut | kUpdateSafeMode | kUpdateForceMode;
  constexpr std::uint32_t kSemi = kReturnImmediately;
  constexpr std::uint32_t kEnum = kUseAmendedQualifiers | kReturnImmediately | kForwardOnly;
  constexpr std::uint32_t kAsyncEnum = kUseAmendedQualifiers | kSendStatus;
  switch (op) {
    case Operation::kOpenNamespace: return kSemi;
    case Operation::kCancelAsyncCall:
    case Operation::kQueryObjectSink: return 0;
    case Operation::kGetObject: return kUseAmendedQualifiers | kSemi | kDirectRead;
    case Operation::kGetObjectAsync: return kUseAmendedQualifiers | kSendStatus | kDirectRead;
    case Operation::kPutClass: return kClassPut | kSemi;
    case Operation::kPutClassAsync: return kClassPut | kSendStatus;
    case Operation::kDeleteClass:
    case Operation::kDeleteInstance:
    case Operation::kExecMethod: return kSemi;
    case Operation::kDeleteClassAsync:
    case Operation::kDeleteInstanceAsync:
    case Operation::kExecMethodAsync: return kSendStatus;
    case Operation::kCreateClassEnum: return kEnum | kShallow;
    case Operation::kCreateClassEnumAsync: return kAsyncEnum | kShallow;
    case Operation::kPutInstance: return kPut | kSemi;
    case Operation::kPutInstanceAsync: return kPut | kSendStatus;
    case Operation::kCreateInstanceEnum: return kEnum | kDirectRead | kShallow;
    case Operation::kCreateInstanceEnumAsync: return kAsyncEnum | kDirectRead | kShallow;
    case Operation::kExecQuery: return kEnum | kDirectRead | kPrototype;
    case Operation::kExecQueryAsync: return kAsyncEnum | kDirectRead | kPrototype;
    case Operation::kExecNotificationQuery: return kEnum;
    case Operation::kExecNotificationQueryAsync: return kAsyncEnum;
  }
  return 0;
}

base::Status check_flags(Operation op, std::uint32_t flags) {
  std::uint32_t relevant = flags & ~(kIgnored | (is_put(op) ? 0 : kNoErrorObject));
  // In no list of MS-WMI 3.1.4.3, but in the SDK's for queries; the clients of the old `wmic` send it.
  if (op == Operation::kExecQuery || op == Operation::kExecQueryAsync) relevant &= ~flag::kEnsureLocatable;
  if (const std::uint32_t stray = relevant & ~allowed_flags(op); stray != 0) {
    return {WBEM_E_INVALID_PARAMETER, fmt::format("{} does not take the flags 0x{:X}", operation_name(op), stray)};
  }
  if (is_put(op) && both(flags, flag::kUpdateOnly, flag::kCreateOnly)) {
    return {WBEM_E_INVALID_PARAMETER, fmt::format("{}: update-only and create-only exclude each other", operation_name(op))};
  }
  if (is_put(op) && both(flags, flag::kUpdateSafeMode, flag::kUpdateForceMode)) {
    return {WBEM_E_INVALID_PARAMETER, fmt::format("{}: safe mode and force mode exclude each other", operation_name(op))};
  }
  if (op == Operation::kExecNotificationQuery && !both(flags, flag::kReturnImmediately, flag::kForwardOnly)) {
    return {WBEM_E_INVALID_PARAMETER, "ExecNotificationQuery needs the flags 0x10 (return immediately) and 0x20 (forward only)"};
  }
  return {};
}

}  // namespace cim
