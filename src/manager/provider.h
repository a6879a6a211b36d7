// What a provider implements: the only header of the object manager that a provider sees.
//
// A provider serves one class (and what it is told to serve of its subclasses) over data that lives elsewhere. The manager resolves
// paths, checks rights, in-parameters and key values, filters and projects rows; a provider only answers for real things.
// Calls come on threads of a bounded pool and may block; several at once. A provider that throws or overruns its time-out costs its
// call (WBEM_E_PROVIDER_FAILURE, WBEM_E_PROVIDER_TIMED_OUT), not the manager; one that may crash is registered as kIsolated.
// In a process of root's a call has the Unix rights of its caller on its thread, and on those that it starts: they keep them. What a
// provider keeps open between calls, or does on threads of its own, it must not do for a caller who could not.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cim/path.h"
#include "cim/services.h"
#include "wql/plan.h"

namespace manager {

/// One request, as a provider sees it. Thread-safe. The manager destroys it after the answer; detach() extends its life.
class ProviderCall {
 public:
  virtual ~ProviderCall() = default;
  virtual const cim::Caller& caller() const = 0;
  virtual const std::string& name_space() const = 0;
  /// The class asked for, as the repository has it (the served class or a subclass).
  virtual const cim::ClassPtr& cls() const = 0;
  /// The caller's named values; may be null.
  virtual const cim::ContextPtr& context() const = 0;
  /// The caller cancelled or went away: a hint, results from now on are dropped.
  virtual bool cancelled() const = 0;

  /// Sends one row. Blocks while the sink is behind (bounded queue). A failure means nobody wants more: return it at once.
  virtual base::Status indicate(const cim::InstanceBuilder& row) = 0;
  virtual base::Status indicate(const cim::Instance& row) = 0;
  /// Reaches the sink only when the caller gave flag::kSendStatus.
  virtual void progress(std::uint32_t done, std::uint32_t total, std::string text) = 0;

  /// For a provider that answers later: keeps the request alive; the function then returns WBEM_S_PENDING and finish() is called
  /// exactly once, on any thread.
  virtual std::shared_ptr<ProviderCall> detach() = 0;
  virtual void finish(base::Status status) = 0;
};

/// A method call. Parameters were checked against the signature.
class MethodCall : public ProviderCall {
 public:
  /// Class path for a static method, else the path of an instance that existed when the call was resolved.
  virtual const cim::ObjectPath& path() const = 0;
  virtual const cim::Method& method() const = 0;
  /// In-parameters by name; NULL for one that was omitted.
  virtual cim::Value in(std::string_view name) const = 0;
  /// The out-parameters to fill, ReturnValue included; sent when the call succeeds. WBEM_E_NOT_FOUND for an unknown name.
  virtual base::Status out(std::string_view name, const cim::Value& value) = 0;
};

/// What a request asks for, so that a provider reads only that. Ignoring it is correct, only slower: the manager filters again.
struct Wanted {
  std::vector<std::string> properties;       // empty: all
  std::vector<wql::Constraint> constraints;  // all of them hold for every row that the caller can get
  /// Handy: is the property needed at all?
  bool needs(std::string_view property) const;
};

/// Capabilities (the Supports... of __ObjectProviderRegistration).
struct Capabilities {
  bool get = true;
  bool enumerate = true;
  bool put = false;
  bool remove = false;
  bool query = false;  // understands whole queries; the manager then hands over Query
  bool methods = false;
  bool inline_calls = false;  // never blocks: runs on the thread of the caller, no pool
};

class Provider {
 public:
  virtual ~Provider() = default;
  virtual Capabilities capabilities() const = 0;

  /// One instance by its keys: exactly one indicate, or WBEM_E_NOT_FOUND. Key values have their property's type.
  virtual base::Status get(ProviderCall& call, const cim::ObjectPath& path, const Wanted& wanted);
  virtual base::Status enumerate(ProviderCall& call, const Wanted& wanted);
  virtual base::Status query(ProviderCall& call, const wql::Query& query);
  /// `flags`: flag::kCreateOnly / kUpdateOnly. Partial updates arrive merged.
  virtual base::Status put(ProviderCall& call, const cim::Instance& instance, std::uint32_t flags);
  virtual base::Status remove(ProviderCall& call, const cim::ObjectPath& path);
  /// Dispatch by call.method().name; WBEM_E_METHOD_NOT_IMPLEMENTED for a method that this provider lacks.
  virtual base::Status exec_method(MethodCall& call);
};
using ProviderPtr = std::shared_ptr<Provider>;

/// In this process, or in a child process that may die (its outstanding calls then end with WBEM_E_PROVIDER_FAILURE; it is started again).
enum class Hosting : std::uint8_t { kInProcess, kIsolated };

/// How main() lists a provider: the text of the `provider` qualifier, the topmost class that it serves, the object.
struct ProviderRegistration {
  std::string provider_name;
  std::string class_name;
  ProviderPtr provider;
  std::chrono::milliseconds timeout{std::chrono::minutes(1)};  // per call without a row or progress
  Hosting hosting = Hosting::kInProcess;
};

}  // namespace manager
