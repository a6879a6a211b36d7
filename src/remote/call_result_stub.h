// IWbemCallResult on the server (MS-WMI 3.1.4.5). Only for the server's files.
#pragma once

#include "remote/invocation.h"
#include "remote/single_result.h"

namespace remote {

/// What objects made for one connection have in common: whose they are, and which namespace they belong to.
struct Owner {
  ServerCorePtr core;
  std::string principal;
  cim::ServicesPtr services;
  std::uint64_t generation = 0;

  /// The checks of 3.1.4 on a call to such an object, before what it asks for is looked at.
  base::Status check(const dcom::ObjectCall& call) const;
};

class CallResultStub final : public dcom::Object, public std::enable_shared_from_this<CallResultStub> {
 public:
  CallResultStub(Owner owner, cim::Operation operation, SingleResultPtr result)
      : owner_(std::move(owner)), operation_(operation), result_(std::move(result)) {}
  bool implements(const Guid& iid) const override { return iid == iid::kCallResult; }
  void call(dcom::ObjectCallPtr call) override;

 private:
  void answer(const InvocationPtr& invocation, CallResultOp method) const;

  const Owner owner_;
  const cim::Operation operation_;
  const SingleResultPtr result_;
};

}  // namespace remote
