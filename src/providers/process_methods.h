// The methods of Win32_Process.
#pragma once

#include <optional>

#include "manager/provider.h"
#include "providers/process.h"
#include "providers/spawn.h"

namespace providers {

/// Process number of a Win32_Process path; nullopt when the handle is none.
std::optional<std::uint32_t> pid_of(const cim::ObjectPath& path);
/// Whether a caller has root's rights on processes.
bool acts_as_root(const cim::Caller& caller);
base::Status no_such_process(const cim::ObjectPath& path);

/// Thread-safe. A caller that is neither root nor the owner of this process has no effect on processes: return value 2.
class ProcessMethods {
 public:
  ProcessMethods(const Roots& roots, ProcessOptions options) : roots_(roots), options_(options) {}
  /// Dispatches by method name; WBEM_E_METHOD_NOT_IMPLEMENTED for one that is not served here.
  base::Status run(manager::MethodCall& call);
  MethodResult terminate(const cim::Caller& caller, std::uint32_t pid) const;

 private:
  base::Status create(manager::MethodCall& call);
  MethodResult start(manager::MethodCall& call, std::uint32_t& pid);
  base::Status get_owner(manager::MethodCall& call, bool sid) const;
  MethodResult set_priority(const cim::Caller& caller, std::uint32_t pid, std::int64_t priority_class) const;

  Roots roots_;
  ProcessOptions options_;
  Reaper reaper_;
};

}  // namespace providers
