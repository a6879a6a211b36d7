// IWbemBackupRestore and IWbemBackupRestoreEx (MS-WMI 3.1.4.10, 3.1.4.11). Only for the server's files.
#pragma once

#include "remote/invocation.h"

namespace remote {

/// All its methods are for administrators and backup operators (S-1-5-32-551) alone.
class BackupStub final : public dcom::Object, public std::enable_shared_from_this<BackupStub> {
 public:
  static constexpr std::chrono::minutes kBackupTimer{15};  // (3.1.2.1): a pause that nobody ends
  explicit BackupStub(ServerCorePtr core) : core_(std::move(core)) {}
  bool implements(const Guid& iid) const override { return iid == iid::kBackupRestore || iid == iid::kBackupRestoreEx; }
  void call(dcom::ObjectCallPtr call) override;

 private:
  void perform(BackupOp method, const InvocationPtr& invocation, const BackupRequest& request) const;
  base::Status perform(BackupOp method, const cim::Caller& caller, const BackupRequest& request) const;
  base::Status backup(const cim::Caller& caller, const BackupRequest& request) const;
  base::Status restore(const cim::Caller& caller, const BackupRequest& request) const;
  base::Status pause() const;

  const ServerCorePtr core_;
};

}  // namespace remote
