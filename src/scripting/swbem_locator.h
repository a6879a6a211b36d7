// SWbemLocator.
#pragma once

#include "scripting/swbem_base.h"
#include "scripting/world.h"

namespace scripting {

class SwbemLocator final : public SwbemBase {
 public:
  explicit SwbemLocator(WorldPtr world) : SwbemBase(declaration()), world_(std::move(world)) {
    security_->impersonation_known = security_->authentication_known = false;
  }
  static const Interface& declaration();

  Outcome<Variant> connect_server(MemberCall& call);
  Outcome<Variant> security(MemberCall& call);

 private:
  const WorldPtr world_;
  const std::shared_ptr<OwnSecurity> security_ = std::make_shared<OwnSecurity>();
};

}  // namespace scripting
