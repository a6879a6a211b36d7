// The synchronous and semi-synchronous forms of every operation, over any Services: the sync form waits, the semi-synchronous one
// returns an IWbemCallResult or an IEnumWbemClassObject (MS-WMI 3.1.4.1, 3.1.4.4, 3.1.4.6). Flags are checked against the sync lists.
#pragma once

#include <chrono>

#include "cim/services.h"

namespace cim {

/// Milliseconds as the protocol has them: 0 no wait, 0xFFFFFFFF infinite.
using Timeout = std::uint32_t;
inline constexpr Timeout kInfinite = 0xFFFFFFFF;

/// IWbemCallResult: the outcome of one semi-synchronous call. Thread-safe; every getter may be repeated.
/// An unfinished call gives WBEM_S_TIMEDOUT as an error-free Status: see `finished`.
class CallResult {
 public:
  virtual ~CallResult() = default;
  /// WBEM_S_TIMEDOUT (a success code) when not finished in time; then the final code of the call in `*call_status`.
  virtual base::Status GetCallStatus(Timeout timeout, base::Status* call_status) = 0;
  /// The object of GetObject/ExecMethod; INVALID_OPERATION when the call gives none; the call's failure when it failed.
  virtual base::Status GetResultObject(Timeout timeout, ObjectPtr* object) = 0;
  /// The path of PutInstance (and PutClass, as the manager tells it); INVALID_OPERATION for other calls.
  virtual base::Status GetResultString(Timeout timeout, std::string* text) = 0;
  virtual base::Status GetResultServices(Timeout timeout, ServicesPtr* services) = 0;
  /// The __ExtendedStatus of a failure, null otherwise.
  virtual ObjectPtr error_object() const = 0;
};
using CallResultPtr = std::shared_ptr<CallResult>;

/// IEnumWbemClassObject over a bounded result set (memory of forward-only enumerations is bounded; others keep all rows).
class Enumerator {
 public:
  virtual ~Enumerator() = default;
  /// WBEM_E_INVALID_OPERATION on a forward-only enumeration.
  virtual base::Status Reset() = 0;
  /// Appends up to `count` objects. S_NO_ERROR: all of them; S_FALSE: the end came first; S_TIMEDOUT; the operation's failure code after
  /// all rows before it were delivered.
  virtual base::Status Next(Timeout timeout, std::uint32_t count, std::vector<Object>& out) = 0;
  /// One batch per call to the sink, SetStatus S_NO_ERROR or S_FALSE when short; count 0 is S_FALSE. Requests are served in order.
  virtual base::Status NextAsync(std::uint32_t count, SinkPtr sink) = 0;
  /// Shares the result set and copies the position. INVALID_OPERATION on forward-only.
  virtual base::Result<std::shared_ptr<Enumerator>> Clone() = 0;
  /// S_FALSE when fewer were left.
  virtual base::Status Skip(Timeout timeout, std::uint32_t count) = 0;
  virtual ObjectPtr error_object() const = 0;
};
using EnumeratorPtr = std::shared_ptr<Enumerator>;

/// Sync forms. `flags` may hold flag::kReturnImmediately only where the semi-synchronous variants below are used. They block the calling
/// thread. On failure the __ExtendedStatus text is in the Status.
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
/// Semi-synchronous by nature; without flag::kReturnImmediately they wait for the end first and return its failure.
base::Result<EnumeratorPtr> CreateClassEnum(const ServicesPtr& services, const OptionalText& superclass, std::uint32_t flags = 0,
                                            const ContextPtr& ctx = {});
base::Result<EnumeratorPtr> CreateInstanceEnum(const ServicesPtr& services, const OptionalText& class_name, std::uint32_t flags = 0,
                                               const ContextPtr& ctx = {});
base::Result<EnumeratorPtr> ExecQuery(const ServicesPtr& services, const OptionalText& language, const OptionalText& query,
                                      std::uint32_t flags = 0, const ContextPtr& ctx = {});

/// Semi-synchronous single-result forms (flag::kReturnImmediately): start failures are the Result's error, the rest is in the CallResult.
base::Result<CallResultPtr> OpenNamespaceSemi(const ServicesPtr& s, const OptionalText& name, std::uint32_t flags, const ContextPtr& ctx);
base::Result<CallResultPtr> GetObjectSemi(const ServicesPtr& s, const OptionalText& path, std::uint32_t flags, const ContextPtr& ctx);
base::Result<CallResultPtr> PutClassSemi(const ServicesPtr& s, const ClassPtr& cls, std::uint32_t flags, const ContextPtr& ctx);
base::Result<CallResultPtr> PutInstanceSemi(const ServicesPtr& s, const std::optional<Instance>& i, std::uint32_t flags, const ContextPtr& ctx);
base::Result<CallResultPtr> DeleteClassSemi(const ServicesPtr& s, const OptionalText& name, std::uint32_t flags, const ContextPtr& ctx);
base::Result<CallResultPtr> DeleteInstanceSemi(const ServicesPtr& s, const OptionalText& path, std::uint32_t flags, const ContextPtr& ctx);
base::Result<CallResultPtr> ExecMethodSemi(const ServicesPtr& s, const OptionalText& path, const OptionalText& method,
                                           const std::optional<Instance>& in, std::uint32_t flags, const ContextPtr& ctx);

}  // namespace cim
