#include "remote/backup_stub.h"

#include <algorithm>

namespace remote {

namespace {

constexpr std::uint32_t kForceShutdown = 1;  // WBEM_FLAG_BACKUP_RESTORE_FORCE_SHUTDOWN

std::string_view name_of(BackupOp method) {
  switch (method) {
    case BackupOp::kBackup: return "Backup";
    case BackupOp::kRestore: return "Restore";
    case BackupOp::kPause: return "Pause";
    case BackupOp::kResume: return "Resume";
  }
  return {};
}

/// Who holds the backup and restore privileges by default.
bool may_back_up(const cim::Caller& caller) {
  const auto holds = [&](const char* sid) { return std::ranges::find(caller.sids, sid) != caller.sids.end(); };
  return caller.administrator || holds("S-1-5-32-544") || holds("S-1-5-32-551");
}

}  // namespace

// IWbemBackupRestoreEx derives from IWbemBackupRestore; the latter ends at opnum 4.
void BackupStub::call(dcom::ObjectCallPtr call) {
  const auto method = static_cast<BackupOp>(call->opnum());
  const bool has_file = method == BackupOp::kBackup || method == BackupOp::kRestore;
  if (name_of(method).empty() || (!has_file && call->iid() == iid::kBackupRestore)) return call->fault(rpc::fault::kOpnumRange);
  rpc::NdrReader in = call->parameters();
  const auto invocation = std::make_shared<Invocation>(core_, std::move(call), name_of(method));
  BackupRequest request;
  if (has_file) {
    base::Result<BackupRequest> read = read_backup(in);
    if (!read) return invocation->fail_to_read(read.error());
    request = *std::move(read);
  }
  if (base::Status status = check_access(invocation->call()); !status.ok()) return invocation->fail(std::move(status));
  if (core_->gate().shutting_down()) return invocation->fail({WBEM_E_SHUTTING_DOWN, "the server is shutting down"});
  // Not through the gate, which these open and close.
  const bool taken =
      core_->pool().run([self = shared_from_this(), method, invocation, request] { self->perform(method, invocation, request); });
  if (!taken) invocation->fail({WBEM_E_SERVER_TOO_BUSY, "too many requests are at work"});
}

void BackupStub::perform(BackupOp method, const InvocationPtr& invocation, const BackupRequest& request) const {
  const dcom::ObjectCall& call = invocation->call();
  const base::Result<cim::Caller> caller = core_->options().caller_of(*call.peer(), call.ends());
  invocation->answer(caller ? perform(method, *caller, request) : caller.error());
}

base::Status BackupStub::perform(BackupOp method, const cim::Caller& caller, const BackupRequest& request) const {
  if (!may_back_up(caller)) return {WBEM_E_ACCESS_DENIED, "backing up and restoring is for administrators and backup operators"};
  switch (method) {
    case BackupOp::kBackup: return backup(caller, request);
    case BackupOp::kRestore: return restore(caller, request);
    case BackupOp::kPause: return pause();
    case BackupOp::kResume: core_->set_pause_timer(0); return core_->gate().resume();
  }
  return WBEM_E_UNEXPECTED;
}

base::Status BackupStub::backup(const cim::Caller& caller, const BackupRequest& request) const {
  if (!core_->options().backup) return {E_NOTIMPL, "this server does not back up"};
  if (request.file.empty() || request.flags != 0) return {WBEM_E_INVALID_PARAMETER, "Backup needs a file name and no flags"};
  core_->gate().set_backing_up(true);
  base::Status status = core_->options().backup->backup(caller, request.file, request.flags);
  core_->gate().set_backing_up(false);
  return status;
}

// The NamespaceConnections end with the old contents: who was connected gets WBEM_E_INVALID_NAMESPACE from now on (3.1.4).
base::Status BackupStub::restore(const cim::Caller& caller, const BackupRequest& request) const {
  if (!core_->options().backup) return {E_NOTIMPL, "this server does not restore"};
  if (request.file.empty() || request.flags != kForceShutdown) {
    return {WBEM_E_INVALID_PARAMETER, "Restore needs a file name and the flag 1 (force shutdown)"};
  }
  core_->gate().set_restoring(true);
  const base::Status stopping(dcom::CO_E_SERVER_STOPPING, "the repository is being restored");
  for (const AsyncCallPtr& call : core_->async_calls().all()) call->cancel(stopping.code());
  core_->end_all(stopping);
  base::Status status = core_->options().backup->restore(caller, request.file, request.flags);
  core_->forget_namespaces();
  core_->gate().set_restoring(false);
  return status;
}

base::Status BackupStub::pause() const {
  TRY(core_->gate().pause());
  core_->set_pause_timer(core_->timers().add(kBackupTimer, [weak = std::weak_ptr(core_)] {
    if (const ServerCorePtr core = weak.lock()) core->gate().resume().ok();  // it may be resumed already
  }));
  return {};
}

}  // namespace remote
