// What clients activate: IWbemLevel1Login with IWbemLoginClientID and IWbemLoginHelper (MS-WMI 3.1.4.1, 3.1.4.8, 3.1.4.9), and the classes
// whose methods have fixed answers (3.1.4.14 to 3.1.4.16). Only for the server's files.
#pragma once

#include "remote/invocation.h"

namespace remote {

class LoginStub final : public dcom::Object, public std::enable_shared_from_this<LoginStub> {
 public:
  explicit LoginStub(ServerCorePtr core) : core_(std::move(core)) {}
  /// Not IWbemLoginClientIDEx, whose signature is not specified.
  bool implements(const Guid& iid) const override;
  void call(dcom::ObjectCallPtr call) override;

 private:
  void level1(LoginOp method, dcom::ObjectCallPtr call);
  void ntlm_login(dcom::ObjectCallPtr call);
  void log_in(const InvocationPtr& invocation, const NtlmLoginRequest& request) const;
  void set_client_info(dcom::ObjectCallPtr call) const;

  const ServerCorePtr core_;
};

/// One opnum, one answer, whatever comes in: nothing is done for remote callers.
class FixedStub final : public dcom::Object {
 public:
  /// `nulls`: out-pointers, written as NULL.
  FixedStub(std::vector<Guid> iids, base::Hresult answer, int nulls) : iids_(std::move(iids)), answer_(answer), nulls_(nulls) {}
  bool implements(const Guid& iid) const override { return std::ranges::find(iids_, iid) != iids_.end(); }
  void call(dcom::ObjectCallPtr call) override;

 private:
  const std::vector<Guid> iids_;
  const base::Hresult answer_;
  const int nulls_;
};

}  // namespace remote
