// The synchronous and semi-synchronous forms of every operation, over any Services: the sync form waits, the semi-synchronous one
// returns an IWbemCallResult or an IEnumWbemClassObject (MS-WMI 3.1.4.1, 3.1.4.4, 3.1.4.6). Flags are checked against the sync lists.
#pragma once

#include <chrono>

#include "cim/services.h"

namespace cim {

/// Milliseconds as the protocol has them: 0 no wait, 0xFFFFFFFF infinite.
using Timeout = std::uint32_t;
inline constexpr Timeout kInfinite = 0xFFFFFFFF;

/// IWbemCallResult (MS-WMI 3.1.4.5): the outcome of one semi-synchronous call. Thread-safe; every getter may be repeated.
/// Each waits for the end of the call: WBEM_S_TIMEDOUT (a success code, outputs untouched) when it does not come in time, else the call's
/// own failure when it failed. Letting go of it does not cancel the call.
class CallResult {
 public:
  virtual ~CallResult() = default;
  /// S_NO_ERROR when the call has ended, with its final status, failure or not, in `*call_status`.
  virtual base::Status GetCallStatus(Timeout timeout, base::Status* call_status) = 0;
  /// The object of GetObject/ExecMethod; INVALID_OPERATION when the call gave none.
  virtual base::Status GetResultObject(Timeout timeout, ObjectPtr* object) = 0;
  /// The path of PutInstance (and PutClass, as the manager tells it); INVALID_OPERATION when the call gave none.
  virtual base::Status GetResultString(Timeout timeout, std::string* text) = 0;
  /// The connection of OpenNamespace; INVALID_OPERATION for other calls.
  virtual base::Status GetResultServices(Timeout timeout, ServicesPtr* services) = 0;
  /// The __ExtendedStatus of a failure, null otherwise.
  virtual ObjectPtr error_object() const = 0;
};
using CallResultPtr = std::shared_ptr<CallResult>;

/// What an enumeration may keep in memory. Forward-only: over either limit the operation waits until a reader has taken half. Others keep
/// all rows (Reset, Clone): over kMaxResultOctets the operation ends with WBEM_E_OUT_OF_MEMORY, after the rows that fitted. So does a
/// forward-only one without kReturnImmediately, whose caller waits for the end before it reads.
inline constexpr std::size_t kMaxBufferedRows = 10'000;
inline constexpr std::size_t kMaxBufferedOctets = 4U << 20U;
inline constexpr std::size_t kMaxResultOctets = 512U << 20U;
/// NextAsync requests that one enumerator queues; more are WBEM_E_SERVER_TOO_BUSY.
inline constexpr std::size_t kMaxQueuedRequests = 1024;

/// IEnumWbemClassObject (MS-WMI 3.1.4.4). Thread-safe: calls on one enumerator are served one after the other, a Next or Skip behind the
/// NextAsync requests made before it (so never from inside their callbacks). When the last of an enumerator and its clones goes away, an
/// operation that still runs is cancelled, and requests still queued end with WBEM_E_CALL_CANCELLED.
class Enumerator {
 public:
  virtual ~Enumerator() = default;
  /// WBEM_E_INVALID_OPERATION on a forward-only enumeration.
  virtual base::Status Reset() = 0;
  /// Appends up to `count` objects. S_NO_ERROR: all of them; S_FALSE: the end came first; S_TIMEDOUT: not all in time (those that were
  /// there are appended and passed); the operation's failure code when it failed before that many (the rows that came before the failure
  /// are appended all the same; every later call repeats the code).
  virtual base::Status Next(Timeout timeout, std::uint32_t count, std::vector<Object>& out) = 0;
  /// Queues a request; served in order, each with at most one callback outstanding: the objects in one Indicate (several only beyond
  /// kMaxBuffered...), then SetStatus S_NO_ERROR, S_FALSE when short, or the operation's failure. Callbacks come on the thread that
  /// produces the rows, or on this one when they are there. A sink that fails gets WBEM_E_CALL_CANCELLED. Returns S_FALSE, and the sink is
  /// not called, for count 0; INVALID_PARAMETER without a sink.
  virtual base::Status NextAsync(std::uint32_t count, SinkPtr sink) = 0;
  /// Shares the result set and copies the position. INVALID_OPERATION on forward-only; the operation's failure when it failed.
  virtual base::Result<std::shared_ptr<Enumerator>> Clone() = 0;
  /// As Next, without the objects; S_FALSE when fewer were left.
  virtual base::Status Skip(Timeout timeout, std::uint32_t count) = 0;
  /// The __ExtendedStatus of the operation's failure, null otherwise.
  virtual ObjectPtr error_object() const = 0;
};
using EnumeratorPtr = std::shared_ptr<Enumerator>;

/// Sync forms: they block the calling thread until the operation has ended, and an operation that can do so runs on it. `flags` against the
/// synchronous lists of MS-WMI 3.1.4.3; flag::kReturnImmediately is refused here (WBEM_E_INVALID_PARAMETER), the Semi forms are for it.
/// On failure the description of the __ExtendedStatus is in the Status.
base::Result<ServicesPtr> OpenNamespace(Services& services, const OptionalText& name, std::uint32_t flags = 0, const ContextPtr& ctx = {});
base::Result<Object> GetObject(Services& services, const OptionalText& path, std::uint32_t flags = 0, const ContextPtr& ctx = {});
/// The path of the put class / instance.
base::Result<std::string> PutClass(Services& services, const ClassPtr& cls, std::uint32_t flags = 0, const ContextPtr& ctx = {});
base::Result<std::string> PutInstance(Services& services, const Instance& instance, std::uint32_t flags = 0, const ContextPtr& ctx = {});
base::Status DeleteClass(Services& services, const OptionalText& name, std::uint32_t flags = 0, const ContextPtr& ctx = {});
base::Status DeleteInstance(Services& services, const OptionalText& path, std::uint32_t flags = 0, const ContextPtr& ctx = {});
/// Out-parameters; nullopt for a void method.
base::Result<std::optional<Instance>> ExecMethod(Services& services, const OptionalText& path, const OptionalText& method,
                                                 const std::optional<Instance>& in, std::uint32_t flags = 0, const ContextPtr& ctx = {});
/// With flag::kReturnImmediately they return once the operation has started; without it they wait for its end and return its failure.
base::Result<EnumeratorPtr> CreateClassEnum(const ServicesPtr& services, const OptionalText& superclass, std::uint32_t flags = 0,
                                            const ContextPtr& ctx = {});
base::Result<EnumeratorPtr> CreateInstanceEnum(const ServicesPtr& services, const OptionalText& class_name, std::uint32_t flags = 0,
                                               const ContextPtr& ctx = {});
base::Result<EnumeratorPtr> ExecQuery(const ServicesPtr& services, const OptionalText& language, const OptionalText& query,
                                      std::uint32_t flags = 0, const ContextPtr& ctx = {});
/// Events; needs kReturnImmediately and kForwardOnly.
base::Result<EnumeratorPtr> ExecNotificationQuery(const ServicesPtr& services, const OptionalText& language, const OptionalText& query,
                                                  std::uint32_t flags, const ContextPtr& ctx = {});

/// Semi-synchronous single-result forms (flag::kReturnImmediately, or a client that asks for a call result without it): start failures are
/// the Result's error, the rest is in the CallResult.
base::Result<CallResultPtr> OpenNamespaceSemi(const ServicesPtr& s, const OptionalText& name, std::uint32_t flags, const ContextPtr& ctx);
base::Result<CallResultPtr> GetObjectSemi(const ServicesPtr& s, const OptionalText& path, std::uint32_t flags, const ContextPtr& ctx);
base::Result<CallResultPtr> PutClassSemi(const ServicesPtr& s, const ClassPtr& cls, std::uint32_t flags, const ContextPtr& ctx);
base::Result<CallResultPtr> PutInstanceSemi(const ServicesPtr& s, const std::optional<Instance>& i, std::uint32_t flags,
                                            const ContextPtr& ctx);
base::Result<CallResultPtr> DeleteClassSemi(const ServicesPtr& s, const OptionalText& name, std::uint32_t flags, const ContextPtr& ctx);
base::Result<CallResultPtr> DeleteInstanceSemi(const ServicesPtr& s, const OptionalText& path, std::uint32_t flags, const ContextPtr& ctx);
base::Result<CallResultPtr> ExecMethodSemi(const ServicesPtr& s, const OptionalText& path, const OptionalText& method,
                                           const std::optional<Instance>& in, std::uint32_t flags, const ContextPtr& ctx);

}  // namespace cim
