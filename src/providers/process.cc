#include "providers/process.h"

#include <sys/stat.h>
#include <unistd.h>

#include <charconv>

#include <fmt/format.h>

#include "base/utf.h"
#include "providers/proc.h"
#include "providers/process_methods.h"
#include "providers/row.h"

namespace providers {
namespace {

/// What all rows of one call share.
struct Common {
  std::string host = host_name();
  std::string os = {};
  std::string version = os_version();
  std::int64_t boot = 0;
  std::int64_t ticks_per_second = ::sysconf(_SC_CLK_TCK);
};

std::uint32_t execution_state(char state) {
  switch (state) {
    case 'R': return 3;  // running
    case 'T':
    case 't': return 8;  // stopped
    default: return 4;   // blocked: waiting for something
  }
}

void fill_memory(Row& row, const ProcessStat& stat, const std::string& directory) {
  row.number("VirtualSize", stat.virtual_size);
  row.number("PageFaults", stat.minor_faults + stat.major_faults);
  if (!row.needs_any({"WorkingSetSize", "PageFileUsage", "PeakVirtualSize", "PeakWorkingSetSize", "PrivatePageCount"})) return;
  const std::string status = read_text(directory + "/status");
  row.number("WorkingSetSize", status_value(status, "VmRSS").value_or(stat.resident));  // stat's own figure lags behind
  constexpr std::uint64_t kKilo = 1024;
  const auto swap = status_value(status, "VmSwap");
  if (swap) row.number("PageFileUsage", *swap / kKilo);
  if (const auto v = status_value(status, "VmPeak")) row.number("PeakVirtualSize", *v);
  if (const auto v = status_value(status, "VmHWM")) row.number("PeakWorkingSetSize", *v / kKilo);
  if (const auto v = status_value(status, "RssAnon")) row.number("PrivatePageCount", *v + swap.value_or(0));
}

/// Whether the kernel would show this caller what /proc keeps from other users. Where the caller is the user that we are, it decides
/// itself.
bool may_inspect(const cim::Caller& caller, const std::string& directory) {
  if (acts_as_root(caller) || caller.uid == ::geteuid()) return true;
  struct stat info{};
  // The files belong to the effective user, to root when the program must not be inspected.
  return caller.uid && ::stat(directory.c_str(), &info) == 0 && info.st_uid == *caller.uid &&
         status_value(read_text(directory + "/status"), "Uid") == *caller.uid;
}

void fill_io(Row& row, const std::string& directory) {
  if (!row.needs_any({"ReadOperationCount", "WriteOperationCount", "ReadTransferCount", "WriteTransferCount"})) return;
  const std::string io = read_text(directory + "/io");  // empty when it may not be read
  if (const auto v = status_value(io, "syscr")) row.number("ReadOperationCount", *v);
  if (const auto v = status_value(io, "syscw")) row.number("WriteOperationCount", *v);
  if (const auto v = status_value(io, "rchar")) row.number("ReadTransferCount", *v);
  if (const auto v = status_value(io, "wchar")) row.number("WriteTransferCount", *v);
}

void fill_files(Row& row, const std::string& directory) {
  const base::SystemFiles files;
  if (row.needs("HandleCount"))
    if (const auto names = files.list(directory + "/fd")) row.number("HandleCount", names->size());
  if (row.needs("ExecutablePath")) {
    if (auto target = files.read_link(directory + "/exe")) {
      constexpr std::string_view kDeleted = " (deleted)";
      if (target->ends_with(kDeleted)) target->resize(target->size() - kDeleted.size());
      row.text("ExecutablePath", *target);
    }
  }
}

void fill_session(Row& row, const std::string& directory) {
  if (!row.needs("SessionId")) return;
  std::uint32_t session = 0;
  const std::string text = read_text(directory + "/sessionid");
  std::from_chars(text.data(), text.data() + text.size(), session);
  row.number("SessionId", session == 0xFFFFFFFFU ? 0 : session);  // (uint32)-1: no login session
}

void fill_identity(Row& row, const Common& common, const std::string& name, std::uint32_t pid) {
  const std::string handle = std::to_string(pid);
  row.text("Handle", handle);
  row.number("ProcessId", pid);
  row.text("Name", name);
  row.text("Caption", name);
  row.text("Description", name);
  row.text("CreationClassName", "Win32_Process");
  row.text("CSCreationClassName", "Win32_ComputerSystem");
  row.text("CSName", common.host);
  row.text("OSCreationClassName", "Win32_OperatingSystem");
  row.text_if("OSName", common.os);
  row.text("WindowsVersion", common.version);
}

void fill(Row& row, const Roots& roots, const Common& common, const cim::Caller& caller, const ProcessStat& stat, const std::string& name) {
  const std::string directory = roots.proc + "/" + std::to_string(stat.pid);
  fill_identity(row, common, name, stat.pid);
  if (row.needs("CommandLine")) row.text_if("CommandLine", command_line(roots, stat.pid));
  const auto ticks = static_cast<std::uint64_t>(common.ticks_per_second);
  const auto started = common.boot + static_cast<std::int64_t>(stat.start_ticks * 1'000'000 / ticks);
  row.time("CreationDate", std::chrono::system_clock::time_point(std::chrono::microseconds(started)));
  row.number("KernelModeTime", stat.system_ticks * (10'000'000 / ticks));  // 100 ns units
  row.number("UserModeTime", stat.user_ticks * (10'000'000 / ticks));
  row.number("ParentProcessId", stat.parent);
  row.number("ThreadCount", stat.threads);
  row.number("Priority", windows_priority(stat));
  row.number("ExecutionState", execution_state(stat.state));
  fill_memory(row, stat, directory);
  fill_session(row, directory);
  const bool wants_private = row.needs_any(
      {"HandleCount", "ExecutablePath", "ReadOperationCount", "WriteOperationCount", "ReadTransferCount", "WriteTransferCount"});
  if (!wants_private || !may_inspect(caller, directory)) return;
  fill_io(row, directory);
  fill_files(row, directory);
}

class ProcessProvider final : public manager::Provider {
 public:
  ProcessProvider(Roots roots, ProcessOptions options) : roots_(std::move(roots)), methods_(roots_, options) {}

  manager::Capabilities capabilities() const override {
    return {.get = true, .enumerate = true, .put = false, .remove = true, .query = false, .methods = true, .inline_calls = false};
  }

  base::Status get(manager::ProviderCall& call, const cim::ObjectPath& path, const manager::Wanted& wanted) override {
    const auto pid = pid_of(path);
    const auto stat = pid ? read_stat(roots_, *pid) : std::nullopt;
    if (!stat || stat->zombie()) return no_such_process(path);
    Row row(call.cls(), wanted);
    fill(row, roots_, common(row), call.caller(), *stat, process_name(roots_, *stat));
    return call.indicate(row.builder());
  }

  base::Status enumerate(manager::ProviderCall& call, const manager::Wanted& wanted) override {
    Row row(call.cls(), wanted);
    const Common shared = common(row);
    const std::string name = wanted_text(wanted, "Name");
    for (const std::uint32_t pid : candidates(wanted)) {
      const auto stat = read_stat(roots_, pid);
      if (!stat || stat->zombie()) continue;  // gone since the directory was read
      const std::string own_name = process_name(roots_, *stat);
      if (!name.empty() && !base::equal_ignore_case(name, own_name)) continue;
      row.start();
      fill(row, roots_, shared, call.caller(), *stat, own_name);
      TRY(call.indicate(row.builder()));
    }
    return {};
  }

  base::Status remove(manager::ProviderCall& call, const cim::ObjectPath& path) override {
    const auto pid = pid_of(path);
    if (!pid || !process_exists(roots_, *pid)) return no_such_process(path);
    switch (methods_.terminate(call.caller(), *pid)) {
      case MethodResult::kSuccess: return {};
      case MethodResult::kAccessDenied: return {WBEM_E_ACCESS_DENIED, fmt::format("process {} belongs to another user", *pid)};
      default: return {WBEM_E_FAILED, fmt::format("process {} can't be ended", *pid)};
    }
  }

  base::Status exec_method(manager::MethodCall& call) override { return methods_.run(call); }

 private:
  Common common(const Row& row) const {
    Common shared;
    if (row.needs("OSName")) shared.os = os_name(roots_);
    shared.boot = boot_time_microseconds(roots_);
    return shared;
  }

  std::vector<std::uint32_t> candidates(const manager::Wanted& wanted) const {
    auto pid = wanted_number(wanted, "ProcessId");
    if (!pid) pid = wanted_number(wanted, "Handle");
    if (!pid) return process_ids(roots_);
    if (*pid > 0xFFFFFFFFU) return {};
    return {static_cast<std::uint32_t>(*pid)};
  }

  Roots roots_;
  ProcessMethods methods_;
};

}  // namespace

std::optional<std::uint32_t> pid_of(const cim::ObjectPath& path) {
  if (path.keys.size() != 1 || path.keys[0].value.as_text() == nullptr) return std::nullopt;
  const std::string& text = *path.keys[0].value.as_text();
  std::uint32_t pid = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), pid);
  // Only the spelling that Handle itself has: "007" is not process 7.
  return error == std::errc() && end == text.data() + text.size() && std::to_string(pid) == text ? std::optional(pid) : std::nullopt;
}

base::Status no_such_process(const cim::ObjectPath& path) { return {WBEM_E_NOT_FOUND, "there is no process " + path.relative()}; }

manager::ProviderPtr make_process_provider(Roots roots, ProcessOptions options) {
  return std::make_shared<ProcessProvider>(std::move(roots), options);
}

}  // namespace providers
