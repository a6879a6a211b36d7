#include "providers/process_methods.h"

#include <signal.h>

#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <optional>

#include "base/utf.h"
#include "cim/object.h"
#include "providers/pidfd.h"
#include "providers/proc.h"

namespace providers {
namespace {

base::Status answer(manager::MethodCall& call, MethodResult result) {
  return call.out("ReturnValue", cim::Value::uint(static_cast<std::uint32_t>(result)));
}

/// What the kernel would say if the caller's own user asked: root may do all, others touch only their own.
bool may_touch(const cim::Caller& caller, std::uint32_t owner) { return acts_as_root(caller) || caller.uid == owner; }

std::optional<int> nice_of_thread(id_t id) {
  errno = 0;
  const int nice = ::getpriority(PRIO_PROCESS, id);
  return errno == 0 ? std::optional(nice) : std::nullopt;
}

/// The flags of CreateFlags that have a documented meaning.
constexpr std::uint64_t kSuspended = 0x4;
constexpr std::uint64_t kKnownCreateFlags = 0x1 | 0x2 | kSuspended | 0x8 | 0x10 | 0x200 | 0x400 | 0x1000000 | 0x4000000;

MethodResult read_startup(const cim::Instance& startup, SpawnRequest& request) {
  if (const auto flags = startup.value("CreateFlags").as_uint()) {
    if ((*flags & ~kKnownCreateFlags) != 0) return MethodResult::kInvalidParameter;
    request.stopped = (*flags & kSuspended) != 0;
  }
  if (const auto priority = startup.value("PriorityClass").as_sint(); priority && *priority != 0) {
    request.nice = nice_of_priority_class(*priority);
    if (!request.nice) return MethodResult::kInvalidParameter;
    if (*priority == 32) request.nice.reset();  // normal: what the process gets anyway
  }
  const cim::Value variables = startup.value("EnvironmentVariables");
  if (variables.as_array() != nullptr)
    for (const cim::Value& v : *variables.as_array())
      if (v.as_text() != nullptr) request.environment.push_back(*v.as_text());
  return MethodResult::kSuccess;
}

}  // namespace

bool acts_as_root(const cim::Caller& caller) { return caller.uid ? *caller.uid == 0 : caller.administrator; }

base::Status ProcessMethods::run(manager::MethodCall& call) {
  const std::string& name = call.method().name;
  const auto is = [&name](std::string_view method) { return base::equal_ignore_case(name, method); };
  if (is("Create")) return create(call);
  const auto pid = pid_of(call.path());
  if (!pid || !process_exists(roots_, *pid)) return no_such_process(call.path());
  if (is("Terminate")) return answer(call, terminate(call.caller(), *pid));
  if (is("GetOwner")) return get_owner(call, false);
  if (is("GetOwnerSid")) return get_owner(call, true);
  if (is("SetPriority")) return answer(call, set_priority(call.caller(), *pid, call.in("Priority").as_sint().value_or(0)));
  return {WBEM_E_METHOD_NOT_IMPLEMENTED, "Win32_Process." + name + " is not available on Linux"};
}

base::Status ProcessMethods::create(manager::MethodCall& call) {
  std::uint32_t pid = 0;
  const MethodResult result = start(call, pid);
  if (result == MethodResult::kSuccess) TRY(call.out("ProcessId", cim::Value::uint(pid)));
  return answer(call, result);
}

MethodResult ProcessMethods::start(manager::MethodCall& call, std::uint32_t& pid) {
  SpawnRequest request;
  request.map_cmd = options_.map_cmd;
  const cim::Value command = call.in("CommandLine");
  if (command.as_text() == nullptr) return MethodResult::kInvalidParameter;
  request.command_line = *command.as_text();
  if (const cim::Value directory = call.in("CurrentDirectory"); directory.as_text() != nullptr) request.directory = *directory.as_text();
  if (const cim::Value startup = call.in("ProcessStartupInformation"); startup.as_object() != nullptr) {
    const cim::ObjectPtr& object = *startup.as_object();
    if (object->is_class() || !object->cls()->inherits_from("Win32_ProcessStartup")) return MethodResult::kInvalidParameter;
    if (const MethodResult r = read_startup(object->instance(), request); r != MethodResult::kSuccess) return r;
  }
  const cim::Caller& caller = call.caller();
  if (!caller.uid) return MethodResult::kAccessDenied;
  if (*caller.uid != process_uid()) {
    if (process_uid() != 0) return MethodResult::kAccessDenied;
    request.uid = caller.uid;
    request.gid = caller.gid;
    if (!request.gid) return MethodResult::kAccessDenied;
  }
  const SpawnOutcome outcome = spawn(request, reaper_);
  pid = outcome.pid;
  return outcome.result;
}

MethodResult ProcessMethods::terminate(const cim::Caller& caller, std::uint32_t pid) const {
  // The descriptor pins the process, so that a number that is used again between the checks is not the one that dies.
  const base::FileDescriptor process(::pidfd_open(static_cast<pid_t>(pid), 0));
  if (!process.valid()) return MethodResult::kPathNotFound;
  const auto owner = process_owner(roots_, pid);
  if (!owner) return MethodResult::kPathNotFound;
  if (!may_touch(caller, *owner)) return MethodResult::kAccessDenied;
  if (::pidfd_send_signal(process.get(), SIGKILL, nullptr, 0) == 0) return MethodResult::kSuccess;
  return errno == EPERM ? MethodResult::kAccessDenied : MethodResult::kUnknownFailure;
}

base::Status ProcessMethods::get_owner(manager::MethodCall& call, bool sid) const {
  const auto owner = process_owner(roots_, *pid_of(call.path()));
  if (!owner) return no_such_process(call.path());
  if (sid) {
    TRY(call.out("Sid", cim::Value::text(user_sid(*owner))));
  } else {
    TRY(call.out("User", cim::Value::text(user_name(*owner))));
    TRY(call.out("Domain", cim::Value::text(host_name())));
  }
  return answer(call, MethodResult::kSuccess);
}

MethodResult ProcessMethods::set_priority(const cim::Caller& caller, std::uint32_t pid, std::int64_t priority_class) const {
  const auto nice = nice_of_priority_class(priority_class);
  if (!nice) return MethodResult::kInvalidParameter;
  const auto owner = process_owner(roots_, pid);
  if (!owner) return MethodResult::kPathNotFound;
  if (!may_touch(caller, *owner)) return MethodResult::kAccessDenied;
  const auto threads = base::SystemFiles().list(roots_.proc + "/" + std::to_string(pid) + "/task");
  if (!threads) return MethodResult::kPathNotFound;
  for (const std::string& thread : *threads) {  // Linux keeps a nice value per thread
    id_t id = 0;
    std::from_chars(thread.data(), thread.data() + thread.size(), id);
    // With root's rights we could do for a caller what it may not: make a process more urgent. Its own rights the kernel checks.
    const auto current = nice_of_thread(id);
    if (current && *nice < *current && !acts_as_root(caller) && caller.uid != process_uid()) return MethodResult::kInsufficientPrivilege;
    if (::setpriority(PRIO_PROCESS, id, *nice) == 0 || errno == ESRCH) continue;
    return errno == EACCES ? MethodResult::kInsufficientPrivilege : MethodResult::kAccessDenied;
  }
  return MethodResult::kSuccess;
}

}  // namespace providers
