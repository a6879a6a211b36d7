// The contract: IWbemServices (MS-WMI 3.1.4.3) in modern C++. Every operation is asynchronous and answers through a Sink;
// calls.h has the synchronous and semi-synchronous forms, written once on top. Implemented by the object manager (this machine)
// and by the remote client (another one); doors never know which.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cim/caller.h"
#include "cim/context.h"
#include "cim/object.h"

namespace cim {

class Services;
using ServicesPtr = std::shared_ptr<Services>;

/// WBEM_STATUS_TYPE (MS-WMI 2.2.12): an enumeration, not bits.
enum class StatusType : std::uint32_t { kComplete = 0, kRequirements = 1, kProgress = 2 };

/// What SetStatus carries. For kProgress `code` holds done (low word) and total (high word), see `progress`.
struct SinkStatus {
  StatusType type = StatusType::kComplete;
  base::Hresult code = WBEM_S_NO_ERROR;
  /// The path of a put object (the string that GetResultString gives); for progress a text for people; else empty.
  std::string text;
  /// On failure an instance of __ExtendedStatus, on success null.
  ObjectPtr error;

  /// Totals over 65,535 are scaled down, in proportion.
  static SinkStatus progress(std::uint32_t done, std::uint32_t total, std::string text);
  std::uint32_t done() const { return static_cast<std::uint32_t>(code) & 0xFFFFU; }
  std::uint32_t total() const { return static_cast<std::uint32_t>(code) >> 16U; }
};

/// Lets a sink answer later. complete() exactly once, on any thread; destroying it unanswered counts as a failed callback.
class DeferredReply {
 public:
  virtual ~DeferredReply() = default;
  virtual void complete(base::Hresult result) = 0;
};

/// Given to a sink for the time of one callback.
class CallbackScope {
 public:
  virtual ~CallbackScope() = default;
  /// The callback is answered through the returned object; the return value of Indicate/SetStatus is then ignored. Until it is answered
  /// the operation sends nothing (at most one callback is outstanding) and holds no thread: this is how a slow sink slows its producer.
  virtual std::unique_ptr<DeferredReply> defer() = 0;
};

/// IWbemObjectSink (MS-WMI 3.1.4.2). Called by one operation at a time per operation, but by several operations at once when it serves
/// several. A failure result, or none within 30 s, ends the operation: its final status is WBEM_E_CALL_CANCELLED.
class Sink {
 public:
  virtual ~Sink() = default;
  /// `batch` is never empty. Runs on the thread that produces: return soon.
  virtual base::Hresult Indicate(const Batch& batch, CallbackScope& scope) = 0;
  /// Exactly one with kComplete per started operation, nothing after it; kProgress only with flag::kSendStatus.
  virtual base::Hresult SetStatus(const SinkStatus& status, CallbackScope& scope) = 0;
};
using SinkPtr = std::shared_ptr<Sink>;

/// How results may come back. A manager ignores it; a remote client polls unless kCallback asks for real callbacks over the wire.
enum class Delivery : std::uint8_t { kAny, kCallback };

struct CallOptions {
  std::uint32_t flags = 0;  // flag::*; bits outside the operation's list are WBEM_E_INVALID_PARAMETER
  ContextPtr context;       // may be null
  Delivery delivery = Delivery::kAny;
  /// The caller waits for the end anyway (synchronous form): the operation may run, and call the sink, before the call returns.
  bool caller_waits = false;
  /// The operation may begin, and call the sink, on the calling thread as far as nothing blocks it there: what the repository answers needs
  /// no other thread.
  bool may_begin_here = false;
  /// The sink is an enumerator's buffer, whose reader sets the pace: a deferred reply may take longer than 30 s.
  bool reader_paced = false;
  /// DeleteInstanceAsync and CreateInstanceEnumAsync fail before the start when there is no such class, or no such instance in the
  /// repository (MS-WMI 3.1.4.3.15, 3.1.4.3.17).
  bool must_exist = false;
};

/// Texts that COM passes as BSTR: nullopt is NULL.
using OptionalText = std::optional<std::string>;

/// IWbemServices of one namespace, opened for one caller with its rights (GrantedAccess is computed once). Thread-safe.
/// Each ...Async returns what is checked before start: rights that need no look-up, NULL path/method/object/sink, flags outside the list
/// (0x80041008), path syntax (0x8004103A), malformed object, over-long text (0x8004106C). Then the sink is neither kept nor called.
/// WBEM_S_NO_ERROR: the operation is in the table, the sink gets everything else, class, instance and method look-ups included.
class Services {
 public:
  virtual ~Services() = default;

  /// root\cimv2, no server.
  virtual const std::string& name_space() const = 0;
  /// Locale names of this connection in order of preference ("MS_409").
  virtual const std::vector<std::string>& locales() const = 0;
  /// The namespace's RequiresEncryption flag when it was opened (MS-WMI 2.2.30.3): a server refuses calls that came below PKT_PRIVACY with
  /// WBEM_E_ACCESS_DENIED (3.1.4).
  virtual bool requires_encryption() const { return false; }

  /// Opens a namespace below this one (relative name) or, with a leading "root" or "\\", anywhere. `done` is called exactly once when
  /// the return value is success.
  using NamespaceDone = std::function<void(base::Result<ServicesPtr>)>;
  virtual base::Status OpenNamespaceAsync(const OptionalText& name, const CallOptions& options, NamespaceDone done) = 0;

  /// Cancels every operation of this caller that uses the sink; each gets its final WBEM_E_CALL_CANCELLED. NULL or unknown: an error.
  virtual base::Status CancelAsyncCall(const SinkPtr& sink) = 0;
  /// The sink for extrinsic events (flags must be 0).
  virtual base::Result<SinkPtr> QueryObjectSink(std::uint32_t flags) = 0;

  virtual base::Status GetObjectAsync(const OptionalText& path, const CallOptions& options, SinkPtr sink) = 0;
  virtual base::Status PutClassAsync(const ClassPtr& cls, const CallOptions& options, SinkPtr sink) = 0;
  virtual base::Status DeleteClassAsync(const OptionalText& name, const CallOptions& options, SinkPtr sink) = 0;
  /// NULL or "" superclass: all classes (deep) or the top-level ones (shallow).
  virtual base::Status CreateClassEnumAsync(const OptionalText& superclass, const CallOptions& options, SinkPtr sink) = 0;
  virtual base::Status PutInstanceAsync(const std::optional<Instance>& instance, const CallOptions& options, SinkPtr sink) = 0;
  virtual base::Status DeleteInstanceAsync(const OptionalText& path, const CallOptions& options, SinkPtr sink) = 0;
  virtual base::Status CreateInstanceEnumAsync(const OptionalText& class_name, const CallOptions& options, SinkPtr sink) = 0;
  virtual base::Status ExecQueryAsync(const OptionalText& language, const OptionalText& query, const CallOptions& options,
                                      SinkPtr sink) = 0;
  virtual base::Status ExecNotificationQueryAsync(const OptionalText& language, const OptionalText& query, const CallOptions& options,
                                                  SinkPtr sink) = 0;
  /// `in` NULL or empty instance for a method without inputs. One Indicate with the out-parameters, then the final status.
  virtual base::Status ExecMethodAsync(const OptionalText& path, const OptionalText& method, const std::optional<Instance>& in,
                                       const CallOptions& options, SinkPtr sink) = 0;
};

/// Opens connections (IWbemLocator/IWbemLevel1Login). Thread-safe.
class Locator {
 public:
  virtual ~Locator() = default;
  /// Errors: INVALID_NAMESPACE, ACCESS_DENIED (ENABLE, and REMOTE_ENABLE for a remote caller), INVALID_PARAMETER for a bad locale,
  /// QUOTA_VIOLATION for an over-long name. `locales`: comma list in preference order, may be empty (MS_409).
  virtual base::Result<ServicesPtr> connect(std::string_view name_space, const Caller& caller, std::string_view locales) = 0;
};

/// The operations by opnum (MS-WMI 3.1.4.3); tables of allowed flags and length limits are keyed by it.
enum class Operation : std::uint8_t {
  kOpenNamespace = 3,
  kCancelAsyncCall = 4,
  kQueryObjectSink = 5,
  kGetObject = 6,
  kGetObjectAsync = 7,
  kPutClass = 8,
  kPutClassAsync = 9,
  kDeleteClass = 10,
  kDeleteClassAsync = 11,
  kCreateClassEnum = 12,
  kCreateClassEnumAsync = 13,
  kPutInstance = 14,
  kPutInstanceAsync = 15,
  kDeleteInstance = 16,
  kDeleteInstanceAsync = 17,
  kCreateInstanceEnum = 18,
  kCreateInstanceEnumAsync = 19,
  kExecQuery = 20,
  kExecQueryAsync = 21,
  kExecNotificationQuery = 22,
  kExecNotificationQueryAsync = 23,
  kExecMethod = 24,
  kExecMethodAsync = 25,
};
/// "GetObjectAsync"; empty for a value outside the enumeration.
std::string_view operation_name(Operation op);
/// Flag bits that the operation accepts (the tables of MS-WMI 3.1.4.3).
std::uint32_t allowed_flags(Operation op);
/// WBEM_E_INVALID_PARAMETER naming the stray bits, the exclusive pairs included (create-only with update-only, safe with force) and the
/// bits that ExecNotificationQuery demands. Bits to be ignored on receipt are dropped first (MS-WMI 2.2.6): 0x1F000, 0x100000, and 0x40
/// except for puts, where it means force mode.
base::Status check_flags(Operation op, std::uint32_t flags);

}  // namespace cim
